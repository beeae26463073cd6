"""Two voices: one speaks lines that an author wrote, one lets a model phrase the cue."""

from __future__ import annotations

import logging
import re
from itertools import product

from rmcoach_llm.domain import (
    Act,
    ChatMessage,
    ChatRequest,
    Cue,
    Earned,
    KnownFact,
    ObjectionState,
    Prompt,
    Scenario,
    Speech,
    Stance,
    Transcript,
)
from rmcoach_llm.errors import ConfigError, ContentFiltered, ModelDeclined
from rmcoach_llm.language.words import stems
from rmcoach_llm.practice.guard import objection
from rmcoach_llm.practice.listening import numbers
from rmcoach_llm.protocols import ChatModel, OnText, Parts

log = logging.getLogger(__name__)

ASK_BACK = (
    "Do you mean {0}, or {1}?",
    "Sorry, which one: {0}, or {1}?",
    "Are you after {0} now, or {1}?",
    "Hold on. Is this about {0}, or about {1}?",
    "I could take that two ways: {0}, or {1}?",
)
AGAIN = (
    "As I said: ",
    "Once more: ",
    "I can only say it again. ",
    "Like before: ",
    "Well, still: ",
)
OBJECTION_LINES = {
    Act.RAISE_OBJECTION: "raised",
    Act.HOLD_OBJECTION: "held",
    Act.DROP_OBJECTION: "moved",
}
"""Acts whose lines stand in the scenario's objection."""

LISTS = {Act.GREET: "hollow", Act.RETELL: "repeat"}
"""Acts whose lines stand in a list of another name."""

REPLY_TOKENS = 2_000
"""Room for models that think before they speak; the guard bounds what is said."""

TEMPERATURE = 0.8
HELD_BACK = 4
"""Words of a stream that wait until the next ones are there: the guard sees phrases whole."""


def create_authored_voice(parts: Parts) -> AuthoredVoice:
    """Make the voice that needs no model."""
    del parts
    return AuthoredVoice()


def create_model_voice(parts: Parts) -> ModelVoice:
    """Make the voice of a model; raises ConfigError where none is configured."""
    if parts.model is None:
        raise ConfigError(
            "the model voice needs a model", remedy="choose one with --model or RMCOACH_MODEL"
        )
    return ModelVoice(parts.model, parts.prompt("stakeholder-voice"))


class AuthoredVoice:
    """Speak the author's lines, none of them twice in a talk."""

    name = "authored"

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Give the next unused line for the cue."""
        text = authored_line(scenario, transcript, cue)
        if on_text is not None:
            await on_text(text)
        return Speech(text=text)


def authored_line(scenario: Scenario, transcript: Transcript, cue: Cue) -> str:
    """Choose the author's line for a cue: the first that this talk has not had yet.

    When a list is used up, its lines come again behind a word that says so.
    """
    used = {turn.text for _, turn in transcript.of_role("stakeholder")}
    if cue.tell is not None:
        told = scenario.fact(cue.tell.id).says
        if cue.act is Act.REPEAT:
            told = tuple(f"{again} {line}" for again in scenario.lines.repeat for line in told[1:])
        fresh = next((line for line in told if line not in used), None)
        if fresh is not None:
            return fresh
        pool: tuple[str, ...] = told
    elif cue.act in OBJECTION_LINES and scenario.objection is not None:
        pool = getattr(scenario.objection, OBJECTION_LINES[cue.act])
    elif cue.act is Act.ASK_BACK:
        pool = tuple(form.format(*cue.choices) for form in ASK_BACK)
    else:
        pool = getattr(scenario.lines, LISTS.get(cue.act, cue.act.value))
    return _unused(pool, used)


def _unused(pool: tuple[str, ...], used: set[str]) -> str:
    for times in range(3):
        for again in product(AGAIN, repeat=times):
            for line in pool:
                if (text := "".join(again) + line) not in used:
                    return text
    raise AssertionError("a talk of 60 turns uses up no list: two lines make 62 with what precedes")


class ModelVoice:
    """Let a model phrase the cue, streamed; the guard and an authored line stand behind it."""

    def __init__(self, model: ChatModel, prompt: Prompt) -> None:
        self.name = f"model:{model.name}"
        self._model = model
        self._prompt = prompt

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Give the model's line; after two that the guard stops, or a refusal, an authored one.

        Raises a `ModelError` when no whole answer came: the caller may ask again.
        """
        request = voice_request(self._prompt, scenario, transcript, cue)
        reason = ""
        for attempt in (1, 2):
            watched = _Watched(scenario, cue, request.messages[0].content, on_text)
            try:
                reply = await self._model.complete(request, on_text=watched.hear)
                return Speech(text=await watched.finish(reply.text))
            except _Stopped as stop:
                reason = str(stop)
            except (ModelDeclined, ContentFiltered) as error:
                reason = type(error).__name__
            log.warning("%s: attempt %d of the voice was dropped: %s", self.name, attempt, reason)
            if on_text is not None and watched.released:
                await on_text(" ... [starts over] ")
        text = authored_line(scenario, transcript, cue)
        if on_text is not None:
            await on_text(text)
        return Speech(text=text, fallback=reason)


