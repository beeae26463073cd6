"""What all scripted trainees are made of: lines, and the author's sample questions to choose from."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from typing import NamedTuple

from rmcoach_llm.domain import Fact, Layer, Move, Scenario, Turn
from rmcoach_llm.language.moves import question_type
from rmcoach_llm.language.words import sentences, stems


class Line(NamedTuple):
    """Hold what a trainee says, and the id of the fact that it asks for where the script knows."""

    text: str
    target: str | None = None


Script = Generator[Line, Turn, None]
"""Yields the trainee's lines; each is answered with the stakeholder's turn."""

Trainee = Callable[[Scenario], Script]
"""Begins a script for a scenario."""

PRESUPPOSES = re.compile(
    r"\b(?:you(?:'ve| have)? (?:just )?(?:said|mentioned|told|spoke|talked|described|called|phoned)"
    r"|as you say|what you (?:have )?just)\b",
    re.I,
)
"""Words of a question that only make sense behind an answer."""

GIVES_AWAY = 3
"""Content words of an untold fact in a question; so many all but answer it."""


def told(answer: Turn) -> str | None:
    """Give the id of the fact that an answer told, None where it told none."""
    return answer.trace.tell if answer.trace is not None else None


def is_open(question: str) -> bool:
    """Say whether a question, the last sentence of a line, is an open one.

    >>> is_open("You said that it hurts. What hurts most?"), is_open("Who decides?")
    (True, False)
    """
    return question_type(sentences(question)[-1].plain) is Move.OPEN_QUESTION


def presupposes(question: str) -> bool:
    """Say whether a question refers to an answer that it needs."""
    return PRESUPPOSES.search(question) is not None


def bare_questions(fact: Fact) -> list[str]:
    """Give a fact's sample questions that can be asked out of the blue; all where there is none."""
    return [q for q in fact.asks_like if not presupposes(q)] or list(fact.asks_like)


def by_modesty(questions: Iterable[str], fact: Fact, *, heard: frozenset[str]) -> list[str]:
    """Sort questions: open ones first, those first that name least of an untold answer.

    `heard` are the stems that the trainee has read or been told.
    """
    answer = set(stems(fact.statement)) - heard

    def key(question: str) -> tuple[bool, int]:
        named = len(answer & set(stems(question)))
        return not is_open(question), named if named >= GIVES_AWAY else 0

    return sorted(questions, key=key)


def facts_of(scenario: Scenario, *layers: Layer) -> list[Fact]:
    """Give the facts of some layers in the order of the file."""
    return [fact for fact in scenario.facts if fact.layer in layers]
