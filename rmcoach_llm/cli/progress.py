"""How far a long command is: one line in a terminal, now and then a line elsewhere."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import TextIO

BAR = 20
DRAWN_EVERY_S = 0.1
PRINTED_EVERY_S = 10.0
BEFORE_FIRST_S = 1.0
"""What ends sooner needs no progress."""


class Progress:
    """Show on a stream how far a batch is; `total` is None while it is not known.

    In a terminal one line is drawn anew, at most ten times a second; elsewhere a line is printed
    every ten seconds. Nothing is shown in the first second.
    """

    def __init__(
        self,
        stream: TextIO,
        total: int | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._began = clock()
        self._live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._next = self._began + BEFORE_FIRST_S
        self._drawn = ""
        self.done = 0
        self._worked = 0
        self.cost: float | None = None

    def step(self, *, worked: bool, cost: float | None = None) -> None:
        """Count one that is done; `worked` where it took work, as reused ones tell no rate."""
        self.done += 1
        self._worked += worked
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost
        if self._clock() >= self._next:
            self.show()

    def show(self) -> None:
        """Show now how far it is."""
        now = self._clock()
        line = self.line(now - self._began)
        if self._live:
            width = shutil.get_terminal_size().columns
            self._drawn = line[: width - 1]
            self._stream.write(f"\r\x1b[K{self._drawn}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()
        self._next = now + (DRAWN_EVERY_S if self._live else PRINTED_EVERY_S)

    def clear(self) -> None:
        """Take the drawn line away, so that other lines can be printed."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = ""

    def line(self, took_s: float) -> str:
        """Give the line for so many seconds: count, rate, cost so far, time left.

        >>> import io
        >>> progress = Progress(io.StringIO(), 10)
        >>> for _ in range(5):
        ...     progress.step(worked=True, cost=0.01)
        >>> progress.line(60.0)
        '[##########..........] 5 of 10  5.0 a minute  0.05 USD  1 min left'
        """
        parts = [self._count()]
        rate = self._worked / took_s if took_s > 0 else 0.0
        if rate:
            parts.append(f"{rate:.1f} a second" if rate >= 1 else f"{rate * 60:.1f} a minute")
        if self.cost is not None:
            parts.append(f"{self.cost:.2f} USD")
        if rate and self._total is not None and self._total > self.done:
            parts.append(f"{_span((self._total - self.done) / rate)} left")
        return "  ".join(parts)

    def _count(self) -> str:
        if self._total is None:
            return f"{self.done} done"
        total = max(self._total, self.done)
        filled = BAR * self.done // total if total else BAR
        return f"[{'#' * filled}{'.' * (BAR - filled)}] {self.done} of {total}"


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"
