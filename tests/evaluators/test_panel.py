"""Several judgements become one: mean, interval, agreement, and what failed is left out."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judging import GOOD, JudgingModel, answer_of, core_rubrics, judge_prompt, talk

from rmcoach_llm.domain import FrozenMap, RubricScore
from rmcoach_llm.errors import AccessDenied, UsageError
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.panel import MOST_RUNS, PanelEvaluator
from rmcoach_llm.evaluators.rollup import decided

RUBRICS = core_rubrics()
TALK = talk(GOOD)
SEEN = {"problem-question": [(4, "What goes wrong")]}
SEEN_ALL = {**SEEN, "problem-question": [(2, "What goes wrong with the accruals most often?")]}


def _judge(answer):
    return Judge(JudgingModel(answer), judge_prompt(), RUBRICS)


def _saying(*seen):
    return [_judge(lambda _, found=found: answer_of(RUBRICS, found)) for found in seen]


def _panel(judges):
    return PanelEvaluator(judges, names=["m"], repeats=len(judges))


def _need(card):
    return card.rubrics["needs-discovery"].criteria["need"]


def test_the_score_is_the_mean_of_the_runs_with_its_interval():
    """Two of three runs saw a behaviour: the mean, all resamples, and the verdict of most."""
    card = asyncio.run(_panel(_saying(SEEN_ALL, SEEN_ALL, {})).evaluate(TALK))
    assert _need(card).score == 1.67
    assert _need(card).interval == (0.83, 2.5)
    found = next(f for f in _need(card).findings if f.behaviour == "problem-question")
    assert (found.verdict, found.note) == ("observed", "2 of 3 runs")
    assert found.quote == "What goes wrong with the accruals most often?"
    assert (card.panel.method, card.panel.runs, card.panel.failed) == ("exact", 3, 0)
    assert [run.rubrics["needs-discovery"].criteria["need"].score for run in card.runs] == [
        2.5,
        2.5,
        0.0,
    ]
    assert card.provenance.usage.calls == 3


def test_agreement_is_that_of_the_runs():
    """Runs that all say the same agree fully; one that differs lowers the figure."""
    same = asyncio.run(_panel(_saying(SEEN_ALL, SEEN_ALL)).evaluate(TALK))
    assert same.panel.agreement["needs-discovery"] == 1.0
    other = asyncio.run(_panel(_saying(SEEN_ALL, {})).evaluate(TALK))
    assert other.panel.agreement["needs-discovery"] < 1.0
    assert other.panel.agreement["persuasion"] is None, "nothing was told apart there"


def test_a_tie_gives_no_credit():
    """A behaviour that half of the runs saw is not shown as observed; the mean keeps the half."""
    card = asyncio.run(_panel(_saying(SEEN_ALL, {})).evaluate(TALK))
    found = next(f for f in _need(card).findings if f.behaviour == "problem-question")
    assert found.verdict == "not_observed"
    assert _need(card).score == 1.25


def test_a_run_that_failed_is_left_out_and_counted():
    """There is no average over a failure: the other runs count, and the card says how many."""

    def fails(_):
        from rmcoach_llm.errors import ReplyCut

        raise ReplyCut("the answer was cut")

    judges = [*_saying(SEEN_ALL), _judge(fails)]
    card = asyncio.run(_panel(judges).evaluate(TALK))
    assert _need(card).score == 2.5
    assert (card.status, card.panel.failed) == ("scored", 1)
    lost = asyncio.run(_panel([_judge(fails), _judge(fails)]).evaluate(TALK))
    assert (lost.status, lost.panel.failed) == ("unscored", 2)
    assert _need(lost).score is None
    assert "the answer was cut" in _need(lost).reason


def test_an_error_that_stops_a_batch_is_raised_as_it_is():
    """No access is no scorecard: the caller gets the error itself, not a group of errors."""

    def refused(_):
        raise AccessDenied("no access")

    with pytest.raises(AccessDenied):
        asyncio.run(_panel([*_saying(SEEN_ALL), _judge(refused)]).evaluate(TALK))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_mean_lies_within_its_interval_and_is_that_of_the_runs(pattern):
    """However the runs differ, the score is their mean and lies between the ends."""
    card = asyncio.run(_panel(_saying(*(SEEN_ALL if on else {} for on in pattern))).evaluate(TALK))
    score = _need(card)
    assert score.score == round(sum(2.5 if on else 0.0 for on in pattern) / len(pattern), 2)
    low, high = score.interval
    assert low <= score.score <= high
    assert card.panel.method == ("exact" if len(pattern) <= 6 else "bootstrap")


@pytest.mark.parametrize(
    ("interval", "decision"),
    [((3.0, 4.0), "passed"), ((2.0, 2.9), "failed"), ((2.9, 3.1), "undecided"), (None, "passed")],
)
def test_a_pass_mark_within_the_interval_leaves_it_undecided(interval, decision):
    """Where another run could decide otherwise, nothing is decided."""
    score = RubricScore(
        status="scored", score=3.0, interval=interval, version="1", criteria=FrozenMap({})
    )
    assert decided(score.model_copy(update={"pass_mark": 3.0})).decision == decision
    assert decided(score).decision is None


def test_what_is_unscored_is_not_decided():
    """No score, no pass and no fail."""
    lost = RubricScore(
        status="unscored", reason="lost", version="1", pass_mark=3.0, criteria=FrozenMap({})
    )
    assert decided(lost).decision is None


def test_a_panel_has_a_sensible_number_of_runs():
    """None, or more than anybody pays for, is refused with what is allowed."""
    with pytest.raises(UsageError, match="panel of 0"):
        PanelEvaluator([], names=[], repeats=1)
    with pytest.raises(UsageError):
        _panel(_saying(*[{}] * (MOST_RUNS + 1)))


def test_the_fingerprint_covers_the_judges():
    """More runs, or other judges, are other work."""
    one, two = _panel(_saying({})), _panel(_saying({}, {}))
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint != _saying({})[0].fingerprint
