"""Intervals for a mean by resampling: all resamples for few values, drawn ones for many."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Literal

LEVEL = 0.9
"""How often the interval shall hold the mean; with few runs it holds it less often than that."""

MOST_EXACT = 6
"""So many values have 462 different resamples at most; beyond that they are drawn."""

DRAWS = 2_000
SEED = 20


@dataclass(frozen=True)
class Interval:
    """Hold the ends of an interval and how it came about."""

    low: float
    high: float
    method: Literal["exact", "bootstrap"]


def mean_interval(values: Sequence[float], *, level: float = LEVEL) -> Interval:
    """Give the percentile interval of the mean over resamples of `values` (at least one).

    For up to `MOST_EXACT` values every resample is counted with its chance, so that the same
    values always give the same interval; for more, 2,000 are drawn with a fixed seed. Source:
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. With fewer than
    about ten values such intervals are too narrow: they show the spread of these runs.

    >>> mean_interval([2.0, 3.0, 4.0])
    Interval(low=2.3333333333333335, high=3.6666666666666665, method='exact')
    >>> mean_interval([3.0])
    Interval(low=3.0, high=3.0, method='exact')
    """
    if not values:
        raise ValueError("an interval needs at least one value")
    if len(values) <= MOST_EXACT:
        weighted, method = _all_means(values), "exact"
    else:
        weighted, method = _drawn_means(values), "bootstrap"
    tail = (1 - level) / 2
    low, high = _quantile(weighted, tail), _quantile(weighted, 1 - tail)
    return Interval(low, high, "exact" if method == "exact" else "bootstrap")


def _all_means(values: Sequence[float]) -> list[tuple[float, float]]:
    """Give the mean and the chance of each resample, by the mean."""
    number = len(values)
    means = []
    for picked in combinations_with_replacement(range(number), number):
        ways = factorial(number) / prod(factorial(picked.count(i)) for i in set(picked))
        means.append((sum(values[i] for i in picked) / number, ways / number**number))
    return sorted(means)


def _drawn_means(values: Sequence[float]) -> list[tuple[float, float]]:
    draw = random.Random(SEED)  # noqa: S311 - no secret: the same values give the same interval
    number = len(values)
    means = (sum(draw.choices(values, k=number)) / number for _ in range(DRAWS))
    return sorted((mean, 1 / DRAWS) for mean in means)


def _quantile(weighted: list[tuple[float, float]], share: float) -> float:
    """Give the least mean that has at least `share` of the chance at or below it."""
    below = 0.0
    for mean, chance in weighted:
        below += chance
        if below >= share - 1e-9:
            return mean
    return weighted[-1][0]
