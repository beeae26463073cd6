"""Fold a text for comparison, and keep the way back to the original places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rmcoach_llm.domain import is_control


class Folded(NamedTuple):
    """Hold a folded text; `origins` gives the place in the original of each character."""

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of the original that a non-empty span of the folded text came from."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str, replace: Callable[[str], str]) -> Folded:
    """Replace each character by zero or more others; runs of spaces become one.

    >>> folded = fold("A  b", str.lower)
    >>> folded.text, folded.span(1, 3)
    ('a b', (1, 4))
    """
    pieces = list(map(replace, text))
    whole = "".join(pieces)
    if len(whole) == len(text) and "" not in pieces and "  " not in whole:
        return Folded(whole, range(len(text)))  # each character has become one: the usual case
    made: list[str] = []
    origins: list[int] = []
    for place, piece in enumerate(pieces):
        for one in piece:
            if one != " " or not made or made[-1] != " ":
                made.append(one)
                origins.append(place)
    return Folded("".join(made), tuple(origins))


@lru_cache(maxsize=4_096)
def hidden(character: str) -> bool:
    """Say whether a character shows nothing: controls and format characters, not white space.

    >>> [hidden(c) for c in ("a", "\\n", "\\u200b", "\\U000e0041")]
    [False, False, True, True]
    """
    return is_control(character) and not character.isspace()
