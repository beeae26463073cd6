"""When the next request may start: one pace and one breaker, shared by all calls of a model.

`Breaker` and `Pace` are pure: they are told the time and decide. `Limiter` waits as they say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rmcoach_llm.chat.pace import FIRST_RATE, Pace
from rmcoach_llm.chat.replies import ReplyTooLong
from rmcoach_llm.errors import (
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
    ReplyCut,
    ServerFault,
)

COOLDOWN_S = 5.0
MAX_COOLDOWN_S = 60.0

_ENDPOINT_FAILED = (ServerFault, ModelUnreachable, ModelTimeout, ReplyCut)

log = logging.getLogger(__name__)


class Breaker:
    """Stop asking an endpoint that fails: open after `threshold` failures in a row.

    Open, it lets one probe through after a cool-down, which doubles up to a minute with each
    probe that fails; an answer closes it. Times are monotonic seconds.
    """

    def __init__(self, threshold: int = 10, cooldown_s: float = COOLDOWN_S) -> None:
        self.failures = 0
        self._threshold = threshold
        self._first_cooldown_s = cooldown_s
        self._cooldown_s = cooldown_s
        self._open_until: float | None = None
        self._probing = False

    def wait(self, now: float) -> float:
        """Give the seconds until a request may be tried, 0 if it may."""
        if self._open_until is None:
            return 0.0
        return max(0.0, self._open_until - now, 0.1 if self._probing else 0.0)

    def start(self) -> None:
        """Note that a request starts; while open it is the one probe."""
        self._probing = self._open_until is not None

    def answered(self) -> None:
        """Note that the endpoint is there; any answer will do."""
        self.failures = 0
        self._cooldown_s = self._first_cooldown_s
        self._open_until = None
        self._probing = False

    def failed(self, now: float) -> None:
        """Note that the endpoint failed."""
        self.failures += 1
        if self._probing:
            self._cooldown_s = min(MAX_COOLDOWN_S, self._cooldown_s * 2)
        if self._probing or (self._open_until is None and self.failures >= self._threshold):
            self._open_until = now + self._cooldown_s
        self._probing = False

    def given_up(self) -> None:
        """Note that a request was cancelled: it tells nothing, the next one may probe."""
        self._probing = False


class EndpointDown(ServerFault):
    """Report a call not made, because the endpoint has failed too often in a row."""

    retryable = False


class Limiter:
    """Let calls start when pace, breaker and the number of calls at a time allow it.

    One limiter is shared by all calls to one endpoint. `outage_s` is how long a call waits for
    an endpoint that is down.
    """

    def __init__(
        self,
        host: str,
        *,
        max_concurrency: int,
        outage_s: float = 0.0,
        pace: Pace | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._host = host
        self._outage_s = outage_s
        self._pace = pace or Pace(first_rate=max(FIRST_RATE, max_concurrency))
        self._breaker = breaker or Breaker()
        self._slots = asyncio.Semaphore(max_concurrency)
        self._gate = asyncio.Lock()

    def patience(self) -> float:
        """Give the time of the running loop until which a call outlasts an outage."""
        return _now() + self._outage_s

    @asynccontextmanager
    async def slot(self, patience: float) -> AsyncIterator[None]:
        """Hold one of the calls at a time, after waiting for an endpoint that is down.

        Raises EndpointDown where it stays down beyond `patience`, a time of the running loop.
        """
        async with self._slots:
            while (wait := self._breaker.wait(_now())) > 0:
                if _now() + wait > patience:
                    raise self._down(wait)
                await asyncio.sleep(wait)
            yield

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[None]:
        """Wait until a request may start, run it inside, and learn from how it ends.

        `deadline` is a time of the running loop. Raises RateLimited at once where the wait would
        go beyond it, EndpointDown where the breaker is open.
        """
        self._refuse_long_wait(deadline)
        async with self._gate:
            while (wait := self._pace.wait(_now())) > 0:
                self._refuse_long_wait(deadline)
                if self._pace.paused(_now()):
                    log.warning("%s asks to slow down: next request in %.1f s", self._host, wait)
                await asyncio.sleep(wait)
            if (wait := self._breaker.wait(_now())) > 0:
                raise self._down(wait)
            began = _now()
            self._pace.start(began)
            self._breaker.start()
        try:
            yield
        except RateLimited as fault:
            self._pace.throttled(_now(), began, fault.retry_after_s)
            self._breaker.answered()
            raise
        except ModelError as fault:
            if isinstance(fault, _ENDPOINT_FAILED) and not isinstance(fault, ReplyTooLong):
                self._breaker.failed(_now())
            else:
                self._breaker.answered()
            raise
        except BaseException:
            self._breaker.given_up()
            raise
        self._pace.answered(_now())
        self._breaker.answered()

    def _refuse_long_wait(self, deadline: float) -> None:
        wait = self._pace.wait(_now())
        if _now() + wait > deadline:
            raise RateLimited(
                f"{self._host}: asks to wait for {_span(wait)}, longer than a call may take",
                remedy=f"run the same again in {_span(wait)}, or choose another model",
                retry_after_s=wait,
            )

    def _down(self, wait: float) -> EndpointDown:
        return EndpointDown(
            f"{self._host}: failed {self._breaker.failures} times in a row and is not asked for now",
            remedy=f"try again in {_span(max(1, wait))}",
        )


def _now() -> float:
    return asyncio.get_running_loop().time()


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7_200 else f"{seconds / 3_600:.0f} hours"
