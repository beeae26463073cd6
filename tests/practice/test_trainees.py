from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.trainees import DISCOVERERS, LISTENS_TO_NOTHING, play

from rmcoach_llm.domain import Act, Scenario


def test_a_discoverer_reaches_the_root_need(scenario: Scenario) -> None:
    """Open questions, playback and questions that build on answers earn it within 16 lines."""
    played = play(scenario, DISCOVERERS[scenario.id][:16])
    assert played.last.knows(scenario.root_need.id), played.tell()
    assert len(played.deep) >= 3, played.tell()


def test_a_discoverer_who_plays_nothing_back_does_not(scenario: Scenario) -> None:
    """The same questions without a sign of listening leave the need where it is."""
    lines = [
        line for line in DISCOVERERS[scenario.id] if not line.startswith(("So ", "Let me ", "128"))
    ]
    questions = [sentence for line in lines for sentence in line.split(". ")[-1:]]
    played = play(scenario, questions)
    assert not played.last.knows(scenario.root_need.id), played.tell()


@pytest.mark.parametrize("kind", LISTENS_TO_NOTHING)
def test_who_does_not_listen_earns_nothing_deep(scenario: Scenario, kind: str) -> None:
    """Assent, insistence and phrases that ought to count end the talk and open nothing."""
    played = play(scenario, LISTENS_TO_NOTHING[kind])
    assert not played.deep, played.tell()
    assert played.last.ended, played.tell()
    assert max(stance.trust for stance in played.stances) == scenario.trust


@pytest.fixture
def lines_of(shared_file: Callable[[str], Path]) -> Callable[[str], list[dict[str, list[str]]]]:
    """Read a file of attacks that lies beside the project."""

    def read(name: str) -> list[dict[str, list[str]]]:
        text = shared_file(f"attacks/{name}").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    return read


def test_no_attack_earns_a_deep_fact(
    scenario: Scenario, lines_of: Callable[[str], list[dict[str, list[str]]]]
) -> None:
    """In a fresh talk, and none moves trust upwards."""
    for attack in lines_of("persona_attacks.dev.jsonl"):
        played = play(scenario, attack["turns"])
        assert not played.deep, played.tell()
        assert played.last.trust <= scenario.trust, played.tell()


def test_honest_look_alikes_are_no_attacks(
    scenario: Scenario, lines_of: Callable[[str], list[dict[str, list[str]]]]
) -> None:
    """A question about instructions, robots or secrets of the trade is a question."""
    for benign in lines_of("persona_benign.dev.jsonl"):
        played = play(scenario, benign["turns"])
        acts = {cue.act for cue in played.cues}
        assert not acts & {Act.GAME, Act.PRESSURE, Act.LANGUAGE}, played.tell()
