"""Let a model write the line to say instead; code checks each line, and the advice stays.

Nothing but these lines, and the reading of a brief, comes from the model: what went wrong, where
and why is found by code. A call that fails loses no scorecard.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    Scorecard,
    Transcript,
    Usage,
    clean_text,
    digest_of,
    token_range,
)
from rmcoach_llm.errors import ModelError
from rmcoach_llm.evaluators import brief_model
from rmcoach_llm.evaluators.assembly import ScenarioLookup
from rmcoach_llm.evaluators.coach_check import why_unusable
from rmcoach_llm.evaluators.discovery import scenario_of
from rmcoach_llm.evaluators.expecting import BRIEF_PROMPT_TOKENS, BRIEF_TOKENS, COACH_TOKENS
from rmcoach_llm.evaluators.screening import LEFT_OUT, screen, withheld
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.language.injection import suspects
from rmcoach_llm.language.numbered import transcript_lines
from rmcoach_llm.protocols import Evaluator, Expected, StructuredModel, expected_of

PROMPT_ID = "coach-lines"
VERSION = "1"
"""Counts up when the same answer would give other feedback."""

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


class Coached:
    """Let a model write what to say instead and read the brief, on another evaluator's scorecards.

    Keeps to `protocols.Evaluator`. One more request for a scorecard that has advice, and one for
    a brief; `prompt` gives both prompts, `scenario` the scenario that a brief is about.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        model: StructuredModel,
        prompt: Callable[[str], Prompt],
        scenario: ScenarioLookup | None = None,
    ) -> None:
        self._evaluator = evaluator
        self._model = model
        self._lines, self._brief = prompt(PROMPT_ID), prompt(brief_model.PROMPT_ID)
        self._scenario = scenario
        self.name = evaluator.name
        self.fingerprint = digest_of(
            {
                "evaluator": evaluator.fingerprint,
                "coach": VERSION,
                "prompts": [self._lines.digest, self._brief.digest],
                "model": model.name,
            }
        )

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the other evaluator's scorecard, with what of the model's can be used."""
        card = await self._evaluator.evaluate(transcript)
        lines, brief = await together(
            (self._lines_for(card, transcript), self._brief_of(card, transcript))
        )
        for added in (lines, brief):
            card = added.on(card)
        options = FrozenMap({**(card.provenance.options or {}), "coach": self._model.name})
        update = {"fingerprint": self.fingerprint, "options": options}
        return card.model_copy(update={"provenance": card.provenance.model_copy(update=update)})

    def expects(self, transcript: Transcript) -> tuple[Expected, ...] | None:
        """Say what it asks of the model besides what the other evaluator does, at most."""
        before = expected_of(self._evaluator, transcript)
        if before is None:
            return None
        # The items to rewrite are known once it is judged: six of them, told in about 300 characters.
        told = token_range(self._lines.render() + transcript_lines(transcript) + "x" * 1_800)
        coaching = [Expected(self._model.name, (0, told[1]), COACH_TOKENS, calls=(0, 1))]
        if transcript.scenario is not None and transcript.brief is not None:
            static = token_range(self._brief.render())[1]
            prompt = (0, static + BRIEF_PROMPT_TOKENS)
            coaching.append(Expected(self._model.name, prompt, BRIEF_TOKENS, calls=(0, 1)))
        return (*before, *coaching)

    async def _lines_for(self, card: Scorecard, transcript: Transcript) -> Added:
        told = card.feedback or Feedback()
        if not any(_items(told)):
            return Added()
        asked = Added(prompt=self._lines)
        # As for a judge: text that addresses a grader is cut out before a model reads the talk.
        shown = withheld(transcript, screen(transcript))
        try:
            answer = await self._model.ask(coach_request(self._lines, told, shown), CoachAnswer)
        except ModelError as error:
            return replace(asked, flags=(_failed("coach-failed", "no lines of a model", error),))
        lines, refused = usable_lines(answer.value, told, shown)
        update = {"feedback": with_lines(told, lines)}
        return replace(asked, update=update, flags=refused, usage=answer.reply.usage)

    async def _brief_of(self, card: Scorecard, transcript: Transcript) -> Added:
        items, played = card.brief or (), scenario_of(transcript, self._scenario)
        parts = brief_model.open_parts(items)
        if not parts or played is None:
            return Added()
        asked = Added(prompt=self._brief)
        try:
            answer = await self._model.ask(
                brief_model.brief_request(self._brief, parts, played), brief_model.BriefAnswer
            )
        except ModelError as error:
            flag = _failed("brief-failed", "the brief is compared by words alone", error)
            return replace(asked, flags=(flag,))
        read, refused = brief_model.read_brief(answer.value, items)
        return replace(asked, update={"brief": read}, flags=refused, usage=answer.reply.usage)


@dataclass(frozen=True)
class Added:
    """Hold what one request adds to a scorecard; without `prompt` none was made."""

    update: Mapping[str, object] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    prompt: Prompt | None = None
    usage: Usage = field(default_factory=Usage)

    def on(self, card: Scorecard) -> Scorecard:
        """Give the scorecard with it."""
        if self.prompt is None:
            return card
        made = card.provenance
        prompts = FrozenMap({**made.prompts, self.prompt.id: self.prompt.digest})
        provenance = {"prompts": prompts, "usage": made.usage + self.usage}
        return card.model_copy(
            update={
                **self.update,
                "flags": (*card.flags, *self.flags),
                "provenance": made.model_copy(update=provenance),
            }
        )


def _failed(kind: str, what: str, error: ModelError) -> Flag:
    return Flag(kind=kind, detail=clean_text(f"{what} ({type(error).__name__}): {error}"))


def coach_request(prompt: Prompt, told: Feedback, transcript: Transcript) -> ChatRequest:
    """Ask for a line for each thing to do otherwise, and for the next step.

    The talk goes along up to the last turn that a line is for: what came later was not known then.
    """
    items = [{"id": name, **_asked(item)} for name, item in _items(told)]
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
    answer: CoachAnswer, told: Feedback, transcript: Transcript
) -> tuple[dict[str, str], tuple[Flag, ...]]:
    """Give the lines that can be shown, by item, and a flag for each that cannot.

    A line is known by its item; of two for one item neither counts.
    """
    lines: dict[str, str] = {}
    flags = []
    for name, item in _items(told):
        given = [_bare(line.line) for line in answer.lines if line.id == name]
        turn = item.turn if isinstance(item, Advice) else None
        why = "none was given" if not given else "two were given" if len(given) > 1 else None
        why = why or why_unusable(given[0], item.instead, transcript, turn)
        if why is None:
            lines[name] = given[0]
        else:
            detail = f"the model's line for {name} is not shown: {why}"
            flags.append(Flag(kind="coach-refused", detail=clean_text(detail), turn=turn))
    return lines, tuple(flags)


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


def _items(told: Feedback) -> Iterator[tuple[str, Advice | NextStep]]:
    """Yield what a line is wanted for; the next step only where no advice is about the same."""
    yield from ((str(number), advice) for number, advice in enumerate(told.otherwise))
    step = told.next_step
    if step is not None and not any(_same(advice, step) for advice in told.otherwise):
        yield NEXT, step


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
