"""Ask for the line to say instead, read what comes back, and put what can be shown on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rmcoach_llm.domain import (
    Advice,
    ChatMessage,
    ChatRequest,
    Feedback,
    Flag,
    FrozenMap,
    NextStep,
    Prompt,
    Record,
    Transcript,
    clean_text,
)
from rmcoach_llm.evaluators.coach_check import why_unusable
from rmcoach_llm.evaluators.screening import LEFT_OUT
from rmcoach_llm.language.injection import suspects
from rmcoach_llm.language.numbered import transcript_lines

TEMPERATURE = 0.3
SEED = 7
MAX_ANSWER_TOKENS = 1_200
"""About twice what six lines of thirty words take."""

NEXT = "next"
QUOTED = '"\u201c\u201d\u201e'


class CoachLine(Record):
    """Hold a line as the model gives it."""

    id: str
    line: str


class CoachAnswer(Record):
    """Hold the model's answer, one line an item."""

    lines: tuple[CoachLine, ...]


def coach_request(
    prompt: Prompt,
    wanted: Mapping[str, Advice | NextStep],
    transcript: Transcript,
    refused: Mapping[str, str] = FrozenMap({}),
) -> ChatRequest:
    """Ask for a line for each item; `refused` says why an earlier line of an item was not shown.

    The talk goes along up to the last turn that a line is for: what came later was not known then.
    """
    items = [
        {"id": name, **_asked(item), **({"refused": refused[name]} if name in refused else {})}
        for name, item in wanted.items()
    ]
    head = json.dumps({"items": items}, ensure_ascii=False, separators=(",", ":"))
    turns = [item["turn"] + 1 for item in items if item.get("turn") is not None]
    heard = transcript.model_copy(update={"turns": transcript.turns[: max(turns, default=0)]})
    content = "\n".join(filter(None, [head, transcript_lines(heard)]))
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render()),
            ChatMessage(role="user", content=content),
        ),
        temperature=TEMPERATURE,
        seed=SEED,
        max_tokens=MAX_ANSWER_TOKENS,
    )


def usable_lines(
    answer: CoachAnswer, wanted: Mapping[str, Advice | NextStep], transcript: Transcript
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the lines that can be shown, and why the others cannot, each by item.

    A line is known by its item; of two for one item neither counts.
    """
    lines: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, item in wanted.items():
        given = [_bare(line.line) for line in answer.lines if line.id == name]
        why = "none was given" if not given else "two were given" if len(given) > 1 else None
        why = why or why_unusable(given[0], item.instead, transcript, _turn(item))
        if why is None:
            lines[name] = given[0]
        else:
            refused[name] = why
    return lines, refused


def refusals(refused: Mapping[str, str], wanted: Mapping[str, Advice | NextStep]) -> Iterator[Flag]:
    """Yield a flag for each line that is not shown, with the reason."""
    for name, why in refused.items():
        turn = _turn(wanted[name])
        place = "the next talk" if turn is None else f"turn {turn}"
        detail = clean_text(f"the model's line for {place} is not shown: {why}")
        yield Flag(kind="coach-refused", detail=detail, turn=turn)


def _turn(item: Advice | NextStep) -> int | None:
    return item.turn if isinstance(item, Advice) else None


def with_lines(told: Feedback, lines: Mapping[str, str]) -> Feedback:
    """Put the model's lines in the place of the authored advice, which becomes the reason."""
    otherwise = tuple(
        _rewritten(advice, lines.get(str(number))) for number, advice in enumerate(told.otherwise)
    )
    step = told.next_step
    if step is not None:
        same = next((a for a in otherwise if _same(a, step) and a.written_by == "model"), None)
        line = same.instead if same else lines.get(NEXT)
        if line is not None:
            step = step.model_copy(update={"instead": line, "written_by": "model"})
    return told.model_copy(update={"otherwise": otherwise, "next_step": step})


def items_of(told: Feedback) -> Iterator[tuple[str, Advice | NextStep]]:
    """Yield what a line is wanted for, one a turn: two lines for one turn say the same twice.

    Of the advice on a turn it is that of the next step, else the first, which costs most. The
    next step has an item of its own only where no advice is about the same.
    """
    first = headline(told)
    chosen: dict[int, str] = {}
    for number, advice in enumerate(told.otherwise):
        if advice.turn is not None and (advice.turn not in chosen or str(number) == first):
            chosen[advice.turn] = str(number)
    for number, advice in enumerate(told.otherwise):
        if advice.turn is None or chosen[advice.turn] == str(number):
            yield str(number), advice
    if first == NEXT and told.next_step is not None:
        yield NEXT, told.next_step


def headline(told: Feedback) -> str | None:
    """Give the item of the next step: the advice that it is, else one of its own."""
    step = told.next_step
    if step is None:
        return None
    same = (str(number) for number, advice in enumerate(told.otherwise) if _same(advice, step))
    return next(same, NEXT)


def _bare(line: str) -> str:
    """Put a line on one line, without the quotation marks that models like to put around it."""
    text = " ".join(line.split())
    quoted = len(text) > 2 and text[0] in QUOTED and text[-1] in QUOTED
    inner = text[1:-1].strip()
    return inner if quoted and not set(inner) & set(QUOTED) else text


def _same(advice: Advice, step: NextStep) -> bool:
    return advice.behaviour == step.behaviour


def _asked(item: Advice | NextStep) -> dict[str, Any]:
    if not isinstance(item, Advice) or item.turn is None:
        return {"missing": item.what, "advice": item.instead}
    said = LEFT_OUT if item.quote is not None and suspects(item.quote) else item.quote
    return {"turn": item.turn, "said": said, "wrong": item.what, "advice": item.instead}


def _rewritten(advice: Advice, line: str | None) -> Advice:
    if line is None:
        return advice
    why = " ".join(part for part in (advice.instead, advice.why) if part)
    return advice.model_copy(update={"instead": line, "why": why, "written_by": "model"})
