"""Ask a chat model something, as tests do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from support.fault_server import FaultServer

import rmcoach_llm.chat.client  # noqa: F401 - loading the SDK is no part of what a call takes
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.domain import ChatMessage, ChatReply, ChatRequest
from rmcoach_llm.errors import ModelError
from rmcoach_llm.settings import ModelSettings

CANARY = "sk-CANARY-0123456789abcdef"


def settings_of(server: FaultServer, fault: str = "ok", **changes: Any) -> ModelSettings:
    """Give settings that ask a server for one fault, with short deadlines."""
    values: dict[str, Any] = {
        "model": "fake-1",
        "base_url": server.url(fault),
        "api_key": SecretStr(CANARY),
        "deadline_s": 0.9,
        "first_token_s": 0.4,
        "idle_s": 0.4,
        "connect_s": 1.0,
    }
    return ModelSettings(**{**values, **changes})


def question(text: str = "What worries you?", **more: Any) -> ChatRequest:
    """Give a request with one message."""
    return ChatRequest(messages=(ChatMessage(role="user", content=text),), **more)


@dataclass
class Outcome:
    """Hold how a call ended: a reply or an error, the pieces shown, the seconds it took."""

    reply: ChatReply | None = None
    error: ModelError | None = None
    pieces: list[str] = field(default_factory=list)
    seconds: float = 0.0


def ask(
    settings: ModelSettings, *, stream: bool = False, request: ChatRequest | None = None
) -> Outcome:
    """Ask once in an event loop of its own; nothing but a `ModelError` is caught."""
    outcome = Outcome()

    async def show(piece: str) -> None:
        outcome.pieces.append(piece)

    async def run() -> None:
        model = OpenAIChat(settings)
        try:
            outcome.reply = await model.complete(
                request or question(), on_text=show if stream else None
            )
        except ModelError as error:
            outcome.error = error
        finally:
            await model.close()

    began = time.monotonic()
    asyncio.run(run())
    outcome.seconds = time.monotonic() - began
    return outcome
