from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import Fact, Layer, QuestionKind, Scenario, Unlock
from rmcoach_llm.language.topics import ASKED, Topics, features
from rmcoach_llm.library import Library


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
SCENARIOS = ("engineering-test-bench", "finance-close-report", "hr-onboarding-app")


@pytest.fixture(scope="module", params=SCENARIOS)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """Give each of the three scenarios in turn."""
    return Library().scenario(request.param)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("How long do they queue?", "queue"),
        ("Tell me about the waiting lines.", "queue"),
        ("Is there any money?", "budget"),
        ("Who signs?", "boss"),
    ],
)
def test_the_fact_that_is_asked_for_ranks_first(line: str, expected: str) -> None:
    """By cue words in any inflection, and by likeness to sample questions."""
    best = TOPICS.rank(line)[0]
    assert best.fact == expected
    assert best.score >= ASKED


def test_one_cue_word_alone_is_enough() -> None:
    """ "What about the money?" has one word to go by, and that word is the author's cue."""
    assert TOPICS.rank("Money?")[0].score >= ASKED


@given(st.text(max_size=200))
def test_every_fact_is_ranked_once_and_surest_first(line: str) -> None:
    """Any line gives all facts, in a fixed order."""
    ranked = TOPICS.rank(line)
    assert sorted(item.fact for item in ranked) == ["boss", "budget", "queue"]
    assert [i.score for i in ranked] == sorted((i.score for i in ranked), reverse=True)
    assert ranked == TOPICS.rank(line)


def test_a_line_without_a_word_of_the_scenario_scores_nothing() -> None:
    """Neither the kind of question nor the last answer lifts what has no topic."""
    ranked = TOPICS.rank("Do elephants swim?", kinds=[QuestionKind.DECISION], last_fact="queue")
    assert {item.score for item in ranked} == {0.0}


def test_the_kind_of_question_and_the_last_answer_lift_a_fact() -> None:
    """A constraint question is rather about a constraint, and more so where the talk led to it."""

    def score(**hints: object) -> float:
        ranked = TOPICS.rank("What about the money?", **hints)  # type: ignore[arg-type]  # by name
        return next(item.score for item in ranked if item.fact == "budget")

    assert score(kinds=[QuestionKind.CONSTRAINT]) > score()
    assert score(last_fact="queue") > score()
    assert score(last_fact="boss") == score()


def test_features_are_stems_pairs_and_short_question_words() -> None:
    """Who, when and where tell what is asked for."""
    assert features("When is the budget signed?") == ["when", "budget", "sign", "budget sign"]


def test_sample_questions_reach_their_fact(scenario: Scenario) -> None:
    """What the author says is asked like this ranks its fact first, nearly always."""
    topics = Topics.of(scenario)
    questions = [(fact.id, question) for fact in scenario.facts for question in fact.asks_like]
    missed = [q for fact_id, q in questions if topics.rank(q)[0].fact != fact_id]
    assert len(missed) <= 0.02 * len(questions), missed
