"""The SDK's client, made so that it neither retries nor waits without end nor shows the key."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import httpx2
import openai
from pydantic import SecretStr

from rmcoach_llm.chat.faults import (
    Endpoint,
    connection_fault,
    read_complaint,
    read_retry_after,
    status_fault,
)
from rmcoach_llm.chat.redaction import redacted
from rmcoach_llm.errors import ConfigError, ModelError
from rmcoach_llm.settings import ModelSettings

SDK_ERRORS = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError)
MOST_ERROR_BYTES = 65_536
CALLS_A_CLIENT = 4
"""Calls at a time, and so connections, of one of the clients of a batch."""

MANY_CALLS = 16
"""Calls at a time from which aiohttp, where it is installed, carries them.

It takes a fifth to a third less processor time a call, and a tenth of a second to load.
"""

LOGGERS = ("httpx2", "httpcore2.http11", "aiohttp.client")
"""Those that log what a server sent: its reason phrase, its headers."""

_CONNECTING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_AIOHTTP_CONNECTING = {"ClientConnectorError", "ConnectionTimeoutError"}
"""Of aiohttp's errors those of a connection that did not come about, and all that derive from them."""


def open_client(
    settings: ModelSettings, verify: ssl.SSLContext | Literal[True] = True
) -> openai.AsyncOpenAI:
    """Give a client for the endpoint; raises ConfigError where it cannot be made.

    Bodies come uncompressed, so that a small one cannot grow large in memory. `verify` is what
    certificates are checked with, where that is made already.
    """
    key = settings.key_to_send()
    if settings.api_key is not None:
        for name in LOGGERS:
            logging.getLogger(name).addFilter(_HideKey(settings.api_key))
    timeout = openai.Timeout(None, connect=settings.connect_s)
    kind = openai.DefaultAioHttpClient if by_aiohttp(settings) else openai.DefaultAsyncHttpxClient
    try:
        http_client = kind(
            timeout=timeout, event_hooks={"response": [_shorten_error]}, verify=verify
        )
        return openai.AsyncOpenAI(
            http_client=http_client,
            api_key=key,
            base_url=settings.base_url,
            max_retries=0,
            timeout=timeout,
            default_headers={"Accept-Encoding": "identity"},
        )
    except (OSError, ValueError, httpx2.InvalidURL, openai.OpenAIError) as error:
        cause = type(error).__name__
    raise ConfigError(
        f"no client for {settings.host} can be made ({cause})",
        remedy="check base_url, SSL_CERT_FILE and the proxy variables of the environment",
    )


def by_aiohttp(settings: ModelSettings) -> bool:
    """Say whether aiohttp carries the calls: for many at a time, where it is installed."""
    return settings.max_concurrency >= MANY_CALLS and find_spec("aiohttp") is not None


class Clients:
    """Spread calls over clients of few connections each; one is enough where aiohttp carries them.

    Another client looks through all its connections at the begin and at the end of each request: with
    64 at a time that is a third of what a request costs. Raises ConfigError as `open_client` does.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._most = settings.max_concurrency if by_aiohttp(settings) else CALLS_A_CLIENT
        self._made = [open_client(settings)]
        self._busy = [0]
        self._verify: ssl.SSLContext | None = None

    @contextmanager
    def one(self) -> Iterator[openai.AsyncOpenAI]:
        """Lend the first client that has a place free, a new one where none has."""
        place = next((n for n, busy in enumerate(self._busy) if busy < self._most), None)
        if place is None:
            place = len(self._made)
            self._verify = self._verify or httpx2.create_ssl_context()
            self._made.append(open_client(self._settings, self._verify))
            self._busy.append(0)
        self._busy[place] += 1
        try:
            yield self._made[place]
        finally:
            self._busy[place] -= 1

    async def close(self) -> None:
        """Let all connections go; may be called twice."""
        for client in self._made:
            await client.close()


@dataclass(frozen=True)
class _HideKey(logging.Filter):
    """Hide the key in log records; equal for equal keys, so that a logger takes it once."""

    key: SecretStr

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage(), self.key), ()
        return True


class _Start(httpx2.AsyncByteStream):
    """Give the first bytes of a body and leave out the rest."""

    def __init__(self, whole: httpx2.AsyncByteStream, most: int) -> None:
        self._whole = whole
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for chunk in self._whole:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()


async def _shorten_error(response: httpx2.Response) -> None:
    """Keep the SDK from reading an error body without end: it reads them whole."""
    if response.status_code >= 400 and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Start(response.stream, MOST_ERROR_BYTES)


def fault_of(error: Exception, at: Endpoint) -> ModelError:
    """Give our error for one of the SDK's.

    Raise it after the `except` block: the SDK's error holds the request with the key and must
    not become its context.
    """
    if isinstance(error, openai.APIStatusError):
        after = read_retry_after(error.response.headers)
        return status_fault(error.status_code, read_complaint(error.body), at, after)
    return connection_fault(error, at, connecting=_connecting(error.__cause__ or error))


def _connecting(cause: BaseException) -> bool:
    """Say whether there was no connection yet, so that nothing can have been charged for.

    Any broken connection of aiohttp comes as a ConnectTimeout; its own error stands behind that.
    """
    behind = type(cause.__cause__)
    if behind.__module__.partition(".")[0] == "aiohttp":
        return any(kind.__name__ in _AIOHTTP_CONNECTING for kind in behind.__mro__)
    return isinstance(cause, _CONNECTING)
