"""When the next call of a batch may begin: requests and tokens a minute, and what it may cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from rmcoach_llm.batch.spending import Spending
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.batch.window import Entry, Window
from rmcoach_llm.domain import ChatRequest, Price, Usage, estimated_tokens, most_prompt_tokens
from rmcoach_llm.errors import UsageError

MINUTE_S = 60.0
PART = 10
"""Endpoints count in shorter spans too: a tenth of the requests in a tenth of the minute."""

UNBOUNDED_ANSWER_TOKENS = 32_768
"""What an answer without a length limit is taken to have at most, which no request of ours is."""

BILLED_TRIES = 2
"""How many tries of one call may be charged for: one that was lost, and the one after it."""


@dataclass(frozen=True)
class Rates:
    """Say how much a model may be asked in a minute, None for as much as it bears."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    def __post_init__(self) -> None:
        """Refuse what would never let a call begin."""
        for name, value in vars(self).items():
            if value is not None and value < 1:
                raise UsageError(f"{name}: found {value}", remedy="give 1 or more")


@dataclass
class Ticket:
    """Hold what was taken for one call: the most it and one try of it can cost, and its tokens."""

    most: float | None
    once: float
    tokens: Entry | None


class Limits:
    """Let the calls of one model begin when rates and budget allow it; keeps to `journal.Meter`.

    Each model has limits of its own, as providers count them; `spending` is shared by all models
    of a run. Calls begin in the order in which they were asked for. Nothing is polled: a call
    that waits is woken by the time, by another call's end, or by `stop`, and raises Stopping then.

    The tokens of a call are estimated with its longest answer and put right when it ends; so are
    the tries within it, which are requests too. With a cap, a call begins only where the most it
    can cost fits: `BILLED_TRIES` times a prompt of a token a byte and the longest answer. Where it
    fits but for calls in flight, it waits for them. Raises UsageError for a cap without a price.
    """

    def __init__(
        self,
        model: str,
        stop: Stop,
        spending: Spending,
        *,
        price: Price | None = None,
        rates: Rates = Rates(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if spending.cap is not None and price is None:
            raise UsageError(
                f"--max-cost cannot be kept: the price of '{model}' is unknown",
                remedy=f'give it with --prices FILE or [prices."{model}"] in the config file,'
                " 0 for a model that costs nothing",
            )
        self._stop = stop
        self._spending = spending
        self._price = price
        self._clock = clock
        self._gate = asyncio.Lock()
        rpm, tpm = rates.requests_per_minute, rates.tokens_per_minute
        self._requests = (
            [Window(rpm, MINUTE_S), Window(ceil(rpm / PART), MINUTE_S / PART)] if rpm else []
        )
        self._tokens = Window(tpm, MINUTE_S) if tpm else None

    async def admit(self, request: ChatRequest) -> Ticket:
        """Wait until a call may begin; raises Stopping, or BudgetSpent where none may any more."""
        tokens = estimated_tokens(request)
        once = self._most_of_a_try(request)
        most = None if once is None else BILLED_TRIES * once
        async with self._gate:  # wakes in the order of asking
            while True:
                self._stop.refuse()
                fits = most is None or self._spending.fits(most)
                wait = self._wait(tokens)
                if fits and wait <= 0:
                    return self._taken(tokens, once, most)
                await self._until_changed(wait if fits else None)

    def settle(self, ticket: object, usage: Usage | None) -> float | None:
        """Count what a call used; gives its dollars, None where tokens or price are not known.

        No usage means that it may have been charged for: it counts at the most it can have cost.
        """
        assert isinstance(ticket, Ticket)  # noqa: S101 - what `admit` gave
        used = usage or Usage(calls=1, uncounted=1)
        self._spending.usage += used
        self._correct(ticket, used)
        cost = self._price.cost(used) if self._price is not None else None
        if ticket.most is None:
            self._spending.unpriced += used.calls > 0
            self._spending.wake()
        elif cost is None:
            self._spending.settle(ticket.most, uncertain=ticket.most)
        else:
            lost = min(used.uncounted or 0, BILLED_TRIES - 1) * ticket.once
            self._spending.settle(ticket.most, known=cost, uncertain=lost)
        return cost

    def _most_of_a_try(self, request: ChatRequest) -> float | None:
        if self._price is None:
            return None
        answer = request.max_tokens or UNBOUNDED_ANSWER_TOKENS
        return self._price.most(most_prompt_tokens(request), answer)

    def _wait(self, tokens: int) -> float:
        now = self._clock()
        waits = [window.wait(now, 1) for window in self._requests]
        if self._tokens is not None:
            waits.append(self._tokens.wait(now, tokens))
        return max(waits, default=0.0)

    def _taken(self, tokens: int, once: float | None, most: float | None) -> Ticket:
        now = self._clock()
        for window in self._requests:
            window.take(now, 1)
        taken = self._tokens.take(now, tokens) if self._tokens is not None else None
        if most is not None:
            self._spending.reserve(most)
        return Ticket(most, once or 0.0, taken)

    def _correct(self, ticket: Ticket, used: Usage) -> None:
        """Put right what was taken: tries within the call were requests, too."""
        if used.calls > 1:
            for window in self._requests:
                window.take(self._clock(), used.calls - 1)
        known = not used.uncounted and (used.prompt_tokens or not used.calls)
        if self._tokens is not None and ticket.tokens is not None and known:
            self._tokens.correct(ticket.tokens, used.prompt_tokens + used.completion_tokens)

    async def _until_changed(self, seconds: float | None) -> None:
        """Wait for the time, the end of a call or the end of the batch, whichever comes first."""
        ended = self._spending.next_end()
        stopped = asyncio.ensure_future(self._stop.wait_asked())
        try:
            await asyncio.wait(
                {ended, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ended.cancel()
            stopped.cancel()
