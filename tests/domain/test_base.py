"""The ground of all records: frozen maps, clean text, names and ids."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rmcoach_llm.domain import (
    ChatMessage,
    Finding,
    FrozenMap,
    Participant,
    Record,
    clean_text,
    is_control,
)
from rmcoach_llm.domain.base import Line, Name, Slug, Text

any_text = st.text(st.characters(categories=None) | st.sampled_from("\0\ud800\udfff\x1b\u202e"))


class Held(Record):
    bare: FrozenMap = FrozenMap()  # type: ignore[type-arg]  # a map of anything
    counts: FrozenMap[int] = FrozenMap()


@given(any_text)
def test_clean_text_can_always_be_kept(text: str) -> None:
    """Clean text encodes, holds no NUL, is of the same length, and is accepted by a record."""
    clean = clean_text(text)
    clean.encode()
    assert "\0" not in clean
    assert len(clean) == len(text)
    assert clean_text(clean) == clean
    assert ChatMessage(role="user", content=clean).content == clean


@given(any_text)
def test_text_is_kept_as_it_came_or_refused(text: str) -> None:
    """A record holds the very text it was given; what no store can hold is refused."""
    if text == clean_text(text):
        assert ChatMessage(role="user", content=text).content == text
    else:
        with pytest.raises(ValidationError):
            ChatMessage(role="user", content=text)


@given(any_text)
def test_a_name_is_visible_or_refused(text: str) -> None:
    """A name holds 1 to 512 characters, none that steers, no space at its ends."""
    fine = 0 < len(text) <= 512 and text == text.strip() and not any(map(is_control, text))
    if fine:
        assert Participant(name=text, role="other").name == text
    else:
        with pytest.raises(ValidationError):
            Participant(name=text, role="other")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a\x1b[2J", "control character U+001B at 1"),
        ("a\nb", "control character U+000A at 1"),
        ("\u202ea", "control character U+202E at 0"),
        ("", "is empty"),
        (" a", "begins or ends with a space"),
        ("a" * 513, "at most 512"),
        ("a\ud800", "unicode"),
    ],
)
def test_the_message_says_what_is_wrong_with_a_name(name: str, problem: str) -> None:
    """The character and its place are named, so that it can be found in the file."""
    with pytest.raises(ValidationError, match=problem.replace("+", r"\+")):
        TypeAdapter(Name).validate_python(name)


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "a--b", "-a", "a-", "a\n", "", "ä", "a" * 81])
def test_a_slug_is_plain(name: str) -> None:
    """Nothing that could be a path, a flag or a second line is an id of a library file."""
    with pytest.raises(ValidationError):
        TypeAdapter(Slug).validate_python(name)


@pytest.mark.parametrize("text", ["", "a" * 2_001, "a\0"])
def test_an_authored_line_has_bounds(text: str) -> None:
    """A line holds 1 to 2,000 characters that any store can keep."""
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(text)


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_nul_is_refused_with_a_reason(text: str) -> None:
    """The message says why: no store can keep it."""
    with pytest.raises(ValidationError, match="no store can keep"):
        TypeAdapter(Text).validate_python(text)


@given(st.dictionaries(st.text(), st.integers()))
def test_a_frozen_map_is_a_mapping(values: dict[str, int]) -> None:
    """It equals the dict it was made of, hashes by content, pickles, and does not follow it."""
    held = FrozenMap(values)
    assert held == values
    assert list(held) == list(values)
    assert len(held) == len(values)
    assert hash(held) == hash(FrozenMap(dict(reversed(values.items()))))
    assert pickle.loads(pickle.dumps(held)) == held
    before = dict(values)
    values.clear()
    assert held == before


def test_a_frozen_map_cannot_be_changed() -> None:
    """There is no way to set or delete an item, in the map or through what a record hands out."""
    record = Held(counts=FrozenMap({"a": 1}))
    with pytest.raises(TypeError):
        record.counts["a"] = 2  # type: ignore[index]  # that it fails is the point
    record.model_dump()["counts"]["a"] = 2
    assert record.counts == {"a": 1}
    assert repr(record.counts) == "FrozenMap({'a': 1})"


def test_a_frozen_map_checks_its_values() -> None:
    """A value of the wrong type is refused with its key; a map without a type takes all."""
    with pytest.raises(ValidationError) as raised:
        Held.model_validate({"counts": {"a": 1, "b": "x"}})
    assert raised.value.errors()[0]["loc"] == ("counts", "b")
    with pytest.raises(ValidationError, match="valid dictionary"):
        Held.model_validate({"counts": [1]})
    assert Held(bare=FrozenMap({"a": [1]})).bare == {"a": [1]}


def test_a_frozen_map_has_a_json_schema() -> None:
    """In a schema it is an object whose values are of the given type."""
    schema = Held.model_json_schema()["properties"]["counts"]
    assert schema["type"] == "object"
    assert schema["additionalProperties"] == {"type": "integer"}


def test_numbers_are_finite() -> None:
    """No infinity and no not-a-number gets into a record."""

    class Measured(Record):
        x: float

    for value in ("nan", "inf", "-inf"):
        with pytest.raises(ValidationError, match="finite"):
            Measured(x=float(value))


FOUND = st.fixed_dictionaries(
    {
        "behaviour": st.sampled_from(["follow-up", "playback"]),
        "verdict": st.just("observed"),
        "turn": st.integers(0, 99),
        "quote": st.just("What hurts?"),
    },
    optional={
        "confidence": st.floats(0, 1),
        "note": st.just("moved"),
        "points": st.floats(-5, 5),
        "level": st.integers(1, 5),
    },
)


@given(FOUND)
def test_a_record_of_valid_fields_is_the_one_that_validating_gives(fields: dict[str, Any]) -> None:
    """Made of valid fields unchecked, a record is the same in value, JSON, digest, hash and order."""
    made, checked = Finding.of_valid(**fields), Finding(**fields)
    assert made == checked
    assert hash(made) == hash(checked)
    assert made.model_dump_json() == checked.model_dump_json()
    assert made.model_dump_json(exclude_unset=True) == checked.model_dump_json(exclude_unset=True)
    assert made.digest == checked.digest
    assert pickle.loads(pickle.dumps(made)) == checked


def test_a_record_of_valid_fields_lacks_none() -> None:
    """A field that is missing and a name that is none are said, though values are not checked."""
    with pytest.raises(TypeError, match="Finding: missing or unknown: behaviour"):
        Finding.of_valid(verdict="observed", turn=0, quote="What hurts?")
    with pytest.raises(TypeError, match="Finding: missing or unknown: turns, verdict"):
        Finding.of_valid(behaviour="follow-up", turns=0)


@given(FOUND, FOUND)
def test_a_copy_has_what_is_new_and_a_digest_of_its_own(
    fields: dict[str, Any], others: dict[str, Any]
) -> None:
    """A changed copy is the record that the fields of both give; the first stays as it was."""
    first = Finding(**fields)
    before = first.digest
    copied, whole = first.model_copy(update=others), Finding(**{**fields, **others})
    assert copied == whole
    assert copied.digest == whole.digest
    assert copied.model_dump_json(exclude_unset=True) == whole.model_dump_json(exclude_unset=True)
    assert first == Finding(**fields)
    assert first.digest == before
    assert first.model_copy(update=others, deep=True) == whole
