"""Patterns that look at a sentence only where its words allow a match.

A pattern is taken apart into its alternatives. A sentence is read once, word by word: each word has
a number whose bits say which needles it holds (`needles`). An alternative whose needles are not all
there cannot match: it is not run, and not even compiled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rmcoach_llm.language.alternatives import alternatives
from rmcoach_llm.language.needles import ways
from rmcoach_llm.language.sieve import Sieve, Way

TABLE = Path(__file__).parent / "data" / "needles.json"
"""By `key_of` a pattern its alternatives, each with its ways as `written`; a missing row is found, which
takes long."""

SHORT_CHARACTERS = 500
"""Texts up to here are remembered: all sentences of a talk of 500 turns; longer ones are few."""


class Regex:
    """Hold a regular expression; it is compiled when it is first run.

    All of them together take 300 ms to compile, and a talk needs few of them.

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
    def match(self) -> Callable[[str], re.Match[str] | None]:
        """Match at the beginning of a text; None where it does not."""
        return self._compiled.match

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Match a whole text; None where it does not."""
        return self._compiled.fullmatch


class Pattern:
    """Hold a regular expression without flags, of which only what may match is run.

    Make patterns once, as constants of a module: all are kept.

    >>> tool = Pattern(r"\\bour (?:tool|platform)\\b")
    >>> tool.may_match("a text of no other example"), bool(tool.search("we love our tool."))
    (False, True)
    """

    def __init__(self, source: str) -> None:
        self.pattern = source
        self._whole = Regex(source)
        self._start = 0
        self.bits = 0
        """The bits of what `may_match` gives that are of this pattern."""
        self._parts: Sequence[str] = ()
        _ALL.append(self)
        _forget()

    def may_match(self, text: str) -> bool:
        """Say whether a text or a part of it may match: False is sure, True is not."""
        return self.is_among(may_match(text))

    def is_among(self, may: int) -> bool:
        """Say whether this is one of the patterns that `may_match` gives."""
        return bool(may & self.bits)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place in a text; None where there is none."""
        return self.search_among(may_match(text), text)

    def search_among(self, may: int, text: str) -> re.Match[str] | None:
        """Find the first place in a text of which `may_match` gives `may`."""
        found: re.Match[str] | None = None
        left, before = may & self.bits, ""
        while left:
            lowest = left & -left
            left ^= lowest
            part = self._parts[lowest.bit_length() - self._start]
            if part is before:
                continue  # another way of the same alternative
            before = part
            match = _SEARCH[part](text)
            if match is not None and (found is None or match.start() < found.start()):
                found = match
        return found

    def findall(self, text: str) -> list[str]:
        """Give all places in a text, not overlapping."""
        return self._whole.findall(text) if self.search(text) else []

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, not overlapping."""
        return self._whole.finditer(text) if self.search(text) else iter(())

    def stand(self, start: int, parts: Sequence[str]) -> None:
        """Say which bits are of this pattern: from `start` on one for each of `parts`."""
        self._start, self.bits = start + 1, (1 << len(parts)) - 1 << start
        self._parts = parts


class _Searches(dict[str, Callable[[str], re.Match[str] | None]]):
    """Compile an alternative when it is first run; give what finds its first place in a text."""

    def __missing__(self, source: str) -> Callable[[str], re.Match[str] | None]:
        self[source] = re.compile(source).search
        return self[source]


_SEARCH = _Searches()
_ALL: list[Pattern] = []


def all_patterns() -> tuple[Pattern, ...]:
    """Give the patterns of all modules that are imported."""
    return tuple(_ALL)


def any_of(*phrases: str) -> Pattern:
    """Give the pattern that finds any of some phrases whole."""
    return Pattern(rf"\b(?:{'|'.join(phrases)})\b")


def begins_with(*phrases: str) -> Regex:
    """Give what matches a text that begins with any of some phrases, whole."""
    return Regex(rf"(?:{'|'.join(phrases)})\b")


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

    With `readings` each word is read in each of these ways, too (`sieve.Reading`).

    >>> few = Haystack([re.compile("award (?:5|five)"), re.compile("full marks")])
    >>> [pattern.pattern for pattern in few.likely("we award five")[0]], few.likely("we wait")
    (['award (?:5|five)'], ([],))
    """

    def __init__(
        self, patterns: Sequence[P], readings: Sequence[Callable[[str], str]] = (str,)
    ) -> None:
        self.patterns = tuple(patterns)
        self._readings = tuple(readings)

    def likely(self, text: str) -> tuple[list[P], ...]:
        """Give for each reading the patterns that may match a text or a part of it."""
        return self.among(self.may(text))

    def may(self, text: str) -> int:
        """Give what may match in any reading, for `by_reading` and `among`."""
        return self._sieve.may(text)

    def by_reading(self, may: int) -> list[int]:
        """Give the bits of each reading, as if it were the only one."""
        size = len(self._of_way)
        return [may >> place * size & (1 << size) - 1 for place in range(len(self._readings))]

    def among(self, may: int) -> tuple[list[P], ...]:
        """Give for each reading the patterns that are in what `may` gives."""
        found: tuple[list[P], ...] = tuple([] for _ in self._readings)
        left = may
        while left:
            lowest = left & -left
            reading, way = divmod(lowest.bit_length() - 1, len(self._of_way))
            pattern, all_ways = self._of_way[way]
            found[reading].append(pattern)
            left &= ~(all_ways << reading * len(self._of_way))
        return found

    def bits(self, patterns: Collection[P]) -> int:
        """Give the bits of some patterns in the first reading."""
        return sum(1 << way for way, (pattern, _) in enumerate(self._of_way) if pattern in patterns)

    @cached_property
    def _rows(self) -> list[tuple[P, str]]:
        """Give each pattern with its ways, as `written`."""
        return [
            (pattern, "\n".join(_parts(pattern.pattern, whole).values()))
            for pattern in self.patterns
        ]

    @cached_property
    def _of_way(self) -> list[tuple[P, int]]:
        """Give by way its pattern, and the bits of all ways of that."""
        made: list[tuple[P, int]] = []
        for pattern, own in self._rows:
            number = _number(own)
            made += [(pattern, (1 << number) - 1 << len(made))] * number
        return made

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve((way for _, own in self._rows for way in _read(own)), self._readings)


