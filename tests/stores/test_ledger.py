"""The ledger: each call is on disk before it is made, and its answer with its cost after it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fixed_records import scorecard_data

from rmcoach_llm.domain import CallEnding, CallIntent, ChatReply, Scorecard, Usage
from rmcoach_llm.errors import StoreError
from rmcoach_llm.protocols import Ledger
from rmcoach_llm.stores import holding
from rmcoach_llm.stores.ledger import SqliteLedger
from rmcoach_llm.stores.sqlite import SqliteStore

ASKED = CallIntent(item="k1", request="r1")
ANSWER = ChatReply(
    text="Yes.", model="m", usage=Usage(calls=1, prompt_tokens=10, completion_tokens=2)
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Open a new ledger."""
    made = SqliteLedger(tmp_path / "run.db")
    yield made
    made.close()


def card() -> Scorecard:
    """Give a scorecard."""
    return Scorecard.model_validate(scorecard_data())


def on_disk(ledger: SqliteLedger, query: str) -> list[tuple[object, ...]]:
    """Read by a connection of its own: what another process would see."""
    db = sqlite3.connect(ledger.path)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def test_it_keeps_to_the_seam(ledger: SqliteLedger) -> None:
    """The SQLite ledger is a Ledger as the seam describes it."""
    kept: Ledger = ledger
    assert kept.outcomes(["k1"]) == {}


def test_a_call_is_on_disk_before_it_is_made(ledger: SqliteLedger) -> None:
    """When begin_call returns, another connection sees the call as open."""

    async def begin() -> None:
        number = await ledger.begin_call(ASKED)
        seen = on_disk(ledger, "select number, item_id, request, ordinal, state from calls")
        assert seen == [(number, "k1", "r1", 0, "open")]

    asyncio.run(begin())


def test_an_answer_and_its_cost_come_in_one_transaction(ledger: SqliteLedger) -> None:
    """An answered call has answer, tokens and cost, and is given back as it was."""

    async def call() -> None:
        await ledger.end_call(await ledger.begin_call(ASKED), ANSWER, cost=0.25)

    asyncio.run(call())
    assert ledger.replies("k1") == {("r1", 0): ANSWER}
    seen = on_disk(ledger, "select state, prompt_tokens, completion_tokens, cost from calls")
    assert seen == [("answered", 10, 2, 0.25)]


def test_a_result_takes_the_place_of_the_answers_it_was_made_of(ledger: SqliteLedger) -> None:
    """Finished work has a scorecard and a cost; its answers are dropped, its calls stay counted."""

    async def work() -> None:
        await ledger.end_call(await ledger.begin_call(ASKED), ANSWER, cost=0.25)
        await ledger.finish("k1", card(), state="done")

    asyncio.run(work())
    assert ledger.replies("k1") == {}
    assert ledger.scorecard("k1") == card()
    (short,) = ledger.outcomes(["k1", "k2"]).values()
    assert (short.state, short.status, short.cost) == ("done", "scored", 0.25)
    assert short.scores == {name: r.score for name, r in card().rubrics.items()}
    status = ledger.status()
    assert (status.done, status.failed, status.answered, status.cost) == (1, 0, 1, 0.25)


def test_work_that_failed_is_replaced_when_it_is_done(ledger: SqliteLedger) -> None:
    """A second result of the same work leaves one row."""

    async def twice() -> None:
        await ledger.finish("k1", card(), state="failed")
        await ledger.finish("k1", card(), state="done")

    asyncio.run(twice())
    assert (ledger.status().done, ledger.status().failed) == (1, 0)


def test_an_unknown_result_is_an_error(ledger: SqliteLedger) -> None:
    """A key that was never kept is said, not made up."""
    with pytest.raises(StoreError, match="holds no result of k9"):
        ledger.scorecard("k9")


def test_calls_that_were_cut_off_are_listed_one_by_one(tmp_path: Path) -> None:
    """What a process that is gone left open may have been charged for: each is itemised."""
    path = tmp_path / "run.db"
    child = multiprocessing.get_context("fork").Process(target=_dies_with_open_calls, args=(path,))
    child.start()
    child.join()
    for watch in (True, False):  # who only looks learns it, too, before another run has come
        ledger = SqliteLedger(path, watch=watch)
        uncertain = ledger.status().uncertain
        ledger.close()
        assert [(call.item, call.state) for call in uncertain] == [
            ("k1", "maybe_billed"),
            ("k2", "maybe_billed"),
        ]
        assert all(call.why and "cut off" in call.why for call in uncertain)


