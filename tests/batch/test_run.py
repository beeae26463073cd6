"""A run: each piece of work once, results in the order of the input, nothing lost at the end."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.batch import journal
from rmcoach_llm.batch.journal import Journalled, working_on
from rmcoach_llm.batch.run import Item, Plan, Result, run_batch
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.domain import (
    CallEnding,
    CallIntent,
    ChatMessage,
    ChatReply,
    ChatRequest,
    FrozenMap,
    Provenance,
    RubricScore,
    Scorecard,
    Transcript,
    Usage,
)
from rmcoach_llm.errors import InputError, QuotaExhausted, ServerFault, StoreError, UsageError
from rmcoach_llm.stores.ledger import SqliteLedger

HELLO = ChatMessage(role="user", content="Hello")
Answering = Callable[[ChatRequest], ChatReply]


class Model:
    """Answer after a moment; count what was asked."""

    name = "m"

    def __init__(self, answer: Answering | None = None, wait_s: float = 0.0) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._wait_s = wait_s
        self.most = self.now = 0

    async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
        """Answer, and keep what was asked."""
        self.asked.append(request.messages[-1].content)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self._wait_s)
        finally:
            self.now -= 1
        if self._answer is not None:
            return self._answer(request)
        return ChatReply(text="fine", model="m", usage=Usage(calls=1, prompt_tokens=7))

    async def close(self) -> None:
        """Let nothing go."""


class Judge:
    """Judge by one question to a model, or by two."""

    name = "one-question"

    def __init__(self, model: Journalled | Model, fingerprint: str = "f1", calls: int = 1) -> None:
        self.fingerprint = fingerprint
        self._model = model
        self._calls = calls

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Ask, and give three points."""
        usage = Usage()
        for n in range(self._calls):
            asked = ChatMessage(role="user", content=f"{transcript.turns[0].text} {n}")
            usage += (await self._model.complete(ChatRequest(messages=(asked,)))).usage
        score = RubricScore(status="scored", score=3.0, version="1", criteria=FrozenMap())
        return Scorecard(
            transcript=transcript.id,
            status="scored",
            rubrics=FrozenMap({"trust": score}),
            measures=FrozenMap(),
            provenance=Provenance(
                transcript=transcript.digest,
                evaluator=self.name,
                fingerprint=self.fingerprint,
                rubrics=FrozenMap(),
                usage=usage,
                package_version="1",
            ),
        )


def item(n: int) -> Item:
    """Give an item of a talk of its own."""
    talk = Transcript.of(f"t{n}", [("Ada", "trainee", f"Say {n}."), ("Bo", "stakeholder", "No.")])
    return Item.of(f"file{n}", talk)


def ran(
    entries: list[Item | InputError],
    model: Model,
    *,
    ledger: SqliteLedger | None = None,
    plan: Plan = Plan(),  # noqa: B008 - frozen
    stop: Stop | None = None,
    fingerprint: str = "f1",
    calls: int = 1,
    at_once: int | None = None,
) -> list[Result]:
    """Run a batch to its end; gives the results as they were handed over."""
    results: list[Result] = []

    async def whole() -> None:
        ending = stop or Stop()
        judge = Judge(Journalled(model, ledger, ending, at_once=at_once), fingerprint, calls)
        await run_batch(entries, judge, results.append, ledger=ledger, plan=plan, stop=ending)

    asyncio.run(whole())
    return results


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what failed for a passing reason be asked again at once."""
    monkeypatch.setattr(journal, "AGAIN_AFTER_S", (0.001, 0.002))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Open a new ledger."""
    made = SqliteLedger(tmp_path / "run.db")
    yield made
    made.close()


def hows(results: list[Result]) -> list[str]:
    """Give how each result came about."""
    return [result.how for result in results]


def test_results_come_in_the_order_of_the_input(ledger: SqliteLedger) -> None:
    """Work that ends early waits for what stands before it; as many run at once as may."""
    model = Model(wait_s=0.1)
    results = ran([item(n) for n in range(24)], model, ledger=ledger, plan=Plan(concurrency=8))
    assert [result.label for result in results] == [f"file{n}" for n in range(24)]
    assert model.most == 8
    assert all(r.card is not None and r.outcome is not None for r in results)


