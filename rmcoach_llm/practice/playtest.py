"""Play a scripted trainee against a scenario, measure the talk, and say what should hold of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rmcoach_llm.domain import (
    Act,
    ChatReply,
    ChatRequest,
    FrozenMap,
    PlaytestResult,
    Scenario,
    Trace,
    Transcript,
    Turn,
)
from rmcoach_llm.errors import (
    AccessDenied,
    ModelError,
    ModelNotFound,
    ModelUnreachable,
    QuotaExhausted,
)
from rmcoach_llm.language.words import words
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.fidelity import COUNTS, watcher_of
from rmcoach_llm.practice.guard import objection
from rmcoach_llm.practice.trainees import TRAINEES
from rmcoach_llm.practice.voices import without_own_name
from rmcoach_llm.protocols import ChatModel, Listener, OnText, Store, Voice

STOPS_ALL = (AccessDenied, ModelNotFound, QuotaExhausted)
"""Failures that no later call would escape."""


@dataclass(frozen=True)
class Draft:
    """Hold a line of a model as it came, before the guard; `prompt` is its system message."""

    text: str
    prompt: str


class RecordingModel:
    """Pass calls to a chat model on and keep what it wrote, whole or as far as it was heard."""

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self._model = model
        self.drafts: list[Draft] = []

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the model's answer; what was streamed is kept even where the caller stops it."""
        pieces: list[str] = []

        async def keep(piece: str) -> None:
            pieces.append(piece)
            if on_text is not None:
                await on_text(piece)

        try:
            reply = await self._model.complete(request, on_text=keep)
            pieces = [reply.text]
            return reply
        finally:
            if pieces:
                self.drafts.append(Draft("".join(pieces), request.messages[0].content))

    async def close(self) -> None:
        """Let connections go."""
        await self._model.close()


@dataclass
class Play:
    """Hold a talk as it went: `targets` are the facts asked for, `drafts` the model's lines.

    Both go by the trainee's turns. `broken` is why the talk broke off, if it did.
    """

    scenario: Scenario
    trainee: str
    transcript: Transcript
    targets: list[str | None] = field(default_factory=list)
    drafts: list[list[Draft]] = field(default_factory=list)
    failed_calls: int = 0
    broken: str | None = None

    @property
    def answers(self) -> list[tuple[Turn, Trace]]:
        """Give the stakeholder's answers, the opening left out."""
        return [(turn, turn.trace) for turn in self.transcript.turns if turn.trace is not None]


async def play(
    scenario: Scenario,
    trainee: str,
    *,
    listener: Listener,
    voice: Voice,
    store: Store,
    model: RecordingModel | None = None,
) -> Play:
    """Let a trainee of `TRAINEES` talk until one side ends it; the session is called as they are.

    A call that fails is made once more; where that fails too, the talk is broken off. Raises a
    `ModelError` that no later talk would escape, such as a refused key.
    """
    talk = Conversation.start(
        scenario, f"{scenario.id}--{trainee}", listener=listener, voice=voice, store=store
    )
    played = Play(scenario, trainee, talk.transcript)
    script = TRAINEES[trainee](scenario)
    line = next(script)
    while True:
        played.targets.append(line.target)
        answer = await _answer(talk, line.text, played)
        played.transcript = talk.transcript
        if model is not None:
            played.drafts.append(model.drafts.copy())
            model.drafts.clear()
        if answer is None or talk.ended:
            return played
        try:
            line = script.send(answer)
        except StopIteration:
            return played


async def _answer(talk: Conversation, line: str, played: Play) -> Turn | None:
    """Say a line and give the answer, None where two calls for it failed."""
    try:
        return await talk.say(line)
    except STOPS_ALL:
        raise
    except ModelError:
        played.failed_calls += 1
    try:
        return await talk.reply()
    except (*STOPS_ALL, ModelUnreachable):
        raise
    except ModelError as error:
        played.failed_calls += 1
        played.broken = str(error)
        return None


def measured(played: Play) -> PlaytestResult:
    """Measure a talk; one that broke off is unscored."""
    base = PlaytestResult(
        scenario=played.scenario.id,
        trainee=played.trainee,
        failed_calls=played.failed_calls,
        stopped=FrozenMap(Counter(r for turn in stopped_drafts(played) for r, _ in turn)),
    )
    if played.broken is not None:
        return base.model_copy(update={"unscored": played.broken})
    return base.model_copy(update=_progress(played) | _faithfulness(played))


def _progress(played: Play) -> dict[str, Any]:
    """Count what came out, in how many turns."""
    scenario, (_, last) = played.scenario, played.answers[-1]
    stance = last.stance
    earned = [item for item in stance.earned if item.how == "earned"]
    root = next((item for item in stance.earned if item.fact == scenario.root_need.id), None)
    return {
        "turns": len(played.answers),
        "facts_earned": len(earned),
        "deep_facts_earned": sum(scenario.fact(item.fact).layer.deep for item in earned),
        "root_need_reached": root is not None,
        "root_need_turn": (root.turn + 1) // 2 if root is not None else None,
        "wrong_topic": sum(wrong_topics(played)),
        "ended": stance.ended,
        "objection": stance.objection,
    }


def _missed(target: str | None, trace: Trace) -> bool:
    """Say whether a question after a known fact was answered with another one, or asked back."""
    if target is None:
        return False
    if trace.act is Act.ASK_BACK:
        return target not in trace.stance.offered
    return trace.tell is not None and trace.tell != target


def _faithfulness(played: Play) -> dict[str, Any]:
    """Count the answers that are not those of this person, and their words."""
    watcher = watcher_of(played.scenario)
    found = Counter(dict.fromkeys(COUNTS, 0))
    said, heard = [played.scenario.opening], []
    asked = [turn.text for _, turn in played.transcript.of_role("trainee")]
    for line, (turn, trace) in zip(asked, played.answers, strict=True):
        heard.append(line)
        found.update(watcher.seen(turn.text, trace, said=said, heard=heard))
        said.append(turn.text)
    length = sum(len(words(text)) for text in said[1:])
    return {
        **found,
        "fallbacks": sum(trace.fallback is not None for _, trace in played.answers),
        "words_per_turn": round(length / len(said[1:]), 1),
    }


def stopped_drafts(played: Play) -> list[list[tuple[str, str]]]:
    """Give for each of the trainee's turns the model's lines that the guard stopped: reason, line."""
    found = []
    for drafts, (_, trace) in zip(played.drafts, played.answers, strict=False):
        judged = [(_objection(played.scenario, draft, trace), draft.text) for draft in drafts]
        stopped = [(reason, text) for reason, text in judged if reason is not None]
        if trace.fallback is not None and trace.fallback not in dict(stopped):
            stopped.append((trace.fallback, ""))  # what only the voice could see, such as a refusal
        found.append(stopped)
    return found


def wrong_topics(played: Play) -> list[bool]:
    """Say for each of the trainee's turns whether it was answered with another topic."""
    return [
        _missed(t, trace) for t, (_, trace) in zip(played.targets, played.answers, strict=False)
    ]


def _objection(scenario: Scenario, draft: Draft, trace: Trace) -> str | None:
    text = without_own_name(draft.text, scenario.persona.name)
    return objection(text, scenario=scenario, stance=trace.stance, prompt=draft.prompt)
