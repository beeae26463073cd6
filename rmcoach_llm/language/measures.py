"""Count what can be counted in a conversation: shares, lengths, pace, questions, playback, jargon.

They describe; no score follows from them. Each name holds its unit; what is undefined is None.
docs/measures.md says of each where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rmcoach_llm.domain import Flag, Move, QuestionKind, Transcript
from rmcoach_llm.language.moves import Moves, counted_among
from rmcoach_llm.language.pace import pace_of, ratio
from rmcoach_llm.language.patterns import IT_JARGON
from rmcoach_llm.language.words import all_stems, count_words, plain, sentences, stems, words

FILLERS = re.compile(r"\b(?:um+|uh+|erm*|you know|sort of|kind of|basically|literally)\b")
_FILLERS_IN_ANY_CASE = re.compile(FILLERS.pattern, re.I)
"""Three times as slow: for text with letters of which not all have become small ones."""

LONG_ENOUGH_WORDS = 20
"""So many words without a single mark make a transcript one without punctuation."""

_MARKS = re.compile(r"[.,;:!?\u2026\u3002\uff1f\uff01\u061f\u0964]")


_KINDS = tuple((kind, f"{kind.value}_questions") for kind in QuestionKind)

HeardMoves = tuple[tuple[int, Moves], ...]
"""Number and moves of each of the trainee's turns."""


@dataclass(frozen=True)
class Measures:
    """Hold the measures by name, the unit in the name, None where undefined; and warnings."""

    values: Mapping[str, float | None]
    flags: tuple[Flag, ...] = ()


def measures_of(
    transcript: Transcript,
    *,
    glossary: Sequence[str] | None = None,
    heard: HeardMoves | None = None,
) -> Measures:
    """Measure a transcript; shares run from 0 to 1.

    `glossary` are the terms of the scenario that was played, `heard` the trainee's moves, where
    they are known already.

    >>> talk = Transcript.of("t", [("A", "trainee", "What hurts?"), ("B", "stakeholder", "It does.")])
    >>> measures_of(talk).values["trainee_share_of_words"]
    0.5
    """
    lines = counted_moves(transcript) if heard is None else heard
    values = {**pace_of(transcript.turns), **_words(transcript, glossary)}
    if lacks_punctuation(transcript):
        values |= dict.fromkeys(_questions(lines, values))
        detail = "no punctuation: questions cannot be counted, and sentences are not told apart"
        return Measures(values, (Flag(kind="no-punctuation", detail=detail),))
    return Measures(values | _questions(lines, values))


def lacks_punctuation(transcript: Transcript) -> bool:
    """Say whether 20 words or more of the trainee stand there without a single mark.

    >>> lacks_punctuation(Transcript.of("t", [("A", "trainee", "so what " * 12)]))
    True
    """
    text = " ".join(turn.text for _, turn in transcript.of_role("trainee"))
    return not _MARKS.search(text) and len(words(text)) >= LONG_ENOUGH_WORDS


def counted_moves(transcript: Transcript) -> HeardMoves:
    """Give number and counted moves of each of the trainee's turns, seen against what came before."""
    heard: list[tuple[int, Moves]] = []
    said: set[str] = set()
    for index, turn in enumerate(transcript.turns):
        if turn.role == "trainee":
            heard.append((index, counted_among(turn.text, said=said)))
        elif turn.role == "stakeholder":
            said |= set(stems(turn.text))
    return tuple(heard)


def _words(transcript: Transcript, glossary: Sequence[str] | None) -> dict[str, float | None]:
    """Count fillers, words of IT that the business has not used, and terms of its own."""
    own = [(index, plain(turn.text)) for index, turn in transcript.of_role("trainee")]
    total = sum(count_words(turn.text) for _, turn in transcript.of_role("trainee"))
    fillers = sum(
        len((FILLERS if text.isascii() else _FILLERS_IN_ANY_CASE).findall(text)) for _, text in own
    )
    return {
        "fillers_per_100_words": ratio(100 * fillers, total),
        "it_jargon_per_100_words": ratio(100 * _jargon(transcript, glossary or ()), total),
        "glossary_terms_used": _terms(glossary, [text for _, text in own]),
    }


def _jargon(transcript: Transcript, glossary: Sequence[str]) -> int:
    """Count the trainee's words of IT that are no term of the business and that nobody else used."""
    found = 0
    theirs: set[str] = set()
    unread = list(glossary)
    for turn in transcript.turns:
        if turn.role != "trainee":
            unread.append(turn.text)
            continue
        # By sentence: what may match one is known, and no term runs over the end of one.
        for word in [w for part in sentences(turn.text) for w in IT_JARGON.findall(part.plain)]:
            while unread:  # stems only where there is something to compare
                theirs.update(all_stems(unread.pop()))
            found += not set(all_stems(word)) <= theirs
    return found


def _terms(glossary: Sequence[str] | None, own: Sequence[str]) -> int | None:
    """Count the terms of the glossary that the trainee has used, each once."""
    if glossary is None:
        return None
    spoken = f" {' '.join(stem for text in own for stem in all_stems(text))} "
    return sum(f" {' '.join(all_stems(term))} " in spoken for term in glossary)


def _questions(lines: HeardMoves, values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Count questions by form and by what they are after, their rates, and playbacks."""
    seen = [sighting.what for _, moves in lines for sighting in moves.seen]
    opened, closed = seen.count(Move.OPEN_QUESTION), seen.count(Move.CLOSED_QUESTION)
    asked, minutes = opened + closed, values.get("minutes")
    counts: dict[str, float | None] = {
        "questions": asked,
        "open_questions": opened,
        "closed_questions": closed,
        "leading_questions": seen.count(Move.LEADING_QUESTION),
        "turns_with_several_questions": seen.count(Move.SEVERAL_QUESTIONS),
    }
    counts |= {name: seen.count(kind) for kind, name in _KINDS}
    return counts | {
        "questions_per_trainee_turn": ratio(asked, len(lines)),
        "questions_per_30_minutes": ratio(30 * asked, minutes or 0),
        "playbacks": sum(moves.did(Move.PLAYBACK) for _, moves in lines),
    }
