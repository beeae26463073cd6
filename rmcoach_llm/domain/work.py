"""Work: what a batch has asked for, what came of it, and where it stands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rmcoach_llm.domain.base import FrozenMap, Name, Record, Text
from rmcoach_llm.domain.scorecard import CardStatus, Scorecard, Usage

WorkState = Literal["done", "failed"]
"""`failed`: the model gave no judgement of some part; asked again only on request."""

CallState = Literal["open", "answered", "failed", "maybe_billed"]
"""`open`: under way, or cut off by a crash; `maybe_billed`: ended without an answer that was kept."""


class Outcome(Record):
    """Hold in short what came of a piece of work: its state, and what tables show of its scorecard.

    `scores` maps rubric ids to scores of 0 to 5, null where there is none; `reason` is the first reason
    for that, with the rubric's id where it does not hold for all; `cost` is in the price table's currency, null where no price was known.
    """

    state: WorkState
    status: CardStatus
    scores: FrozenMap[float | None]
    reason: Text | None = None
    usage: Usage = Usage()
    cost: Annotated[float, Field(ge=0)] | None = None

    @classmethod
    def of(cls, card: Scorecard, state: WorkState, cost: float | None = None) -> Outcome:
        """Give a scorecard in short, with the first reason where a score is missing."""
        why = [score.reason for score in card.rubrics.values()]
        reasons = (
            score.reason if len(set(why)) == 1 else f"{name}: {score.reason}"
            for name, score in card.rubrics.items()
            if score.reason
        )
        return cls(
            state=state,
            status=card.status,
            scores=FrozenMap({name: score.score for name, score in card.rubrics.items()}),
            reason=next(reasons, None),
            usage=card.provenance.usage,
            cost=cost,
        )


class CallIntent(Record):
    """Say that a model is about to be asked: for which work, and the how manieth time.

    `item` is the work's key, `request` the digest of the request with the model's name;
    `ordinal` counts equal requests within one piece of work, from 0.
    """

    item: Name
    request: Name
    ordinal: Annotated[int, Field(ge=0)] = 0


class CallEnding(Record):
    """Say how a call ended without an answer: why, and whether it may have been charged for."""

    state: Literal["failed", "maybe_billed"]
    why: Text
    usage: Usage = Usage()
    cost: Annotated[float, Field(ge=0)] | None = None


class KeptCall(Record):
    """Hold a call as the ledger has it; times are ISO 8601 in UTC, `cost` in the table's currency."""

    number: Annotated[int, Field(ge=1)]
    item: Name
    state: CallState
    started_at: Name
    ended_at: Name | None = None
    why: Text | None = None
    cost: Annotated[float, Field(ge=0)] | None = None


class LedgerStatus(Record):
    """Count what a ledger holds, and list each call that may have been charged for in vain.

    `cost` is None where no price was known for any call; `unpriced` counts those calls.
    """

    done: Annotated[int, Field(ge=0)] = 0
    failed: Annotated[int, Field(ge=0)] = 0
    answered: Annotated[int, Field(ge=0)] = 0
    usage: Usage = Usage()
    cost: Annotated[float, Field(ge=0)] | None = None
    unpriced: Annotated[int, Field(ge=0)] = 0
    uncertain: tuple[KeptCall, ...] = ()
