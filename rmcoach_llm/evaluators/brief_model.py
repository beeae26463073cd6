"""Let a model compare the trainee's brief with what is true; code checks the words it points to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from rmcoach_llm.domain import (
    BriefItem,
    ChatMessage,
    ChatRequest,
    Flag,
    Prompt,
    Record,
    Scenario,
)
from rmcoach_llm.language.injection import suspects
from rmcoach_llm.language.quotes import long_enough, occurrences

PROMPT_ID = "brief-compare"
TEMPERATURE = 0.0
SEED = 7
MAX_ANSWER_TOKENS = 800
"""About twice what four parts with a quote each take."""


class ComparedPart(Record):
    """Hold what the model says of one part: the words first, then the verdict."""

    part: str
    quote: str
    verdict: Literal["matches", "partly", "differs"]


class BriefAnswer(Record):
    """Hold the model's answer, one entry a part."""

    parts: tuple[ComparedPart, ...]


def open_parts(items: Sequence[BriefItem]) -> tuple[BriefItem, ...]:
    """Give the parts that a model is asked about: something was written, and its truth is out.

    What did not come out is in no request. What is written to the judge is left to the words.
    """
    return tuple(
        item
        for item in items
        if item.written and item.known and item.facts and not suspects(item.written)
    )


def brief_request(prompt: Prompt, items: Sequence[BriefItem], scenario: Scenario) -> ChatRequest:
    """Ask for the verdict on each part; the root need stands first among its truths."""
    lines = []
    for item in items:
        facts = sorted(
            (fact for fact in scenario.facts if fact.id in item.facts), key=lambda f: not f.root
        )
        told = {"part": item.part, "written": item.written, "truth": [f.statement for f in facts]}
        lines.append(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render()),
            ChatMessage(role="user", content="\n".join(lines)),
        ),
        temperature=TEMPERATURE,
        seed=SEED,
        max_tokens=MAX_ANSWER_TOKENS,
    )


def read_brief(
    answer: BriefAnswer, items: Sequence[BriefItem]
) -> tuple[tuple[BriefItem, ...], tuple[Flag, ...]]:
    """Give the items with the model's verdicts, and a flag for each that is not taken.

    A verdict other than `differs` needs words that stand in what was written. Where it has none,
    or is missing or double, the comparison by words stays.
    """
    asked = {item.part for item in open_parts(items)}
    refused: list[Flag] = []

    def judged() -> Iterator[BriefItem]:
        for item in items:
            given = [part for part in answer.parts if part.part == item.part]
            why = _why_not(given, item) if item.part in asked else None
            if item.part not in asked:
                yield item
            elif why is not None:
                detail = f"the model's verdict on '{item.part}' of the brief is not taken: {why}"
                refused.append(Flag(kind="brief-refused", detail=detail))
                yield item
            else:
                verdict = given[0].verdict
                note = item.note if verdict == item.verdict else None
                yield item.model_copy(update={"verdict": verdict, "note": note})

    return tuple(judged()), tuple(refused)


def _why_not(given: Sequence[ComparedPart], item: BriefItem) -> str | None:
    if len(given) != 1:
        return f"{len(given) or 'none'} given"
    quote, written = given[0].quote, item.written or ""
    if given[0].verdict == "differs":
        return None
    found = next(occurrences(quote, written), None) is not None and long_enough(quote, written)
    return None if found else "its quote does not stand in what was written"
