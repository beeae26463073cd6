from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from support.model_talk import ModelTalk
from support.scan import Scan, body_leaks
from support.talk_server import LINE, TalkServer, plain_answer

from rmcoach_llm.chat import ScriptedModel
from rmcoach_llm.disclosure import advance, known_facts
from rmcoach_llm.domain import Cue, Earned, Stance
from rmcoach_llm.library import Library
from rmcoach_llm.practice import conversation, voice_prompt, voices
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.listeners import LanguageListener
from rmcoach_llm.practice.voices import ModelVoice
from rmcoach_llm.stores.sqlite import SqliteStore

FINANCE = Library().scenario("finance-close-report")
SECRET = FINANCE.root_need


def talk(folder: Path, *lines: str) -> Conversation:
    """Give a talk with a scripted voice."""
    store = SqliteStore(folder / "s.sqlite")
    voice = ModelVoice(ScriptedModel(lines), Library().prompt("stakeholder-voice"))
    return Conversation.start(FINANCE, "s", listener=LanguageListener(), voice=voice, store=store)


def test_an_honest_talk_is_seen_and_passes(outgoing: Scan, tmp_path: Path) -> None:
    """The scan sees the request, and finds nothing in it."""
    asyncio.run(talk(tmp_path, LINE).say("How long does the close take?"))
    assert (outgoing.requests, outgoing.leaks) == (1, [])


def test_a_leak_planted_in_a_request_is_found(
    outgoing: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One locked statement in the system message, in other line breaks and letters."""

    def leaking(*args: Any) -> Any:
        request = voice_prompt.voice_request(*args)
        first, *rest = request.messages
        planted = f"{first.content}\n{SECRET.statement.upper().replace(' ', chr(10))}"
        messages = (first.model_copy(update={"content": planted}), *rest)
        return request.model_copy(update={"messages": messages})

    monkeypatch.setattr(voices, "voice_request", leaking)
    asyncio.run(talk(tmp_path, LINE).say("How long does the close take?"))
    assert any(leak.startswith(SECRET.id) for leak in outgoing.leaks)
    outgoing.leaks.clear()


def test_a_leak_planted_in_a_cue_is_found(
    outgoing: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cue that holds more than is out fits its own request, but not the stance."""

    def leaking(*args: Any, **more: Any) -> tuple[Stance, Cue]:
        stance, cue = advance(*args, **more)
        earned = (*stance.earned, Earned(fact=SECRET.id, turn=1, how="earned"))
        known = known_facts(FINANCE, stance.model_copy(update={"earned": earned}))
        return stance, cue.model_copy(update={"known": known})

    monkeypatch.setattr(conversation, "advance", leaking)
    asyncio.run(talk(tmp_path, LINE).say("How long does the close take?"))
    assert any(leak.startswith(SECRET.id) for leak in outgoing.leaks)
    outgoing.leaks.clear()


def test_what_a_trainee_types_is_no_leak(outgoing: Scan, tmp_path: Path) -> None:
    """Who knows the secret may say it."""
    asyncio.run(talk(tmp_path, LINE).say(SECRET.statement))
    assert (outgoing.requests, outgoing.leaks) == (1, [])


def test_a_leak_planted_on_the_wire_is_found(tmp_path: Path) -> None:
    """Bodies of other processes are judged by what cannot be out yet."""
    with TalkServer(plain_answer) as server, ModelTalk(server, FINANCE, tmp_path) as spoken:
        spoken.say("How long does the close take?")
    (body,) = [b for b in server.bodies if b.get("stream")][-1:]
    assert body_leaks(body) == []
    body["messages"][0]["content"] += f" {SECRET.statement}"
    assert body_leaks(body) == [f"{SECRET.id} before what it follows", "2 facts for 1 lines"]
    TalkServer.seen.clear()