class _Stopped(Exception):
    """Tell the voice that the guard stopped a line."""


class _Watched:
    """Pass a stream on, a few words late, as long as the guard has nothing against it."""

    def __init__(self, scenario: Scenario, cue: Cue, prompt: str, on_text: OnText | None) -> None:
        self._scenario = scenario
        self._cue = cue
        self._stance = _stance_of(cue)
        self._prompt = prompt
        self._on_text = on_text
        self._name = scenario.persona.name
        self._raw = ""
        self.released = ""

    async def hear(self, piece: str) -> None:
        """Take the next piece of the stream."""
        self._raw += piece
        text = self._check(self._raw)
        ends = [match.end() for match in re.finditer(r"\S+\s", text)]
        if len(ends) > HELD_BACK:
            await self._release(text[: ends[-HELD_BACK - 1]])

    async def finish(self, text: str) -> str:
        """Check the whole line, pass on the rest, give the line."""
        whole = self._check(text).strip()
        if not whole:
            raise _Stopped("said nothing")
        if self._cue.act is Act.TELL and self._cue.tell and not conveys(whole, self._cue.tell):
            raise _Stopped("did not tell what was earned")
        await self._release(whole)
        return whole

    def _check(self, text: str) -> str:
        text = without_own_name(text, self._name)
        reason = objection(text, scenario=self._scenario, stance=self._stance, prompt=self._prompt)
        if reason is not None:
            raise _Stopped(reason)
        return text

    async def _release(self, text: str) -> None:
        if self._on_text is not None and len(text) > len(self.released):
            await self._on_text(text[len(self.released) :])
        self.released = max(self.released, text, key=len)


def conveys(text: str, fact: KnownFact) -> bool:
    """Say whether a line tells of a fact: it shares two content words or a number with it.

    Only what was said may count as disclosed; a model that says something else does not tell.
    """
    stated = set(stems(fact.statement))
    return len(stated & set(stems(text))) >= 2 or bool(numbers(fact.statement) & numbers(text))


def without_own_name(text: str, name: str) -> str:
    """Drop the speaker's own name that models write before a line, and quotes around it.

    >>> without_own_name('Dana Whitfield: It took days.', "Dana Whitfield")
    'It took days.'
    """
    first = re.escape(name.split(maxsplit=1)[0])
    found = re.match(rf"\s*\W{{0,2}}(?:{re.escape(name)}|{first})\W{{0,2}}:\W{{0,2}}\s*", text)
    return text[found.end() :] if found else text.lstrip()


def _stance_of(cue: Cue) -> Stance:
    known = tuple(Earned(fact=fact.id, turn=0, how="earned") for fact in cue.known)
    state: ObjectionState = "raised" if cue.objection else "unspoken"
    return Stance(trust=0, patience=0, earned=known, objection=state)


