"""The marks of a sentence beside its words: how long it is, whether it asks, of whom it speaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rmcoach_llm.language.features import NUMBER, SELF, YOU, content_of

SIGNS = (
    "up to four words",
    "up to eight words",
    "up to sixteen words",
    "over thirty words",
    "asks",
    "begins to ask",
    "asks and goes on",
    "shared",
    "shares",
    "shares, no question",
    "you",
    "self",
    "you, not self, no question",
    "partner asks",
    "number",
    "number of theirs",
    "partner, words",
)
"""The marks; the last is the only one of which there are many values."""

ASKING = frozenset(
    "who whose what how when where which why do does did is are can could would".split()
)

Values = tuple[float, ...]

LENGTHS = (4, 8, 16, 30)
"""Up to so many words, or more than the last."""

Look = tuple[int, bool, bool, bool, int, bool, bool, bool, bool, bool]
"""What the marks are told from: many sentences look the same."""


def signs(found: Sequence[str], before: Sequence[str]) -> dict[str, float]:
    """Give the marks of a tokenized text after the partner's: only those that it has, 0 to 1.

    >>> sorted(signs(("so", "you", "lost", "#", "days", "?"), ("we", "lost", "#", "days")))
    ['asks', 'number', 'number of theirs', 'partner, words', 'shared', 'shares', 'up to eight words', 'you']
    """
    shared = len(content_of(found) & content_of(before))
    found_values = (*values(look_at(found, before, shared)), share_of(before))
    return {name: value for name, value in zip(SIGNS, found_values, strict=True) if value}


def look_at(found: Sequence[str], before: Sequence[str], shared: int) -> Look:
    """Give what the marks are told from, but for the length of what the partner said.

    `shared` is how many words of content both texts have.
    """
    words = set(found)
    number = NUMBER in words
    return (
        bisect_left(LENGTHS, len(found)),
        found[-1:] == ("?",),
        bool(found) and found[0] in ASKING,
        "?" in words,
        min(shared, 4),
        not words.isdisjoint(YOU),
        not words.isdisjoint(SELF),
        before[-1:] == ("?",),
        number,
        number and NUMBER in before,
    )


def values(look: Look) -> Values:
    """Give the value of each mark but the last, 0 to 1, in the order of `SIGNS`."""
    size, asks, begins, asked, shared, you, self, partner_asks, number, theirs = look
    return (
        float(size == 0),
        float(size == 1),
        float(size == 2),
        float(size == len(LENGTHS)),
        float(asks),
        float(begins),
        float(asked and not asks),
        shared / 4,
        float(shared > 0),
        float(shared > 0 and not asked),
        float(you),
        float(self),
        float(you and not self and not asked),
        float(partner_asks),
        float(number),
        float(theirs),
    )


def share_of(before: Sequence[str]) -> float:
    """Give the value of the last mark: how long the partner's turn is, of the most that counts."""
    return min(len(before), 40) / 40
