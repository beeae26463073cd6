"""Write the judge's request: the static part first, the transcript last as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from rmcoach_llm.domain import (
    Behaviour,
    ChatMessage,
    ChatRequest,
    Prompt,
    Record,
    Rubric,
    Transcript,
)
from rmcoach_llm.language.numbered import transcript_lines

PROMPT_ID = "judge-transcript"
TEMPERATURE = 0.0
SEED = 7
MAX_ANSWER_TOKENS = 8_000
"""About three times what 42 behaviours with two quotes each take."""


class JudgedQuote(Record):
    """Hold a quote as the model gives it: turn and words may be wrong."""

    turn: int
    quote: str


class JudgedBehaviour(Record):
    """Hold what the model says of one behaviour: evidence first, then the verdict."""

    id: str
    evidence: tuple[JudgedQuote, ...]
    verdict: Literal["observed", "not_observed", "no_opportunity"]
    confidence: Literal["high", "medium", "low"]


class Answer(Record):
    """Hold the model's answer, one entry a behaviour."""

    behaviours: tuple[JudgedBehaviour, ...]


def judge_request(prompt: Prompt, rubrics: Sequence[Rubric], transcript: Transcript) -> ChatRequest:
    """Give the one request that judges all rubrics; its first message is the same for all."""
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render(rubrics=rubric_text(rubrics))),
            ChatMessage(role="user", content=transcript_lines(transcript)),
        ),
        temperature=TEMPERATURE,
        seed=SEED,
        max_tokens=MAX_ANSWER_TOKENS,
    )


def keyed_behaviours(rubrics: Sequence[Rubric]) -> Iterator[tuple[str, Rubric, Behaviour]]:
    """Yield each behaviour with the id that the judge knows it by.

    That is its own id, or `rubric.behaviour` where two rubrics share one.
    """
    ids = [behaviour.id for rubric in rubrics for behaviour in rubric.behaviours]
    for rubric in rubrics:
        for behaviour in rubric.behaviours:
            shared = ids.count(behaviour.id) > 1
            yield f"{rubric.id}.{behaviour.id}" if shared else behaviour.id, rubric, behaviour


def rubric_text(rubrics: Sequence[Rubric]) -> str:
    """Give the rubrics as the judge reads them: sign, id and statement of each behaviour."""
    keys = {(r.id, b.id): key for key, r, b in keyed_behaviours(rubrics)}
    parts = []
    for rubric in rubrics:
        parts.append(f"## {rubric.title}")
        for criterion in rubric.criteria:
            parts.append(f"# {criterion.question}")
            parts.extend(
                f"{b.sign} {keys[rubric.id, b.id]}: {b.statement}" for b in criterion.behaviours
            )
    return "\n".join(parts)
