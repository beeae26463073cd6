"""Each call to a model goes through the ledger: noted before it is made, kept with its answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.batch.turns import Turns
from rmcoach_llm.domain import CallEnding, CallIntent, ChatReply, ChatRequest, Usage
from rmcoach_llm.errors import (
    STOPS_A_BATCH,
    ModelDeclined,
    ModelError,
    ModelUnreachable,
    RateLimited,
    ReplyCut,
    ServerFault,
)
from rmcoach_llm.protocols import ChatModel, Ledger, OnText

AGAIN_AFTER_S = (0.5, 3.0, 15.0, 60.0, 300.0)
"""When a call that failed for a passing reason is made again, each time after so many seconds."""

LAST_FOR_ONE_S = 3.0
"""The last of these waits for the fault of one answer; the longer ones are for an outage."""

AT_WORK = 2
"""Transcripts at work for each call that may be in flight: while some wait for their answers, others
are read and scored."""

LONG_S = 300.0
"""An endpoint that asks to wait longer ends a batch: that is not for a program to sit out."""


class Meter(Protocol):
    """Say when a call may be made, and what it has cost."""

    async def admit(self, request: ChatRequest) -> object:
        """Wait until a call may begin; raises where none may any more. Gives a ticket."""
        ...

    def settle(self, ticket: object, usage: Usage | None) -> float | None:
        """Count what a call used; gives its cost, if known.

        None is for what is not known but may be charged for; a call that was not made uses nothing.
        """
        ...


@dataclass
class _Work:
    """Hold the piece of work that calls are made for, and the answers kept of an earlier run."""

    key: str
    kept: Mapping[tuple[str, int], ChatReply]
    turns: Turns
    asked: Counter[str] = field(default_factory=Counter)
    calls: int = 0


_WORK: ContextVar[_Work | None] = ContextVar("rmcoach_work", default=None)
"""The work of this task; the tasks that an evaluator starts for it see it too."""


@contextmanager
def working_on(key: str, ledger: Ledger | None, turns: Turns | None = None) -> Iterator[_Work]:
    """Let calls of this task, and of those it starts, be for a piece of work.

    With `turns` an answer waits for its turn, so that answers that come at once are not read at a
    stretch.
    """
    work = _Work(key, ledger.replies(key) if ledger is not None else {}, turns or Turns())
    token = _WORK.set(work)
    try:
        yield work
    finally:
        _WORK.reset(token)


class Journalled:
    """Answer through another model, each call noted in a ledger; keeps to `protocols.ChatModel`.

    A call is on disk before it is made, and its answer with usage and cost when it is given. An
    answer that was kept for work that a crash cut off is given again without a call. What failed
    for a passing reason is asked again, each time as a call of its own. Once the batch is to end,
    no call begins. At most `at_once` calls are noted and made at a time, any number without it.
    Raises what the model raises, and Stopping.
    """

    def __init__(
        self,
        model: ChatModel,
        ledger: Ledger | None,
        stop: Stop,
        meter: Meter | None = None,
        *,
        at_once: int | None = None,
    ) -> None:
        self.name = model.name
        self._model = model
        self._ledger = ledger
        self._stop = stop
        self._meter = meter
        self._places = nullcontext() if at_once is None else asyncio.Semaphore(at_once)
        self._was_there = False

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the whole answer, kept or new."""
        work = _WORK.get()
        if work is None:
            return await self._model.complete(request, on_text=on_text)
        digest = hashlib.sha256(f"{self.name}\0{request.model_dump_json()}".encode()).hexdigest()
        ordinal = work.asked[digest]
        work.asked[digest] += 1
        work.calls += 1
        kept = work.kept.get((digest, ordinal))
        if kept is not None:
            return kept
        self._stop.refuse()
        intent = CallIntent(item=work.key, request=digest, ordinal=ordinal)
        reply = await self._answered(intent, request, on_text)
        await work.turns.take()
        return reply

    async def close(self) -> None:
        """Let the model go; may be called twice."""
        await self._model.close()

    async def _answered(
        self, intent: CallIntent, request: ChatRequest, on_text: OnText | None
    ) -> ChatReply:
        """Ask until there is an answer, or an error that does not pass."""
        for wait_s in (*AGAIN_AFTER_S, None):
            async with self._places:  # nothing is noted of a call that has no place yet
                self._stop.refuse()
                ticket = await self._meter.admit(request) if self._meter is not None else None
                try:
                    return await self._noted(intent, request, ticket, on_text)
                except ModelError as error:
                    again = wait_s is not None and passes(error, wait_s, was_there=self._was_there)
                    if not again:
                        self._ended_by(error)
            if wait_s is not None and again:
                await self._stop.pause(wait_s)
            self._stop.refuse()
        raise AssertionError("the last try returns or raises")

    def _ended_by(self, error: ModelError) -> None:
        """End the batch, before another call takes the place, where all calls would meet this error.

        Raises it where it is one of this call alone, or tells what the next run would meet too.
        """
        if meets_all(error) or isinstance(error, STOPS_A_BATCH):
            self._stop.ask(error=error)
        if not meets_all(error):
            raise error

    async def _noted(
        self, intent: CallIntent, request: ChatRequest, ticket: object, on_text: OnText | None
    ) -> ChatReply:
        try:
            number = await self._begun(intent)
        except BaseException:
            self._settled(ticket, Usage())  # the model was not asked
            raise
        try:
            reply = await self._model.complete(request, on_text=on_text)
        except BaseException as error:
            # Also when it is cut off: whoever reads the ledger must learn what may be on the bill.
            await asyncio.shield(self._ended(number, _ending_of(error), ticket))
            raise
        self._was_there = True
        cost = self._settled(ticket, reply.usage)
        if self._ledger is not None:
            await asyncio.shield(self._ledger.end_call(number, reply, cost=cost))
        return reply

    async def _begun(self, intent: CallIntent) -> int:
        """Note a call; where that is cut off, note too that the model was not asked."""
        if self._ledger is None:
            return 0
        begun = asyncio.ensure_future(self._ledger.begin_call(intent))
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:
            ending = CallEnding(state="failed", why="not asked: the batch ended before")
            await self._ledger.end_call(await begun, ending)
            raise

    async def _ended(self, number: int, ending: CallEnding, ticket: object) -> None:
        self._settled(ticket, None if ending.state == "maybe_billed" else Usage())
        if self._ledger is not None:
            await self._ledger.end_call(number, ending)

    def _settled(self, ticket: object, usage: Usage | None) -> float | None:
        return self._meter.settle(ticket, usage) if self._meter is not None else None


