from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from support.model_talk import ModelTalk, is_hearing
from support.talk_server import TalkServer
from support.trainees import DISCOVERERS, play, spoken

from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import (
    Act,
    Cue,
    Heard,
    KnownFact,
    Match,
    Move,
    Scenario,
    Speech,
    Stance,
    Transcript,
    Turn,
)
from rmcoach_llm.errors import AccessDenied, ModelError, ModelTimeout
from rmcoach_llm.library import Library
from rmcoach_llm.practice.begun import FREELY_SERVED, STARTS_OVER, Begun, fits, provisional_cue
from rmcoach_llm.practice.conversation import DID_NOT_FIT, Conversation
from rmcoach_llm.practice.listeners import LanguageListener, hear
from rmcoach_llm.practice.voices import AuthoredVoice
from rmcoach_llm.protocols import Listener, OnText, Voice
from rmcoach_llm.stores.sqlite import SqliteStore

FINANCE = Library().scenario("finance-close-report")
ASKS = "And how does a month-end close run with you today?"
CHATS = "Well, that is quite something."
TOLD = "Nine working days where the calendar says six, and never kept since we bought two firms."
FREE = "Well, what can I say to that, it is a busy week for us here."


class SlowListener:
    """Hear what a test says, once it is allowed to."""

    name = "slow"
    asks_model = True

    def __init__(self, heard: Heard | ModelError, trace: list[str]) -> None:
        self._heard = heard
        self._trace = trace
        self.gate = asyncio.Event()

    async def hear(self, scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
        """Wait, then give what was prepared."""
        self._trace.append("hears")
        await self.gate.wait()
        self._trace.append("heard")
        if isinstance(self._heard, ModelError):
            raise self._heard
        return self._heard


class SlowVoice:
    """Speak in pieces, one a turn of the loop, and tell what it was asked for."""

    name = "slow"
    asks_model = True

    def __init__(self, trace: list[str], *, error: ModelError | None = None) -> None:
        self.cues: list[Cue] = []
        self.finished = 0
        self._trace = trace
        self._error = error

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Say the name of the act word by word."""
        self.cues.append(cue)
        self._trace.append(f"speaks {cue.act}")
        try:
            for word in ("I ", f"{cue.act} ", "now."):
                await asyncio.sleep(0)
                if on_text is not None:
                    await on_text(word)
            if self._error is not None and len(self.cues) == 1:
                raise self._error
            self.finished += 1
        except asyncio.CancelledError:
            self._trace.append("dropped")
            raise
        return Speech(text=f"I {cue.act} now.")


class Held:
    """Run one turn of a talk with fakes and keep what happened, in order."""

    def __init__(
        self,
        folder: Path,
        heard: Heard | ModelError,
        line: str = CHATS,
        *,
        scenario: Scenario = FINANCE,
        error: ModelError | None = None,
        steps: int = 8,
        voice: Voice | None = None,
    ) -> None:
        self.trace: list[str] = []
        self.shown: list[str] = []
        self.voice = SlowVoice(self.trace, error=error)
        self.scenario, self._heard, self._line, self._steps = scenario, heard, line, steps
        self._spoken = voice or self.voice
        self._store = SqliteStore(folder / "s.sqlite")

    def run(self) -> Turn:
        """Say the line; the listener answers after some turns of the loop."""
        return asyncio.run(self._run())

    async def _run(self) -> Turn:
        listener: Listener = SlowListener(self._heard, self.trace)
        talk = Conversation.start(
            self.scenario, "s", listener=listener, voice=self._spoken, store=self._store
        )

        async def show(piece: str) -> None:
            self.trace.append("shows")
            self.shown.append(piece)

        saying = asyncio.ensure_future(talk.say(self._line, on_text=show))
        for _ in range(self._steps):
            await asyncio.sleep(0)
        listener.gate.set()  # type: ignore[attr-defined]
        return await saying


def asks(fact: str) -> Heard:
    """Give what is heard in a question for a fact."""
    return Heard(moves=(Move.OPEN_QUESTION,), asked=(Match(fact=fact, confidence=0.9),))


@pytest.mark.parametrize("steps", [2, 3, 8])
def test_a_reply_that_fits_was_begun_before_the_listener_was_done(
    tmp_path: Path, steps: int
) -> None:
    """It is shown whole, none of it before the verdict, and no second call is made."""
    held = Held(tmp_path, Heard(moves=(Move.ACKNOWLEDGEMENT,)), steps=steps)
    turn = held.run()
    assert held.trace.index("speaks guarded") < held.trace.index("heard")
    assert held.trace.index("heard") < held.trace.index("shows")
    assert "".join(held.shown) == turn.text == "I guarded now."
    assert len(held.voice.cues) == 1
    assert turn.trace is not None
    assert turn.trace.act is Act.THANKS
    assert turn.trace.fallback is None


def test_a_reply_is_dropped_unseen_when_a_fact_comes_out(tmp_path: Path) -> None:
    """The voice speaks anew under the true cue; the begun one had nothing of the fact."""
    held = Held(tmp_path, asks("close-length"), ASKS, steps=3)
    turn = held.run()
    assert [cue.act for cue in held.voice.cues] == [Act.GUARDED, Act.TELL]
    assert held.voice.cues[0].known == ()
    assert "".join(held.shown) == turn.text == "I tell now."
    assert held.trace.index("dropped") < held.trace.index("speaks tell")
    assert held.voice.finished == 1


@pytest.mark.parametrize(
    ("heard", "act"),
    [
        (Heard(moves=(Move.GAME_TALK,)), Act.GAME),
        (Heard(moves=(Move.FAREWELL,)), Act.FAREWELL),
        (Heard(unsure_between=("close-length", "chasing")), Act.ASK_BACK),
        (Heard(moves=(Move.OFF_TOPIC,)), Act.OFF_TOPIC),
    ],
)
def test_where_the_begun_reply_is_wrong_an_authored_line_comes_at_once(
    tmp_path: Path, heard: Heard, act: Act
) -> None:
    """Never a second call in a row when nothing comes out; the trace says what stood in."""
    held = Held(tmp_path, heard)
    turn = held.run()
    assert turn.trace is not None
    assert (turn.trace.act, turn.trace.fallback) == (act, DID_NOT_FIT)
    assert len(held.voice.cues) == 1
    assert "".join(held.shown) == turn.text
    assert "guarded now" not in turn.text


def test_a_walk_out_is_authored(tmp_path: Path) -> None:
    """The end of a talk is said as the rules have it."""
    short = FINANCE.model_copy(update={"patience": 2})
    turn = Held(tmp_path, Heard(moves=(Move.PRESSURE,)), scenario=short).run()
    assert turn.text in FINANCE.lines.walk_out


def test_an_error_of_a_reply_that_is_not_needed_is_no_error(tmp_path: Path) -> None:
    """Nobody hears of a call whose answer is dropped."""
    failed = ModelTimeout("too late")
    held = Held(tmp_path, Heard(moves=(Move.GAME_TALK,)), error=failed)
    assert held.run().text in FINANCE.lines.game
    (tmp_path / "told").mkdir()
    turn = Held(tmp_path / "told", asks("close-length"), ASKS, error=failed).run()
    assert turn.text == "I tell now."


def test_an_error_of_a_reply_that_is_needed_is_raised(tmp_path: Path) -> None:
    """As without a listener: the line is kept, and the caller may ask again."""
    with pytest.raises(ModelTimeout):
        Held(tmp_path, Heard(moves=(Move.ACKNOWLEDGEMENT,)), error=ModelTimeout("late")).run()


def test_an_error_of_the_listener_drops_the_reply(tmp_path: Path) -> None:
    """Nothing is shown, and nothing is left running."""
    held = Held(tmp_path, AccessDenied("refused"), steps=3)
    with pytest.raises(AccessDenied):
        held.run()
    assert held.trace[-1] == "dropped"
    assert held.shown == []


def test_ctrl_c_stops_both(tmp_path: Path) -> None:
    """A turn that is cancelled leaves neither call running."""

    async def run() -> list[str]:
        trace: list[str] = []
        talk = Conversation.start(
            FINANCE, "s", listener=SlowListener(Heard(), trace), voice=SlowVoice(trace),
            store=SqliteStore(tmp_path / "s.sqlite"),
        )  # fmt: skip
        saying = asyncio.ensure_future(talk.say(CHATS))
        for _ in range(3):
            await asyncio.sleep(0)
        saying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saying
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return trace

    assert asyncio.run(run())[-1] == "dropped"


def test_a_voice_or_listener_that_does_not_wait_begins_nothing(tmp_path: Path) -> None:
    """Authored lines are there at once, and the local listener needs no time."""
    held = Held(tmp_path, Heard(moves=(Move.ACKNOWLEDGEMENT,)), voice=AuthoredVoice())
    turn = held.run()
    assert turn.text in FINANCE.lines.thanks
    assert turn.trace is not None
    assert turn.trace.fallback is None
    voice = SlowVoice([])
    store = SqliteStore(tmp_path / "t.sqlite")
    talk = Conversation.start(FINANCE, "t", listener=LanguageListener(), voice=voice, store=store)
    asyncio.run(talk.say(ASKS))
    assert [cue.act for cue in voice.cues] == [Act.TELL]


@pytest.mark.parametrize("kind", ["discoverer", "pitcher", "flatterer", "attacker", "off-topic"])
def test_a_provisional_cue_holds_nothing_that_is_not_out(scenario: Scenario, kind: str) -> None:
    """Over whole talks: it knows what the stance before knows, and tells nothing new."""
    lines = DISCOVERERS[scenario.id] if kind == "discoverer" else spoken(scenario, kind)
    played = play(scenario, lines)
    for place, stance in enumerate(played.stances[:-1]):
        cue = provisional_cue(scenario, stance, played.heard[place])
        assert {fact.id for fact in cue.known} == set(stance.known)
        assert cue.act is not Act.TELL
        assert cue.tell is None or stance.knows(cue.tell.id)


def test_what_fits() -> None:
    """A free reaction serves what tells nothing; any other only its like."""
    free, fact = Cue(act=Act.GUARDED), KnownFact(id="a", topic="b", statement="c")
    assert {act for act in Act if fits(free, Cue(act=act))} == FREELY_SERVED
    assert not fits(free, Cue(act=Act.THANKS, ends=True))
    retell = Cue(act=Act.RETELL, tell=fact)
    assert fits(retell, retell.model_copy(update={"mood": "open"}))
    assert not fits(retell, Cue(act=Act.RETELL, tell=fact.model_copy(update={"id": "x"})))
    assert not fits(Cue(act=Act.GUARDED, guarded_topics=("t",)), Cue(act=Act.THANKS))
    assert fits(Cue(act=Act.GUARDED, guarded_topics=("t",)), Cue(act=Act.GUARDED))


def test_a_line_taken_back_unseen_is_not_shown_at_all() -> None:
    """Who has seen nothing need not hear that it starts over."""

    async def run() -> str:
        async def speak(on_text: OnText) -> Speech:
            for piece in ("As an", STARTS_OVER, "Nine ", "days."):
                await on_text(piece)
                await asyncio.sleep(0)
            return Speech(text="Nine days.")

        shown: list[str] = []

        async def show(piece: str) -> None:
            shown.append(piece)

        begun = Begun(Cue(act=Act.GUARDED), speak)
        for _ in range(4):
            await asyncio.sleep(0)
        await begun.show(show)
        return "".join(shown)

    assert asyncio.run(run()) == "Nine days."


def test_a_foreign_line_is_begun_freely_where_the_scenario_allows_it() -> None:
    """Elsewhere the stakeholder asks for English."""
    line = "Wie lange dauert der Abschluss und was ist das Problem?"
    open_to_all = FINANCE.model_copy(update={"any_language": True})
    for case, act in ((FINANCE, Act.LANGUAGE), (open_to_all, Act.GUARDED)):
        talk = play(case, [line]).transcript
        turns = talk.turns[:-1]
        guess = hear(case, talk.model_copy(update={"turns": turns}), begin(case))
        assert provisional_cue(case, begin(case), guess).act is act


class Answers:
    """Answer as a listener and a voice do, over loopback."""

    def __init__(self, claim: dict[str, object], free: str = FREE, told: str = TOLD) -> None:
        self.claim, self.free, self.told = claim, free, told

    def __call__(self, body: dict[str, object]) -> str:
        """Give a claim, or a line of speech."""
        if is_hearing(body):
            nothing = {"asks": [], "restates": [], "misstates": [], "does": []}
            return json.dumps({**nothing, **self.claim})
        messages = body["messages"]
        return self.told if "Tell them this now" in messages[0]["content"] else self.free  # type: ignore[index]


@pytest.mark.parametrize("listener", ["local", "model"])
@pytest.mark.parametrize("voice", ["authored", "model"])
def test_listeners_and_voices_mix(tmp_path: Path, listener: str, voice: str) -> None:
    """All four pairs over loopback: a fact comes out, and each asks only for what it needs."""
    answers = Answers({"asks": ["close-length"], "does": ["open_question"]})
    with (
        TalkServer(answers) as server,
        ModelTalk(server, FINANCE, tmp_path, listener=listener, voice=voice) as talk,
    ):
        turn = talk.say(ASKS)
    assert turn.trace is not None
    assert (turn.trace.act, turn.trace.tell) == (Act.TELL, "close-length")
    assert turn.text == talk.shown
    assert turn.text == (TOLD if voice == "model" else FINANCE.fact("close-length").says[0])
    heard = [body for body in server.bodies if is_hearing(body)]
    spoke = [body for body in server.bodies if not is_hearing(body)]
    assert len(heard) == (listener == "model")
    begun = listener == "model" and voice == "model"
    assert len(spoke) in ((1, 2) if begun else (voice == "model",))


def test_nothing_unlocked_costs_no_second_wait(tmp_path: Path) -> None:
    """Over loopback: the reply that was begun is the one that is shown."""
    answers = Answers({"does": ["acknowledgement"]})
    with (
        TalkServer(answers, first_s=0.8, whole_s=0.8) as server,
        ModelTalk(server, FINANCE, tmp_path) as talk,
    ):
        began = time.monotonic()
        turn = talk.say(CHATS)
        took = time.monotonic() - began
    assert turn.text == talk.shown == FREE
    assert len(server.bodies) == 2
    assert took < 1.5


def test_a_dropped_reply_closes_its_connection(tmp_path: Path) -> None:
    """The server sees the reader go, and does not write to the end."""
    answers = Answers({"asks": ["close-length"]}, free=" ".join([FREE] * 4))
    with (
        TalkServer(answers, word_s=0.03, whole_s=0.3) as server,
        ModelTalk(server, FINANCE, tmp_path) as talk,
    ):
        turn = talk.say(ASKS)
        assert turn.text == TOLD
        ends = time.monotonic() + 5
        while server.left + server.streamed < 2 and time.monotonic() < ends:
            time.sleep(0.02)
    assert (server.left, server.streamed) == (1, 1)


def test_a_scenario_for_any_language_is_played_in_the_trainees(tmp_path: Path) -> None:
    """Where both sides are a model's; the answer is not taken for one that tells nothing."""
    open_to_all = FINANCE.model_copy(update={"any_language": True})
    german = "Neun Arbeitstage, und im Kalender stehen 6, das ist seit dem Kauf nicht besser."
    answers = Answers({"asks": ["close-length"], "does": ["other_language"]}, told=german)
    line = "Wie lange dauert der Abschluss und was ist das Problem?"
    with TalkServer(answers) as server, ModelTalk(server, open_to_all, tmp_path) as talk:
        turn = talk.say(line)
    assert turn.trace is not None
    assert (turn.trace.act, turn.text) == (Act.TELL, german)
    assert "the language that the other person speaks" in str(server.bodies)


def test_elsewhere_the_stakeholder_asks_for_english(tmp_path: Path) -> None:
    """With one part that is no model's, or where the scenario does not say otherwise."""
    line = "Wie lange dauert der Abschluss und was ist das Problem?"
    answers = Answers({"asks": ["close-length"]})
    open_to_all = FINANCE.model_copy(update={"any_language": True})
    for place, (case, voice) in enumerate([(FINANCE, "model"), (open_to_all, "authored")]):
        folder = tmp_path / str(place)
        folder.mkdir()
        with TalkServer(answers) as server, ModelTalk(server, case, folder, voice=voice) as talk:
            turn = talk.say(line)
        assert turn.trace is not None
        assert turn.trace.act is Act.LANGUAGE
        assert turn.trace.stance.known == ()
