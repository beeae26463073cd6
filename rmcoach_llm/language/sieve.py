"""Which of many ways a text allows: each asks for needles in its words, and all are asked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rmcoach_llm.language.needles import MOST_SETS

MOST_WORDS = 4_096
LONGEST_WORD = 40
"""So many words of so many letters are remembered, each with a number of some 400 bytes."""

Way = Sequence[Iterable[str]]
"""Sets of needles: a text that is to be let through holds one of each."""


class _Memory(dict[str, int]):
    """Remember a number for each short word; it begins anew when it is full."""

    def __init__(self, find: Callable[[str], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> int:
        found = self._find(word)
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = found
        return found


class Sieve:
    """Find the ways that a text allows, by the needles that its words hold.

    What a word holds is one number: of the first sets of all ways a bit each, then of the second
    sets, then of the third. So a text is read in one step a word, whatever the ways are. For a
    further reading of the words each way stands there once more.
    """

    def __init__(
        self, own: Sequence[Way], readings: Sequence[Callable[[str], str]] = (str,)
    ) -> None:
        self._own = len(own)
        self._readings = readings
        self.ways = self._own * len(readings)
        self._all = (1 << self.ways) - 1
        self._unasked = 0
        self._bits: dict[str, int] = {}
        """The sets of which a needle is one."""
        for number, way in enumerate(own):
            for place, needles in enumerate(way):
                bit = 1 << place * self.ways + number
                for needle in needles:
                    self._bits[needle] = self._bits.get(needle, 0) | bit
            for place in range(len(way), MOST_SETS):
                for reading in range(len(readings)):
                    self._unasked |= 1 << place * self.ways + reading * self._own + number
        self._lengths = sorted({len(needle) for needle in self._bits})
        self._of_word = _Memory(self._held_by)

    def may(self, text: str) -> int:
        """Give the ways of which each set is held, a bit each."""
        held = self._unasked
        of_word = self._of_word
        for word in set(text.split()):
            held |= of_word[word]
        return held & held >> self.ways & held >> 2 * self.ways & self._all

    def _held_by(self, word: str) -> int:
        """Give the sets of which a word holds a needle, in each reading."""
        return sum(
            self._found(read(word)) << place * self._own
            for place, read in enumerate(self._readings)
        )

    def _found(self, word: str) -> int:
        parts = {
            word[start : start + length]
            for length in self._lengths
            for start in range(len(word) - length + 1)
        }
        held = 0
        for needle in parts & self._bits.keys():
            held |= self._bits[needle]
        return held
