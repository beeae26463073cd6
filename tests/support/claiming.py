"""A structured model that claims to have heard what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rmcoach_llm.domain import ChatReply, ChatRequest, Move, QuestionKind, Record, StructuredReply
from rmcoach_llm.errors import ModelError
from rmcoach_llm.practice.borne_out import AGAINST, SPEAKS_TO_OBJECTION, Claim
from rmcoach_llm.protocols import R

Said = Claim | ModelError


class Claiming:
    """Answer each request with a claim, or raise an error; `requests` keeps what was asked."""

    name = "claiming"

    def __init__(self, claim: Said | Callable[[ChatRequest], Said]) -> None:
        self._claim = claim
        self.requests: list[ChatRequest] = []
        self.shapes: list[type[Record]] = []

    async def ask(self, request: ChatRequest, shape: type[R]) -> StructuredReply[R]:
        """Give the claim, read as a model's answer would be."""
        self.requests.append(request)
        self.shapes.append(shape)
        said = self._claim(request) if callable(self._claim) else self._claim
        if isinstance(said, ModelError):
            raise said
        value: Any = shape.model_validate_json(said.model_dump_json())
        return StructuredReply[shape](value=value, reply=ChatReply(text="{}", model="claiming"))  # type: ignore[valid-type]


def obedient(*facts: str) -> Claim:
    """Give the claim of a model that was talked into all that helps: every good move."""
    good = (*QuestionKind, *(move for move in Move if move not in AGAINST), SPEAKS_TO_OBJECTION)
    return Claim(asks=facts, restates=facts, does=tuple(str(name) for name in good))
