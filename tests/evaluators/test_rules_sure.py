"""Rules that count beside the model: what they see in words and in the answer, and what only looks so."""

import pytest

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.rules_learned import with_learned
from rmcoach_llm.evaluators.rules_sure import SURE
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk
from rmcoach_llm.library import Library

FACT = "The crane is in hall two."
TROUBLE = "The crane is late, and nobody tells me."
SECRET = "Please don't tell my director, but the crane is not insured."


def _talk(*turns: str) -> Talk:
    roles = (("Bo", "stakeholder"), ("Al", "trainee"))
    rows = [(*roles[place % 2], text) for place, text in enumerate(turns)]
    talk = Transcript.of("t", rows)
    return read_talk(talk, screen(talk))


def _sees(behaviour: str, *turns: str) -> bool:
    """Say whether a sure rule sees a behaviour in turns of the stakeholder and the trainee, in turn."""
    return any(SURE[behaviour](_talk(*turns)))


SHOWN = [
    ("pressure", (FACT, "Your director already knows of it and expects a yes.")),
    ("pressure", (FACT, "I've told Greta that you agree.")),
    ("pressure", (FACT, "Then I put you on Monday's list.", "Don't rush me.")),
    ("choice-stressed", (FACT, "If it doesn't suit you, we drop it.")),
    ("choice-stressed", (FACT, "It's your crane, and it is your call.")),
    ("permission-asked", (FACT, "Would you like to hear what another yard tried?")),
    ("specific-ask", (FACT, "May I borrow the crane book until Thursday?")),
    ("claim-tied-to-need", (TROUBLE, "A bell would ring. That spares you the late crane.")),
    ("ordering", (FACT, "You must lock the crane at night.")),
    ("own-agenda", (FACT, "One list is so much easier for us.")),
    ("benefit-sourced", (FACT, "It saves 40 hours a month, by the yard's own log.")),
    ("options-compared", (FACT, "I see two ways: a bell, or a lamp.")),
    ("playback", (TROUBLE, "The crane is late and you are told nothing.", "Exactly.")),
    ("meaning-reflected", (TROUBLE, "You are left alone with it.", "Exactly.")),
    ("judging", (FACT, "Somebody should have checked the hook.")),
    ("judging", (FACT, "Then it lay there for a year.", "That is unfair.")),
    ("dismissive", (TROUBLE, "Late once, what's the fuss?")),
    ("dismissive", (TROUBLE, "Cranes are late.", "Mind your tone.")),
    ("dismissive", (TROUBLE, "Next point.", "Let me finish.")),
    ("contradicting", (FACT, "No, no, it is in hall three.")),
    ("objection-brushed-off", (TROUBLE, "Ah, that always sorts itself out.")),
    ("objection-restated", (TROUBLE, "You fear that the crane is late again.")),
    ("question-dodged", ("Is it safe?", "It is a fine make.", "That is not what I asked.")),
    ("answer-ignored", (TROUBLE, "How tall is it?", "I was talking of the delay.")),
    ("correction-taken", (FACT, "In hall one.", "No, two.", "I stand corrected, two.")),
    ("affirmed", (FACT, "You kept it running with two people. That took courage.")),
    ("concern-named", (TROUBLE, "And you have to answer for it.")),
    ("person-acknowledged", (TROUBLE, "You sound tired.")),
    ("reaction-asked", (FACT, "We would fit a bell. How does that sound?")),
    ("limit-admitted", (FACT, "Whether it lifts nine tons I can't say.")),
    ("trade-off-named", (FACT, "One drawback is the noise.")),
    ("trade-off-named", (FACT, "A bell helps, but it won't help at night.")),
    ("overselling", (FACT, "The bell costs nothing. It costs you nothing at all.")),
    ("overselling", (FACT, "Your crew will love it.")),
    ("blame-shifted", (TROUBLE, "I only pass on what I get.")),
    ("blame-shifted", (TROUBLE, "That was our mistake, but it was you who signed it.")),
    ("confidence-kept", (SECRET, "That stays between us.")),
    ("confidence-broken", (SECRET, "I will mention it to him.")),
    ("confidence-broken", (FACT, "Greta told me something, I am not to repeat it.")),
]

