"""Points, starts and weights fitted to talks: what findings without a model are worth, by rubric.

The points of a rubric's file are for a judge that sees everything. Rules see some behaviours well and
others badly, so what they find counts by how far it told good talks from poor ones
(`benchmarks.fit_points`). The rule that adds points up stays that of the rubric.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rmcoach_llm.domain import Criterion, FrozenMap, Rubric, Scorecard
from rmcoach_llm.evaluators.rules_learned import USUAL_SENTENCES, table

MOST_SENTENCES = 40

OFTEN = 1 / 3
"""Rules that miss a behaviour in more of the talks where they see none do not show that it is missing."""


def reweighted(rubric: Rubric) -> Rubric:
    """Give a rubric with the fitted points, starts and weights; as it is where none fit its version."""
    held = table()["rubrics"].get(rubric.id)
    if held is None or held["version"] != rubric.version:
        return rubric
    return rubric.model_copy(
        update={"criteria": tuple(_criterion(c, held) for c in rubric.criteria)}
    )


def longer(sentences: int) -> float:
    """Give the log of how many times the usual number of sentences these are, from 15 to 40 of them."""
    return math.log(min(max(sentences, USUAL_SENTENCES), MOST_SENTENCES) / USUAL_SENTENCES)


def for_length(rubric: Rubric, sentences: int) -> Rubric:
    """Lower the starts of a fitted rubric for a talk of many different sentences of the trainee.

    Among more sentences more behaviours are seen by chance, which would raise the score of a long
    talk. From 15 sentences on a start falls by a fitted slope times log(sentences / 15), not below 0;
    from 40 on no further, as the talks that it was fitted on are hardly longer.
    """
    slope = table()["rubrics"].get(rubric.id, {}).get("slope", 0.0)
    lower = slope * longer(sentences)
    if not lower:
        return rubric
    return rubric.model_copy(update={"criteria": tuple(_lower(c, lower) for c in rubric.criteria)})


def _lower(criterion: Criterion, by: float) -> Criterion:
    """Lower the start, where there is a "+" behaviour: without one the start is to be 5."""
    if not any(b.sign == "+" for b in criterion.behaviours):
        return criterion
    return criterion.model_copy(update={"start": round(max(0.0, criterion.start - by), 2)})


def _criterion(criterion: Criterion, held: Mapping[str, Any]) -> Criterion:
    behaviours = tuple(
        b.model_copy(update={"points": held["points"].get(b.id, b.points)})
        for b in criterion.behaviours
    )
    start = held["starts"].get(criterion.id, criterion.start)
    weight = held.get("weights", {}).get(criterion.id, criterion.weight)
    return criterion.model_copy(update={"behaviours": behaviours, "start": start, "weight": weight})


def often_missed(behaviour: str) -> bool:
    """Say whether rules often see nothing of a behaviour that careful readers do see.

    Measured by `python -m benchmarks.judge_trials --missed`; of what was not measured, no.

    >>> often_missed("claim-tied-to-need"), often_missed("decision-question")
    (True, False)
    """
    return float(table().get("missed", {}).get(behaviour, 0.0)) > OFTEN


def with_known_errors(card: Scorecard, rubrics: tuple[Rubric, ...]) -> Scorecard:
    """Put beside each score how far such scores followed the quality planted in gold talks."""
    known = table().get("known_errors", {})
    version = {rubric.id: rubric.version for rubric in rubrics}
    fitted = table()["rubrics"]
    scores = dict(card.rubrics)
    for name, score in card.rubrics.items():
        if name in known and fitted.get(name, {}).get("version") == version[name]:
            told = {"known_error": known[name]}
            criteria = {key: c.model_copy(update=told) for key, c in score.criteria.items()}
            scores[name] = score.model_copy(update={**told, "criteria": FrozenMap(criteria)})
    return card.model_copy(update={"rubrics": FrozenMap(scores)})
