"""Scenarios: a stakeholder, what they want, what they need, and how it may be earned."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rmcoach_llm.domain.base import Format, Line, Name, Record, Slug
from rmcoach_llm.errors import did_you_mean


class Layer(StrEnum):
    """Say what kind of thing a fact is; `want` and `symptom` lie at the surface."""

    WANT = "want"
    SYMPTOM = "symptom"
    NEED = "need"
    CONSTRAINT = "constraint"
    DECISION = "decision"
    SUCCESS_MEASURE = "success_measure"

    @property
    def deep(self) -> bool:
        """Say whether a fact of this layer has to be earned."""
        return self not in (Layer.WANT, Layer.SYMPTOM)


class QuestionKind(StrEnum):
    """Say what a question is after (SPIN; Rackham 1988) or which part of the case it asks for."""

    SITUATION = "situation"
    PROBLEM = "problem"
    IMPLICATION = "implication"
    NEED_PAYOFF = "need_payoff"
    CONSTRAINT = "constraint"
    DECISION = "decision"
    SUCCESS = "success"


class Unlock(Record):
    """State what has to happen before a fact may be told.

    `after`: facts that must be known first. `trust`: the least trust, 0 to 10.
    `kinds`: kinds of question that reach it; empty means any question on its topic.
    """

    after: tuple[Slug, ...] = ()
    trust: Annotated[int, Field(ge=0, le=10)] = 0
    kinds: tuple[QuestionKind, ...] = ()


class Fact(Record):
    """Hold one thing that the stakeholder knows, and how it is asked for and told.

    `statement` is the fact in the third person: it enters a model's context only once it is
    unlocked. `topic` is a vague name that may be seen before. `cues` are words and phrases
    that point to it, `asks_like` whole questions that reach it. `says` are the lines in which
    the stakeholder tells it, in the order in which they are used up.
    """

    id: Slug
    layer: Layer
    topic: Name
    statement: Line
    root: bool = False
    cues: Annotated[tuple[Line, ...], Field(min_length=1)]
    asks_like: Annotated[tuple[Line, ...], Field(min_length=2)]
    unlock: Unlock = Unlock()
    says: Annotated[tuple[Line, ...], Field(min_length=2)]


class Persona(Record):
    """Describe the person who is played: who they are and how they talk."""

    name: Name
    role: Name
    background: Line
    style: Line
    pressures: tuple[Line, ...] = ()
    speech: tuple[Line, ...] = ()


class Lines(Record):
    """Hold what the stakeholder says when no fact is told; no line is used twice in a talk.

    `guarded`: asked for something not yet earned. `hollow`: nothing to answer to.
    `off_topic`, `pitch` (a solution too early), `pressure`, `game` (asked about the exercise),
    `language` (another language), `thanks` (an acknowledgement or a playback that is right),
    `wrong` (a playback that is wrong), `repeat` (asked again), `commitment` (a promise made),
    `impatient` (last warning), `farewell` (the trainee ends), `walk_out` (patience is out),
    `time_out` (time is out).
    """

    guarded: Annotated[tuple[Line, ...], Field(min_length=4)]
    hollow: Annotated[tuple[Line, ...], Field(min_length=4)]
    off_topic: Annotated[tuple[Line, ...], Field(min_length=3)]
    pitch: Annotated[tuple[Line, ...], Field(min_length=3)]
    pressure: Annotated[tuple[Line, ...], Field(min_length=2)]
    game: Annotated[tuple[Line, ...], Field(min_length=3)]
    language: Annotated[tuple[Line, ...], Field(min_length=1)]
    thanks: Annotated[tuple[Line, ...], Field(min_length=4)]
    wrong: Annotated[tuple[Line, ...], Field(min_length=2)]
    repeat: Annotated[tuple[Line, ...], Field(min_length=3)]
    commitment: Annotated[tuple[Line, ...], Field(min_length=2)]
    impatient: Annotated[tuple[Line, ...], Field(min_length=1)]
    farewell: Annotated[tuple[Line, ...], Field(min_length=1)]
    walk_out: Annotated[tuple[Line, ...], Field(min_length=1)]
    time_out: Annotated[tuple[Line, ...], Field(min_length=1)]


class Term(Record):
    """Explain a word of the business function; a trainee who uses it rightly gains credibility."""

    term: Name
    meaning: Line


EvidenceKind = Literal["number", "source", "commitment", "admitted_limit", "trade_off"]
"""Evidence that can move an objection; each names the move of the same value."""


class Objection(Record):
    """Hold what is held against a proposal, and the evidence that alone moves it.

    It is voiced at the first proposal after the root need is known. `statement` is the objection
    in the third person: it enters a model's context only once it is voiced. `cues` are words and
    phrases that show that a line speaks to it. It moves when lines that speak to it have brought
    every kind of evidence in `moved_by`; charm and insistence do not count. `raised` are the
    lines that voice it, `held` those that stay with it, `moved` those that let it go.
    """

    topic: Name
    statement: Line
    cues: Annotated[tuple[Line, ...], Field(min_length=1)]
    moved_by: Annotated[tuple[EvidenceKind, ...], Field(min_length=1)]
    raised: Annotated[tuple[Line, ...], Field(min_length=1)]
    held: Annotated[tuple[Line, ...], Field(min_length=3)]
    moved: Annotated[tuple[Line, ...], Field(min_length=1)]


class Scenario(Record):
    """Hold a whole exercise: brief, stakeholder, facts with their locks, glossary.

    `patience` is how many wasted turns the stakeholder bears, `turns` how many turns of the
    trainee the time allows. `brief` is what the trainee reads; it must not give the need away.
    `solutions` are words for ready-made answers: naming one before the need is a pitch.
    `first` marks the scenario that a newcomer starts with; `parallel` names the one that trains
    the same with another case, for before and after. With `any_language` a stakeholder that a
    model hears and voices answers in the language that is spoken, else asks for English.
    """

    format: Format = 1
    id: Slug
    version: Name
    title: Name
    business_function: Name
    difficulty: Literal["introductory", "intermediate", "advanced"]
    language: Literal["en"] = "en"
    any_language: bool = False
    first: bool = False
    parallel: Slug | None = None
    summary: Line
    brief: Annotated[tuple[Line, ...], Field(min_length=1)]
    opening: Line
    persona: Persona
    trust: Annotated[int, Field(ge=0, le=10)] = 2
    patience: Annotated[int, Field(ge=1, le=20)] = 6
    turns: Annotated[int, Field(ge=8, le=60)] = 24
    facts: Annotated[tuple[Fact, ...], Field(min_length=3)]
    objection: Objection | None = None
    lines: Lines
    glossary: tuple[Term, ...] = ()
    solutions: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _facts_hang_together(self) -> Scenario:
        ids = [fact.id for fact in self.facts]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                raise ValueError(f"facts.{index}.id: '{name}' is the id of two facts; rename one")
        if sum(fact.root for fact in self.facts) != 1:
            raise ValueError("facts: exactly one fact must be marked 'root: true', the root need")
        for index, fact in enumerate(self.facts):
            for before in fact.unlock.after:
                if before not in ids:
                    raise ValueError(
                        f"facts.{index}.unlock.after: '{fact.id}' waits for '{before}', which is "
                        f"no fact; {did_you_mean(before, [n for n in ids if n != fact.id])}"
                    )
        if circle := _circle({fact.id: fact.unlock.after for fact in self.facts}):
            waits = ", which waits for ".join(f"'{name}'" for name in circle[1:])
            raise ValueError(
                f"facts.{ids.index(circle[0])}.unlock.after: '{circle[0]}' waits for {waits}: "
                "none can be reached; take one of these out"
            )
        return self

    def fact(self, fact_id: str) -> Fact:
        """Give the fact of this id; raises KeyError for an id that the scenario has not."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)

    @property
    def root_need(self) -> Fact:
        """Give the need behind the want."""
        return next(fact for fact in self.facts if fact.root)


def _circle(after: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Give facts that wait for each other, the first again at the end; none where all come out."""
    free: set[str] = set()
    while ready := {n for n, waits in after.items() if n not in free and free.issuperset(waits)}:
        free |= ready
    way = [name for name in after if name not in free][:1]
    while way and way[-1] not in way[:-1]:
        way.append(next(before for before in after[way[-1]] if before not in free))
    return way[way.index(way[-1]) :] if way else []
