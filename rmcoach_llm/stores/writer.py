"""Writes of many tasks in few transactions: one thread takes all that wait, then syncs once."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from rmcoach_llm.stores.database import Database

T = TypeVar("T")

MOST_AT_ONCE = 256


@dataclass(frozen=True)
class _Write:
    """Hold a write that waits, and who waits for it, if anybody does."""

    work: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop | None = None
    done: asyncio.Future[Any] | None = None


class GroupWriter:
    """Do writes in the order they come, as many as wait in one transaction (a group commit).

    A sync to disk takes as long for one write as for sixty. Who awaits `write` goes on after the
    sync. A write that fails alone fails alone: the others of its transaction are done again
    without it.
    """

    def __init__(self, path: Database) -> None:
        self._file = path
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do a write; gives what it gives once that is on disk. Raises StoreError."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.put(_Write(work, loop, done))
        return await done

    def later(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do a write with those that come; nobody waits for it, and none may miss it."""
        self._waiting.put(_Write(work))

    def close(self) -> None:
        """Do what waits, then end; may be called twice."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        ends = False
        while not ends:
            group = [self._waiting.get()]
            while len(group) < MOST_AT_ONCE and not self._waiting.empty():
                group.append(self._waiting.get())
            ends = None in group
            writes = [write for write in group if write is not None]
            results = self._together(writes)
            for loop in {write.loop for write in writes if write.loop is not None}:
                ready = [pair for pair in zip(writes, results, strict=True) if pair[0].loop is loop]
                _hand_over(loop, ready)

    def _together(self, writes: Sequence[_Write]) -> list[object]:
        """Do writes in one transaction; where one fails, each in one of its own.

        Whatever a write raises goes to who waits for it: the thread must not end with it, as all
        later writes would wait for ever.
        """
        if not writes:
            return []
        try:
            return self._in_one(writes)
        except Exception as error:  # noqa: BLE001 - handed on, see above
            if len(writes) == 1:
                return [error]
            return [self._together([write])[0] for write in writes]

    def _in_one(self, writes: Sequence[_Write]) -> list[object]:
        with self._file.guarded(), self._file.writing():
            return [write.work(self._file.connection) for write in writes]


def _hand_over(loop: asyncio.AbstractEventLoop, ready: Sequence[tuple[_Write, object]]) -> None:
    try:
        loop.call_soon_threadsafe(_settle, ready)
    except RuntimeError:  # the loop has ended: nobody waits any more, and the writes are done
        return


def _settle(ready: Sequence[tuple[_Write, object]]) -> None:
    for write, result in ready:
        if write.done is None or write.done.done():
            continue  # who waited was cancelled; the write is done all the same
        if isinstance(result, Exception):
            write.done.set_exception(result)
        else:
            write.done.set_result(result)
