"""A judge that saw nothing: what code finds is held against it, and the second look decides."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import (
    GOOD,
    anchored_rubric,
    answer_of,
    core_rubrics,
    judge_prompt,
    talk,
)
from support.two_minded import TwoMinded

from rmcoach_llm.domain import Scorecard
from rmcoach_llm.errors import RateLimited
from rmcoach_llm.evaluators import language
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.judge_answer import AnswerWithLevels, JudgedLevel
from rmcoach_llm.evaluators.recheck import mismatches
from rmcoach_llm.evaluators.silence import LEAST, PASSED_OVER, disproved
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.reports.explain import explanation
from rmcoach_llm.reports.scorecard import scorecard_page

RUBRICS = core_rubrics()
SECOND = Library().prompt("judge-quote")
TALK = talk(GOOD)
COUNTER = {b.counter_example for r in RUBRICS for b in r.behaviours}
PUSHY = [
    ("T", "Hi. Walk me through the last claim. You want a dashboard, right?"),
    ("S", "It took eleven days and four people. A dashboard might help."),
    ("T", "Our tool is the best there is, everybody uses it, and it can never fail."),
    ("S", "I'm not sure about a tool at all."),
    ("T", "Don't worry about that. You have to decide today, or the offer is gone."),
    ("S", "I cannot decide that today."),
    ("T", "Studies show that it pays. We'll get back to you soon."),
    ("S", "Fine."),
]


def _real(words: str) -> str:
    """Confirm whatever was really said: each quote that is no counter-example."""
    return "no" if words in COUNTER else "yes"


def _card(seen: Mapping, says=_real, *, made=TALK, rubrics=RUBRICS, answer=None, **more):
    model = TwoMinded(answer or answer_of(rubrics, dict(seen)), says)
    judge = Judge(model, judge_prompt(), rubrics, verify=SECOND, **more)
    return asyncio.run(judge.evaluate(made)), model


def _passed(card: Scorecard):
    return [flag for flag in card.flags if flag.kind == PASSED_OVER]


def _observed(card: Scorecard) -> list[str]:
    scores = [c for r in card.rubrics.values() for c in r.criteria.values()]
    return [f.behaviour for score in scores for f in score.findings if f.verdict == "observed"]


@pytest.mark.parametrize("verdict", ["not_observed", "no_opportunity"])
def test_a_judge_that_sees_nothing_of_a_good_talk_is_not_believed(verdict):
    """No rubric has a low score for it: each is unscored, with the reason, and nothing is credited."""
    silent = answer_of(RUBRICS).behaviours
    answer = answer_of(RUBRICS).model_copy(
        update={"behaviours": tuple(replace(b, verdict=verdict) for b in silent)}
    )
    card, model = _card({}, answer=answer)
    assert {r.status for r in card.rubrics.values()} == {"unscored"}
    assert "not believed where it saw nothing" in (card.rubrics["persuasion"].reason or "")
    assert _observed(card) == []
    assert len(model.asked) == 1


def test_claims_without_a_real_quote_are_silence_too():
    """Who cites words that nobody said has seen nothing that could be asked about."""
    helping = [b.id for r in RUBRICS for b in r.behaviours if b.sign == "+"]
    card, _ = _card({name: [(0, "nobody has ever said this")] for name in helping})
    assert {r.status for r in card.rubrics.values()} == {"unscored"}
    assert _passed(card)


def test_the_flags_cite_what_was_passed_over():
    """Each behaviour that code found and the second look confirmed is told with words of its turn."""
    card, _ = _card({})
    flags = _passed(card)
    assert len(flags) >= LEAST
    for flag in flags:
        assert flag.turn is not None
        quote = flag.detail.split(": '", 1)[1].rsplit("', by code", 1)[0]
        assert quote in TALK.turns[flag.turn].text
        assert TALK.turns[flag.turn].role == "trainee"


def test_where_the_second_look_refuses_the_judge_is_believed():
    """What code finds counts for nothing by itself: the judge's word stands."""
    card, model = _card({}, lambda _: "no")
    assert model.asked
    assert {r.status for r in card.rubrics.values()} <= {"scored", "not_applicable"}
    assert card.rubrics["needs-discovery"].score == 0.0
    assert _passed(card) == []


def test_a_judge_that_saw_a_part_is_believed_and_asked_no_more():
    """One that credits more than a fifth of what code finds is asked about its own quotes alone."""
    seen = {
        name: [(turn, TALK.turns[turn].text)]
        for name, turn in {
            "work-today-question": 0,
            "problem-question": 2,
            "follow-up": 4,
            "implication-question": 4,
            "constraint-question": 10,
            "decision-question": 12,
            "success-question": 14,
            "playback": 16,
        }.items()
    }
    card, model = _card(seen)
    assert {pair["words"] for pair in model.asked[0]} - COUNTER == {
        TALK.turns[turn].text for cited in seen.values() for turn, _ in cited
    }
    assert _passed(card) == []
    assert set(_observed(card)) == set(seen)


def test_credit_that_the_second_look_refuses_does_not_make_a_judge_believed():
    """What stands after the second look counts: a fifth that was credited by false quotes is none."""
    wrong = {name: [(0, "walk me through")] for name in ("benefit-quantified", "trade-off-named")}
    card, _ = _card(wrong, lambda words: "no" if words == "walk me through" else _real(words))
    assert {r.status for r in card.rubrics.values()} == {"unscored"}


