"""How often an endpoint may be asked: learned from its answers and its 429s. Pure: told the time."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

FIRST_RATE = 10.0
"""Requests a second before anything is known, at least: as many as calls may be in flight."""

UNLIMITED = 1_000.0
SLOWEST = 0.05
SLOW_START = 0.1
"""Growth for each answer before the limit is known, and the most ever."""

GROWTH = 0.0009
"""Growth for each answer, times the answers since the last cut: slow at first, then ever faster."""

SOON = 8
"""Answers since the last cut below which a 429 comes soon."""

CUT = 0.85
CUT_SOON = 0.7
CUT_BLIND = 0.5
"""What is left of the rate after a 429; the last before enough answers came to measure it."""

WINDOW_S = 0.5
MAX_BACKOFF_S = 60.0


class Pace:
    """Find the rate that an endpoint bears: more while it answers, less when it says 429.

    10 % more for each answer until the limit is met, then from what was really answered. Later
    the growth begins small after each 429 and rises with the answers since; it is the smaller the
    more a pause costs. A 429 to a request that began before the last cut tells nothing new.
    Retry-After pauses all calls; without it several 429s in a row do, for a full-jitter time of at
    most 60 s. What a pause has saved up may start at once after it, as long as the endpoint
    bears that. Times are monotonic seconds.

    The constants are tuned on simulated token buckets (5 to 60 requests a second, 1 to 60 deep,
    two processes of 8 workers) for few wasted requests; a bucket of one second is used to 95 %
    with Retry-After, one that holds a single request to a half or less.
    """

    def __init__(
        self, jitter: Callable[[], float] = random.random, first_rate: float = FIRST_RATE
    ) -> None:
        self.rate = first_rate
        self.cuts_in_row = 0
        self._jitter = jitter
        self._limited = False
        self._bursts = True
        self._paused_until = 0.0
        self._next_start = 0.0
        self._saved_s = 0.0
        self._cost = 1.0
        self._last_cut = float("-inf")
        self._answers: deque[float] = deque(maxlen=256)
        self._answers_since_cut = 0

    def wait(self, now: float) -> float:
        """Give the seconds until a request may start, 0 if it may."""
        return max(0.0, self._paused_until - now, self._next_start - now)

    def paused(self, now: float) -> bool:
        """Say whether a 429 keeps all calls waiting."""
        return now < self._paused_until

    def start(self, now: float) -> None:
        """Note that a request starts."""
        self._next_start = max(self._next_start, now - self._saved_s) + 1 / self.rate
        if self._next_start >= now:
            self._saved_s = 0.0

    def answered(self, now: float) -> None:
        """Note an answer: the endpoint bears this pace."""
        self.cuts_in_row = 0
        self._answers_since_cut += 1
        self._answers.append(now)
        growth = SLOW_START
        if self._limited:
            cost = self._cost if self._bursts else self._cost**2
            growth = min(growth, GROWTH * self._answers_since_cut / cost)
        self.rate = min(UNLIMITED, self.rate * (1 + growth))

    def throttled(self, now: float, began: float, retry_after_s: float | None) -> None:
        """Note a 429 to a request that began at `began`: pause all, and slow down once."""
        if began > self._last_cut:
            self._cut(now)
            if retry_after_s is None:
                backoff = 0.25 * 2**self.cuts_in_row if self.cuts_in_row > 1 else 0
                retry_after_s = min(MAX_BACKOFF_S, backoff) * self._jitter()
        pause = retry_after_s or 0.0
        self._paused_until = max(self._paused_until, now + pause)
        self._saved_s = max(0.0, self._paused_until - now) if self._bursts else 0.0
        self._cost = max(1.0, self.rate * pause)

    def _cut(self, now: float) -> None:
        soon = self._answers_since_cut < SOON
        if self._bursts and self._cost > 1 and self._answers_since_cut < self._cost / 2:
            self._bursts = False  # what the pause saved up was refused: no bucket behind it
        elif self._limited:
            self.rate *= CUT_SOON if soon else CUT
        elif len(self._answers) < SOON:
            self.rate *= CUT_BLIND
        else:
            self.rate = min(self.rate, self._measured(now)) * CUT
            self._limited = True
        self.rate = max(SLOWEST, self.rate)
        self.cuts_in_row = min(self.cuts_in_row + 1, 10)
        self._last_cut = now
        self._answers_since_cut = 0

    def _measured(self, now: float) -> float:
        recent = [t for t in self._answers if t > now - 1]
        return max(1, len(recent)) / max(WINDOW_S, now - recent[0] if recent else 1.0)