def test_results_that_wait_for_a_slow_one_hold_no_scorecard(ledger: SqliteLedger) -> None:
    """What ends before its turn waits in short, as many may wait; the ledger has the whole."""

    class FirstIsSlow(Model):
        async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
            await asyncio.sleep(0.2 if "Say 0." in request.messages[-1].content else 0)
            return await super().complete(request, on_text=on_text)

    results = ran([item(n) for n in range(8)], FirstIsSlow(), ledger=ledger)
    assert [result.card is None for result in results] == [False] + [True] * 7
    for result in results:
        assert result.key is not None
        assert ledger.scorecard(result.key).transcript == result.id


def test_what_is_done_is_not_asked_again(ledger: SqliteLedger) -> None:
    """A second run takes all from the ledger, without the model."""
    entries: list[Item | InputError] = [item(n) for n in range(5)]
    ran(entries, Model(), ledger=ledger)
    again = Model()
    results = ran(entries, again, ledger=ledger)
    assert again.asked == []
    assert hows(results) == ["reused"] * 5
    assert [r.outcome.scores["trust"] for r in results if r.outcome] == [3.0] * 5


def test_another_evaluator_is_new_work(ledger: SqliteLedger) -> None:
    """Where rubric, prompt, model or sampling change, the fingerprint does, and all is asked."""
    ran([item(1)], Model(), ledger=ledger)
    model = Model()
    assert hows(ran([item(1)], model, ledger=ledger, fingerprint="f2")) == ["scored"]
    assert len(model.asked) == 1


@pytest.mark.parametrize("concurrency", [1, 8])
def test_the_same_content_is_judged_once_and_reported_twice(
    ledger: SqliteLedger, concurrency: int
) -> None:
    """Equal talks cost one call, under way or done, and each has its line."""
    same = Item.of("copy", item(1).transcript.model_copy(update={"id": "other"}))  # type: ignore[union-attr]
    model = Model(wait_s=0.01)
    results = ran([item(1), same], model, ledger=ledger, plan=Plan(concurrency=concurrency))
    assert hows(results) == ["scored", "repeated"]
    assert [r.id for r in results] == ["t1", "other"]
    assert len(model.asked) == 1


def test_a_file_that_cannot_be_read_takes_its_place(ledger: SqliteLedger) -> None:
    """Problems of the input come between results, where they stood."""
    bad = InputError("b.txt", "line 1", "no speaker")
    results = ran([item(1), bad, item(2)], Model(), ledger=ledger)
    assert hows(results) == ["scored", "left_out", "scored"]
    assert results[1].problem is bad


def test_an_error_that_all_would_meet_ends_the_batch(ledger: SqliteLedger) -> None:
    """No credit left: what is under way ends, the rest is not asked, and the reason is kept."""

    def answer(request: ChatRequest) -> ChatReply:
        if "Say 3." in request.messages[-1].content:
            raise QuotaExhausted("no credit")
        return ChatReply(text="fine", model="m", usage=Usage(calls=1))

    stop = Stop()
    model = Model(answer)
    results = ran(
        [item(n) for n in range(20)], model, ledger=ledger, stop=stop, plan=Plan(concurrency=1)
    )
    assert [r.label for r in results] == ["file0", "file1", "file2"]
    assert isinstance(stop.error, QuotaExhausted)
    assert len(model.asked) == 4
    rest = Model()
    assert hows(ran([item(n) for n in range(20)], rest, ledger=ledger))[:3] == ["reused"] * 3
    assert len(rest.asked) == 17


def test_one_that_fails_does_not_take_the_others_with_it(ledger: SqliteLedger) -> None:
    """An error of one transcript, even a bug of the evaluator, is that one's problem."""

    def answer(request: ChatRequest) -> ChatReply:
        if "Say 1." in request.messages[-1].content:
            raise ServerFault("it failed")
        if "Say 2." in request.messages[-1].content:
            raise ZeroDivisionError("a bug")
        return ChatReply(text="fine", model="m", usage=Usage(calls=1))

    results = ran([item(n) for n in range(4)], Model(answer), ledger=ledger)
    assert hows(results) == ["scored", "left_out", "left_out", "scored"]
    assert "it failed" in str(results[1].problem)
    assert "ZeroDivisionError" in str(results[2].problem)
    assert [call.state for call in ledger.status().uncertain] == ["maybe_billed"]


