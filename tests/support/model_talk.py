"""A talk with models over loopback, put together as the command line does it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.talk_server import TalkServer

from rmcoach_llm import plugins
from rmcoach_llm.chat import create_openai_model, create_structured_model
from rmcoach_llm.domain import Prompt, Scenario, Turn
from rmcoach_llm.library import Library
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.protocols import Parts
from rmcoach_llm.settings import ModelSettings
from rmcoach_llm.stores.sqlite import SqliteStore


class ModelTalk:
    """Hold a conversation whose listener and voice are chosen by name; use as a context."""

    def __init__(
        self,
        server: TalkServer,
        scenario: Scenario,
        folder: Path,
        *,
        listener: str = "model",
        voice: str = "model",
        prompt: Callable[[str], Prompt] | None = None,
        **settings: Any,
    ) -> None:
        self.pieces: list[str] = []
        self.runner = asyncio.Runner()
        chosen = ModelSettings(model="talk-1", base_url=server.url, **settings)
        self._model = create_openai_model(chosen)
        parts = Parts(
            prompt=prompt or Library().prompt,
            model=self._model,
            structured=create_structured_model(self._model, chosen),
        )
        self.talk = Conversation.start(
            scenario,
            "s1",
            listener=plugins.make("listeners", listener, parts),
            voice=plugins.make("voices", voice, parts),
            store=SqliteStore(folder / "sessions.sqlite"),
        )

    def __enter__(self) -> ModelTalk:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.run(self._model.close())
        self.runner.close()

    def say(self, line: str) -> Turn:
        """Say a line and give the answer; `shown` is then what was on the screen."""
        self.pieces.clear()
        return self.runner.run(self.talk.say(line, on_text=self._show))

    @property
    def shown(self) -> str:
        """Give what was shown of the last answer."""
        return "".join(self.pieces)

    async def _show(self, piece: str) -> None:
        self.pieces.append(piece)


def is_hearing(body: dict[str, Any]) -> bool:
    """Say whether a request to a server comes from the listener: it alone asks for JSON."""
    return "response_format" in body
