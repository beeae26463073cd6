"""How a batch ends early: signals, stores that cannot be written, disks that are full."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest
from support.batches import (
    Ended,
    command,
    ended,
    lines_of,
    score,
    started,
    status,
    written,
)

from benchmarks.billing import BillingJudge
from rmcoach_llm.stores.database import APPLICATION_ID, BRIEF, SCHEMA_VERSION, SESSIONS

SLOW = (0.1, 0.2)
AT_ONCE = 4
MOST_S = 60


@pytest.fixture
def judge() -> Iterator[BillingJudge]:
    """Serve a judge that takes a quarter of a second."""
    with BillingJudge(SLOW) as made:
        yield made


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Write a file of 400 talks: more than any of these runs gets through."""
    return lines_of(tmp_path / "talks.jsonl", 400)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Name a store."""
    return tmp_path / "run.db"


def whole(store: Path) -> bool:
    """Say whether a store's file is in order."""
    with closing(sqlite3.connect(store)) as db:
        (said,) = db.execute("pragma integrity_check").fetchone()
    return bool(said == "ok")


def billed_once(judge: BillingJudge) -> bool:
    """Say whether no request was billed twice."""
    assert judge.settled()
    return max(judge.bill.values()) == 1


def cards_in(out: Path) -> int:
    """Count the scorecards in a file of results, each of which must be whole."""
    return len([json.loads(line) for line in out.read_text().splitlines()])