def voice_request(
    prompt: Prompt, scenario: Scenario, transcript: Transcript, cue: Cue
) -> ChatRequest:
    """Build the request for a line: persona, what is known, the cue, and the talk so far.

    Nothing of a locked fact is in it: of the scenario only the persona and the opening are
    used, all else comes from the cue. One system message stands first, as chat templates of
    many local models demand; lines of one side in a row are joined.
    """
    persona = scenario.persona
    system = prompt.render(
        name=persona.name,
        role=persona.role,
        background=persona.background,
        style=persona.style,
        pressures=" ".join(persona.pressures) or "none",
        speech=" | ".join(persona.speech) or "none",
        opening=scenario.opening,
        known="\n".join(f"- {fact.statement}" for fact in cue.known) or "- nothing yet",
        mood=cue.mood,
        cue=direction(cue),
    )
    messages = [ChatMessage(role="system", content=system)]
    for turn in transcript.turns:
        role = "user" if turn.role == "trainee" else "assistant"
        if role == "assistant" and len(messages) == 1:
            continue  # the opening stands in the system message: templates want the user first
        if messages[-1].role == role:
            joined = f"{messages[-1].content}\n{turn.text}"
            messages[-1] = ChatMessage(role=messages[-1].role, content=joined)
        else:
            messages.append(
                ChatMessage(role="user" if role == "user" else "assistant", content=turn.text)
            )
    return ChatRequest(messages=tuple(messages), temperature=TEMPERATURE, max_tokens=REPLY_TOKENS)


DIRECTIONS = {
    Act.ASK_BACK: "You are not sure what is meant. Ask back whether it is about {choices}.",
    Act.GREET: "Return the greeting in a few words and wait for a question.",
    Act.GUARDED: "You are asked about {guarded}. You do not know this person well enough to talk "
    "about it yet. Deflect in your own way, without facts, without promising anything.",
    Act.HOLLOW: "There was nothing in that to answer. React briefly, as a busy person does.",
    Act.OFF_TOPIC: "That has nothing to do with your work. Say so, politely, and come back to it.",
    Act.PITCH: "They push a solution before they have understood you. Show that you are not sold.",
    Act.PRESSURE: "They push you. Stay calm, say that you do not like it, give nothing.",
    Act.GAME: "That is an odd thing to say in a meeting. Brush it off and come back to your work.",
    Act.LANGUAGE: "That was not English. Ask to speak English.",
    Act.THANKS: "They took up what you said, or thanked you. Confirm it in your own words, briefly.",
    Act.WRONG: "They played back something that you did not say. Correct them, without new facts.",
    Act.COMMITMENT: "They made a promise. Take note of it, in your own way.",
    Act.IMPATIENT: "You are losing patience. Say that this is the last chance to use your time.",
    Act.FAREWELL: "They say goodbye. Say goodbye.",
    Act.RAISE_OBJECTION: "They propose something, and they know what you need. You have a doubt "
    "and you say it: {objection}",
    Act.HOLD_OBJECTION: "What they say does not settle your doubt. Stay with it, in other words, "
    "and do not say what would convince you: {objection}",
    Act.DROP_OBJECTION: "What they brought settles your doubt. Say so, soberly: {objection}",
    Act.WALK_OUT: "You have had enough. End the meeting now, in your own way.",
    Act.TIME_OUT: "Your time is up. Close the meeting.",
}


def direction(cue: Cue) -> str:
    """Put a cue into words for a model."""
    if cue.tell is not None:
        retells = cue.act in (Act.RETELL, Act.REPEAT)
        again = "Say again, in other words" if retells else "Tell them this now"
        words = f"{again}, as one who talks, all of it and nothing beyond: {cue.tell.statement}"
    else:
        words = DIRECTIONS[cue.act].format(
            choices=" or ".join(cue.choices),
            guarded=" or ".join(cue.guarded_topics),
            objection=cue.objection or "",
        )
    return f"{words} Then end the meeting." if cue.ends and cue.tell is not None else words
