"""Read the ledger of a practice session: which facts the trainee earned, and which never came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rmcoach_llm.disclosure import advance, begin, why_locked
from rmcoach_llm.domain import (
    Act,
    CriterionScore,
    Discovery,
    Finding,
    Flag,
    FrozenMap,
    Layer,
    Scenario,
    Stance,
    Transcript,
    criterion_sum,
)
from rmcoach_llm.errors import LibraryError, UsageError

ROOT_POINTS = 2.0
"""Of the 5 points, so many are for the root need: a talk that misses it has missed its aim."""

QUESTION = "Which of the facts that were there to be found did the trainee's questions bring out?"

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
    facts that came out and the root need are still told as the file has them, its list of
    missed ones is not. A ledger that does not follow from what was heard (`first_departure`)
    is flagged, nothing of it is told, and the criterion is unscored.
    """
    stance = _last_stance(transcript)
    if stance is None or transcript.scenario is None:
        return None
    played = scenario_of(transcript, scenario)
    if played is None:
        kind, reason = "scenario-unknown", "the scenario of this session is not in the library"
        return Ledger(None, _not_applicable(reason), (Flag(kind=kind, detail=reason),))
    if played.digest != transcript.scenario.sha256:
        kind, reason = "scenario-changed", "the scenario has changed since this session"
        found = _discovery(stance, transcript, played).model_copy(update={"missed": ()})
        return Ledger(found, _not_applicable(reason), (Flag(kind=kind, detail=reason),))
    departure = first_departure(transcript, played)
    if departure is not None:
        return _refused(departure)
    return Ledger(_discovery(stance, transcript, played), _score(stance, played, transcript))


def first_departure(transcript: Transcript, scenario: Scenario) -> int | None:
    """Give the first turn (from 0) whose trace the rules of disclosure do not give, or None.

    The talk is played again from what the traces say was heard: each answer must do, tell and
    leave the stakeholder exactly as `advance` decides, and each needs its trace. It shows that
    the ledger follows from what was heard, not that the listener heard rightly.
    """
    stance = begin(scenario)
    for index, turn in enumerate(transcript.turns):
        if turn.trace is None:
            if turn.role == "stakeholder" and index > 0:
                return index
            continue
        answers = index > 0 and transcript.turns[index - 1].role == "trainee"
        if turn.role != "stakeholder" or not answers or stance.ended is not None:
            return index
        stance, cue = advance(scenario, stance, turn.trace.heard, turn=index - 1)
        told = cue.tell.id if cue.tell else None
        if (turn.trace.act, turn.trace.tell, turn.trace.stance) != (cue.act, told, stance):
            return index
    return None


def _refused(departure: int) -> Ledger:
    reason = (
        f"the ledger does not follow from what was heard, from turn {departure} on:"
        " the session was changed, or played by another version's rules"
    )
    flag = Flag(kind="ledger-inconsistent", detail=reason, turn=departure)
    return Ledger(None, CriterionScore(status="unscored", reason=reason), (flag,))


def fact_points(stance: Stance, scenario: Scenario) -> dict[str, float]:
    """Give the points of each fact that could be earned, by id; together they are 5.

    2 are for the root need, 3 are shared by the others, where a need, constraint, decision or
    success measure weighs 2 and a symptom 1. The root need counts most since finding it is the
    aim of the talk; no other fact alone is worth as much. Wants, and other facts that came
    unasked, count on neither side: they show nothing.
    """
    unasked = {item.fact for item in stance.earned if item.how == "volunteered"}
    root = scenario.root_need.id
    weights = {
        fact.id: DEEP_WEIGHT if fact.layer.deep else SURFACE_WEIGHT
        for fact in scenario.facts
        if fact.layer is not Layer.WANT and fact.id not in unasked and fact.id != root
    }
    total = sum(weights.values())
    shares = {name: (5 - ROOT_POINTS) * weight / total for name, weight in weights.items()}
    return {root: ROOT_POINTS if shares else 5.0, **shares}


def _score(stance: Stance, scenario: Scenario, transcript: Transcript) -> CriterionScore:
    """Score what was earned: each fact is a finding, quoted by the line that brought it."""
    turns = {item.fact: item.turn for item in stance.earned if item.how == "earned"}
    findings = []
    for name, points in fact_points(stance, scenario).items():
        fact = scenario.fact(name)
        turn = turns.get(name)
        earned = turn is not None
        findings.append(
            Finding(
                behaviour=name,
                verdict="observed" if earned else "not_observed",
                turn=turn,
                quote=None if turn is None else transcript.turns[turn].text,
                statement=fact.statement if earned else fact.topic,
                points=points,
            )
        )
    return CriterionScore(
        status="scored",
        score=criterion_sum(0.0, findings).score,
        title="What was found out",
        question=QUESTION,
        start=0.0,
        findings=tuple(findings),
    )


def _discovery(stance: Stance, transcript: Transcript, scenario: Scenario) -> Discovery:
    lines = dict(transcript.of_role("trainee"))
    return Discovery(
        earned=stance.earned,
        questions=FrozenMap(
            {item.fact: lines[item.turn].text for item in stance.earned if item.turn in lines}
        ),
        held_back=FrozenMap(_held_back(transcript, scenario, stance)),
        missed=tuple(fact.id for fact in scenario.facts if not stance.knows(fact.id)),
        objection=stance.objection,
        root_need_reached=stance.knows(scenario.root_need.id),
        ended=stance.ended,
    )


def _held_back(transcript: Transcript, scenario: Scenario, last: Stance) -> dict[str, str]:
    """Say of each fact that was asked for in vain why it was kept back, the last time it was."""
    found: dict[str, str] = {}
    known = {fact.id for fact in scenario.facts}
    for index, turn in enumerate(transcript.turns):
        if turn.trace is None:
            continue
        asked = turn.trace.heard.asked[:1]
        if turn.trace.act is Act.GUARDED and asked and asked[0].fact in known:
            name = asked[0].fact
            why = why_locked(scenario, turn.trace.stance, turn.trace.heard, name)
            found[name] = f"asked at turn {index - 1}: {why}"
    return {name: why for name, why in found.items() if not last.knows(name)}


def _last_stance(transcript: Transcript) -> Stance | None:
    traces = [turn.trace for turn in transcript.turns if turn.trace is not None]
    return traces[-1].stance if traces else None


def scenario_of(
    transcript: Transcript, scenario: Callable[[str], Scenario] | None
) -> Scenario | None:
    """Give the scenario of a session as `scenario` has it now; None where it has none."""
    if scenario is None or transcript.scenario is None:
        return None
    try:
        return scenario(transcript.scenario.id)
    except (UsageError, LibraryError):
        # A session outlives its scenario: the rest of it can still be scored.
        return None


def _not_applicable(reason: str) -> CriterionScore:
    return CriterionScore(
        status="not_applicable", reason=reason, title="What was found out", question=QUESTION
    )
