"""What a scorecard found, beside what the rubric says of it and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rmcoach_llm.domain import (
    Behaviour,
    Criterion,
    CriterionScore,
    Finding,
    Rubric,
    RubricScore,
    Scorecard,
    Status,
)
from rmcoach_llm.evaluators.costs import BEST_LEVEL, Cost, costs_of
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rollup import DISCOVERY

GOOD_LEVEL, POOR_LEVEL = 4, 2
"""Levels of an anchored criterion from which it is praised, and up to which it is advised on."""


@dataclass(eq=False, slots=True)
class Item:
    """Hold a finding with the words of the rubric; of an anchored criterion there is no behaviour.

    `status` and `score` are those of the rubric; `cost` is None where there is no score. `rank` says
    how much it matters: by its cost or gain, then by its points.
    """

    rubric: str
    status: Status
    score: float | None
    criterion: Criterion
    finding: Finding
    behaviour: Behaviour | None
    cost: Cost | None
    rank: tuple[float, float] = field(init=False)
    places: tuple[Cited, ...] = field(init=False)
    """Where it was seen, the best place first."""

    hurts: bool = field(init=False)
    """It was seen, and should not have been."""

    def __post_init__(self) -> None:
        """Work out what is asked for over and over."""
        finding = self.finding
        self.rank = (self.cost.rank if self.cost else 0.0, abs(finding.points or 0.0))
        self.places = ()
        if finding.turn is not None and finding.quote is not None:
            also = [Cited(place.turn, place.quote) for place in finding.also]
            self.places = (Cited(finding.turn, finding.quote), *also)
        self.hurts = finding.verdict == "observed" and (
            (finding.level or 0) <= POOR_LEVEL
            if self.behaviour is None
            else self.behaviour.sign == "-"
        )

    @property
    def helps(self) -> bool:
        """Say whether it was seen, and the score is better for it.

        In a rubric that was too little touched to be judged nothing is a strength.
        """
        if self.finding.verdict != "observed" or self.status == "not_applicable":
            return False
        if self.cost is not None and not self.cost.alone:
            return False
        if self.behaviour is None:
            return (self.finding.level or 0) >= GOOD_LEVEL
        return self.behaviour.sign == "+"

    @property
    def lacks(self) -> bool:
        """Say whether it could have been done, was not, and would have counted.

        What one look saw and the second refused is not proved, and that is not the same as missing.
        """
        return (
            self.behaviour is not None
            and self.behaviour.sign == "+"
            and self.finding.verdict in ("not_observed", "unverified")
            and self.finding.checked != "refused"
            and self.cost is not None
        )

    @property
    def told(self) -> str:
        """Say what was seen: the behaviour, or the level that was given."""
        if self.behaviour is not None:
            return self.behaviour.told
        level = self.finding.level
        told = f"{self.criterion.title}: level {level} of {BEST_LEVEL}."
        return f"{told} {self._anchor(level)}".strip()

    @property
    def best(self) -> str:
        """Give what the best level of an anchored criterion looks like, else an empty text."""
        return self._anchor(BEST_LEVEL)

    def _anchor(self, level: int | None) -> str:
        anchors = self.criterion.anchors
        return anchors.get(str(level), "") if anchors is not None else ""


def items_of(card: Scorecard, rubrics: Sequence[Rubric]) -> tuple[Item, ...]:
    """Give the findings on what the rubrics look for, each once: where it counts most.

    A behaviour that serves several rubrics is judged once, so it is told once. What came out of
    a session (the criterion `discovery`) are facts and no behaviours: they are left out, as is
    what a rubric no longer has.
    """
    best: dict[str, Item] = {}
    for rubric in rubrics:
        score = card.rubrics.get(rubric.id)
        if score is None:
            continue
        costs = costs_of(score) if score.score is not None else {}
        for criterion in rubric.criteria:
            own = score.criteria.get(criterion.id)
            if own is None or criterion.id == DISCOVERY:
                continue
            for item in _of_criterion(
                rubric.id, score, criterion, own, costs.get(criterion.id, {})
            ):
                other = best.get(item.finding.behaviour)
                if other is None or item.rank > other.rank:
                    best[item.finding.behaviour] = item
    return tuple(best.values())


def _of_criterion(
    rubric: str,
    score: RubricScore,
    criterion: Criterion,
    own: CriterionScore,
    costs: Mapping[str, Cost],
) -> Iterator[Item]:
    known = {behaviour.id: behaviour for behaviour in criterion.behaviours}
    for finding in own.findings:
        behaviour = known.get(finding.behaviour)
        if behaviour is not None or (finding.level is not None and criterion.anchors):
            cost = costs.get(finding.behaviour)
            yield Item(rubric, score.status, score.score, criterion, finding, behaviour, cost)