def test_a_signal_ends_it_without_a_call_made_twice(ledger: SqliteLedger) -> None:
    """After the first signal no call begins; answers that came are kept and used again."""
    stop = Stop()

    def answer(request: ChatRequest) -> ChatReply:
        if "Say 2." in request.messages[-1].content:
            stop.ask(by=signal.SIGINT)
        return ChatReply(text="fine", model="m", usage=Usage(calls=1))

    first = Model(answer, wait_s=0.001)
    plan = Plan(concurrency=2)
    ran([item(n) for n in range(20)], first, ledger=ledger, stop=stop, plan=plan, calls=3)
    assert stop.signal == signal.SIGINT
    assert ledger.status().uncertain == ()
    second = Model()
    results = ran([item(n) for n in range(20)], second, ledger=ledger, plan=plan, calls=3)
    assert len(results) == 20
    assert not set(first.asked) & set(second.asked)
    assert len(first.asked) + len(second.asked) == 60


def test_what_does_not_end_in_time_is_cut_off_and_noted(ledger: SqliteLedger) -> None:
    """When the grace time is over, calls are cut off, and each is listed as maybe charged for."""
    stop = Stop()
    model = Model(wait_s=30)

    async def soon() -> None:
        judge = Judge(Journalled(model, ledger, stop))
        asyncio.get_running_loop().call_later(0.05, stop.ask)
        plan = Plan(concurrency=3, grace_s=0.05)
        await run_batch(
            [item(n) for n in range(9)], judge, print, ledger=ledger, plan=plan, stop=stop
        )

    asyncio.run(asyncio.wait_for(soon(), 5))
    uncertain = ledger.status().uncertain
    assert [call.state for call in uncertain] == ["maybe_billed"] * 3
    assert "cut off" in str(uncertain[0].why)


def test_failed_work_is_tried_again_on_request_only(ledger: SqliteLedger) -> None:
    """A scorecard with something unscored by a model is kept as failed until it is asked for."""
    card_of = Judge.evaluate

    class Failing(Judge):
        async def evaluate(self, transcript: Transcript) -> Scorecard:
            card = await card_of(self, transcript)
            bare = RubricScore.model_validate(
                {
                    "status": "unscored",
                    "reason": "no judgement",
                    "version": "1",
                    "criteria": {"c": {"status": "unscored", "reason": "no judgement"}},
                }
            )
            return card.model_copy(
                update={"status": "unscored", "rubrics": FrozenMap({"trust": bare})}
            )

    def run(kind: type[Judge], plan: Plan) -> tuple[list[Result], Model]:
        model, stop, results = Model(), Stop(), list[Result]()

        async def whole() -> None:
            judge = kind(Journalled(model, ledger, stop))
            await run_batch([item(1)], judge, results.append, ledger=ledger, plan=plan, stop=stop)

        asyncio.run(whole())
        return results, model

    first, _ = run(Failing, Plan())
    assert first[0].outcome is not None
    assert (first[0].outcome.state, first[0].outcome.reason) == ("failed", "no judgement")
    left, unasked = run(Judge, Plan())
    assert (hows(left), unasked.asked) == (["reused"], [])
    again, asked = run(Judge, Plan(retry_failed=True))
    assert (hows(again), len(asked.asked)) == (["scored"], 1)
    assert (ledger.status().done, ledger.status().failed) == (1, 0)


def test_without_a_ledger_it_runs_all_the_same() -> None:
    """Results come without anything kept, each with its scorecard."""
    results = ran([item(1), item(1), item(2)], Model())
    assert hows(results) == ["scored"] * 3
    assert all(result.card is not None for result in results)


def test_the_input_is_read_no_further_than_needed(ledger: SqliteLedger) -> None:
    """However slow the first, only a bounded number is taken from the input meanwhile."""
    taken: list[int] = []

    def endless() -> Iterator[Item]:
        for n in range(10_000):
            taken.append(n)
            yield item(n)

    async def slow_first() -> None:
        stop = Stop()
        gate = asyncio.Event()

        class Slow(Model):
            async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
                if "Say 0." in request.messages[-1].content:
                    await gate.wait()
                return await super().complete(request)

        judge = Judge(Journalled(Slow(), None, stop))
        running = asyncio.ensure_future(
            run_batch(endless(), judge, lambda _: None, plan=Plan(concurrency=4), stop=stop)
        )
        await asyncio.sleep(0.3)
        assert 4 < len(taken) <= 70
        stop.ask()
        gate.set()
        await running

    asyncio.run(slow_first())


