"""Sessions in one SQLite file: each turn is on disk before the call returns."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from rmcoach_llm.domain import Brief, Record, Scorecard, Transcript, Turn
from rmcoach_llm.errors import SessionConflict, StoreError, UsageError, did_you_mean

R = TypeVar("R", bound=Record)

APPLICATION_ID = 0x524D434F  # "RMCO": a file of another program is not touched
SCHEMA_VERSION = 2
BRIEF = """
create table brief (
    session text primary key references session (id) on delete cascade,
    kept_at text not null, record text not null
) strict;
"""
UPGRADES = {2: BRIEF}
"""What each version added; a store of an older version gets what it lacks when it is opened."""

SCHEMA = f"""
create table session (
    id text primary key, started_at text not null, head text not null
) strict;
create table turn (
    session text not null references session (id) on delete cascade,
    number integer not null, kept_at text not null, record text not null,
    primary key (session, number)
) strict;
create table scorecard (
    number integer primary key,
    session text not null references session (id) on delete cascade,
    kept_at text not null, record text not null
) strict;
{BRIEF}"""
HEADS = "select head, brief.record from session left join brief on brief.session = id"
BUSY_S = 5.0


class SqliteStore:
    """Keep sessions in a file that only its owner may read (0600), in WAL mode, synced fully.

    Raises StoreError when the file cannot be opened, is no store of ours, or comes from a newer
    version; nothing is changed then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(
                f"{path}: cannot be opened: {error.strerror}",
                remedy="choose another file with --store or RMCOACH_STORE",
            ) from None
        with self._guarded():
            # Absolute, as SQLite takes the bare name ":memory:" for no file at all.
            self._db = sqlite3.connect(path.absolute(), timeout=BUSY_S, isolation_level=None)
        try:
            with self._guarded():
                self._prepare()
        except StoreError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        # In one statement, so that a second process that makes the tables is seen whole or not.
        application, version, tables = self._db.execute(
            "select application_id, user_version, (select count(*) from sqlite_master)"
            " from pragma_application_id, pragma_user_version"
        ).fetchone()
        if application != APPLICATION_ID and (application or tables):
            raise StoreError(
                f"{self.path}: is a database of another program", remedy="choose another file"
            )
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path}: has schema {version}, this version knows {SCHEMA_VERSION}",
                remedy="upgrade rmcoach-llm, or choose another file",
            )
        self._switch_to_wal()
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma foreign_keys = on")
        if not tables or version < SCHEMA_VERSION:
            with self._writing():
                self._make_or_upgrade()

    def _make_or_upgrade(self) -> None:
        """Make the tables that are missing; a second process may have been quicker: look again."""
        tables, version = self._db.execute(
            "select (select count(*) from sqlite_master), user_version from pragma_user_version"
        ).fetchone()
        missing = (
            [SCHEMA]
            if not tables
            else [UPGRADES[v] for v in range(version + 1, SCHEMA_VERSION + 1)]
        )
        for script in missing:
            for statement in filter(str.strip, script.split(";\n")):
                self._db.execute(statement)
        if missing:
            self._db.execute(f"pragma application_id = {APPLICATION_ID}")
            self._db.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def _switch_to_wal(self) -> None:
        """Wait for other processes that open the file: here SQLite itself does not wait."""
        end = time.monotonic() + BUSY_S
        while True:
            try:
                self._db.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def begin(self, transcript: Transcript) -> None:
        """Keep a new session; raises StoreError when its id is taken."""
        head = transcript.model_copy(update={"turns": (), "brief": None})
        with self._guarded(taken=f"the session '{transcript.id}' exists"), self._writing():
            self._db.execute(
                "insert into session values (?, ?, ?)",
                (transcript.id, _now(), head.model_dump_json()),
            )
            for number, turn in enumerate(transcript.turns):
                self._insert(transcript.id, number, turn)
            if transcript.brief is not None:
                self._put_brief(transcript.id, transcript.brief)

    def append(self, session_id: str, turn: Turn, *, number: int) -> None:
        """Keep turn `number` (from 0) of a session; it is on disk when this returns.

        Raises SessionConflict, and keeps nothing, where it is not the next one.
        """
        with self._guarded(), self._writing():
            kept = self._db.execute(
                "select count(turn.number) from session left join turn on turn.session = id"
                " where id = ? group by id",
                (session_id,),
            ).fetchone()
            if kept is not None and kept[0] != number:
                raise SessionConflict(
                    f"the session '{session_id}' goes on in another window",
                    remedy=f"see what was said there: rmcoach session show {session_id}",
                )
            self._insert(session_id, number, turn)

    def _insert(self, session_id: str, number: int, turn: Turn) -> None:
        self._db.execute(
            "insert into turn values (?, ?, ?, ?)",
            (session_id, number, _now(), turn.model_dump_json()),
        )

    def load(self, session_id: str) -> Transcript:
        """Give a session as it stands; raises UsageError for an unknown id."""
        with self._guarded():
            row = self._db.execute(f"{HEADS} where id = ?", (session_id,)).fetchone()
            turns = self._db.execute(
                "select record from turn where session = ? order by number", (session_id,)
            ).fetchall()
        if row is None:
            raise self._unknown(session_id)
        head = self._head(*row)
        return head.model_copy(update={"turns": tuple(self._read(Turn, t[0]) for t in turns)})

    def _head(self, head: str, brief: str | None) -> Transcript:
        read = self._read(Transcript, head)
        if brief is None:
            return read
        return read.model_copy(update={"brief": self._read(Brief, brief)})

    def _unknown(self, session_id: str) -> UsageError:
        with self._guarded():
            names = [row[0] for row in self._db.execute("select id from session").fetchall()]
        return UsageError(f"unknown session '{session_id}'", remedy=did_you_mean(session_id, names))

    def sessions(self) -> tuple[Transcript, ...]:
        """Give all sessions without their turns, newest first."""
        with self._guarded():
            rows = self._db.execute(
                f"{HEADS} order by started_at desc, session.rowid desc"
            ).fetchall()
        return tuple(self._head(*row) for row in rows)

    def keep_brief(self, session_id: str, brief: Brief) -> None:
        """Keep what the trainee took from a session, in the place of what was kept before."""
        with self._guarded(), self._writing():
            self._put_brief(session_id, brief)

    def _put_brief(self, session_id: str, brief: Brief) -> None:
        self._db.execute(
            "insert or replace into brief values (?, ?, ?)",
            (session_id, _now(), brief.model_dump_json()),
        )

    def keep_scorecard(self, session_id: str, scorecard: Scorecard) -> None:
        """Keep a scorecard of a session."""
        with self._guarded(), self._writing():
            self._db.execute(
                "insert into scorecard (session, kept_at, record) values (?, ?, ?)",
                (session_id, _now(), scorecard.model_dump_json()),
            )

    def scorecards(self, session_id: str) -> tuple[Scorecard, ...]:
        """Give the scorecards of a session, oldest first."""
        with self._guarded():
            rows = self._db.execute(
                "select record from scorecard where session = ? order by number", (session_id,)
            ).fetchall()
        return tuple(self._read(Scorecard, row[0]) for row in rows)

    def delete(self, session_id: str) -> None:
        """Forget a session with all that hangs on it; raises UsageError for an unknown id."""
        with self._guarded(), self._writing():
            gone = self._db.execute("delete from session where id = ?", (session_id,)).rowcount
        if not gone:
            raise self._unknown(session_id)

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self._db.close()

    def _read(self, shape: type[R], text: str) -> R:
        try:
            return shape.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise StoreError(
                f"{self.path}: holds a {shape.__name__} that is not valid at {place}",
                remedy="the file was changed from outside: restore it from a copy",
            ) from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all or nothing, behind SQLite's own lock."""
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("rollback")
            raise

    @contextmanager
    def _guarded(self, taken: str = "this is kept already") -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            missing = "FOREIGN KEY" in str(error)
            found = "there is no such session" if missing else taken
            raise StoreError(f"{self.path}: {found}", remedy="see: rmcoach session list") from None
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}", remedy=_remedy(error)) from None


def _remedy(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return "another process writes to it: try again when it has ended"
    if "full" in text:
        return "make room on the disk; what was kept before is safe"
    if "readonly" in text or "read-only" in text:
        return "make the file and its folder writable, or choose another with --store"
    return "the file may be damaged: move it away, or choose another with --store"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
