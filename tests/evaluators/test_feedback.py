"""Feedback: one verdict a quote, no praise that something contradicts, and one thing to do next."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judging import GOOD, POOR, JudgingModel, answer_of, core_rubrics, judge_prompt, talk

from rmcoach_llm.domain import (
    Evidence,
    Finding,
    FrozenMap,
    Provenance,
    Rubric,
    RubricScore,
    Transcript,
    Verdict,
    criterion_sum,
    criterion_value,
    rubric_value,
)
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.evaluators.assembly import Judged, open_case, scorecard
from rmcoach_llm.evaluators.costs import costs_of
from rmcoach_llm.evaluators.feedback import MOST_MISSING, MOST_OTHERWISE, feedback_of
from rmcoach_llm.evaluators.fitted import often_missed
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.judge_reading import CONFIDENCE
from rmcoach_llm.evaluators.panel import PanelEvaluator
from rmcoach_llm.evaluators.praise import MOST_PRAISE
from rmcoach_llm.evaluators.said import Sentences
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.protocols import Parts

RUBRICS = core_rubrics()
TALK = talk(GOOD)
OWN = [(i, turn.text) for i, turn in TALK.of_role("trainee")]
PROVENANCE = Provenance(
    transcript=TALK.digest,
    evaluator="t",
    fingerprint="f",
    rubrics=FrozenMap({}),
    package_version="0",
)
BEHAVIOURS = {b.id: b for rubric in RUBRICS for b in rubric.behaviours}


def _card(findings, rubrics=RUBRICS, transcript=TALK):
    """Give the scorecard of findings; what is not named was not observed."""
    judged = {
        rubric.id: {
            b.id: findings.get(b.id) or Finding(behaviour=b.id, verdict="not_observed")
            for b in rubric.behaviours
        }
        for rubric in rubrics
    }
    return scorecard(
        open_case(transcript, screen(transcript), None), rubrics, Judged(judged), PROVENANCE
    )


def _seen(name, turn, quote=None, also=()):
    text = quote or TALK.turns[turn].text
    return {name: Finding(behaviour=name, verdict="observed", turn=turn, quote=text, also=also)}


def _unasked(*names):
    return {n: Finding(behaviour=n, verdict="no_opportunity") for n in names}


def _scored_by_rules(rows):
    parts = Parts(prompt=Library().prompt, rubrics=RUBRICS)
    return asyncio.run(create_language_evaluator(parts).evaluate(talk(rows)))


@st.composite
def judgements(draw):
    """Give any verdict on each behaviour, with real quotes of the talk."""
    found = {}
    for name in BEHAVIOURS:
        verdict = draw(st.sampled_from(get_args(Verdict)))
        finding = Finding(behaviour=name, verdict="not_observed")
        if verdict == "observed":
            places = []
            for _ in range(draw(st.integers(1, 2))):
                turn, text = draw(st.sampled_from(OWN))
                parts = text.replace("? ", "?|").replace(". ", ".|").split("|")
                places.append(Evidence(turn=turn, quote=draw(st.sampled_from([*parts, text]))))
            finding = finding.model_copy(
                update={
                    "verdict": verdict,
                    "turn": places[0].turn,
                    "quote": places[0].quote,
                    "also": tuple(places[1:]),
                }
            )
        found[name] = finding.model_copy(update={"verdict": verdict})
    return found


@settings(max_examples=60, deadline=None)
@given(judgements())
def test_every_sentence_has_one_verdict_and_nothing_is_contradicted(found):
    """Whatever was judged: limits hold, quotes are real and used once, praise meets no fault."""
    told = _card(found).feedback
    assert len(told.worked) <= MOST_PRAISE
    assert len(told.otherwise) <= MOST_OTHERWISE
    assert len(told.missing) <= MOST_MISSING
    said = Sentences(TALK)
    used = [said.places(item.turn, item.quote) for item in (*told.worked, *told.otherwise)]
    assert sum(map(len, used)) == len(frozenset().union(*used))
    assert all(item.quote in TALK.turns[item.turn].text for item in (*told.worked, *told.otherwise))
    criterion = {b.id: c for r in RUBRICS for c in r.criteria for b in c.behaviours}
    hurt = {
        (criterion[f.behaviour].id, place.turn)
        for f in found.values()
        if f.verdict == "observed" and BEHAVIOURS[f.behaviour].sign == "-"
        for place in (Evidence(turn=f.turn, quote=f.quote), *f.also)
    }
    for praise in told.worked:
        assert BEHAVIOURS[praise.behaviour].sign == "+"
        assert found[praise.behaviour].verdict == "observed"
        assert (criterion[praise.behaviour].id, praise.turn) not in hurt
    for gap in told.missing:
        assert found[gap.behaviour].verdict in ("not_observed", "unverified")
    wrong = {item.behaviour for item in (*told.otherwise, *told.missing)}
    assert not wrong & {praise.behaviour for praise in told.worked}
    assert (told.next_step is None) == (not wrong)
    if told.next_step is not None:
        assert told.next_step.behaviour in wrong


def _changed(score, criterion, finding, verdict):
    """Score a rubric again with another verdict, as its record adds up."""
    own = score.criteria[criterion]
    findings = tuple(
        f.model_copy(update={"verdict": verdict}) if f == finding else f for f in own.findings
    )
    own = own.model_copy(update={"findings": findings})
    own = own.model_copy(update={"score": criterion_value(own)})
    criteria = FrozenMap({**score.criteria, criterion: own})
    return rubric_value(score.model_copy(update={"criteria": criteria}))


@settings(max_examples=25, deadline=None)
@given(judgements())
def test_a_cost_is_what_the_arithmetic_gives_without_it(found):
    """The cost of a finding is the difference that scoring the whole rubric again makes."""
    for score in _card(found).rubrics.values():
        if score.score is None:
            continue
        for name, criterion in score.criteria.items():
            for finding in criterion.findings:
                cost = costs_of(score).get(name, {}).get(finding.behaviour)
                if cost is None:
                    assert finding.verdict == "no_opportunity" or criterion.score is None
                    continue
                if not criterion_sum(criterion.start, criterion.findings).possible:
                    continue  # without its fault the criterion would not be applicable
                other = "not_observed" if finding.verdict == "observed" else "observed"
                again = _changed(score, name, finding, other)
                assert abs(score.score - again) == pytest.approx(cost.alone, abs=0.016)
                assert cost.rank >= cost.alone


def test_a_fault_keeps_its_rank_in_a_criterion_that_is_at_nothing_anyway():
    """Mended alone it would change nothing: it still counts by what it would spoil."""
    card = _card(_seen("pitch-before-need", 2))
    cost = costs_of(card.rubrics["needs-discovery"])["need"]["pitch-before-need"]
    assert cost.alone == 0
    assert cost.rank > 0.3
    assert card.feedback.otherwise[0].cost == 0


def test_a_level_costs_what_lies_between_it_and_the_best():
    """An anchored criterion at level 2 of 5 has three points to gain."""
    rubric = _anchored()
    card = _level_card(rubric, 2)
    (advice,) = card.feedback.otherwise
    assert (advice.behaviour, advice.turn, advice.cost) == ("depth", 2, 3.0)
    assert advice.what == "Depth: level 2 of 5."
    assert advice.instead == "Aim at this: Gets to the cause."
    assert not card.feedback.worked
    (praise,) = _level_card(rubric, 4).feedback.worked
    assert praise.why == "Gets to the cause."
    middle = _level_card(rubric, 3).feedback
    assert not middle.worked
    assert not middle.otherwise


def _anchored():
    return Rubric.model_validate(
        {
            "id": "own", "version": "1", "title": "Own", "purpose": "To see.",
            "criteria": [
                {
                    "id": "depth", "title": "Depth", "question": "How deep?",
                    "anchors": {1: "Stays at the surface.", 5: "Gets to the cause."},
                }
            ],
        }
    )  # fmt: skip


def _level_card(rubric, level):
    quote = TALK.turns[2].text
    seen = Finding(behaviour="depth", verdict="observed", turn=2, quote=quote, level=level)
    card = _card({}, [rubric])
    score = card.rubrics["own"].criteria["depth"]
    scored = score.model_copy(
        update={"status": "scored", "score": float(level), "findings": (seen,), "reason": None}
    )
    result = card.rubrics["own"].model_copy(
        update={
            "status": "scored",
            "score": float(level),
            "reason": None,
            "criteria": FrozenMap({"depth": scored}),
        }
    )
    card = card.model_copy(update={"rubrics": FrozenMap({"own": result})})
    return card.model_copy(update={"feedback": feedback_of(card, TALK, [rubric])})


def test_the_same_sentence_goes_to_the_behaviour_where_it_counts_most():
    """Two behaviours quote one sentence: one is praised there, the other at its second place."""
    turn, question = 2, "What goes wrong with the accruals most often?"
    elsewhere = Evidence(turn=4, quote="What happens further down when the cut-off is missed?")
    both = _seen("problem-question", turn, question) | _seen(
        "follow-up", turn, question, (elsewhere,)
    )
    praised = {p.behaviour: (p.turn, p.quote) for p in _card(both).feedback.worked}
    assert praised == {
        "problem-question": (turn, question),
        "follow-up": (elsewhere.turn, elsewhere.quote),
    }
    alone = _seen("problem-question", turn, question) | _seen("follow-up", turn, question)
    assert len(_card(alone).feedback.worked) == 1


def test_nothing_is_praised_where_the_same_criterion_was_hurt():
    """A good question in the breath that pitches is no strength of that criterion."""
    asked = _seen("problem-question", 2) | _seen("behind-the-want", 6)
    hurt = asked | _seen("leading-question", 6)
    assert {p.behaviour for p in _card(hurt).feedback.worked} == {"problem-question"}


def test_nothing_is_praised_in_a_turn_in_which_its_rubric_was_hurt():
    """Where a turn heaps questions, the one among them that asks for trouble is no strength."""
    asked = _seen("problem-question", 2) | _seen("behind-the-want", 6)
    hurt = asked | _seen("several-questions", 6)
    assert {p.behaviour for p in _card(hurt).feedback.worked} == {"problem-question"}
    other = asked | _seen("overselling", 6, quote="What would you do with a live view")
    assert "problem-question" in {p.behaviour for p in _card(other).feedback.worked}


def test_what_adds_nothing_that_shows_is_no_praise():
    """A behaviour worth less than the one decimal of the page is not praised."""
    light = [
        rubric.model_copy(
            update={
                "criteria": tuple(
                    c.model_copy(
                        update={
                            "behaviours": tuple(
                                b.model_copy(update={"points": 0.01})
                                if b.id == "stakeholder-term"
                                else b
                                for b in c.behaviours
                            )
                        }
                    )
                    for c in rubric.criteria
                )
            }
        )
        for rubric in RUBRICS
    ]
    found = _seen("stakeholder-term", 2)
    assert [p.behaviour for p in _card(found).feedback.worked] == ["stakeholder-term"]
    assert not _card(found, rubrics=light).feedback.worked


def test_a_trainee_is_told_the_title_of_a_behaviour_and_no_clause():
    """Advice names what it is as a person would; a rubric without titles tells the statement."""
    found = _seen("vague-promise", 0)
    told = _card(found).feedback
    assert told.otherwise[0].what == BEHAVIOURS["vague-promise"].title
    bare = [
        rubric.model_copy(
            update={
                "criteria": tuple(
                    c.model_copy(
                        update={
                            "behaviours": tuple(
                                b.model_copy(update={"title": None}) for b in c.behaviours
                            )
                        }
                    )
                    for c in rubric.criteria
                )
            }
        )
        for rubric in RUBRICS
    ]
    assert _card(found, rubrics=bare).feedback.otherwise[0].what == (
        BEHAVIOURS["vague-promise"].statement
    )


def test_what_rules_often_miss_is_not_said_to_be_missing_of_a_fair_talk():
    """Rules do not say "missing" of what they often overlook, but where a rubric is poor anyway."""
    asked = {name: Finding(behaviour=name, verdict="not_observed") for name in BEHAVIOURS}
    fair = asked | _seen("follow-up", 2) | _seen("playback", 16) | _seen("success-question", 14)
    by_rules = PROVENANCE.model_copy(update={"evaluator": "language"})

    def missing(findings, provenance):
        judged = {r.id: {b.id: findings[b.id] for b in r.behaviours} for r in RUBRICS}
        case = open_case(TALK, screen(TALK), None)
        card = scorecard(case, RUBRICS, Judged(judged), provenance)
        told = {advice.behaviour for advice in card.feedback.missing}
        return {name: card.rubrics[name].score for name in card.rubrics}, told

    scores, told = missing(asked, by_rules)
    assert max(scores.values()) < 2
    assert any(map(often_missed, told))
    lifted = fair | _seen("behind-the-want", 6) | _seen("implication-question", 4)
    scores, told = missing(lifted, by_rules)
    assert scores["needs-discovery"] >= 2
    assert "problem-question" not in told
    assert "problem-question" in missing(lifted, PROVENANCE)[1]  # a judge is believed


def test_each_packaged_behaviour_has_a_short_title_of_its_own():
    """No two behaviours of a rubric are called the same, and each title fits on a line."""
    library = Library()
    for name in library.ids("rubric"):
        titles = [b.title for b in library.rubric(name).behaviours]
        assert all(titles), name
        assert len(set(titles)) == len(titles), name
        assert max(len(title) for title in titles if title) <= 80, name


def test_who_proposes_nothing_is_not_judged_on_persuasion():
    """A talk that only finds out and asks to watch the work owes no reasons, backing or price."""
    rows = [
        ("S", "I need a portal where our dealers can place orders."),
        ("T", "What does a normal order day look like for your people?"),
        ("S", "Chaos. Four of my team retype faxes and mails into the system."),
        ("T", "And where does it go wrong?"),
        ("S", "Article numbers. The dealer gets the wrong pump, thirty times a month."),
        ("T", "Would it be all right if I sat with one of your typists on Tuesday morning?"),
        ("S", "Sure."),
    ]
    quiet = _scored_by_rules(rows)
    assert quiet.rubrics["persuasion"].status == "not_applicable"
    assert not any(advice.rubric == "persuasion" for advice in quiet.feedback.missing)
    pushed = [*rows[:-1], ("S", "I'd rather think about it."), ("T", "You have to decide today.")]
    asked = _scored_by_rules(pushed).rubrics["persuasion"].criteria["ask"]
    assert [f.behaviour for f in asked.findings if (f.points or 0) < 0 and f.turn is not None] == [
        "pressure"
    ]
    proposed = [*rows, ("T", "I suggest that we build a portal for the ten largest dealers.")]
    assert _scored_by_rules(proposed).rubrics["persuasion"].status == "scored"


def test_a_sentence_that_shows_a_fault_is_never_praised():
    """Praise of a sentence that another criterion holds against them is none, told or not."""
    turn, question = 2, "What goes wrong with the accruals most often?"
    good = _seen("problem-question", turn, question)
    assert [praise.turn for praise in _card(good).feedback.worked] == [turn]
    elsewhere = Evidence(turn=turn, quote=question)
    hurt = good | _seen("overselling", 0, also=(elsewhere,))
    told = _card(hurt).feedback
    assert not told.worked
    assert [advice.turn for advice in told.otherwise] == [0]


@pytest.mark.parametrize(("word", "praised"), [("high", 1), ("medium", 0), ("low", 0), (None, 1)])
def test_a_single_quote_of_which_the_judge_was_not_sure_is_no_praise(word, praised):
    """Rather no praise than one that the trainee would laugh at; a second quote bears it out."""
    sure = {"confidence": CONFIDENCE[word]} if word else {}
    one = _seen("problem-question", 2)["problem-question"].model_copy(update=sure)
    assert len(_card({one.behaviour: one}).feedback.worked) == praised
    two = one.model_copy(update={"also": (Evidence(turn=4, quote=TALK.turns[4].text),)})
    assert len(_card({two.behaviour: two}).feedback.worked) == 1


def test_what_the_second_look_refused_is_not_told_as_missing():
    """One look saw it and the other did not: that is not proved, and it is no gap to train."""
    gap = _card({}).feedback.next_step.behaviour
    refused = Finding(behaviour=gap, verdict="unverified", checked="refused")
    told = _card({gap: refused}).feedback
    assert gap not in {advice.behaviour for advice in told.missing}
    assert told.next_step.behaviour != gap
    bare = _card({gap: Finding(behaviour=gap, verdict="unverified")}).feedback
    assert bare.next_step.behaviour == gap


def test_what_had_no_opportunity_is_never_missing():
    """Nobody is blamed for not answering an objection that nobody raised."""
    first = _card({}).feedback.missing
    without = _card(_unasked(*(gap.behaviour for gap in first))).feedback.missing
    assert first
    assert not {gap.behaviour for gap in first} & {gap.behaviour for gap in without}


def test_an_early_pitch_is_the_next_step_of_a_poor_talk():
    """A fault before the stakeholder's eyes goes before all that was left out."""
    found = _seen("pitch-before-need", 0) | _seen("problem-question", 2)
    step = _card(found).feedback.next_step
    assert step.behaviour == "pitch-before-need"
    assert step.scenario in Library().ids("scenario")