def test_a_reader_that_raises_ends_the_run_with_its_error() -> None:
    """An error in going through the input is not swallowed."""

    def broken() -> Iterator[Item]:
        yield item(1)
        raise UsageError("a bad pattern")

    async def run() -> None:
        await run_batch(broken(), Judge(Model()), lambda _: None)

    with pytest.raises(UsageError, match="a bad pattern"):
        asyncio.run(run())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=25), st.integers(1, 9))
def test_every_entry_has_one_result_and_every_content_one_call(
    numbers: list[int], concurrency: int
) -> None:
    """Whatever repeats and however many run at once: a result an entry, a call a content."""
    model = Model(wait_s=0.0005)
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqliteLedger(Path(folder) / "run.db")
        plan = Plan(concurrency=concurrency)
        results = ran([item(n) for n in numbers], model, ledger=ledger, plan=plan)
        ledger.close()
    assert [r.label for r in results] == [f"file{n}" for n in numbers]
    assert len(model.asked) == len(set(numbers))


@pytest.mark.parametrize("kept", [True, False])
def test_an_evaluator_that_gives_no_scorecard_fails_that_one_alone(
    ledger: SqliteLedger, kept: bool
) -> None:
    """What a plugin returns may be anything: that transcript has a problem, the run goes on."""

    class Odd(Judge):
        async def evaluate(self, transcript: Transcript) -> Scorecard:
            card = await super().evaluate(transcript)
            return None if transcript.id == "t0" else card  # type: ignore[return-value]

    results: list[Result] = []

    async def whole() -> None:
        used = ledger if kept else None
        judge = Odd(Journalled(Model(), used, Stop()))
        await asyncio.wait_for(
            run_batch([item(n) for n in range(100)], judge, results.append, ledger=used), 30
        )

    asyncio.run(whole())
    assert hows(results) == ["left_out", *["scored"] * 99]
    assert "AttributeError" in str(results[0].problem)


def test_a_run_whose_results_nobody_takes_ends(ledger: SqliteLedger) -> None:
    """Where results cannot be printed or written, no further call begins, and the error is raised."""
    model = Model(wait_s=0.001)

    def closed(_: Result) -> None:
        raise BrokenPipeError

    async def whole() -> None:
        stop = Stop()
        judge = Judge(Journalled(model, ledger, stop))
        plan = Plan(concurrency=4)
        entries = [item(n) for n in range(400)]
        running = run_batch(entries, judge, closed, ledger=ledger, plan=plan, stop=stop)
        await asyncio.wait_for(running, 30)

    with pytest.raises(BrokenPipeError):
        asyncio.run(whole())
    assert len(model.asked) <= 8
    assert ledger.status().uncertain == ()


def test_a_signal_is_heard_between_judgements_that_wait_for_nothing() -> None:
    """Rules judge without a wait: Ctrl-C ends such a run all the same, soon and not at its end."""
    stop = Stop()
    card = ran([item(0)], Model())[0].card
    assert card is not None

    class Rules:
        name = fingerprint = "rules"

        async def evaluate(self, transcript: Transcript) -> Scorecard:
            if transcript.id == "t3":
                signal.raise_signal(signal.SIGUSR1)
            return card

    results: list[Result] = []

    async def whole() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, stop.ask)
        entries = [item(n) for n in range(200)]
        plan = Plan(concurrency=2)
        await run_batch(entries, Rules(), results.append, plan=plan, stop=stop)

    asyncio.run(whole())
    assert 3 <= len(results) < 20


def test_a_ledger_that_cannot_be_written_ends_the_run_at_once(ledger: SqliteLedger) -> None:
    """When the disk is full in the middle, no further call is made, and what was kept is there."""
    ran([item(n) for n in range(3)], Model(), ledger=ledger)
    db = ledger._writing.connection
    db.execute(f"pragma max_page_count = {db.execute('pragma page_count').fetchone()[0]}")
    model = Model(wait_s=0.01)
    with pytest.raises(StoreError, match="make room on the disk"):
        ran([item(n) for n in range(3_000)], model, ledger=ledger)
    assert len(model.asked) < 1_000
    assert ledger.status().done >= 3


def test_a_call_that_is_cut_off_before_it_is_made_is_not_listed(ledger: SqliteLedger) -> None:
    """Cut off while the ledger still writes its intent: the model was not asked, and that is kept."""
    model = Model()

    async def cut() -> None:
        journalled = Journalled(model, ledger, Stop())
        with working_on("k1", ledger):
            asking = asyncio.ensure_future(journalled.complete(ChatRequest(messages=(HELLO,))))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        other = CallIntent(item="k2", request="r")  # what waited to be written is written before it
        ended = CallEnding(state="failed", why="refused")
        await ledger.end_call(await ledger.begin_call(other), ended)

    asyncio.run(cut())
    assert model.asked == []
    assert ledger.status().uncertain == ()


