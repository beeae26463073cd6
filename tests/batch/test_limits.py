"""Limits hold: never more than the rate in any minute, never above the cap, no wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.virtual_time import run_virtually

from rmcoach_llm.batch.journal import Journalled
from rmcoach_llm.batch.limits import Limits, Rates
from rmcoach_llm.batch.run import Item, Plan, Result, run_batch
from rmcoach_llm.batch.spending import Spending
from rmcoach_llm.batch.stop import Stop, Stopping
from rmcoach_llm.batch.window import Window
from rmcoach_llm.chat.pacing import Limiter
from rmcoach_llm.domain import (
    ChatMessage,
    ChatReply,
    ChatRequest,
    FrozenMap,
    Price,
    Provenance,
    RubricScore,
    Scorecard,
    Transcript,
    Usage,
    estimated_tokens,
    most_prompt_tokens,
)
from rmcoach_llm.errors import BudgetSpent, RateLimited, ServerFault, UsageError
from rmcoach_llm.stores.ledger import SqliteLedger

PRICE = Price(input=1.0, output=10.0)
some = settings(max_examples=30, deadline=None)


def request(text: str = "x", max_tokens: int = 100) -> ChatRequest:
    """Ask something."""
    return ChatRequest(messages=(ChatMessage(role="user", content=text),), max_tokens=max_tokens)


def limits(stop: Stop | None = None, spending: Spending | None = None, **changes: object) -> Limits:
    """Make limits on the time of the running loop."""
    clock = asyncio.get_running_loop().time
    return Limits("m", stop or Stop(), spending or Spending(), clock=clock, **changes)  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 30)), max_size=60),
    st.integers(1, 50),
    st.integers(1, 60),
)
def test_a_window_never_holds_more_than_it_may(
    asked: list[tuple[float, int]], most: int, span_s: int
) -> None:
    """Whoever waits as long as told takes at most the limit in any span, or one thing alone."""
    window, now = Window(most, span_s), 0.0
    taken: list[tuple[float, int]] = []
    for pause, amount in asked:
        now += pause
        while (wait := window.wait(now, amount)) > 0:
            now += wait
        window.take(now, amount)
        taken.append((now, amount))
    for start, first in taken:
        within = [amount for at, amount in taken if start <= at < start + span_s - 1e-6]
        assert sum(within) <= most or within == [first]


@some
@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.integers(1, 400), st.integers(0, 100), st.integers(1, 2)),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 20),
    st.integers(200, 2_000),
)
def test_calls_keep_to_requests_and_tokens_a_minute(
    calls: Sequence[tuple[float, int, int, int]], rpm: int, tpm: int
) -> None:
    """In any minute no more calls begin than may, and no more tokens are used, but by one alone."""
    begun: list[tuple[float, int]] = []

    async def one(meter: Limits, takes_s: float, letters: int, answer: int) -> None:
        asked = request("x" * letters)
        ticket = await meter.admit(asked)
        prompt = estimated_tokens(asked) - 100
        begun.append((asyncio.get_running_loop().time(), prompt + answer))
        await asyncio.sleep(takes_s)
        meter.settle(ticket, Usage(calls=1, prompt_tokens=prompt, completion_tokens=answer))

    async def all_of_them() -> None:
        meter = limits(rates=Rates(rpm, tpm))
        await asyncio.gather(*(one(meter, *call[:3]) for call in calls))

    run_virtually(all_of_them())
    assert len(begun) == len(calls)
    for start, alone in begun:
        within = [tokens for at, tokens in begun if start <= at < start + 60 - 1e-6]
        assert len(within) <= rpm
        assert sum(within) <= tpm or within == [alone]


@some
@given(
    st.lists(
        st.tuples(
            st.floats(0, 20),
            st.integers(1, 500),
            st.integers(1, 200),
            st.sampled_from(["ok", "lost", "not made", "second try", "no usage"]),
        ),
        min_size=1,
        max_size=40,
    ),
    st.floats(0.001, 0.05),
)
def test_money_never_goes_above_the_cap(
    calls: Sequence[tuple[float, int, int, str]], cap: float
) -> None:
    """Whatever comes of calls, what they can have cost stays under the cap, and all come to an end."""
    spending = Spending(cap=cap)
    bill = 0.0

    async def one(meter: Limits, takes_s: float, letters: int, answer: int, what: str) -> None:
        nonlocal bill
        asked = request("x" * letters, max_tokens=200)
        ticket = await meter.admit(asked)
        assert spending.spent + spending.reserved <= cap + 1e-12
        await asyncio.sleep(takes_s)
        tokens = most_prompt_tokens(asked)
        used = Usage(calls=1, prompt_tokens=tokens, completion_tokens=answer)
        cost, most = PRICE.most(tokens, answer), PRICE.most(tokens, 200)
        bill += {"ok": cost, "lost": 2 * most, "not made": 0.0, "second try": most + cost}.get(
            what, 2 * most
        )
        given_back = {
            "ok": used,
            "lost": None,
            "not made": Usage(),
            "second try": used.model_copy(update={"calls": 2, "uncounted": 1}),
        }.get(what, Usage(calls=1))
        meter.settle(ticket, given_back)

    async def all_of_them() -> list[object]:
        meter = limits(spending=spending, price=PRICE)
        return list(
            await asyncio.gather(*(one(meter, *call) for call in calls), return_exceptions=True)
        )

    ended = run_virtually(all_of_them())
    assert all(end is None or isinstance(end, BudgetSpent) for end in ended)
    assert bill <= spending.spent + 1e-9
    assert spending.spent <= cap + 1e-12
    assert spending.reserved == 0


def test_a_call_waits_for_those_in_flight_before_the_budget_is_said_to_be_spent() -> None:
    """What is kept for calls in flight comes back: only a call that never fits is refused."""

    async def scene() -> tuple[float, str]:
        most = 2 * PRICE.most(most_prompt_tokens(request()), 100)
        spending = Spending(cap=1.5 * most)
        meter = limits(spending=spending, price=PRICE)
        first = await meter.admit(request())
        loop = asyncio.get_running_loop()
        loop.call_later(7, meter.settle, first, Usage(calls=1, prompt_tokens=10))
        second = await meter.admit(request())
        begun = loop.time()
        meter.settle(second, None)  # may be charged for: the most it can have cost
        with pytest.raises(BudgetSpent) as raised:
            await meter.admit(request())
        return begun, str(raised.value)

    begun, told = run_virtually(scene())
    assert begun == 7
    assert told == (
        "the next call could cost $0.0021, and $0.0021 ($0.0021 of it for lost answers) of"
        " --max-cost $0.0031 are spent: raise --max-cost and run the same again: what is done is"
        " not asked again"
    )


def test_calls_begin_in_the_order_in_which_they_were_asked_for() -> None:
    """No call overtakes another, however small it is."""
    order: list[int] = []

    async def one(meter: Limits, number: int) -> None:
        await meter.admit(request("x" * (400 if number % 2 else 4)))
        order.append(number)

    async def scene() -> None:
        meter = limits(rates=Rates(tokens_per_minute=300))
        await asyncio.gather(*(one(meter, number) for number in range(12)))

    run_virtually(scene())
    assert order == list(range(12))


def test_all_who_wait_are_woken_when_the_batch_ends() -> None:
    """A stop does not wait for the minute: what waits raises Stopping at once."""

    async def scene() -> tuple[list[object], float]:
        stop = Stop()
        meter = limits(stop, rates=Rates(requests_per_minute=1))
        asyncio.get_running_loop().call_later(5, stop.ask)
        ended = await asyncio.gather(
            *(meter.admit(request()) for _ in range(10)), return_exceptions=True
        )
        return list(ended), asyncio.get_running_loop().time()

    ended, at = run_virtually(scene())
    assert at == 5
    assert sum(isinstance(end, Stopping) for end in ended) == 9


def test_a_cancelled_wait_lets_the_next_one_in() -> None:
    """Who is cancelled while waiting takes nothing and blocks nobody."""

    async def scene() -> float:
        meter = limits(rates=Rates(requests_per_minute=1))
        await meter.admit(request())
        gone = asyncio.ensure_future(meter.admit(request()))
        after = asyncio.ensure_future(meter.admit(request()))
        await asyncio.sleep(10)
        gone.cancel()
        await after
        assert gone.cancelled()
        return asyncio.get_running_loop().time()

    assert run_virtually(scene()) == 60


def test_tries_within_a_call_are_requests_too() -> None:
    """A call that took three tries takes three places of the minute."""

    async def scene() -> float:
        meter = limits(rates=Rates(requests_per_minute=30))
        for _ in range(3):
            ticket = await meter.admit(request())
            meter.settle(ticket, Usage(calls=10, prompt_tokens=10))
        await meter.admit(request())
        return asyncio.get_running_loop().time()

    assert run_virtually(scene()) >= 60


def test_a_cap_without_a_price_is_refused() -> None:
    """What a model costs is not guessed: the remedy says how to give it."""
    with pytest.raises(UsageError, match=r"price of 'm' is unknown: give it with --prices FILE"):
        Limits("m", Stop(), Spending(cap=1.0))
    Limits("m", Stop(), Spending(cap=1.0), price=Price(input=0, output=0))


def test_without_a_price_or_usage_a_cost_is_not_known() -> None:
    """No figure is made up: None, and the calls without a price are counted."""

    async def scene() -> tuple[float | None, Spending]:
        spending = Spending()
        meter = limits(spending=spending)
        cost = meter.settle(await meter.admit(request()), Usage(calls=1, prompt_tokens=5))
        return cost, spending

    cost, spending = run_virtually(scene())
    assert cost is None
    assert (spending.unpriced, spending.spent) == (1, 0)


@pytest.mark.parametrize("value", [0, -3])
def test_a_rate_that_lets_nothing_begin_is_refused(value: int) -> None:
    """A limit of nothing would wait for ever."""
    with pytest.raises(UsageError, match="requests_per_minute: found"):
        Rates(requests_per_minute=value)


class Model:
    """Answer after a moment, for a fixed number of tokens; fail with what is given."""

    name = "m"

    def __init__(self, *faults: Exception) -> None:
        self.asked: list[str] = []
        self._faults = list(faults)

    async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
        """Answer."""
        self.asked.append(request.messages[0].content)
        await asyncio.sleep(0.001)
        if self._faults:
            raise self._faults.pop()
        usage = Usage(calls=1, prompt_tokens=10, completion_tokens=50)
        return ChatReply(text="fine", model="m", usage=usage)

    async def close(self) -> None:
        """Let nothing go."""


class Judge:
    """Ask once for each transcript."""

    name, fingerprint = "judge", "f"

    def __init__(self, model: Journalled) -> None:
        self._model = model

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Ask, and give three points."""
        reply = await self._model.complete(request(transcript.turns[0].text))
        return Scorecard(
            transcript=transcript.id,
            status="scored",
            rubrics=FrozenMap(
                {"r": RubricScore(status="scored", score=3.0, version="1", criteria=FrozenMap())}
            ),
            measures=FrozenMap(),
            provenance=Provenance(
                transcript=transcript.digest,
                evaluator="judge",
                fingerprint="f",
                rubrics=FrozenMap({"r": "d"}),
                usage=reply.usage,
                package_version="1",
            ),
        )


