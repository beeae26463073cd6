"""An OpenAI-compatible server on loopback that fails on purpose, one way per address.

`http://127.0.0.1:PORT/<fault>/v1` fails always, `/<fault>:2/v1` only for the first two requests.
It counts requests, what a provider would have charged for, and connections that callers dropped.
Run it from the tests folder to try a fault by hand: `python -m support.fault_server [PORT]`.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from support.chat_answers import (
    ANSWERS,
    FIXED,
    MODEL,
    SSE_HEAD,
    STREAM_OK,
    completion,
    error,
    http,
    limited,
    sse,
)


@dataclass
class Caller:
    """Hold one connection whose request has been read."""

    socket: socket.socket
    name: str
    body: dict[str, Any]
    server: FaultServer

    def send(self, data: bytes) -> None:
        """Send bytes; raises OSError when the caller has gone."""
        self.socket.sendall(data)

    def bill(self) -> None:
        """Count an answer that a provider would charge for."""
        with self.server.lock:
            self.server.billed[self.name] += 1

    def ok(self) -> None:
        """Answer as a good server does, streamed if asked."""
        self.bill()
        if not self.body.get("stream"):
            self.send(http("200 OK", completion()))
            return
        usage = json.dumps(
            {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 2}}
        ).encode()
        words = b"".join(map(sse, STREAM_OK)) + sse("", "stop") + b"data: " + usage + b"\n\n"
        self.send(SSE_HEAD + b"\r\n" + words + b"data: [DONE]\n\n")

    def repeat(self, pieces: Iterable[bytes], every_s: float) -> None:
        """Send pieces with pauses until they end or the caller goes."""
        for piece in pieces:
            self.send(piece)
            self.wait(every_s)

    def wait(self, seconds: float) -> None:
        """Wait, and raise OSError as soon as the caller has gone."""
        self.socket.settimeout(seconds)
        try:
            gone = self.socket.recv(1) == b""
        except TimeoutError:
            return
        finally:
            self.socket.settimeout(60)
        if gone:
            raise ConnectionResetError


def _read_timeout(caller: Caller) -> None:
    caller.bill()
    caller.wait(30)


def _drip(caller: Caller) -> None:
    caller.bill()
    body = http("200 OK", completion())
    caller.repeat((body[i : i + 1] for i in range(len(body))), 0.2)


def _reset(caller: Caller) -> None:
    caller.bill()
    caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _stream_hang(caller: Caller) -> None:
    caller.bill()
    caller.send(SSE_HEAD + b"\r\n" + sse("Hello "))
    caller.wait(30)


def _stream_mute(caller: Caller) -> None:
    caller.bill()
    caller.send(SSE_HEAD + b"\r\n" + sse(role="assistant"))
    caller.wait(30)


def _stream_open_end(caller: Caller) -> None:
    caller.bill()
    caller.send(SSE_HEAD + b"\r\n" + sse("Hello.") + sse("", "stop"))
    caller.wait(30)


def _stream_keepalive(caller: Caller) -> None:
    caller.bill()
    caller.send(SSE_HEAD + b"\r\n" + sse("Hello "))
    caller.repeat((b": ping\n\n" for _ in range(150)), 0.2)


def _stream_slow(caller: Caller) -> None:
    caller.bill()
    caller.send(SSE_HEAD + b"\r\n")
    caller.repeat((sse("word ") for _ in range(500)), 0.05)


def _endless(first: bytes, piece: bytes, *, billed: bool = True) -> Callable[[Caller], None]:
    def answer(caller: Caller) -> None:
        if billed:
            caller.bill()
        caller.send(first)
        block = piece * 200
        while True:
            caller.send(block)

    return answer


def _refuses(parameter: str) -> Callable[[Caller], None]:
    def answer(caller: Caller) -> None:
        if parameter in caller.body:
            caller.send(
                http("400 X", error(None, "x", f"Unrecognized argument: {parameter}", None))
            )
        else:
            caller.ok()

    return answer


def _token_bucket(caller: Caller) -> None:
    caller.wait(0.01)
    if caller.server.take_token():
        caller.ok()
    else:
        headers = caller.server.bucket_headers
        caller.send(limited(**headers))


def _models(caller: Caller, fault: str) -> None:
    if fault == "read_timeout":
        caller.wait(30)
    names = [{"id": name} for name in caller.server.models]
    caller.send(http("200 OK", json.dumps({"object": "list", "data": names}).encode()))


def _json_prompt(caller: Caller) -> None:
    """Refuse every response_format, as the simplest servers do."""
    if "response_format" in caller.body:
        caller.send(
            http(
                "400 X", error(None, "invalid_request_error", "response_format", "response_format")
            )
        )
    else:
        caller.bill()
        caller.send(http("200 OK", completion('Here:\n```json\n{"word": "yes", "number": 3}\n```')))


SCENES: dict[str, Callable[[Caller], None]] = {
    "ok": Caller.ok,
    "read_timeout": _read_timeout,
    "drip": _drip,
    "reset": _reset,
    "stream_hang": _stream_hang,
    "stream_mute": _stream_mute,
    "stream_open_end": _stream_open_end,
    "stream_keepalive": _stream_keepalive,
    "stream_slow": _stream_slow,
    "stream_endless": _endless(SSE_HEAD + b"\r\n", sse("word ")),
    "stream_endless_line": _endless(SSE_HEAD + b"\r\ndata: ", b"x" * 1000),
    "endless_body": _endless(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n", b" " * 1000
    ),
    "endless_error": _endless(
        b"HTTP/1.1 500 X\r\ncontent-type: application/json\r\n\r\n", b" " * 1000, billed=False
    ),
    "no_stream_options": _refuses("stream_options"),
    "no_max_tokens": _refuses("max_tokens"),
    "no_json": _json_prompt,
    "token_bucket": _token_bucket,
}


@dataclass
class FaultServer:
    """Serve faults from threads of this process; a context manager that stops at its end."""

    models: tuple[str, ...] = (MODEL,)
    port_wanted: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    billed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    starts: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    bucket_rate: float = 10.0
    bucket_size: float = 10.0
    bucket_headers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> FaultServer:
        self._socket = socket.create_server(("127.0.0.1", self.port_wanted), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self._tokens, self._filled_at = self.bucket_size, time.monotonic()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def url(self, fault: str = "ok", scheme: str = "http") -> str:
        """Give the base_url under which this fault happens."""
        return f"{scheme}://127.0.0.1:{self.port}/{fault}/v1"

    def take_token(self) -> bool:
        """Take one token of the rate limit, if there is one."""
        with self.lock:
            now = time.monotonic()
            filled = self._tokens + (now - self._filled_at) * self.bucket_rate
            self._tokens, self._filled_at = min(self.bucket_size, filled), now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        name = ""
        with connection:
            try:
                connection.settimeout(60)
                name, caller = self._read(connection)
                if caller is not None:
                    self._answer(caller)
            except OSError:
                with self.lock:
                    self.dropped[name] += 1

    def _read(self, connection: socket.socket) -> tuple[str, Caller | None]:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65_536)
            if not piece or data[:1] == b"\x16" or piece[:1] == b"\x16":
                with self.lock:
                    self.requests["no_http"] += 1
                return "no_http", None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin1").split("\r\n")
        headers = {
            k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)
        }
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65_536)
        path = lines[0].split(" ")[1].strip("/")
        name = path.split("/")[0] + (" models" if path.endswith("/models") else "")
        sent = json.loads(body) if body else {}
        with self.lock:
            self.requests[name] += 1
            self.starts[name].append(time.monotonic())
            self.bodies[name].append(sent)
        return name, Caller(connection, name, sent, self)

    def _answer(self, caller: Caller) -> None:
        fault, _, most = caller.name.partition(":")
        if most and self.requests[caller.name] > int(most):
            fault = "ok"
        if fault in FIXED:
            caller.send(FIXED[fault])
        elif fault in ANSWERS:
            caller.bill()
            caller.send(ANSWERS[fault])
        elif fault.endswith(" models"):
            known = fault.removesuffix(" models").partition(":")[0]
            caller.send(FIXED[known]) if known in FIXED else _models(caller, known)
        elif fault in SCENES:
            SCENES[fault](caller)
        else:
            caller.send(http("404 Not Found", error("unknown_fault", "x", "no such fault")))


if __name__ == "__main__":
    with FaultServer(port_wanted=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(running.url("ok"), flush=True)
        threading.Event().wait()
