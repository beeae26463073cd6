"""How a talk went, and what the traces of a session show: plain sentences, from code alone."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import (
    GOOD,
    MIDDLING,
    POOR,
    JudgingModel,
    answer_of,
    core_rubrics,
    judge_prompt,
    talk,
)

from rmcoach_llm.domain import Act, Finding, FrozenMap, Move
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.evaluators.course import LEAST_ASKED, course_of, not_taken_up
from rmcoach_llm.evaluators.feedback import feedback_of
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.said import Sentences
from rmcoach_llm.evaluators.traces import MISPLAYED, Traces
from rmcoach_llm.language.measures import counted_moves
from rmcoach_llm.language.words import stems
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.listeners import LanguageListener
from rmcoach_llm.practice.voices import AuthoredVoice
from rmcoach_llm.protocols import Parts
from rmcoach_llm.stores.memory import MemoryStore

LIBRARY = Library()
SCENARIO = LIBRARY.scenario("finance-close-report")


def _card(transcript):
    rubrics = tuple(map(LIBRARY.rubric, ("needs-discovery", "persuasion", "credibility")))
    parts = Parts(prompt=LIBRARY.prompt, rubrics=rubrics, scenario=LIBRARY.scenario)
    return asyncio.run(create_language_evaluator(parts).evaluate(transcript))


def _session(*lines):
    """Hold a practice session with these lines of the trainee."""
    store = MemoryStore()
    held = Conversation.start(
        SCENARIO, "s", listener=LanguageListener(), voice=AuthoredVoice(), store=store
    )

    async def say_all():
        for line in lines:
            if not held.ended:
                await held.say(line)

    asyncio.run(say_all())
    return held.transcript


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            POOR,
            "You offered a solution at turn 0, before you had asked about the need",
        ),
        (MIDDLING, "You offered a solution at turn 4, before you had"),
        (GOOD, "You asked about the need (turn 2) and said back what you had heard"),
        (GOOD[:6], "You asked about the need (turn 2)."),
    ],
)
def test_what_came_first_is_told(rows, told):
    """Understanding or a solution: the first of each, with its turn."""
    assert told in _card(talk(rows)).feedback.course


def test_what_no_rule_saw_is_not_said_to_be_missing():
    """Rules overlook things: without a solution in sight no absence is claimed."""
    small = _card(talk([("T", "Lovely weather today."), ("S", "Yes.")])).feedback.course
    assert small is None
    assert "did not" not in _card(talk(GOOD[:6])).feedback.course


def test_a_question_that_was_credited_counts_as_asked():
    """What the evaluator has praised before the first solution is not denied by the rules."""
    rows = [
        ("T", "Tell me, which day of the month do you fear?"),
        ("S", "The fifth."),
        ("T", "We can build you a dashboard."),
        ("S", "Hm."),
    ]
    transcript = talk(rows)
    card = _card(transcript)
    seen = Finding(behaviour="x", verdict="observed", turn=0, quote=rows[0][1], points=1)
    score = card.rubrics["needs-discovery"]
    criterion = score.criteria["need"].model_copy(update={"findings": (seen,)})
    score = score.model_copy(update={"criteria": FrozenMap({"need": criterion})})
    credited = card.model_copy(update={"rubrics": FrozenMap({"needs-discovery": score})})
    none = credited.model_copy(update={"rubrics": FrozenMap({})})
    assert "before you had asked about the need" in course_of(none, transcript)
    told = course_of(credited, transcript)
    assert "before you had said back" in told
    assert "asked about the need" not in told


@pytest.mark.parametrize("back_first", [True, False])
def test_what_is_said_back_in_the_turn_of_a_solution_counts_where_it_comes_first(back_first):
    """A playback that leads to a proposal was there before it; one behind it was not."""
    back = "Let me play that back: the accruals come late and you wait for them."
    parts = [back, "We can build you a dashboard."]
    rows = [
        ("T", "What goes wrong in the close?"),
        ("S", "The accruals come late and we wait for them."),
        ("T", " ".join(parts if back_first else reversed(parts))),
        ("S", "Hm."),
    ]
    told = _card(talk(rows)).feedback.course
    assert ("before you had said back" in told) is not back_first


def test_another_question_is_not_told_as_one_for_what_lies_behind():
    """What is told as asked was: a request or any question is not enough."""
    rows = [("S", "We need it."), ("T", "Can you send me the form? I need it by tonight.")]
    card = _card(talk([*rows, ("S", "No."), ("T", "Which form do you have, then?")]))
    assert "asked about the need" not in (card.feedback.course or "")


def test_a_question_that_was_not_taken_up_is_told():
    """Answering with a question about something else counts; answering, or asking back, does not."""
    asked = ("S", "Which budget would pay for that?")
    ignored = talk([asked, ("T", "Who signs the report?")])
    assert list(not_taken_up(ignored)) == [(0, "Which budget would pay for that?")]
    assert "What they asked you at turn 0" in _card(ignored).feedback.course
    for reply in ("I don't know yet. Who signs?", "Which budget do you mean?", "Yours."):
        assert not list(not_taken_up(talk([asked, ("T", reply)])))


WORD = st.sampled_from(["budget", "budgets", "the", "signs", "signing", "who", "what", "7", "it"])


@given(st.lists(WORD, max_size=6), st.lists(WORD, max_size=6))
def test_a_question_is_taken_up_where_a_stem_is_shared(asked, reply):
    """Whether a question was taken up follows from the stems of its content, and from them alone."""
    question, answer = f"{' '.join(asked)}?", f"Which {' '.join(reply)}?"
    content = set(stems(question))
    expected = len(content) >= LEAST_ASKED and content.isdisjoint(stems(answer))
    found = list(not_taken_up(talk([("S", question), ("T", answer)])))
    assert found == ([(0, question)] if expected else [])


def test_who_is_asked_what_they_mean_may_ask_again():
    """To answer "do you mean ... or ...?" with another question leaves nobody without an answer."""
    held = _session("What keeps the companies from delivering?", "Is that a habit in the group?")
    asked_back = held.turns[2]
    assert asked_back.trace.act is Act.ASK_BACK
    assert asked_back.text.endswith("?")
    assert not list(not_taken_up(held))
    untold = held.turns[2].model_copy(update={"trace": None})
    outside = held.model_copy(update={"turns": (*held.turns[:2], untold, *held.turns[3:])})
    assert list(not_taken_up(outside)) == [(2, asked_back.text)]


def test_a_share_that_moved_is_told():
    """Who speaks much more in the second half than in the first hears of it."""
    quiet, loud = "What happens then?", "we can do all of that for you. " * 12
    rows = [("T", quiet), ("S", "It is late again. " * 20)] * 2 + [("T", loud), ("S", "Hm.")] * 2
    course = _card(talk(rows)).feedback.course
    assert "were yours in the first half and" in course
    even = [("T", quiet * 5), ("S", "It is late again. " * 5)] * 4
    assert "first half" not in _card(talk(even)).feedback.course


def test_without_marks_or_english_nothing_is_read_from_words():
    """Rules that cannot see questions do not say that none was asked."""
    unmarked = talk([("T", "so what happens when the close is late " * 4), ("S", "well")])
    course = _card(unmarked).feedback.course or ""
    assert "did not ask" not in course
    german = talk(
        [("T", "Guten Tag, was ist denn das eigentliche Problem bei Ihnen?"), ("S", "Ja.")]
    )
    assert "did not ask" not in (_card(german).feedback.course or "")


def test_a_session_tells_when_the_need_came_and_where_it_stalled():
    """Lines that bring nothing, one after the other, are named by their turns."""
    idle = ["Nice office.", "Nice weather.", "I like football.", "And coffee."]
    course = _card(_session(*idle)).feedback.course
    assert "The need behind the want did not come out" in course
    assert "from turn 1 to turn 7 nothing new came out" in course


def test_what_was_asked_in_vain_is_told_with_the_lock():
    """Who asks for something deep at once learns what held it back."""
    course = _card(_session("What do you really need behind this?")).feedback.course
    assert "was held back: " in course


LONG = "How long does the close take you today?"
WRONG = "So the close takes fourteen working days. Did I get that right?"


def test_a_figure_said_back_wrongly_is_shown_with_the_right_one():
    """The exact turn and quote, what they had said, what it cost; and it is never praised."""
    told = _card(_session(LONG, WRONG)).feedback
    first = told.otherwise[0]
    assert (first.behaviour, first.turn) == (MISPLAYED, 3)
    assert first.quote == "So the close takes fourteen working days."
    assert first.what.startswith("You said 14; at turn 2 they had said: ")
    assert "nine" in first.what.lower()
    assert "trust" in first.why
    assert not [praise for praise in told.worked if praise.turn == 3]


def test_a_figure_said_back_rightly_is_no_fault():
    """The same line with the right figure is heard as a playback."""
    right = WRONG.replace("fourteen", "nine")
    told = _card(_session(LONG, right)).feedback
    assert not [a for a in told.otherwise if a.behaviour == MISPLAYED]


def _traces(transcript, played=SCENARIO):
    return Traces(transcript, Sentences(transcript), "needs-discovery", played)


def test_what_a_turn_cost_comes_from_the_traces():
    """Trust and patience that fell after a line are named; without traces nothing is."""
    pressed = _session(LONG, "You have to decide today, this is your last chance.")
    traces = _traces(pressed)
    assert traces.cost(3) == "With the stakeholder this turn cost 2 of trust and 2 of patience."
    assert traces.cost(1) is None
    assert traces.lost_trust() == {3}
    assert _traces(talk(GOOD)).cost(0) is None


def test_a_line_that_the_stakeholder_drew_back_from_is_advised_on_once():
    """An early pitch is named even where the judge saw nothing; its turn is never praised."""
    pitched = _session("We can build you a dashboard in two weeks.", LONG)
    told = _card(pitched).feedback
    (advice,) = [a for a in told.otherwise if a.turn == 1]
    assert advice.quote == "We can build you a dashboard in two weeks."
    assert "trust" in advice.why
    assert 1 not in {praise.turn for praise in told.worked}
    assert told.next_step.behaviour in ("early-pitch", "pitch-before-need")
    assert told.next_step.scenario not in (None, SCENARIO.id)
    # A session that is not believed has no say: its traces may say anything.
    blind = _card(pitched).model_copy(update={"discovery": None})
    rubrics = tuple(map(LIBRARY.rubric, blind.rubrics))
    assert "early-pitch" not in {
        a.behaviour for a in feedback_of(blind, pitched, rubrics).otherwise
    }


def test_who_only_asks_is_told_to_say_back():
    """What was held back for want of trust or listening makes saying back the next step."""
    asked = ("Where do the extra days go?", "What does your team do then?", "Who decides about it?")
    told = _card(_session(LONG, *asked)).feedback
    assert told.missing[0].behaviour == told.next_step.behaviour == "saying-back"
    assert told.next_step.scenario not in (None, SCENARIO.id)
    listened = _card(_session(LONG, WRONG.replace("fourteen", "nine"), *asked)).feedback
    assert "saying-back" not in {advice.behaviour for advice in listened.missing}


def test_where_a_model_judged_the_course_follows_its_findings():
    """What the judge saw first came first, whatever rules would see in the words."""
    seen = {
        "problem-question": [(4, "What happens further down when the cut-off is missed?")],
        "pitch-before-need": [(2, "What goes wrong with the accruals most often?")],
    }
    judge = Judge(
        JudgingModel(lambda _: answer_of(core_rubrics(), seen)), judge_prompt(), core_rubrics()
    )
    card = asyncio.run(judge.evaluate(talk(GOOD)))
    assert course_of(card, talk(GOOD)).startswith(
        "You offered a solution at turn 2, before you had asked about the need"
    )


def test_in_a_session_only_a_playback_that_was_heard_is_told():
    """The page does not tell of a playback, and beside it that nothing was ever said back."""
    held = _session(
        "Good morning. What made you ask for the dashboard?",
        "So the close is what hurts. Where do the days go?",
        "What makes the close so slow?",
        "So if I have got that right, the live screen is the fun part. Is that right?",
        "Who has to agree to a change?",
    )
    card = _card(held)
    assert counted_moves(held)[3][1].did(Move.PLAYBACK)
    assert not any(turn.trace and turn.trace.heard.played_back for turn in held.turns)
    assert "asked about the need" in card.feedback.course
    assert "said back" not in card.feedback.course


def test_a_turn_from_which_the_stakeholder_drew_back_is_not_praised():
    """A dated promise within an early pitch is told as the pitch that it was, not as a strength."""
    early = "We can build you a dashboard next week."
    lines = (
        "What happens in the close today, from the first day to the last?",
        "You said nine days. What makes it take nine days?",
        "What goes wrong most often?",
        "Who decides about a change like that?",
        early,
        "I'll send you a summary by Friday. Thanks, goodbye.",
    )
    told = _card(_session(*lines)).feedback
    (at,) = (advice.turn for advice in told.otherwise if advice.quote == early)
    assert at is not None
    assert told.worked
    assert at not in {praise.turn for praise in told.worked}
