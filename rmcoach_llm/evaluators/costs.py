"""What a finding costs: the arithmetic is done again as if it had been otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rmcoach_llm.domain import CriterionScore, RubricScore, Sum, Verdict, criterion_sum

BEST_LEVEL, WORST_LEVEL = 5, 1
DECIMALS = 2


class Cost(NamedTuple):
    """Say what one finding costs a rubric, or gains it, in points of its 0 to 5.

    `alone` is how much the score would change if this finding alone were otherwise; `rank` is that,
    or the change where all else in the criterion was done well, whichever is more. So a fault keeps
    its weight in a criterion that others have brought to 0.
    """

    alone: float
    rank: float


def costs_of(score: RubricScore) -> dict[str, dict[str, Cost]]:
    """Give the cost or the gain of each finding of a rubric that could have been otherwise.

    By criterion, then by behaviour. What had no opportunity is left out. A rubric's score is the
    mean of its criteria that are scored, by weight, so a criterion's change counts by its share of
    that weight; where the rubric has no score, by its share as if it had one. A criterion without a
    score costs nothing; one that only its faults made applicable is taken as if it stayed so.

    >>> from rmcoach_llm.domain import Finding, FrozenMap
    >>> pitch = Finding(behaviour="pitch", verdict="observed", turn=0, quote="Buy it.", points=-2)
    >>> asked = Finding(behaviour="asks", verdict="observed", turn=2, quote="What for?", points=1)
    >>> need = CriterionScore(status="scored", score=3, findings=(pitch, asked))
    >>> rubric = RubricScore(status="scored", score=3, version="1", criteria=FrozenMap({"need": need}))
    >>> costs_of(rubric)["need"]["pitch"].alone
    2.0
    """
    scored = {name: own for name, own in score.criteria.items() if own.score is not None}
    total = sum(map(_weight, scored.values()))
    return {name: _of_criterion(own, _weight(own) / total) for name, own in scored.items() if total}


def _of_criterion(own: CriterionScore, share: float) -> dict[str, Cost]:
    """Give the costs of a criterion that holds a share, 0 to 1, of the weight that is scored."""
    if not share:
        return {}
    total = criterion_sum(own.start or 0.0, own.findings)
    return {
        f.behaviour: _cost(f.points or 0.0, f.verdict, f.level, total, share)
        for f in own.findings
        if f.verdict != "no_opportunity"
    }


@lru_cache(maxsize=2_048)
def _cost(points: float, verdict: Verdict, level: int | None, total: Sum, share: float) -> Cost:
    """Turn one finding round in the sum of its criterion, as it is and with all else done well.

    All done well is 5: each "+" behaviour that had an opportunity, and no "-" one.
    """
    if level is not None:
        gap = round(share * (BEST_LEVEL - level or BEST_LEVEL - WORST_LEVEL), DECIMALS)
        return Cost(gap, gap)
    change = -points if verdict == "observed" else points
    start, gained, possible, lost, _ = total
    now = _score(start, gained, possible, lost)
    if points > 0:
        other = _score(start, gained + change, possible, lost)
        spoilt = _score(start, possible - points, possible, 0.0)
    else:
        other = _score(start, gained, possible, lost - change)
        spoilt = 5 + points
    alone = share * abs(other - now)
    at_best = share * (5 - spoilt)
    return Cost(round(alone, DECIMALS), round(max(alone, at_best), DECIMALS))


def _score(start: float, gained: float, possible: float, lost: float) -> float:
    """Give what the parts of a sum come to, unrounded: the arithmetic of `criterion_sum`."""
    reached = (5 - start) * gained / possible if possible else 0.0
    return min(5.0, max(0.0, start + reached - lost))


def _weight(criterion: CriterionScore) -> float:
    return 1.0 if criterion.weight is None else criterion.weight
