"""What a program hands in wrongly is answered in its own words: what was found, what to do."""

from __future__ import annotations

import asyncio
import inspect
import pickle
from pathlib import Path
from typing import Any

import pytest

from rmcoach_llm import (
    InputError,
    RmcoachError,
    Scorecard,
    ScriptedModel,
    UsageError,
    aevaluate,
    evaluate,
    read_transcripts,
)
from rmcoach_llm.errors import ConfigError

TALK = [("Ada", "What happens if the close is late?"), ("Bo", "The bank gets an estimate.")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pass_mark": "3"}, "pass mark: found '3': give a number, 0 to 5"),
        ({"pass_mark": float("nan")}, "pass mark: found nan: give a number, 0 to 5"),
        ({"repeats": "3"}, "repeats: found '3': give a whole number, 1 or more"),
        ({"verify": "yes"}, "verify: found 'yes': give True or False"),
        ({"calls": 1}, "calls: found 1: choose one of: one, rubric, criterion"),
        ({"rubrics": {"id": "x"}}, "rubrics= is of type dict: give a list"),
        ({"rubrics": []}, "rubrics= is empty: leave it out for the usual three"),
        ({"rubrics": ""}, "rubrics= is empty: leave it out for the usual three"),
        ({"panel": "gpt-5"}, "panel= is text: give a list: ['gpt-5']"),
        ({"panel": {"m": 1}}, "panel= is of type dict: give a list"),
        ({"panel": [3]}, "panel= holds an object of type int: give names, or ChatModels"),
        (
            {"detectors": [1]},
            "detectors= is of type list: give a dict: the id of a behaviour",
        ),
        (
            {"detectors": "x"},
            "detectors= is of type str: give a dict: the id of a behaviour",
        ),
        ({"model": 3}, "model= is of type int: give a name, or an object that has 'complete'"),
        ({"evaluator": dict}, "evaluator= is the class dict: give a name, or an object"),
        (
            {"verify": True},
            "a second look at the quotes needs a model, and there is none: choose",
        ),
        ({"trainee": 3}, "trainee= is a number: give text, or leave it out"),
        ({"rubrics": "x.yaml"}, "x.yaml: whole file: was not found; check the path"),
    ],
)
def test_each_wrong_argument_is_named_with_what_to_do(wrong: dict[str, Any], said: str) -> None:
    """Each wrong argument ends as an error of ours that names it, what was found, what to do."""
    given = {"trainee": "Ada"} | wrong
    with pytest.raises(RmcoachError) as refused:
        evaluate(TALK, **given)
    assert str(refused.value).startswith(said)
    assert "--" not in str(refused.value)


@pytest.mark.parametrize(
    ("positional", "named", "said"),
    [
        ((TALK,), {"rubrcis": ["trust"]}, r"unexpected keyword argument 'rubrcis'"),
        ((), {"transcirpt": TALK}, r"unexpected keyword argument 'transcirpt'"),
        ((), {}, r"missing 1 required positional argument: 'talk'"),
        ((TALK, "Ada"), {}, r"takes 1 positional argument but 2 were given"),
    ],
)
def test_a_slip_in_a_name_is_said_of_the_function_that_was_called(
    positional: tuple[Any, ...], named: dict[str, Any], said: str
) -> None:
    """Python's own message names `evaluate`, not what lies behind it; `aevaluate` names itself."""
    call: Any = evaluate
    with pytest.raises(TypeError, match=rf"^evaluate\(\) .*{said}"):
        call(*positional, **named)
    call = aevaluate
    with pytest.raises(TypeError, match=rf"^aevaluate\(\) .*{said}"):
        call(*positional, **named)