ONLY_LOOKS_SO = [
    ("pressure", (FACT, "I've told Greta that you are here today, so she waits outside.", "Good.")),
    ("pressure", (FACT, "Take all the time you want.", "Good. I don't like being rushed.")),
    ("choice-stressed", (FACT, "What would you do if it were only up to you?")),
    ("permission-asked", (FACT, "What would you want to see first?")),
    ("specific-ask", (FACT, "Could I come back to the crane?")),
    ("claim-tied-to-need", (FACT, "That's what you call it.")),
    ("ordering", ("Do we have to lock it?", "You must lock it at night.")),
    ("ordering", (FACT, "If it rains, you must lock it.")),
    ("benefit-sourced", (FACT, "It saves 40 hours a month.")),
    ("playback", (TROUBLE, "Who waits for the crane?", "Exactly.")),
    ("judging", (FACT, "Somebody should have checked it, which was my mistake.")),
    ("judging", (FACT, "I should have checked the hook.")),
    ("contradicting", ("Is it in hall two?", "No, no, in hall three.")),
    ("objection-brushed-off", (FACT, "Ah, that always sorts itself out.")),
    ("objection-restated", (TROUBLE, "Do you fear that the crane is late?")),
    ("question-dodged", ("Is it safe?", "Yes, it is.", "That is what I wanted to hear.")),
    ("affirmed", (FACT, "Wonderful, great.")),
    ("concern-named", (TROUBLE, "Don't you worry, your name is on no list.")),
    ("limit-admitted", (FACT, "Do you have to check it?")),
    ("trade-off-named", (FACT, "You would lose the discount by December.")),
    ("overselling", (FACT, "The lamp costs nothing and the bell costs a little.")),
    ("blame-shifted", (TROUBLE, "That was our mistake, and it is mended.")),
    ("confidence-kept", (FACT, "That stays in hall two.")),
    ("confidence-broken", (SECRET, "I will mention it to nobody.")),
    ("confidence-broken", (FACT, "I will mention it to him.")),
]


@pytest.mark.parametrize(("behaviour", "turns"), SHOWN)
def test_a_sure_rule_sees_its_behaviour(behaviour: str, turns: tuple[str, ...]) -> None:
    """Each sure rule sees what the statement of its behaviour says."""
    assert _sees(behaviour, *turns)


@pytest.mark.parametrize(("behaviour", "turns"), ONLY_LOOKS_SO)
def test_a_sure_rule_passes_over_what_only_looks_so(behaviour: str, turns: tuple[str, ...]) -> None:
    """No sure rule sees a behaviour in words that are near it and are none."""
    assert not _sees(behaviour, *turns)


def test_every_sure_rule_is_tried() -> None:
    """No rule stands in the table without an example that it sees."""
    assert {behaviour for behaviour, _ in SHOWN} == set(SURE)


def test_each_sure_rule_is_for_a_behaviour_of_a_shipped_rubric() -> None:
    """No rule looks for a behaviour that no rubric has."""
    library = Library()
    known = {b.id for name in library.ids("rubric") for b in library.rubric(name).behaviours}
    assert set(SURE) <= known


def test_sure_rules_count_whatever_the_model_holds() -> None:
    """What a sure rule sees is observed, by at most three places, each cited once."""
    talk = _talk(FACT, " ".join(f"You must lock gate {n}." for n in range(5)))
    seen = with_learned(RULES)["ordering"](talk)
    assert isinstance(seen, list)
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("behaviour", ["overselling", "limit-admitted", "playback"])
def test_a_counter_example_is_not_seen(behaviour: str) -> None:
    """No sure rule sees what the rubric itself gives as the opposite."""
    library = Library()
    for name in library.ids("rubric"):
        for each in library.rubric(name).behaviours:
            if each.id == behaviour and each.counter_example:
                assert not _sees(behaviour, FACT, each.counter_example)
