"""What cannot be read: the same problem of many files is said once, with the first of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rmcoach_llm.cli.problems import FILES_SHOWN, MOST_SHOWN, Problems
from rmcoach_llm.errors import InputError, PluginError, RmcoachError

Say = Callable[..., list[str]]


def no_speaker(number: int) -> InputError:
    """Give the problem that files share when --trainee is wrong, with the names of each."""
    return InputError(
        f"{number}.txt",
        "whole file",
        f"no speaker is called 'Bob' (speakers: Ada{number}, Bo)",
        remedy="choose one of: Ada, Bo",
    )


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    """Give the lines on standard error for problems, the end included."""

    def lines(*problems: tuple[RmcoachError, str]) -> list[str]:
        kept = Problems()
        codes = {kept.say(error, label) for error, label in problems}
        assert codes == {error.exit_code for error, _ in problems}
        kept.end()
        return capsys.readouterr().err.splitlines()

    return lines


def test_one_problem_of_many_files_is_said_a_few_times(said: Say) -> None:
    """The first files are named, the remedy stands once, and the rest is counted."""
    lines = said(*((no_speaker(n), f"{n}.txt") for n in range(200)))
    assert [line.split(":")[1] for line in lines if "speakers: Ada" in line][:3] == [
        " 0.txt",
        " 1.txt",
        " 2.txt",
    ]
    assert sum("what to do" in line for line in lines) == 1
    assert lines[-1].startswith("error: 197 more like it in 197 more files: no speaker is called")
    assert len(lines) == FILES_SHOWN + 2


@pytest.mark.parametrize(
    "found",
    [
        "no role is known for the speakers Ada{}, Bo",
        "duplicate id, already in {}.txt",
        "no columns for who speaks and what is said among: a{}, b",
        "the name '{}' is too long",
    ],
)
def test_names_and_numbers_make_no_other_kind(said: Say, found: str) -> None:
    """What differs from file to file in names and numbers alone is one kind."""
    names = "abcdefgh"
    bad = [(InputError(f"{n}", "x", found.format(names[n] * (n + 1))), "") for n in range(8)]
    assert len(said(*bad)) == FILES_SHOWN + 1


def test_each_problem_of_a_file_is_said_up_to_a_limit(said: Say) -> None:
    """A file with many bad lines has each of them named, as far as anybody reads that."""
    bad = [(InputError("a.jsonl", f"line {n}", "is no JSON"), "a.jsonl") for n in range(1, 151)]
    lines = said(*bad)
    assert lines[0] == "error: a.jsonl: line 1: is no JSON"
    assert lines[MOST_SHOWN] == "error: 50 more like it: is no JSON"


@pytest.mark.parametrize("found", ["no speaker is called 'Bo' ({})", "no role is known for the {}"])
def test_a_slip_in_an_option_is_said_a_few_times_of_one_file_too(said: Say, found: str) -> None:
    """A file of many talks meets a wrong --trainee in each: three are named, the rest is counted."""
    bad = [
        (InputError("a.jsonl", f"line {n}", found.format("speakers Al, Cy")), "a.jsonl")
        for n in range(1, 61)
    ]
    lines = said(*bad)
    assert len(lines) == FILES_SHOWN + 1
    assert lines[-1].startswith("error: 57 more like it: no ")


def test_different_problems_are_all_said(said: Say) -> None:
    """What differs in more than names and numbers is another kind, and so is another fault."""
    faults = [
        PluginError(f"the evaluator 'x' failed: {kind}: oh") for kind in ("KeyError", "OSError")
    ]
    kinds = [InputError("a", "line 1", found) for found in ("is empty", "is no JSON")]
    lines = said(*((fault, f"{n}.txt") for n, fault in enumerate([*faults, *kinds] * 3)))
    assert len(lines) == 12
    assert lines[0] == "error: 0.txt: the evaluator 'x' failed: KeyError: oh"


def test_nothing_of_a_file_steers_the_terminal(said: Say) -> None:
    """Names and findings are shown escaped, in the sum as well."""
    bad = [(InputError(f"\x1b[2J{n}", "x", "found \x07 it"), "") for n in range(5)]
    assert all(line.isprintable() for line in said(*bad))
