"""Many calls at a time, carried by aiohttp itself: a sixth of what the SDK takes for each."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from rmcoach_llm.chat.carrier import MOST_ERROR_BYTES, Refusal, Response, no_client
from rmcoach_llm.chat.faults import read_retry_after
from rmcoach_llm.chat.redaction import hide_in_logs
from rmcoach_llm.settings import ModelSettings
from rmcoach_llm.version import __version__

KEEP_ALIVE_S = 5.0
"""How long a connection may lie idle, as in the SDK: servers shut theirs, and a call on one is lost."""

ACCOUNT = (("OPENAI_ORG_ID", "OpenAI-Organization"), ("OPENAI_PROJECT_ID", "OpenAI-Project"))
"""Variables that the SDK sends as headers."""

_CONNECTING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class _Refused(Exception):
    """Carry an answer with a status from 400 on."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal


class Direct:
    """Post chat completions through one aiohttp session; keeps to `carrier.Carrier`.

    Sends what the SDK sends: the key, the account, no cookies; redirects are followed. Bodies come
    uncompressed, so that a small one cannot grow large in memory. Raises ConfigError where there is no key for
    OpenAI itself, or certificates cannot be loaded.
    """

    errors = (_Refused, aiohttp.ClientError, ConnectionError)

    def __init__(self, settings: ModelSettings, proxy: str | None = None) -> None:
        self._settings = settings
        self._proxy = proxy
        settings.key_to_send()
        if settings.api_key is not None:
            hide_in_logs(settings.api_key, "aiohttp.client")
        try:
            self._url = URL(f"{settings.base_url.rstrip('/')}/chat/completions")
            self._tls = _trusted() if self._url.scheme == "https" else True
        except (OSError, ValueError) as error:
            cause = type(error).__name__
        else:
            self._session: aiohttp.ClientSession | None = None
            return
        raise no_client(settings, cause)

    @asynccontextmanager
    async def post(self, body: Mapping[str, Any]) -> AsyncIterator[Response]:
        """Ask for a chat completion; raises one of `errors`, for a refusal too."""
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        session = self._session = self._session or self._opened()
        async with session.post(self._url, data=data, proxy=self._proxy) as response:
            if response.status >= 400:
                raise _Refused(await _refusal(response))
            yield Response(response.headers.get("content-type", ""), response.content.iter_any())

    def refusal(self, error: Exception) -> Refusal | None:
        """Give what an error says, if it is an answer of the endpoint."""
        return error.refusal if isinstance(error, _Refused) else None

    def connecting(self, error: Exception) -> bool:
        """Say whether there was no connection yet, so that nothing can have been charged for."""
        return isinstance(error, _CONNECTING)

    async def close(self) -> None:
        """Let all connections go; may be called twice."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """Open the session, which belongs to the running event loop."""
        account = {name: os.environ[key] for key, name in ACCOUNT if os.environ.get(key)}
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S, ssl=self._tls),
            headers={
                "Authorization": f"Bearer {self._settings.key_to_send()}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "Content-Type": "application/json",
                "User-Agent": f"rmcoach-llm/{__version__}",
                **account,
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.connect_s),
        )


def proxy_for(url: str) -> str | None:
    """Give the proxy that the environment names for an address, None where there is none.

    `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, and `NO_PROXY`, as curl reads them.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return None if not proxy or proxy_bypass(parts.hostname or "") else proxy


def _trusted() -> ssl.SSLContext:
    """Give what certificates are checked with: the same as in the SDK."""
    import httpx2

    return httpx2.create_ssl_context()


async def _refusal(response: aiohttp.ClientResponse) -> Refusal:
    """Read the beginning of an error's body: it may have no end."""
    start = bytearray()
    async for chunk in response.content.iter_any():
        start += chunk[: MOST_ERROR_BYTES - len(start)]
        if len(start) >= MOST_ERROR_BYTES:
            break
    text = start.decode(errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    return Refusal(response.status, body, read_retry_after(response.headers))
