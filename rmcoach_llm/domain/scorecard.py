"""Scorecards: findings with evidence, scores with a status, and where they come from."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from rmcoach_llm.domain.base import Format, FrozenMap, Name, Record, Slug, Text, digest_of
from rmcoach_llm.domain.conversation import Earned, ObjectionState

Verdict = Literal["observed", "not_observed", "no_opportunity", "unverified"]
"""`unverified`: claimed, but no quote of the trainee bears it out; it earns nothing."""

Status = Literal["scored", "not_applicable", "unscored"]

CardStatus = Literal["scored", "partial", "not_applicable", "unscored"]
"""Of a whole scorecard: all rubrics that apply have a score, some, no rubric applies, or none has one."""

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
    `note` says why a claim was not accepted. `statement` and `points` (below 0 for what hurts)
    are those of the rubric, so that the record explains itself. `checked` is what a second look
    at behaviour and quote alone gave. Of an anchored criterion `behaviour` is its own id and
    `level` what was given, 1 to 5.
    """

    behaviour: Slug
    verdict: Verdict
    turn: Annotated[int, Field(ge=0)] | None = None
    quote: Quote | None = None
    also: tuple[Evidence, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    note: Text | None = None
    statement: Text | None = None
    points: Annotated[float, Field(ge=-5, le=5)] | None = None
    checked: Literal["confirmed", "refused"] | None = None
    level: Annotated[int, Field(ge=1, le=5)] | None = None

    @model_validator(mode="after")
    def _observed_is_quoted(self) -> Finding:
        if (self.verdict == "observed") != (self.turn is not None and self.quote is not None):
            raise ValueError("quote: an observed behaviour, and no other, has a turn and a quote")
        return self


Decision = Literal["passed", "failed", "undecided"]
"""`undecided`: the interval holds the pass mark, so that another run could decide otherwise."""


class _Scored(Record):
    status: Status
    score: Score | None = None
    interval: tuple[Score, Score] | None = None
    reason: Text | None = None
    title: Name | None = None
    weight: Annotated[float, Field(ge=0)] | None = None
    known_error: Text | None = None

    @model_validator(mode="after")
    def _score_or_reason(self) -> _Scored:
        if (self.status == "scored") != (self.score is not None):
            raise ValueError("score: a scored result, and no other, has a score")
        if self.status != "scored" and not self.reason:
            raise ValueError("reason: what is not scored says why")
        return self


class CriterionScore(_Scored):
    """Score one criterion, 0 to 5, or say why there is no score.

    `question`, `weight` and `start` are those of the rubric: with the points of the findings they
    are all that the arithmetic needs. `known_error` says how often such a score is wrong, as measured.
    """

    question: Text | None = None
    start: Score | None = None
    findings: tuple[Finding, ...] = ()


class RubricScore(_Scored):
    """Score one rubric, 0 to 5: never a mean over criteria that failed.

    `decision` is there where there is a `pass_mark`; `least_share` is that of the rubric's rule.
    """

    version: Name
    pass_mark: Score | None = None
    decision: Decision | None = None
    least_share: Annotated[float, Field(ge=0, le=1)] | None = None
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


BriefPart = Literal["want", "need", "constraint", "success_measure"]


class BriefItem(Record):
    """Compare one part of the trainee's brief with the facts of the scenario.

    `share` (0 to 1) says how much of the truth is in what was written, as far as words show;
    `known` whether it had come out in the talk: what nobody told can only be guessed.
    """

    part: BriefPart
    verdict: Literal["matches", "partly", "differs", "missing"]
    written: Text | None = None
    facts: tuple[Slug, ...] = ()
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    known: bool | None = None
    note: Text | None = None


class Praise(Record):
    """Say what worked: never without the words of a turn."""

    rubric: Slug
    behaviour: Slug
    turn: Annotated[int, Field(ge=0)]
    quote: Quote
    why: Text


class Advice(Record):
    """Say what to do otherwise, at which turn, what to say instead, and why.

    Without `turn` and `quote` it names what was missing. `cost` is how much the rubric's score
    would rise without it, in points of 5. `written_by` says who wrote `instead`.
    """

    rubric: Slug
    behaviour: Slug
    turn: Annotated[int, Field(ge=0)] | None = None
    quote: Quote | None = None
    what: Text
    instead: Text
    why: Text | None = None
    cost: Annotated[float, Field(ge=0, le=5)] | None = None
    written_by: Literal["author", "model"] = "author"


class NextStep(Record):
    """Name the one behaviour to practise next, and the scenario that trains it.

    `written_by` says who wrote `instead`.
    """

    rubric: Slug
    behaviour: Slug
    what: Text
    instead: Text
    scenario: Slug | None = None
    written_by: Literal["author", "model"] = "author"


class Feedback(Record):
    """Tell the trainee what worked, what to do otherwise, and what to practise next.

    `course` tells in a line or two how the talk went, from turn to turn.
    """

    course: Text | None = None
    worked: tuple[Praise, ...] = ()
    otherwise: tuple[Advice, ...] = ()
    missing: tuple[Advice, ...] = ()
    next_step: NextStep | None = None


class Panel(Record):
    """Say how several judgements became one: who judged, how the interval came about.

    The score is the mean of the runs. `method` is `exact` where all resamples were enumerated,
    `bootstrap` where they were drawn. `agreement` by rubric: how far the runs agree on the
    findings (`statistic` names the figure), null where it is undefined.
    """

    judges: tuple[Name, ...]
    repeats: Annotated[int, Field(ge=1)]
    runs: Annotated[int, Field(ge=1)]
    failed: Annotated[int, Field(ge=0)] = 0
    method: Literal["exact", "bootstrap"]
    level: Annotated[float, Field(gt=0, lt=1)]
    statistic: Name
    agreement: FrozenMap[float | None]


class Usage(Record):
    """Count what was asked of a model: calls, and tokens as the endpoint reports them.

    `cached_tokens` are those of the prompt that the endpoint still had from before, None where it
    says nothing of them. `uncounted` are calls that may have been charged for though no tokens
    were reported.

    >>> Usage(calls=1, prompt_tokens=9) + Usage(calls=1, cached_tokens=4)
    Usage(calls=2, prompt_tokens=9, completion_tokens=0, cached_tokens=4, uncounted=None)
    """

    calls: Annotated[int, Field(ge=0)] = 0
    prompt_tokens: Annotated[int, Field(ge=0)] = 0
    completion_tokens: Annotated[int, Field(ge=0)] = 0
    cached_tokens: Annotated[int, Field(ge=0)] | None = None
    uncounted: Annotated[int, Field(ge=0)] | None = None

    def __add__(self, other: Usage) -> Usage:
        """Add two counts."""
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=_sum_if_known(self.cached_tokens, other.cached_tokens),
            uncounted=_sum_if_known(self.uncounted, other.uncounted),
        )


