"""The ledger of a batch in SQLite: what was judged, and each call that was made for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from rmcoach_llm.domain import (
    CallEnding,
    CallIntent,
    ChatReply,
    KeptCall,
    LedgerStatus,
    Outcome,
    Scorecard,
    Usage,
    WorkState,
)
from rmcoach_llm.errors import StoreError
from rmcoach_llm.stores.database import Database, now
from rmcoach_llm.stores.holding import Hold, is_held
from rmcoach_llm.stores.writer import GroupWriter

AT_ONCE = 500
CUT_OFF = "cut off: the process ended before the answer was kept"
TOTALS = """
select count(*) filter (where state = 'answered'), coalesce(sum(prompt_tokens), 0),
    coalesce(sum(completion_tokens), 0), sum(cost), count(*) filter (where cost is null and state = 'answered')
from calls
"""
UNCERTAIN = """
select number, item_id, state, started_at, ended_at, why, cost from calls
where state in ('open', 'maybe_billed') order by number
"""


class SqliteLedger:
    """Keep a batch's work in a store's file; keeps to `protocols.Ledger`.

    One process at a time holds it; the second learns who. Calls that a process which is gone left
    open may have been charged for: they are listed by `status`. With `watch` nothing is written
    and nothing held: for a look at what another process does.

    Raises StoreError where the file cannot be opened or is held.
    """

    def __init__(self, path: Path, *, watch: bool = False) -> None:
        self.path = path
        if watch and not path.exists():
            raise StoreError(f"{path}: not found", remedy="name the file of a run with --store")
        self._reading = Database(
            path, watch=watch
        )  # before the hold, which leaves a file beside it
        self._hold: Hold | None = None
        try:
            self._hold = None if watch else Hold(path)
            self._writer = None if watch else GroupWriter(self._opened(path))
        except StoreError:
            self._reading.close()
            if self._hold is not None:
                self._hold.close()
            raise
        self._closed = False

    def _opened(self, path: Path) -> Database:
        writing = Database(path)
        with writing.guarded(), writing.writing():
            writing.connection.execute(
                "update calls set state = 'maybe_billed', ended_at = ?, why = ? where state = 'open'",
                (now(), CUT_OFF),
            )
        self._writing = writing
        return writing

    def outcomes(self, keys: Sequence[str]) -> Mapping[str, Outcome]:
        """Give in short what came of each piece of work; what is not kept is left out."""
        return {key: self._reading.read(Outcome, text) for key, text in self._of("outcome", keys)}

    def states(self, keys: Sequence[str]) -> Mapping[str, WorkState]:
        """Give how each piece of work stands; what is not kept is left out."""
        return dict(self._of("state", keys))

    def _of(self, column: Literal["outcome", "state"], keys: Sequence[str]) -> Iterator[Any]:
        """Give key and one column of each result that is kept."""
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            with self._reading.guarded():
                rows = self._reading.connection.execute(
                    f"select item_id, {column} from results where item_id in ({marks})",  # noqa: S608
                    some,
                ).fetchall()
            yield from rows

    def scorecard(self, key: str) -> Scorecard:
        """Give the scorecard of a piece of work; raises StoreError where there is none."""
        with self._reading.guarded():
            row = self._reading.connection.execute(
                "select record from results where item_id = ?", (key,)
            ).fetchone()
        if row is None:
            raise StoreError(f"{self.path}: holds no result of {key}", remedy="score it again")
        return self._reading.read(Scorecard, row[0])

    def replies(self, key: str) -> Mapping[tuple[str, int], ChatReply]:
        """Give the answers kept for work that was cut off, by request digest and ordinal."""
        with self._reading.guarded():
            rows = self._reading.connection.execute(
                "select request, ordinal, reply from calls where item_id = ? and reply is not null",
                (key,),
            ).fetchall()
        return {
            (request, ordinal): self._reading.read(ChatReply, reply)
            for request, ordinal, reply in rows
        }

    async def begin_call(self, intent: CallIntent) -> int:
        """Note that a model is about to be asked; gives the call's number."""
        values = (intent.item, intent.request, intent.ordinal, now())

        def insert(db: sqlite3.Connection) -> int:
            made = db.execute(
                "insert into calls (item_id, request, ordinal, state, started_at)"
                " values (?, ?, ?, 'open', ?)",
                values,
            ).lastrowid
            assert made is not None  # noqa: S101 - an insert has a row
            return made

        return await self._write().write(insert)

    async def end_call(
        self, number: int, ending: ChatReply | CallEnding, *, cost: float | None = None
    ) -> None:
        """Close a call: with its answer and its cost, or with the reason why there is none."""
        answered = isinstance(ending, ChatReply)
        values = (
            "answered" if isinstance(ending, ChatReply) else ending.state,
            now(),
            ending.model_dump_json() if answered else None,
            None if isinstance(ending, ChatReply) else ending.why,
            ending.usage.prompt_tokens,
            ending.usage.completion_tokens,
            cost,
            number,
        )
        await self._write().write(
            lambda db: (
                db.execute(
                    "update calls set state = ?, ended_at = ?, reply = ?, why = ?, prompt_tokens = ?,"
                    " completion_tokens = ?, cost = ? where number = ?",
                    values,
                ).rowcount
            )
        )

    async def finish(self, key: str, scorecard: Scorecard, *, state: WorkState) -> Outcome:
        """Keep a scorecard in the place of any before it, and drop the answers it was made of."""
        record, short, kept_at = scorecard.model_dump_json(), Outcome.of(scorecard, state), now()
        del scorecard  # most of the memory, and it may wait for the disk with many others

        def keep(db: sqlite3.Connection) -> Outcome:
            (cost,) = db.execute(
                "select case when count(*) = count(cost) then sum(cost) end from calls"
                " where item_id = ? and reply is not null",
                (key,),
            ).fetchone()
            priced = short.model_copy(update={"cost": cost})
            db.execute(
                "insert or replace into results values (?, ?, ?, ?, ?)",
                (key, state, kept_at, priced.model_dump_json(), record),
            )
            db.execute("update calls set reply = null where item_id = ?", (key,))
            return priced

        return await self._write().write(keep)

    def reading(self, content: str) -> tuple[tuple[str, str], ...] | None:
        """Give (id, digest) of each transcript that a file of this content digest held, if kept."""
        with self._reading.guarded():
            row = self._reading.connection.execute(
                "select talks from readings where content = ?", (content,)
            ).fetchone()
        return None if row is None else tuple((name, digest) for name, digest in json.loads(row[0]))

    def remember(self, content: str, talks: Sequence[tuple[str, str]]) -> None:
        """Keep which transcripts a file held; it is written some time later."""
        text = json.dumps(talks, separators=(",", ":"))
        self._write().later(
            lambda db: db.execute("insert or replace into readings values (?, ?)", (content, text))
        )

    def status(self) -> LedgerStatus:
        """Count what is kept, and list the calls that may have been charged for in vain.

        A call that is open though no process holds the store was cut off with its process.
        """
        cut_off = {} if is_held(self.path) else {"state": "maybe_billed", "why": CUT_OFF}
        with self._reading.guarded():
            db = self._reading.connection
            states = dict(
                db.execute("select state, count(*) from results group by state").fetchall()
            )
            answered, prompt, completion, cost, unpriced = db.execute(TOTALS).fetchone()
            rows = db.execute(UNCERTAIN).fetchall()
        names = ("number", "item", "state", "started_at", "ended_at", "why", "cost")
        return LedgerStatus(
            done=states.get("done", 0),
            failed=states.get("failed", 0),
            answered=answered,
            usage=Usage(calls=answered, prompt_tokens=prompt, completion_tokens=completion),
            cost=cost,
            unpriced=unpriced,
            uncertain=tuple(
                call.model_copy(update=cut_off) if call.state == "open" else call
                for call in (KeptCall(**dict(zip(names, row, strict=True))) for row in rows)
            ),
        )

    def close(self) -> None:
        """Write what is waiting and let the file go; may be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._writer is not None:
            self._writer.close()
            self._writing.close()
        self._reading.close()
        if self._hold is not None:
            self._hold.close()

    def _write(self) -> GroupWriter:
        if self._writer is None or self._closed:
            raise StoreError(f"{self.path}: is open for looking only", remedy="open it to write")
        return self._writer
