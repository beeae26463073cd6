"""A scenario under check, with the texts that the rules look at and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from rmcoach_llm.domain import Fact, Layer, Scenario
from rmcoach_llm.library.files import Entry
from rmcoach_llm.library.problem import Problem
from rmcoach_llm.library.yaml_text import FieldPath

Place: TypeAlias = tuple[FieldPath, str]
"""A text with the path of its field."""

PLACEHOLDER = re.compile(r"TODO\b")
"""What a text begins with that an author still has to write."""


@dataclass(frozen=True)
class Page:
    """Hold a valid scenario file; rules report on it by the path of a field."""

    entry: Entry
    scenario: Scenario

    def warn(self, path: FieldPath, message: str) -> Problem:
        """Give a warning: the scenario can be played, but will play badly there."""
        return self.entry.problem(path, message, "warning")

    def fault(self, path: FieldPath, message: str) -> Problem:
        """Give an error: something of the scenario cannot be played."""
        return self.entry.problem(path, message)

    @cached_property
    def open_facts(self) -> tuple[Fact, ...]:
        """Give the facts of the surface: whoever asks hears them from the start."""
        return tuple(fact for fact in self.scenario.facts if _lies_open(fact, self.scenario.trust))

    @cached_property
    def locked_facts(self) -> tuple[Fact, ...]:
        """Give the facts that have to be earned."""
        return tuple(fact for fact in self.scenario.facts if fact not in self.open_facts)

    def texts(self) -> Iterator[Place]:
        """Yield every text of the file."""
        yield from _texts(self.scenario.model_dump(mode="json"), ())

    def lines(self) -> Iterator[Place]:
        """Yield the lines of the stakeholder that tell no fact."""
        for name in type(self.scenario.lines).model_fields:
            yield from _listed(("lines", name), getattr(self.scenario.lines, name))

    def doubts(self) -> Iterator[Place]:
        """Yield the lines of the objection."""
        if self.scenario.objection is not None:
            for name in ("raised", "held", "moved"):
                yield from _listed(("objection", name), getattr(self.scenario.objection, name))

    def says(self) -> Iterator[Place]:
        """Yield the lines that tell a fact."""
        for index, fact in enumerate(self.scenario.facts):
            yield from _listed(("facts", index, "says"), fact.says)

    def spoken(self) -> Iterator[Place]:
        """Yield all that the stakeholder says."""
        yield ("opening",), self.scenario.opening
        yield from self.says()
        yield from self.lines()
        yield from self.doubts()

    def public(self) -> Iterator[Place]:
        """Yield what a trainee may read or hear before anything is earned."""
        scenario, persona = self.scenario, self.scenario.persona
        yield ("title",), scenario.title
        yield ("summary",), scenario.summary
        yield from _listed(("brief",), scenario.brief)
        yield ("opening",), scenario.opening
        yield ("persona", "background"), persona.background
        yield ("persona", "style"), persona.style
        yield from _listed(("persona", "pressures"), persona.pressures)
        yield from _listed(("persona", "speech"), persona.speech)
        for index, fact in enumerate(scenario.facts):
            yield ("facts", index, "topic"), fact.topic
        yield from self.lines()
        for index, fact in enumerate(scenario.facts):
            if fact in self.open_facts:
                yield from _listed(("facts", index, "says"), fact.says)


def _lies_open(fact: Fact, trust: int) -> bool:
    surface = fact.layer in (Layer.WANT, Layer.SYMPTOM)
    return surface and not fact.unlock.after and fact.unlock.trust <= trust


def _listed(path: FieldPath, texts: tuple[str, ...]) -> Iterator[Place]:
    for index, text in enumerate(texts):
        yield (*path, index), text


def _texts(value: Any, path: FieldPath) -> Iterator[Place]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
