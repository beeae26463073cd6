"""Rubrics: criteria made of observable yes/no behaviours, and the rule that scores them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rmcoach_llm.domain.base import Format, Line, Name, Record, Slug


class Behaviour(Record):
    """Describe one thing that can be seen in a turn of the trainee, or not.

    `sign` "+" helps, "-" hurts. `points` is its weight in the rule of the criterion: a share of
    what can be reached for "+", points taken off the 0 to 5 score for "-". `instead` is what to
    say otherwise, `praise` why it works; both are advice to the trainee.
    """

    id: Slug
    sign: Literal["+", "-"]
    points: Annotated[float, Field(gt=0, le=5)] = 1.0
    statement: Line
    example: Line
    counter_example: Line
    source: Line
    praise: Line | None = None
    instead: Line

    @model_validator(mode="after")
    def _praise_for_plus(self) -> Behaviour:
        if self.sign == "+" and self.praise is None:
            raise ValueError("praise: a '+' behaviour needs a line that says why it works")
        return self


class Criterion(Record):
    """Group behaviours under a question; its score runs from 0 to 5.

    score = start + (5 - start) * points of "+" observed / points of "+" that had an opportunity,
    less the points of each "-" observed, kept within 0 to 5. With no opportunity for any "+"
    it is not applicable. `weight` is its share in the rubric's score.
    """

    id: Slug
    title: Name
    question: Line
    weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    start: Annotated[float, Field(ge=0, le=5)] = 0.0
    behaviours: Annotated[tuple[Behaviour, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_scored(self) -> Criterion:
        if self.start < 5 and not any(b.sign == "+" for b in self.behaviours):
            raise ValueError("behaviours: without a '+' behaviour 'start' must be 5")
        return self


class Rubric(Record):
    """Hold what is scored: criteria with behaviours; the score is their weighted mean (0 to 5).

    It has no score where less than half of the weight had an opportunity in the talk.
    With `discovery` true, a practice session's ledger of earned facts counts as one more
    criterion, weighted by `discovery_weight`.
    """

    format: Format = 1
    id: Slug
    version: Name
    title: Name
    purpose: Line
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
    def behaviours(self) -> tuple[Behaviour, ...]:
        """Give the behaviours of all criteria, in order."""
        return tuple(b for criterion in self.criteria for b in criterion.behaviours)
