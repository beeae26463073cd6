"""A chat model that answers by a script: for tests, of this project and of plugins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rmcoach_llm.domain import ChatReply, ChatRequest, Usage, clean_text
from rmcoach_llm.errors import BadReply, ModelError, UsageError
from rmcoach_llm.protocols import OnText

Line = str | ModelError


class ScriptedModel:
    """Answer with the next line of a list, or with what a function makes of the request.

    A line that is a `ModelError` is raised. Streams word by word. `requests` keeps what was
    asked. Raises UsageError when the list is at its end.

    >>> import asyncio
    >>> from rmcoach_llm.domain import ChatMessage
    >>> model = ScriptedModel(["Good morning."])
    >>> request = ChatRequest(messages=(ChatMessage(role="user", content="Hello"),))
    >>> asyncio.run(model.complete(request)).text
    'Good morning.'
    >>> model.requests == [request]
    True
    """

    def __init__(
        self, script: Sequence[Line] | Callable[[ChatRequest], Line], *, name: str = "scripted"
    ) -> None:
        self.name = name
        self.requests: list[ChatRequest] = []
        self._script = script

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the next line; raises it if it is an error, BadReply if it is empty."""
        self.requests.append(request)
        line = self._next(request)
        if isinstance(line, ModelError):
            raise line
        text = clean_text(line)
        if not text.strip():
            raise BadReply("the answer is empty")
        if on_text is not None:
            for word in re.findall(r"\s*\S+\s*$|\s*\S+", text):
                await on_text(word)
        words = sum(len(message.content.split()) for message in request.messages)
        usage = Usage(calls=1, prompt_tokens=words, completion_tokens=len(text.split()))
        return ChatReply(text=text, model=self.name, usage=usage)

    def _next(self, request: ChatRequest) -> Line:
        if callable(self._script):
            return self._script(request)
        asked = len(self.requests)
        if asked > len(self._script):
            raise UsageError(
                f"the script has {len(self._script)} lines and was asked for line {asked}",
                remedy="add a line",
            )
        return self._script[asked - 1]

    async def close(self) -> None:
        """Do nothing: there is no connection."""
