"""Remember a number for each word: the words of talks come again."""

from __future__ import annotations

from collections.abc import Callable

MOST_WORDS = 4_096
"""So many words are remembered that came lately, and at most as many that came before them."""


class WordMemory(dict[str, int]):
    """Remember what a function gives for words of up to so many letters.

    When it is full, what it holds becomes the older half, and what that held is let go. A word
    that comes again moves over, so those that are said all the time are never looked at twice.
    Equal numbers are held once: thousands of words have some hundred, of half a kB each.

    >>> lengths = WordMemory(len, longest=4)
    >>> lengths["days"], lengths["months"], list(lengths)
    (4, 6, ['days'])
    """

    def __init__(self, find: Callable[[str], int], *, longest: int) -> None:
        super().__init__()
        self._find = find
        self._longest = longest
        self._older: dict[str, int] = {}
        self._same: dict[int, int] = {}

    def __missing__(self, word: str) -> int:
        found = self._older.get(word)
        if found is None:
            found = self._find(word)
        if len(word) <= self._longest:
            if len(self) >= MOST_WORDS:
                self._older = self.copy()
                self.clear()
                self._same.clear()
            self[word] = found = self._same.setdefault(found, found)
        return found
