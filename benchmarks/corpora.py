"""The labelled talks that the classifiers are fitted to and measured on, read from a folder.

`DIR/<set>/transcripts.<part>.jsonl` holds the public sets, where `<part>` is `dev` or `heldout`;
docs/validity.md names them, their licences and their labels. What this project wrote itself is in
`benchmarks/utterances`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from rmcoach_llm.language.words import sentences

LEAST_WORDS = 3
"""Words of a sentence without a label that tells something."""

UTTERANCES = Path(__file__).parent / "utterances"

APPEALS = {
    "credibility-appeal": "credibility",
    "logical-appeal": "logic",
    "emotion-appeal": "emotion",
    "personal-story": "personal",
    "self-modeling": "personal",
}
"""The appeals of PersuasionForGood that are classes of their own; everything else is "none"."""


@dataclass(frozen=True)
class Example:
    """Hold a text with its surroundings, its label, and the transcript that it is from."""

    text: str
    label: str
    group: str
    last: str = ""
    before: str = ""
    after: str = ""
    answer: str = ""
    """The partner's turn behind it."""


@dataclass(frozen=True)
class Pair:
    """Hold two texts of which the first was judged the more convincing."""

    better: str
    worse: str
    group: str


LIKE_LENGTH = 0.2
"""Texts are of like length where they differ by at most this share of the longer one's words."""


def like_length(pair: Pair) -> bool:
    """Say whether two texts are of like length."""
    sizes = sorted((len(pair.better.split()), len(pair.worse.split())))
    return sizes[1] - sizes[0] <= LIKE_LENGTH * sizes[1]


class NoData(Exception):
    """A set of data is not there."""


def transcripts(folder: Path, name: str, part: str) -> list[dict[str, Any]]:
    """Read the transcripts of a set, or raise `NoData` with the path that was looked for."""
    return records(folder / name / f"transcripts.{part}.jsonl")


def records(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    if not path.is_file():
        raise NoData(f"no {path}")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def therapist_turns(folder: Path, part: str, label: str) -> list[Example]:
    """Give AnnoMI's therapist turns with one of their labels; for checking, never for fitting."""
    return [
        Example(turn["text"], turn["labels"][label], talk["id"], last, answer=answer)
        for talk in transcripts(folder, "annomi", part)
        for turn, last, answer in _in_talk(talk)
        if turn["role"] == "trainee" and label in turn.get("labels", {})
    ]


def negotiation_turns(folder: Path, part: str) -> list[Example]:
    """Give CaSiNo's annotated turns of both sides: "yes" where they ask for the other's needs."""
    return [
        Example(turn["text"], _yes("elicit-pref" in strategies), talk["id"], last)
        for talk in transcripts(folder, "casino", part)
        for turn, last, _ in _in_talk(talk)
        if (strategies := turn.get("labels", {}).get("strategies"))
    ]


def persuader_sentences(folder: Path, part: str) -> list[Example]:
    """Give PersuasionForGood's annotated sentences of the persuader, in five classes."""
    return [
        example
        for talk in transcripts(folder, "persuasionforgood", part)
        for example in _sentences(talk)
    ]


def silent_sentences(folder: Path, part: str) -> list[Example]:
    """Give the persuader's sentences of the talks of PersuasionForGood that nobody annotated."""
    return [
        example
        for talk in transcripts(folder, "persuasionforgood", part)
        if not any(turn.get("labels") for turn in talk["turns"])
        for example in _unlabelled(talk)
        if len(example.text.split()) >= LEAST_WORDS
    ]


def argument_pairs(folder: Path, part: str) -> list[Pair]:
    """Give UKPConvArg1's pairs with strict gold; the group is the debate."""
    texts = {
        talk["id"]: talk["turns"][0]["text"] for talk in transcripts(folder, "ukpconvarg", part)
    }
    pairs = records(folder / "ukpconvarg" / f"pairs.{part}.jsonl")
    return [
        Pair(
            texts[pair[pair["strict_gold"]]],
            texts[pair["a2" if pair["strict_gold"] == "a1" else "a1"]],
            pair["debate"],
        )
        for pair in pairs
        if pair["strict_gold"] in ("a1", "a2")
    ]


def talk_quality(folder: Path, part: str) -> list[dict[str, Any]]:
    """Give AnnoMI's transcripts with their quality label."""
    return [
        talk
        for talk in transcripts(folder, "annomi", part)
        if talk.get("labels", {}).get("mi_quality")
    ]


def own_reflections() -> list[Example]:
    """Give this project's own utterances and talks: "yes" where they say back.

    An utterance is grouped with those that answer the same line, a turn with its talk.
    """
    written = [
        Example(row["text"], _yes(row["label"] == "reflection"), row["last"], row["last"])
        for row in records(UTTERANCES / "reflection.jsonl")
    ]
    return written + list(own_talks(UTTERANCES / "talks.txt"))


def own_talks(path: Path) -> Iterator[Example]:
    """Yield the trainee's turns of this project's own talks."""
    number, last = 0, ""
    lines = path.read_text(encoding="utf-8").splitlines()
    for line, behind in zip_longest(lines, lines[1:], fillvalue=""):
        mark, _, text = line.partition(": ")
        if not line:
            number, last = number + 1, ""
        elif mark == "P":
            last = text
        elif mark in ("r", "n"):
            answer = behind.removeprefix("P: ") if behind.startswith("P: ") else ""
            yield Example(text, _yes(mark == "r"), f"talk {number}", last, answer=answer)


def own_appeals() -> list[Example]:
    """Give this project's own sentences by appeal, each a group of its own."""
    return [
        Example(row["text"], row["label"], row["text"], row.get("last") or "")
        for row in records(UTTERANCES / "appeals.jsonl")
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _in_talk(talk: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield each turn with the other side's last turn before it, and its turn right behind."""
    said: dict[str, str] = {}
    turns = talk["turns"]
    for turn, behind in zip_longest(turns, turns[1:], fillvalue={"role": None}):
        other = "stakeholder" if turn["role"] == "trainee" else "trainee"
        yield turn, said.get(other, ""), behind["text"] if behind["role"] == other else ""
        said[turn["role"]] = turn["text"]


def _sentences(talk: dict[str, Any]) -> Iterator[Example]:
    last = ""
    for role, group in groupby(talk["turns"], lambda turn: turn["role"]):
        said = list(group)
        if role == "trainee":
            yield from _appeals(talk["id"], said, last)
        else:
            last = " ".join(turn["text"] for turn in said)


def _unlabelled(talk: dict[str, Any]) -> Iterator[Example]:
    for turn, last, _ in _in_talk(talk):
        if turn["role"] == "trainee":
            parts = [turn["text"][part.start : part.end] for part in sentences(turn["text"])]
            padded = ["", *parts, ""]
            for place, text in enumerate(parts):
                yield Example(text, "", talk["id"], last, padded[place], padded[place + 2])


def _appeals(name: str, said: list[dict[str, Any]], last: str) -> Iterable[Example]:
    texts = ["", *(turn["text"] for turn in said), ""]
    for place, turn in enumerate(said):
        if turn.get("labels"):
            label = APPEALS.get(turn["labels"]["act"], "none")
            yield Example(turn["text"], label, name, last, texts[place], texts[place + 2])
