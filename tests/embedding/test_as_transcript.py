"""What a program hands in becomes a transcript, or an error that says where and what to do."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm import (
    InputError,
    RmcoachError,
    Transcript,
    UsageError,
    as_transcript,
    evaluate,
    read_transcripts,
)
from rmcoach_llm.readers.plain_values import MAX_VALUES

PAIRS = [("Ada", "What hurts most?"), ("Bo", "The close is late.")]
CHAT = [
    {"role": "system", "content": "You are Bo."},
    {"role": "user", "content": "What hurts most?"},
    {"role": "assistant", "content": "The close is late."},
]
SAID = [("trainee", "What hurts most?"), ("stakeholder", "The close is late.")]
TEXT = "Ada: What hurts most?\nBo: The close is late."


def said(talk: Transcript) -> list[tuple[str, str]]:
    """Give role and words of each turn."""
    return [(turn.role, turn.text) for turn in talk.turns]


def turn_dicts(*names: str) -> list[dict[str, str]]:
    """Give the pairs as turns, with these fields."""
    roles = {"Ada": "trainee", "Bo": "stakeholder"}
    whole = [{"speaker": who, "role": roles[who], "text": text} for who, text in PAIRS]
    return [{name: turn[name] for name in names} for turn in whole]


@pytest.mark.parametrize(
    ("talk", "trainee"),
    [
        (PAIRS, "Ada"),
        (tuple(PAIRS), "ada"),
        ([list(pair) for pair in PAIRS], "Ada"),
        (TEXT, "Ada"),
        (TEXT.replace("\n", "\r\n"), " Ada "),
        (TEXT.replace("Ada", "Trainee"), None),
        (turn_dicts("speaker", "text"), "Ada"),
        (turn_dicts("role", "text"), None),
        ({"turns": turn_dicts("speaker", "text")}, "Ada"),
        ({"id": "t", "turns": turn_dicts("speaker", "role", "text")}, None),
        (CHAT, None),
        (CHAT, "user"),
        ({"messages": CHAT}, None),
        ([SimpleNamespace(**message) for message in CHAT], None),
        (list(Transcript.of("t", [("Ada", *SAID[0]), ("Bo", *SAID[1])]).turns), None),
    ],
)
def test_each_form_gives_the_same_talk(talk: object, trainee: str | None) -> None:
    """Pairs, text, turns and chat messages, as dicts or objects, give the same turns and roles."""
    assert said(as_transcript(talk, trainee=trainee)) == SAID


def test_a_transcript_is_given_back() -> None:
    """A Transcript passes as it is, and gets another id only where one is given."""
    talk = as_transcript(PAIRS, trainee="Ada")
    assert as_transcript(talk) is talk
    assert as_transcript(talk, trainee="ada") is talk
    assert as_transcript(talk, id="other").id == "other"
    with pytest.raises(UsageError, match="does not have 'Bo' as its trainee"):
        as_transcript(talk, trainee="Bo")


def test_the_sides_of_a_chat_can_be_swapped() -> None:
    """With trainee="assistant" the assistant is scored, and the user is the stakeholder."""
    talk = as_transcript(CHAT, trainee="assistant")
    assert [turn.role for turn in talk.turns] == ["stakeholder", "trainee"]


def test_what_is_left_out_of_a_chat_is_counted() -> None:
    """Messages that nobody said are no turns, whatever they hold, and the metadata count them."""
    called = {"role": "assistant", "content": None, "tool_calls": [object()]}
    talk = as_transcript([*CHAT, called, {"role": "tool", "content": object()}])
    assert said(talk) == SAID
    assert talk.metadata["dropped_messages"] == "assistant 1, system 1, tool 1"


def test_content_parts_are_joined() -> None:
    """A content of text parts, as dicts or objects, is their text, a line each."""
    parts = [{"type": "text", "text": "What"}, SimpleNamespace(type="text", text="hurts?")]
    talk = as_transcript([{"role": "user", "content": parts}])
    assert talk.turns[0].text == "What\nhurts?"


def test_a_chat_is_not_suspected_for_the_names_of_its_roles() -> None:
    """That a side is called assistant by the form is no forged name."""
    assert evaluate(CHAT).flags == ()


def test_a_chat_is_the_same_talk_from_a_file(tmp_path: Path) -> None:
    """A file of chat messages gives the transcript that the messages themselves give."""
    file = tmp_path / "chat.json"
    file.write_text(json.dumps({"messages": CHAT}))
    with pytest.raises(InputError, match="give trainee='user' or trainee='assistant'"):
        list(read_transcripts(file))
    (talk,) = read_transcripts(file, trainee="user")
    assert talk.digest == as_transcript(CHAT).digest


def test_one_sided_and_empty_talks_are_unscored_with_a_reason() -> None:
    """A talk without turns, or of one side, is no error: its scorecard says why it has no score."""
    for talk in ([], {"turns": []}, {"messages": []}, CHAT[:1], CHAT[:2], CHAT[2:], [PAIRS[0]]):
        trainee = "Ada" if talk == [PAIRS[0]] else None
        card = evaluate(talk, trainee=trainee)
        assert card.status == "unscored"
        assert all(rubric.reason for rubric in card.rubrics.values())


def test_the_same_talk_gets_the_same_id() -> None:
    """Without an id the talk's digest gives one: the same from run to run, another for another."""
    first, again = (as_transcript(PAIRS, trainee="Ada").id for _ in range(2))
    assert first == again
    assert first.startswith("talk-")
    assert as_transcript(PAIRS, trainee="Bo").id != first
    assert as_transcript({"id": "mine", "turns": []}).id == "mine"


