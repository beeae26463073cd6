"""The arithmetic from findings to scores, on what a scorecard holds: nothing else is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rmcoach_llm.domain.scorecard import CriterionScore, Finding, RubricScore, Verdict

DECIMALS = 2


class Sum(NamedTuple):
    """Hold the parts of a criterion's score, in points; `score` is 0 to 5, or None."""

    start: float
    gained: float
    possible: float
    lost: float
    score: float | None


def criterion_sum(start: float, findings: Sequence[Finding]) -> Sum:
    """Give start + (5 - start) * gained / possible - lost, kept within 0 to 5.

    `gained` are the points of "+" behaviours observed, `possible` those of all that had an
    opportunity, `lost` those of "-" behaviours observed. The score is None where there are "+"
    behaviours, none had an opportunity, and nothing was lost. Rounded to 2 decimals. Findings carry their points.

    >>> seen = Finding(behaviour="a", verdict="observed", turn=0, quote="What hurts?", points=1)
    >>> criterion_sum(0, [seen, Finding(behaviour="b", verdict="not_observed", points=1)]).score
    2.5
    """
    return _sum(start, tuple([(f.points or 0, f.verdict) for f in findings]))


@lru_cache(maxsize=1_024)
def _sum(start: float, judged: tuple[tuple[float, Verdict], ...]) -> Sum:
    """Add up points with their verdicts: a criterion of few behaviours has few such sums."""
    helping = [(points, verdict) for points, verdict in judged if points > 0]
    possible = sum(points for points, verdict in helping if verdict != "no_opportunity")
    gained = sum(points for points, verdict in helping if verdict == "observed")
    lost = -sum(points for points, verdict in judged if points < 0 and verdict == "observed")
    if helping and not possible and not lost:
        return Sum(start, gained, possible, lost, None)
    reached = (5 - start) * gained / possible if possible else 0.0
    score = min(5.0, max(0.0, start + reached - lost))
    return Sum(start, gained, possible, lost, round(score, DECIMALS))


def criterion_value(score: CriterionScore) -> float | None:
    """Give the score of a criterion as its record adds up: by points, or the level given."""
    levels = [f.level for f in score.findings if f.level is not None]
    if levels:
        return float(levels[0])
    return criterion_sum(score.start or 0.0, score.findings).score


def rubric_value(score: RubricScore) -> float | None:
    """Give the mean of the criteria that are scored, by their weights, rounded to 2 decimals.

    None where one is unscored, none is scored, or those scored hold less than `least_share`
    of the weight.
    """
    return weighted_mean(score.criteria.values(), score.least_share or 0.0)


def weighted_mean(criteria: Iterable[CriterionScore], least_share: float) -> float | None:
    """Give the mean that `rubric_value` gives, of the criteria themselves."""
    whole = scored = reached = 0.0
    for criterion in criteria:
        if criterion.status == "unscored":
            return None
        weight = 1.0 if criterion.weight is None else criterion.weight
        whole += weight
        if criterion.score is not None:
            scored += weight
            reached += weight * criterion.score
    if not scored or scored < least_share * whole:
        return None
    return round(reached / scored, DECIMALS)
