"""What passes between listener, disclosure and voice in one practice turn."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from rmcoach_llm.domain.base import Name, Record, Slug, Text
from rmcoach_llm.domain.scenario import EvidenceKind, QuestionKind


class Move(StrEnum):
    """Name what a trainee's line does; several may hold at once."""

    OPEN_QUESTION = "open_question"
    CLOSED_QUESTION = "closed_question"
    LEADING_QUESTION = "leading_question"
    SEVERAL_QUESTIONS = "several_questions"
    FOLLOW_UP = "follow_up"
    ACKNOWLEDGEMENT = "acknowledgement"
    PLAYBACK = "playback"
    PITCH = "pitch"
    NUMBER = "number"
    SOURCE = "source"
    COMMITMENT = "commitment"
    ADMITTED_LIMIT = "admitted_limit"
    HEDGE = "hedge"
    OVERCLAIM = "overclaim"
    TRADE_OFF = "trade_off"
    REQUEST = "request"
    JARGON = "jargon"
    PRESSURE = "pressure"
    OFF_TOPIC = "off_topic"
    GAME_TALK = "game_talk"
    OTHER_LANGUAGE = "other_language"
    GIBBERISH = "gibberish"
    GREETING = "greeting"
    FAREWELL = "farewell"


class Match(Record):
    """Say how surely (0 to 1) a line asks for a fact."""

    fact: Slug
    confidence: Annotated[float, Field(ge=0, le=1)]


class Heard(Record):
    """Say what a trainee's line did and which facts it asked for: ids and moves, no statements.

    `asked` is ranked, surest first. `unsure_between` holds two facts when the listener
    could not tell which is meant. `played_back` are known facts that the line restates rightly,
    `misplayed` known facts that it restates wrongly; `follows` is the last told fact where the
    line builds on it. `speaks_to_objection` says that it speaks to the objection raised.
    """

    moves: tuple[Move, ...] = ()
    kinds: tuple[QuestionKind, ...] = ()
    asked: tuple[Match, ...] = ()
    unsure_between: tuple[Slug, ...] = ()
    played_back: tuple[Slug, ...] = ()
    misplayed: tuple[Slug, ...] = ()
    follows: Slug | None = None
    speaks_to_objection: bool = False

    def did(self, move: Move) -> bool:
        """Say whether the line did this."""
        return move in self.moves


HowKnown = Literal["earned", "volunteered"]
"""`volunteered`: told without a lock, as part of what is wanted; it is no merit."""

ObjectionState = Literal["unspoken", "raised", "moved"]
"""Where the objection stands; a scenario without one stays at `unspoken`."""

Ending = Literal["walk_out", "time_out", "farewell"]

Mood = Literal["open", "neutral", "guarded", "irritated"]


class Earned(Record):
    """Tag a fact that came out: at which turn (from 0) of the transcript, and how."""

    fact: Slug
    turn: Annotated[int, Field(ge=0)]
    how: HowKnown


class Stance(Record):
    """Hold where the stakeholder stands: trust and patience (0 to 10, 0 to 20), what is known.

    `exchanges` counts the trainee's turns so far, `rewarded` the evidence that has already
    moved trust (nothing counts twice), `unheard` the facts told since it last did, `offered` the facts of a "do you mean ... or ...?" just
    asked, `refused` the facts asked for and not given, `ended` why the talk is over.
    `objection` is where the objection stands, `evidence` what has been brought against it so far.
    """

    trust: Annotated[int, Field(ge=0, le=10)]
    patience: Annotated[int, Field(ge=0, le=20)]
    exchanges: Annotated[int, Field(ge=0)] = 0
    earned: tuple[Earned, ...] = ()
    last_fact: Slug | None = None
    offered: tuple[Slug, ...] = ()
    refused: tuple[Slug, ...] = ()
    rewarded: tuple[str, ...] = ()
    unheard: Annotated[int, Field(ge=0)] = 0
    objection: ObjectionState = "unspoken"
    evidence: tuple[EvidenceKind, ...] = ()
    ended: Ending | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """Give the ids of the facts that are out, in the order in which they came."""
        return tuple(item.fact for item in self.earned)

    def knows(self, fact_id: str) -> bool:
        """Say whether a fact is out."""
        return fact_id in self.known


class Act(StrEnum):
    """Say what the stakeholder does now.

    `raise_objection`, `hold_objection` and `drop_objection` take their lines from the scenario's
    objection; of the others all but the first six name a list in `Lines`. `unclear`: something was
    asked, and it is not clear what. `puzzled`: something was said back, and it is not clear whether
    it is what was told; where it is clear what is meant, that is told again in other words.
    """

    TELL = "tell"
    ASK_BACK = "ask_back"
    GREET = "greet"
    RETELL = "retell"
    UNCLEAR = "unclear"
    PUZZLED = "puzzled"
    RAISE_OBJECTION = "raise_objection"
    HOLD_OBJECTION = "hold_objection"
    DROP_OBJECTION = "drop_objection"
    GUARDED = "guarded"
    HOLLOW = "hollow"
    OFF_TOPIC = "off_topic"
    PITCH = "pitch"
    PRESSURE = "pressure"
    GAME = "game"
    LANGUAGE = "language"
    THANKS = "thanks"
    WRONG = "wrong"
    REPEAT = "repeat"
    COMMITMENT = "commitment"
    IMPATIENT = "impatient"
    FAREWELL = "farewell"
    WALK_OUT = "walk_out"
    TIME_OUT = "time_out"


class KnownFact(Record):
    """Hold an unlocked fact as a voice may see it."""

    id: Slug
    topic: Name
    statement: Text


class Cue(Record):
    """Tell a voice what to do: the only thing about the case that it gets to see.

    `tell` is said now; `known` is all that is unlocked, `tell` included; `guarded_topics` are
    vague names of what is asked for and not yet earned. `objection` is what is held
    against a proposal, once it is voiced. A locked statement is never in a cue.
    """

    act: Act
    tell: KnownFact | None = None
    known: tuple[KnownFact, ...] = ()
    guarded_topics: tuple[Name, ...] = ()
    choices: tuple[Name, ...] = ()
    objection: Text | None = None
    mood: Mood = "neutral"
    ends: bool = False


class Speech(Record):
    """Hold what a voice said; `fallback` is why an authored line stands in for a model's."""

    text: Text
    fallback: Text | None = None


class Trace(Record):
    """Record why the stakeholder answered as they did: what was heard, decided, and by whom said.

    `voice` names who phrased the line; `fallback` is why an authored line stood in for a
    model's, where it did.
    """

    heard: Heard
    act: Act
    tell: Slug | None = None
    stance: Stance
    voice: Name
    fallback: Text | None = None
