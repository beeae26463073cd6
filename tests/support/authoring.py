"""A scenario without a fault, as plain data, to be spoilt one way at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from support.library_files import as_yaml

from rmcoach_llm.authoring.check import RULES, scenario_problems
from rmcoach_llm.authoring.page import Page
from rmcoach_llm.authoring.samples import sample_problems
from rmcoach_llm.domain import Scenario
from rmcoach_llm.library.files import parse

EXAMPLES = Path(__file__).parents[2] / "examples" / "library"
EXAMPLE = EXAMPLES / "scenarios" / "room-booking.yaml"


def good() -> dict[str, Any]:
    """Give the data of the example scenario, in which the check finds nothing."""
    data: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return data


def fact(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Give a fact of the data by its id."""
    return next(item for item in data["facts"] if item["id"] == name)


def page_of(data: dict[str, Any]) -> Page:
    """Give the page of a scenario's data, with the places of its fields."""
    entry = parse(as_yaml(data), f"{data['id']}.yaml", stem=str(data["id"]), kind="scenario")
    assert isinstance(entry.record, Scenario)
    return Page(entry, entry.record)


def findings(data: dict[str, Any], *, samples: bool = False) -> list[str]:
    """Give what the check finds, as text; the sample questions, which take long, only if asked."""
    page = page_of(data)
    if samples:
        return [str(problem) for problem in scenario_problems(page)]
    rules = [rule for rule in RULES if rule is not sample_problems]
    return [str(problem) for rule in rules for problem in rule(page)]


def only(data: dict[str, Any], *, samples: bool = False) -> str:
    """Give the one thing that the check finds; there must be no other."""
    (found,) = findings(data, samples=samples)
    return found


def draft_data() -> dict[str, Any]:
    """Give what a good model writes of the example: its texts, without ids, layers and locks."""
    data = good()
    names = {"the-request": "request", "the-need": "need"}
    kept = ("topic", "statement", "cues", "asks_like", "says")
    facts = {
        names.get(item["id"], item["id"].replace("-", "_")): {name: item[name] for name in kept}
        for item in data["facts"]
        if item["id"] != "what-they-counted"
    }
    texts = ("title", "business_function", "summary", "brief", "opening", "persona", "objection")
    return {name: data[name] for name in (*texts, "glossary", "solutions")} | facts
