from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.trainees import DISCOVERERS, play

from rmcoach_llm.domain import (
    Act,
    Earned,
    Heard,
    Layer,
    Move,
    ScenarioRef,
    Stance,
    Trace,
    Transcript,
    criterion_value,
)
from rmcoach_llm.errors import LibraryError, UsageError
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.evaluators.discovery import fact_points, first_departure, read_ledger
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.protocols import Parts

LIBRARY = Library()
SCENARIO = LIBRARY.scenario("finance-close-report")
EARNABLE = [fact.id for fact in SCENARIO.facts if fact.layer is not Layer.WANT]
ROOT = SCENARIO.root_need.id


def _stance(*facts, how="earned"):
    earned = tuple(Earned(fact=fact, turn=1, how=how) for fact in facts)
    return Stance(trust=5, patience=5, earned=earned, ended="farewell")


def _played(*lines, digest=SCENARIO.digest):
    """Play a session with the lines of a good trainee, or with those given."""
    played = play(SCENARIO, lines or DISCOVERERS[SCENARIO.id])
    turns = list(played.transcript.turns)
    steps = zip(played.heard, played.cues, played.stances[1:], strict=True)
    for index, (heard, cue, stance) in enumerate(steps):
        told = cue.tell.id if cue.tell else None
        trace = Trace(heard=heard, act=cue.act, tell=told, stance=stance, voice="authored")
        turns[2 * index + 2] = turns[2 * index + 2].model_copy(update={"trace": trace})
    ref = ScenarioRef(id=SCENARIO.id, version=SCENARIO.version, sha256=digest)
    return played.transcript.model_copy(update={"turns": tuple(turns), "scenario": ref})


def _with_turn(session, index, **changes):
    turns = list(session.turns)
    turns[index] = turns[index].model_copy(update=changes)
    return session.model_copy(update={"turns": tuple(turns)})


def _with_trace(session, index, **changes):
    trace = session.turns[index].trace.model_copy(update=changes)
    return _with_turn(session, index, trace=trace)


def _with_stance(session, index, **changes):
    stance = session.turns[index].trace.stance.model_copy(update=changes)
    return _with_trace(session, index, stance=stance)


def discovery_score(stance, scenario):
    """Add up the points of what was earned."""
    points = fact_points(stance, scenario)
    earned = [item.fact for item in stance.earned if item.how == "earned"]
    return round(sum(points.get(name, 0) for name in earned), 2)


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
    session = _played("How long does the close take?", "Goodbye.")
    ledger = read_ledger(session, LIBRARY.scenario)
    assert ledger is not None
    assert ledger.discovery is not None
    assert [e.fact for e in ledger.discovery.earned] == ["close-length"]
    assert set(ledger.discovery.missed) == {f.id for f in SCENARIO.facts} - {"close-length"}
    assert not ledger.discovery.root_need_reached
    assert ledger.discovery.ended == "farewell"
    assert ledger.flags == ()
    assert ledger.score.score == discovery_score(session.turns[-1].trace.stance, SCENARIO)
    found = {finding.behaviour: finding for finding in ledger.score.findings}
    assert found["close-length"].quote == "How long does the close take?"
    assert found["close-length"].statement == SCENARIO.fact("close-length").statement
    assert found[ROOT].statement == SCENARIO.root_need.topic, "what is missed is not given away"
    assert criterion_value(ledger.score) == ledger.score.score


def test_a_session_as_it_was_played_is_believed():
    """Replaying a whole good session gives every act, fact and stance that its traces hold."""
    session = _played()
    assert first_departure(session, SCENARIO) is None
    ledger = read_ledger(session, LIBRARY.scenario)
    assert ledger.discovery.root_need_reached
    assert ledger.score.status == "scored"


def test_a_line_without_an_answer_departs_from_nothing():
    """A line whose answer was lost, and one said after it, do not make a session a forged one."""
    session = _played("How long does the close take?")
    lost = session.turns[1]
    turns = (*session.turns, lost)
    assert first_departure(session.model_copy(update={"turns": turns}), SCENARIO) is None
    late = _with_stance(
        session.model_copy(update={"turns": (session.turns[0], lost, *session.turns[1:])}), 3,
        earned=(Earned(fact="close-length", turn=2, how="earned"),),
    )  # fmt: skip
    assert first_departure(late, SCENARIO) is None


