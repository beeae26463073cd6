"""What is suspect in a text, and the clauses that it is looked for in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from rmcoach_llm.language.pattern import Regex

SuspectKind = Literal[
    "addresses-grader",
    "hidden-characters",
    "fake-delimiter",
    "forged-speaker",
    "false-quote",
    "markup",
    "flood",
]

_CLAUSE_END = Regex(r"[.!?\n](?=\s|$)")


class Suspect(NamedTuple):
    """Locate suspect text: `start` to `end` (excluded) of the turn, and what it looks like."""

    kind: SuspectKind
    start: int
    end: int
    detail: str


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of sentences and lines that are not blank."""
    start = 0
    for end in [match.end() for match in _CLAUSE_END.finditer(text)] + [len(text)]:
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            yield left, left + len(piece.strip())
        start = end
