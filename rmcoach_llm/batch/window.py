"""How much may happen within a span of time. Pure: told the time, it decides."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass
class Entry:
    """Hold what was taken at a time; the amount may be put right later."""

    at: float
    amount: int
    gone: bool = False


class Window:
    """Let at most `most` be taken within any `span_s` seconds; amounts are whole numbers.

    One that alone is more than `most` may be taken where nothing else is in the window: it could
    never be taken otherwise. Times are monotonic seconds.

    >>> window = Window(2, 60)
    >>> [window.take(0, 1).amount, window.take(10, 1).amount, window.wait(20, 1)]
    [1, 1, 40]
    """

    def __init__(self, most: int, span_s: float = 60.0) -> None:
        self.most = most
        self.span_s = span_s
        self._taken: deque[Entry] = deque()
        self._total = 0

    def wait(self, now: float, amount: int) -> float:
        """Give the seconds until so much may be taken, 0 if it may now."""
        self._forget(now)
        total, wait = self._total, 0.0
        for entry in self._taken:
            if total + amount <= self.most:
                break
            total -= entry.amount
            wait = entry.at + self.span_s - now
        return wait

    def take(self, now: float, amount: int) -> Entry:
        """Note that so much is taken now."""
        entry = Entry(now, amount)
        self._taken.append(entry)
        self._total += amount
        return entry

    def correct(self, entry: Entry, amount: int) -> None:
        """Put right how much was taken; what has left the window counts no more."""
        if not entry.gone:
            self._total += amount - entry.amount
        entry.amount = amount

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0].at + self.span_s <= now:
            entry = self._taken.popleft()
            entry.gone = True
            self._total -= entry.amount
