"""Patterns that look at a sentence only where its words allow a match.

A sentence is read once, word by word: each word has a number whose bits say which needles it
holds (`needles`). A pattern whose needles are not all there cannot match, and is not run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rmcoach_llm.language.needles import ways

TABLE = Path(__file__).parent / "data" / "needles.json"
"""Needles by `key_of` a pattern; finding them takes longer than a talk. A missing one is found."""

SHORT_CHARACTERS = 500
"""Texts up to here are remembered: all sentences of a talk of 2,000 turns; longer ones are few."""


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
    >>> tool.may_match("what hurts most?"), bool(tool.search("we love our tool."))
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


_Begun = tuple[int, tuple[int, ...]]
"""A pattern, and the sets of which a text must hold a needle each once one way has begun."""


class _Sieve:
    """Find the patterns that may match a text, by the needles that its words hold.

    A set of needles or of patterns is a number, a bit for each. A further reading of the words
    has bits of its own, above those of the reading before.
    """

    def __init__(
        self, sources: Sequence[str], readings: Sequence[Callable[[str], str]] = (str,)
    ) -> None:
        self.patterns = len(sources)
        self._readings = readings
        self._bits: dict[str, int] = {}
        self._begun: dict[int, list[_Begun]] = {}
        always = 0
        for number, source in enumerate(sources):
            found = _ways(source)
            if not found:
                always |= 1 << number
            for first, *others in found:
                way = (1 << number, tuple(map(self._any, others)))
                for needle in first:
                    self._begun.setdefault(self._any([needle]), []).append(way)
        self._always = -1 << len(sources) * len(readings)  # those made later, too
        for place in range(len(readings)):
            self._always |= always << place * len(sources)
        self._lengths = sorted({len(needle) for needle in self._bits})
        self._of_word = lru_cache(maxsize=16_384)(self._needles_of)

    def _any(self, needles: Iterable[str]) -> int:
        bits = 0
        for needle in needles:
            bits |= self._bits.setdefault(needle, 1 << len(self._bits))
        return bits

    def may(self, text: str) -> int:
        """Give the patterns that may match: those with a way of which each set is held."""
        words = list(map(self._of_word, set(text.split())))
        begun = [way for _, ways in words for way in ways]
        if not begun:
            return self._always
        held = 0
        for bits, _ in words:
            held |= bits
        may = self._always
        for pattern, others in begun:
            for other in others:
                if not held & other:
                    break
            else:
                may |= pattern
        return may

    def _needles_of(self, word: str) -> tuple[int, tuple[_Begun, ...]]:
        """Give the needles in a word, and the ways of which one of them is the first."""
        held, begun = 0, list[_Begun]()
        for place, read in enumerate(self._readings):
            found = self._found(read(word))
            above, next_to = place * len(self._bits), place * self.patterns
            held |= sum(found) << above
            begun += [
                (pattern << next_to, tuple(other << above for other in others))
                for needle in found
                for pattern, others in self._begun.get(needle, ())
            ]
        return held, tuple(begun)

    def _found(self, word: str) -> set[int]:
        return {
            self._bits.get(word[place : place + length], 0)
            for length in self._lengths
            for place in range(len(word) - length + 1)
        }


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
