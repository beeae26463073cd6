"""A fault server for all tests of a module, and settings short enough for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from support.fault_server import FaultServer
from tenacity import wait_random_exponential

from rmcoach_llm.settings import ModelSettings

CANARY = "sk-CANARY-0123456789abcdef"


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

    def make(fault: str = "ok", **changes: Any) -> ModelSettings:
        values: dict[str, Any] = {
            "model": "fake-1",
            "base_url": server.url(fault),
            "api_key": SecretStr(CANARY),
            "deadline_s": 0.9,
            "first_token_s": 0.4,
            "idle_s": 0.4,
            "connect_s": 1.0,
        }
        return ModelSettings(**{**values, **changes})

    return make
