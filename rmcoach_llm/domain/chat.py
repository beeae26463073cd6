"""What is asked of a chat model, and what comes back."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from rmcoach_llm.domain.base import FrozenMap, Name, Record, Text
from rmcoach_llm.domain.scorecard import Usage

T = TypeVar("T")


class ChatMessage(Record):
    """Hold one message to a model."""

    role: Literal["system", "user", "assistant"]
    content: Text


class ResponseFormat(Record):
    """Ask for JSON: `json_object` for any object, `json_schema` for one that fits `json_schema`."""

    kind: Literal["json_object", "json_schema"]
    name: str = "answer"
    json_schema: FrozenMap[Any] = FrozenMap()


class ChatRequest(Record):
    """Ask a chat model for one answer.

    `max_tokens` bounds the answer, `deadline_s` the whole call in wall-clock seconds, retries
    included; None takes the model's own setting. Sampling values of None are not sent.
    """

    messages: Annotated[tuple[ChatMessage, ...], Field(min_length=1)]
    response_format: ResponseFormat | None = None
    temperature: float | None = None
    seed: int | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    deadline_s: Annotated[float, Field(gt=0)] | None = None


class ChatReply(Record):
    """Hold a whole answer: never empty, never cut short.

    `model` is the one that the endpoint says has answered; `system_fingerprint` its build, if
    given; `usage` counts every call made for this answer, failed ones included.
    """

    text: Text
    model: Name
    system_fingerprint: str | None = None
    usage: Usage = Usage()


class StructuredReply(Record, Generic[T]):
    """Hold an answer that was read as a record: `value`, beside the raw reply."""

    value: T
    reply: ChatReply
