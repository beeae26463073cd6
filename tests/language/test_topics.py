from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import Fact, Layer, Unlock
from rmcoach_llm.language.topics import AHEAD, ASKED, PERHAPS, Ranked, Topics, decide


def fact(name: str, layer: Layer, cues: tuple[str, ...], *asks: str, after: str = "") -> Fact:
    """Make a small fact."""
    return Fact(
        id=name,
        layer=layer,
        topic=f"the {name}",
        statement=f"What there is to {name}.",
        cues=cues,
        asks_like=asks,
        unlock=Unlock(after=(after,) if after else ()),
        says=("One.", "Two."),
    )


FACTS = (
    fact("queue", Layer.SYMPTOM, ("queue", "waiting line"), "How long is the queue?", "Who waits?"),
    fact(
        "budget",
        Layer.CONSTRAINT,
        ("budget", "money"),
        "What is the budget?",
        "How much money is there?",
        after="queue",
    ),
    fact("boss", Layer.DECISION, ("boss",), "Who is the boss?", "Who signs for it?"),
)
TOPICS = Topics(FACTS)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("How long do they queue?", "queue"),
        ("Tell me about the waiting lines.", "queue"),
        ("Is there any money?", "budget"),
        ("What may it cost, have you got the funds?", "budget"),
        ("Who signs?", "boss"),
        ("Hello, and thanks. Who is the manager?", "boss"),
        ("How long is the queeu?", "queue"),
        ("What is the budegt?", "budget"),
    ],
)
def test_the_fact_that_is_asked_for_ranks_first(line: str, expected: str) -> None:
    """By cues in any inflection, likeness to samples, words of like meaning, slips and all."""
    assert TOPICS.rank(line)[0].fact == expected


@given(st.text(max_size=200))
def test_every_fact_is_ranked_once_and_surest_first(line: str) -> None:
    """Any line gives all facts, in a fixed order, and no more than certainty in all."""
    ranked = TOPICS.rank(line)
    assert sorted(item.fact for item in ranked) == ["boss", "budget", "queue"]
    assert [i.score for i in ranked] == sorted((i.score for i in ranked), reverse=True)
    assert 0 <= sum(i.score for i in ranked) <= 1 + 1e-9
    assert ranked == TOPICS.rank(line)


@pytest.mark.parametrize("line", ["Do elephants swim?", "How was your weekend?", "", "...", "?"])
def test_a_line_about_something_else_asks_for_nothing(line: str) -> None:
    """Neither small talk nor noise is heard as a topic."""
    assert decide(TOPICS.rank(line)) == ((), ())


def test_the_last_answer_lifts_the_fact_that_it_leads_to() -> None:
    """The talk has just opened it."""

    def share(last_fact: str | None) -> float:
        ranked = TOPICS.rank("And what else is there?", last_fact=last_fact)
        return {i.fact: i.score for i in ranked}["budget"] / sum(i.score for i in ranked)

    assert share("queue") > share(None) == share("boss")


def test_cues_of_two_facts_and_those_that_other_questions_hold_count_less() -> None:
    """A cue that points to both tells nothing; "money" stands in questions of one fact only."""
    both = Topics((FACTS[0], FACTS[1].model_copy(update={"cues": ("queue",)})))
    alone = Topics(FACTS[:2])

    def cue(topics: Topics) -> float:
        return topics.evidence(topics.read("queue"))[0].cue

    assert cue(both) < cue(alone)


def test_two_facts_that_are_close_are_asked_back() -> None:
    """One is heard only where it is sure enough and well ahead of the next."""
    sure, next_ = Ranked("a", ASKED), Ranked("b", ASKED / AHEAD)
    assert decide([sure, next_]) == ((sure,), ())
    nearer = Ranked("b", ASKED / AHEAD + 0.01)
    assert decide([sure, nearer]) == ((), (sure, nearer))
    unsure = Ranked("a", ASKED - 0.01)
    assert decide([unsure, next_]) == ((), (unsure, next_))
    assert decide([Ranked("a", PERHAPS / 2), Ranked("b", PERHAPS / 2 - 0.001)]) == ((), ())


def test_a_scenario_may_have_facts_that_share_every_word() -> None:
    """Then they are equally likely, and ranked by name."""
    twin = FACTS[0].model_copy(update={"id": "again"})
    first, second = Topics((FACTS[0], twin)).rank("How long is the queue?")
    assert (first.fact, second.fact) == ("again", "queue")
    assert first.score == second.score
