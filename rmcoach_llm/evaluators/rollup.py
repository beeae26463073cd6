"""Roll findings up: the rule of `Criterion` gives criterion scores, their mean the rubric's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from rmcoach_llm.domain import (
    Behaviour,
    CardStatus,
    Criterion,
    CriterionScore,
    Decision,
    Finding,
    FrozenMap,
    Rubric,
    RubricScore,
    Status,
    criterion_sum,
    weighted_mean,
)

DISCOVERY = "discovery"
"""The criterion under which the ledger of a practice session counts."""

NOT_CALLED_FOR = "nothing in the talk called for it"


def criterion_score(
    criterion: Criterion,
    findings: Mapping[str, Finding],
    *,
    unjudged: str = "no judgement of",
    why: Mapping[str, str] = FrozenMap(),
) -> CriterionScore:
    """Score a criterion by its rule, rounded to 2 decimals; `findings` by behaviour id.

    A claim that is unverified counts as not observed: no credit, no deduction. Where a
    behaviour has no finding, the criterion is unscored and the reason names it after `unjudged`,
    with what `why` says of it; where `why` tells of the criterion itself, that is enough. A
    criterion with levels has one finding, under its own id.
    """
    if criterion.anchors is not None:
        return _level_score(criterion, criterion.anchors, findings.get(criterion.id), why)
    own = tuple([_explained(findings[b.id], b) for b in criterion.behaviours if b.id in findings])
    if len(own) < len(criterion.behaviours):
        missing = [b.id for b in criterion.behaviours if b.id not in findings]
        reason = _unscored(criterion, missing, unjudged, why)
        return _criterion_score(criterion, own, "unscored", reason=reason)
    total = criterion_sum(criterion.start, own)
    if total.score is None:
        return _criterion_score(criterion, own, "not_applicable", reason=NOT_CALLED_FOR)
    return _criterion_score(criterion, own, "scored", score=total.score)


def _level_score(
    criterion: Criterion,
    anchors: Mapping[str, str],
    finding: Finding | None,
    why: Mapping[str, str],
) -> CriterionScore:
    """Score a criterion with levels: the level, if words of the trainee bear it out.

    The lowest level needs no quote.
    """
    if finding is None:
        reason = why.get(criterion.id, "no level was given")
        return _criterion_score(criterion, (), "unscored", reason=reason)
    told = finding.model_copy(update={"statement": _described(finding.level, anchors)})
    scored = partial(_criterion_score, criterion, (told,))
    if finding.verdict == "no_opportunity":
        return scored("not_applicable", reason=NOT_CALLED_FOR)
    if finding.level is None or finding.verdict == "unverified":
        reason = f"level {finding.level} was given, and no quote bears it out: {finding.note}"
        return scored("unscored", reason=reason)
    return scored("scored", score=float(finding.level))


def _described(level: int | None, anchors: Mapping[str, str]) -> str | None:
    """Give the rubric's words for a level, or those of its neighbours."""
    if level is None or str(level) in anchors:
        return anchors.get(str(level))
    below = max(name for name in anchors if int(name) < level)
    above = min(name for name in anchors if int(name) > level)
    return f"between {below} ({anchors[below]}) and {above} ({anchors[above]})"


def _unscored(
    criterion: Criterion, missing: Sequence[str], unjudged: str, why: Mapping[str, str]
) -> str:
    """Say why there is no score: what has no finding, and what is told of the whole criterion."""
    told = why.get(criterion.id)
    if told is None:
        whole = len(missing) == len(criterion.behaviours)
        return _missing(missing, unjudged, why, whole=whole)
    own = [name for name in missing if name in why and name != criterion.id]
    return "; ".join([_missing(own, unjudged, why, whole=False), told] if own else [told])


