"""Two voices: one speaks lines that an author wrote, one lets a model phrase the cue."""

from __future__ import annotations

import logging
import re
from itertools import product

from rmcoach_llm.domain import (
    Act,
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
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.scripts import is_other_language
from rmcoach_llm.language.words import stems
from rmcoach_llm.practice.begun import STARTS_OVER
from rmcoach_llm.practice.guard import Guard
from rmcoach_llm.practice.voice_prompt import NOT_TOLD, anew, voice_request
from rmcoach_llm.protocols import ChatModel, OnText, Parts

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # no warning lands in the middle of a line on the screen

ASK_BACK = (
    "Do you mean {0}, or {1}?",
    "Sorry, which one: {0}, or {1}?",
    "Are you after {0} now, or {1}?",
    "Hold on. Is this about {0}, or about {1}?",
    "I could take that two ways: {0}, or {1}?",
)
UNCLEAR = (
    "I am not sure what you are asking. Could you put it in other words?",
    "Sorry, I did not quite follow. What would you like to know?",
    "Say that again, please, a little more plainly.",
    "I lost you there. What exactly are you after?",
    "Hm, which way do you mean that? Try me once more.",
    "You would have to ask me that another way.",
)
STEERS = (
    "I am not sure what you are asking. I could tell you about {0}, or about {1}.",
    "Sorry, I did not quite follow. If you mean {0}, or rather {1}, just say so.",
    "Could you put that in other words? I would know what to say about {0}, and about {1}.",
    "I lost you there. We could talk about {0}, or about {1}, whichever you like.",
    "Hm, I can think of two things that you may want there: {0}, or {1}.",
    "You would have to ask me that another way. Take {0}, for a start, or {1}.",
)
"""Lines for a question that was not understood, where there is something near to offer."""
PUZZLED = (
    "I would put it differently. Which part of what I told you do you mean?",
    "I am not sure that we mean the same thing. What did you take from what I said?",
    "Those are not quite my words, so I would not say yes to them yet. What do you mean by it?",
    "I would put it another way. What makes you put it so?",
    "Let me not nod to something that I may read differently. What is it that you mean?",
    "That is how you put it. I would need it closer to what I said before I nod.",
)
"""Lines for what is said back in words that show neither that it is right nor that it is wrong."""
IN_MY_WORDS = (
    "Let me put it in my own words.",
    "I would say it like this.",
    "Before I nod, here is how I see it.",
    "To be sure that we mean the same thing:",
)
"""What stands before a fact that was said back in words which may be fair or not."""
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

ASKING_BACK = {Act.ASK_BACK: ASK_BACK, Act.UNCLEAR: STEERS}
"""Acts whose lines name two things to choose from."""

WITHOUT_A_LIST = {Act.UNCLEAR: UNCLEAR, Act.PUZZLED: PUZZLED}
"""Acts whose lines fit anybody, and stand in no scenario."""

LISTS = {Act.GREET: "hollow", Act.RETELL: "repeat"}
"""Acts whose lines stand in a list of another name."""

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
        if cue.act is Act.PUZZLED:
            told = tuple(f"{begin} {line}" for line in told[1:] for begin in IN_MY_WORDS)
        fresh = next((line for line in told if line not in used), None)
        if fresh is not None:
            return fresh
        pool: tuple[str, ...] = told
    elif cue.act in OBJECTION_LINES and scenario.objection is not None:
        pool = getattr(scenario.objection, OBJECTION_LINES[cue.act])
    elif cue.act in ASKING_BACK and cue.choices:
        pool = tuple(form.format(*cue.choices) for form in ASKING_BACK[cue.act])
    elif cue.act in WITHOUT_A_LIST:
        pool = WITHOUT_A_LIST[cue.act]
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

    asks_model = True

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
            request = anew(request, reason)
            if on_text is not None and watched.released:
                await on_text(STARTS_OVER)
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
        self._guard = Guard.over(scenario, _stance_of(cue), prompt)
        self._on_text = on_text
        self._name = scenario.persona.name
        self._raw = ""
        self.released = ""

    async def hear(self, piece: str) -> None:
        """Take the next piece of the stream."""
        self._raw += piece
        text = self._check(self._raw)
        ends = [match.end() for match in re.finditer(r"\S+\s", text)]
        if len(ends) > HELD_BACK and ends[-HELD_BACK - 1] > len(self.released):
            self._uncover(text)
            await self._release(text[: ends[-HELD_BACK - 1]])

    async def finish(self, text: str) -> str:
        """Check the whole line, pass on the rest, give the line."""
        whole = self._check(text).strip()
        if not whole:
            raise _Stopped("said nothing")
        if self._cue.act is Act.TELL and self._cue.tell and not self._tells(whole, self._cue.tell):
            raise _Stopped(NOT_TOLD)
        self._uncover(whole)
        await self._release(whole)
        return whole

    def _tells(self, text: str, fact: KnownFact) -> bool:
        """Say whether a line tells a fact; in another language its figures alone can show it."""
        foreign = self._scenario.any_language and is_other_language(text)
        return conveys(text, fact) or (foreign and not numbers(fact.statement))

    def _check(self, text: str) -> str:
        text = without_own_name(text, self._name)
        if (reason := self._guard.objection(text)) is not None:
            raise _Stopped(reason)
        return text

    def _uncover(self, text: str) -> None:
        """Stop a line that hides something; asked of all that has come before more is shown."""
        if (reason := self._guard.hidden(text)) is not None:
            raise _Stopped(reason)

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
