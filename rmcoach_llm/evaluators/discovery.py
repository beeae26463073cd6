"""Read the ledger of a practice session: which facts the trainee earned, and which never came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rmcoach_llm.domain import (
    CriterionScore,
    Discovery,
    Flag,
    Layer,
    Scenario,
    ScenarioRef,
    Stance,
    Transcript,
)
from rmcoach_llm.errors import LibraryError, UsageError

ROOT_POINTS = 2.0
"""Of the 5 points, so many are for the root need: a talk that misses it has missed its aim."""

DEEP_WEIGHT = 2.0
SURFACE_WEIGHT = 1.0
"""A need, constraint, decision or measure shows more of the trainee than a symptom."""


@dataclass(frozen=True)
class Ledger:
    """Hold what a session shows of discovery; `score` is the criterion `discovery`."""

    discovery: Discovery | None
    score: CriterionScore
    flags: tuple[Flag, ...] = ()


def read_ledger(
    transcript: Transcript, scenario: Callable[[str], Scenario] | None
) -> Ledger | None:
    """Give the ledger of a practice session; None for a transcript that is no such session.

    The stance in the last trace holds all that came out. What was missed only the scenario
    knows, so `scenario` gives it by id. Where there is none, or its content has changed since
    the session, the criterion is not applicable and a flag says so; of a changed scenario the
    facts that came out and the root need are still told, its list of missed ones is not.
    """
    stance = _last_stance(transcript)
    if stance is None or transcript.scenario is None:
        return None
    played = _look_up(transcript.scenario, scenario)
    if played is None:
        kind, reason = "scenario-unknown", "the scenario of this session is not in the library"
        return Ledger(None, _not_applicable(reason), (Flag(kind=kind, detail=reason),))
    if played.digest != transcript.scenario.sha256:
        kind, reason = "scenario-changed", "the scenario has changed since this session"
        found = _discovery(stance, played).model_copy(update={"missed": ()})
        return Ledger(found, _not_applicable(reason), (Flag(kind=kind, detail=reason),))
    score = CriterionScore(status="scored", score=discovery_score(stance, played))
    return Ledger(_discovery(stance, played), score)


def discovery_score(stance: Stance, scenario: Scenario) -> float:
    """Give 0 to 5 for what was earned: 2 for the root need, 3 by the share of the other facts.

    score = 2 * [root need earned] + 3 * sum(weight of earned) / sum(weight of all others),
    where a need, constraint, decision or success measure weighs 2 and a symptom 1. The root
    need counts most since finding it is the aim of the talk; no other fact alone is worth as
    much. Wants, and other facts that came unasked, count on neither side: they show nothing.
    Rounded to 2 decimals.
    """
    unasked = {item.fact for item in stance.earned if item.how == "volunteered"}
    earned = {item.fact for item in stance.earned if item.how == "earned"}
    root = scenario.root_need.id
    weights = {
        fact.id: DEEP_WEIGHT if fact.layer.deep else SURFACE_WEIGHT
        for fact in scenario.facts
        if fact.layer is not Layer.WANT and fact.id not in unasked and fact.id != root
    }
    share = sum(weights[name] for name in earned & weights.keys()) / (sum(weights.values()) or 1)
    reached = ROOT_POINTS if root in earned else 0.0
    return round(reached + (5 - ROOT_POINTS) * share, 2)


def _discovery(stance: Stance, scenario: Scenario) -> Discovery:
    return Discovery(
        earned=stance.earned,
        missed=tuple(fact.id for fact in scenario.facts if not stance.knows(fact.id)),
        root_need_reached=stance.knows(scenario.root_need.id),
        ended=stance.ended,
    )


def _last_stance(transcript: Transcript) -> Stance | None:
    traces = [turn.trace for turn in transcript.turns if turn.trace is not None]
    return traces[-1].stance if traces else None


def _look_up(ref: ScenarioRef, scenario: Callable[[str], Scenario] | None) -> Scenario | None:
    if scenario is None:
        return None
    try:
        return scenario(ref.id)
    except (UsageError, LibraryError):
        # A session outlives its scenario: the rest of it can still be scored.
        return None


def _not_applicable(reason: str) -> CriterionScore:
    return CriterionScore(status="not_applicable", reason=reason)
