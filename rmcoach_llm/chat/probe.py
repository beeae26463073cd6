"""Try an endpoint out, step by step, and say of each step whether it works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from rmcoach_llm.chat.memory import EndpointMemory, Forgetful
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.served import SHOWN, list_models
from rmcoach_llm.chat.structured import StructuredChat
from rmcoach_llm.domain import ChatMessage, ChatRequest, Record
from rmcoach_llm.errors import BadReply, ConfigError, ModelError, ModelNotFound, RmcoachError
from rmcoach_llm.settings import ModelSettings

State = Literal["ok", "warn", "FAIL"]
SLOW_S = 5.0

_WORDS = {
    "json_schema": "by JSON Schema, the strictest way",
    "json_object_schema": "as a JSON object with a schema",
    "json_object": "as a JSON object",
    "prompt": "by words alone, the loosest way",
}


@dataclass(frozen=True)
class Check:
    """Say how one step went, and what to do about it if it went badly."""

    name: str
    state: State
    detail: str
    remedy: str = ""


class _Sample(Record):
    word: str
    number: int


async def probe(settings: ModelSettings) -> AsyncIterator[Check]:
    """Yield one check after the other, until one fails that the next ones need.

    Asks three short questions. What is learned about JSON is kept in `settings.memory`.
    """
    names: tuple[str, ...] = ()
    try:
        names = await list_models(settings)
        yield Check("endpoint", "ok", f"{settings.host} answers; models served: {len(names)}")
    except (ModelNotFound, BadReply) as error:
        yield Check(
            "endpoint", "warn", f"{settings.host} answers, but {error.message}", error.remedy
        )
    except (ModelError, ConfigError) as error:
        yield _failed("endpoint", error)
        return
    if settings.model is None and len(names) == 1:
        settings = settings.model_copy(update={"model": names[0]})
    yield _model_check(settings.model, names)
    if settings.model is None:
        return
    model = OpenAIChat(settings.model_copy(update={"attempts": 1}))
    try:
        for check in (_chat_check, _stream_check):
            result = await check(model)
            yield result
            if result.state == "FAIL":
                return
        yield await _json_check(model, settings)
    finally:
        await model.close()


def _model_check(chosen: str | None, names: tuple[str, ...]) -> Check:
    listed = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    if chosen is None:
        remedy = f"give --model NAME, one of: {listed}" if names else "give --model NAME"
        return Check("model", "warn", "none is chosen", remedy)
    if names and chosen not in names:
        return Check("model", "warn", f"'{chosen}' is not listed", f"the endpoint lists: {listed}")
    return Check("model", "ok", f"'{chosen}'" + (" is listed" if names else ""))


async def _chat_check(model: OpenAIChat) -> Check:
    began = asyncio.get_running_loop().time()
    try:
        reply = await model.complete(_question("Answer with the word: ready"))
    except ModelError as error:
        return _failed("chat", error)
    took = asyncio.get_running_loop().time() - began
    return Check("chat", "ok", f"'{reply.model}' answered in {took:.1f} s")


async def _stream_check(model: OpenAIChat) -> Check:
    clock = asyncio.get_running_loop().time
    began = clock()
    times: list[float] = []

    async def note(_: str) -> None:
        times.append(clock() - began)

    try:
        await model.complete(_question("Count from one to twenty in words."), on_text=note)
    except ModelError as error:
        return _failed("streaming", error)
    detail = f"first word after {times[0]:.1f} s, {len(times)} pieces"
    if len(times) == 1:
        return Check(
            "streaming",
            "warn",
            detail,
            "the answer comes whole: turns appear at once, after a wait",
        )
    if times[0] > SLOW_S:
        return Check("streaming", "warn", detail, "a smaller model makes a livelier conversation")
    return Check("streaming", "ok", detail)


async def _json_check(model: OpenAIChat, settings: ModelSettings) -> Check:
    found = Forgetful()
    request = _question("Give the word 'yes' and the number 3.")
    try:
        await StructuredChat(model, memory=found).ask(request, _Sample)
    except ModelError as error:
        remedy = (
            error.remedy or "practice works with this model; scoring needs one that writes JSON"
        )
        return Check("JSON", "FAIL", error.message, remedy)
    rung = found.recall()
    if rung is None:
        return Check("JSON", "warn", "valid only at a second try", "expect some unscored criteria")
    if settings.memory is not None:
        EndpointMemory(settings.memory, settings.base_url, model.name).keep(rung)
    return Check("JSON", "ok", f"works {_WORDS[rung]}")


def _question(text: str) -> ChatRequest:
    return ChatRequest(messages=(ChatMessage(role="user", content=text),))


def _failed(name: str, error: RmcoachError) -> Check:
    return Check(name, "FAIL", error.message, error.remedy)