class _Known:
    """Hold the sieve of all patterns; each is told which bits are its own."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        rows = [(pattern, _parts(pattern.pattern, alternatives)) for pattern in patterns]
        start = 0
        for pattern, found in rows:
            parts = [part for part, own in found.items() for _ in range(_number(own))]
            pattern.stand(start, parts)
            start += len(parts)
        self.sieve = Sieve(way for _, found in rows for own in found.values() for way in _read(own))


_known: list[_Known] = []


def _forget() -> None:
    """Let go of what was found without the newest pattern."""
    _known.clear()
    _may_short.cache_clear()
    _may_long.cache_clear()


def _sieve() -> Sieve:
    """Give the sieve of all patterns; a new one where patterns were made since."""
    if not _known:
        _known[:] = [_Known(_ALL)]
    return _known[0].sieve


def may_match(text: str) -> int:
    """Give what may match a text or a part of it, for `Pattern.is_among`.

    Who asks for many patterns of one text asks once.
    """
    return _may_short(text) if len(text) <= SHORT_CHARACTERS else _may_long(text)


@lru_cache(maxsize=1_024)
def _may_short(text: str) -> int:
    return _may(text)


@lru_cache(maxsize=64)
def _may_long(text: str) -> int:
    return _may(text)


def _may(text: str) -> int:
    sieve = _sieve()
    return sieve.may(text) | -1 << sieve.ways  # what is made later may match, too


def _parts(source: str, parts: Callable[[str], Sequence[str]]) -> Mapping[str, str]:
    """Give the parts of a pattern, each with its ways as `written`."""
    return _table().get(key_of(source)) or {part: written(ways(part)) for part in parts(source)}


def written(found: Sequence[Way]) -> str:
    r"""Write down ways, one a line: a tab between sets, a space between needles.

    Where none is known there is one without a needle: the empty line. So written they are read as
    they are needed: a list for each of 4,000 sets would keep the collector of garbage busy.

    >>> written([[["full", "top"], ["mark"]], [["5/5"]]])
    'full top\tmark\n5/5'
    """
    return "\n".join("\t".join(" ".join(sorted(needles)) for needles in way) for way in found)


def _read(text: str) -> Iterator[Way]:
    return ([needles.split(" ") for needles in way.split("\t") if way] for way in text.split("\n"))


def _number(text: str) -> int:
    return text.count("\n") + 1


def whole(source: str) -> tuple[str, ...]:
    """Give a pattern as its only part."""
    return (source,)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table
