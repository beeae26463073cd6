"""Answers as records: ask in the strictest way that the endpoint takes, check, repair once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rmcoach_llm.chat.memory import EndpointMemory, Forgetful, Memory
from rmcoach_llm.chat.parsing import read_record
from rmcoach_llm.chat.replies import ReplyTooLong
from rmcoach_llm.chat.schemas import fits_strict, strict_schema
from rmcoach_llm.domain import (
    ChatMessage,
    ChatReply,
    ChatRequest,
    FrozenMap,
    Record,
    ResponseFormat,
    StructuredReply,
    Usage,
)
from rmcoach_llm.errors import BadReply, ModelError, RequestRejected
from rmcoach_llm.protocols import ChatModel
from rmcoach_llm.settings import ModelSettings

R = TypeVar("R", bound=Record)

RUNGS = ("json_schema", "json_object_schema", "json_object", "prompt")
"""From strict to loose: a schema; any object, with a schema; any object; words alone."""

MORE_TOKENS = 4_096
MOST_TOKENS = 32_768
MOST_SHOWN = 8_000


@dataclass
class _Ask(Generic[R]):
    """Keep what one question has cost, and which second chances it has used."""

    request: ChatRequest
    shape: type[R]
    usage: Usage = field(default_factory=Usage)
    repaired: bool = False
    lengthened: bool = False
    stumbled: bool = False
    schema: dict[str, Any] = field(default_factory=dict)


class StructuredChat:
    """Answer with a record of a given type, by the first rung of `RUNGS` that works.

    A rung that the endpoint refuses is left for the next one, and so is one that has never worked
    and gives no valid record. In all, one repair shows the model what is wrong, and one more try
    allows a longer answer. `memory` keeps the rung that worked.
    """

    def __init__(self, model: ChatModel, *, memory: Memory | None = None) -> None:
        self.name = model.name
        self._model = model
        self._memory = memory or Forgetful()

    async def ask(self, request: ChatRequest, shape: type[R]) -> StructuredReply[R]:
        """Give the answer as a valid record of `shape`, with the usage of all calls made for it.

        Raises BadReply where no valid record came, or another `ModelError` of the model.
        """
        ask = _Ask(request, shape, schema=strict_schema(shape))
        proven = self._memory.recall()
        start = RUNGS.index(proven) if proven in RUNGS else 0
        if start == 0 and not fits_strict(shape):
            start = 1
        fault: ModelError = BadReply("no answer came")
        for rung in RUNGS[start:]:
            try:
                reply = await self._on_rung(ask, rung)
            except RequestRejected as rejected:
                fault = rejected
                continue
            except BadReply as bad:
                if rung == proven:
                    raise
                ask.stumbled = True
                fault = bad
                continue
            if rung != proven and not ask.stumbled:
                self._memory.keep(rung)
            return reply
        raise fault

    async def _on_rung(self, ask: _Ask[R], rung: str) -> StructuredReply[R]:
        request = request_on_rung(ask.request, rung, ask.schema, ask.shape.__name__)
        reply = await self._complete(ask, request)
        try:
            return self._structured(ask, reply)
        except BadReply as bad:
            if ask.repaired:
                raise
            problem = bad.message
        ask.repaired = True
        reply = await self._complete(ask, repair_request(request, reply.text, problem, ask.schema))
        return self._structured(ask, reply)

    async def _complete(self, ask: _Ask[R], request: ChatRequest) -> ChatReply:
        try:
            reply = await self._model.complete(request)
        except ReplyTooLong:
            if ask.lengthened:
                raise
            ask.lengthened = True
            ask.usage += Usage(calls=1)
            most = min(MOST_TOKENS, 2 * request.max_tokens if request.max_tokens else MORE_TOKENS)
            reply = await self._model.complete(request.model_copy(update={"max_tokens": most}))
        ask.usage += reply.usage
        return reply

    def _structured(self, ask: _Ask[R], reply: ChatReply) -> StructuredReply[R]:
        value = read_record(reply.text, ask.shape)
        whole = reply.model_copy(update={"usage": ask.usage})
        return StructuredReply.of_valid(value=value, reply=whole)


def create_structured_model(model: ChatModel, settings: ModelSettings) -> StructuredChat:
    """Give a structured model over a chat model; what it learns is kept in `settings.memory`."""
    if settings.memory is None:
        return StructuredChat(model)
    memory = EndpointMemory(settings.memory, settings.base_url, model.name)
    return StructuredChat(model, memory=memory)


def request_on_rung(
    request: ChatRequest, rung: str, schema: Mapping[str, Any], name: str
) -> ChatRequest:
    """Put a request as one rung of `RUNGS` asks it; all but the first tell the schema in words."""
    changes: dict[str, Any] = {"response_format": _format(rung, schema, name)}
    if rung != "json_schema":
        first, *rest = request.messages
        told = f"Answer with one JSON object and nothing else. It must fit this JSON Schema:\n{_json(schema)}"
        if first.role == "system":
            told = f"{first.content}\n\n{told}"
        else:
            rest = list(request.messages)
        changes["messages"] = (ChatMessage(role="system", content=told), *rest)
    return request.model_copy(update=changes)


def _format(rung: str, schema: Mapping[str, Any], name: str) -> ResponseFormat | None:
    if rung == "json_schema":
        return ResponseFormat(kind="json_schema", name=name, json_schema=FrozenMap(schema))
    if rung == "json_object_schema":
        return ResponseFormat(kind="json_object", json_schema=FrozenMap(schema))
    return ResponseFormat(kind="json_object") if rung == "json_object" else None


def repair_request(
    request: ChatRequest, answer: str, problem: str, schema: Mapping[str, Any]
) -> ChatRequest:
    """Show the model its answer and what is wrong with it, and ask for a valid one."""
    told = (
        f"That was not accepted: {problem}. Give the whole answer again, as one JSON object "
        f"that fits this JSON Schema and nothing else:\n{_json(schema)}"
    )
    more = (
        ChatMessage(role="assistant", content=answer[:MOST_SHOWN]),
        ChatMessage(role="user", content=told),
    )
    return request.model_copy(update={"messages": (*request.messages, *more)})


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
