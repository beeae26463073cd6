"""Rules that need the whole talk or the order of turns: shown, not shown, not called for."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judging import talk

from rmcoach_llm.evaluators.language import RULES, LanguageEvaluator
from rmcoach_llm.evaluators.rules_learned import with_learned
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import read_talk
from rmcoach_llm.library.catalogue import Library

S, T = "S", "T"
LONG = "and then we look at the next page of the plan and at what stands there in small print " * 8
OPENING = [(T, "Good morning."), (S, "Good morning. Sit down, please.")]
NINE = (S, "The close takes nine days, because two companies book late and nobody chases them.")
HATE = (S, "They will hate it. They hated the last tool.")
PITCH = (T, "We can build you a new tool for the close in four weeks.")
WORRY = (S, "I'm worried that my clerks are buried in closing week.")
PARIS = "Paris closes on Friday, and we never hear of it before."

SHOWN = {
    "short-turns": [(T, "What hurts?"), NINE, (T, "Who books late?"), NINE, (T, "And then?")],
    "one-point": [(T, "What hurts?"), NINE, (T, "Who books late?"), NINE, (T, "Since when?")],
    "one-question-a-turn": [(T, "What hurts most?"), NINE, (T, "Who books late?")],
    "leaves-the-floor": [(T, "What hurts?"), NINE, (T, "Who books late?"), NINE, (T, "And then?")],
    "reflects-as-often": [
        (T, "What hurts?"), NINE,
        (T, "So the close takes nine days."), (S, PARIS),
        (T, "So Paris closes on Friday."), NINE,
    ],
    "acknowledged-first": [
        (T, "What hurts?"), NINE, (T, "Nine days, that is long. Who books late?"),
        (S, "Paris."), (T, "That must be tiring. Since when?"),
    ],
    "talk-share-high": [(T, "Let me tell you about all that our platform has in it."), (S, "Hm.")],
    "monologue": [(T, LONG), (S, "Hm.")],
    "long-question": [(T, f"Given that {LONG[:300]}, would you say so?"), NINE],
    "question-answered": [*OPENING, (S, "When do I get it?"), (T, "By the end of May.")],
    "question-dodged": [
        *OPENING, (S, "What does it cost?"),
        (T, "That is an interesting question, but let us look at the next slide first."),
    ],
    "answer-ignored": [
        (T, "How is it going?"), (S, "We fail every audit, and my team is exhausted."),
        (T, "Okay. Next question, which colours do you like on a screen?"),
    ],
    "correction-taken": [
        (T, "So the tapes are at fault."), (S, "No, that's wrong. It is the second company."),
        (T, "You are right, I mixed that up. So it is the second company."),
    ],
    "objection-restated": [PITCH, HATE, (T, "What they hated about the last tool, was it the typing?")],
    "objection-answered": [
        PITCH, WORRY, (T, "That is why we would start after the close, with two people."),
    ],
    "objection-brushed-off": [PITCH, HATE, (T, "Oh, they'll come round.")],
    "purpose-stated": [(T, "I would like to understand how you close the month."), NINE],
    "agenda-agreed": [(T, "We have thirty minutes. Shall we begin with the close?"), NINE],
    "closing-summary": [
        (T, "What hurts?"), NINE, (T, "Who?"), NINE,
        (T, "To sum up: the close takes nine days, two companies book late, nobody chases them."),
    ],
    "agreement-recapped": [
        NINE, (T, "So we agreed: you name two clerks by Monday, and I bring the list on the 14th."),
    ],
    "next-step-agreed": [NINE, (T, "Would you give me two clerks for three weeks, from the 1st?")],
    "vague-promise": [NINE, (T, "We'll look into it and get back to you soon.")],
    "promise-not-theirs": [NINE, (T, "Our infrastructure team will do that, they have the time.")],
    "confidence-kept": [(S, "Please don't quote me on that."), (T, "I keep that to myself.")],
    "confidence-broken": [
        NINE, (T, "Between us, your colleague Brandt told me that he does not trust your figures."),
    ],
}  # fmt: skip

NOT_SHOWN = {
    "short-turns": [(T, LONG), NINE, (T, LONG), NINE, (T, LONG)],
    "one-point": [(T, "Who? And when? And why?"), NINE, (T, "How many? By whom?"), NINE, (T, LONG)],
    "one-question-a-turn": [(T, "Who is it? And when?"), NINE, (T, "How many, and how long?"), NINE],
    "leaves-the-floor": [(T, LONG), NINE, (T, LONG), NINE, (T, LONG)],
    "reflects-as-often": [(T, "What hurts?"), NINE, (T, "Who is it?"), NINE, (T, "Since when?")],
    "acknowledged-first": [
        (T, "What hurts?"), NINE, (T, "Okay. Who are the users?"), NINE, (T, "How old is the screen?"),
    ],
    "talk-share-high": [(T, "What hurts most?"), NINE],
    "monologue": [(T, LONG[:300]), NINE],
    "long-question": [(T, f"{LONG[:200]}. Would you say so?"), NINE],
    "question-answered": [*OPENING, (S, "When do I get it?"), (T, "Soon, I hope so.")],
    "question-dodged": [*OPENING, (S, "When do I get it?"), (T, "I can't say yet. I ask today.")],
    "answer-ignored": [
        (T, "How is it going?"), (S, "We fail every audit, and my team is exhausted."),
        (T, "That is hard on your team. Which audit was it?"),
    ],
    "correction-taken": [
        (T, "So the tapes are at fault."), (S, "No, that's wrong. It is the second company."),
        (T, "That is what I said, you misunderstood me."),
    ],
    "objection-restated": [PITCH, HATE, (T, "Let me show you the next feature.")],
    "objection-answered": [PITCH, HATE, (T, "I hear you. Anyway, shall we go ahead?")],
    "objection-brushed-off": [PITCH, HATE, (T, "What did they hate about it?")],
    "purpose-stated": [(T, "So, which fields do you need?"), NINE],
    "agenda-agreed": [(T, "I have a list of forty questions here."), NINE],
    "closing-summary": [(T, "What hurts?"), NINE, (T, "Thank you, that was very interesting.")],
    "agreement-recapped": [NINE, (T, "I will send the list by Friday. Good, all clear then.")],
    "next-step-agreed": [NINE, (T, "Great talk, bye.")],
    "vague-promise": [NINE, (T, "I'll look into it. You hear from me by Wednesday.")],
    "promise-not-theirs": [NINE, (T, "I ask the infrastructure team whether they can do that.")],
    "confidence-kept": [(S, "Please don't quote me on that."), (T, "Noted. Next point.")],
    "confidence-broken": [NINE, (T, "Others see it in the same way. Whom may I ask?")],
}  # fmt: skip

NO_CALL = {
    "short-turns": [(T, "What hurts?"), NINE],
    "one-point": [(T, "What hurts?"), NINE],
    "one-question-a-turn": [(T, "What hurts?"), NINE, (T, "I see.")],
    "leaves-the-floor": [(T, "What hurts?"), NINE],
    "reflects-as-often": [(T, "What hurts?"), (S, "Hm.")],
    "acknowledged-first": [(T, "What hurts?"), NINE],
    "long-question": [(T, "I see what you mean there."), NINE],
    "question-answered": [(T, "What hurts?"), NINE],
    "question-dodged": [(T, "What hurts?"), NINE, (T, "That is an interesting question.")],
    "answer-ignored": [(T, "What hurts?"), (S, "Nothing."), (T, "Which colours do you like most?")],
    "correction-taken": [(T, "What hurts?"), NINE, (T, "Thank you for telling me.")],
    "objection-restated": [(T, "What hurts?"), WORRY, (T, "You are worried about closing week.")],
    "objection-answered": [(T, "What hurts?"), WORRY, (T, "Because of the close?")],
    "objection-brushed-off": [(T, "What hurts?"), (S, "Nothing."), (T, "No problem then.")],
    "closing-summary": [(T, "What hurts?"), (S, "Hm.")],
    "agreement-recapped": [(T, "What hurts?"), NINE],
    "confidence-kept": [(T, "What hurts?"), NINE],
}


def _result(behaviour, rows):
    transcript = talk(rows)
    return RULES[behaviour](read_talk(transcript, screen(transcript)))


@pytest.mark.parametrize("behaviour", SHOWN)
def test_what_shows_a_behaviour_is_quoted(behaviour):
    """A talk that shows it is credited, with words that stand in the turn that is cited."""
    rows = SHOWN[behaviour]
    found = _result(behaviour, rows)
    assert isinstance(found, list)
    for cited in found:
        assert cited.quote in " ".join(rows[cited.turn][1].split())


@pytest.mark.parametrize("behaviour", NOT_SHOWN)
def test_what_shows_none_is_not_credited(behaviour):
    """A talk that calls for it and does not show it is not observed."""
    assert _result(behaviour, NOT_SHOWN[behaviour]) == "not_observed"


@pytest.mark.parametrize("behaviour", NO_CALL)
def test_where_nothing_called_for_it_there_is_no_verdict(behaviour):
    """Who had no occasion is neither credited nor blamed."""
    assert _result(behaviour, NO_CALL[behaviour]) == "no_opportunity"


def test_a_doubt_may_be_answered_later():
    """A turn that comes back to the doubt with a reason answers it, though the reply did not."""
    rows = [
        PITCH, WORRY, (T, "I see."), (S, "Hm."),
        (T, "In closing week your clerks would do nothing, because we start after it."),
    ]  # fmt: skip
    found = _result("objection-answered", rows)
    assert isinstance(found, list)
    assert found[0].turn == 4


def test_a_refusal_counts_only_against_what_was_put_forward():
    """ "No" to a question is an answer, "no" to a proposal is an objection."""
    no = (S, "No, not now.")
    assert _result("objection-answered", [(T, "Do you close on Friday?"), no, (T, "I see.")]) == (
        "no_opportunity"
    )
    assert _result("objection-answered", [PITCH, no, (T, "I see.")]) == "not_observed"


def test_a_promise_with_a_date_beside_it_is_not_vague():
    """The date may stand in the next sentence, or in a later word on the same thing."""
    later = [
        NINE, (T, "I'll look into the late bookings of Paris."), NINE,
        (T, "The late bookings of Paris you have on Friday."),
    ]  # fmt: skip
    assert _result("vague-promise", later) == "not_observed"
    assert isinstance(_result("vague-promise", later[:2]), list)


TEXTS = st.text(st.sampled_from("abc iyoutw?.,!'\n \u2019\u200b5"), max_size=60)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("TS"), TEXTS), max_size=8))
def test_no_rule_breaks_on_any_talk(rows):
    """Whatever is said by whom: each rule gives places that are real, or a verdict without."""
    transcript = talk(rows)
    read = read_talk(transcript, screen(transcript))
    for rule in RULES.values():
        found = rule(read)
        assert found in ("not_observed", "no_opportunity") or all(
            transcript.turns[cited.turn].role == "trainee" for cited in found
        )


def test_every_quote_of_these_rules_is_verified():
    """What the rules cite grounding finds: no finding of theirs is unverified."""
    library = Library()
    rubrics = [library.rubric(name) for name in library.ids("rubric")]
    evaluator = LanguageEvaluator(rubrics)
    for rows in SHOWN.values():
        card = asyncio.run(evaluator.evaluate(talk(rows)))
        found = [
            finding
            for rubric in card.rubrics.values()
            for criterion in rubric.criteria.values()
            for finding in criterion.findings
        ]
        assert not [f for f in found if f.verdict == "unverified"]


def _heard(turns):
    """Read a talk."""
    held = talk(turns)
    return read_talk(held, screen(held))


def test_a_reflection_without_a_stock_frame_is_a_playback():
    """The trained classifier sees a bare statement that says back, and the sentence is quoted."""
    heard = _heard(
        [
            ("T", "How was the week?"),
            (
                "S",
                "We chased two companies for four days again, and everybody was on the phone till nine.",
            ),
            ("T", "Four days of phoning, and you were all worn out by the evening."),
            ("S", "Yes, exactly."),
        ]
    )
    found = RULES["playback"](heard)
    assert [cited.turn for cited in found] == [2]
    assert found[0].quote.startswith("Four days of phoning")


def test_advice_is_no_reflection():
    """A statement about the partner that tells them what to do says nothing back."""
    heard = _heard(
        [
            ("T", "How was the week?"),
            (
                "S",
                "We chased two companies for four days again, and everybody was on the phone till nine.",
            ),
            ("T", "You should send them a reminder."),
            ("S", "We did."),
        ]
    )
    assert RULES["meaning-reflected"](heard) == "not_observed"


def test_a_statement_about_nobody_is_no_reflection():
    """What neither takes up their words nor speaks of them reflects nothing."""
    heard = _heard([(T, "Hello."), NINE, (T, "Everybody else has it already.")])
    assert RULES["meaning-reflected"](heard) == "not_observed"


def test_a_leading_question_asks_for_nothing():
    """A question with the answer in it is credited as leading, and as no open question."""
    heard = _heard(
        [(T, "Hello."), (S, "We want a page."), (T, "You would want it in your own design, right?")]
    )
    assert RULES["leading-question"](heard) != "not_observed"
    assert with_learned(RULES)["ideas-asked"](heard) == "not_observed"
