"""Lay a prompt, rubric or scenario out as indented lines, to be read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from rmcoach_llm.domain import Behaviour, Fact, Prompt, Record, Rubric, Scenario

OutlineLine: TypeAlias = tuple[int, str]
"""How many steps a line is indented, and its text; it may hold line breaks."""

_PUBLIC = frozenset(
    {
        "format",
        "id",
        "version",
        "title",
        "business_function",
        "difficulty",
        "language",
        "summary",
        "brief",
        "opening",
        "turns",
        "glossary",
    }
)
"""What a trainee may see of a scenario before playing it, beside name and role."""

POINTS = (
    "start + (5 - start) * points of + seen / points of + called for, less the points of each - "
    "seen, within 0 to 5."
)


def plain_data(record: Record, *, spoilers: bool = False) -> dict[str, Any]:
    """Give a record as JSON data; of a scenario without `spoilers`, what a trainee may see."""
    data = record.model_dump(mode="json")
    if not isinstance(record, Scenario) or spoilers:
        return data
    persona = {"name": record.persona.name, "role": record.persona.role}
    return {name: data[name] for name in data if name in _PUBLIC} | {"persona": persona}


def outline(record: Record, *, spoilers: bool = False) -> Iterator[OutlineLine]:
    """Yield the lines of a record; the facts of a scenario only with `spoilers`."""
    if isinstance(record, Scenario):
        yield from _scenario(record)
        if spoilers:
            yield from _secrets(record)
        else:
            yield 0, ""
            yield 0, f"{len(record.facts)} facts are left to find out; --spoilers shows them."
    elif isinstance(record, Rubric):
        yield from _rubric(record)
    elif isinstance(record, Prompt):
        yield 0, f"{record.id}, version {record.version}: {record.purpose}"
        yield 0, f"Variables: {', '.join(record.variables) or 'none'}"
        yield 0, ""
        yield 0, record.template


def _scenario(scenario: Scenario) -> Iterator[OutlineLine]:
    yield 0, f"{scenario.title} ({scenario.id}, version {scenario.version})"
    yield 0, f"{scenario.business_function}, {scenario.difficulty}, at most {scenario.turns} turns"
    yield 0, f"You talk with {scenario.persona.name}, {scenario.persona.role}."
    yield 0, ""
    for paragraph in scenario.brief:
        yield 0, paragraph
    if scenario.glossary:
        yield 0, ""
        yield 0, "Words of the trade"
        for term in scenario.glossary:
            yield 1, f"{term.term}: {term.meaning}"


def _secrets(scenario: Scenario) -> Iterator[OutlineLine]:
    yield 0, ""
    yield 0, f"Facts (trust begins at {scenario.trust}, patience at {scenario.patience})"
    for fact in scenario.facts:
        yield 1, f"{fact.id} ({fact.layer}{', the root need' if fact.root else ''})"
        yield 2, fact.statement
        yield 2, f"Unlocked by: {_unlock(fact)}"
        yield 2, f"Asked for, e.g.: {fact.asks_like[0]}"


def _unlock(fact: Fact) -> str:
    after, kinds = ", ".join(fact.unlock.after), ", ".join(fact.unlock.kinds)
    parts = (
        f"after {after}" if after else "",
        f"trust {fact.unlock.trust}" if fact.unlock.trust else "",
        f"a question of kind {kinds}" if kinds else "any question on its topic",
    )
    return "; ".join(part for part in parts if part)


def _rubric(rubric: Rubric) -> Iterator[OutlineLine]:
    yield 0, f"{rubric.title} ({rubric.id}, version {rubric.version})"
    yield 0, rubric.purpose
    yield 0, ""
    yield 0, _rule(rubric)
    for criterion in rubric.criteria:
        yield 0, ""
        start = f", start {criterion.start:g}" if criterion.start else ""
        yield 0, f"{criterion.title} ({criterion.id}, weight {criterion.weight:g}{start})"
        yield 0, criterion.question
        for level, looks in sorted((criterion.anchors or {}).items()):
            yield 1, f"{level}: {looks}"
        for behaviour in criterion.behaviours:
            yield from _behaviour(behaviour)
        if criterion.practise:
            yield 1, f"Practise: {criterion.practise}"


def _rule(rubric: Rubric) -> str:
    """Give the arithmetic of a rubric in words; see `Criterion` and `Rubric`."""
    points = any(criterion.behaviours for criterion in rubric.criteria)
    levels = any(criterion.anchors for criterion in rubric.criteria)
    share = f"no score where less than {rubric.least_share:.0%} of the weight was called for"
    parts = (
        f"A criterion with behaviours: {POINTS}" if points else "",
        "A criterion with levels: the level that is given, 1 to 5." if levels else "",
        f"The rubric: the mean of its criteria by weight, and {share}.",
        "" if rubric.pass_mark is None else f"Pass mark: {rubric.pass_mark:g}.",
    )
    return " ".join(part for part in parts if part)


def _behaviour(behaviour: Behaviour) -> Iterator[OutlineLine]:
    points = f", {behaviour.points:g} points" if behaviour.points != 1 else ""
    yield 1, f"{behaviour.sign} {behaviour.statement} ({behaviour.id}{points})"
    yield 2, f"Yes: {behaviour.example}"
    yield 2, f"No: {behaviour.counter_example}"
    yield 2, f"Source: {behaviour.source}"
