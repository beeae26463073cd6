"""Roll findings up: the rule of `Criterion` gives criterion scores, their mean the rubric's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rmcoach_llm.domain import Criterion, CriterionScore, Finding, FrozenMap, Rubric, RubricScore

DECIMALS = 2
DISCOVERY = "discovery"
"""The criterion under which the ledger of a practice session counts."""

LEAST_SHARE = 0.5
"""A mean over less than half of a rubric's weight would pass a part off as the whole."""


def criterion_score(
    criterion: Criterion, findings: Mapping[str, Finding], *, unjudged: str = "no judgement of"
) -> CriterionScore:
    """Score a criterion by its rule, rounded to 2 decimals; `findings` by behaviour id.

    A claim that is unverified counts as not observed: no credit, no deduction. Where a
    behaviour has no finding, the criterion is unscored and the reason names it after `unjudged`.
    """
    own = tuple(findings[b.id] for b in criterion.behaviours if b.id in findings)
    missing = [b.id for b in criterion.behaviours if b.id not in findings]
    if missing:
        reason = f"{unjudged} {', '.join(missing)}"
        return CriterionScore(status="unscored", reason=reason, findings=own)
    verdicts = {f.behaviour: f.verdict for f in own}
    helping = [b for b in criterion.behaviours if b.sign == "+"]
    possible = [b.points for b in helping if verdicts[b.id] != "no_opportunity"]
    if helping and not possible:
        reason = "nothing in the talk called for it"
        return CriterionScore(status="not_applicable", reason=reason, findings=own)
    gained = [b.points for b in helping if verdicts[b.id] == "observed"]
    lost = [
        b.points for b in criterion.behaviours if b.sign == "-" and verdicts[b.id] == "observed"
    ]
    reached = (5 - criterion.start) * sum(gained) / sum(possible) if possible else 0.0
    score = min(5.0, max(0.0, criterion.start + reached - sum(lost)))
    return CriterionScore(status="scored", score=round(score, DECIMALS), findings=own)


def rubric_score(rubric: Rubric, scores: Mapping[str, CriterionScore]) -> RubricScore:
    """Score a rubric: the weighted mean of its criteria, rounded to 2 decimals.

    `scores` by criterion id, `discovery` among them where there is a ledger. Criteria that are
    not applicable are left out; where those that are left hold less than half of the weight,
    the rubric is not applicable either. Where one is unscored so is the rubric. The criteria
    keep their scores in each case.
    """
    weights = {criterion.id: criterion.weight for criterion in rubric.criteria}
    if rubric.discovery_weight and DISCOVERY not in weights:
        weights[DISCOVERY] = rubric.discovery_weight
    kept = {name: scores[name] for name in weights if name in scores}
    unscored = {name: s.reason for name, s in kept.items() if s.status == "unscored"}
    if unscored:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in unscored.items())
        return _without_score(rubric, "unscored", reasons, kept)
    numbers = {name: s.score for name, s in kept.items() if s.score is not None}
    if not numbers:
        return _without_score(rubric, "not_applicable", "no criterion is applicable", kept)
    total = sum(weights[name] for name in numbers)
    if total < LEAST_SHARE * sum(weights[name] for name in kept):
        reason = f"too little to judge: {len(numbers)} of {len(kept)} criteria had an opportunity"
        return _without_score(rubric, "not_applicable", reason, kept)
    mean = sum(weights[name] * number for name, number in numbers.items()) / total
    return RubricScore(
        status="scored",
        score=round(mean, DECIMALS),
        version=rubric.version,
        criteria=FrozenMap(kept),
    )


def unscored_rubric(rubric: Rubric, reason: str) -> RubricScore:
    """Give a rubric that could not be judged at all: each criterion unscored for `reason`."""
    criteria = {c.id: CriterionScore(status="unscored", reason=reason) for c in rubric.criteria}
    return _without_score(rubric, "unscored", reason, criteria)


def scorecard_status(
    rubrics: Mapping[str, RubricScore],
) -> Literal["scored", "partial", "unscored"]:
    """Say whether all rubrics that apply have a score, some, or none."""
    states = [score.status for score in rubrics.values()]
    if "scored" not in states:
        return "unscored"
    return "partial" if "unscored" in states else "scored"


def _without_score(
    rubric: Rubric,
    status: Literal["unscored", "not_applicable"],
    reason: str,
    criteria: Mapping[str, CriterionScore],
) -> RubricScore:
    return RubricScore(
        status=status, reason=reason, version=rubric.version, criteria=FrozenMap(criteria)
    )
