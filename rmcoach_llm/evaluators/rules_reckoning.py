"""A rule for sums: a new figure that follows from figures which stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import permutations

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.figures import FIGURE
from rmcoach_llm.language.numerals import NUMBER_WORDS
from rmcoach_llm.language.pattern import Regex
from rmcoach_llm.language.words import plain

COMES_TO = Regex(
    r"(?:\b(?:that|this|it|which|they|together|altogether|those|you|we)(?:'s|'d be| is| are| was| were| makes?| made| comes? to| came to| would be| would make| will be| gives?| leaves?| adds? up to| amounts? to| means| have| get)|\b(?:is|are|makes?|comes to|adds up to|amounts to|equals|leaves|in (?:all|total|sum)|altogether|together|so|costs?|saves?)|[=:]|,(?= a good| about| nearly| almost| roughly))(?: then| about| around| roughly| nearly| almost| over| some| only| just| already| still| a good| more than| less than| up to| at least| perhaps| maybe| say| close to| an? average of| not quite| well)*,? (?=[0-9\u20ac$\u00a3]|half\b|a (?:third|quarter|fifth|tenth|hundred|thousand|million)\b|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir|fif|eigh|twen|for)(?:teen|ty)?\b)"
)
"""Stands before what figures come to. Looked for only where two figures were found."""

FRACTIONS = {
    "half": 0.5,
    "third": 1 / 3,
    "quarter": 0.25,
    "fifth": 0.2,
    "tenth": 0.1,
}
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+")
SCALES = {"hundred": 100.0, "thousand": 1_000.0, "k": 1_000.0, "million": 1_000_000.0}
UNITS = (1.0, 4.0, 5.0, 7.0, 8.0, 10.0, 12.0, 24.0, 40.0, 52.0, 60.0, 100.0, 1_000.0)
"""Days, hours and months of which something is counted: a sum may change to another unit."""

NEAR = 0.03
LEAST_FIGURES = 3
LEAST = 3.0
SMALL = 12.0
"""What is less is seldom worked out, and small numbers add up to each other by chance."""

YEARS = (1_990.0, 2_040.0)
"""Numbers between them are mostly no quantities."""


def values(text: str) -> list[float]:
    """Give the numbers of a text in small letters in order, those in words too.

    >>> values("two hundred and forty claims, 1.5 days each, a third of 90")
    [240.0, 1.5, 0.3333333333333333, 90.0]
    """
    found: list[float] = []
    held: float | None = None
    for word in [*TOKEN.findall(text), ""]:
        if word[:1].isdigit():
            if held is not None:
                found.append(held)
            held = _digits(word)
        elif word in NUMBER_WORDS:
            value = float(NUMBER_WORDS[word])
            joins = held is not None and (
                (held >= 100 and held % 100 == 0 and value < 100)
                or (20 <= held < 100 and held % 10 == 0 and 0 < value < 10)
            )
            if held is not None and not joins:
                found.append(held)
                held = None
            held = value + (held or 0.0)
        elif word in SCALES:
            held = (held or 1.0) * SCALES[word]
        elif word != "and" or held is None or held < 100:
            if held is not None:
                found.append(held)
                held = None
            if word.rstrip("s") in FRACTIONS or word == "half":
                found.append(FRACTIONS[word if word == "half" else word.rstrip("s")])
    return found


def _digits(word: str) -> float:
    whole = word.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", word) else word
    try:
        return float(whole.replace(",", "."))
    except ValueError:  # a date or a time, such as 1.2.2024
        return 0.0


def follows(result: float, given: Sequence[float]) -> bool:
    """Say whether a number is the sum, difference, product or quotient of two others.

    >>> follows(80, [40, 2]), follows(20, [30, 40]), follows(17, [40, 2])
    (True, True, False)
    """
    return any(_near(result, value) for value in _outcomes(given))


def _outcomes(given: Sequence[float]) -> Iterator[float]:
    for a, b in permutations(given, 2):
        yield from (value for value in (a + b, a - b) if value > SMALL)
        yield a * b
        yield from (value for unit in UNITS if (value := a * b / unit) > SMALL)
        if b:
            yield from (a / b, 100 * a / b)


def _near(one: float, other: float) -> bool:
    return other > 0 and abs(one - other) <= NEAR * other


def reckoned(talk: Talk) -> list[Cited] | Missing:
    """See a new figure that follows from two beside it, or is said to come from them."""
    return shown(said.cited for line in talk.lines for said in _sums(line))


def _sums(line: Line) -> Iterator[Said]:
    before: list[float] = []
    known = set(values(plain(line.earlier)))
    for said in line.said:
        own = values(said.plain) if said.finds(FIGURE) else []
        beside = [*before, *own]
        enough = len(set(beside)) >= LEAST_FIGURES and not said.asks
        if enough and any(_new(value, beside, known) for value in _results(said.plain)):
            yield said
        before = own


def _results(text: str) -> Iterator[float]:
    """Yield the numbers that a sentence says something comes to."""
    for match in COMES_TO.finditer(text):
        yield from values(text[match.end() :])[:1]


def _new(value: float, beside: Sequence[float], known: Set[float]) -> bool:
    """Say whether a number follows from others, of which the stakeholder gave one, but not this."""
    given = [n for n in beside if n != value and not YEARS[0] < n < YEARS[1]]
    return (
        value >= LEAST
        and value not in known
        and follows(value, given)
        and not known.isdisjoint(given)
    )


RULES: dict[str, Rule] = {"reckoned": reckoned}
