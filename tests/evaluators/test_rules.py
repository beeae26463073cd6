from __future__ import annotations

import asyncio
import time

import pytest
from support.judging import JudgingModel, answer_of, core_rubrics, judge_prompt, talk

from rmcoach_llm.domain import ScenarioRef
from rmcoach_llm.errors import UsageError
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.language import RULES, LanguageEvaluator
from rmcoach_llm.evaluators.screening import refusal, screen
from rmcoach_llm.evaluators.talk import read_talk
from rmcoach_llm.library.catalogue import Library

WANT = ("S", "I want a live dashboard for the release, and soon.")
SYMPTOM = ("S", "The releases slip, and the regression suite runs red every second night.")
SUITE = ("S", "Then somebody has to look at the regression suite again.")
NINE = ("S", "The close takes nine days, because two companies book late.")
HI = ("T", "Good morning, and thank you for having me.")


def _sees(behaviour, *rows, brief=""):
    transcript = talk(rows)
    result = RULES[behaviour](read_talk(transcript, screen(transcript), brief=brief))
    return isinstance(result, list)


@pytest.mark.parametrize(
    ("behaviour", "rows"),
    [
        ("term-clarified", [SYMPTOM, ("T", "What does that mean for your release dates?")]),
        ("term-clarified", [SYMPTOM, ("T", "What does a red night mean for the team?")]),
        ("term-clarified", [SYMPTOM, ("T", "What exactly is the problem?")]),
        ("term-clarified", [SYMPTOM, ("T", "When you say nobody looks at it, why is that so?")]),
        ("term-clarified", [SYMPTOM, ("T", "What do you mean by that?")]),
        ("term-clarified", [SYMPTOM, ("T", "It is a rerun, that is to say, we try once more.")]),
        ("term-explained", [SYMPTOM, ("T", "In other words, the releases slip.")]),
        ("playback-wrong", [NINE, ("T", "So the close takes nine days, and two companies are late.")]),
        ("playback-wrong", [NINE, ("T", "So it takes 9 days for 2 companies.")]),
        ("playback-wrong", [NINE, ("T", "So in nine days you chase two companies, thirty hours.")]),
        ("playback-wrong", [NINE, ("T", "We could do it in six days.")]),
        ("playback-wrong", [NINE, ("T", "So nine days for each, that makes eighteen days.")]),
        ("playback-wrong", [NINE, ("T", "So on the third day the close still takes nine days.")]),
        ("stakeholder-term", [WANT, ("T", "What would the live dashboard show?")]),
        ("stakeholder-term", [HI, SYMPTOM, ("T", "So every second night somebody has to look.")]),
        ("stakeholder-term", [("T", "How is the regression suite?"), SYMPTOM, HI, SUITE,
                              ("T", "Who looks at the regression suite?")]),
        ("behind-the-want", [SYMPTOM, ("T", "Why does the suite run red?")]),
        ("behind-the-want", [SYMPTOM, ("T", "Why is it late?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What is behind the delay?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What is behind it?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What problems do you have with it?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What would you do if the rig failed for a week?")]),
        ("benefit-quantified", [HI, ("S", "Chasing costs us nine days."),
                                ("T", "So chasing costs you 9 days.")]),
        ("benefit-quantified", [HI, ("S", "It costs nine days, and two people work on it."),
                                ("T", "If I understand you, nine days and two people, 18 in all.")]),
        ("benefit-quantified", [HI, SYMPTOM, ("T", "I will write it down for four weeks.")]),
        ("assumption-named", [HI, ("S", "About forty differences are still open on day three."),
                              ("T", "So forty differences are still open on day three.")]),
        ("assumption-named", [HI, ("S", "Forty differences are still open on day three."),
                              ("T", "Forty differences still open on day three.")]),
        ("assumption-named", [HI, SYMPTOM, ("T", "Is the date still open?")]),
        ("assumption-named", [HI, SYMPTOM, ("T", "So forty balances are still open by then.")]),
        ("need-payoff-question", [SYMPTOM, ("T", "What is behind it?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "Who decides that in the end?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "What would any change have to respect?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "What would that cost if the suite failed?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "How will you know that it was worth it?")]),
        ("implication-question", [SYMPTOM, ("T", "Is there something that must stay as it is?")]),
        ("follow-up", [WANT, ("T", "What should the dashboard show?")]),
        ("follow-up", [HI, SYMPTOM, ("T", "Who pays for the lunch here?")]),
        ("commitment-dated", [HI, WANT, ("T", "I cannot promise you anything by Friday.")]),
        ("commitment-dated", [HI, WANT, ("T", "I can't promise you anything by Friday.")]),
        ("commitment-dated", [HI, WANT, ("T", "I will not have an answer by Friday.")]),
        ("commitment-dated", [HI, WANT, ("T", "We can see that you need it by Friday.")]),
        ("specific-ask", [HI, WANT, ("T", "Who signs, and when can you sign?")]),
        ("specific-ask", [HI, WANT, ("T", "Does the suite work on Tuesday?")]),
        ("next-step-agreed", [HI, WANT, ("T", "I suggest a check of missing bookings.")]),
        ("trade-off-named", [HI, ("T", "We can build it, the price is only valid until May.")]),
        ("work-today-question", [HI, WANT, ("T", "How long does it take you today?")]),
        ("claim-tied-to-need", [HI, SYMPTOM, ("T", "Could we meet on Thursday?")]),
        ("decision-question", [HI, WANT, ("T", "Can you sign the sponsor form today?")]),
        ("decision-question", [WANT, ("T", "Do you want to be the one who tells the board?")]),
        ("success-question", [SYMPTOM, ("T", "How do you know?")]),
        ("limit-admitted", [HI, SYMPTOM, ("T", "It runs red on, I don't know, every third day.")]),
        ("several-questions", [SYMPTOM, ("T", "What slips most? The dates? Or the tests?")]),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_behaviour_earns_nothing(behaviour, rows):
    """Words of a behaviour that do another thing are not credited."""
    assert not _sees(behaviour, *rows)


@pytest.mark.parametrize(
    ("behaviour", "rows"),
    [
        ("term-clarified", [SYMPTOM, ("T", "What does regression suite mean?")]),
        ("playback-wrong", [NINE, ("T", "So the close takes seven days for two companies.")]),
        ("term-clarified", [SYMPTOM, ("T", "What exactly is a regression suite?")]),
        ("term-clarified", [SYMPTOM, ("T", "When you say red, what do you mean?")]),
        ("term-explained", [SYMPTOM, ("T", "It is a rerun, that is to say, we try once more.")]),
        ("stakeholder-term", [HI, SYMPTOM, ("T", "Who looks after the regression suite?")]),
        ("stakeholder-term", [HI, ("S", "Accruals."), HI, ("S", "The accruals again."),
                              ("T", "Which accruals do you book by estimate?")]),
        ("behind-the-want", [WANT, ("T", "Why?")]),
        ("behind-the-want", [WANT, ("T", "Why a dashboard?")]),
        ("behind-the-want", [WANT, ("T", "What is behind that?")]),
        ("behind-the-want", [WANT, ("T", "What is the dashboard for?")]),
        ("behind-the-want", [SYMPTOM, ("T", "Why do you want a new test bench?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What lies behind the request?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What would you use the screen for?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What is it that you need in the end?")]),
        ("behind-the-want", [SYMPTOM, ("T", "What made you ask for a new bench?")]),
        ("benefit-quantified", [HI, ("S", "It takes nine days."),
                                ("T", "You said nine days. We could cut it to six days.")]),
        ("assumption-named", [HI, SYMPTOM, ("T", "We could try. I assume the rig is free, right?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "If the suite ran green, what would change?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "What would a green night let you do?")]),
        ("need-payoff-question", [SYMPTOM, ("T", "What would that be worth to you?")]),
        ("implication-question", [SYMPTOM, ("T", "How does that fall on your team?")]),
        ("follow-up", [HI, SYMPTOM, ("T", "Why does it run red?")]),
        ("follow-up", [HI, SYMPTOM, ("T", "How do your people live with that?")]),
        ("follow-up", [HI, SYMPTOM, ("T", "I see."), WANT, ("T", "Who would read the dashboard?")]),
        ("commitment-dated", [HI, WANT, ("T", "I don't know yet; I will tell you by Friday.")]),
        ("commitment-dated", [HI, WANT, ("T", "You'll have a page on the twenty-seventh.")]),
        ("commitment-dated", [HI, WANT, ("T", "I'll have it in writing by the fifteenth.")]),
        ("limit-admitted", [HI, SYMPTOM, ("T", "To be honest, I don't know why it runs red.")]),
        ("pitch-before-need", [WANT, ("T", "We've got this brand new data platform.")]),
        ("pitch-before-need", [WANT, ("T", "It is best in class, you're going to love it.")]),
        ("pressure", [HI, WANT, ("T", "The discount ends tomorrow.")]),
        ("pressure", [HI, WANT, ("T", "There isn't really time to think about it.")]),
        ("pressure", [HI, WANT, ("T", "Do you want to be the one who tells the board?")]),
        ("objection-brushed-off", [HI, ("T", "We could build a suite in the cloud for you."),
                                   ("S", "What if it fails on the first day?"),
                                   ("T", "There is no need for that, you worry.")]),
        ("specific-ask", [HI, WANT, ("T", "Would Tuesday suit you?")]),
        ("specific-ask", [HI, WANT, ("T", "Shall we sit down on Thursday at ten?")]),
        ("specific-ask", [HI, WANT, ("T", "Are you free on Tuesday?")]),
        ("specific-ask", [HI, WANT, ("T", "Could you ask him for twenty minutes next week?")]),
        ("next-step-agreed", [HI, WANT, ("T", "Would Tuesday suit you?")]),
        ("next-step-agreed", [HI, WANT, ("T", "Shall we sit down on Thursday at ten?")]),
        ("next-step-agreed", [HI, WANT, ("T", "How about Thursday at ten?")]),
        ("next-step-agreed", [HI, WANT, ("T", "I suggest that we meet your clerks.")]),
        ("claim-tied-to-need", [HI, SYMPTOM,
                                ("T", "You said releases slip, so I suggest a suite by day.")]),
    ],
)  # fmt: skip
def test_a_behaviour_is_seen_in_other_words_than_the_rubrics(behaviour, rows):
    """A behaviour is known by what it does in its place, not by one set phrase."""
    assert _sees(behaviour, *rows)


def test_words_of_the_brief_are_no_terms_of_the_stakeholder():
    """What the trainee has read beforehand shows no listening."""
    rows = [HI, SYMPTOM, ("T", "Who looks after the regression suite?")]
    assert _sees("stakeholder-term", *rows)
    brief = "You meet the owner of the regression suite."
    assert not _sees("stakeholder-term", *rows, brief=brief)


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        (["Hi."], False),
        (["One two three.", "Four."], False),
        (["Hello.", "...", "Fine, thanks."], False),
        (["word " * 3, "word " * 3], True),
        (["word " * 5], True),
        (["\u4f60\u597d\u5417", "\u4f60\u597d\u5417"], True),
    ],
)
def test_with_too_little_of_the_trainee_nothing_is_judged(said, judged):
    """Below 5 words there is a reason and no zero, in any script."""
    rows = [row for text in said for row in (("T", text), ("S", "I see."))]
    assert (refusal(talk(rows)) is None) is judged


