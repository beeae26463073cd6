"""Chat models: the adapter for OpenAI-compatible endpoints, structured answers, a scripted fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rmcoach_llm.chat.scripted import ScriptedModel
from rmcoach_llm.chat.structured import StructuredChat, create_structured_model

if TYPE_CHECKING:
    from rmcoach_llm.protocols import ChatModel
    from rmcoach_llm.settings import ModelSettings

__all__ = [
    "ScriptedModel",
    "StructuredChat",
    "choose_model",
    "create_openai_model",
    "create_structured_model",
]


def create_openai_model(settings: ModelSettings) -> ChatModel:
    """Give the chat model that the settings name; raises ConfigError where they do not suffice."""
    from rmcoach_llm.chat.openai_chat import OpenAIChat

    return OpenAIChat(settings)


async def choose_model(settings: ModelSettings) -> ModelSettings:
    """Give the settings with a model: the one chosen, or else the only one that is served.

    Raises UsageError with the names where several are served and none is chosen.
    """
    from rmcoach_llm.chat.served import choose_model as chosen

    return await chosen(settings)
