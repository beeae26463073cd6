"""The questions that the topic match is measured on, and those that are about nothing of the case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm.domain import Fact, Scenario
from rmcoach_llm.language.topics import Topics
from rmcoach_llm.library import Library

HERE = Path(__file__).parent
FRESH = HERE / "fresh_questions"
EITHER = "|"
"""Between the facts of which each is an answer to a question."""


def scenarios() -> tuple[Scenario, ...]:
    """Give all scenarios that come with the package."""
    library = Library()
    return tuple(library.scenario(name) for name in library.ids("scenario"))


def lines_of(path: Path) -> list[str]:
    """Give the lines of a text file, comments and blank ones left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def off_topic() -> list[str]:
    """Give lines that are about nothing of any case."""
    return lines_of(HERE / "off_topic.txt")


def fresh_questions(scenario_id: str, *parts: str) -> list[tuple[str, str]]:
    """Give (fact id, question) pairs of parts of a scenario, if any; see `benchmarks.topics`.

    In the parts `played` and `unmended` there may be several ids, with `EITHER` between them.
    """
    path = FRESH / f"{scenario_id}.txt"
    part, pairs = "", []
    for line in lines_of(path) if path.exists() else []:
        if line.startswith("["):
            part = line.strip("[]")
        elif part in parts:
            fact, question = line.split(": ", 1)
            pairs.append((fact, question))
    return pairs


def left_out(scenario: Scenario, every: int = 1) -> Iterator[tuple[Topics, str, str]]:
    """Yield topics without one sample question, that question, and its fact; or each nth of them."""
    samples = [(fact, question) for fact in scenario.facts for question in fact.asks_like]
    for fact, question in samples[::every]:
        facts = tuple(_without(other, question) for other in scenario.facts)
        yield Topics.of(scenario.model_copy(update={"facts": facts})), question, fact.id


def _without(fact: Fact, question: str) -> Fact:
    kept = tuple(other for other in fact.asks_like if other != question)
    return fact.model_copy(update={"asks_like": kept})
