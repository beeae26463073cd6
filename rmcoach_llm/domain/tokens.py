"""How many tokens a request may have: a guess for those who plan, a bound for those who pay."""

from __future__ import annotations

import json

from rmcoach_llm.domain.chat import ChatRequest

CHARS_PER_TOKEN = 3.5
TOKENS_PER_MESSAGE = 4

MOST_PER_MESSAGE = 32
"""Tokens that a chat template puts around a message, at most: marks, a role, a date."""


def estimated_tokens(request: ChatRequest) -> int:
    """Estimate the tokens of a request with its answer: 3.5 ASCII characters or one other are one.

    The estimate is rough; it is meant to catch what cannot fit before it is paid for.
    """
    total = 0.0
    for message in request.messages:
        total += TOKENS_PER_MESSAGE + _weight(message.content) / CHARS_PER_TOKEN
    return round(total) + (request.max_tokens or 0)


def token_range(text: str) -> tuple[int, int]:
    """Say how few and how many tokens a text may be: 5 to 3.5 ASCII characters a token.

    About 4 is usual in English; other writing takes half a token to one for each character.

    >>> token_range("a" * 70)
    (14, 20)
    """
    wide = 0 if text.isascii() else sum(1 for c in text if not c.isascii())
    narrow = len(text) - wide
    return round(narrow / 5 + wide / 2), round(narrow / CHARS_PER_TOKEN + wide)


def most_prompt_tokens(request: ChatRequest) -> int:
    """Give what the tokens of a request without its answer cannot be above.

    A token stands for one byte of UTF-8 at least, in byte-level BPE (Radford et al. 2019, section
    2.2) as in SentencePiece with byte fallback; a schema counts as part of the prompt.

    >>> from rmcoach_llm.domain.chat import ChatMessage
    >>> most_prompt_tokens(ChatRequest(messages=(ChatMessage(role="user", content="Grüß Gott"),)))
    43
    """
    total = sum(MOST_PER_MESSAGE + len(m.content.encode()) for m in request.messages)
    if request.response_format is not None:
        total += len(json.dumps(dict(request.response_format.json_schema)))
    return total


def _weight(text: str) -> float:
    wide = 0 if text.isascii() else sum(1 for c in text if not c.isascii())
    return len(text) - wide + wide * CHARS_PER_TOKEN
