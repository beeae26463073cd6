"""Transcripts: who said what, in which role, when."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from rmcoach_llm.domain.base import Format, FrozenMap, Name, Record, Slug, Text
from rmcoach_llm.domain.conversation import Trace

Role = Literal["trainee", "stakeholder", "other"]
"""The trainee is scored, the stakeholder is the partner, others are only heard."""


class Participant(Record):
    """Name a speaker and their role."""

    name: Name
    role: Role


class Turn(Record):
    """Hold what one speaker said without a break; times in seconds from the start, if known."""

    speaker: Name
    role: Role
    text: Text
    started_s: Annotated[float, Field(ge=0)] | None = None
    ended_s: Annotated[float, Field(ge=0)] | None = None
    trace: Trace | None = None


class ScenarioRef(Record):
    """Point to the scenario that was practised: id, version, and the digest of its content."""

    id: Slug
    version: Name
    sha256: Name


class Brief(Record):
    """Hold what the trainee took from the talk, in own words: the want and what lies behind it."""

    want: Text | None = None
    need: Text | None = None
    constraint: Text | None = None
    success_measure: Text | None = None


class Transcript(Record):
    """Hold a whole conversation; turns count from 0.

    `id` is opaque text, never a path. The digest covers turns, participants and scenario, not
    `id` and `metadata`: the same talk under another name is the same work.

    >>> talk = Transcript.of("t1", [("Ada", "trainee", "What hurts?"), ("Bo", "stakeholder", "Time.")])
    >>> [turn.role for turn in talk.turns]
    ['trainee', 'stakeholder']
    >>> talk.digest == talk.model_copy(update={"id": "t2"}).digest
    True
    """

    digest_excludes: ClassVar[frozenset[str]] = frozenset({"id", "metadata"})

    format: Format = 1
    id: Name
    participants: tuple[Participant, ...] = ()
    turns: tuple[Turn, ...]
    scenario: ScenarioRef | None = None
    brief: Brief | None = None
    metadata: FrozenMap[Text] = FrozenMap()

    @model_validator(mode="after")
    def _one_role_a_speaker(self) -> Transcript:
        roles: dict[str, str] = {person.name: person.role for person in self.participants}
        if len(roles) < len(self.participants):
            raise ValueError("participants: a name stands there twice")
        for index, turn in enumerate(self.turns):
            if roles.get(turn.speaker) != turn.role:
                raise ValueError(
                    f"turns.{index}: {turn.speaker!r} as {turn.role} is not among the participants"
                )
        return self

    @classmethod
    def of(
        cls,
        transcript_id: str,
        turns: list[tuple[str, Role, str]],
        *,
        scenario: ScenarioRef | None = None,
    ) -> Transcript:
        """Build a transcript of (speaker, role, text) triples; the participants follow."""
        made = tuple(Turn(speaker=name, role=role, text=text) for name, role, text in turns)
        return cls(
            id=transcript_id, participants=participants_of(made), turns=made, scenario=scenario
        )

    def of_role(self, role: Role) -> tuple[tuple[int, Turn], ...]:
        """Give the turns of a role with their numbers."""
        return tuple((i, turn) for i, turn in enumerate(self.turns) if turn.role == role)


def participants_of(turns: tuple[Turn, ...]) -> tuple[Participant, ...]:
    """Give the speakers of turns in the order of their first word."""
    roles: dict[str, Role] = {}
    for turn in turns:
        roles.setdefault(turn.speaker, turn.role)
    return tuple(Participant(name=name, role=role) for name, role in roles.items())


def why_unscorable(transcript: Transcript) -> str | None:
    """Say why there is nothing to score, or give None where both sides speak.

    >>> why_unscorable(Transcript.of("t", [("Ada", "trainee", "Hello?")]))
    'no stakeholder turn'
    """
    if not transcript.turns:
        return "no turns"
    speaking = {turn.role for turn in transcript.turns if turn.text.strip()}
    if "trainee" not in speaking:
        return "no trainee turn"
    if "stakeholder" in speaking:
        return None
    if "other" in speaking:
        return "no stakeholder turn: with several other speakers, call one of them Stakeholder"
    return "no stakeholder turn"
