"""A fault server for all tests of a module, and settings short enough for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from support.chat_asking import settings_of
from support.fault_server import FaultServer
from tenacity import wait_random_exponential

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