def test_an_early_pitch_goes_before_a_rubric_in_which_little_was_called_for():
    """In a rubric of few opportunities one answer is worth much, and yet the pitch is taken first."""
    first = {b.id for b in core_rubrics("credibility")[0].behaviours if b.sign == "+"}
    found = _unasked(*(first - {"checkable-case"})) | _seen("pitch-before-need", 0)
    found |= _seen("vague-promise", 14) | _seen("jargon", 6)
    card = _card(found, core_rubrics("credibility", "needs-discovery"))
    assert max(gap.cost for gap in card.feedback.missing) > 1.0
    assert card.feedback.next_step.behaviour == "pitch-before-need"


def test_the_next_step_lies_where_most_is_to_be_gained():
    """With one rubric near its best, the other one is practised."""
    credible = [b for b in core_rubrics("credibility")[0].behaviours if b.sign == "+"]
    found = {}
    for number, behaviour in enumerate(credible[:-1]):
        found |= _seen(behaviour.id, OWN[number][0])
    step = _card(found, core_rubrics("credibility", "needs-discovery")).feedback.next_step
    assert step.rubric == "needs-discovery"


def test_another_scenario_is_named_than_the_one_just_played():
    """Whoever comes from a scenario is sent to another one that trains the same."""
    card = _card(_seen("pitch-before-need", 0))
    library = Library()
    first = feedback_of(card, TALK, RUBRICS).next_step.scenario
    again = feedback_of(card, TALK, RUBRICS, scenario=library.scenario(first)).next_step.scenario
    assert again != first
    assert again in library.ids("scenario")


