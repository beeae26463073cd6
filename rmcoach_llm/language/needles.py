"""What a text must hold for a pattern to match: looking for that first is far quicker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from math import fsum
from typing import Any

from rmcoach_llm.language.words import FUNCTION_WORDS

# The parser of `re` has no public name; without it nothing is ruled out, and all works as before.
_parser: Any = import_module("re._parser")


Strings = frozenset[str]

MOST_LETTERS = 16
"""Of a place with more letters than these nothing is learned."""

MOST_SETS = 3
"""More sets of a way rule out little more."""

GRAM = 6
"""So many letters of a word are looked up."""


def _pieces(parsed: Iterable[tuple[Any, Any]]) -> Iterator[Strings | tuple[str, Any]]:
    """Yield runs of letters, each as the strings that it may be, and what stands between them."""
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
            yield name, argument
    if runs:
        yield runs


def _needed(parsed: Iterable[tuple[Any, Any]]) -> Iterator[Strings]:
    """Yield sets of strings: any text that matches holds a string of each."""
    for piece in _pieces(parsed):
        if isinstance(piece, frozenset):
            yield piece
        else:
            yield from _of_part(*piece)


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
        sets = [min(_needed(branch), key=_commonness, default=Strings()) for branch in argument[1]]
        if all(sets):
            yield Strings().union(*sets)


def _commonness(strings: Strings) -> float:
    """Estimate in which share of sentences one of some strings stands: longer ones are rarer."""
    # Exact, so that the order of a set, which differs between processes, decides nothing.
    return fsum(map(_share, strings)) if strings else 1.0


def _share(string: str) -> float:
    if string.isdigit():
        return 0.02
    share = _SHARES[min(len(string), len(_SHARES) - 1)]
    return max(share, 0.2) if string in FUNCTION_WORDS else share


_SHARES = (1.0, 0.8, 0.4, 0.1, 0.03, 0.02, 0.01)
"""Of strings of so many letters, roughly."""


def ways(source: str) -> tuple[tuple[Strings, ...], ...]:
    r"""Give the ways in which a pattern can match: of one of them, a text holds a needle of each set.

    Needles are beginnings of words or parts of words; none are given where a text needs none.

    >>> [[sorted(each) for each in way] for way in ways(r"\b(?:full|score|ten) for")]
    [[['full', 'score', 'ten'], ['for']]]
    """
    found = [_rarest(way) for way in _ways(_parser.parse(source))]
    return tuple(_merged(found)) if all(found) else ()


Way = tuple[Strings, ...]


def _merged(ways: Iterable[Way]) -> list[Way]:
    """Make one of ways that differ in one set only: a needle of either serves."""
    found = list(dict.fromkeys(ways))
    before = 0
    while before != len(found):
        before = len(found)
        for place in range(MOST_SETS):
            joined: dict[tuple[Way, Way], Strings] = {}
            for way in found:
                if len(way) > place:
                    around = way[:place], way[place + 1 :]
                    joined[around] = joined.get(around, Strings()) | way[place]
            shorter = [way for way in found if len(way) <= place]
            found = shorter + [(*a, needles, *b) for (a, b), needles in joined.items()]
    return found


def _ways(parsed: Iterable[tuple[Any, Any]]) -> list[Way]:
    found: list[Way] = [()]
    for piece in _pieces(parsed):
        if isinstance(piece, frozenset):
            parts: list[Way] = [(piece,)]
        elif found == [()]:
            parts = _ways_of_part(*piece)  # alternatives at the beginning are ways of their own
        else:
            parts = [tuple(_of_part(*piece))]  # later ones are one set
        found = _with(found, parts)
    return found


def _with(ways: list[Way], more: list[Way]) -> list[Way]:
    return [way + each for way in ways for each in more]


def _ways_of_part(name: str, argument: Any) -> list[Way]:
    if name == "SUBPATTERN":
        return _ways(argument[-1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        return _ways(argument[2])
    if name == "ASSERT":
        return _ways(argument[1])
    if name == "BRANCH":
        return [way for branch in argument[1] for way in _ways(branch)]
    return [()]


def _rarest(way: Way) -> Way:
    """Give the beginnings of the sets of a way that are rarest in texts."""
    sets = {grams for each in way for grams in _grams(each)}
    ranked = sorted(sets, key=lambda each: (_commonness(each), sorted(each)))
    return tuple(each for each in ranked if "" not in each)[:MOST_SETS]


def _grams(strings: Strings) -> list[Strings]:
    """Give beginnings of words: of the rarest in each string, or of all words of a single one."""
    if len(strings) == 1:
        return [Strings([word[:GRAM]]) for string in strings for word in string.split()]
    return [Strings(_rarest_word(string)[:GRAM] for string in strings)]


def _rarest_word(string: str) -> str:
    return min(string.split(), key=lambda word: (_share(word), -len(word)), default="")
