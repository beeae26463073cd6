"""One SQLite file for sessions and scores: opened, upgraded after a backup, guarded."""

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

from rmcoach_llm.domain import Record
from rmcoach_llm.errors import StoreError

R = TypeVar("R", bound=Record)

APPLICATION_ID = 0x524D434F  # "RMCO": a file of another program is not touched
SCHEMA_VERSION = 3
SESSIONS = """
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
"""
BRIEF = """
create table brief (
    session text primary key references session (id) on delete cascade,
    kept_at text not null, record text not null
) strict;
"""
LEDGER = """
create table results (
    item_id text primary key, state text not null, finished_at text not null,
    outcome text not null, record text not null
) strict;
create table calls (
    number integer primary key, item_id text not null, request text not null,
    ordinal integer not null, state text not null, started_at text not null, ended_at text,
    reply text, why text, prompt_tokens integer not null default 0,
    completion_tokens integer not null default 0, cost real
) strict;
create index calls_of_item on calls (item_id);
create index calls_by_state on calls (state);
create table readings (content text primary key, talks text not null) strict;
"""
VERSIONS = (SESSIONS, BRIEF, LEDGER)
"""What each version of the schema added, from the first on."""

BUSY_S = 5.0


class Database:
    """Hold a connection to a store: its owner's alone (0600), in WAL mode, synced fully.

    An older schema is upgraded after a copy of the file was made beside it, `NAME.v2-backup`.
    With `watch` the file must be there, and nothing is written to it.

    Raises StoreError when the file cannot be opened, is no store of ours, or comes from a newer
    version; nothing is changed then.
    """

    def __init__(self, path: Path, *, watch: bool = False) -> None:
        self.path = path
        if not watch:
            self._make_file()
        with self.guarded():
            # A thread that writes has the connection to itself, so it may be another one than this.
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'ro' if watch else 'rw'}",
                uri=True,
                timeout=BUSY_S,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            with self.guarded():
                self._prepare(watch=watch)
        except StoreError:
            self.connection.close()
            raise

    def _make_file(self) -> None:
        path = self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(
                f"{path}: cannot be opened: {error.strerror}",
                remedy="choose another file with --store or RMCOACH_STORE",
            ) from None

    def _prepare(self, *, watch: bool) -> None:
        # In one statement, so that a second process that makes the tables is seen whole or not.
        application, version, tables = self.connection.execute(
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
        if watch:
            if version < SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path}: is of an older version that kept no results",
                    remedy="score with --store first: it is upgraded then, after a copy",
                )
            return
        self._switch_to_wal()
        self.connection.execute("pragma synchronous = full")
        self.connection.execute("pragma foreign_keys = on")
        if tables and version < SCHEMA_VERSION:
            self._back_up(version)
        if not tables or version < SCHEMA_VERSION:
            with self.writing():
                self._make_or_upgrade()

    def _back_up(self, version: int) -> None:
        """Copy the file as it is, beside it; the copy is whole or not there."""
        copy = self.path.with_name(f"{self.path.name}.v{version}-backup")
        part = copy.with_name(f"{copy.name}.{os.getpid()}")
        try:
            os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            target = sqlite3.connect(part.absolute())
            try:
                self.connection.backup(target)
                (copied,) = target.execute("pragma user_version").fetchone()
            finally:
                target.close()
            if copied == version:  # else another process has upgraded it, after a copy of its own
                part.replace(copy)
        except OSError as error:
            raise StoreError(
                f"{copy}: the copy that goes before an upgrade cannot be made: {error.strerror}",
                remedy="make room and its folder writable, or choose another file",
            ) from None
        finally:
            part.unlink(missing_ok=True)

    def _make_or_upgrade(self) -> None:
        """Make the tables that are missing; a second process may have been quicker: look again."""
        tables, version = self.connection.execute(
            "select (select count(*) from sqlite_master), user_version from pragma_user_version"
        ).fetchone()
        missing = VERSIONS[version if tables else 0 :]
        for script in missing:
            for statement in filter(str.strip, script.split(";\n")):
                self.connection.execute(statement)
        if missing:
            self.connection.execute(f"pragma application_id = {APPLICATION_ID}")
            self.connection.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def _switch_to_wal(self) -> None:
        """Wait for other processes that open the file: here SQLite itself does not wait."""
        end = time.monotonic() + BUSY_S
        while True:
            try:
                self.connection.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self.connection.close()

    def read(self, shape: type[R], text: str) -> R:
        """Give a record that was kept; raises StoreError where it is not valid."""
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
    def writing(self) -> Iterator[None]:
        """Do all or nothing, behind SQLite's own lock."""
        self.connection.execute("begin immediate")
        try:
            yield
            self.connection.execute("commit")
        except BaseException:
            if self.connection.in_transaction:  # a full disk has ended it already
                self.connection.execute("rollback")
            raise

    @contextmanager
    def guarded(self, taken: str = "this is kept already") -> Iterator[None]:
        """Turn what SQLite raises into a StoreError that says what to do."""
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
    if "full" in text or "disk I/O" in text:
        return "make room on the disk, or check it; what was kept before is safe"
    if "readonly" in text or "read-only" in text:
        return "make the file and its folder writable, or choose another with --store"
    return "the file may be damaged: move it away, or choose another with --store"


def now() -> str:
    """Give the time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
