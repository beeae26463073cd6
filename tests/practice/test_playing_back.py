"""Saying an answer back: shorter, to the one who gave it, with nothing made up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import Scenario
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.words import stems, words
from rmcoach_llm.practice.playing_back import MOST_WORDS, TURNED, said_back, taken_up, turned


def test_every_answer_can_be_said_back(scenario: Scenario) -> None:
    """Shorter than the answer, without "I", without a new number or word of content."""
    for fact in scenario.facts:
        for answer in fact.says:
            for text in (said_back(answer), taken_up(answer)):
                assert text
                assert len(words(text)) <= max(MOST_WORDS, len(words(answer)))
                assert not re.search(r"\b(?:I|we|my|our)\b", text)
                assert numbers(text) <= numbers(answer)
                assert set(stems(text)) <= set(stems(turned(answer)))


@given(st.text(alphabet="ab IwemyW12,.;:?!'\n", max_size=80))
def test_nothing_is_made_up(answer: str) -> None:
    """Whatever a voice says, what is said back has no word that was not there."""
    there = set(words(turned(answer)))
    assert set(words(said_back(answer))) <= there
    assert set(words(taken_up(answer))) <= there


@pytest.mark.parametrize(
    ("answer", "back"),
    [
        ("You know, I lost 40 orders last year.", "you lost 40 orders last year"),
        (
            "Hm. Shall we? We were 3 days late, and I said so.",
            "you were 3 days late, and you said so",
        ),
        ("Katja signs everything above 5,000 euros.", "Katja signs everything above 5,000 euros"),
        ("Why do you ask me that?", "why do you ask you that"),
    ],
)
def test_an_answer_said_back_reads_like_a_person(answer: str, back: str) -> None:
    """Asides and questions go, the person turns, a name keeps its capital."""
    assert said_back(answer) == back


def test_a_long_answer_is_cut_at_a_clause() -> None:
    """Nobody repeats a monologue."""
    answer = ", ".join(f"in week {n} another {n} cases came in from the north" for n in range(2, 9))
    assert len(words(said_back(answer))) <= MOST_WORDS
    assert set(TURNED.values()) >= {"you", "your"}