def test_equal_requests_of_one_work_are_kept_apart(ledger: SqliteLedger) -> None:
    """Asked twice, answered once before a crash: the first is given again, the second is asked."""
    answers = iter(("one", "two", "three"))
    model = Model(lambda _: ChatReply(text=next(answers), model="m"))
    journalled = Journalled(model, ledger, Stop())

    async def asked(times: int) -> list[str]:
        with working_on("k1", ledger):
            replies = [
                await journalled.complete(ChatRequest(messages=(HELLO,))) for _ in range(times)
            ]
        return [reply.text for reply in replies]

    async def whole() -> None:
        assert await asked(1) == ["one"]
        assert await asked(3) == ["one", "two", "three"]
        assert await asked(3) == ["one", "two", "three"]

    asyncio.run(whole())
    assert len(model.asked) == 3


def test_each_model_of_a_panel_has_its_own_answer(ledger: SqliteLedger) -> None:
    """The same request to two models is two calls, and neither gets the other's kept answer."""

    class Other(Model):
        name = "other"

    one = Journalled(Model(lambda _: ChatReply(text="one", model="m")), ledger, Stop())
    two = Journalled(Other(lambda _: ChatReply(text="two", model="other")), ledger, Stop())

    async def asked(model: Journalled) -> str:
        with working_on("k1", ledger):
            return (await model.complete(ChatRequest(messages=(HELLO,)))).text

    async def whole() -> None:
        assert [await asked(model) for model in (one, two, one, two)] == ["one", "two"] * 2

    asyncio.run(whole())


def test_money_set_aside_for_a_call_that_cannot_be_noted_is_free_again(
    ledger: SqliteLedger,
) -> None:
    """Where the ledger takes no call, the model is not asked, and the meter hears that nothing was used."""
    settled: list[tuple[object, Usage | None]] = []

    class Counting:
        async def admit(self, request: ChatRequest) -> object:
            return "ticket"

        def settle(self, ticket: object, usage: Usage | None) -> float | None:
            settled.append((ticket, usage))
            return None

    model = Model()
    journalled = Journalled(model, ledger, Stop(), Counting())

    async def ask() -> None:
        with working_on("k1", ledger):
            ledger.close()
            await journalled.complete(ChatRequest(messages=(HELLO,)))

    with pytest.raises(StoreError):
        asyncio.run(ask())
    assert (settled, model.asked) == ([("ticket", Usage())], [])


def test_no_more_calls_are_noted_or_made_at_a_time_than_may_be(ledger: SqliteLedger) -> None:
    """With more transcripts at work than places for calls, no call without a place is noted."""
    noted: list[int] = []

    class Watched(Model):
        async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
            noted.append(len(ledger.status().uncertain))  # begun, and not ended yet
            await asyncio.sleep(0.01)
            return await super().complete(request, on_text=on_text)

    model = Watched()
    ran([item(n) for n in range(20)], model, ledger=ledger, plan=Plan(concurrency=8), at_once=3)
    assert len(model.asked) == 20
    assert max(noted) == 3


def test_an_error_that_all_calls_would_meet_ends_the_batch_before_the_next_call(
    ledger: SqliteLedger,
) -> None:
    """A refused account is met by the calls in flight alone: those that wait for a place are not made."""

    def refused(_: ChatRequest) -> ChatReply:
        raise QuotaExhausted("no credit")

    class Slowly(Judge):
        async def evaluate(self, transcript: Transcript) -> Scorecard:
            try:
                return await super().evaluate(transcript)
            except QuotaExhausted:
                await asyncio.sleep(0.05)  # as one that waits for its other calls
                raise

    model, stop = Model(refused), Stop()

    async def whole() -> None:
        judge = Slowly(Journalled(model, ledger, stop, at_once=1))
        plan = Plan(concurrency=8)
        entries = [item(n) for n in range(20)]
        await run_batch(entries, judge, lambda _: None, ledger=ledger, plan=plan, stop=stop)

    asyncio.run(whole())
    assert len(model.asked) == 1
    assert isinstance(stop.error, QuotaExhausted)
