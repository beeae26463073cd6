"""Whether a line that a model wrote for a trainee can be shown: nothing made up, nothing odd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rmcoach_llm.domain import Transcript
from rmcoach_llm.language.folding import hidden
from rmcoach_llm.language.injection import speaks_of_grading, suspects
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.vectors import word_table
from rmcoach_llm.language.words import FUNCTION_WORDS, plain, sentences, stem, words

LEAST_WORDS, MOST_WORDS = 3, 45
MOST_CHARACTERS = 300
MOST_SENTENCES = 2
FURTHER_NUMBERS = re.compile(r"\b(?:hundreds?|thousands?|millions?|billions?|dozens?|percent)\b")
MARKUP = re.compile(r"[<>{}`|\\]|\*\*|__|\]\(|https?:|www\.|^\s*(?:[-*#]|\d+\.)\s|^\w+:\s")
NAME = re.compile(r"[A-Z][\w'-]+")
DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
    " july august september october november december".split()
)


def why_unusable(line: str, advice: str, transcript: Transcript, turn: int | None) -> str | None:
    """Say why a line cannot be shown, or give None where it can.

    Its numbers, days and names must stand in the authored `advice` or in the talk up to `turn`
    (from 0), which the trainee could know then; without a turn in the advice alone, as it is
    for the next talk with anybody.

    >>> talk = Transcript.of("t", [("B", "stakeholder", "It takes nine days.")])
    >>> why_unusable("What makes it nine days?", "Ask on.", talk, 0) is None
    True
    >>> why_unusable("What makes it ten days?", "Ask on.", talk, 0)
    'it names 10, which nobody had said'
    """
    if not line.isprintable() or any(map(hidden, line)):
        return "it holds characters that steer or cannot be seen"
    if MARKUP.search(line):
        return "it holds markup"
    spoken = words(line)
    if not LEAST_WORDS <= len(spoken) <= MOST_WORDS or len(line) > MOST_CHARACTERS:
        return f"it has {len(spoken)} words, {LEAST_WORDS} to {MOST_WORDS} are shown"
    if len(sentences(line)) > MOST_SENTENCES:
        return f"it has {len(sentences(line))} sentences, at most {MOST_SENTENCES} are shown"
    if suspects(line) or any(speaks_of_grading(part.plain) for part in sentences(line)):
        return "it speaks of the exercise"
    known = advice if turn is None else "\n".join([advice, *_said(transcript, turn)])
    made_up = sorted({*_figures(line)} - {*_figures(known)}) or list(_strange_names(line, known))
    return f"it names {', '.join(made_up)}, which nobody had said" if made_up else None


def _said(transcript: Transcript, turn: int) -> Iterator[str]:
    yield from (held.text for held in transcript.turns[: turn + 1])
    # Whom they talk to is no secret.
    yield from (person.name for person in transcript.participants)


def _figures(text: str) -> Iterator[str]:
    """Yield numbers, words for large ones, and days."""
    yield from numbers(text)
    yield from FURTHER_NUMBERS.findall(plain(text))
    yield from (word for word in words(text) if word in DAYS and word != "may")


def _strange_names(line: str, known: str) -> Iterator[str]:
    """Yield what looks like a name and does not stand in what is known.

    At the start of a sentence any word is capital: there only one that is no English word counts.
    """
    heard = _owners(words(known))
    starts = {part.start for part in sentences(line)}
    for found in NAME.finditer(line):
        word = found.group().lower()
        parts = _owners(words(word))
        if parts <= heard or word in FUNCTION_WORDS or word.partition("'")[0] == "i":
            continue
        if found.start() in starts and all(stem(part) in word_table() for part in parts):
            continue
        yield found.group()


def _owners(found: Iterable[str]) -> set[str]:
    """Give words without the sign of possession: who heard of Dublin may say "Dublin's"."""
    return {word.removesuffix("'").removesuffix("'s") for word in found}
