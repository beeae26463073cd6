"""Typing slips: a word that nobody knows, one letter away from a word of the scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

SHORTEST = 5
"""Letters of a word from which on a slip is forgiven: short words are too near to each other."""


class Speller:
    """Put right the words that are one letter from a known word: left out, added, wrong, swapped.

    What holds a digit is a name or a number, and stays.

    >>> Speller(["dashboard", "budget"]).right("dashbaord")
    'dashboard'
    >>> Speller(["budget"]).right("nudges")
    'nudges'
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._counts = Counter(word for word in words if len(word) >= SHORTEST - 1)
        self._near: dict[str, list[str]] | None = None

    def right(self, word: str) -> str:
        """Give the known word that is meant, or the word itself; the commoner of two wins."""
        if len(word) < SHORTEST or word in self._counts or not word.isalpha():
            return word
        if self._near is None:
            self._near = {}
            for known in self._counts:
                for shorter in {known, *_one_left_out(known)}:
                    self._near.setdefault(shorter, []).append(known)
        close = {
            known
            for shorter in (word, *_one_left_out(word))
            for known in self._near.get(shorter, ())
            if _one_apart(word, known)
        }
        return max(sorted(close), key=self._counts.__getitem__, default=word)


def _one_left_out(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _one_apart(one: str, other: str) -> bool:
    """Say whether one slip makes one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return len(one) != len(other)
    left, right = one[same:], other[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