def _sum_if_known(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


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
    options: FrozenMap[Name] | None = None
    usage: Usage = Usage()
    package_version: Name


class Run(Record):
    """Hold one of several judgements of a transcript, before they became one."""

    judge: Name
    rubrics: FrozenMap[RubricScore]
    evidence_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    usage: Usage = Usage()


class Scorecard(Record):
    """Hold all that an evaluator says of one transcript.

    `status`: `scored` (all rubrics that apply), `partial` (some), `not_applicable` (none applies:
    nothing failed), `unscored` (none, see each `reason`).
    `measures` are counts and shares; their units are in their names, absent ones are null.
    `evidence_rate` is the share of claimed behaviours whose quote was found (null: none claimed).
    Of several judgements `panel` says how they became one, `runs` holds each.

    The JSON form is what `rmcoach score --json` prints.
    """

    format: Format = 1
    transcript: Name
    status: CardStatus
    rubrics: FrozenMap[RubricScore]
    measures: FrozenMap[float | None]
    flags: tuple[Flag, ...] = ()
    discovery: Discovery | None = None
    brief: tuple[BriefItem, ...] | None = None
    feedback: Feedback | None = None
    evidence_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    panel: Panel | None = None
    runs: tuple[Run, ...] | None = None
    provenance: Provenance

    @property
    def key(self) -> str:
        """Identify the work: same transcript and same evaluator give the same key."""
        return work_key(self.provenance.transcript, self.provenance.fingerprint)


def work_key(transcript_digest: str, fingerprint: str) -> str:
    """Give the key of one judgement: SHA-256 over transcript digest and evaluator fingerprint.

    It is the `digest_of` both under their names, "evaluator" and "transcript".

    >>> work_key("a", "b") == digest_of({"evaluator": "b", "transcript": "a"})
    True
    """
    if fingerprint.isalnum() and transcript_digest.isalnum():
        # Nothing to escape, as in all digests: a resumed batch makes a key for each transcript.
        text = f'{{"evaluator":"{fingerprint}","transcript":"{transcript_digest}"}}'
        return hashlib.sha256(text.encode()).hexdigest()
    return digest_of({"transcript": transcript_digest, "evaluator": fingerprint})
