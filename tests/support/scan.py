"""See every request that a voice sends, in any test, and find locked facts in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from rmcoach_llm.domain import ChatReply, ChatRequest, Cue, Scenario, Speech, Transcript, Turn
from rmcoach_llm.library import Library
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.voices import ModelVoice
from rmcoach_llm.protocols import ChatModel, OnText


class Scan:
    """Collect what model voices ask for; `leaks` names each locked statement that was in it.

    A request is checked against the cue that it was made for, and again, when the answer is
    there, against what is out after the turn: a cue that holds too much is found as well.
    """

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.requests = 0
        self._turn: list[tuple[Transcript, ChatRequest]] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the scan between voices and models until the test is over."""
        speak, reply = ModelVoice.speak, Conversation.reply
        scan = self

        async def watched_speak(
            voice: ModelVoice,
            scenario: Scenario,
            transcript: Transcript,
            cue: Cue,
            *,
            on_text: OnText | None = None,
        ) -> Speech:
            between = _Between(voice._model, scan, scenario, transcript, cue)
            seen = ModelVoice(between, voice._prompt)
            return await speak(seen, scenario, transcript, cue, on_text=on_text)

        async def watched_reply(talk: Conversation, *, on_text: OnText | None = None) -> Turn:
            before = len(scan._turn)
            try:
                return await reply(talk, on_text=on_text)
            finally:
                if not talk.unanswered:
                    for transcript, request in scan._turn[before:]:
                        scan.check(talk.scenario, transcript, request, talk.stance.known)
                del scan._turn[before:]

        monkeypatch.setattr(ModelVoice, "speak", watched_speak)
        monkeypatch.setattr(Conversation, "reply", watched_reply)

    def sees(
        self, scenario: Scenario, transcript: Transcript, request: ChatRequest, cue: Cue
    ) -> None:
        """Take a request that is about to go out."""
        self.requests += 1
        self._turn.append((transcript, request))
        self.check(scenario, transcript, request, [fact.id for fact in cue.known])
        if scenario.objection is not None and cue.objection is None:
            self._find("the objection", scenario.objection.statement, transcript, request)

    def check(
        self,
        scenario: Scenario,
        transcript: Transcript,
        request: ChatRequest,
        known: Iterable[str],
    ) -> None:
        """Look for the statement and the lines of each fact that is not out."""
        out = set(known)
        for fact in scenario.facts:
            if fact.id not in out:
                for text in (fact.statement, *fact.says):
                    self._find(fact.id, text, transcript, request)

    def _find(self, what: str, text: str, transcript: Transcript, request: ChatRequest) -> None:
        typed = {_flat(turn.text) for _, turn in transcript.of_role("trainee")}
        wanted = _flat(text)
        if any(wanted in line for line in typed):
            return  # a trainee may type what they like
        if any(wanted in _flat(message.content) for message in request.messages):
            self.leaks.append(f"{what}: {text[:60]}")


class _Between:
    """Stand between a voice and its model."""

    def __init__(
        self, model: ChatModel, scan: Scan, scenario: Scenario, transcript: Transcript, cue: Cue
    ) -> None:
        self.name = model.name
        self._model, self._scan = model, scan
        self._scenario, self._transcript, self._cue = scenario, transcript, cue

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Look, then pass on."""
        self._scan.sees(self._scenario, self._transcript, request, self._cue)
        return await self._model.complete(request, on_text=on_text)

    async def close(self) -> None:
        """Pass on."""
        await self._model.close()


def body_leaks(body: dict[str, Any]) -> list[str]:
    """Name the facts in a body on the wire, of whatever process, that cannot be out yet.

    At most one fact comes out for each line of the trainee, and none before those that it
    follows. A listener's request, which asks for JSON, holds all facts.
    """
    if "response_format" in body or not body.get("messages"):
        return []
    first, *rest = body["messages"]
    system = _flat(first["content"])
    scenario = next(
        (s for s in _scenarios() if f"you are {_flat(s.persona.name)}," in system), None
    )
    if first["role"] != "system" or scenario is None:
        return []
    text = _flat(" ".join(message["content"] for message in body["messages"]))
    there = [fact for fact in scenario.facts if _flat(fact.statement) in text]
    ids = {fact.id for fact in there}
    early = [f"{fact.id} before what it follows" for fact in there if set(fact.unlock.after) - ids]
    lines = sum(message["content"].count("\n") + 1 for message in rest if message["role"] == "user")
    return early + ([f"{len(ids)} facts for {lines} lines"] if len(ids) > lines else [])


@cache
def _scenarios() -> tuple[Scenario, ...]:
    library = Library()
    return tuple(library.scenario(name) for name in library.ids("scenario"))


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
