"""What a finding costs: the arithmetic is done again as if it had been otherwise."""

from __future__ import annotations

from typing import NamedTuple

from rmcoach_llm.domain import CriterionScore, Finding, RubricScore, Sum, criterion_sum

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


def costs_of(score: RubricScore, criterion: str) -> dict[str, Cost]:
    """Give the cost or the gain of each finding of a criterion that could have been otherwise.

    By behaviour. What had no opportunity is left out. A rubric's score is the mean of its
    criteria that are scored, by weight, so a criterion's change counts by its share of that
    weight; where the rubric has no score, by its share as if it had one. A criterion without a
    score costs nothing; one that only its faults made applicable is taken as if it stayed so.

    >>> from rmcoach_llm.domain import FrozenMap
    >>> pitch = Finding(behaviour="pitch", verdict="observed", turn=0, quote="Buy it.", points=-2)
    >>> asked = Finding(behaviour="asks", verdict="observed", turn=2, quote="What for?", points=1)
    >>> need = CriterionScore(status="scored", score=3, findings=(pitch, asked))
    >>> rubric = RubricScore(status="scored", score=3, version="1", criteria=FrozenMap({"need": need}))
    >>> costs_of(rubric, "need")["pitch"].alone
    2.0
    """
    own = score.criteria[criterion]
    share = _share(score, own)
    if not share:
        return {}
    total = criterion_sum(own.start or 0.0, own.findings)
    now = _score(*total[:-1])
    return {
        finding.behaviour: _cost(finding, total, now, share)
        for finding in own.findings
        if finding.verdict != "no_opportunity"
    }


def _cost(finding: Finding, total: Sum, now: float, share: float) -> Cost:
    """Turn one finding round in the sum of its criterion, as it is and with all else done well.

    All done well is 5: each "+" behaviour that had an opportunity, and no "-" one.
    """
    if finding.level is not None:
        gap = round(share * (BEST_LEVEL - finding.level or BEST_LEVEL - WORST_LEVEL), DECIMALS)
        return Cost(gap, gap)
    points = finding.points or 0.0
    change = -points if finding.verdict == "observed" else points
    start, gained, possible, lost, _ = total
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


def _share(score: RubricScore, own: CriterionScore) -> float:
    """Give the criterion's part of the weight that is scored, 0 to 1."""
    if own.score is None:
        return 0.0
    scored = [c for c in score.criteria.values() if c.score is not None]
    total = sum(_weight(c) for c in scored)
    return _weight(own) / total if total else 0.0


def _weight(criterion: CriterionScore) -> float:
    return 1.0 if criterion.weight is None else criterion.weight
