"""A chat endpoint on loopback that sends the Authorization header back wherever it can."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    """Echo by address: `/<way>/v1`, where the way is `ok`, `cut`, `length` or a status."""

    protocol_version = "HTTP/1.0"

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    @property
    def echo(self) -> str:
        return str(self.headers["authorization"])

    def do_GET(self) -> None:
        names = [{"id": f"m-{self.echo}"}, {"id": self.echo.replace("-", "\u200b-")}]
        self.answer(200, "application/json", json.dumps({"data": names}).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        way = self.path.split("/")[1]
        if way.isdigit():
            names = ("message", "code", "type", "param")
            body = {"error": dict.fromkeys(names, f"context_length {self.echo}")}
            self.answer(int(way), "application/json", json.dumps(body).encode())
        elif asked.get("stream"):
            self.answer(200, "text/event-stream", b"".join(self.events(way)))
        else:
            text = self.text(way)
            body = self.chunk("message", text, "length" if way == "length" else "stop")
            self.answer(200, "application/json", json.dumps(body).encode())

    def text(self, way: str) -> str:
        """Give the key whole and, for all but `ok`, once more but for its last character."""
        told = f"Your key is {self.echo}, {self.echo.split()[1]}! It sk"
        return told if way == "ok" else told + self.echo.split()[1][2:-1]

    def events(self, way: str) -> list[bytes]:
        """Give the text character by character."""
        chunks = [self.chunk("delta", character, None) for character in self.text(way)]
        if way != "cut":
            chunks.append(self.chunk("delta", "", "length" if way == "length" else "stop"))
        return [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]

    def chunk(self, kind: str, text: str, finish: str | None) -> dict[str, Any]:
        words = {"role": "assistant", "content": text}
        return {
            "id": self.echo,
            "model": self.echo,
            "system_fingerprint": "x" * 180 + self.echo,
            "choices": [{"index": 0, kind: words, "finish_reason": finish}],
        }

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status, self.echo)
        self.send_header("content-type", kind)
        self.send_header("x-echo", self.echo)
        self.end_headers()
        self.wfile.write(body)


class EchoServer:
    """Serve echoes; a context manager that stops at its end."""

    def __enter__(self) -> EchoServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, way: str) -> str:
        """Give the base_url under which the server echoes in this way."""
        return f"http://127.0.0.1:{self._server.server_port}/{way}/v1"
