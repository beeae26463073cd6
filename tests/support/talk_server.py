"""A chat endpoint on loopback that answers as a test tells it to, streamed word by word."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Answer = Callable[[dict[str, Any]], str]


class TalkServer:
    """Serve chat completions; `bodies` holds every request, `word_s` paces a stream.

    `seen` holds the bodies of all servers of a test. `first_s` is the time to the first word, `whole_s` to an answer that is not streamed;
    `streamed` counts the streams that were read to their end, `left` those that were not.
    """

    seen: ClassVar[list[dict[str, Any]]] = []

    def __init__(
        self,
        answer: Answer,
        *,
        models: tuple[str, ...] = ("talk-1",),
        word_s: float = 0.0,
        first_s: float = 0.0,
        whole_s: float = 0.0,
    ) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.streamed = self.left = 0
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                self.whole(
                    {"object": "list", "data": [{"id": m, "object": "model"} for m in models]}
                )

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.bodies.append(body)
                outer.seen.append(body)
                outer.headers.append(dict(self.headers))
                text = answer(body)
                time.sleep(first_s if body.get("stream") else whole_s)
                if body.get("stream"):
                    self.stream(body["model"], text)
                    outer.streamed += 1
                else:
                    self.whole(completion(body["model"], text))

            def whole(self, payload: dict[str, Any]) -> None:
                data = json.dumps(payload).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def stream(self, model: str, text: str) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                for i, word in enumerate(text.split(" ")):
                    self.event(model, {"content": word if i == 0 else f" {word}"}, None)
                    time.sleep(word_s)
                self.event(model, {}, "stop")
                self.wfile.write(b"data: [DONE]\n\n")

            def event(self, model: str, delta: dict[str, str], finish: str | None) -> None:
                choice = {"index": 0, "delta": delta, "finish_reason": finish}
                chunk = {
                    "id": "c", "object": "chat.completion.chunk", "created": 1,
                    "model": model, "choices": [choice],
                }  # fmt: skip
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = self._lost  # type: ignore[method-assign] # callers may leave
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def _lost(self, *_: object) -> None:
        self.left += 1

    def __enter__(self) -> TalkServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def completion(model: str, text: str) -> dict[str, Any]:
    """Give a whole chat completion."""
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": model,
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60},
    }  # fmt: skip


def filled(schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """Give the plainest value that fits a JSON schema: last of an enum, empty lists."""
    root = schema if root is None else root
    if "$ref" in schema:
        return filled(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][-1]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return filled(schema[key][-1], root)
    kind = schema.get("type")
    if kind == "object":
        return {name: filled(part, root) for name, part in schema.get("properties", {}).items()}
    return {"array": [], "string": "none", "null": None, "boolean": False}.get(kind, 0)


LINE = "Nine working days, and most of it goes into chasing what does not match."


def plain_answer(body: dict[str, Any]) -> str:
    """Answer as a good model does: a stakeholder's line, or the plainest JSON that fits."""
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    return json.dumps(filled(schema)) if schema else LINE