def _dies_with_open_calls(path: Path) -> None:
    async def begin() -> None:
        ledger = SqliteLedger(path)
        await ledger.begin_call(ASKED)
        await ledger.begin_call(CallIntent(item="k2", request="r2"))
        os._exit(9)

    asyncio.run(begin())


def test_a_call_that_failed_is_no_answer(ledger: SqliteLedger) -> None:
    """A refused call is closed with its reason, and is not listed as charged for."""

    async def call() -> None:
        number = await ledger.begin_call(ASKED)
        await ledger.end_call(number, CallEnding(state="failed", why="refused"))

    asyncio.run(call())
    assert ledger.replies("k1") == {}
    assert ledger.status().uncertain == ()
    assert on_disk(ledger, "select state, why from calls") == [("failed", "refused")]


def test_many_writes_wait_for_few_syncs(ledger: SqliteLedger) -> None:
    """Sixty calls at once are written in far fewer transactions, each with a number of its own."""
    commits: list[str] = []
    ledger._writing.connection.set_trace_callback(
        lambda said: commits.append(said) if said.casefold() == "commit" else None
    )

    async def many() -> list[int]:
        asked = [CallIntent(item=f"k{n}", request="r") for n in range(60)]
        return await asyncio.gather(*(ledger.begin_call(one) for one in asked))

    numbers = asyncio.run(many())
    assert len(set(numbers)) == 60
    assert len(commits) < 30
    assert len(on_disk(ledger, "select 1 from calls")) == 60


def test_one_bad_write_does_not_take_the_others_with_it(ledger: SqliteLedger) -> None:
    """Of several writes in one transaction the one that cannot be done fails alone."""

    def broken(db: sqlite3.Connection) -> None:
        db.execute("insert into nowhere values (1)")

    async def mixed() -> list[object]:
        return await asyncio.gather(
            ledger.begin_call(ASKED),
            ledger._write().write(broken),
            ledger.begin_call(CallIntent(item="k2", request="r2")),
            return_exceptions=True,
        )

    first, bad, last = asyncio.run(mixed())
    assert isinstance(bad, StoreError)
    assert (isinstance(first, int), isinstance(last, int)) == (True, True)
    assert len(on_disk(ledger, "select 1 from calls")) == 2


def test_a_write_of_what_cannot_be_kept_does_not_end_the_writer(ledger: SqliteLedger) -> None:
    """More tokens than a column holds fail their own write; the next one is done, not waited for."""
    huge = ANSWER.model_copy(update={"usage": Usage(calls=1, prompt_tokens=2**63)})

    async def both() -> None:
        number = await ledger.begin_call(ASKED)
        with pytest.raises(OverflowError):
            await asyncio.wait_for(ledger.end_call(number, huge), 5)
        await asyncio.wait_for(ledger.end_call(number, ANSWER), 5)

    asyncio.run(both())
    assert ledger.replies("k1") == {("r1", 0): ANSWER}


def test_a_full_disk_is_said_and_damages_nothing(ledger: SqliteLedger) -> None:
    """Where the disk is full the write fails with a remedy; what was kept is still there."""
    asyncio.run(ledger.finish("k1", card(), state="done"))
    db = ledger._writing.connection
    pages = db.execute("pragma page_count").fetchone()[0]
    db.execute(f"pragma max_page_count = {pages}")

    async def fill() -> None:
        for n in range(400):
            await ledger.finish(f"x{n}", card(), state="done")

    with pytest.raises(StoreError, match="make room on the disk"):
        asyncio.run(fill())
    assert ledger.scorecard("k1") == card()
    assert on_disk(ledger, "pragma integrity_check") == [("ok",)]


def test_the_second_process_learns_who_holds_it(ledger: SqliteLedger) -> None:
    """A ledger in use is refused with process, host and time; looking on is allowed."""
    with pytest.raises(StoreError, match=rf"is held by process {os.getpid()} on .* since 20"):
        SqliteLedger(ledger.path)
    asyncio.run(ledger.begin_call(ASKED))
    watching = SqliteLedger(ledger.path, watch=True)
    assert [call.state for call in watching.status().uncertain] == ["open"]
    with pytest.raises(StoreError, match="looking only"):
        asyncio.run(watching.begin_call(ASKED))
    watching.close()