def test_a_check_that_failed_leaves_the_silence_unjudged():
    """Without an answer nothing is known: no score, and the reason says what was not checked."""
    card, _ = _card({}, RateLimited("slow down"))
    reason = card.rubrics["needs-discovery"].reason or ""
    assert card.rubrics["needs-discovery"].status == "unscored"
    assert "could not be checked: the second look failed (RateLimited): slow down" in reason
    assert _passed(card) == []


def test_what_hurts_cannot_be_hidden_either():
    """Deductions passed over leave those criteria unscored that they could move, and no others."""
    cited = {"work-today-question": [(0, "Walk me through the last claim.")]}
    cited |= {"size-question": [(0, "Walk me through the last claim.")]}
    card, _ = _card(cited, made=talk(PUSHY))
    assert len(_passed(card)) >= LEAST
    discovery = card.rubrics["needs-discovery"].criteria
    assert discovery["current-work"].status == "unscored"
    assert "not believed" in (discovery["current-work"].reason or "")
    assert discovery["need"].score == 0.0, "with nothing gained there is nothing to lose"
    assert set(_observed(card)) == set(cited)


def test_the_lowest_level_without_a_quote_is_silence():
    """Of a criterion with levels, what needs no quote is not believed of a judge that is not believed."""
    own = anchored_rubric()
    low = JudgedLevel(id="structure", evidence=(), level="1")
    behaviours = answer_of((*RUBRICS, own)).behaviours
    answer = AnswerWithLevels(behaviours=behaviours, levels=(low,))
    card, _ = _card({}, rubrics=(*RUBRICS, own), answer=answer)
    assert card.rubrics["clarity"].criteria["structure"].status == "unscored"
    kept, _ = _card({}, lambda _: "no", rubrics=(*RUBRICS, own), answer=answer)
    assert kept.rubrics["clarity"].criteria["structure"].score == 1.0


def test_what_a_detector_sees_is_not_the_judges_silence():
    """A detector's finding stands, and its behaviour is not asked about."""

    def never(_):
        return []

    never.version = "1"
    card, model = _card({}, detectors={"playback": never})
    held = card.rubrics["needs-discovery"].criteria["listening"].findings
    assert [(f.behaviour, f.verdict) for f in held if f.behaviour == "playback"] == [
        ("playback", "not_observed")
    ]
    statements = {b.statement for r in RUBRICS for b in r.behaviours if b.id == "playback"}
    assert not statements & {pair["behaviour"] for pair in model.asked[0]}


def test_what_a_detector_credits_can_be_lost_to_what_was_hidden():
    """A criterion that a detector lifts above 0 is not believed either, where deductions were hidden."""

    def asks(_):
        return [(0, "Walk me through the last claim.")]

    asks.version = "1"
    card, _ = _card({}, made=talk(PUSHY), detectors={"problem-question": asks})
    need = card.rubrics["needs-discovery"].criteria["need"]
    assert (need.status, need.score) == ("unscored", None)
    assert "problem-question" in _observed(card)


def test_a_talk_in_another_language_is_left_to_the_judge():
    """The rules know English only: they find nothing, and nothing more is asked."""
    german = [
        ("T", "Guten Tag. Wie schließen Sie den Monat heute ab, und was dauert dabei am längsten?"),
        ("S", "Die zwei neuen Firmen schicken ihre Zahlen erst am sechsten Tag."),
        ("T", "Was passiert, wenn die Zahlen zu spät kommen? Wer muss das dann ausbaden?"),
        ("S", "Der Vorstand bekommt falsche Zahlen."),
    ]
    card, model = _card({}, made=talk(german))
    assert model.asked == []
    assert card.rubrics["needs-discovery"].score == 0.0


def test_the_pages_tell_it_and_the_record_adds_up():
    """Scorecard and explanation name reason and words, and no figure differs when reckoned again."""
    card, _ = _card({})
    flag = _passed(card)[0]
    for page in (scorecard_page(card), explanation(card)):
        plain = " ".join(page.split())
        assert "of what code found and the second look confirmed it passed over" in plain
        assert flag.detail in plain
    assert "no arithmetic: something that it needs was not judged" in explanation(card)
    assert mismatches(card) == ()


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_that_was_passed_over_never_makes_a_judge_believed(passed, seen):
    """The rule is monotone, needs three behaviours, and lets who saw as much as it passed over be."""
    if disproved(passed, seen):
        assert passed >= LEAST
        assert passed > seen
        assert disproved(passed + 1, seen)
        assert seen == 0 or disproved(passed, seen - 1)


def test_the_finder_is_in_the_fingerprint(monkeypatch):
    """Another version of the rules gives another work, but only where there is a second look."""
    model = TwoMinded(answer_of(RUBRICS), _real)

    def fingerprints() -> tuple[str, str]:
        once = Judge(model, judge_prompt(), RUBRICS)
        return once.fingerprint, Judge(model, judge_prompt(), RUBRICS, verify=SECOND).fingerprint

    before = fingerprints()
    monkeypatch.setattr(language, "VERSION", "another")
    after = fingerprints()
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
