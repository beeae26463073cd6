"""Whatever stands in a file of a service: an InputError or a talk, and in a talk each word."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import read_file
from support.service_samples import CLAUDE, SAMPLES, TREE, chatgpt

from rmcoach_llm.errors import InputError
from rmcoach_llm.readers import strict_json
from rmcoach_llm.readers.files import Origin

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["1.5", "-1", "nan", "9" * 400, "a\x1bb", "\ud800", "a" * 600, 10**299]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to each value within a JSON value."""
    if way:
        yield way
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*way, key))


DOCUMENTS = {name: document for name, (document, *_) in SAMPLES.items()} | {
    "chatgpt": chatgpt(*TREE, last="c"),
    "claude": CLAUDE,
}


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_value_in_any_place_is_an_error_or_a_talk(tmp_path_factory, name, data):
    """A wrong value, or a part that is missing, never ends in anything but a one-line error."""
    document = copy.deepcopy(DOCUMENTS[name])
    for _ in range(data.draw(st.integers(1, 2))):
        ways = list(places(document))
        if not ways:
            break
        *way, last = data.draw(st.sampled_from(ways))
        holder = document
        for key in way:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = data.draw(JSON)
        else:
            del holder[last]
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_text(json.dumps(document))
    outcome = read_file(path, trainee="/./")
    assert outcome.talks or outcome.errors
    assert all("\n" not in error and "\x1b" not in error for error in outcome.errors)


WORDS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=12,
)


def in_form(form: str, said: list[tuple[int, str]]) -> Any:
    """Write words, each with its speaker, in the form of a service."""
    timed = [(who, word, float(at), at + 0.5) for at, (who, word) in enumerate(said)]
    if form == "aws":
        items = [
            {
                "type": "pronunciation",
                "alternatives": [{"content": word}],
                "start_time": str(start),
                "end_time": str(end),
            }
            for _, word, start, end in timed
        ]
        segments = [
            {"speaker_label": f"spk_{who}", "items": [{"start_time": str(start)}]}
            for who, _, start, _ in timed
        ]
        return {"results": {"items": items, "speaker_labels": {"segments": segments}}}
    if form == "deepgram":
        words = [
            {"word": word, "speaker": who, "start": start, "end": end}
            for who, word, start, end in timed
        ]
        return {"results": {"channels": [{"alternatives": [{"words": words}]}]}}
    if form == "google":
        words = [
            {"word": word, "speakerTag": who + 1, "startTime": f"{start}s"}
            for who, word, start, _ in timed
        ]
        return {"results": [{"alternatives": [{"words": words[:n]}]} for n in (1, len(words))]}
    if form == "google-v2":
        words = [
            {"word": word, "speakerLabel": str(who), "startOffset": f"{start}s"}
            for who, word, start, _ in timed
        ]
        return {"results": [{"alternatives": [{"words": [word]}]} for word in words]}
    if form == "whisperx":
        text = " ".join(word for _, word in said)
        words = [{"word": word, "speaker": f"S{who}"} for who, word in said]
        return {"segments": [{"start": 0, "end": 9, "text": text, "words": words}]}
    if form == "rev":
        return {
            "monologues": [
                {"speaker": who, "elements": [{"type": "text", "value": word}]}
                for who, word in said
            ]
        }
    return [
        {"type": "message", "user": f"U{who}", "text": word, "ts": f"{1_600_000_000 + at}.0001"}
        for at, (who, word) in enumerate(said)
    ]


@pytest.mark.parametrize(
    "form", ["aws", "deepgram", "google", "google-v2", "whisperx", "rev", "slack"]
)
@given(said=WORDS)
@settings(max_examples=25, deadline=None)
def test_no_word_is_lost_or_told_twice(tmp_path_factory, form, said):
    """Each word is in the talk once, in order, by its speaker; a new turn is a new speaker."""
    path = tmp_path_factory.mktemp("words") / "a.json"
    path.write_text(json.dumps(in_form(form, said)))
    talk = read_file(path, trainee="/./").talk
    heard = [(turn.speaker[-1], word) for turn in talk.turns for word in turn.text.split()]
    shift = 1 if form == "google" else 0
    assert heard == [(str(who + shift), word) for who, word in said]
    speakers = [turn.speaker for turn in talk.turns]
    assert all(one != two for one, two in pairwise(speakers))


TEXTS = st.text('[]{}:,"ae0123.-+ \\un', max_size=30) | st.recursive(
    st.sampled_from(["1", "1.5", "NaN", "-Infinity", "1e999", "9" * 301, "null", '"a"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]")
        | st.lists(st.tuples(st.sampled_from(["a", "b"]), inner), max_size=3).map(
            lambda pairs: "{" + ",".join(f'"{key}": {value}' for key, value in pairs) + "}"
        )
        | inner.map(lambda part: "[" * 40 + part + "]" * 40)
    ),
    max_leaves=8,
)


@given(text=TEXTS)
@settings(max_examples=400, deadline=None)
def test_the_quick_look_at_json_passes_what_the_careful_one_does(text):
    """A JSON text is read the same whether or not places are kept, and refused by the same rules."""
    careful = result_of(strict_json._with_places, text)
    assert result_of(strict_json.parse_json, text) == careful


def result_of(parse: Callable[[str, Origin], object], text: str) -> object:
    """Give what a text is parsed to, or the error as text."""
    try:
        return parse(text, Origin("a"))
    except InputError as error:
        return f"refused: {error}"
