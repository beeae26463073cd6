"""The SDK's client, made so that it neither retries nor waits without end nor shows the key."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

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
LOGGERS = ("httpx2", "httpcore2.http11")
"""Those that log what a server sent: its reason phrase, its headers."""

_CONNECTING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


def open_client(settings: ModelSettings) -> openai.AsyncOpenAI:
    """Give a client for the endpoint; raises ConfigError where it cannot be made.

    Bodies come uncompressed, so that a small one cannot grow large in memory.
    """
    key = settings.key_to_send()
    if settings.api_key is not None:
        for name in LOGGERS:
            logging.getLogger(name).addFilter(_HideKey(settings.api_key))
    timeout = openai.Timeout(None, connect=settings.connect_s)
    try:
        http_client = openai.DefaultAsyncHttpxClient(
            timeout=timeout, event_hooks={"response": [_shorten_error]}
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
    cause = error.__cause__ or error
    return connection_fault(error, at, connecting=isinstance(cause, _CONNECTING))