def talks(count: int) -> list[Item]:
    """Make transcripts that differ."""
    said = [[("Ada", "trainee", f"Hello {n}."), ("Bo", "stakeholder", "No.")] for n in range(count)]
    return [Item.of(f"t{n}", Transcript.of(f"t{n}", talk)) for n, talk in enumerate(said)]


def run(path: Path, model: Model, cap: float | None) -> tuple[list[Result], Stop, Spending]:
    """Run a batch of 40 with a cap."""

    async def batch() -> tuple[list[Result], Stop, Spending]:
        stop, spending, results = Stop(), Spending(cap=cap), list[Result]()
        ledger = SqliteLedger(path)
        try:
            meter = Limits("m", stop, spending, price=PRICE)
            judge = Judge(Journalled(model, ledger, stop, meter))
            await run_batch(
                talks(40), judge, results.append, ledger=ledger, plan=Plan(8), stop=stop
            )
        finally:
            ledger.close()
        return results, stop, spending

    return asyncio.run(batch())


def test_a_batch_stops_at_its_cap_and_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    """The first run ends cleanly under the cap; the next one asks only what was not reached."""
    first, second = Model(), Model()
    results, stop, spending = run(tmp_path / "run.db", first, 0.01)
    assert isinstance(stop.error, BudgetSpent)
    assert stop.error.exit_code == 9
    assert 0 < len(results) < 40
    assert spending.spent <= 0.01
    again, stop, more = run(tmp_path / "run.db", second, 1.0)
    assert stop.error is None
    assert [result.how for result in again].count("scored") == 40 - len(results)
    assert not set(first.asked) & set(second.asked)
    assert spending.known + more.known == pytest.approx(40 * PRICE.most(10, 50))


def test_a_failure_that_costs_nothing_is_not_counted_and_a_lost_answer_is(tmp_path: Path) -> None:
    """A refused call gives its money back; one that may be charged for keeps the most it can cost."""
    lost = ServerFault("lost", maybe_billed=True)
    _, _, spending = run(tmp_path / "run.db", Model(RateLimited("no"), lost), 1.0)
    most = [2 * PRICE.most(most_prompt_tokens(request(f"Hello {n}.")), 100) for n in (1, 11)]
    assert spending.uncertain in [pytest.approx(amount) for amount in most]
    assert spending.reserved == 0


def test_an_endpoint_that_bears_it_is_used_nearly_in_full_from_the_start() -> None:
    """With 64 in flight and 0.3 s an answer, 500 calls take at most 1.5 times the ideal."""

    async def scene() -> float:
        loop = asyncio.get_running_loop()
        limiter = Limiter("host", max_concurrency=64)

        async def call() -> None:
            async with limiter.slot(limiter.patience()), limiter.turn(loop.time() + 180):
                await asyncio.sleep(0.3)

        await asyncio.gather(*(call() for _ in range(500)))
        return loop.time()

    assert run_virtually(scene()) <= 1.5 * 500 * 0.3 / 64