@pytest.mark.parametrize("name", ["language", "judge"])
def test_to_a_greeting_nothing_applies_whoever_judges(name):
    """ "Hi" is no failure: no rubric applies, the reason is said, and no model is called."""
    rubrics = core_rubrics()
    model = JudgingModel(lambda _: answer_of(rubrics))
    judge = Judge(model, judge_prompt(), rubrics)
    evaluator = LanguageEvaluator(rubrics) if name == "language" else judge
    card = asyncio.run(evaluator.evaluate(talk([WANT, ("T", "hi"), ("S", "Hello.")])))
    assert card.status == "not_applicable"
    assert not model.requests
    for rubric in card.rubrics.values():
        states = {rubric.status, *(c.status for c in rubric.criteria.values())}
        assert states == {"not_applicable"}
        assert "at least 5" in (rubric.reason or "")


def _unknown(name):
    raise UsageError(f"no scenario {name}")


def _known(_):
    return Library().scenario("finance-close-report")


@pytest.mark.parametrize(("scenario", "seen"), [(None, True), (_unknown, True), (_known, False)])
def test_the_brief_of_a_session_is_known_to_the_rules(scenario, seen):
    """A term that stands in the brief earns nothing; without the scenario there is no brief."""
    rows = [HI, ("S", "The refrigeration units again."), ("T", "Who buys refrigeration units?")]
    rows += [("S", "Many do."), ("T", "I see, and thank you for all that you have told me today.")]
    ref = ScenarioRef(id="finance-close-report", version="1", sha256="0")
    session = talk(rows).model_copy(update={"scenario": ref})
    card = asyncio.run(LanguageEvaluator(core_rubrics("credibility"), scenario).evaluate(session))
    findings = card.rubrics["credibility"].criteria["vocabulary"].findings
    assert {f.behaviour: f.verdict == "observed" for f in findings}["stakeholder-term"] is seen


@pytest.mark.parametrize(
    "unit", ["what would the ", "if you had ", "why a ", "i really just ", "do you have time "]
)
def test_time_grows_with_the_length_only(unit):
    """A line of 20 kB that repeats what a rule looks for is read in seconds."""
    long = unit * (20_000 // len(unit)) + "?"
    started = time.perf_counter()
    read = read_talk(talk([HI, ("S", long), ("T", long)]), screen(talk([HI])))
    for rule in RULES.values():
        rule(read)
    assert time.perf_counter() - started < 10


def test_a_greeting_is_no_playback():
    """A word that greeting and opening share ("on time", "your time") gives nothing back."""
    rows = (
        ("S", "Come in, you are on time, I like that. I want a dashboard for the month-end close."),
        ("T", "Hello Katrin, thanks for your time. Before any tool, what took longest last time?"),
        (
            "S",
            "Nine working days, where the calendar says six. Since spring we have not kept it once.",
        ),
    )
    assert not _sees("playback", *rows)
