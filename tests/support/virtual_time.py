"""An event loop whose clock jumps to what happens next: an hour passes in no time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Run timers in their order without waiting; raises where nothing would ever happen."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        """Give the seconds since the loop began."""
        return self._now

    def _run_once(self) -> None:
        ready, timers = self._ready, self._scheduled  # type: ignore[attr-defined]
        if not ready and not timers and not self._stopping:  # type: ignore[attr-defined]
            raise RuntimeError("all wait for ever")
        if not ready and timers:
            self._now = max(self._now, timers[0].when())
        super()._run_once()  # type: ignore[misc]


def run_virtually(work: Coroutine[Any, Any, T]) -> T:
    """Run in a loop of its own whose time does not pass."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
