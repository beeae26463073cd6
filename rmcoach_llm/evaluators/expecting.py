"""What judging will ask of a model, before it is asked: rules of thumb, with where they come from.

The figures are of the answers of five careful readers to 61 requests (benchmarks/judge_trials).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from math import ceil

from rmcoach_llm.domain import Behaviour, ChatRequest, Criterion, Prompt, Record, token_range
from rmcoach_llm.evaluators.judge_questions import Question
from rmcoach_llm.evaluators.pairs import MAX_PAIRS
from rmcoach_llm.protocols import Expected

TOKENS_A_VERDICT = (24, 55)
"""94 characters at least, compact; 220 at most, indented; four make a token."""

PAIRS_A_QUESTION = (0.12, 0.75)
"""Pairs for each question: 5 to 27 quotes where 43 were asked, and of some behaviours two as one."""

PAIR_CHARACTERS = 160
"""Names and marks of a pair, with a quote of ten to forty words."""

TOKENS_A_PAIR = (8, 16)
"""31 characters, spaced; more where they are indented."""

COACH_TOKENS = (0, 600)
"""Up to six lines of thirty words, and one more; none where there is no advice."""

BRIEF_TOKENS = (0, 400)
BRIEF_PROMPT_TOKENS = 1_500
"""Four parts with their truths, at most; only a session that ended with a brief has any."""


def expected_request(
    model: str, request: ChatRequest, shape: type[Record], answer: tuple[int, int]
) -> Expected:
    """Say what a request takes; with its schema at most, as some endpoints count it."""
    least, most = token_range("".join(message.content for message in request.messages))
    schema = _schema_tokens(shape)
    longest = request.max_tokens or answer[1]
    kept = (min(answer[0], longest), min(answer[1], longest))
    return Expected(model, (least, most + schema), kept)


@cache
def _schema_tokens(shape: type[Record]) -> int:
    _, most = token_range(json.dumps(shape.model_json_schema()))
    return most


def verdict_tokens(questions: Sequence[Question]) -> tuple[int, int]:
    """Give the tokens of an answer to so many questions."""
    least, most = TOKENS_A_VERDICT
    return least * len(questions), most * len(questions)


def expected_looks(model: str, prompt: Prompt, questions: Sequence[Question]) -> Expected:
    """Say what the second look takes, all its requests together."""
    least, most = (ceil(share * len(questions)) for share in PAIRS_A_QUESTION)
    told = sum(_characters(question.item) for question in questions) / max(1, len(questions))
    pair = token_range("x" * round(told + PAIR_CHARACTERS))
    static = token_range(prompt.render())
    requests = ceil(most / MAX_PAIRS)
    return Expected(
        model,
        (static[0] + least * pair[0], requests * static[1] + (most + 2) * pair[1]),
        (least * TOKENS_A_PAIR[0], (most + 2) * TOKENS_A_PAIR[1]),
        calls=(1, requests),
    )


def _characters(item: Behaviour | Criterion) -> int:
    if isinstance(item, Behaviour):
        return len(item.statement + item.example + item.counter_example)
    return len(item.title) + sum(map(len, (item.anchors or {}).values()))
