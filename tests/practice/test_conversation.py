from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import Cue, Heard, Scenario, Speech, Stance, Transcript, Turn
from rmcoach_llm.errors import ModelTimeout, SessionConflict, UsageError
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.listeners import LanguageListener
from rmcoach_llm.practice.voices import AuthoredVoice
from rmcoach_llm.protocols import Listener, OnText, Voice
from rmcoach_llm.stores.sqlite import SqliteStore


class WatchingListener(LanguageListener):
    """Look into the store before it hears."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look

    async def hear(self, scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
        """Look, then hear."""
        self._look()
        return await super().hear(scenario, transcript, stance)


class WatchingVoice(AuthoredVoice):
    """Do something before it speaks: look, or fail."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Act, then speak."""
        self._act()
        return await super().speak(scenario, transcript, cue, on_text=on_text)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Give an empty store."""
    return SqliteStore(tmp_path / "sessions.sqlite")


def start(
    scenario: Scenario,
    store: SqliteStore,
    *,
    listener: Listener | None = None,
    voice: Voice | None = None,
) -> Conversation:
    """Begin a session."""
    return Conversation.start(
        scenario,
        "s1",
        listener=listener or LanguageListener(),
        voice=voice or AuthoredVoice(),
        store=store,
    )


def say(talk: Conversation, line: str) -> Turn:
    """Say a line and wait for the answer."""
    return asyncio.run(talk.say(line))


def test_a_session_opens_with_the_stakeholder(finance: Scenario, store: SqliteStore) -> None:
    """Its opening is on disk, with who takes part and which scenario it is."""
    talk = start(finance, store)
    kept = store.load("s1")
    assert kept == talk.transcript
    assert [turn.text for turn in kept.turns] == [finance.opening]
    assert kept.scenario is not None
    assert kept.scenario.sha256 == finance.digest
    assert talk.stance == begin(finance)
    assert (talk.voice_name, talk.ended, talk.unanswered) == ("authored", None, False)


def test_a_line_is_on_disk_before_anybody_thinks_about_it(
    finance: Scenario, store: SqliteStore
) -> None:
    """Whoever pulls the plug loses at most the line that is being typed."""
    seen: list[str] = []

    def look() -> None:
        seen.append(store.load("s1").turns[-1].text)

    talk = start(finance, store, listener=WatchingListener(look), voice=WatchingVoice(look))
    say(talk, "How long does the close take?")
    assert seen == ["How long does the close take?"] * 2


def test_an_answer_is_kept_with_its_trace(finance: Scenario, store: SqliteStore) -> None:
    """What was heard, decided and by whom said."""
    turn = say(start(finance, store), "How long does the close take?")
    assert store.load("s1").turns[-1] == turn
    assert turn.trace is not None
    assert (turn.trace.tell, turn.trace.voice) == ("close-length", "authored")
    assert turn.trace.stance.earned[0].turn == 1


def test_a_failed_answer_leaves_the_line_and_can_be_asked_for_again(
    finance: Scenario, store: SqliteStore
) -> None:
    """The line is kept once, the answer whole or not at all."""

    def fail() -> None:
        if not failed:
            failed.append(True)
            raise ModelTimeout("too late")

    failed: list[bool] = []
    talk = start(finance, store, voice=WatchingVoice(fail))
    with pytest.raises(ModelTimeout):
        say(talk, "How long does the close take?")
    assert talk.unanswered
    assert [turn.role for turn in store.load("s1").turns] == ["stakeholder", "trainee"]
    turn = asyncio.run(talk.reply())
    assert turn.text == finance.fact("close-length").says[0]
    assert [turn.role for turn in store.load("s1").turns] == [
        "stakeholder",
        "trainee",
        "stakeholder",
    ]
    with pytest.raises(UsageError, match="no line to answer"):
        asyncio.run(talk.reply())


def test_a_talk_goes_on_from_the_store_as_if_it_had_never_stopped(
    finance: Scenario, store: SqliteStore
) -> None:
    """The same stance, and the same next answer."""
    talk = start(finance, store)
    say(talk, "How long does the close take?")
    resumed = Conversation(
        finance, store.load("s1"), listener=LanguageListener(), voice=AuthoredVoice(), store=store
    )
    assert resumed.stance == talk.stance
    turn = say(resumed, "What does not match?")
    assert turn.trace is not None
    assert turn.trace.stance.known == ("close-length", "late-differences")


def test_a_talk_that_goes_on_elsewhere_stops_here(finance: Scenario, store: SqliteStore) -> None:
    """The second window keeps nothing, neither a line nor an answer, and does not move on."""
    first = start(finance, store)
    second = Conversation(
        finance, store.load("s1"), listener=LanguageListener(), voice=AuthoredVoice(), store=store
    )
    say(first, "How long does the close take?")
    before = second.transcript
    with pytest.raises(SessionConflict, match="another window"):
        say(second, "What does not match?")
    assert second.transcript == before
    assert store.load("s1") == first.transcript


def test_an_answer_that_comes_too_late_is_not_kept(finance: Scenario, store: SqliteStore) -> None:
    """Where the other window answers while this one thinks, its answer stands alone."""
    talk = start(finance, store)
    other = store.load("s1").turns[0]

    def interrupt() -> None:
        store.append("s1", other, number=2)

    late = Conversation(
        finance, talk.transcript, listener=LanguageListener(),
        voice=WatchingVoice(interrupt), store=store,
    )  # fmt: skip
    with pytest.raises(SessionConflict):
        say(late, "How long does the close take?")
    assert store.load("s1").turns[2] == other
    assert len(store.load("s1").turns) == 3


def test_an_ended_talk_takes_no_line(finance: Scenario, store: SqliteStore) -> None:
    """And keeps none."""
    talk = start(finance, store)
    say(talk, "Goodbye.")
    assert talk.ended == "farewell"
    with pytest.raises(UsageError, match="farewell"):
        say(talk, "One more thing?")
    assert len(store.load("s1").turns) == 3


def test_what_no_store_can_hold_is_replaced(finance: Scenario, store: SqliteStore) -> None:
    """A NUL or half a character from a terminal does not lose the line."""
    talk = start(finance, store)
    say(talk, "What goes wrong\x00\ud800?")
    assert store.load("s1").turns[1].text == "What goes wrong\ufffd\ufffd?"


def test_the_answer_can_be_watched_as_it_comes(finance: Scenario, store: SqliteStore) -> None:
    """The pieces are the text."""
    pieces: list[str] = []

    async def on_text(piece: str) -> None:
        pieces.append(piece)

    turn = asyncio.run(start(finance, store).say("How long does it take?", on_text=on_text))
    assert "".join(pieces) == turn.text
