"""What is written can be read back, and no bytes break a reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.reading import READERS, read_file

from rmcoach_llm.domain import (
    Act,
    Heard,
    Move,
    Role,
    ScenarioRef,
    Stance,
    Trace,
    Transcript,
    Turn,
    is_control,
    participants_of,
)

SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    .map(lambda name: "".join(char for char in name if not is_control(char)).strip())
    .filter(bool)
)
TIMES = st.none() | st.floats(min_value=0, max_value=1e300)
ROLES: st.SearchStrategy[Role] = st.sampled_from(("trainee", "stakeholder", "other"))
TRACES = st.builds(
    Trace,
    heard=st.builds(Heard, moves=st.lists(st.sampled_from(Move), max_size=2).map(tuple)),
    act=st.sampled_from(Act),
    stance=st.builds(Stance, trust=st.integers(0, 10), patience=st.integers(0, 20)),
    voice=NAMES,
)
REFERENCES = st.builds(ScenarioRef, id=st.just("a-b"), version=NAMES, sha256=NAMES)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Draw a transcript with all that a session may hold."""
    cast = draw(st.dictionaries(NAMES, ROLES, min_size=1, max_size=4))
    names = st.sampled_from(sorted(cast))
    turns = tuple(
        Turn(
            speaker=name,
            role=cast[name],
            text=draw(TEXTS),
            started_s=draw(TIMES),
            ended_s=draw(TIMES),
            trace=draw(st.none() | TRACES),
        )
        for name in draw(st.lists(names, max_size=5))
    )
    return Transcript(
        id=draw(NAMES),
        participants=participants_of(turns),
        turns=turns,
        scenario=draw(st.none() | REFERENCES),
        metadata=draw(st.dictionaries(TEXTS, TEXTS, max_size=2)),
    )


@SETTINGS
@given(st.lists(transcripts(), min_size=1, max_size=3, unique_by=lambda talk: talk.id))
def test_transcripts_survive_json(tmp_path: Path, talks: list[Transcript]):
    """Any transcript that is written as JSON or JSON Lines is read back equal."""
    lines = [talk.model_dump_json() for talk in talks]
    (tmp_path / "a.json").write_text("[" + ",".join(lines) + "]", encoding="utf-8")
    (tmp_path / "a.jsonl").write_bytes("\n".join(lines).encode())
    kept = {talk.id: talk for talk in talks}
    for name in ("a.json", "a.jsonl"):
        outcome = read_file(tmp_path / name)
        assert {talk.id: talk for talk in outcome.talks}.items() <= kept.items()
        assert all("duplicate id" in error for error in outcome.errors)
        assert len(outcome.talks) + len(outcome.errors) == len(talks)


WORDS = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TALKS = st.lists(
    st.tuples(st.sampled_from(("Trainee", "Dana Fox")), st.lists(LINES, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


@SETTINGS
@given(TALKS)
@pytest.mark.parametrize(
    ("name", "pattern"),
    [("a.txt", "{}: {}"), ("a.md", "**{}:** {}"), ("b.md", "## {}\n\n{}"), ("c.md", "- {}: {}")],
)
def test_simple_talks_survive_text(tmp_path: Path, name: str, pattern: str, talk):
    """Who said what comes back from text and from each form of Markdown."""
    content = "\n".join(pattern.format(who, "\n".join(lines)) for who, lines in talk)
    (tmp_path / name).write_text(content, encoding="utf-8")
    read = read_file(tmp_path / name)
    if name == "b.md" and all(who != "Trainee" for who, _ in talk) and len(talk) == 1:
        assert "before the first speaker" in read.error
        return
    assert [(who, text) for who, _, text in read.lines] == [
        (who, "\n".join(lines)) for who, lines in talk
    ]


SHARDS = st.sampled_from(
    [
        b"Trainee: a\n", b"Dana: b\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"---\n", b"<!--",
        b"-->", b"## Trainee\n", b"> ", b"**", b"[00:12] ", b"\xc2\x85", b"{", b"}", b"[", b"]",
        b'"turns":', b'"id":', b'"text":', b'"role":"trainee"', b'"speaker":"A"', b",", b"NaN",
        b"1e999", b'"\\ud800"', b'"messages":', b'{"turns":[{"role":"trainee","text":"a"}]}',
    ]
)  # fmt: skip


@SETTINGS
@given(st.binary(max_size=60) | st.lists(SHARDS | st.binary(max_size=4), max_size=12).map(b"".join))
def test_no_bytes_break_a_reader(tmp_path: Path, content: bytes):
    """Whatever a file holds, a reader gives transcripts or input errors of one line."""
    path = tmp_path / "a"
    path.write_bytes(content)
    for reader in READERS:
        for trainee in (None, "user"):
            outcome = read_file(path, suffix=reader.suffixes[0], trainee=trainee)
            assert outcome.talks or outcome.errors
            assert not any("\n" in error or "\x1b" in error for error in outcome.errors)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
PARTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("id", "format", "participants", "metadata", "scenario", "messages", "x"), JSON_VALUES
    )
    | {
        "turns": JSON_VALUES
        | st.lists(
            st.dictionaries(
                st.sampled_from(("role", "speaker", "text", "started_s", "trace", "y")),
                st.sampled_from(("trainee", "stakeholder", "Ada")) | JSON_VALUES,
            ),
            max_size=4,
        )
    },
)


@SETTINGS
@given(PARTS | st.lists(PARTS, max_size=3))
def test_no_json_value_breaks_a_reader(tmp_path: Path, value: object):
    """Whatever a talk's parts hold, the reader gives transcripts or input errors."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value))
    outcome = read_file(path, trainee="user")
    assert outcome.talks or outcome.errors
