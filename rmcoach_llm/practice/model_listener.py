"""The listener that asks a model; what it claims counts only where the line bears it out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, create_model

from rmcoach_llm.domain import (
    ChatMessage,
    ChatRequest,
    Heard,
    Move,
    Prompt,
    QuestionKind,
    Scenario,
    Stance,
    Transcript,
)
from rmcoach_llm.errors import (
    AccessDenied,
    ConfigError,
    ModelError,
    ModelNotFound,
    ModelUnreachable,
    QuotaExhausted,
)
from rmcoach_llm.language.numbered import transcript_lines
from rmcoach_llm.practice.borne_out import (
    AGAINST,
    IN_FAVOUR,
    PROPOSAL,
    SPEAKS_TO_OBJECTION,
    Claim,
    borne_out,
)
from rmcoach_llm.practice.listeners import hear, shortened
from rmcoach_llm.protocols import Parts, StructuredModel

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # no warning lands in the middle of a line on the screen

LAST_TURNS = 12
"""Turns of the talk that the model reads: what a line builds on was said shortly before."""

ANSWER_TOKENS = 2_000
"""Room for models that think before they answer; the answer itself takes about 25."""

DEADLINE_S = 45.0
"""Nobody waits longer to be heard; then the rules hear the line."""

NAMED = (
    *QuestionKind,
    *(move for move in Move if move in IN_FAVOUR | AGAINST | {Move.FAREWELL}),
    PROPOSAL,
    SPEAKS_TO_OBJECTION,
)
"""What a line may be said to do; the rest of `Move` code sees by itself."""

SURFACES = (AccessDenied, ModelNotFound, ModelUnreachable, QuotaExhausted)
"""Errors that the next line would meet as well: they are raised."""


def create_model_listener(parts: Parts) -> ModelListener:
    """Make the listener; raises ConfigError where no model is configured."""
    if parts.structured is None:
        raise ConfigError(
            "the model listener needs a model", remedy="choose one with --model or RMCOACH_MODEL"
        )
    return ModelListener(parts.structured, parts.prompt("stakeholder-listener"))


class ModelListener:
    """Hear with a model, one structured call a line, and with the rules where it fails.

    A call that fails leaves the line to the rules, with a warning in the log: a talk must not
    stall over one answer. What would fail again (no access, no credit, no such model, no
    connection) is raised.
    """

    asks_model = True

    def __init__(self, model: StructuredModel, prompt: Prompt) -> None:
        self.name = f"model:{model.name}"
        self._model = model
        self._prompt = prompt

    async def hear(self, scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
        """Judge the trainee's last line; see `borne_out`."""
        talk = shortened(transcript)
        request = listener_request(self._prompt, scenario, talk, stance)
        try:
            answer = await self._model.ask(request, claim_shape(scenario))
        except SURFACES:
            raise
        except ModelError as error:
            log.warning("%s: the rules hear this line: %s", self.name, error.message)
            return hear(scenario, talk, stance)
        return borne_out(scenario, talk, stance, answer.value)


@lru_cache(maxsize=8)
def claim_shape(scenario: Scenario) -> type[Claim]:
    """Give the record to ask for: its schema names the ids, its check lets others pass.

    An unknown id costs no second call: code drops it.
    """
    ids = _some_of(fact.id for fact in scenario.facts)
    fields = dict.fromkeys(("asks", "restates", "misstates"), ids)
    return create_model("Claim", __base__=Claim, does=_some_of(NAMED), **fields)


def _some_of(names: Iterable[str]) -> Any:
    """Give the type and default of a field that holds some of these names."""
    items: dict[str, Any] = {"type": "string", "enum": [str(name) for name in names]}
    return (Annotated[tuple[str, ...], Field(json_schema_extra={"items": items})], ())


def listener_request(
    prompt: Prompt, scenario: Scenario, transcript: Transcript, stance: Stance
) -> ChatRequest:
    """Build the request: first what is the same for the whole scenario, then talk and line."""
    objection = scenario.objection
    system = prompt.render(
        name=scenario.persona.name,
        role=scenario.persona.role,
        facts="\n".join(f"{f.id} | {f.topic} | {f.statement}" for f in scenario.facts),
        objection=objection.statement if objection is not None else "none",
    )
    last = len(transcript.turns) - 1
    now = {
        "out": stance.known,
        "told_last": stance.last_fact,
        "objection_raised": stance.objection == "raised",
        "hear_turn": last,
    }
    talk = transcript_lines(transcript, start=max(0, last + 1 - LAST_TURNS))
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=system),
            ChatMessage(role="user", content=f"{talk}\n{json.dumps(now)}"),
        ),
        temperature=0.0,
        seed=7,
        max_tokens=ANSWER_TOKENS,
        deadline_s=DEADLINE_S,
    )
