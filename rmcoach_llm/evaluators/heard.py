"""What the stakeholder has said, and in which turn each thing was said first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TypeVar

from rmcoach_llm.language.figures import figures
from rmcoach_llm.language.words import stems

S = TypeVar("S")


class Before(Set[str]):
    """Give what was first said in one of the first turns, as a set; nothing is copied.

    `first` gives the number of the turn where each thing was first said, in that order.
    """

    def __init__(self, first: Mapping[str, int], turns: int) -> None:
        self._first = first
        self._turns = turns

    def __contains__(self, thing: object) -> bool:
        return isinstance(thing, str) and self._first.get(thing, self._turns) < self._turns

    def __iter__(self) -> Iterator[str]:
        return takewhile(self.__contains__, self._first)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __and__(self, things: Iterable[object]) -> frozenset[str]:
        first, turns = self._first, self._turns
        return frozenset([t for t in things if isinstance(t, str) and first.get(t, turns) < turns])

    __rand__ = __and__

    @classmethod
    def _from_iterable(cls, things: Iterable[S]) -> frozenset[S]:
        return frozenset(things)


@dataclass(frozen=True)
class Heard:
    """Hold the stakeholder's turns, and in which of them (from 0) each thing was first said."""

    texts: tuple[str, ...]

    @cached_property
    def stems(self) -> Mapping[str, int]:
        """Give the stems of the words that carry content."""
        return self._first(stems)

    @cached_property
    def figures(self) -> Mapping[str, int]:
        """Give the numbers."""
        return self._first(figures)

    def _first(self, things: Callable[[str], Iterable[str]]) -> Mapping[str, int]:
        first: dict[str, int] = {}
        for place, text in enumerate(self.texts):
            for thing in things(text):
                first.setdefault(thing, place)
        return first
