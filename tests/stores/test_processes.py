"""Several processes, and processes that die: no turn lost, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.fixed_records import transcript

from rmcoach_llm.domain import Transcript, Turn
from rmcoach_llm.stores.sqlite import SqliteStore

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, signal, sys
from pathlib import Path
from rmcoach_llm.domain import Turn
from rmcoach_llm.errors import SessionConflict
from rmcoach_llm.stores.sqlite import SqliteStore
path, name, count, end = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
print("ready", flush=True)
sys.stdin.readline()
store = SqliteStore(path)
for number in range(count):
    turn = Turn(speaker="Ada", role="trainee", text=f"{name} {number}")
    while True:
        try:
            store.append("t", turn, number=len(store.load("t").turns))
            break
        except SessionConflict:
            pass
    print(f"{name} {number}", flush=True)
if end == "die":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _start(
    path: Path, name: str, count: int, end: str = "close", *, script: str = SCRIPT
) -> subprocess.Popen[str]:
    """Start a process that appends turns once it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), name, str(count), end],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _begun(path: Path) -> None:
    store = SqliteStore(path)
    store.begin(Transcript(id="t", participants=transcript().participants[:0], turns=()))
    store.close()


def _texts(path: Path) -> list[str]:
    """Read the turns without the check of participants, by number; numbers run from 0."""
    import json
    import sqlite3

    db = sqlite3.connect(path)
    rows = db.execute("select number, record from turn order by number").fetchall()
    db.close()
    assert [number for number, _ in rows] == list(range(len(rows)))
    return [json.loads(record)["text"] for _, record in rows]


def test_a_turn_is_there_for_others_as_soon_as_it_is_kept(store: SqliteStore) -> None:
    """A second connection sees each turn when the call returns."""
    store.begin(transcript())
    other = SqliteStore(store.path)
    for number in range(5):
        store.append("talk-1", transcript().turns[0], number=2 + number)
        assert len(other.load("talk-1").turns) == 3 + number
    other.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_loses_no_turn(tmp_path: Path) -> None:
    """After `kill -9` every turn whose call had returned is there, and the store goes on."""
    path = tmp_path / "s.db"
    _begun(path)
    process = _start(path, "a", 7, "die")
    said, _ = process.communicate("go\n", timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert _texts(path) == said.split("\n")[1:-1] == [f"a {number}" for number in range(7)]
    store = SqliteStore(path)
    store.append("t", Turn(speaker="Ada", role="trainee", text="after"), number=7)
    store.close()
    assert _texts(path)[-1] == "after"


def test_of_two_processes_on_one_session_the_second_is_refused(tmp_path: Path) -> None:
    """Of all that expect the same number one turn is kept; the others keep nothing, and say so."""
    path = tmp_path / "s.db"
    _begun(path)
    script = SCRIPT.replace('number=len(store.load("t").turns)', "number=number").replace(
        "            pass", "            sys.exit(7)"
    )
    processes = [_start(path, name, 10, script=script) for name in ("a", "b")]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=60)[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert 7 in codes
    kept = _texts(path)
    assert sorted(kept) == sorted(line for lines in said for line in lines.splitlines())


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    """All turns of three processes are there once, numbered without a gap, each in its order."""
    path = tmp_path / "s.db"
    _begun(path)
    names = ("a", "b", "c")
    processes = [_start(path, name, 20) for name in names]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    kept = _texts(path)
    for name in names:
        assert [text for text in kept if text.startswith(name)] == [
            f"{name} {i}" for i in range(20)
        ]
    assert len(kept) == 60


def test_stores_that_are_opened_at_once_are_made_once(tmp_path: Path) -> None:
    """Whoever comes second to a new file waits and finds it made, in each of many rounds."""
    faults: list[BaseException] = []
    for number in range(15):
        barrier = threading.Barrier(5)

        def open_it(path: Path, at: threading.Barrier) -> None:
            try:
                at.wait()
                SqliteStore(path).close()
            except BaseException as error:
                faults.append(error)

        path = tmp_path / f"{number}" / "s.db"
        threads = [threading.Thread(target=open_it, args=(path, barrier)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
