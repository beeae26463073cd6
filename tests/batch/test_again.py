"""Faults that pass are outlasted, each try a call of its own; what lasts is not asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from rmcoach_llm.batch import journal
from rmcoach_llm.batch.journal import Journalled, working_on
from rmcoach_llm.batch.stop import Stop, Stopping
from rmcoach_llm.domain import ChatMessage, ChatReply, ChatRequest, Usage
from rmcoach_llm.errors import (
    AccessDenied,
    BadReply,
    ContentFiltered,
    ContextTooLong,
    ModelDeclined,
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
    ReplyCut,
    ServerFault,
)
from rmcoach_llm.stores.ledger import SqliteLedger

REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="Well?"),))
WAITS = (0.001, 0.002, 0.003)


class Down(ServerFault):
    """Report a call that was not made: the endpoint is down."""

    retryable = False


class Faulty:
    """Fail so many times, then answer."""

    name = "m"

    def __init__(self, *faults: ModelError) -> None:
        self.faults = list(faults)
        self.asked = 0

    async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
        """Raise the next fault, or answer."""
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)
        return ChatReply(text="fine", model="m", usage=Usage(calls=1))

    async def close(self) -> None:
        """Let nothing go."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the waits be short: two for the fault of one answer, a third for an outage."""
    monkeypatch.setattr(journal, "AGAIN_AFTER_S", WAITS)
    monkeypatch.setattr(journal, "LAST_FOR_ONE_S", WAITS[1])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Open a new ledger."""
    made = SqliteLedger(tmp_path / "run.db")
    yield made
    made.close()


def asked(model: Faulty, ledger: SqliteLedger, stop: Stop) -> str:
    """Ask once for a piece of work; gives the answer."""

    async def once() -> str:
        with working_on("0" * 64, ledger):
            return (await Journalled(model, ledger, stop).complete(REQUEST)).text

    return asyncio.run(once())


@pytest.mark.parametrize(
    "fault",
    [
        BadReply("empty", maybe_billed=True),
        ReplyCut("broken off"),
        ServerFault("500"),
        RateLimited("429", retry_after_s=2),
        ModelTimeout("slow", maybe_billed=True),
        Down("down"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_passes_is_asked_again(ledger: SqliteLedger, fault: ModelError) -> None:
    """Two faults that pass do no harm; each try is in the ledger, billed ones are listed."""
    model = Faulty(fault, fault)
    assert asked(model, ledger, Stop()) == "fine"
    assert model.asked == 3
    held = ledger.status()
    assert held.answered == 1
    assert len(held.uncertain) == (2 if fault.maybe_billed else 0)


@pytest.mark.parametrize(
    "fault",
    [
        ContentFiltered("filtered"),
        ContextTooLong("long"),
        AccessDenied("no key"),
        ModelUnreachable("nothing there"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_lasts_is_not_asked_again(ledger: SqliteLedger, fault: ModelError) -> None:
    """A filter, what is too long, and what ends a batch cost one call."""
    model = Faulty(fault)
    with pytest.raises(type(fault)):
        asked(model, ledger, Stop())
    assert model.asked == 1


class Limited(ReplyCut):
    """Report an answer that was cut at a limit on its length."""

    retryable = False


@pytest.mark.parametrize(("fault", "more"), [(ModelDeclined("no"), 2), (Limited("cut"), 1)])
def test_what_may_be_chance_is_asked_about_a_little_more(
    ledger: SqliteLedger, fault: ModelError, more: int
) -> None:
    """Models refuse by chance, and think for long by chance: a few tries more, and then it is meant."""
    always = Faulty(*[fault] * 9)
    with pytest.raises(type(fault)):
        asked(always, ledger, Stop())
    assert always.asked == 1 + more
    at_last = Faulty(*[fault] * more)
    assert asked(at_last, ledger, Stop()) == "fine"


def test_one_answer_is_not_asked_for_without_end(ledger: SqliteLedger) -> None:
    """A model that never answers well is asked three times in all; the batch goes on."""
    stop, model = Stop(), Faulty(*[BadReply("empty")] * 9)
    with pytest.raises(BadReply):
        asked(model, ledger, stop)
    assert (model.asked, stop.asked) == (3, False)


def test_an_endpoint_that_stays_down_ends_the_batch(ledger: SqliteLedger) -> None:
    """Nothing is kept as failed for it: the work is not reached, and the reason is kept."""
    stop, model = Stop(), Faulty(*[Down("it is down")] * 9)
    with pytest.raises(Stopping):
        asked(model, ledger, stop)
    assert model.asked == 1 + len(WAITS)
    assert isinstance(stop.error, Down)


def test_an_endpoint_that_asks_for_hours_ends_the_batch_at_once(ledger: SqliteLedger) -> None:
    """No program sits that out: the batch ends with what the endpoint said."""
    stop, model = Stop(), Faulty(RateLimited("come back tomorrow", retry_after_s=86_400))
    with pytest.raises(Stopping):
        asked(model, ledger, stop)
    assert model.asked == 1
    assert isinstance(stop.error, RateLimited)


@pytest.mark.parametrize(("times", "ends"), [(3, False), (4, True)])
def test_a_connection_that_was_there_is_waited_for(
    ledger: SqliteLedger, times: int, ends: bool
) -> None:
    """Once an answer has come, no connection is an outage; if it lasts, it is raised."""
    model = Faulty()
    more = REQUEST.model_copy(update={"seed": 1})

    async def twice() -> str:
        journalled = Journalled(model, ledger, Stop())
        with working_on("0" * 64, ledger):
            await journalled.complete(REQUEST)
            model.faults = [ModelUnreachable("gone")] * times
            return (await journalled.complete(more)).text

    if ends:
        with pytest.raises(ModelUnreachable):
            asyncio.run(twice())
    else:
        assert asyncio.run(twice()) == "fine"


def test_a_signal_ends_the_wait(ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who ends a batch does not wait for the next try, and none is made."""
    monkeypatch.setattr(journal, "AGAIN_AFTER_S", (30.0,))
    monkeypatch.setattr(journal, "LAST_FOR_ONE_S", 30.0)
    stop, model = Stop(), Faulty(ServerFault("500"))

    async def ended() -> None:
        asyncio.get_running_loop().call_later(0.05, stop.ask)
        with working_on("0" * 64, ledger), pytest.raises(Stopping):
            await Journalled(model, ledger, stop).complete(REQUEST)

    asyncio.run(asyncio.wait_for(ended(), 5))
    assert model.asked == 1