def test_a_hold_ends_with_its_process(tmp_path: Path) -> None:
    """After the holder is gone, however it ended, the file opens at once."""
    path = tmp_path / "run.db"
    child = multiprocessing.get_context("fork").Process(target=_dies_with_open_calls, args=(path,))
    child.start()
    child.join()
    SqliteLedger(path).close()
    SqliteLedger(path).close()


def test_who_looks_does_not_keep_others_from_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look whether it is held takes the lock for a moment: who wants it just then gets it."""
    path = tmp_path / "run.db"
    SqliteLedger(path).close()
    looking = holding.Hold(path)
    monkeypatch.setattr(holding.time, "sleep", lambda _: looking.close())
    assert holding.is_held(path)
    SqliteLedger(path).close()
    assert not holding.is_held(path)


def test_watching_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    """A wrong name for --status is an error and leaves no file behind."""
    with pytest.raises(StoreError, match="not found"):
        SqliteLedger(tmp_path / "run.db", watch=True)
    assert list(tmp_path.iterdir()) == []


def test_files_are_private(ledger: SqliteLedger) -> None:
    """Database, its companions and the lock are for their owner only."""
    asyncio.run(ledger.begin_call(ASKED))
    modes = {path.name: path.stat().st_mode & 0o777 for path in ledger.path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"run.db", "run.db.lock"} <= set(modes)


def test_what_a_file_held_is_remembered(ledger: SqliteLedger) -> None:
    """The transcripts of a file are known again by its content."""
    ledger.remember("c1", [("t1", "d1"), ("t2", "d2")])
    asyncio.run(ledger.begin_call(ASKED))  # comes after it, so both are on disk
    assert ledger.reading("c1") == (("t1", "d1"), ("t2", "d2"))
    assert ledger.reading("c2") is None


def test_a_closed_ledger_has_written_all(tmp_path: Path) -> None:
    """Writes that nobody waits for any more are done before the file is let go."""
    path = tmp_path / "run.db"

    async def leave() -> None:
        ledger = SqliteLedger(path)
        waiting = [
            asyncio.ensure_future(ledger.begin_call(CallIntent(item=f"k{n}", request="r")))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        ledger.close()
        ledger.close()

    asyncio.run(leave())
    watching = SqliteLedger(path, watch=True)
    assert len(watching.status().uncertain) == 20
    watching.close()


def test_sessions_and_scores_share_a_file(ledger: SqliteLedger) -> None:
    """Practice goes on in the same file while a batch holds it."""
    store = SqliteStore(ledger.path)
    assert store.sessions() == ()
    store.close()


def test_two_names_of_a_store_are_one_store(ledger: SqliteLedger) -> None:
    """A link to a store that is held is held as well."""
    link = ledger.path.with_name("link.db")
    link.symlink_to(ledger.path)
    with pytest.raises(StoreError, match="is held by process"):
        SqliteLedger(link)


def test_what_is_no_store_gets_no_file_beside_it(tmp_path: Path) -> None:
    """A folder or a table named as a store is refused, and nothing is left next to it."""
    (tmp_path / "talks").mkdir()
    (tmp_path / "talk.csv").write_text("speaker,text\nAda,What is the goal of it?\n" * 50)
    for name in ("talks", "talk.csv"):
        with pytest.raises(StoreError):
            SqliteLedger(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.csv", "talks"]


def test_a_cost_that_is_known_in_part_is_not_given_as_the_whole(ledger: SqliteLedger) -> None:
    """Work with a call of unknown price has an unknown cost, not that of its other calls."""

    async def work() -> None:
        await ledger.end_call(await ledger.begin_call(ASKED), ANSWER, cost=0.25)
        other = CallIntent(item="k1", request="r2")
        await ledger.end_call(await ledger.begin_call(other), ANSWER, cost=None)
        assert (await ledger.finish("k1", card(), state="done")).cost is None

    asyncio.run(work())
    assert (ledger.status().cost, ledger.status().unpriced) == (0.25, 1)


def test_watching_changes_nothing(tmp_path: Path) -> None:
    """A look at a store of an older version says so, and upgrades nothing."""
    path = tmp_path / "run.db"
    SqliteLedger(path).close()
    old = sqlite3.connect(path)
    for table in ("results", "calls", "readings"):
        old.execute(f"drop table {table}")
    old.execute("pragma user_version = 2")
    old.commit()
    old.close()
    with pytest.raises(StoreError, match="older version"):
        SqliteLedger(path, watch=True)
    assert sqlite3.connect(path).execute("pragma user_version").fetchone() == (2,)
    assert not (tmp_path / "run.db.v2-backup").exists()
