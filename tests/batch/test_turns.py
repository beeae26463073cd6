"""Turns: what takes the processor goes one at a time, and calls begin in between."""

from __future__ import annotations

import asyncio

from batch.test_run import Judge, Model, item

from rmcoach_llm.batch.journal import Journalled
from rmcoach_llm.batch.run import Plan, run_batch
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.batch.turns import Turns
from rmcoach_llm.domain import ChatReply, ChatRequest, Scorecard, Transcript

AT_ONCE = 4


def test_between_two_turns_everything_else_that_is_ready_goes_on() -> None:
    """First come, first served, and never two in one pass of the event loop."""
    went: list[tuple[int, int]] = []
    passes = 0

    async def tick() -> None:
        nonlocal passes
        while len(went) < 5:
            passes += 1
            await asyncio.sleep(0)

    async def work(turns: Turns, number: int) -> None:
        await turns.take()
        went.append((number, passes))

    async def all_of_it() -> None:
        turns = Turns()
        await asyncio.gather(tick(), *(work(turns, number) for number in range(5)))

    asyncio.run(all_of_it())
    assert [number for number, _ in went] == [0, 1, 2, 3, 4]
    assert len({at for _, at in went}) == 5


def test_one_that_is_cut_off_while_it_waits_holds_up_nobody() -> None:
    """Who is cancelled gives its turn to the next."""

    async def all_of_it() -> list[int]:
        turns, went = Turns(), list[int]()

        async def work(number: int) -> None:
            await turns.take()
            went.append(number)

        tasks = [asyncio.ensure_future(work(number)) for number in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return went

    assert asyncio.run(all_of_it()) == [1, 3]


class _AllAtOnce(Model):
    """Let the first answers come at one moment."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told, self._all = told, asyncio.Event()

    async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
        """Wait until as many are asked as may be."""
        self._told.append("asked")
        if self._told.count("asked") == AT_ONCE:
            self._all.set()
        await self._all.wait()
        return await super().complete(request, on_text=on_text)


class _Reads(Judge):
    """Note when an answer is read."""

    def __init__(self, model: Journalled, told: list[str]) -> None:
        super().__init__(model)
        self._told = told

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Judge, and note it."""
        card = await super().evaluate(transcript)
        self._told.append("read")
        return card


def test_calls_begin_before_answers_that_came_at_once_are_read() -> None:
    """The connections do not stand idle while a pile of answers is read."""
    told: list[str] = []

    async def all_of_it() -> None:
        stop = Stop()
        model = Journalled(_AllAtOnce(told), None, stop, at_once=AT_ONCE)
        entries = [item(n) for n in range(3 * AT_ONCE)]
        plan = Plan(concurrency=2 * AT_ONCE)
        await run_batch(entries, _Reads(model, told), lambda _: None, plan=plan, stop=stop)

    asyncio.run(all_of_it())
    assert told.count("read") == told.count("asked") == 3 * AT_ONCE
    third_read = [n for n, what in enumerate(told) if what == "read"][2]
    assert told[:third_read].count("asked") == 2 * AT_ONCE