def test_a_rubric_that_was_not_tried_gives_no_praise():
    """What could not be judged is neither strength nor gap; what hurts still hurts."""
    persuasion = core_rubrics("persuasion")
    names = [b.id for b in persuasion[0].behaviours]
    found = _unasked(*names) | _seen("specific-ask", 14)
    card = _card(found, persuasion)
    assert card.rubrics["persuasion"].status == "not_applicable"
    assert not card.feedback.worked
    assert not card.feedback.missing
    assert _card(found | _seen("pressure", 14), persuasion).feedback.otherwise


def test_rules_give_feedback_on_real_talks():
    """The poor talk hears of its early pitch and little praise, the good one hears more praise."""
    poor, good = _scored_by_rules(POOR).feedback, _scored_by_rules(GOOD).feedback
    assert "You offered a solution at turn 0, before" in poor.course
    assert {"pitch-before-need", "pressure"} & {a.behaviour for a in poor.otherwise}
    assert len(good.worked) > len(poor.worked)
    assert len({praise.rubric for praise in good.worked}) == 3


def test_a_panel_has_feedback_of_its_own():
    """It follows from the findings that most runs share, not from the first run."""
    asked = {"problem-question": [(2, "What goes wrong with the accruals most often?")]}
    judges = [
        Judge(JudgingModel(lambda _, seen=seen: answer_of(RUBRICS, seen)), judge_prompt(), RUBRICS)
        for seen in ({}, asked, asked)
    ]
    panel = PanelEvaluator(judges, names=["m"], repeats=3, rubrics=RUBRICS)
    told = asyncio.run(panel.evaluate(TALK)).feedback
    assert [praise.behaviour for praise in told.worked] == ["problem-question"]
    assert told.next_step is not None


def test_an_unscored_card_has_no_verdicts():
    """Where nothing was judged nothing is praised, blamed or missed."""
    card = _scored_by_rules(GOOD)
    score = RubricScore(status="unscored", reason="cut", version="1", criteria=FrozenMap({}))
    none = card.model_copy(update={"rubrics": FrozenMap(dict.fromkeys(card.rubrics, score))})
    told = feedback_of(none, TALK, RUBRICS)
    assert (told.worked, told.otherwise, told.missing, told.next_step) == ((), (), (), None)
    empty = Transcript.of("e", [])
    assert feedback_of(none, empty, RUBRICS).course is None