def test_a_setting_that_the_call_gave_is_not_said_to_come_from_a_command_line() -> None:
    """An error of a setting names the arguments as its source, where the call gave it."""
    with pytest.raises(ConfigError, match=r"^arguments: model: found ''"):
        evaluate(TALK, trainee="Ada", model="")


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        ("Ada: Grüß Gott".encode("latin-1"), None, "such as encoding='cp1252'"),
        ("Ada: Hi".encode("utf-16-le"), None, "such as encoding='utf-16-le'"),
        (b"Ada: \x81", "cp1252", "name another encoding with encoding="),
        (b"Ada: Hi", "utf-99", "name one with encoding=, such as cp1252"),
        (b"Ada: Hi.\nBo: Hi.", None, "say who is scored with trainee='NAME'"),
    ],
)
def test_what_to_do_about_a_file_is_said_in_arguments(
    tmp_path: Path, data: bytes, encoding: str | None, said: str
) -> None:
    """The remedies of readers name options; in a program they name arguments of the call."""
    path = tmp_path / "talk.txt"
    path.write_bytes(data)
    with pytest.raises(RmcoachError) as refused:
        list(read_transcripts(path, encoding=encoding))
    assert said in refused.value.remedy
    assert "--" not in str(refused.value)
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.args) == (str(refused.value), refused.value.args)


def test_a_file_in_another_encoding_is_read_where_the_call_names_it(tmp_path: Path) -> None:
    """`encoding=` does for a program what --encoding does for the command."""
    path = tmp_path / "talk.txt"
    path.write_bytes("Ada: Grüß Gott\nBo: Ja.".encode("cp1252"))
    (talk,) = read_transcripts(path, trainee="Ada", encoding="cp1252")
    assert talk.turns[0].text == "Grüß Gott"


@pytest.mark.parametrize("wrong", [{"path": 3}, {"trainee": 3}, {"encoding": b"cp1252"}])
def test_reading_refuses_arguments_of_another_kind(wrong: dict[str, Any]) -> None:
    """`read_transcripts` names the argument that is no text."""
    (name,) = wrong
    with pytest.raises(UsageError, match=rf"^{name}= is of type (int|bytes): give text$"):
        list(read_transcripts(**{"path": "a.txt"} | wrong))


def test_both_calls_have_the_same_parameters_and_one_of_them_waits() -> None:
    """`evaluate` takes what `aevaluate` takes, by name and default, and says so to `help`."""
    assert inspect.signature(evaluate) == inspect.signature(aevaluate)
    assert inspect.iscoroutinefunction(aevaluate)
    assert not inspect.iscoroutinefunction(evaluate)
    assert (evaluate.__name__, evaluate.__module__) == ("evaluate", "rmcoach_llm.sync")
    assert pickle.loads(pickle.dumps(evaluate)) is evaluate


def test_a_running_loop_is_told_what_to_await() -> None:
    """Where an event loop runs, as in a notebook, the error says what to write instead."""

    async def inside() -> Scorecard:
        return evaluate(TALK, trainee="Ada")

    with pytest.raises(UsageError, match=r"an event loop runs: await aevaluate\(\.\.\.\)$"):
        asyncio.run(inside())


class Closing(ScriptedModel):
    """Say whether it was closed."""

    closed = False

    async def close(self) -> None:
        """Note it."""
        self.closed = True


def test_a_panel_of_own_models_is_asked_and_left_open() -> None:
    """Models that the caller made may sit in a panel, and stay the caller's to close."""
    first, second = Closing(["{}"] * 9), Closing(["{}"] * 9)
    card = evaluate(TALK, trainee="Ada", model=first, panel=[second], rubrics="trust")
    assert card.status == "unscored"
    assert first.requests
    assert second.requests
    assert not first.closed
    assert not second.closed


def test_an_error_of_a_talk_keeps_its_place() -> None:
    """Rewording what to do leaves the rest of an error as it was."""
    with pytest.raises(InputError) as refused:
        evaluate([{"role": "bot", "content": "Hi."}])
    assert (refused.value.place, refused.value.path) == ("$[0].role", "transcript")
