"""Figures of agreement and their intervals, in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Row = TypeVar("Row")
Labelled = tuple[Hashable, Hashable]
"""The label that people gave, and the one that was found."""

DRAWS = 1_000
SEED = 20_260


class Interval(NamedTuple):
    """Hold a figure with the middle 95 % of its bootstrap draws."""

    figure: float
    low: float
    high: float


def f1(rows: Sequence[Labelled], label: Hashable) -> float:
    """Give the harmonic mean of precision and recall of a label; 0 where it is never right.

    >>> f1([("yes", "yes"), ("yes", "no"), ("no", "no")], "yes")
    0.6666666666666666
    """
    return _f1(Counter(rows), label)


def macro_f1(rows: Sequence[Labelled]) -> float:
    """Give the mean F1 of all labels that people gave.

    >>> macro_f1([("a", "a"), ("b", "b"), ("b", "b")])
    1.0
    """
    counts = Counter(rows)
    labels = sorted({str(gold) for gold, _ in rows})
    return sum(_f1(counts, label) for label in labels) / len(labels) if labels else 0.0


def auc(rows: Sequence[tuple[bool, float]]) -> float:
    """Give how often a good one scores above a bad one, ties half; 0.5 without both kinds.

    >>> auc([(True, 2.0), (True, 1.0), (False, 1.0)])
    0.75
    """
    good = [score for is_good, score in rows if is_good]
    bad = [score for is_good, score in rows if not is_good]
    if not good or not bad:
        return 0.5
    wins = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return wins / len(good) / len(bad)


def share(rows: Sequence[float]) -> float:
    """Give the mean."""
    return sum(rows) / len(rows) if rows else 0.0


def bootstrap(
    groups: Mapping[str, Sequence[Row]],
    figure: Callable[[Sequence[Row]], float],
    draws: int = DRAWS,
) -> Interval:
    """Give a figure with its percentile interval, drawing whole groups with replacement.

    Rows of one transcript are not independent, so transcripts are drawn, not rows (Efron 1979).
    The same data give the same interval.

    >>> bootstrap({"a": [1.0], "b": [1.0]}, share)
    Interval(figure=1.0, low=1.0, high=1.0)
    """
    return _interval(
        figure([row for rows in groups.values() for row in rows]), draws_of(groups, figure, draws)
    )


def draws_of(
    groups: Mapping[str, Sequence[Row]], figure: Callable[[Sequence[Row]], float], draws: int
) -> list[float]:
    """Give the figure of each draw; the same order of draws for the same names of groups."""
    names = sorted(groups)
    rng = random.Random(SEED)
    found = []
    for _ in range(draws):
        drawn = rng.choices(names, k=len(names))
        found.append(figure([row for name in drawn for row in groups[name]]))
    return sorted(found)


def difference(
    groups: Mapping[str, Sequence[Row]],
    one: Callable[[Sequence[Row]], float],
    other: Callable[[Sequence[Row]], float],
    draws: int = DRAWS,
) -> Interval:
    """Give the paired bootstrap of the difference of two figures on the same draws."""
    return bootstrap(groups, lambda rows: one(rows) - other(rows), draws)


def _f1(counts: Counter[Labelled], label: Hashable) -> float:
    right = counts[label, label]
    gold = sum(count for (given, _), count in counts.items() if given == label)
    found = sum(count for (_, said), count in counts.items() if said == label)
    return 2 * right / (gold + found) if right else 0.0


def _interval(figure: float, drawn: Sequence[float]) -> Interval:
    last = len(drawn) - 1
    return Interval(figure, drawn[round(0.025 * last)], drawn[round(0.975 * last)])
