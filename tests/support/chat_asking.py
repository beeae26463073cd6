"""Ask a chat model something, as tests do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.domain import ChatMessage, ChatReply, ChatRequest
from rmcoach_llm.errors import ModelError
from rmcoach_llm.settings import ModelSettings


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
