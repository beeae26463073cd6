"""A practice session: each line is kept before anything else happens with it."""

from __future__ import annotations

from rmcoach_llm.disclosure import advance, begin
from rmcoach_llm.domain import (
    Act,
    Brief,
    Cue,
    Heard,
    Move,
    Participant,
    Scenario,
    ScenarioRef,
    Speech,
    Stance,
    Trace,
    Transcript,
    Turn,
    clean_text,
)
from rmcoach_llm.errors import UsageError
from rmcoach_llm.practice.begun import Begun, asks_model, fits, provisional_cue
from rmcoach_llm.practice.listeners import hear
from rmcoach_llm.practice.voices import authored_line
from rmcoach_llm.protocols import Listener, OnText, Store, Voice

TRAINEE = "Trainee"
DID_NOT_FIT = "the reply that was begun did not fit"


class Conversation:
    """Run one session; a second object over the same store goes on where the first stopped.

    `say` keeps the trainee's line on disk before the stakeholder thinks about it; the answer is
    kept whole or not at all. When a model fails, the line stays and `reply` may be called again.
    Where another process has gone on with the session, the store raises SessionConflict and
    nothing more of this object's is kept.
    """

    def __init__(
        self,
        scenario: Scenario,
        transcript: Transcript,
        *,
        listener: Listener,
        voice: Voice,
        store: Store,
    ) -> None:
        self.scenario = scenario
        self.transcript = transcript
        self._listener = listener
        self._voice = voice
        self._store = store

    @classmethod
    def start(
        cls,
        scenario: Scenario,
        session_id: str,
        *,
        listener: Listener,
        voice: Voice,
        store: Store,
        trainee: str = TRAINEE,
    ) -> Conversation:
        """Begin a session with the stakeholder's opening line."""
        persona = scenario.persona
        transcript = Transcript(
            id=session_id,
            participants=(
                Participant(name=persona.name, role="stakeholder"),
                Participant(name=trainee, role="trainee"),
            ),
            turns=(),
            scenario=ScenarioRef(id=scenario.id, version=scenario.version, sha256=scenario.digest),
        )
        store.begin(transcript)
        talk = cls(scenario, transcript, listener=listener, voice=voice, store=store)
        talk._keep(Turn(speaker=persona.name, role="stakeholder", text=scenario.opening))
        return talk

    @property
    def stance(self) -> Stance:
        """Give where the stakeholder stands after the last answer."""
        for turn in reversed(self.transcript.turns):
            if turn.trace is not None:
                return turn.trace.stance
        return begin(self.scenario)

    @property
    def voice_name(self) -> str:
        """Give the name of the voice that answers."""
        return self._voice.name

    @property
    def ended(self) -> str | None:
        """Say why the talk is over, or None while it goes on."""
        return self.stance.ended

    @property
    def unanswered(self) -> bool:
        """Say whether the last line is the trainee's: a reply was lost or is still to come."""
        return bool(self.transcript.turns) and self.transcript.turns[-1].role == "trainee"

    def review(self, brief: Brief) -> None:
        """Keep what the trainee took from the talk."""
        given = {part: clean_text(text) for part, text in brief if text is not None}
        kept = Brief.model_validate(given)
        self._store.keep_brief(self.transcript.id, kept)
        self.transcript = self.transcript.model_copy(update={"brief": kept})

    async def say(self, line: str, *, on_text: OnText | None = None) -> Turn:
        """Keep the trainee's line and give the stakeholder's answer, kept as well."""
        if self.ended:
            raise UsageError(f"the talk has ended ({self.ended})", remedy="start a new session")
        name = next(p.name for p in self.transcript.participants if p.role == "trainee")
        self._keep(Turn(speaker=name, role="trainee", text=clean_text(line)))
        return await self.reply(on_text=on_text)

    async def reply(self, *, on_text: OnText | None = None) -> Turn:
        """Answer the trainee's last line; raises UsageError where there is none to answer."""
        if not self.unanswered:
            raise UsageError("there is no line to answer", remedy="say something first")
        before = self.stance
        begun = self._begin(before) if self._asks_twice else None
        try:
            heard = await self._hear(before)
            last = len(self.transcript.turns) - 1
            stance, cue = advance(self.scenario, before, heard, turn=last)
            speech = await self._speak(cue, begun, on_text)
        finally:
            if begun is not None:
                await begun.drop()
        turn = Turn(
            speaker=self.scenario.persona.name,
            role="stakeholder",
            text=speech.text,
            trace=Trace(
                heard=heard,
                act=cue.act,
                tell=cue.tell.id if cue.tell else None,
                stance=stance,
                voice=self._voice.name,
                fallback=speech.fallback,
            ),
        )
        self._keep(turn)
        return turn

    @property
    def _asks_twice(self) -> bool:
        return asks_model(self._listener) and asks_model(self._voice)

    def _begin(self, before: Stance) -> Begun:
        """Let the voice begin under what is known now, while the listener thinks."""
        cue = provisional_cue(self.scenario, before, hear(self.scenario, self.transcript, before))

        async def speak(on_text: OnText) -> Speech:
            return await self._voice.speak(self.scenario, self.transcript, cue, on_text=on_text)

        return Begun(cue, speak)

    async def _hear(self, before: Stance) -> Heard:
        """Hear the last line; a scenario may let models speak other languages than its own."""
        heard = await self._listener.hear(self.scenario, self.transcript, before)
        if not (self.scenario.any_language and self._asks_twice):
            return heard
        moves = tuple(move for move in heard.moves if move is not Move.OTHER_LANGUAGE)
        return heard.model_copy(update={"moves": moves})

    async def _speak(self, cue: Cue, begun: Begun | None, on_text: OnText | None) -> Speech:
        """Say what the cue allows; a second call is made only for a fact that comes out."""
        if begun is None or cue.act is Act.TELL:
            if begun is not None:
                await begun.drop()
            return await self._voice.speak(self.scenario, self.transcript, cue, on_text=on_text)
        if fits(begun.cue, cue):
            return await begun.show(on_text)
        text = authored_line(self.scenario, self.transcript, cue)
        if on_text is not None:
            await on_text(text)
        return Speech(text=text, fallback=DID_NOT_FIT)

    def _keep(self, turn: Turn) -> None:
        before = self.transcript.turns
        self._store.append(self.transcript.id, turn, number=len(before))
        turns = (*before, turn)
        self.transcript = self.transcript.model_copy(update={"turns": turns})