def _missing(missing: Sequence[str], unjudged: str, why: Mapping[str, str], *, whole: bool) -> str:
    """Say what has no finding, and why; ids need not be told where it is all for one cause."""
    causes: dict[str | None, list[str]] = {}
    for name in missing:
        causes.setdefault(why.get(name), []).append(name)
    shared = next(iter(causes)) if len(causes) == 1 else None
    if shared and whole and len(missing) > 1:
        return shared
    return "; ".join(
        f"{unjudged} {', '.join(names)}" + (f": {cause}" if cause else "")
        for cause, names in causes.items()
    )


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
    kept = {name: _weighing(scores[name], weights[name]) for name in weights if name in scores}
    unscored = {name: s.reason for name, s in kept.items() if s.status == "unscored"}
    if unscored:
        return _rubric_score(rubric, kept, "unscored", reason=_reasons(unscored, kept))
    applicable = [name for name, s in kept.items() if s.score is not None]
    if not applicable:
        return _rubric_score(rubric, kept, "not_applicable", reason="no criterion is applicable")
    value = weighted_mean(kept.values(), rubric.least_share)
    if value is None:
        reason = (
            f"too little to judge: {len(applicable)} of {len(kept)} criteria had an opportunity"
        )
        return _rubric_score(rubric, kept, "not_applicable", reason=reason)
    return _rubric_score(rubric, kept, "scored", score=value)


def _weighing(score: CriterionScore, weight: float) -> CriterionScore:
    return score if score.weight == weight else score.model_copy(update={"weight": weight})


def _reasons(unscored: Mapping[str, str | None], kept: Mapping[str, CriterionScore]) -> str:
    """Join the reasons of criteria; one that all judged ones share is told once, without names."""
    named: dict[str | None, list[str]] = {}
    for name, reason in unscored.items():
        named.setdefault(reason, []).append(name)
    if len(named) == 1 and len(kept) > 1 and set(kept) - set(unscored) <= {DISCOVERY}:
        return str(next(iter(named)))
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in named.items())


def decided(score: RubricScore) -> RubricScore:
    """Decide by the pass mark: undecided where the interval holds it on both sides.

    A score without an interval passes where it reaches the mark. Without a score or a mark
    nothing is decided.

    >>> made = RubricScore(status="scored", score=3, version="1", pass_mark=2.5, criteria=FrozenMap({}))
    >>> decided(made).decision
    'passed'
    >>> decided(made.model_copy(update={"interval": (2.0, 4.0)})).decision
    'undecided'
    """
    decision = _decision(score.pass_mark, score.score, score.interval)
    return score if decision == score.decision else score.model_copy(update={"decision": decision})


def _decision(
    mark: float | None, score: float | None, interval: tuple[float, float] | None
) -> Decision | None:
    if mark is None or score is None:
        return None
    low, high = interval or (score, score)
    if low >= mark:
        return "passed"
    return "failed" if high < mark else "undecided"


def rubric_without_score(
    rubric: Rubric, status: Literal["not_applicable", "unscored"], reason: str
) -> RubricScore:
    """Give a rubric that was not judged at all: it and each criterion have `status`, for `reason`."""
    criteria = {c.id: _criterion_score(c, (), status, reason=reason) for c in rubric.criteria}
    return _rubric_score(rubric, criteria, status, reason=reason)


def scorecard_status(rubrics: Mapping[str, RubricScore]) -> CardStatus:
    """Say whether all rubrics that apply have a score, some, or none, or whether none applies."""
    states = {score.status for score in rubrics.values()}
    if states == {"not_applicable"}:
        return "not_applicable"
    if "scored" not in states:
        return "unscored"
    return "partial" if "unscored" in states else "scored"


def _explained(finding: Finding, behaviour: Behaviour) -> Finding:
    """Put the rubric's own words and points beside a finding: the record explains itself."""
    points = behaviour.effect
    if finding.points == points and finding.statement == behaviour.statement:
        return finding
    return finding.model_copy(update={"statement": behaviour.statement, "points": points})


def _criterion_score(
    criterion: Criterion,
    findings: tuple[Finding, ...],
    status: Status,
    *,
    score: float | None = None,
    reason: str | None = None,
) -> CriterionScore:
    # Why there is no score may hold what a model said.
    made = CriterionScore if status == "unscored" else CriterionScore.of_valid
    return made(
        status=status,
        score=score,
        reason=reason,
        title=criterion.title,
        question=criterion.question,
        weight=criterion.weight,
        start=criterion.start,
        findings=findings,
    )


def _rubric_score(
    rubric: Rubric,
    criteria: Mapping[str, CriterionScore],
    status: Status,
    *,
    score: float | None = None,
    reason: str | None = None,
) -> RubricScore:
    made = RubricScore if status == "unscored" else RubricScore.of_valid
    return made(
        status=status,
        score=score,
        reason=reason,
        title=rubric.title,
        version=rubric.version,
        pass_mark=rubric.pass_mark,
        decision=_decision(rubric.pass_mark, score, None),
        least_share=rubric.least_share,
        criteria=FrozenMap(criteria),
    )
