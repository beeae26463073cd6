"""Patterns that look at a sentence only where its words allow a match.

A sentence is read once, word by word: each word has a number whose bits say which needles it
holds (`needles`). A pattern whose needles are not all there cannot match, and is not run.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rmcoach_llm.language.needles import MOST_SETS, ways

TABLE = Path(__file__).parent / "data" / "needles.json"
"""Needles by `key_of` a pattern; finding them takes longer than a talk. A missing one is found."""

SHORT_CHARACTERS = 500
"""Texts up to here are remembered: all sentences of a talk of 2,000 turns; longer ones are few."""

MOST_WORDS = 16_384
LONGEST_WORD = 40
"""So many words of so many letters are remembered."""


class Regex:
    """Hold a regular expression; it is compiled when it is first run.

    All of them together take 200 ms to compile, and a talk needs few of them.

    >>> Regex("marks?", re.I).search("Full MARKS").span()
    (5, 10)
    """

    def __init__(self, source: str, flags: int = 0) -> None:
        self.pattern = source
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    @cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        """Find the first place in a text; None where there is none."""
        return self._compiled.search

    @cached_property
    def finditer(self) -> Callable[[str], Iterator[re.Match[str]]]:
        """Yield the matches in a text, not overlapping."""
        return self._compiled.finditer

    @cached_property
    def findall(self) -> Callable[[str], list[str]]:
        """Give all places in a text, not overlapping."""
        return self._compiled.findall

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Match a whole text; None where it does not."""
        return self._compiled.fullmatch


