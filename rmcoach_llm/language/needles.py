"""What a text must hold for a pattern to match: looking for that first is far quicker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

# The parser of `re` has no public name; without it nothing is ruled out, and all works as before.
_parser: Any = import_module("re._parser")


Strings = frozenset[str]

MOST_LETTERS = 16
"""Of a place with more letters than these nothing is learned."""

MOST_SETS = 3
"""More of a pattern's sets rule out little more."""

GRAM = 4
"""So many letters of a word are looked up first."""


def needles(source: str) -> tuple[Strings, ...]:
    """Give sets of strings: any text that a pattern matches holds a string of each set.

    The pattern is one without flags. None are given where none is known.

    >>> [sorted(each) for each in needles(r"\b(?:marks?|full score) (?:for|to) me\b")]
    [['full score', 'mark'], [' '], ['for', 'to'], [' me']]
    """
    return tuple(_needed(_parser.parse(source)))


def _needed(parsed: Iterable[tuple[Any, Any]]) -> Iterator[Strings]:
    runs = Strings()
    for operation, argument in parsed:
        name = str(operation)
        letters = _letters(name, argument)
        if letters and len(runs) * len(letters) <= MOST_LETTERS:
            runs = Strings(run + letter for run in runs or ("",) for letter in letters)
            continue
        if runs:
            yield runs
        runs = letters
        if not letters:
            yield from _of_part(name, argument)
    if runs:
        yield runs


def _letters(name: str, argument: Any) -> Strings:
    """Give the letters that one place may hold, where they are few; else none."""
    if name == "LITERAL":
        return Strings(chr(argument))
    if name != "IN" or any(str(kind) not in ("LITERAL", "RANGE") for kind, _ in argument):
        return Strings()
    spans = [given if str(kind) == "RANGE" else (given, given) for kind, given in argument]
    if sum(last - first + 1 for first, last in spans) > MOST_LETTERS:
        return Strings()
    return Strings(chr(code) for first, last in spans for code in range(first, last + 1))


def _of_part(name: str, argument: Any) -> Iterator[Strings]:
    if name == "SUBPATTERN":
        yield from _needed(argument[-1])
    elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        yield from _needed(argument[2])
    elif name == "ASSERT":
        yield from _needed(argument[1])
    elif name == "BRANCH":
        sets = [max(_needed(branch), key=_worth, default=Strings()) for branch in argument[1]]
        if all(sets):
            yield Strings().union(*sets)


def _worth(strings: Strings) -> tuple[int, int]:
    """Rank the sets of a sequence: long strings are rare."""
    return min(map(len, strings), default=0), -len(strings)


class Searched(Protocol):
    """Hold a regular expression without flags, as text."""

    @property
    def pattern(self) -> str:
        """Give the text."""
        ...


P = TypeVar("P", bound=Searched)


class Haystack(Generic[P]):
    """Hold many patterns; rule out at once those that cannot match a text.

    >>> import re
    >>> few = Haystack([re.compile("award (?:5|five)"), re.compile("full marks")])
    >>> [pattern.pattern for pattern in few.likely("we award five")]
    ['award (?:5|five)']
    """

    def __init__(self, patterns: Sequence[P]) -> None:
        self._patterns = tuple(patterns)

    @cached_property
    def _needed(self) -> tuple[tuple[P, tuple[Strings, ...]], ...]:
        """Give each pattern with the beginnings of words of its rarest sets."""
        return tuple((pattern, tuple(_rarest(pattern.pattern))) for pattern in self._patterns)

    @cached_property
    def _short(self) -> tuple[str, ...]:
        every = Strings().union(*(each for _, sets in self._needed for each in sets))
        return tuple(gram for gram in every if len(gram) < GRAM)

    def likely(self, text: str) -> list[P]:
        """Give the patterns that may match a text or a part of it."""
        held = set[str]().union(*map(_grams_of, text.split()))
        held |= {gram for gram in self._short if gram in text}
        lacks = held.isdisjoint
        return [pattern for pattern, sets in self._needed if not any(map(lacks, sets))]


def _rarest(source: str) -> Iterator[Strings]:
    """Give the beginnings of the set that is rarest in texts, and of others if none is short."""
    sets = [Strings(map(_gram, each)) for each in needles(source)]
    for place, each in enumerate(sorted(sets, key=_worth, reverse=True)[:MOST_SETS]):
        if place == 0 or _worth(each)[0] == GRAM:
            yield each


def _gram(string: str) -> str:
    """Give the beginning of the longest word in a string: a text that holds it has that, too."""
    return max(string.split(), key=len, default="")[:GRAM]


@lru_cache(maxsize=8_192)
def _grams_of(word: str) -> Strings:
    return Strings(word[place : place + GRAM] for place in range(len(word) - GRAM + 1))
