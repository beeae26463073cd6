"""Scorecards: findings with evidence, scores with a status, and where they come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from rmcoach_llm.domain.base import Format, FrozenMap, Name, Record, Slug, Text, digest_of
from rmcoach_llm.domain.conversation import Earned, ObjectionState

Verdict = Literal["observed", "not_observed", "no_opportunity", "unverified"]
"""`unverified`: claimed, but no quote of the trainee bears it out; it earns nothing."""

Status = Literal["scored", "not_applicable", "unscored"]

Score = Annotated[float, Field(ge=0, le=5)]


def _not_blank(quote: str) -> str:
    if not quote.strip():
        raise ValueError("is blank: a quote holds words")
    return quote


Quote = Annotated[Text, AfterValidator(_not_blank)]
"""Words that were said: never blank."""


class Evidence(Record):
    """Cite words that stand in a turn (from 0) of the trainee."""

    turn: Annotated[int, Field(ge=0)]
    quote: Quote


class Finding(Record):
    """Say whether a behaviour was seen; an observed one cites the turn and the very words.

    `also` cites further places, `confidence` runs from 0 to 1 where the evaluator gives one,
    `note` says why a claim was not accepted.
    """

    behaviour: Slug
    verdict: Verdict
    turn: Annotated[int, Field(ge=0)] | None = None
    quote: Quote | None = None
    also: tuple[Evidence, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _observed_is_quoted(self) -> Finding:
        if (self.verdict == "observed") != (self.turn is not None and self.quote is not None):
            raise ValueError("quote: an observed behaviour, and no other, has a turn and a quote")
        return self


class _Scored(Record):
    status: Status
    score: Score | None = None
    interval: tuple[Score, Score] | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _score_or_reason(self) -> _Scored:
        if (self.status == "scored") != (self.score is not None):
            raise ValueError("score: a scored result, and no other, has a score")
        if self.status != "scored" and not self.reason:
            raise ValueError("reason: what is not scored says why")
        return self


class CriterionScore(_Scored):
    """Score one criterion, 0 to 5, or say why there is no score."""

    findings: tuple[Finding, ...] = ()


class RubricScore(_Scored):
    """Score one rubric, 0 to 5: never a mean over criteria that failed."""

    version: Name
    criteria: FrozenMap[CriterionScore]


class Flag(Record):
    """Warn of something in the transcript or the judgement; `turn` where it has a place."""

    kind: Slug
    detail: Text
    turn: Annotated[int, Field(ge=0)] | None = None


class Discovery(Record):
    """Hold the ground truth of a practice session: what came out, and what never did.

    `questions` gives the trainee's line that each fact came out on, by the fact's id; `held_back`
    says of each fact that was asked for and never came out which lock held, and at which turn.
    """

    earned: tuple[Earned, ...]
    questions: FrozenMap[Text] = FrozenMap()
    missed: tuple[Slug, ...]
    held_back: FrozenMap[Text] = FrozenMap()
    objection: ObjectionState = "unspoken"
    root_need_reached: bool
    ended: Name | None = None


class Usage(Record):
    """Count what was asked of a model: calls, and tokens as the endpoint reports them."""

    calls: Annotated[int, Field(ge=0)] = 0
    prompt_tokens: Annotated[int, Field(ge=0)] = 0
    completion_tokens: Annotated[int, Field(ge=0)] = 0

    def __add__(self, other: Usage) -> Usage:
        """Add two counts."""
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class Provenance(Record):
    """Say where a scorecard comes from: digests of all inputs, models, sampling, versions."""

    transcript: Name
    evaluator: Name
    fingerprint: Name
    rubrics: FrozenMap[Name]
    prompts: FrozenMap[Name] = FrozenMap()
    scenario: Name | None = None
    requested_model: Name | None = None
    served_models: tuple[Name, ...] = ()
    sampling: FrozenMap[float] = FrozenMap()
    usage: Usage = Usage()
    package_version: Name


class Scorecard(Record):
    """Hold all that an evaluator says of one transcript.

    `status`: `scored` (all rubrics), `partial` (some), `unscored` (none, see each `reason`).
    `measures` are counts and shares; their units are in their names, absent ones are null.
    `evidence_rate` is the share of claimed behaviours whose quote was found (null: none claimed).

    The JSON form is what `rmcoach score --json` prints.
    """

    format: Format = 1
    transcript: Name
    status: Literal["scored", "partial", "unscored"]
    rubrics: FrozenMap[RubricScore]
    measures: FrozenMap[float | None]
    flags: tuple[Flag, ...] = ()
    discovery: Discovery | None = None
    evidence_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    provenance: Provenance

    @property
    def key(self) -> str:
        """Identify the work: same transcript and same evaluator give the same key."""
        return work_key(self.provenance.transcript, self.provenance.fingerprint)


def work_key(transcript_digest: str, fingerprint: str) -> str:
    """Give the key of one judgement: SHA-256 over transcript digest and evaluator fingerprint."""
    return digest_of({"transcript": transcript_digest, "evaluator": fingerprint})