def passes(error: ModelError, wait_s: float, *, was_there: bool = False) -> bool:
    """Say whether a call may go well after a wait, though the client has given it up.

    An outage is outlasted longer than the fault of one answer; no connection is one where the
    endpoint `was_there` before. A refusal is asked about twice more, and an answer that was cut at
    its length limit once: models refuse, and think for long, by chance too.
    What does not pass: a filter, a request that is too long, and what ends a batch.

    >>> from rmcoach_llm.errors import BadReply, ContentFiltered, ModelDeclined
    >>> passes(BadReply("empty"), 0.5), passes(ContentFiltered("no"), 0.5)
    (True, False)
    >>> [passes(ModelDeclined("no"), wait) for wait in AGAIN_AFTER_S[:2]]
    [True, True]
    """
    if isinstance(error, ModelUnreachable):
        return was_there and error.retryable
    if isinstance(error, STOPS_A_BATCH) or _asks_for_long(error):
        return False
    if isinstance(error, ModelDeclined):
        return wait_s <= LAST_FOR_ONE_S
    if isinstance(error, ReplyCut) and not error.retryable:
        return wait_s <= AGAIN_AFTER_S[0]
    return _is_down(error) or (error.retryable and wait_s <= LAST_FOR_ONE_S)


def meets_all(error: ModelError) -> bool:
    """Say whether the next call would meet the same: the endpoint stays down, or shuts its door."""
    return _is_down(error) or _asks_for_long(error)


def _is_down(error: ModelError) -> bool:
    return isinstance(error, ServerFault) and not error.retryable  # it was not even asked


def _asks_for_long(error: ModelError) -> bool:
    return isinstance(error, RateLimited) and (error.retry_after_s or 0) > LONG_S


def _ending_of(error: BaseException) -> CallEnding:
    if isinstance(error, ModelError):
        state = "maybe_billed" if error.maybe_billed else "failed"
        return CallEnding.model_validate({"state": state, "why": error.message})
    if isinstance(error, asyncio.CancelledError):
        return CallEnding(state="maybe_billed", why="cut off while the model was answering")
    return CallEnding(state="maybe_billed", why=f"broken off by {type(error).__name__}")
