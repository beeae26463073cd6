"""What carries a request to an endpoint and its answer back: the SDK, or aiohttp for many at a time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from rmcoach_llm.chat.faults import Endpoint, connection_fault, read_complaint, status_fault
from rmcoach_llm.errors import ConfigError, ModelError
from rmcoach_llm.settings import ModelSettings

MANY_CALLS = 16
"""Calls at a time from which aiohttp, where it is installed, carries them itself.

A request through the SDK costs 1.9 ms of processor time, through aiohttp .3 ms (least of eight rounds in one
process, 25 kB of prompt), and loading the SDK is half of the start of a batch.
"""

SDK_ALONE = "OPENAI_CUSTOM_HEADERS"
"""A variable of the environment that only the SDK heeds."""

MOST_ERROR_BYTES = 65_536


@dataclass(frozen=True)
class Response:
    """Hold an answer that has begun: its content type, and its body as it comes."""

    kind: str
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True)
class Refusal:
    """Hold what came with an HTTP status from 400 on: the body as JSON, or as text."""

    status: int
    body: object
    retry_after_s: float | None = None


class Carrier(Protocol):
    """Carry requests to one endpoint; used in one event loop.

    `errors` are what `post` raises, and what comes while the answer is read. They may hold the key: raise
    what `fault_of` gives after the `except` block, so that none becomes its context.
    """

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Give the classes of the errors of this carrier."""
        ...

    def post(self, body: Mapping[str, Any]) -> AbstractAsyncContextManager[Response]:
        """Ask for a chat completion; raises one of `errors` for a refusal too."""
        ...

    def refusal(self, error: Exception) -> Refusal | None:
        """Give what an error says, if it is an answer of the endpoint."""
        ...

    def connecting(self, error: Exception) -> bool:
        """Say whether there was no connection yet, so that nothing can have been charged for."""
        ...

    async def close(self) -> None:
        """Let all connections go; may be called twice."""
        ...


def create_carrier(settings: ModelSettings) -> Carrier:
    """Give the SDK, or aiohttp where it is installed and many calls are made at a time.

    Raises ConfigError where none can be made.
    """
    many = settings.max_concurrency >= MANY_CALLS and not os.environ.get(SDK_ALONE)
    if many and find_spec("aiohttp") is not None:
        from rmcoach_llm.chat.direct import Direct, proxy_for

        proxy = proxy_for(settings.base_url)
        if proxy is None or proxy.startswith("http://"):
            return Direct(settings, proxy)
    from rmcoach_llm.chat.client import Clients

    return Clients(settings)


def no_client(settings: ModelSettings, cause: str) -> ConfigError:
    """Give the error for a carrier that cannot be made; `cause` names the kind of error alone."""
    return ConfigError(
        f"no client for {settings.host} can be made ({cause})",
        remedy="check base_url, SSL_CERT_FILE and the proxy variables of the environment",
    )


def fault_of(error: Exception, at: Endpoint, carrier: Carrier) -> ModelError:
    """Give our error for one of a carrier's; raise it after the `except` block."""
    refusal = carrier.refusal(error)
    if refusal is not None:
        complaint = read_complaint(refusal.body)
        return status_fault(refusal.status, complaint, at, refusal.retry_after_s)
    return connection_fault(error, at, connecting=carrier.connecting(error))
