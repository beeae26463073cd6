"""Rubrics: criteria made of observable yes/no behaviours, and the rule that scores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from rmcoach_llm.domain.base import Format, FrozenMap, Line, Name, Record, Slug

LEVELS = ("1", "2", "3", "4", "5")
"""The levels of an anchored criterion; those between described ones are allowed, too."""


class Behaviour(Record):
    """Describe one thing that can be seen in a turn of the trainee, or not.

    `sign` "+" helps, "-" hurts. `points` is its weight in the rule of the criterion: a share of
    what can be reached for "+", points taken off the 0 to 5 score for "-". `title` is what a person
    would call it to the trainee; without one the statement is told. `occasion`, of a "+",
    is what must happen in a talk to call for it; without one each talk does. `instead` is what to
    say otherwise, `praise` why it works; both are advice to the trainee.
    """

    id: Slug
    sign: Literal["+", "-"]
    points: Annotated[float, Field(gt=0, le=5)] = 1.0
    title: Name | None = None
    statement: Line
    occasion: Line | None = None
    example: Line
    counter_example: Line
    source: Line
    praise: Line | None = None
    instead: Line

    @model_validator(mode="after")
    def _told_for_plus(self) -> Behaviour:
        if self.sign == "+" and self.praise is None:
            raise ValueError("praise: a '+' behaviour needs a line that says why it works")
        if self.sign == "-" and self.occasion is not None:
            raise ValueError(
                "occasion: a '-' behaviour has none, as it costs nothing where it does not happen;"
                " take the line out"
            )
        return self

    @property
    def told(self) -> str:
        """Give what a trainee is told that it is: the title, else the statement."""
        return self.title or self.statement

    @property
    def effect(self) -> float:
        """Give the points with the sign: below 0 for what hurts."""
        return self.points if self.sign == "+" else -self.points


def _level_names(given: object) -> object:
    """Take levels written as numbers, as YAML does, for their names."""
    return {str(k): v for k, v in given.items()} if isinstance(given, Mapping) else given


def _ends_described(anchors: FrozenMap[Line]) -> FrozenMap[Line]:
    wrong = sorted(set(anchors) - set(LEVELS))
    if wrong:
        raise ValueError(f"go beyond the scale: '{wrong[0]}' is no level; allowed are 1 to 5")
    if not {"1", "5"} <= set(anchors):
        raise ValueError(
            "lack an end: the levels 1 and 5 need a description; those between may have one"
        )
    return anchors


Anchors = Annotated[FrozenMap[Line], BeforeValidator(_level_names), AfterValidator(_ends_described)]
"""What a level from 1 to 5 looks like, by level; 1 and 5 are described."""


class Criterion(Record):
    """Group behaviours under a question, or describe levels; its score runs from 0 to 5.

    With `behaviours`: score = start + (5 - start) * points of "+" observed / points of "+" that
    had an opportunity, less the points of each "-" observed, kept within 0 to 5. With no
    opportunity for any "+" and no "-" observed it is not applicable. With `anchors` the score is the level, 1 to 5,
    that a judge gives. `weight` is its share in the rubric's score, `practise` the scenario that
    trains it.
    """

    id: Slug
    title: Name
    question: Line
    weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    start: Annotated[float, Field(ge=0, le=5)] = 0.0
    behaviours: tuple[Behaviour, ...] = ()
    anchors: Anchors | None = None
    practise: Slug | None = None

    @model_validator(mode="after")
    def _can_be_scored(self) -> Criterion:
        if (self.anchors is None) == (not self.behaviours):
            raise ValueError("behaviours: a criterion has either behaviours or anchors")
        helped = self.anchors is not None or any(b.sign == "+" for b in self.behaviours)
        if self.start < 5 and not helped:
            raise ValueError("behaviours: without a '+' behaviour 'start' must be 5")
        return self


class Rule(Record):
    """Name the arithmetic from findings to scores; it is written out in `Criterion` and `Rubric`.

    `least_share` is the part of the weight (0 to 1) that must have had an opportunity.
    """

    criterion: Literal["points"] = "points"
    rubric: Literal["weighted-mean"] = "weighted-mean"
    least_share: Annotated[float, Field(ge=0, le=1)] = 0.5


class Rubric(Record):
    """Hold what is scored: criteria with behaviours; the score is their weighted mean (0 to 5).

    It has no score where less than `rule.least_share` of the weight had an opportunity in the talk.
    With `discovery` true, a practice session's ledger of earned facts counts as one more
    criterion, weighted by `discovery_weight`. `pass_mark` is the score (0 to 5) that passes.
    """

    format: Format = 1
    id: Slug
    version: Name
    title: Name
    purpose: Line
    rule: Rule | None = None
    pass_mark: Annotated[float, Field(ge=0, le=5)] | None = None
    discovery_weight: Annotated[float, Field(ge=0, le=10)] = 0.0
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Rubric:
        names = [c.id for c in self.criteria] + [b.id for c in self.criteria for b in c.behaviours]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"criteria: the id '{twice[0]}' is used twice")
        return self

    @property
    def least_share(self) -> float:
        """Give the part of the weight (0 to 1) that must have had an opportunity."""
        return (self.rule or Rule()).least_share

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """Give the behaviours of all criteria, in order."""
        return tuple(b for criterion in self.criteria for b in criterion.behaviours)
