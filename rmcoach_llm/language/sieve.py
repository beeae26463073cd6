"""Which of many ways a text allows: each asks for needles in its words, and all are asked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_

from rmcoach_llm.language.needles import MOST_SETS
from rmcoach_llm.language.word_memory import WordMemory

LONGEST_WORD = 40
"""Words of so many letters are remembered; the number of one has some 500 bytes."""

SIGNS = '.,?!:;"()-\u2013\u2014\u2026\u201c\u201d'
"""Signs beside words: words are remembered without them. Needles with one are sought in the text."""

_SIGNS = frozenset(SIGNS)

Way = Sequence[Iterable[str]]
"""Sets of needles: a text that is to be let through holds one of each."""

Reading = Callable[[str], str]
"""How words may be read: done twice it gives the word, and what stands side by side stays so."""


class Sieve:
    """Find the ways that a text allows, by the needles that its words hold.

    What a word holds is one number: of the first sets of all ways a bit each, then of the second
    sets, then of the third. So a text is read in one step a word, whatever the ways are. For a
    further reading of the words each way stands there once more, with its needles read so.
    """

    def __init__(self, own: Iterable[Way], readings: Sequence[Reading] = (str,)) -> None:
        sets: list[dict[str, int]] = [{} for _ in range(MOST_SETS)]
        unasked = [0] * MOST_SETS
        size = 0
        for number, way in enumerate(own):
            bit, size = 1 << number, number + 1
            for place, bits in enumerate(sets):
                if place >= len(way):
                    unasked[place] |= bit
                    continue
                for needle in way[place]:
                    bits[needle] = bits.get(needle, 0) | bit
        self.ways = size * len(readings)
        self._all = (1 << self.ways) - 1
        self._unasked = 0
        self._bits: dict[str, int] = {}
        """The sets of which a needle is one."""
        for reading, read in enumerate(readings):
            for place, bits in enumerate(sets):
                shift = place * self.ways + reading * size
                self._unasked |= unasked[place] << shift
                for needle, held in bits.items():
                    said = read(needle)
                    self._bits[said] = self._bits.get(said, 0) | held << shift
        signed = [(n, held) for n, held in self._bits.items() if not _SIGNS.isdisjoint(n)]
        self._signed = [(sign, [each for each in signed if sign in each[0]]) for sign in SIGNS]
        self._lengths = sorted({len(needle) for needle in self._bits})
        self._of_word = WordMemory(self._found, longest=LONGEST_WORD).__getitem__

    def may(self, text: str) -> int:
        """Give the ways of which each set is held, a bit each."""
        held, apart = self._unasked, text
        for sign, needles in self._signed:
            if sign in text:
                apart = apart.replace(sign, " ")
                for needle, bits in needles:
                    if needle in text:
                        held |= bits
        held = reduce(or_, map(self._of_word, set(apart.split())), held)
        return held & held >> self.ways & held >> 2 * self.ways & self._all

    def _found(self, word: str) -> int:
        """Give the sets of the needles that stand in a word."""
        bits, size = self._bits, len(word) + 1
        parts = {word[end - n : end] for n in self._lengths for end in range(n, size)}
        return reduce(or_, map(bits.__getitem__, bits.keys() & parts), 0)