@pytest.mark.parametrize("talk", [PAIRS, TEXT, turn_dicts("speaker", "text")])
def test_who_is_the_trainee_is_never_guessed(talk: object) -> None:
    """Where nothing says who is scored, that is asked, in the words of this function."""
    with pytest.raises(InputError, match="say who is scored with trainee='NAME'"):
        as_transcript(talk)
    with pytest.raises(InputError, match="no speaker is called 'Cy' \\(speakers: Ada, Bo\\)"):
        as_transcript(talk, trainee="Cy")


def nested(depth: int) -> list[Any]:
    """Give a list within lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def endless() -> list[Any]:
    """Give a list that holds itself twice."""
    value: list[Any] = []
    value += [value, value]
    return value


@pytest.mark.parametrize(
    ("make", "place", "found"),
    [
        (lambda: None, "$", "found None"),
        (lambda: 5, "$", "found a number"),
        (lambda: b"Ada: Hi", "$", "found bytes"),
        (lambda: math.nan, "$", "found a number"),
        (lambda: (pair for pair in PAIRS), "$", "found a generator"),
        (lambda: {1: 2}, "$", "a key is a number"),
        (dict, "$", "neither 'turns' nor 'messages'"),
        (lambda: "", "whole file", "is empty"),
        (lambda: "no speaker here", "line 1", "text before the first speaker"),
        (lambda: '[{"role": "user"}]', "$", "JSON as text"),
        (lambda: "talks/claims.md", "$", "the name of a file"),
        (lambda: Path("talks/claims.md"), "$", "the name of a file"),
        (lambda: [None], "$[0]", "found None"),
        (lambda: [*PAIRS, ("Cy",)], "$[2]", "pair is wanted, found a list of 1"),
        (lambda: [("Ada", math.nan)], "$[0][1]", "found a number"),
        (lambda: [("Ada", b"Hi")], "$[0][1]", "found bytes"),
        (lambda: [(None, "Hi")], "$[0][0]", "found None"),
        (lambda: [("\ud800", "Hi")], "$", "unicode"),
        (lambda: [{"role": "bot", "content": "Hi"}], "$[0].role", "'bot' is not known"),
        (lambda: [{"role": "user", "content": object()}], "$[0].content", "found an object"),
        (lambda: [{"role": "user", "content": ["Hi"]}], "$[0].content[0]", "a part with 'text'"),
        (lambda: {"messages": 3}, "$.messages", "found a number"),
        (lambda: {"turns": {}}, "$.turns", "a list is wanted"),
        (lambda: {"turns": [{"role": "trainee", "text": "x", "started_s": math.inf}]},
         "$.turns[0].started_s", "finite"),
        (lambda: {"turns": [{"role": "trainee", "text": "x", "started_s": 10**400}]},
         "$.turns[0].started_s", "number"),
        (lambda: {"turns": [], "metadata": {"a": {1, 2}}}, "$.metadata.a", "valid string"),
        (lambda: nested(1_000), "$", "nested deeper than 64"),
        (lambda: [PAIRS[0]] * (MAX_VALUES // 3 + 1), "$", "too large"),
        (endless, "$", "nested deeper"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(make: Callable[[], object], place: str, found: str) -> None:
    """A talk that cannot be read is an InputError with the place, what is there, and a remedy."""
    with pytest.raises(InputError) as raised:
        as_transcript(make(), trainee=None)
    assert raised.value.place.startswith(place)
    assert found in raised.value.found
    assert raised.value.remedy
    assert "--" not in raised.value.remedy
    assert "file, or export" not in raised.value.remedy


@pytest.mark.parametrize("wrong", [{"trainee": 3}, {"trainee": b"Ada"}, {"id": 3}])
def test_options_of_the_wrong_kind_are_named(wrong: dict[str, Any]) -> None:
    """A trainee or id that is no text is refused by its name."""
    with pytest.raises(UsageError, match=f"{next(iter(wrong))}= is "):
        as_transcript(PAIRS, **wrong)


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 513, "\ud800"])
def test_an_id_that_no_record_takes_is_refused(name: str) -> None:
    """An id is 1 to 512 visible characters."""
    with pytest.raises(InputError, match="cannot be an id"):
        as_transcript(PAIRS, trainee="Ada", id=name)


class Failing:
    """Fail at every look."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary(max_size=4)
    | st.sampled_from(["user", "assistant", "trainee", "Ada", "\ud800", "a\0b"])
    | st.builds(object)
    | st.builds(Failing)
    | st.builds(SimpleNamespace, role=st.just("user"), content=st.text())
)
KEYS = st.sampled_from(
    ["turns", "messages", "role", "content", "speaker", "text", "id", "format", "participants",
     "name", "metadata", "trace", "scenario", "brief", "started_s"]
) | st.text() | st.integers()  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.fixed_dictionaries({"turns": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"role": inner, "content": inner})
        | st.fixed_dictionaries({"speaker": inner, "text": inner})
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(VALUES, st.none() | st.sampled_from(["user", "assistant", "Ada"]))
def test_whatever_is_handed_in_ends_as_a_transcript_or_an_error_of_ours(
    talk: object, trainee: str | None
) -> None:
    """No value of Python gets past the errors of this package, and what is made is a valid record."""
    try:
        made = as_transcript(talk, trainee=trainee)
    except RmcoachError:
        return
    assert Transcript.model_validate_json(made.model_dump_json()) == made
