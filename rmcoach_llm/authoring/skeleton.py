"""A new scenario: the packaged template, filled with what the author has already said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any

from rmcoach_llm.authoring.yaml_out import comments_of, write_yaml
from rmcoach_llm.domain import Scenario
from rmcoach_llm.library.catalogue import packaged_folder
from rmcoach_llm.library.files import read_text
from rmcoach_llm.library.validation import validated
from rmcoach_llm.library.yaml_text import Document, FieldPath, Value, read_yaml

TEMPLATE = "prompts/templates/scenario.yaml"


@dataclass(frozen=True)
class Answers:
    """Hold what an author has said about a new scenario; what is empty is left for later.

    All but the function, the name and the role become statements of facts, in the third person.
    """

    function: str = ""
    name: str = ""
    role: str = ""
    want: str = ""
    need: str = ""
    symptom_1: str = ""
    symptom_2: str = ""
    symptom_3: str = ""
    limit: str = ""
    decides: str = ""
    measure: str = ""
    objection: str = ""


FACTS = {
    "want": "the-request",
    "need": "the-need",
    "symptom_1": "first-symptom",
    "symptom_2": "second-symptom",
    "symptom_3": "third-symptom",
    "limit": "first-limit",
    "decides": "who-decides",
    "measure": "good-result",
}
"""The fact of the template that an answer is the statement of."""

FIELDS: dict[str, FieldPath] = {
    "function": ("business_function",),
    "name": ("persona", "name"),
    "role": ("persona", "role"),
    "objection": ("objection", "statement"),
}
"""The field of the template that an answer fills."""


def template() -> tuple[dict[str, Any], dict[FieldPath, tuple[str, ...]]]:
    """Give the packaged template as plain data, and its comments by field."""
    path: Traversable = packaged_folder().joinpath("templates").joinpath("scenario.yaml")
    text = read_text(path, TEMPLATE)
    document = read_yaml(text, TEMPLATE)
    if not isinstance(document.data, dict):
        raise TypeError(f"{TEMPLATE} holds no fields")
    return document.data, comments_of(text, document)


def skeleton(scenario_id: str, answers: Answers) -> str:
    """Give the text of a valid scenario file, with a placeholder for each thing left open."""
    data, comments = template()
    places = dict(FIELDS)
    ids = [fact["id"] for fact in data["facts"]]
    places |= {name: ("facts", ids.index(fact), "statement") for name, fact in FACTS.items()}
    for field in fields(answers):
        answer = getattr(answers, field.name)
        if answer:
            put(data, places[field.name], answer)
    data["id"] = scenario_id
    return file_text(data, comments, scenario_id)


def put(data: Any, path: FieldPath, value: Value) -> None:
    """Set a value in plain data; all on the way to it must be there."""
    *way, last = path
    for step in way:
        data = data[step]
    data[last] = value


def file_text(
    data: Mapping[str, Any], comments: Mapping[FieldPath, tuple[str, ...]], scenario_id: str
) -> str:
    """Give the text of a scenario file; raises InvalidFile where the data make no scenario."""
    text = write_yaml(data, comments)
    name = f"{scenario_id}.yaml"
    document: Document = read_yaml(text, name)
    validated(Scenario, document, name, stem=scenario_id)
    return text
