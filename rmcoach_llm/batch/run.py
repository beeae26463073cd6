"""Judge transcripts many at a time: each piece of work once, results in the order of the input."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rmcoach_llm.batch.digests import DigestMap
from rmcoach_llm.batch.journal import working_on
from rmcoach_llm.batch.stop import Stop, Stopping
from rmcoach_llm.batch.turns import Turns
from rmcoach_llm.domain import Outcome, Scorecard, Transcript, WorkState, work_key
from rmcoach_llm.errors import (
    STOPS_A_BATCH,
    BudgetSpent,
    InputError,
    PluginError,
    RmcoachError,
    StoreError,
)
from rmcoach_llm.protocols import Evaluator, Ledger

AHEAD = 2
"""How many pieces of work may be begun for each that may be under way: results wait for order."""

LEAST_AHEAD = 64
GRACE_S = 60.0
BREATHE = 50
"""Known results in a row after which signals and the screen get their turn."""

How = Literal["scored", "reused", "repeated", "left_out", "not_reached"]
"""`reused`: from the ledger; `repeated`: the same content stood before it; `left_out`: with a
problem; `not_reached`: the batch ended before it."""


@dataclass(frozen=True)
class Item:
    """Hold a transcript to judge; `label` is where it came from, as messages show it.

    Where the ledger is known to have it, `kept` is what came of it, `key` the key of the work, and
    `transcript` is None.
    """

    label: str
    id: str
    digest: str
    transcript: Transcript | None = None
    key: str | None = None
    kept: Outcome | None = None

    @classmethod
    def of(cls, label: str, transcript: Transcript) -> Item:
        """Give the item of a transcript."""
        return cls(label, transcript.id, transcript.digest, transcript)


@dataclass(frozen=True)
class Result:
    """Hold what came of one transcript of the input, or of a file that cannot be read.

    `outcome` is None where there is a `problem` or the work was not reached; `item` is there only where
    it was judged now, and so is `card`, but where the ledger has it and it had to wait for others, or none
    is asked for.
    """

    label: str
    how: How
    id: str | None = None
    key: str | None = None
    outcome: Outcome | None = None
    card: Scorecard | None = None
    problem: RmcoachError | None = None
    item: Item | None = None


@dataclass(frozen=True)
class Plan:
    """Say how a batch is run: how many at a time, and whether failed work is tried again.

    Without `cards` no result carries a scorecard that the ledger has: many wait for it to be on disk.
    """

    concurrency: int = 8
    retry_failed: bool = False
    cards: bool = True
    grace_s: float = GRACE_S


async def run_batch(
    entries: Iterable[Item | InputError],
    evaluator: Evaluator,
    on_result: Callable[[Result], None],
    *,
    ledger: Ledger | None = None,
    plan: Plan = Plan(),
    stop: Stop | None = None,
) -> None:
    """Judge what comes, and hand each result over in the order of the input.

    Work that the ledger has is not done again, failed work only with `plan.retry_failed`. With a
    ledger the same content is judged once, however often it comes. Memory grows with the input by a
    digest a transcript. An error that all other calls would meet, or a spent budget, asks
    `stop` to end; what was not reached by then is not handed over. Raises StoreError where the
    ledger cannot be written.
    """
    run = _Run(iter(entries), evaluator, on_result, ledger, plan, stop or Stop())
    await run.all()


@dataclass
class _Run:
    """Keep where a batch stands."""

    entries: Iterator[Item | InputError]
    evaluator: Evaluator
    on_result: Callable[[Result], None]
    ledger: Ledger | None
    plan: Plan
    stop: Stop
    taken: int = 0
    handed: int = 0
    waiting: dict[int, Result] = field(default_factory=dict)
    under_way: dict[str, asyncio.Future[Result]] = field(default_factory=dict)
    fresh: DigestMap = field(default_factory=DigestMap)
    turns: Turns = field(default_factory=Turns)

    async def all(self) -> None:
        self.room = asyncio.Semaphore(max(LEAST_AHEAD, AHEAD * self.plan.concurrency))
        workers = [asyncio.ensure_future(self._worker()) for _ in range(self.plan.concurrency)]
        cutter = asyncio.ensure_future(self._cut_off(workers))
        try:
            ended = await asyncio.gather(*workers, return_exceptions=True)
        finally:
            cutter.cancel()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(cutter, *workers, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
                raise error

    async def _cut_off(self, workers: Sequence[asyncio.Future[None]]) -> None:
        await self.stop.wait_dropped(grace_s=self.plan.grace_s)
        for worker in workers:
            worker.cancel()

    async def _worker(self) -> None:
        while not self.stop.asked:
            if self.taken % BREATHE == 0:
                await asyncio.sleep(0)
            await self.room.acquire()
            entry = None if self.stop.asked else next(self.entries, None)
            if entry is None:
                self.room.release()
                return
            index = self.taken
            self.taken += 1
            try:
                result = await self._result_of(entry)
                self._hand_over(index, result)
            except StoreError as error:
                self.stop.ask(error=error)  # nothing more can be kept
                self.stop.drop()
                raise
            except Exception:
                # Nobody takes results any more, or a fault of ours: what is under way ends first.
                self.stop.ask()
                self._hand_over(index, Result("", "not_reached"))
                raise
            if self.ledger is None:
                await asyncio.sleep(0)  # nothing else may have waited: a signal gets its turn

    def _hand_over(self, index: int, result: Result) -> None:
        if index < self.handed:
            return  # it was handed over, and whoever took it raised
        if index > self.handed and self.ledger is not None:
            # Many may wait for one that is slow; a scorecard takes most of the memory, and is kept.
            result = replace(result, card=None)
        self.waiting[index] = result
        while (ready := self.waiting.pop(self.handed, None)) is not None:
            self.handed += 1
            self.room.release()
            if ready.how != "not_reached":
                self.on_result(ready)

    async def _result_of(self, entry: Item | InputError) -> Result:
        if isinstance(entry, InputError):
            return Result(entry.path, "left_out", problem=entry)
        key = entry.key or work_key(entry.digest, self.evaluator.fingerprint)
        if self.ledger is None:
            return await self._judge(entry, key)  # nowhere to take a second scorecard from
        if bytes.fromhex(key) in self.fresh:
            return Result(entry.label, "repeated", entry.id, key, self.ledger.outcomes([key])[key])
        running = self.under_way.get(key)
        if running is not None:
            first = await asyncio.shield(running)
            how: How = "repeated" if first.how == "scored" else first.how
            return Result(entry.label, how, entry.id, key, first.outcome, problem=first.problem)
        kept = entry.kept or self.ledger.outcomes([key]).get(key)
        if kept is None or (kept.state == "failed" and self.plan.retry_failed):
            return await self._judged(entry, key)
        return Result(entry.label, "reused", entry.id, key, kept)

    async def _judged(self, item: Item, key: str) -> Result:
        running: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.under_way[key] = running
        result = Result(item.label, "not_reached", item.id, key)
        try:
            result = await self._judge(item, key)
        finally:
            running.set_result(result)
            del self.under_way[key]
        if result.outcome is not None:
            self.fresh.setdefault(bytes.fromhex(key), 0)
        return result

    async def _judge(self, item: Item, key: str) -> Result:
        assert item.transcript is not None  # noqa: S101 - only work that is kept comes without
        with working_on(key, self.ledger, self.turns) as work:
            try:
                await self.turns.take()
                card = await self.evaluator.evaluate(item.transcript)
                state = state_of(card, asked=work.calls > 0)
            except Stopping:
                return Result(item.label, "not_reached", item.id, key)
            except (*STOPS_A_BATCH, BudgetSpent) as error:
                self.stop.ask(error=error)
                return Result(item.label, "not_reached", item.id, key)
            except StoreError:
                raise
            except RmcoachError as error:
                return Result(item.label, "left_out", item.id, key, problem=error)
            except Exception as error:  # noqa: BLE001 - one transcript must not end a night's work
                return Result(item.label, "left_out", item.id, key, problem=self._fault(error))
        if self.ledger is None:
            return Result(
                item.label, "scored", item.id, key, Outcome.of(card, state), card, item=item
            )
        kept = asyncio.ensure_future(self.ledger.finish(key, card, state=state))
        shown = card if self.plan.cards else None
        del card
        outcome = await asyncio.shield(kept)
        judged = item if self.plan.cards else None
        return Result(item.label, "scored", item.id, key, outcome, shown, item=judged)

    def _fault(self, error: Exception) -> PluginError:
        return PluginError(
            f"the evaluator '{self.evaluator.name}' failed: {type(error).__name__}: {error}",
            remedy="report it to whoever wrote the evaluator",
        )


def state_of(card: Scorecard, *, asked: bool) -> WorkState:
    """Say whether a scorecard is all there will be, or a model that was asked left something out.

    What needs no model, and what there was nothing to ask about, is done.
    """
    if not asked:
        return "done"
    criteria = (c for rubric in card.rubrics.values() for c in rubric.criteria.values())
    return "failed" if any(criterion.status == "unscored" for criterion in criteria) else "done"
