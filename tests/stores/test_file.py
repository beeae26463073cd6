"""The file: private, synced, ours alone; whatever is wrong with it is said and left as it was."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from support.fixed_records import scorecard_data, transcript

from rmcoach_llm.domain import Brief, Scorecard, Transcript
from rmcoach_llm.errors import StoreError
from rmcoach_llm.stores import database
from rmcoach_llm.stores.database import APPLICATION_ID, SCHEMA_VERSION
from rmcoach_llm.stores.sqlite import SqliteStore


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """File, its companions and the folder made for it are private, whatever the umask."""
    before = os.umask(0)
    try:
        store = SqliteStore(tmp_path / "home" / "s.db")
        store.begin(transcript())
    finally:
        os.umask(before)
    files = sorted(store.path.parent.iterdir())
    assert [file.name for file in files] == ["s.db", "s.db-shm", "s.db-wal"]
    assert {_mode(file) for file in files} == {0o600}
    assert _mode(store.path.parent) == 0o700
    store.close()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    """A folder of the user's is not changed."""
    tmp_path.chmod(0o755)
    SqliteStore(tmp_path / "s.db").close()
    assert _mode(tmp_path) == 0o755


def test_each_write_is_synced(store: SqliteStore) -> None:
    """WAL with full sync is in force on the connection that writes, and foreign keys are."""
    asked = {name: store._db.execute(f"pragma {name}").fetchone()[0] for name in PRAGMAS}
    assert asked == PRAGMAS


PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "application_id": APPLICATION_ID,
    "user_version": SCHEMA_VERSION,
}


def test_it_may_be_closed_twice(store: SqliteStore) -> None:
    """Closing again is no error; using it afterwards is one of ours."""
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.sessions()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file of no bytes, as `mktemp` makes it, is taken."""
    path = tmp_path / "s.db"
    path.touch()
    store = SqliteStore(path)
    store.begin(transcript())
    store.close()
    again = SqliteStore(path)
    assert again.load("talk-1") == transcript()
    again.close()


def test_a_file_named_as_memory_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that SQLite takes for no file at all is a file like any other."""
    monkeypatch.chdir(tmp_path)
    store = SqliteStore(Path(":memory:"))
    store.begin(transcript())
    store.close()
    again = SqliteStore(tmp_path / ":memory:")
    assert again.load("talk-1") == transcript()
    again.close()


@pytest.mark.parametrize("application", [0, 42])
def test_a_database_of_another_program_is_left_alone(tmp_path: Path, application: int) -> None:
    """It is named as such, and not one byte of it changes."""
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute(f"pragma application_id = {application}")
    other.execute("create table theirs (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"other\.db: is a database of another program"):
        SqliteStore(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    """A store of a later version is refused with both numbers, and not one byte changes."""
    path = tmp_path / "s.db"
    SqliteStore(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"pragma user_version = {SCHEMA_VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="has schema 4, this version knows 3: upgrade"):
        SqliteStore(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"# Notes\n" * 400, b"SQLite format 3\0" + b"\xff" * 4080, os.urandom(5000)]
)
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """Text, a damaged head, noise: an error with a remedy, and not one byte changes."""
    path = tmp_path / "s.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="the file may be damaged") as raised:
        SqliteStore(path)
    assert raised.value.exit_code == 7
    assert path.read_bytes() == content


def test_damage_within_is_an_error_of_ours(tmp_path: Path) -> None:
    """Pages that were overwritten give a typed error, not a traceback."""
    path = tmp_path / "s.db"
    store = SqliteStore(path)
    store.begin(transcript())
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    damaged = SqliteStore(path)
    with pytest.raises(StoreError, match="the file may be damaged"):
        damaged.load("talk-1")
    damaged.close()


@pytest.mark.parametrize("where", ["folder", "under a file"])
def test_a_path_that_cannot_be_a_file_is_named(tmp_path: Path, where: str) -> None:
    """A folder in its place, a file for a folder: the path and the way out are named."""
    if where == "folder":
        path = tmp_path
    else:
        tmp_path.joinpath("file").write_text("x")
        path = tmp_path / "file" / "s.db"
    with pytest.raises(StoreError, match=r"cannot be opened: .*choose another file with --store"):
        SqliteStore(path)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update session set head = '{\"id\": 1}'", "a Transcript that is not valid at"),
        ("update turn set record = 'no json'", "a Turn that is not valid at"),
        ("update scorecard set record = '{}'", "a Scorecard that is not valid at"),
    ],
)
def test_a_record_changed_from_outside_is_named(store: SqliteStore, change: str, what: str) -> None:
    """Kept text that is no record any more is an error with a remedy; deleting it still works."""
    store.begin(transcript())
    store.keep_scorecard("talk-1", Scorecard.model_validate(scorecard_data()))
    outside = sqlite3.connect(store.path)
    outside.execute(change)
    outside.commit()
    outside.close()
    read = store.scorecards if "Scorecard" in what else store.load
    with pytest.raises(StoreError, match=what):
        read("talk-1")
    store.delete("talk-1")
    assert store.sessions() == ()


