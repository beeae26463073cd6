"""Errors: message, remedy, exit code, and a whole trip between processes."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm import errors
from rmcoach_llm.errors import InputError, LibraryError, ModelError, RmcoachError, did_you_mean


def _classes() -> dict[str, type[RmcoachError]]:
    found = {
        name: thing
        for name, thing in vars(errors).items()
        if inspect.isclass(thing) and issubclass(thing, RmcoachError)
    }
    assert len(found) > 20
    return found


def _drawn() -> dict[str, tuple[str, str]]:
    """Read the tree in the module's docstring: name of parent and line of each class."""
    tree: dict[str, tuple[str, str]] = {}
    above: list[tuple[int, str]] = [(-1, "Exception")]
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^ {4}([ |`-]*)([A-Z]\w+)", line)
        if match is None:
            continue
        depth = len(match[1])
        while above[-1][0] >= depth:
            above.pop()
        tree[match[2]] = (above[-1][1], line)
        above.append((depth, match[2]))
    return tree


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """Each class stands in the drawing under its base, and nothing else stands there."""
    drawn = {name: parent for name, (parent, _) in _drawn().items()}
    assert drawn == {name: cls.__bases__[0].__name__ for name, cls in _classes().items()}


def test_exit_codes_are_as_the_docstring_says() -> None:
    """Scripts rely on the exit code of a class: the drawing gives it, and children inherit it."""
    drawn = _drawn()
    codes: dict[str, int] = {}
    for name, (parent, line) in drawn.items():
        number = re.search(rf"{name} +(\d+) ", line)
        codes[name] = int(number[1]) if number else codes[parent]
    assert codes == {name: cls.exit_code for name, cls in _classes().items()}
    assert codes["UsageError"] == 2


def test_what_is_never_retried_says_so() -> None:
    """Where the drawing says "never retried", the class is not retryable."""
    never = {name for name, (_, line) in _drawn().items() if "never retried" in line}
    assert {"QuotaExhausted", "AccessDenied", "TlsFailure"} <= never
    for name in never:
        cls = _classes()[name]
        assert issubclass(cls, ModelError)
        assert not cls.retryable


def _example(cls: type[RmcoachError]) -> RmcoachError:
    """Give an error with a value of its own in each argument of its class."""
    values: dict[str, Any] = {
        "message": "it broke",
        "remedy": "mend it",
        "path": "a.txt",
        "place": "line 3",
        "found": "no speaker",
        "problems": ("one", "two"),
        "maybe_billed": True,
        "retry_after_s": 2.5,
        "partial": "half an ans",
    }
    names = list(inspect.signature(cls).parameters)
    return cls(**{name: values[name] for name in names})


@pytest.mark.parametrize("name", sorted(_classes()))
def test_an_error_survives_the_way_to_another_process(name: str) -> None:
    """A pickle and a copy keep type, text, arguments and every attribute."""
    error = _example(_classes()[name])
    error.add_note("seen in batch 7")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.args == error.args
        assert vars(again) == vars(error)


def test_an_error_reads_as_message_and_remedy() -> None:
    """The remedy follows the message; without one the message stands alone."""
    assert str(RmcoachError("it broke", remedy="mend it")) == "it broke: mend it"
    assert str(RmcoachError("it broke")) == "it broke"
    assert RmcoachError("100 % {x}").message == "100 % {x}"


def test_an_input_error_names_file_place_and_fault() -> None:
    """File, place and fault can be read from the text and from the attributes."""
    error = InputError("a.txt", "line 3", "no speaker")
    assert str(error) == "a.txt: line 3: no speaker"
    assert (error.path, error.place, error.found) == ("a.txt", "line 3", "no speaker")


def test_a_library_error_lists_its_problems() -> None:
    """Without a list, the error itself is the only problem."""
    assert LibraryError("bad", remedy="mend it").problems == ("bad: mend it",)
    assert LibraryError("bad", problems=("a", "b")).problems == ("a", "b")


@pytest.mark.parametrize(
    ("name", "allowed", "said"),
    [
        ("finanse", ["finance", "hr"], "did you mean 'finance'?"),
        ("hr-on", ["hr-one", "hr-ons", "x"], "did you mean 'hr-one' or 'hr-ons'?"),
        ("finanse", ["hr-app", "finance-close-report"], "did you mean 'finance-close-report'?"),
        ("Report", ["finance-close-report", "hr"], "did you mean 'finance-close-report'?"),
        ("adr", ["base_addr", "store"], "did you mean 'base_addr'?"),
        ("zzz", ["b", "a"], "choose one of: a, b"),
        ("zzz", [], "there are none"),
    ],
)
def test_the_nearest_names_are_suggested(name: str, allowed: list[str], said: str) -> None:
    """A near miss gives at most two names, a far one the whole choice, in order."""
    assert did_you_mean(name, iter(allowed)) == said


def test_a_name_is_found_by_what_it_is_about() -> None:
    """Words that describe a name lead to it; the nearest name stands first."""
    about = {"hr-app": "Human resources", "close": "Finance"}
    assert did_you_mean("human resources", about, about=about) == "did you mean 'hr-app'?"
    assert did_you_mean("resorces", about, about=about) == "did you mean 'hr-app'?"
    assert did_you_mean("hr-ap", ["hr-app", "ap-x"]) == "did you mean 'hr-app'?"
    assert did_you_mean("ap", ["apx", "x-ap"]) == "did you mean 'x-ap' or 'apx'?"


@given(st.text(), st.lists(st.text(min_size=1)))
def test_a_suggestion_names_only_what_is_allowed(name: str, allowed: list[str]) -> None:
    """Whatever was typed, something is said, and a name that is allowed is found again."""
    assert did_you_mean(name, allowed)
    if name in allowed:
        assert f"'{name}'" in did_you_mean(name, allowed)


def test_errors_import_next_to_nothing() -> None:
    """The module is needed at every start: it loads neither difflib nor a package of others."""
    code = (
        "import sys; before = set(sys.modules); import rmcoach_llm.errors;"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('rmcoach_llm')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stdout
    assert "difflib" not in done.stdout
