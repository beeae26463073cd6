"""Put a scorecard together: the same way whoever judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rmcoach_llm.domain import (
    CriterionScore,
    Finding,
    Flag,
    FrozenMap,
    Provenance,
    Rubric,
    RubricScore,
    Scenario,
    Scorecard,
    Transcript,
)
from rmcoach_llm.evaluators.brief import compare
from rmcoach_llm.evaluators.discovery import Ledger, read_ledger, scenario_of
from rmcoach_llm.evaluators.feedback import feedback_of
from rmcoach_llm.evaluators.grounding import evidence_rate
from rmcoach_llm.evaluators.rollup import (
    DISCOVERY,
    criterion_score,
    rubric_score,
    rubric_without_score,
    scorecard_status,
)
from rmcoach_llm.evaluators.screening import Refusal, Screening
from rmcoach_llm.language.measures import HeardMoves, Measures, counted_moves, measures_of

ScenarioLookup = Callable[[str], Scenario]


@dataclass(frozen=True)
class Judged:
    """Hold an evaluator's findings: by rubric id, then by behaviour id.

    `flags` are of the judging; `unjudged` is how the reason of an unscored criterion begins.
    `why` says why there is no finding, by rubric id and the id of what was to be judged.
    """

    findings: Mapping[str, Mapping[str, Finding]]
    flags: tuple[Flag, ...] = ()
    unjudged: str = "no judgement of"
    why: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Hold a transcript with all that is known of it before anybody judges."""

    transcript: Transcript
    screening: Screening
    measures: Measures
    ledger: Ledger | None
    heard: HeardMoves
    scenario: Scenario | None = None


def open_case(
    transcript: Transcript,
    screening: Screening,
    scenario: ScenarioLookup | None,
    heard: HeardMoves | None = None,
) -> Case:
    """Hear and measure a transcript and read its ledger; `heard` are moves that are known already."""
    heard = counted_moves(transcript) if heard is None else heard
    played = scenario_of(transcript, scenario)
    glossary = [term.term for term in played.glossary] if played else None
    return Case(
        transcript=transcript,
        screening=screening,
        measures=measures_of(transcript, glossary=glossary, heard=heard),
        ledger=read_ledger(transcript, scenario),
        heard=heard,
        scenario=played,
    )


def scorecard(
    case: Case, rubrics: Sequence[Rubric], judged: Judged, provenance: Provenance
) -> Scorecard:
    """Give the scorecard that findings add up to."""
    scores = {rubric.id: _rubric(rubric, judged, case.ledger) for rubric in rubrics}
    # What serves several rubrics is one claim, and one object.
    claims = {id(f): f for by_id in judged.findings.values() for f in by_id.values()}
    card = _card(case, scores, provenance, judged.flags, evidence_rate(claims.values()))
    return _with_feedback(card, case, rubrics)


def refused_scorecard(
    case: Case, rubrics: Sequence[Rubric], refused: Refusal, provenance: Provenance
) -> Scorecard:
    """Give a scorecard without any score, for one reason; measures and ledger are kept."""
    scores = {rubric.id: rubric_without_score(rubric, *refused) for rubric in rubrics}
    return _with_feedback(_card(case, scores, provenance), case, rubrics)


def _with_feedback(card: Scorecard, case: Case, rubrics: Sequence[Rubric]) -> Scorecard:
    found = feedback_of(card, case.transcript, rubrics, scenario=case.scenario, heard=case.heard)
    return card.model_copy(update={"feedback": found})


def _rubric(rubric: Rubric, judged: Judged, ledger: Ledger | None) -> RubricScore:
    findings, why = judged.findings.get(rubric.id, {}), judged.why.get(rubric.id, {})
    scores: dict[str, CriterionScore] = {
        criterion.id: criterion_score(criterion, findings, unjudged=judged.unjudged, why=why)
        for criterion in rubric.criteria
    }
    if ledger is not None and rubric.discovery_weight:
        scores.setdefault(DISCOVERY, ledger.score)
    return rubric_score(rubric, scores)


def _card(
    case: Case,
    scores: Mapping[str, RubricScore],
    provenance: Provenance,
    flags: tuple[Flag, ...] = (),
    found: float | None = None,
) -> Scorecard:
    """Put a scorecard together, without feedback; `flags` are of the judging, `found` the rate."""
    own = (*case.screening.flags, *case.measures.flags)
    discovery = case.ledger.discovery if case.ledger else None
    return Scorecard(
        transcript=case.transcript.id,
        status=scorecard_status(scores),
        rubrics=FrozenMap(scores),
        measures=FrozenMap(case.measures.values),
        flags=(*own, *(case.ledger.flags if case.ledger else ()), *flags),
        discovery=discovery,
        # A ledger that was refused says nothing of what came out.
        brief=compare(case.transcript, case.scenario) if discovery is not None else None,
        evidence_rate=found,
        provenance=provenance,
    )
