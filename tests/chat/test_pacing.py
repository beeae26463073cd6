"""Calls start no sooner and no more often than the endpoint bears."""

from __future__ import annotations

import asyncio
import heapq
import multiprocessing
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chat_asking import ask, question
from support.fault_server import FaultServer

from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.pace import Pace
from rmcoach_llm.chat.pacing import Breaker, EndpointDown, Limiter
from rmcoach_llm.errors import BadReply, ModelError, RateLimited, ServerFault
from rmcoach_llm.settings import ModelSettings


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run in an event loop of its own."""
    return asyncio.run(coroutine)


@given(
    st.lists(st.tuples(st.sampled_from(["ok", "429", "later"]), st.floats(0, 5)), max_size=60),
    st.floats(0, 1),
)
def test_a_pause_holds_whatever_happens(events: list[tuple[str, float]], jitter: float) -> None:
    """Nothing may start within a Retry-After, and no wait is ever beyond what was asked for."""
    pace = Pace(lambda: jitter)
    now, paused_until = 0.0, 0.0
    for kind, amount in events:
        now += amount
        if kind == "ok":
            pace.answered(now)
        elif kind == "429":
            pace.throttled(now, now, None)
        else:
            pace.throttled(now, now, amount)
            paused_until = max(paused_until, now + amount)
        wait = pace.wait(now)
        assert now + wait >= paused_until - 1e-9
        assert wait <= 60 + 5
        if wait == 0:
            pace.start(now)


def simulate(
    processes: int, rate: float, size: float, total: int, *, retry_after: float | None, seed: int
) -> tuple[float, float]:
    """Let 8 workers a process ask a token bucket; give requests per answer and share of the limit."""
    chance = random.Random(seed)
    paces = [Pace(chance.random) for _ in range(processes)]
    queue = [(0.0, n, "want", n % processes, 0.0) for n in range(8 * processes)]
    number, tokens, filled_at, answers, requests, now = len(queue), size, 0.0, 0, 0, 0.0
    while answers < total:
        now, _, kind, process, began = heapq.heappop(queue)
        pace, number = paces[process], number + 1
        if kind == "want" and (wait := pace.wait(now)) > 1e-9:
            heapq.heappush(queue, (now + wait, number, "want", process, 0.0))
        elif kind == "want":
            pace.start(now)
            requests += 1
            tokens, filled_at = min(size, tokens + (now - filled_at) * rate), now
            good = tokens >= 1
            tokens -= good
            later = now + chance.uniform(0.01, 0.03)
            heapq.heappush(queue, (later, number, "ok" if good else "429", process, now))
        else:
            answers += kind == "ok"
            if kind == "ok":
                pace.answered(now)
            else:
                pace.throttled(now, began, retry_after)
            heapq.heappush(queue, (now, number, "want", process, 0.0))
    return requests / answers, answers / now / rate


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([5.0, 10.0, 40.0]), st.sampled_from([1.0, 5.0, 40.0]), st.integers(0, 10_000)
)
def test_few_requests_are_wasted_on_a_limit(rate: float, size: float, seed: int) -> None:
    """F02: two processes of 8 workers need at most 1.2 requests an answer, whatever the bucket."""
    wasted, _ = simulate(2, rate, size, 300, retry_after=None, seed=seed)
    assert wasted <= 1.2


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([5.0, 10.0, 40.0]), st.integers(0, 10_000))
def test_a_limit_is_used_to_nine_tenths(rate: float, seed: int) -> None:
    """F01: with Retry-After: 1 and a bucket of one second, 90 % of the limit is used."""
    _, share = simulate(1, rate, rate, 1_000, retry_after=1.0, seed=seed)
    assert share >= 0.9


def test_only_a_new_429_slows_down() -> None:
    """429s to requests that began before the last cut do not cut again."""
    pace = Pace(lambda: 0.0)
    pace.throttled(1.0, 0.9, None)
    rate = pace.rate
    pace.throttled(1.1, 0.9, None)
    assert pace.rate == rate
    pace.throttled(1.2, 1.15, None)
    assert pace.rate < rate


def test_the_breaker_opens_probes_and_closes() -> None:
    """Ten failures in a row open it; one probe at a time; a failed one doubles the wait."""
    breaker = Breaker(threshold=10, cooldown_s=5)
    for _ in range(9):
        breaker.failed(0)
    assert breaker.wait(0) == 0
    breaker.failed(0)
    assert breaker.wait(0) == 5
    assert breaker.wait(5) == 0
    breaker.start()
    assert breaker.wait(5) > 0
    breaker.given_up()
    assert breaker.wait(5) == 0
    breaker.start()
    breaker.failed(5)
    assert breaker.wait(5) == 10
    breaker.start()
    breaker.answered()
    assert breaker.wait(5) == 0
    breaker.failed(6)
    assert breaker.wait(6) == 0


def limiter(**changes: Any) -> Limiter:
    """Make a limiter whose breaker opens at once and briefly."""
    breaker = Breaker(threshold=1, cooldown_s=0.2)
    return Limiter("h", **{"max_concurrency": 2, "breaker": breaker, **changes})


async def fail(shared: Limiter, fault: BaseException) -> None:
    """Take a turn that fails."""
    async with shared.turn(asyncio.get_running_loop().time() + 1):
        raise fault


def test_an_endpoint_that_is_down_is_not_asked() -> None:
    """While the breaker is open a call ends at once, and says when to try again."""

    async def scene() -> None:
        shared = limiter()
        with pytest.raises(ServerFault):
            await fail(shared, ServerFault("h: failed"))
        with pytest.raises(EndpointDown, match="failed 1 times in a row"):
            await fail(shared, AssertionError("was asked"))
        with pytest.raises(EndpointDown, match="not asked for now: try again in 1 second"):
            async with shared.slot(shared.patience()):
                raise AssertionError
        patient = limiter(outage_s=5)
        with pytest.raises(ServerFault):
            await fail(patient, ServerFault("h: failed"))
        async with patient.slot(patient.patience()):
            with pytest.raises(BadReply):
                await fail(patient, BadReply("any answer closes it"))
        async with patient.slot(0):
            pass

    run(scene())


def test_a_cancelled_probe_does_not_block() -> None:
    """A probe that is cancelled leaves the way to the next one."""

    async def scene() -> None:
        shared = limiter(outage_s=5)
        with pytest.raises(ServerFault):
            await fail(shared, ServerFault("h: failed"))
        await asyncio.sleep(0.25)
        with pytest.raises(asyncio.CancelledError):
            await fail(shared, asyncio.CancelledError())
        with pytest.raises(BadReply):
            await fail(shared, BadReply("asked"))

    run(scene())


def test_all_calls_pause_together(
    server: FaultServer, settings: Callable[..., ModelSettings]
) -> None:
    """F01: after one Retry-After no call of the adapter starts before the time given."""

    async def scene() -> None:
        model = OpenAIChat(settings("http_429_ra1:1", deadline_s=10))
        await asyncio.gather(*(model.complete(question()) for _ in range(6)))
        await model.close()

    run(scene())
    starts = server.starts["http_429_ra1:1"]
    before = [t for t in starts if t - starts[0] < 0.5]
    assert len(starts) == 6 + 1
    assert all(t - starts[0] >= 1.0 for t in starts[len(before) :])
    assert len(before) <= 2


def test_quota_ends_all(server: FaultServer, settings: Callable[..., ModelSettings]) -> None:
    """F04: without credit each call in flight costs one request and no more."""

    async def scene() -> list[Any]:
        model = OpenAIChat(settings("insufficient_quota"))
        calls = (model.complete(question()) for _ in range(8))
        return await asyncio.gather(*calls, return_exceptions=True)

    run(scene())
    assert server.requests["insufficient_quota"] == 8


def test_an_outage_is_outlasted(
    server: FaultServer, settings: Callable[..., ModelSettings]
) -> None:
    """F05: with patience, 12 calls outlast 14 failures, and the breaker spares the endpoint.

    Nobody asks again from outside: each call ends by itself, with its answer.
    """

    async def scene() -> list[Any]:
        chosen = settings(
            "http_503_html:14", deadline_s=20, attempts=1, outage_s=20, max_concurrency=4
        )
        shared = Limiter(
            "h", max_concurrency=4, outage_s=20, breaker=Breaker(threshold=10, cooldown_s=0.02)
        )
        model = OpenAIChat(chosen, limiter=shared)
        return await asyncio.gather(*(model.complete(question()) for _ in range(12)))

    assert len(run(scene())) == 12
    assert server.requests["http_503_html:14"] == 14 + 12


def test_patience_ends(server: FaultServer, settings: Callable[..., ModelSettings]) -> None:
    """F05: an outage longer than `outage_s` ends the call with the fault, soon after."""
    outcome = ask(settings("http_500", attempts=1, outage_s=0.3, deadline_s=5))
    assert isinstance(outcome.error, ServerFault)
    assert outcome.seconds < 2
    assert 1 < server.requests["http_500"] <= 10


@pytest.mark.parametrize("fault", ["error_in_200", "malformed_json", "http_401"])
def test_only_an_outage_is_outlasted(
    fault: str, server: FaultServer, settings: Callable[..., ModelSettings]
) -> None:
    """Patience repeats neither what may have been charged for nor what cannot help."""
    assert ask(settings(fault, attempts=1, outage_s=5)).error is not None
    assert server.requests[fault] == 1


def work(url: str, total: int, results: Any) -> None:
    """Ask `total` questions with 8 workers, as one process of a batch."""

    async def scene() -> int:
        chosen = ModelSettings(model="fake-1", base_url=url, deadline_s=60)
        model = OpenAIChat(chosen)
        answers = await asyncio.gather(
            *(model.complete(question()) for _ in range(total)), return_exceptions=True
        )
        await model.close()
        return sum(not isinstance(answer, ModelError) for answer in answers)

    results.put(asyncio.run(scene()))


def test_two_processes_share_a_limit(server: FaultServer) -> None:
    """F02: two processes of 8 workers at a real token bucket: at most 1.2 requests an answer."""
    server.bucket_rate, server.bucket_size = 40.0, 10.0
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    began = time.monotonic()
    workers = [
        context.Process(target=work, args=(server.url("token_bucket"), 60, results))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    answers = sum(results.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()

    assert answers == 120
    assert server.requests["token_bucket"] <= 1.2 * answers
    assert time.monotonic() - began < 50


def test_waiting_beyond_the_deadline_is_refused_at_once() -> None:
    """A pause that is longer than the deadline ends the next calls at once, too."""

    async def scene() -> None:
        shared = limiter()
        with pytest.raises(RateLimited):
            await fail(shared, RateLimited("slow", retry_after_s=30))
        with pytest.raises(RateLimited, match="asks to wait for 30 seconds"):
            await fail(shared, AssertionError("was asked"))

    run(scene())
