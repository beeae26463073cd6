"""Criteria with levels: how they are asked, and when a level counts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from support.golden import check_golden
from support.judging import GOOD, anchored_rubric, core_rubrics, judge_prompt, talk

from rmcoach_llm.chat.scripted import ScriptedModel
from rmcoach_llm.chat.structured import StructuredChat
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.judge_prompt import asking_of, judge_request
from rmcoach_llm.evaluators.judge_questions import questions_of
from rmcoach_llm.evaluators.language import LanguageEvaluator

RUBRIC = anchored_rubric()
TALK = talk(GOOD)
GOLDEN = Path(__file__).parent / "golden"
REAL = [{"turn": 2, "quote": "What goes wrong with the accruals"}]
SUMMARY = {"id": "clarity-summary", "evidence": [], "verdict": "not_observed", "confidence": "low"}


def _level(level, evidence=REAL, **more):
    return {"id": "structure", "evidence": evidence, "level": level, "confidence": "medium", **more}


def _structure(*levels, rubrics=(RUBRIC,), said=TALK):
    text = json.dumps({"behaviours": [SUMMARY], "levels": list(levels)})
    model = ScriptedModel(lambda _: text)
    judge = Judge(StructuredChat(model), judge_prompt(), rubrics)
    card = asyncio.run(judge.evaluate(said))
    return card.rubrics["clarity"].criteria["structure"], card


@pytest.mark.parametrize("given", ["4", 4, 4.0, " 4 "])
def test_the_level_is_the_score(given):
    """A whole level with real words is the score, however the number is written."""
    score, card = _structure(_level(given))
    assert (score.status, score.score) == ("scored", 4.0)
    finding = score.findings[0]
    assert (finding.behaviour, finding.level, finding.turn) == ("structure", 4, 2)
    assert finding.confidence == 0.6
    assert card.evidence_rate == 1.0


@pytest.mark.parametrize("evidence", [[], None, [{"turn": 2, "quote": "nobody ever said this"}]])
def test_a_level_above_the_lowest_needs_real_words(evidence):
    """Without a quote that stands in a turn of the trainee there is no score, and it says why."""
    score, card = _structure(_level(4, evidence))
    assert (score.status, score.score) == ("unscored", None)
    assert "no quote bears it out" in (score.reason or "")
    assert score.findings[0].verdict == "unverified"
    assert card.rubrics["clarity"].status == "unscored"


@pytest.mark.parametrize("evidence", [[], [{"turn": 2, "quote": "nobody ever said this"}], REAL])
def test_the_lowest_level_needs_none(evidence):
    """What is absent cannot be quoted: level 1 stands by itself."""
    score, _ = _structure(_level(1, evidence))
    assert (score.status, score.score) == ("scored", 1.0)


def test_a_level_between_the_described_ones_counts():
    """Levels that the rubric does not describe may be given, and the record names them."""
    score, _ = _structure(_level(2))
    assert score.score == 2.0
    assert score.findings[0].statement == "between 1 (No order at all.) and 3 (Some order.)"


def test_no_opportunity_is_not_applicable():
    """Where nothing called for it the criterion does not count."""
    score, _ = _structure(_level("no opportunity", []))
    assert (score.status, score.score) == ("not_applicable", None)


@pytest.mark.parametrize("given", [0, 6, 3.5, "4/5", "high", None, True, [4], "observed"])
def test_what_is_no_level_leaves_the_criterion_unscored(given):
    """Out of range, fractions and words are no levels: unscored, and the reason shows what came."""
    score, card = _structure(_level(given))
    assert (score.status, score.score) == ("unscored", None)
    assert "not a level from 1 to 5" in (score.reason or "")
    assert card.rubrics["clarity"].criteria["clarity-end"].status == "scored"


def test_two_levels_for_one_criterion_are_none():
    """A judge that contradicts itself has not judged; the same level twice is one."""
    score, card = _structure(_level(4), _level(2))
    assert (score.status, score.reason) == ("unscored", "it was judged 2 and 4")
    assert [flag.kind for flag in card.flags] == ["contradictory-judgement"]
    assert _structure(_level(4), _level("4"))[0].score == 4.0


def test_a_level_that_is_left_out_is_unscored():
    """An answer without the level leaves the criterion without a score."""
    score, _ = _structure()
    assert (score.status, score.reason) == ("unscored", "no level was given")


def test_levels_are_asked_after_all_behaviours():
    """Yes/no behaviours of all rubrics come first, the levels last, in one request."""
    asking = asking_of(judge_prompt(), questions_of((RUBRIC, *core_rubrics("credibility"))))
    text = judge_request(asking, TALK).messages[0].content
    assert text.rindex("\n- ") < text.index("levels structure:")
    check_golden(GOLDEN / "judge-levels.txt", text[text.index("\n## ") + 1 :])


def test_a_criterion_with_levels_can_stand_in_a_request_alone():
    """Levels of two rubrics that are the same are asked once and serve both."""
    other = anchored_rubric(rubric_id="order")
    questions = questions_of((RUBRIC, other))
    assert [q.serves for q in questions if q.levelled] == [("clarity", "order")]


def test_rules_give_no_levels():
    """The language evaluator leaves a criterion with levels unscored: it needs a model."""
    card = asyncio.run(LanguageEvaluator((RUBRIC,)).evaluate(TALK))
    structure = card.rubrics["clarity"].criteria["structure"]
    assert structure.status == "unscored"
    assert "needs a model" in (structure.reason or "")


def test_levels_are_explained_only_where_they_are_asked_for():
    """A request without a levelled criterion holds no word on levels; with one it does."""
    plain, levelled = (
        asking_of(judge_prompt(), questions_of(rubrics)).static.content
        for rubrics in (core_rubrics(), (RUBRIC,))
    )
    assert '"levels"' not in plain
    assert levelled.count('"levels":{') == 1
