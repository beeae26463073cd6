"""How a request is put to this endpoint: which parameters it takes, and under which names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rmcoach_llm.chat.faults import Complaint
from rmcoach_llm.domain import ChatRequest, ResponseFormat

DISPENSABLE = frozenset({"seed", "stream_options", "temperature"})
LENGTH_NAMES = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Dialect:
    """Say what an endpoint takes: the name of the length limit, and what to leave out."""

    length_name: str = "max_tokens"
    omitted: frozenset[str] = frozenset()

    def without(self, refused: str, body: dict[str, Any]) -> Dialect | None:
        """Give the dialect that avoids a refused parameter of `body`, None if there is none.

        >>> Dialect().without("seed", {"seed": 1}).omitted
        frozenset({'seed'})
        """
        if refused in self.omitted or refused not in body:
            return None
        if refused in LENGTH_NAMES:
            other = next(name for name in LENGTH_NAMES if name != refused)
            return replace(self, length_name=other, omitted=self.omitted | {refused})
        return replace(self, omitted=self.omitted | {refused}) if refused in DISPENSABLE else None


def refused_parameter(status: int, complaint: Complaint) -> str:
    """Name the parameter that an error of this status complains about, or give an empty text."""
    return complaint.parameter if status in (400, 422) else ""


def body_of(request: ChatRequest, model: str, dialect: Dialect, *, stream: bool) -> dict[str, Any]:
    """Give the body of a chat completion request in this dialect."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [message.model_dump() for message in request.messages],
        "temperature": request.temperature,
        "seed": request.seed,
        dialect.length_name: request.max_tokens,
    }
    if request.response_format is not None:
        body["response_format"] = _format_of(request.response_format)
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return {k: v for k, v in body.items() if v is not None and k not in dialect.omitted}


def _format_of(wanted: ResponseFormat) -> dict[str, Any]:
    schema = dict(wanted.json_schema)
    if wanted.kind == "json_schema":
        named = {"name": wanted.name, "schema": schema, "strict": True}
        return {"type": "json_schema", "json_schema": named}
    return {"type": "json_object", "schema": schema} if schema else {"type": "json_object"}