FORGERIES = {
    "more facts": lambda s: (_with_stance(s, -1, earned=_stance(*EARNABLE).earned), -1),
    "more trust": lambda s: (_with_stance(s, 4, trust=10), 4),
    "another act": lambda s: (_with_trace(s, 2, act=Act.THANKS), 2),
    "another fact": lambda s: (_with_trace(s, 2, tell=ROOT), 2),
    "a trace taken out": lambda s: (_with_turn(s, 2, trace=None), 2),
    "a trace on the trainee's line": lambda s: (_with_turn(s, 3, trace=s.turns[2].trace), 3),
    "two answers to a line": lambda s: (
        s.model_copy(update={"turns": (*s.turns, s.turns[-1])}), len(s.turns),
    ),
    "an answer to nothing": lambda s: (_with_turn(s, 0, trace=s.turns[2].trace), 0),
    "on after the end": lambda s: (
        s.model_copy(update={"turns": (*s.turns, *s.turns[1:3])}), len(s.turns) + 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_ledger_scores_nothing(forgery):
    """Whatever is changed in a ledger: flagged with its turn, unscored, nothing of it told."""
    session = _played("How long does the close take?", "What does not match?", "Goodbye.")
    forged, place = FORGERIES[forgery](session)
    ledger = read_ledger(forged, LIBRARY.scenario)
    assert ledger.discovery is None
    assert (ledger.score.status, ledger.score.score) == ("unscored", None)
    (flag,) = ledger.flags
    assert (flag.kind, flag.turn) == ("ledger-inconsistent", place % len(forged.turns))
    assert ledger.score.reason == flag.detail


@settings(max_examples=30, deadline=None)
@given(st.builds(
    Heard,
    moves=st.lists(st.sampled_from(Move), max_size=3, unique=True).map(tuple),
    played_back=st.lists(st.sampled_from(["x", ROOT])).map(tuple),
    follows=st.none() | st.just("no-such-fact"),
))  # fmt: skip
def test_whatever_a_file_says_was_heard_is_replayed_without_a_fault(heard):
    """Facts that do not exist and moves that do not fit are no crash: a file may hold anything."""
    session = _played("How long does the close take?", "What does not match?", "Why is that?")
    assert first_departure(_with_trace(session, 2, heard=heard), SCENARIO) in (None, 2)


def test_a_changed_scenario_gives_no_score():
    """Where the scenario is no longer the one that was played, the ledger alone is told."""
    ledger = read_ledger(_played(digest="0" * 64), LIBRARY.scenario)
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
        ledger = read_ledger(_played(), lookup)
        assert ledger is not None
        assert ledger.discovery is None
        assert [flag.kind for flag in ledger.flags] == ["scenario-unknown"]


def test_a_transcript_from_elsewhere_has_no_ledger():
    """Without traces or without a scenario there is nothing to read."""
    bare = Transcript.of("t", [("T", "trainee", "Hello?"), ("S", "stakeholder", "Hi.")])
    assert read_ledger(bare, LIBRARY.scenario) is None
    no_scenario = _played().model_copy(update={"scenario": None})
    assert read_ledger(no_scenario, LIBRARY.scenario) is None


def test_the_ledger_is_a_criterion_of_needs_discovery_only():
    """The scorecard of a session carries the record and the criterion `discovery`."""
    rubrics = tuple(LIBRARY.rubric(name) for name in ("needs-discovery", "credibility"))
    parts = Parts(prompt=LIBRARY.prompt, rubrics=rubrics, scenario=LIBRARY.scenario)
    evaluator = create_language_evaluator(parts)
    session = _played()
    card = asyncio.run(evaluator.evaluate(session))
    assert card.discovery is not None
    score = card.rubrics["needs-discovery"].criteria["discovery"].score
    assert score == discovery_score(session.turns[-1].trace.stance, SCENARIO)
    assert score > 2.0
    assert "discovery" not in card.rubrics["credibility"].criteria
    forged = _with_stance(session, -1, earned=_stance(*EARNABLE).earned)
    lower = asyncio.run(evaluator.evaluate(forged)).rubrics["needs-discovery"]
    assert (lower.status, lower.score) == ("unscored", None)
    assert card.provenance.scenario == SCENARIO.digest


def test_what_was_asked_in_vain_says_which_lock_held():
    """The trainee sees that they did ask, when, and what was missing; what came out is not there."""
    session = _played(
        "How does a month-end close run with you today?", "Who decides about a change like this?"
    )
    ledger = read_ledger(session, Library().scenario)
    assert ledger is not None
    assert ledger.discovery is not None
    held = ledger.discovery.held_back
    assert held["who-decides"].startswith("asked at turn 3: ")
    assert not held.keys() & {item.fact for item in ledger.discovery.earned}
