"""Inter-rater agreement: how far several judges say the same of the same things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

ALPHA = "krippendorff-alpha-nominal"
"""The name of the figure that `nominal_alpha` gives."""


def nominal_alpha(units: Iterable[Sequence[str | None]]) -> float | None:
    """Give Krippendorff's alpha for names, 1 for full agreement, 0 for what chance gives.

    Each unit holds what each judge said of one thing, None where a judge said nothing; units
    with fewer than two judgements count for nothing. None where it is undefined: no such unit,
    or everybody said the same of all. Source: Krippendorff, Content Analysis (2004), chapter 11;
    alpha = 1 - observed disagreement / expected disagreement. Rounded to 4 decimals.

    >>> nominal_alpha([("yes", "yes"), ("no", "no"), ("yes", "no")])
    0.4444
    >>> nominal_alpha([("yes", "yes"), ("yes", "yes")]) is None
    True
    """
    pairable = [[value for value in unit if value is not None] for unit in units]
    pairable = [unit for unit in pairable if len(unit) > 1]
    totals = Counter(value for unit in pairable for value in unit)
    number = sum(totals.values())
    expected = sum(a * b for a, b in combinations(totals.values(), 2))
    if expected == 0:
        return None
    observed = sum(
        sum(a * b for a, b in combinations(Counter(unit).values(), 2)) / (len(unit) - 1)
        for unit in pairable
    )
    return round(1 - (number - 1) * observed / expected, 4)
