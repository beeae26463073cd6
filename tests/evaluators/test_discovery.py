from __future__ import annotations

import asyncio

import pytest

from rmcoach_llm.domain import Act, Earned, Heard, Layer, ScenarioRef, Stance, Trace, Transcript
from rmcoach_llm.errors import LibraryError, UsageError
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.evaluators.discovery import discovery_score, read_ledger
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.protocols import Parts

LIBRARY = Library()
SCENARIO = LIBRARY.scenario("finance-close-report")
EARNABLE = [fact.id for fact in SCENARIO.facts if fact.layer is not Layer.WANT]
ROOT = SCENARIO.root_need.id


def _stance(*facts, how="earned"):
    earned = tuple(Earned(fact=fact, turn=1, how=how) for fact in facts)
    return Stance(trust=5, patience=5, earned=earned, ended="farewell")


def _session(stance, digest=SCENARIO.digest):
    ref = ScenarioRef(id=SCENARIO.id, version=SCENARIO.version, sha256=digest)
    rows = [("S", "stakeholder", "Come in."), ("T", "trainee", "What hurts most in the close?")]
    bare = Transcript.of("t", [*rows, ("S", "stakeholder", "The accruals.")], scenario=ref)
    trace = Trace(heard=Heard(), act=Act.TELL, stance=stance, voice="authored")
    last = bare.turns[-1].model_copy(update={"trace": trace})
    return bare.model_copy(update={"turns": (*bare.turns[:-1], last)})


def test_the_score_runs_from_nothing_to_all():
    """No fact earned is 0, all earned is 5, and each further fact never lowers it."""
    scores = [discovery_score(_stance(*EARNABLE[:n]), SCENARIO) for n in range(len(EARNABLE) + 1)]
    assert scores[0] == 0.0
    assert scores[-1] == 5.0
    assert scores == sorted(scores)


def test_the_root_need_counts_most():
    """The root need alone is worth 2 points, more than any other single fact."""
    alone = {fact: discovery_score(_stance(fact), SCENARIO) for fact in EARNABLE}
    assert alone[ROOT] == 2.0
    assert all(score < 2.0 for fact, score in alone.items() if fact != ROOT)


def test_what_came_unasked_shows_nothing():
    """Volunteered facts neither raise the score nor stand in the way of the full one."""
    unasked = next(fact for fact in EARNABLE if fact != ROOT)
    assert discovery_score(_stance(unasked, how="volunteered"), SCENARIO) == 0.0
    mixed = Stance(
        trust=5,
        patience=5,
        earned=(
            *_stance(unasked, how="volunteered").earned,
            *_stance(*(f for f in EARNABLE if f != unasked)).earned,
        ),
    )
    assert discovery_score(mixed, SCENARIO) == 5.0


def test_the_ledger_tells_what_was_earned_and_missed():
    """The record names each fact on one of two sides, and how the talk ended."""
    ledger = read_ledger(_session(_stance(*EARNABLE[:2])), LIBRARY.scenario)
    assert ledger is not None
    assert ledger.discovery is not None
    assert [e.fact for e in ledger.discovery.earned] == EARNABLE[:2]
    assert set(ledger.discovery.missed) == {f.id for f in SCENARIO.facts} - set(EARNABLE[:2])
    assert ledger.discovery.root_need_reached is (ROOT in EARNABLE[:2])
    assert ledger.discovery.ended == "farewell"
    assert ledger.flags == ()


def test_a_changed_scenario_gives_no_score():
    """Where the scenario is no longer the one that was played, the ledger alone is told."""
    ledger = read_ledger(_session(_stance(ROOT), digest="0" * 64), LIBRARY.scenario)
    assert ledger is not None
    assert [flag.kind for flag in ledger.flags] == ["scenario-changed"]
    assert (ledger.score.status, ledger.score.score) == ("not_applicable", None)
    assert ledger.discovery is not None
    assert ledger.discovery.missed == ()
    assert ledger.discovery.root_need_reached


@pytest.mark.parametrize("error", [UsageError("unknown"), LibraryError("broken")])
def test_a_lost_scenario_is_flagged(error):
    """A session outlives its scenario: the rest can be scored, and a flag says what is missing."""

    def lost(_):
        raise error

    for lookup in (lost, None):
        ledger = read_ledger(_session(_stance(ROOT)), lookup)
        assert ledger is not None
        assert ledger.discovery is None
        assert [flag.kind for flag in ledger.flags] == ["scenario-unknown"]


def test_a_transcript_from_elsewhere_has_no_ledger():
    """Without traces or without a scenario there is nothing to read."""
    bare = Transcript.of("t", [("T", "trainee", "Hello?"), ("S", "stakeholder", "Hi.")])
    assert read_ledger(bare, LIBRARY.scenario) is None
    no_scenario = _session(_stance(ROOT)).model_copy(update={"scenario": None})
    assert read_ledger(no_scenario, LIBRARY.scenario) is None


def test_the_ledger_is_a_criterion_of_needs_discovery_only():
    """The scorecard of a session carries the record and the criterion `discovery`."""
    rubrics = tuple(LIBRARY.rubric(name) for name in ("needs-discovery", "credibility"))
    parts = Parts(prompt=LIBRARY.prompt, rubrics=rubrics, scenario=LIBRARY.scenario)
    evaluator = create_language_evaluator(parts)
    card = asyncio.run(evaluator.evaluate(_session(_stance(*EARNABLE))))
    assert card.discovery is not None
    assert card.rubrics["needs-discovery"].criteria["discovery"].score == 5.0
    assert "discovery" not in card.rubrics["credibility"].criteria
    lower = asyncio.run(evaluator.evaluate(_session(_stance())))
    assert (lower.rubrics["needs-discovery"].score or 0) < (
        card.rubrics["needs-discovery"].score or 0
    )
    assert card.provenance.scenario == SCENARIO.digest