@pytest.mark.parametrize(("by", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_in_good_order(
    judge: BillingJudge, talks: Path, store: Path, tmp_path: Path, by: signal.Signals, code: int
) -> None:
    """What is under way ends, nothing is billed twice, what is done is written, and how to go on is said."""
    out, partial = tmp_path / "out.jsonl", tmp_path / "out.partial.jsonl"
    given = (talks, "--store", store, "--concurrency", AT_ONCE)
    process = started(command(judge, *given, "--out", out))
    assert judge.wait(lambda: judge.billed >= 6, MOST_S)
    process.send_signal(by)
    done = ended(process)
    assert done.code == code
    assert "to go on, run the same again:\n  rmcoach score" in done.err
    assert str(store) in done.err
    assert "Traceback" not in done.err
    assert status(store)["uncertain"] == []
    assert status(store)["done"] == judge.billed
    asked = judge.billed
    assert f"{partial}: {asked} of 400 transcripts; what --out names is written" in done.err
    assert cards_in(partial) == asked
    assert not out.exists()
    again = score(judge, *given, "--limit", asked + 5, "--out", out)
    assert (again.code, again.asked) == (0, 5)
    assert cards_in(out) == asked + 5
    assert not list(tmp_path.glob(".rmcoach-*"))
    assert billed_once(judge)


def test_ctrl_c_in_a_terminal(judge: BillingJudge, talks: Path, store: Path) -> None:
    """A line shows how far it is; Ctrl-C says what happens, ends it and names the command."""
    words = command(judge, talks, "--store", store, "--concurrency", AT_ONCE)
    child = pexpect.spawn(
        words[0], words[1:], timeout=MOST_S, encoding="utf-8", dimensions=(40, 100),
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    child.expect(r"\r\x1b\[K\[#*\.*\] \d+ of 400  [\d.]+ a (second|minute)  \d+ (s|min) left")
    child.sendintr()
    child.expect("press Ctrl-C again")
    child.expect("to go on, run the same again")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert billed_once(judge)


def test_ctrl_c_twice_cuts_off(talks: Path, store: Path) -> None:
    """The second Ctrl-C does not wait for a slow model; what was cut off is listed."""
    with BillingJudge((0.0, 0.0)) as judge:
        judge.fault = lambda number, _: "silence" if number > 3 else None
        words = command(judge, talks, "--store", store, "--concurrency", AT_ONCE)
        child = pexpect.spawn(words[0], words[1:], timeout=MOST_S, encoding="utf-8")
        assert judge.wait(lambda: judge.requests >= 3 + AT_ONCE, MOST_S)
        child.sendintr()
        child.expect("press Ctrl-C again")
        began = time.monotonic()
        child.sendintr()
        child.expect("cutting off")
        child.expect("to go on, run the same again")
        child.expect(pexpect.EOF)
        assert time.monotonic() - began < 10
        child.close()
    assert child.exitstatus == 130
    held = status(store)
    assert held["done"] == 3
    assert [call["state"] for call in held["uncertain"]] == ["maybe_billed"] * AT_ONCE


def test_progress_is_plain_lines_where_there_is_no_terminal(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """Without a terminal progress is whole lines, a few only; none for what is done at once."""
    given = (talks, "--store", store, "--concurrency", AT_ONCE, "--limit", 24)
    done = ended(started(command(judge, *given)))
    assert done.code == 0
    assert "\r" not in done.err
    assert "\x1b" not in done.err
    lines = [line for line in done.err.splitlines() if line.startswith("[")]
    assert 1 <= len(lines) <= 3
    assert " of 24" in lines[0]
    quick = score(judge, *given)
    assert (quick.asked, "of 24" in quick.err) == (0, False)


def test_of_two_processes_on_one_store_the_second_learns_who_holds_it(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """It ends with exit code 7 and the process that works, which goes on undisturbed."""
    given = (talks, "--store", store, "--concurrency", AT_ONCE, "--limit", 90)
    first = started(command(judge, *given))
    assert judge.wait(lambda: judge.billed >= 4, MOST_S)
    second = score(judge, *given)
    seen = status(store)
    assert (second.code, second.out) == (7, "")
    assert f"is held by process {first.pid} on " in second.err
    assert "--store" in second.err
    assert seen["done"] < 90
    assert ended(first).code == 0
    assert billed_once(judge)
    assert status(store)["done"] == 90


def test_a_full_disk_stops_it_and_nothing_is_lost(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """No room: exit code 7 and what to do; the file is whole, and with room the rest is done."""
    given = (talks, "--store", store, "--concurrency", AT_ONCE, "--limit", 60)
    # Coverage would write in the process as well, and has no room there either.
    limit = 'unset COVERAGE_PROCESS_CONFIG COVERAGE_PROCESS_START; ulimit -f 500; exec "$@"'
    words = ["sh", "-c", limit, "sh", *command(judge, *given)]
    done = ended(started(words))
    assert done.code == 7, done.err
    assert "run.db" in done.err
    assert "Traceback" not in done.err
    assert whole(store)
    held = status(store)
    assert 0 < held["done"] < 60
    again = score(judge, *given)
    assert again.code == 0
    assert f"{held['done']} reused" in again.err
    twice = sum(count - 1 for count in judge.bill.values())
    assert twice <= len(status(store)["uncertain"]) <= AT_ONCE


def test_a_damaged_or_foreign_store_is_left_as_it_is(
    judge: BillingJudge, tmp_path: Path, store: Path
) -> None:
    """What is no store of ours stops it before anything is asked or written."""
    folder = written(tmp_path / "talks", "a.txt")
    store.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    before = store.read_bytes()
    done = score(judge, folder, "--store", store)
    assert (done.code, done.asked) == (7, 0)
    assert store.read_bytes() == before
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table mine (x)")
        db.commit()
    before = other.read_bytes()
    done = score(judge, folder, "--store", other)
    assert (done.code, "another program" in done.err) == (7, True)
    assert other.read_bytes() == before


def old_store(path: Path, version: int) -> None:
    """Make a store of an earlier version, with a session in it."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SESSIONS + BRIEF)
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute(f"pragma user_version = {version}")
        db.execute("insert into session values ('s1', '2026-01-01T00:00:00.000+00:00', '{}')")
        db.commit()


def test_a_newer_store_is_left_as_it_is(judge: BillingJudge, tmp_path: Path, store: Path) -> None:
    """A file of a later version is not touched: which versions, and what to do."""
    folder = written(tmp_path / "talks", "a.txt")
    old_store(store, SCHEMA_VERSION + 1)
    before = store.read_bytes()
    done = score(judge, folder, "--store", store)
    assert (done.code, done.asked) == (7, 0)
    assert f"schema {SCHEMA_VERSION + 1}" in done.err
    assert "upgrade rmcoach-llm" in done.err
    assert store.read_bytes() == before


def test_an_older_store_is_upgraded_after_a_copy(
    judge: BillingJudge, tmp_path: Path, store: Path
) -> None:
    """Sessions of an older file stay, a copy of it lies beside it, and results are kept in it."""
    folder = written(tmp_path / "talks", "a.txt")
    old_store(store, 2)
    assert score(judge, folder, "--store", store).code == 0
    copy = store.with_name("run.db.v2-backup")
    for file, version in ((store, SCHEMA_VERSION), (copy, 2)):
        with closing(sqlite3.connect(file)) as db:
            assert db.execute("pragma user_version").fetchone() == (version,)
            assert db.execute("select id from session").fetchall() == [("s1",)]
    assert oct(copy.stat().st_mode)[-3:] == "600"
    assert score(judge, folder, "--store", store).asked == 0


def test_a_store_that_may_only_be_read_stops_it(
    judge: BillingJudge, tmp_path: Path, store: Path
) -> None:
    """Nothing is asked where nothing could be kept; what is in the file stays."""
    if os.geteuid() == 0:
        pytest.skip("the administrator may write to any file")
    folder = written(tmp_path / "talks", "a.txt", "b.txt")
    score(judge, folder, "--store", store, "--limit", 1)
    store.chmod(0o400)
    done = score(judge, folder, "--store", store)
    assert (done.code, done.asked) == (7, 0)
    assert "--store" in done.err
    store.chmod(0o600)
    assert status(store)["done"] == 1


def test_a_store_in_a_place_that_is_none_stops_it(judge: BillingJudge, tmp_path: Path) -> None:
    """A folder in the place of the file, or a file in that of its folder, is said."""
    folder = written(tmp_path / "talks", "a.txt")
    for place in (tmp_path, folder / "a.txt" / "run.db"):
        done: Ended = score(judge, folder, "--store", place)
        assert (done.code, done.asked) == (7, 0)
        assert str(place) in done.err
