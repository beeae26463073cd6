"""Patterns that are looked for together, apart from all others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from rmcoach_llm.language.needle_rows import number_of_ways, parts_of, read_ways, whole
from rmcoach_llm.language.sieve import Sieve


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

    >>> import re
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
            (pattern, "\n".join(parts_of(pattern.pattern, whole).values()))
            for pattern in self.patterns
        ]

    @cached_property
    def _of_way(self) -> list[tuple[P, int]]:
        """Give by way its pattern, and the bits of all ways of that."""
        made: list[tuple[P, int]] = []
        for pattern, own in self._rows:
            number = number_of_ways(own)
            made += [(pattern, (1 << number) - 1 << len(made))] * number
        return made

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve((way for _, own in self._rows for way in read_ways(own)), self._readings)
