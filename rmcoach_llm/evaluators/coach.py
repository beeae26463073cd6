"""Let a model write the line to say instead; code checks each line, and the advice stays.

Nothing but these lines, and the reading of a brief, comes from the model: what went wrong, where
and why is found by code. A call that fails loses no scorecard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from rmcoach_llm.domain import (
    Feedback,
    Flag,
    FrozenMap,
    Prompt,
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
from rmcoach_llm.evaluators.coach_lines import (
    CoachAnswer,
    coach_request,
    items_of,
    refusals,
    usable_lines,
    with_lines,
)
from rmcoach_llm.evaluators.discovery import scenario_of
from rmcoach_llm.evaluators.expecting import BRIEF_PROMPT_TOKENS, BRIEF_TOKENS, COACH_TOKENS
from rmcoach_llm.evaluators.screening import screen, withheld
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.language.numbered import transcript_lines
from rmcoach_llm.protocols import Evaluator, Expected, StructuredModel, expected_of

PROMPT_ID = "coach-lines"
VERSION = "3"
"""Counts up when the same answer would give other feedback."""


class Coached:
    """Let a model write what to say instead and read the brief, on another evaluator's scorecards.

    Keeps to `protocols.Evaluator`. One more request for a scorecard that has advice, a second one
    where lines could not be shown, and one for a brief; `prompt` gives both
    prompts, `scenario` the scenario that a brief is about.
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
        coaching = [Expected(self._model.name, (0, 2 * told[1]), COACH_TOKENS, calls=(0, 2))]
        if transcript.scenario is not None and transcript.brief is not None:
            static = token_range(self._brief.render())[1]
            prompt = (0, static + BRIEF_PROMPT_TOKENS)
            coaching.append(Expected(self._model.name, prompt, BRIEF_TOKENS, calls=(0, 1)))
        return (*before, *coaching)

    async def _lines_for(self, card: Scorecard, transcript: Transcript) -> Added:
        told = card.feedback or Feedback()
        wanted = dict(items_of(told))
        if not wanted:
            return Added()
        asked = Added(prompt=self._lines)
        # As for a judge: text that addresses a grader is cut out before a model reads the talk.
        shown = withheld(transcript, screen(transcript))
        items, lines, last = dict(wanted), dict[str, str](), dict[str, str]()
        again: dict[str, str] = {}
        while wanted:
            request = coach_request(self._lines, wanted, shown, again)
            try:
                answer = await self._model.ask(request, CoachAnswer)
            except ModelError as error:
                flag = _failed("coach-failed", "no lines of a model", error)
                asked = replace(asked, flags=(*asked.flags, flag))
                break
            new, refused = usable_lines(answer.value, wanted, shown)
            lines |= new
            last |= refused
            asked = replace(asked, usage=asked.usage + answer.reply.usage)
            # What was refused is asked for once more, with the reason, and never a third time.
            again = {} if again else refused
            wanted = {name: wanted[name] for name in again}
        kept = {name: why for name, why in last.items() if name not in lines}
        flags = (*refusals(kept, items), *asked.flags)
        return replace(asked, update={"feedback": with_lines(told, lines)}, flags=flags)

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
