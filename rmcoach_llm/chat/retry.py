"""Which failures are worth another try, and when: the only place that retries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from rmcoach_llm.errors import (
    BadReply,
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
    ReplyCut,
)

T = TypeVar("T")

UNREACHABLE_BUDGET_S = 2.5
"""A person waits for the news that nothing listens there: no new try that would end later."""

log = logging.getLogger(__name__)
_backoff = wait_random_exponential(multiplier=0.5, max=60)


async def with_retries(
    attempt: Callable[[], Awaitable[T]],
    *,
    attempts: int,
    deadline: float,
    may_repeat: Callable[[], bool],
) -> T:
    """Give what `attempt` gives, trying again where the error is worth it.

    `deadline` is a time of the running loop; no try begins after it. `may_repeat` says whether
    a second try can still go unseen. The wait between tries has full jitter (uniform up to
    0.5 s, doubled for each try, at most 60 s); a 429's wait is the shared pace's. Raises the
    last `ModelError`; `maybe_billed` is set on it if any try may have been charged for.
    """
    began = asyncio.get_running_loop().time()
    try:
        return await attempt()  # most calls need no second try, and tenacity's wheels cost time
    except ModelError as error:
        first: ModelError | None = error

    async def once() -> T:
        nonlocal first
        if first is None:
            return await attempt()
        failed, first = first, None
        raise failed

    rule = _Rule(attempts, began, deadline, may_repeat)
    return await AsyncRetrying(retry=rule.again, wait=lambda _: rule.wait_s, reraise=True)(once)


@dataclass
class _Rule:
    """Decide after each try whether there is another, and how long to wait for it."""

    attempts: int
    began: float
    deadline: float
    may_repeat: Callable[[], bool]
    billed: bool = False
    wait_s: float = 0.0

    def again(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, ModelError):
            return False
        self.wait_s = 0.0 if isinstance(error, RateLimited) else _backoff(state)
        tries, now = state.attempt_number, asyncio.get_running_loop().time()
        worth = worth_another(error, tries, self.attempts, now - self.began, self.wait_s)
        self.billed = error.maybe_billed = self.billed or error.maybe_billed
        if not (self.may_repeat() and worth):
            return False
        log.info("try %d failed: %s", tries, error.message)
        return now + self.wait_s < self.deadline


def worth_another(
    error: ModelError, tries: int, attempts: int, elapsed_s: float, wait_s: float
) -> bool:
    """Say whether to try again after so many tries, `elapsed_s` and a wait still to come.

    >>> worth_another(BadReply("empty"), 1, 3, 0.5, 0.1)
    True
    """
    if not error.retryable or tries >= attempts_for(error, attempts):
        return False
    next_end_s = elapsed_s * (tries + 1) / tries + wait_s
    return not isinstance(error, ModelUnreachable) or next_end_s < UNREACHABLE_BUDGET_S


def attempts_for(error: ModelError, attempts: int) -> int:
    """Give how many tries an error is worth, the first counted.

    A 429 was not worked on, so it may be asked twice as often. What may have been charged for
    is asked once more at most: no more than two tries of a call are charged for.

    >>> attempts_for(RateLimited("slow down"), 3), attempts_for(BadReply("empty"), 3)
    (6, 2)
    """
    if isinstance(error, RateLimited):
        return 2 * attempts
    if error.maybe_billed or isinstance(error, BadReply | ReplyCut | ModelTimeout):
        return min(2, attempts)
    return attempts
