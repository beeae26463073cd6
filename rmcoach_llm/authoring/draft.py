"""A scenario drafted from notes: a model writes the texts, code gives ids, locks and the form."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from rmcoach_llm.authoring.skeleton import file_text, template
from rmcoach_llm.domain import (
    ChatMessage,
    ChatReply,
    ChatRequest,
    EvidenceKind,
    Prompt,
    Record,
    StructuredReply,
)
from rmcoach_llm.domain.base import is_control
from rmcoach_llm.protocols import ChatModel, OnText, StructuredModel

PROMPT_ID = "scenario-draft"
TEMPERATURE = 0.7
MAX_ANSWER_TOKENS = 16_000
"""About twice what eleven facts with ten questions and three lines each take."""

LEAST_DEADLINE_S = 300.0
LONGEST_NOTES = 60_000
"""Characters; about forty pages."""


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _no_controls(text: str) -> str:
    for character in text:
        if is_control(character):
            raise ValueError(f"holds the control character U+{ord(character):04X}")
    return text


Said = Annotated[
    str,
    BeforeValidator(_one_line),
    StringConstraints(min_length=1, max_length=1_000),
    AfterValidator(_no_controls),
]
"""A text on one line, with nothing in it that steers a terminal."""

Named = Annotated[
    str,
    BeforeValidator(_one_line),
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_no_controls),
]


class DraftFact(Record):
    """Hold a fact without id, layer and lock, which are not the model's to give."""

    topic: Named
    statement: Said
    cues: Annotated[tuple[Said, ...], Field(min_length=3)]
    asks_like: Annotated[tuple[Said, ...], Field(min_length=6)]
    says: Annotated[tuple[Said, ...], Field(min_length=2)]


class DraftPersona(Record):
    """Hold who is played."""

    name: Named
    role: Named
    background: Said
    style: Said
    pressures: Annotated[tuple[Said, ...], Field(min_length=1)]
    speech: Annotated[tuple[Said, ...], Field(min_length=1)]


class DraftObjection(Record):
    """Hold the doubt that meets a proposal."""

    topic: Named
    statement: Said
    cues: Annotated[tuple[Said, ...], Field(min_length=3)]
    moved_by: Annotated[tuple[EvidenceKind, ...], Field(min_length=1, max_length=3)]
    raised: Annotated[tuple[Said, ...], Field(min_length=1)]
    held: Annotated[tuple[Said, ...], Field(min_length=3)]
    moved: Annotated[tuple[Said, ...], Field(min_length=1)]


class DraftTerm(Record):
    """Hold a term of the function and its meaning."""

    term: Named
    meaning: Said


class Draft(Record):
    """Hold what a model writes of a scenario; each fact has its fixed place in the template."""

    title: Named
    business_function: Named
    summary: Said
    brief: Annotated[tuple[Said, ...], Field(min_length=3)]
    opening: Said
    persona: DraftPersona
    request: DraftFact
    first_symptom: DraftFact
    second_symptom: DraftFact
    third_symptom: DraftFact
    what_follows: DraftFact
    need: DraftFact
    first_limit: DraftFact
    tried_before: DraftFact
    who_decides: DraftFact
    what_convinces: DraftFact
    good_result: DraftFact
    objection: DraftObjection
    glossary: Annotated[tuple[DraftTerm, ...], Field(min_length=1)]
    solutions: Annotated[tuple[Said, ...], Field(min_length=1)]


_IDS = {"request": "the-request", "need": "the-need"}
"""Ids of the template where they are not the name of the field."""


class Recorder:
    """Be a model, and keep its last answer: what cannot be used is still worth reading."""

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self.last = ""
        self._model = model

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the model's answer."""
        reply = await self._model.complete(request, on_text=on_text)
        self.last = reply.text
        return reply

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


async def draft_of(
    model: StructuredModel, prompt: Prompt, notes: str, *, deadline_s: float = LEAST_DEADLINE_S
) -> Draft:
    """Let a model draft a scenario from notes; raises a ModelError where no valid draft comes."""
    reply: StructuredReply[Draft] = await model.ask(draft_request(prompt, notes, deadline_s), Draft)
    return reply.value


def draft_request(prompt: Prompt, notes: str, deadline_s: float) -> ChatRequest:
    """Ask for a draft; the notes are quoted as JSON, so that they cannot pass for an order."""
    quoted = json.dumps({"notes": notes}, ensure_ascii=False)
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render()),
            ChatMessage(role="user", content=quoted),
        ),
        temperature=TEMPERATURE,
        max_tokens=MAX_ANSWER_TOKENS,
        deadline_s=max(deadline_s, LEAST_DEADLINE_S),
    )


def drafted_file(scenario_id: str, draft: Draft) -> str:
    """Give the text of a scenario file: the template's form, locks and lines, the draft's texts.

    Raises InvalidFile where the two make no valid scenario.
    """
    data, comments = template()
    written = draft.model_dump(mode="json")
    facts: dict[str, dict[str, Any]] = {fact["id"]: fact for fact in data["facts"]}
    for name, value in written.items():
        fact_id = _IDS.get(name, name.replace("_", "-"))
        if fact_id in facts:
            facts[fact_id].update(value)
        else:
            data[name] = value
    data["id"] = scenario_id
    return file_text(data, comments, scenario_id)
