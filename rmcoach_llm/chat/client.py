"""The SDK's client, made so that it neither retries nor waits without end nor shows the key."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import httpx2
import openai

from rmcoach_llm.chat.carrier import MOST_ERROR_BYTES, Refusal, Response, no_client
from rmcoach_llm.chat.faults import read_retry_after
from rmcoach_llm.chat.redaction import hide_in_logs
from rmcoach_llm.settings import ModelSettings

CALLS_A_CLIENT = 4
"""Calls at a time, and so connections, of one of the clients of a batch."""

LOGGERS = ("httpx2", "httpcore2.http11")
"""Those that log what a server sent: its reason phrase, its headers."""

_CONNECTING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


def open_client(
    settings: ModelSettings, verify: ssl.SSLContext | Literal[True] = True
) -> openai.AsyncOpenAI:
    """Give a client for the endpoint; raises ConfigError where it cannot be made.

    Bodies come uncompressed, so that a small one cannot grow large in memory. `verify` is what
    certificates are checked with, where that is made already.
    """
    key = settings.key_to_send()
    if settings.api_key is not None:
        hide_in_logs(settings.api_key, *LOGGERS)
    timeout = openai.Timeout(None, connect=settings.connect_s)
    try:
        http_client = openai.DefaultAsyncHttpxClient(
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
    raise no_client(settings, cause)


class Clients:
    """Spread calls over clients of few connections each; keeps to `carrier.Carrier`.

    A client looks through all its connections at the begin and at the end of each request: with
    64 at a time that is a third of what a request costs. Raises ConfigError as `open_client` does.
    """

    errors = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError)

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._made = [open_client(settings)]
        self._busy = [0]
        self._verify: ssl.SSLContext | None = None

    @contextmanager
    def one(self) -> Iterator[openai.AsyncOpenAI]:
        """Lend the first client that has a place free, a new one where none has."""
        place = next((n for n, busy in enumerate(self._busy) if busy < CALLS_A_CLIENT), None)
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

    @asynccontextmanager
    async def post(self, body: Mapping[str, Any]) -> AsyncIterator[Response]:
        """Ask for a chat completion; raises one of `errors`, for a refusal too."""
        # As extra_body it is sent as it is: the SDK walks through all else, schemas too, which
        # costs more than the rest of a call.
        with self.one() as client:
            create = client.chat.completions.with_streaming_response.create
            async with create(model="", messages=(), extra_body=body) as response:
                yield Response(response.headers.get("content-type", ""), response.iter_bytes())

    def refusal(self, error: Exception) -> Refusal | None:
        """Give what an error says, if it is an answer of the endpoint."""
        if not isinstance(error, openai.APIStatusError):
            return None
        return Refusal(error.status_code, error.body, read_retry_after(error.response.headers))

    def connecting(self, error: Exception) -> bool:
        """Say whether there was no connection yet, so that nothing can have been charged for."""
        return isinstance(error.__cause__ or error, _CONNECTING)

    async def close(self) -> None:
        """Let all connections go; may be called twice."""
        for client in self._made:
            await client.close()


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
