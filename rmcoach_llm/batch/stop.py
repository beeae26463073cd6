"""When a batch ends early: what asked for it, and what may still go on."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from rmcoach_llm.errors import RmcoachError


class Stopping(RmcoachError):
    """Report a call that was not made, as the batch ends; the work is asked for again later."""


class Stop:
    """Say whether a batch is to end, and why: a signal, or an error that all else would meet.

    After `ask` no new call begins, while those under way end; after `drop` they are cut off too.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.error: RmcoachError | None = None
        self._asked = asyncio.Event()
        self._dropped = asyncio.Event()

    @property
    def asked(self) -> bool:
        """Say whether the batch is to end."""
        return self._asked.is_set()

    def ask(self, *, by: signal.Signals | None = None, error: RmcoachError | None = None) -> None:
        """End the batch once what is under way has ended; the first reason counts."""
        if not self.asked:
            self.signal, self.error = by, error
        self._asked.set()

    def drop(self) -> None:
        """End it at once: calls that are under way are cut off."""
        self._asked.set()
        self._dropped.set()

    async def wait_asked(self) -> None:
        """Wait until the batch is to end."""
        await self._asked.wait()

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the batch is to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), seconds)

    async def wait_dropped(self, *, grace_s: float) -> None:
        """Wait until it is to end at once, or `grace_s` seconds after it was to end."""
        await self._asked.wait()
        try:
            await asyncio.wait_for(self._dropped.wait(), grace_s)
        except TimeoutError:
            self._dropped.set()

    def refuse(self) -> None:
        """Raise Stopping where the batch is to end."""
        if self.asked:
            raise Stopping("not asked: the batch ends", remedy="run the same again to go on")
