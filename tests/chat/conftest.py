"""A fault server for all tests of a module, and settings short enough for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from support.chat_asking import settings_of
from support.fault_server import FaultServer
from tenacity import wait_random_exponential

from rmcoach_llm.chat.carrier import MANY_CALLS
from rmcoach_llm.settings import ModelSettings


@pytest.fixture(autouse=True)
def brief_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a tenth of the usual time between tries."""
    shorter = wait_random_exponential(multiplier=0.05, max=60)
    monkeypatch.setattr("rmcoach_llm.chat.retry._backoff", shorter)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Serve faults on loopback."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def settings(server: FaultServer) -> Callable[..., ModelSettings]:
    """Make settings that ask the server for one fault, with short deadlines."""

    return partial(settings_of, server)


@pytest.fixture(params=[8, MANY_CALLS], ids=["sdk", "aiohttp"])
def settings_of_each(
    request: pytest.FixtureRequest, server: FaultServer
) -> Callable[..., ModelSettings]:
    """Make settings for few calls at a time, and for so many that aiohttp carries them itself."""
    if request.param == MANY_CALLS:
        pytest.importorskip("aiohttp")
    return lambda *given, **changes: settings_of(
        server, *given, **{"max_concurrency": request.param, **changes}
    )
