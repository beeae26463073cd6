"""Patterns that look at a sentence only where its words allow a match.

A pattern is taken apart into its alternatives. A sentence is read once, word by word: each word has
a number whose bits say which needles it holds (`needles`). An alternative whose needles are not all
there cannot match: it is not run, and not even compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, lru_cache

from rmcoach_llm.language.alternatives import alternatives
from rmcoach_llm.language.needle_rows import number_of_ways, parts_of, read_ways
from rmcoach_llm.language.sieve import Sieve

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
        self._start = 0
        self.bits = 0
        """The bits of what `may_match` gives that are of this pattern."""
        self._parts: Sequence[str] = ()
        _ALL.append(self)
        _forget()

    def may_match(self, text: str) -> bool:
        """Say whether a text or a part of it may match: False is sure, True is not."""
        return bool(may_match(text) & self.bits)

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
        return self._among(text).findall(text) if self.search(text) else []

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, not overlapping."""
        return self._among(text).finditer(text) if self.search(text) else iter(())

    def _among(self, text: str) -> re.Pattern[str]:
        """Give what finds the same in a text: the one alternative that may match, or the whole."""
        left = may_match(text) & self.bits
        first, last = left & -left, left.bit_length()
        part = self._parts[first.bit_length() - self._start]
        return _compiled(part if part is self._parts[last - self._start] else self.pattern)

    def stand(self, start: int, parts: Sequence[str]) -> None:
        """Say which bits are of this pattern: from `start` on one for each of `parts`."""
        self._start, self.bits = start + 1, (1 << len(parts)) - 1 << start
        self._parts = parts


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


class _Searches(dict[str, Callable[[str], re.Match[str] | None]]):
    """Compile an alternative when it is first run; give what finds its first place in a text."""

    def __missing__(self, source: str) -> Callable[[str], re.Match[str] | None]:
        self[source] = _compiled(source).search
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


class _Known:
    """Hold the sieve of all patterns; each is told which bits are its own."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        rows = [(pattern, parts_of(pattern.pattern, alternatives)) for pattern in patterns]
        start = 0
        for pattern, found in rows:
            parts = [part for part, own in found.items() for _ in range(number_of_ways(own))]
            pattern.stand(start, parts)
            start += len(parts)
        self.sieve = Sieve(
            way for _, found in rows for own in found.values() for way in read_ways(own)
        )


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
    """Give what may match a text or a part of it; each pattern has its `bits` in it.

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
