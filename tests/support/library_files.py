"""Library files for tests: small valid ones, to be broken one way at a time."""

from __future__ import annotations

from pathlib import Path

import yaml
from support.fixed_records import LINES


def fact(name: str, layer: str, statement: str, **more: object) -> dict[str, object]:
    """Give a valid fact."""
    return {
        "id": name,
        "layer": layer,
        "topic": f"the {name}",
        "statement": statement,
        "cues": [name],
        "asks_like": [f"What about the {name}?", f"Tell me of the {name}."],
        "says": [f"Well, the {name}.", f"The {name}, you know."],
        **more,
    }


def scenario(name: str = "toy-shop") -> dict[str, object]:
    """Give a valid scenario as plain data."""
    return {
        "format": 1,
        "id": name,
        "version": "1",
        "title": "A toy shop",
        "business_function": "Sales",
        "difficulty": "introductory",
        "summary": "The shop wants an app.",
        "brief": ["You meet the owner."],
        "opening": "I want an app.",
        "persona": {
            "name": "Ada Berg",
            "role": "Owner",
            "background": "Old shop.",
            "style": "Dry.",
        },
        "facts": [
            fact("app", "want", "She wants an app."),
            fact("queue", "symptom", "People queue on Fridays."),
            fact(
                "pricing",
                "need",
                "Suppliers raise wholesale prices overnight, margins vanish unnoticed.",
                root=True,
                unlock={"after": ["queue"], "trust": 3},
            ),
        ],
        "lines": {
            key: [f"Line {number} of {key}." for number in range(count)]
            for key, count in LINES.items()
        },
        "glossary": [{"term": "margin", "meaning": "Price less cost."}],
    }


def rubric(name: str = "toy-rubric") -> dict[str, object]:
    """Give a valid rubric as plain data."""
    return {
        "format": 1,
        "id": name,
        "version": "1",
        "title": "Toy rubric",
        "purpose": "Try things out.",
        "criteria": [
            {
                "id": "asking",
                "title": "Asking",
                "question": "Do they ask?",
                "behaviours": [
                    {
                        "id": "asks-open",
                        "sign": "+",
                        "statement": "Asks openly.",
                        "example": "What happened?",
                        "counter_example": "Is it broken?",
                        "source": "Made up.",
                        "praise": "It opens the talk.",
                        "instead": "Ask what, how, why.",
                    }
                ],
            }
        ],
    }


def as_yaml(data: dict[str, object]) -> str:
    """Write data as YAML in their own order."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def prompt(name: str = "toy-prompt", body: str = "Hello $who.") -> str:
    """Give the text of a valid prompt file."""
    return f"---\nid: {name}\nversion: 1\npurpose: greet\nvariables: [who]\n---\n\n{body}\n"


def write_library(folder: Path) -> Path:
    """Write a library with one file of each kind."""
    for place, name, text in (
        ("scenarios", "toy-shop.yaml", as_yaml(scenario())),
        ("rubrics", "toy-rubric.yaml", as_yaml(rubric())),
        ("prompts", "toy-prompt.md", prompt()),
    ):
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / name).write_text(text, encoding="utf-8")
    return folder