def test_a_full_disk_loses_nothing_that_was_kept(store: SqliteStore) -> None:
    """The message says that room is missing; earlier turns are there and writing goes on later."""
    store.begin(transcript())
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages + 2}")
    long = transcript().turns[0].model_copy(update={"text": "x" * 100_000})
    with pytest.raises(StoreError, match="full: make room on the disk"):
        store.append("talk-1", long, number=2)
    assert store.load("talk-1") == transcript()
    store._db.execute(f"pragma max_page_count = {pages + 1000}")
    store.append("talk-1", long, number=2)
    assert store.load("talk-1").turns[-1] == long


def test_a_store_that_may_only_be_read_says_so(store: SqliteStore) -> None:
    """A write that is not allowed names what to make writable."""
    store._db.execute("pragma query_only = on")
    with pytest.raises(StoreError, match="make the file and its folder writable"):
        store.begin(transcript())


def test_another_writer_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock too long is the reason given; with the lock gone, writing goes on."""
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    store = SqliteStore(tmp_path / "s.db")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreError, match="locked: another process writes to it"):
        store.begin(transcript())
    other.execute("rollback")
    other.close()
    store.begin(transcript())
    store.close()


def test_opening_waits_for_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process locks from the first moment on gives the same message."""
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    path = tmp_path / "s.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreError, match="locked: another process writes to it"):
        SqliteStore(path)
    other.execute("rollback")
    other.close()
    SqliteStore(path).close()


def test_a_session_is_kept_whole_or_not_at_all(store: SqliteStore) -> None:
    """A fault in the middle of a new session leaves nothing of it."""
    turns = tuple(transcript().turns[0].model_copy(update={"text": "x" * 30_000}) for _ in range(9))
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages + 10}")
    talk = Transcript(id="t", participants=transcript().participants, turns=turns)
    with pytest.raises(StoreError):
        store.begin(talk)
    assert store.sessions() == ()


def _as_version_1(path: Path) -> None:
    """Turn a store into one that an earlier version made."""
    old = sqlite3.connect(path)
    for table in ("brief", "results", "calls", "readings"):
        old.execute(f"drop table {table}")
    old.execute("pragma user_version = 1")
    old.commit()
    old.close()


def test_an_older_store_is_upgraded_when_it_is_opened(tmp_path: Path) -> None:
    """A store of version 1 keeps its sessions and gets room for briefs; opening again changes no more."""
    path = tmp_path / "s.db"
    store = SqliteStore(path)
    store.begin(transcript())
    store.keep_scorecard("talk-1", Scorecard.model_validate(scorecard_data()))
    store.close()
    _as_version_1(path)
    for _ in range(2):
        store = SqliteStore(path)
        assert store.load("talk-1").turns == transcript().turns
        assert len(store.scorecards("talk-1")) == 1
        store.keep_brief("talk-1", Brief(want="An app."))
        assert store.load("talk-1").brief == Brief(want="An app.")
        asked = {name: store._db.execute(f"pragma {name}").fetchone()[0] for name in PRAGMAS}
        assert asked == PRAGMAS
        store.close()
    copy = sqlite3.connect(tmp_path / "s.db.v1-backup")
    assert copy.execute("pragma user_version").fetchone() == (1,)
    assert copy.execute("select count(*) from turn").fetchone()[0] == len(transcript().turns)
    copy.close()
    assert (tmp_path / "s.db.v1-backup").stat().st_mode & 0o777 == 0o600


def test_no_upgrade_without_its_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy cannot be made, nothing is upgraded and the message says what to do."""
    path = tmp_path / "s.db"
    SqliteStore(path).close()
    _as_version_1(path)
    (tmp_path / f"s.db.v1-backup.{os.getpid()}").touch()
    with pytest.raises(StoreError, match="the copy that goes before an upgrade"):
        SqliteStore(path)
    assert sqlite3.connect(path).execute("pragma user_version").fetchone() == (1,)


def test_two_that_open_an_older_store_at_once_both_find_it_whole(tmp_path: Path) -> None:
    """The upgrade is done once, under SQLite's lock: the second one finds nothing left to do."""
    path = tmp_path / "s.db"
    SqliteStore(path).close()
    _as_version_1(path)
    first = SqliteStore(path)
    second = SqliteStore(path)
    second._file._make_or_upgrade()
    first.begin(transcript())
    first.keep_brief("talk-1", Brief(need="Time."))
    assert second.load("talk-1").brief == Brief(need="Time.")
    first.close()
    second.close()