class Pattern:
    """Hold a regular expression without flags; it is compiled when it may first match.

    All of them together take 100 ms to compile, a fifth of what a user waits for the first
    prompt. Make patterns once, as constants of a module: all are kept.

    >>> tool = Pattern(r"\\bour (?:tool|platform)\\b")
    >>> tool.may_match("a text of no other example"), bool(tool.search("we love our tool."))
    (False, True)
    """

    def __init__(self, source: str) -> None:
        self.pattern = source
        self.bit = 1 << len(_ALL)
        _ALL.append(self)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def may_match(self, text: str) -> bool:
        """Say whether a text or a part of it may match: False is sure, True is not."""
        return bool(may_match(text) & self.bit)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place in a text; None where there is none."""
        return self._compiled.search(text) if may_match(text) & self.bit else None

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the beginning of a text; None where it does not."""
        return self._compiled.match(text)

    def findall(self, text: str) -> list[str]:
        """Give all places in a text, not overlapping."""
        return self._compiled.findall(text) if may_match(text) & self.bit else []

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, not overlapping."""
        return self._compiled.finditer(text) if may_match(text) & self.bit else iter(())


_ALL: list[Pattern] = []


def all_patterns() -> tuple[Pattern, ...]:
    """Give the patterns of all modules that are imported."""
    return tuple(_ALL)


def any_of(*alternatives: str, start: bool = False) -> Pattern:
    """Give the pattern that finds any of some phrases whole; with `start` it is to begin there."""
    body = "|".join(alternatives)
    return Pattern(rf"(?:{body})\b" if start else rf"\b(?:{body})\b")


def key_of(source: str) -> str:
    """Give the name of a pattern in the table."""
    return sha256(source.encode()).hexdigest()[:16]


class Searched(Protocol):
    """Hold a regular expression without flags, as text."""

    @property
    def pattern(self) -> str:
        """Give the text."""
        ...


P = TypeVar("P", bound=Searched)


class Haystack(Generic[P]):
    """Hold patterns that are looked for together, apart from all others.

    With `readings` each word is read in each of these ways, too.

    >>> few = Haystack([re.compile("award (?:5|five)"), re.compile("full marks")])
    >>> [pattern.pattern for pattern in few.likely("we award five")[0]], few.likely("we wait")
    (['award (?:5|five)'], ([],))
    """

    def __init__(
        self, patterns: Sequence[P], readings: Sequence[Callable[[str], str]] = (str,)
    ) -> None:
        self.patterns = tuple(patterns)
        self._readings = tuple(readings)

    @cached_property
    def _sieve(self) -> _Sieve:
        return _Sieve([pattern.pattern for pattern in self.patterns], self._readings)

    def likely(self, text: str) -> tuple[list[P], ...]:
        """Give for each reading the patterns that may match a text or a part of it."""
        may = self._sieve.may(text)
        return tuple(self._of_reading(may, place) for place in range(len(self._readings)))

    def _of_reading(self, may: int, place: int) -> list[P]:
        size = len(self.patterns)
        left = may >> place * size & (1 << size) - 1
        found = []
        while left:
            lowest = left & -left
            found.append(self.patterns[lowest.bit_length() - 1])
            left ^= lowest
        return found


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


class _Sieve:
    """Find the patterns that may match a text, by the needles that its words hold.

    What a word holds is one number: of the first sets of all ways a bit each, then of the second
    sets, then of the third. So a text is read in one step a word, whatever the patterns are. A
    further reading of the words has bits of its own, above those of the reading before.
    """

    def __init__(
        self, sources: Sequence[str], readings: Sequence[Callable[[str], str]] = (str,)
    ) -> None:
        self.patterns = len(sources)
        self._readings = readings
        always = 0
        ways: list[tuple[int, Sequence[Iterable[str]]]] = []
        for number, source in enumerate(sources):
            found = _ways(source)
            ways += [(1 << number, way) for way in found]
            if not found:
                always |= 1 << number
        self._number = len(ways)
        self._of_way = [pattern for pattern, _ in ways]
        self._places: dict[str, list[int]] = {}
        unasked = 0
        for number, (_, way) in enumerate(ways):
            for place in range(number, MOST_SETS * self._number, self._number):
                needles = way[place // self._number :][:1]
                unasked |= 0 if needles else 1 << place
                for needle in itertools.chain(*needles):
                    self._places.setdefault(needle, []).append(place)
        self._unasked = self._in_all(unasked, MOST_SETS * self._number)
        # Those made later match always, too.
        self._always = self._in_all(always, self.patterns) | -1 << self.patterns * len(readings)
        self._lengths = sorted({len(needle) for needle in self._places})
        self._of_word = _Memory(self._held_by)

    def _in_all(self, bits: int, size: int) -> int:
        """Give the same bits for each reading, each `size` bits above the one before."""
        return sum(bits << place * size for place in range(len(self._readings)))

    def may(self, text: str) -> int:
        """Give the patterns that may match: those with a way of which each set is held."""
        held = self._unasked
        for word in set(text.split()):
            held |= self._of_word[word]
        may = self._always
        for place in range(len(self._readings)):
            may |= self._complete(held) << place * self.patterns
            held >>= MOST_SETS * self._number
        return may

    def _complete(self, held: int) -> int:
        """Give the patterns of the ways of which each set is held, in the lowest reading."""
        size = self._number
        ways = held & held >> size & held >> 2 * size & (1 << size) - 1
        may = 0
        while ways:
            last = ways.bit_length() - 1
            may |= self._of_way[last]
            ways ^= 1 << last
        return may

    def _held_by(self, word: str) -> int:
        """Give the sets of which a word holds a needle, in each reading."""
        size = MOST_SETS * self._number
        held = 0
        for place, read in enumerate(self._readings):
            held |= self._found(read(word)) << place * size
        return held

    def _found(self, word: str) -> int:
        held = bytearray(-(-MOST_SETS * self._number // 8))
        for length in self._lengths:
            for start in range(len(word) - length + 1):
                for place in self._places.get(word[start : start + length], ()):
                    held[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(held, "little")


_sieves: list[_Sieve] = []


def _sieve() -> _Sieve:
    """Give the sieve of all patterns; a new one where patterns were made since."""
    if not _sieves or _sieves[0].patterns != len(_ALL):
        _sieves[:] = [_Sieve([pattern.pattern for pattern in _ALL])]
    return _sieves[0]


def may_match(text: str) -> int:
    """Give the patterns that may match a text or a part of it, as the sum of their `bit`s.

    Patterns made later are among them. Who asks for many patterns of one text asks once.
    """
    return _may_short(text) if len(text) <= SHORT_CHARACTERS else _may_long(text)


@lru_cache(maxsize=16_384)
def _may_short(text: str) -> int:
    return _sieve().may(text)


@lru_cache(maxsize=64)
def _may_long(text: str) -> int:
    return _sieve().may(text)


def _ways(source: str) -> Sequence[Sequence[Iterable[str]]]:
    found = _table().get(key_of(source))
    return found if found is not None else ways(source)


@lru_cache(maxsize=1)
def _table() -> dict[str, list[list[list[str]]]]:
    table: dict[str, list[list[list[str]]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table
