"""A chat model that is made when it is first needed: what is done already needs none."""

from __future__ import annotations

from collections.abc import Callable

from rmcoach_llm.domain import ChatReply, ChatRequest
from rmcoach_llm.protocols import ChatModel, OnText


class LateModel:
    """Answer through a model that is made at the first call; keeps to `protocols.ChatModel`.

    What speaks to an endpoint takes most of a second to load. `ready` makes the model at once, so
    that whatever is wrong with it is said before work begins; it raises what making it raises.
    """

    def __init__(self, name: str, make: Callable[[], ChatModel]) -> None:
        self.name = name
        self._make = make
        self._made: ChatModel | None = None

    def ready(self) -> ChatModel:
        """Give the model, made now if it was not."""
        if self._made is None:
            self._made = self._make()
        return self._made

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the whole answer of the model; raises what it raises."""
        return await self.ready().complete(request, on_text=on_text)

    async def close(self) -> None:
        """Let the model go, if there is one; may be called twice."""
        if self._made is not None:
            await self._made.close()
