"""The topic match on all scenarios that come with the package, in small; `benchmarks` has it whole.

Each seventh sample question is left out of its scenario and put to what remains: no selection, and
no question that the matcher has seen.
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import Fact, Scenario, Transcript
from rmcoach_llm.language.topics import Topics
from rmcoach_llm.library import Library
from rmcoach_llm.practice.alone import hear_alone
from rmcoach_llm.practice.listeners import hear

LIBRARY = Library()
SCENARIOS = tuple(LIBRARY.scenario(name) for name in LIBRARY.ids("scenario"))
EVERY = 7
OFF_TOPIC = Path(__file__).parents[2] / "benchmarks" / "off_topic.txt"


def left_out(scenario: Scenario, place: int) -> Scenario:
    """Give a scenario without each fact's sample question of a place."""

    def less(fact: Fact) -> Fact:
        kept = fact.asks_like[:place] + fact.asks_like[place + 1 :]
        return fact.model_copy(update={"asks_like": kept})

    return scenario.model_copy(update={"facts": tuple(less(fact) for fact in scenario.facts)})


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[bool, bool]]:
    """Say of each question whether its fact ranks first, and whether it is heard or asked back."""
    found = []
    for number, scenario in enumerate(SCENARIOS):
        longest = max(len(fact.asks_like) for fact in scenario.facts)
        for place in range(number % EVERY, longest, EVERY):
            rest = left_out(scenario, place)
            for fact in scenario.facts:
                for question in fact.asks_like[place : place + 1]:
                    heard = hear_alone(rest, question)
                    right = fact.id in (*heard.asked, *heard.asks_back)
                    found.append((heard.ranked[0].fact == fact.id, right))
    return found


def test_a_question_that_is_no_sample_finds_its_fact(outcomes: list[tuple[bool, bool]]) -> None:
    """Its fact ranks first in 85 of 100 cases at the least."""
    assert len(outcomes) > 300
    assert mean(first for first, _ in outcomes) >= 0.85


def test_a_question_that_is_no_sample_is_heard_or_asked_back(
    outcomes: list[tuple[bool, bool]],
) -> None:
    """In 95 of 100 cases the trainee gets to it, at once or by "do you mean ... or ...?"."""
    assert mean(right for _, right in outcomes) >= 0.95


def test_small_talk_is_rarely_heard_as_a_topic() -> None:
    """Of idle lines 5 in 100 at the most ask for a fact, alone as well as in a talk."""
    lines = OFF_TOPIC.read_text(encoding="utf-8").splitlines()
    alone, in_talk = [], []
    for scenario in SCENARIOS:
        for line in lines:
            turns = [("S", "stakeholder", scenario.opening), ("T", "trainee", line)]
            alone.append(bool(hear_alone(scenario, line).asked))
            talk = Transcript.of("idle", turns)  # type: ignore[arg-type]  # roles are literals
            in_talk.append(bool(hear(scenario, talk, begin(scenario)).asked))
    assert len(lines) == 60
    assert mean(alone) <= 0.05
    assert mean(in_talk) <= 0.05


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        (
            "Good morning Ms Vossberg, thanks for your time. Who has to approve such a thing?",
            "who-decides",
        ),
        ("So the close takes nine days. And who is waiting for the numbers?", "bank-estimate"),
        ("who decides", "who-decides"),
        ("What shuold the dashbaord show?", "close-dashboard"),
        ("Which banks get the covennat figures, and when?", "bank-estimate"),
    ],
)
def test_what_people_really_type(line: str, fact: str) -> None:
    """A greeting or a playback before the question, no question mark, slips of the keyboard."""
    assert hear_alone(LIBRARY.scenario("finance-close-report"), line).ranked[0].fact == fact


def test_a_scenario_prepares_in_a_moment() -> None:
    """Once the words are known, a sixteenth of a second is plenty; a second is the alarm."""
    import time

    Topics.of(SCENARIOS[0])
    started = time.process_time()
    Topics.of(SCENARIOS[0])
    assert time.process_time() - started < 1
