"""Reckon a scorecard again from its record: does each figure follow from what is stored?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rmcoach_llm.calibration.resampling import mean_interval
from rmcoach_llm.domain import (
    CriterionScore,
    FrozenMap,
    RubricScore,
    Scorecard,
    criterion_value,
    rubric_value,
)

DECIMALS = 2


@dataclass(frozen=True)
class Mismatch:
    """Name a figure that does not follow from the record: `stored` is there, `found` follows."""

    place: str
    stored: object
    found: object


def mismatches(card: Scorecard) -> tuple[Mismatch, ...]:
    """Give the figures of a scorecard that do not follow from its findings and runs.

    A score of a single judgement follows from its findings, one of several from the scores of
    the runs, and each run's from that run's findings.
    """
    if card.runs is None:
        return tuple(_single(card.rubrics, ""))
    held = [
        found for i, run in enumerate(card.runs) for found in _single(run.rubrics, f"run {i}: ")
    ]
    for name, score in card.rubrics.items():
        given = [run.rubrics[name] for run in card.runs if name in run.rubrics]
        held += _joined(name, score, [one.score for one in given])
        for key, criterion in score.criteria.items():
            values = [one.criteria[key].score for one in given if key in one.criteria]
            held += _joined(f"{name}.{key}", criterion, values)
    return tuple(held)


def _single(rubrics: FrozenMap[RubricScore], where: str) -> Iterator[Mismatch]:
    for name, score in rubrics.items():
        for key, criterion in score.criteria.items():
            if criterion.status == "scored":
                found = criterion_value(criterion)
                if found != criterion.score:
                    yield Mismatch(f"{where}{name}.{key}", criterion.score, found)
        value = rubric_value(score)
        if score.status == "scored" and value != score.score:
            yield Mismatch(f"{where}{name}", score.score, value)


def _joined(
    place: str, score: RubricScore | CriterionScore, given: list[float | None]
) -> Iterator[Mismatch]:
    values = [value for value in given if value is not None]
    if score.status != "scored":
        return
    if not values:
        yield Mismatch(place, score.score, None)
        return
    mean = round(sum(values) / len(values), DECIMALS)
    interval = mean_interval(values)
    ends = (round(interval.low, DECIMALS), round(interval.high, DECIMALS))
    if mean != score.score:
        yield Mismatch(place, score.score, mean)
    if ends != score.interval:
        yield Mismatch(f"{place} interval", score.interval, ends)
