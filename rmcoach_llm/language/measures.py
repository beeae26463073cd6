"""Count what can be counted in a conversation: shares, lengths, questions, playback.

Talk share, longest monologue and question rate are those of conversation statistics for sales
calls (Gong: 43 to 57 for the seller and the customer, above 65 % hurts; 11 to 14 questions in
half an hour). In text, words stand for seconds. Questions are open or closed as in MITI 4.2.1.
They describe; no score follows from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rmcoach_llm.domain import Flag, Move, Transcript, Turn
from rmcoach_llm.language.moves import Moves, asked_and_played_back, moves_among
from rmcoach_llm.language.words import stems, words

FILLERS = re.compile(r"\b(?:um+|uh+|erm*|you know|sort of|kind of|basically|literally)\b", re.I)

LONG_ENOUGH_WORDS = 20
"""So many words without a single mark make a transcript one without punctuation."""

_MARKS = re.compile(r"[.,;:!?\u2026\u3002\uff1f\uff01\u061f\u0964]")


@dataclass(frozen=True)
class Measures:
    """Hold the measures by name, the unit in the name, None where undefined; and warnings."""

    values: Mapping[str, float | None]
    flags: tuple[Flag, ...] = ()


def measures_of(transcript: Transcript) -> Measures:
    """Measure a transcript; shares run from 0 to 1.

    >>> talk = Transcript.of("t", [("A", "trainee", "What hurts?"), ("B", "stakeholder", "It does.")])
    >>> measures_of(talk).values["trainee_share_of_words"]
    0.5
    """
    own = [turn for _, turn in transcript.of_role("trainee")]
    said = [(turn.role, len(words(turn.text))) for turn in transcript.turns]
    own_words = sum(count for role, count in said if role == "trainee")
    all_words = sum(count for _, count in said)
    fillers = sum(len(FILLERS.findall(turn.text)) for turn in own)
    values: dict[str, float | None] = {
        "turns": len(transcript.turns),
        "trainee_turns": len(own),
        "trainee_words": own_words,
        "trainee_share_of_words": _ratio(own_words, all_words),
        "trainee_share_of_seconds": _share_of_seconds(transcript.turns),
        "longest_monologue_words": _longest_monologue(said),
        "words_per_trainee_turn": _ratio(own_words, len(own)),
        "fillers_per_100_words": _ratio(100 * fillers, own_words),
    }
    if lacks_punctuation(transcript):
        values |= dict.fromkeys(_QUESTIONS)
        detail = "no punctuation: questions cannot be counted, and sentences are not told apart"
        return Measures(values, (Flag(kind="no-punctuation", detail=detail),))
    return Measures(values | _questions(transcript))


def lacks_punctuation(transcript: Transcript) -> bool:
    """Say whether 20 words or more of the trainee stand there without a single mark.

    >>> lacks_punctuation(Transcript.of("t", [("A", "trainee", "so what " * 12)]))
    True
    """
    text = " ".join(turn.text for _, turn in transcript.of_role("trainee"))
    return not _MARKS.search(text) and len(words(text)) >= LONG_ENOUGH_WORDS


def heard_moves(transcript: Transcript) -> tuple[tuple[int, Moves], ...]:
    """Give number and moves of each of the trainee's turns, seen against what came before."""
    heard: list[tuple[int, Moves]] = []
    last: set[str] = set()
    said: set[str] = set()
    for index, turn in enumerate(transcript.turns):
        if turn.role == "trainee":
            heard.append((index, moves_among(turn.text, last=last, said=said)))
        elif turn.role == "stakeholder":
            last = set(stems(turn.text))
            said |= last
    return tuple(heard)


_QUESTIONS = (
    "questions",
    "open_questions",
    "closed_questions",
    "questions_per_trainee_turn",
    "playbacks",
)


def _questions(transcript: Transcript) -> dict[str, float | None]:
    said: set[str] = set()
    heard: list[tuple[tuple[Move, ...], bool]] = []
    for turn in transcript.turns:
        if turn.role == "trainee":
            heard.append(asked_and_played_back(turn.text, said=said))
        elif turn.role == "stakeholder":
            said |= set(stems(turn.text))
    opened, closed = (
        sum(asked.count(kind) for asked, _ in heard)
        for kind in (Move.OPEN_QUESTION, Move.CLOSED_QUESTION)
    )
    playbacks = sum(back for _, back in heard)
    counts = (opened + closed, opened, closed, _ratio(opened + closed, len(heard)), playbacks)
    return dict(zip(_QUESTIONS, counts, strict=True))


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _share_of_seconds(turns: Sequence[Turn]) -> float | None:
    """Give the trainee's share of the time, where every turn has a start and an end."""
    own = total = 0.0
    for turn in turns:
        if turn.started_s is None or turn.ended_s is None:
            return None
        seconds = max(0.0, turn.ended_s - turn.started_s)
        total += seconds
        own += seconds if turn.role == "trainee" else 0.0
    return _ratio(own, total)


def _longest_monologue(said: Sequence[tuple[str, int]]) -> int | None:
    """Give the words of the longest run of turns of the trainee; `said` are roles and words."""
    runs = (
        sum(count for _, count in run)
        for role, run in groupby(said, key=lambda turn: turn[0])
        if role == "trainee"
    )
    return max(runs, default=None)
