"""Many calls at a time go through aiohttp itself, and send what the SDK sends."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.chat_asking import CANARY, ask
from support.talk_server import TalkServer

from rmcoach_llm.chat.carrier import MANY_CALLS, Carrier, create_carrier
from rmcoach_llm.chat.client import Clients
from rmcoach_llm.settings import ModelSettings

pytest.importorskip("aiohttp")

MakeSettings = Callable[..., ModelSettings]
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
ANSWER = {
    "model": "fake-1",
    "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Costs."}}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
}
LOADED = """
import sys
from rmcoach_llm.cli import cli
try:
    cli.main(sys.argv[1:], standalone_mode=False)
except SystemExit as end:
    print("code", end.code)
print("loaded", *sorted({"openai", "httpx2", "aiohttp"} & set(sys.modules)))
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the tester has set for proxies and accounts out of the environment."""
    for name in (*PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)


class Noting(BaseHTTPRequestHandler):
    """Note each request, and answer, or send on to another path."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, dict[str, str], Any]]
    moved: bool = False

    def do_POST(self) -> None:
        """Answer a chat completion."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.path, headers, json.loads(body)))
        if self.moved and not self.path.endswith("/there"):
            self.send_response(307)
            self.send_header("Location", "/there")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "seen=1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def noting(**more: Any) -> Iterator[tuple[str, list[tuple[str, dict[str, str], Any]]]]:
    """Serve on loopback; gives the address and what was asked."""
    seen: list[tuple[str, dict[str, str], Any]] = []
    handler = type("Handler", (Noting,), {"seen": seen, **more})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


def carrier_of(settings: ModelSettings) -> Carrier:
    """Give the carrier that settings choose, and let it go again."""
    made = create_carrier(settings)
    asyncio.run(made.close())
    return made


def test_both_ways_send_the_same(settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Path, key, account, body and the wish for an uncompressed answer are those of the SDK."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    with noting() as (url, seen):
        for calls in (8, MANY_CALLS):
            made = settings(base_url=f"{url}/v1/", deadline_s=10, max_concurrency=calls)
            assert ask(made).error is None
    (path, headers, body), (direct_path, direct_headers, direct_body) = seen
    assert (path, body) == (direct_path, direct_body)
    assert direct_headers["authorization"] == f"Bearer {CANARY}"
    for name in (
        "authorization", "openai-organization", "openai-project", "accept", "accept-encoding",
        "content-type", "content-length",
    ):  # fmt: skip
        assert headers[name] == direct_headers[name], name
    assert "openai" in headers["user-agent"].lower()
    assert "rmcoach-llm" in direct_headers["user-agent"]


def test_a_redirect_is_followed_and_no_cookie_kept(settings: MakeSettings) -> None:
    """A request that is sent on arrives whole with its key; cookies are not sent back."""
    with noting(moved=True) as (url, seen):
        made = settings(base_url=f"{url}/v1", deadline_s=10, max_concurrency=MANY_CALLS)
        assert ask(made).error is None
        assert ask(made).error is None
    assert [path for path, _, _ in seen] == ["/v1/chat/completions", "/there"] * 2
    assert all(headers["authorization"] == f"Bearer {CANARY}" for _, headers, _ in seen)
    assert not any("cookie" in headers for _, headers, _ in seen)
    assert seen[0][2] == seen[1][2]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_asked(
    name: str, settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests go to the proxy with the whole address, but not those that NO_PROXY names."""
    with noting() as (proxy, asked), noting() as (url, seen):
        monkeypatch.setenv(name.lower(), proxy)
        far = settings(base_url="http://far.invalid/v1", deadline_s=10, max_concurrency=MANY_CALLS)
        assert ask(far).error is None
        assert [path for path, _, _ in asked] == ["http://far.invalid/v1/chat/completions"]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        near = settings(base_url=f"{url}/v1", deadline_s=10, max_concurrency=MANY_CALLS)
        assert ask(near).error is None
        assert (len(asked), len(seen)) == (1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENAI_CUSTOM_HEADERS", "X-Team: 1"), ("all_proxy", "https://proxy.invalid:8443")],
)
def test_what_only_the_sdk_can_do_is_left_to_it(
    name: str, value: str, settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headers of the environment and proxies over TLS are the SDK's, however many calls there are."""
    many = settings(max_concurrency=MANY_CALLS)
    assert not isinstance(carrier_of(many), Clients)
    assert isinstance(carrier_of(settings(max_concurrency=MANY_CALLS - 1)), Clients)
    monkeypatch.setenv(name, value)
    assert isinstance(carrier_of(many), Clients)


def test_a_batch_of_many_calls_does_not_load_the_sdk(tmp_path: Path) -> None:
    """From so many calls at a time on a batch does not load the SDK, which takes as long as all else."""
    (tmp_path / "a.txt").write_text("Trainee: What keeps you up?\nStakeholder: Late reports.\n")
    with TalkServer(lambda _: "{}") as server:
        loaded = [_loaded(tmp_path, server.url, calls) for calls in (MANY_CALLS, 8)]
    assert loaded == ["loaded aiohttp", "loaded aiohttp httpx2 openai"]


def _loaded(folder: Path, url: str, calls: int) -> str:
    options = ("--model", "m", "--base-url", url, "--concurrency", str(calls))
    store = ("--store", str(folder / f"{calls}.db"))
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "score", str(folder / "a.txt"), *store, *options],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]
