"""A judge on loopback that keeps a bill: what a provider would have charged for, by request.

It answers any JSON schema with a value that fits it, every behaviour not observed, and bills each
answer before it sends it: who is killed in between has paid and does not know.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

ASKED = re.compile(r"^(?:[+-]|levels) (\S+?)(?: \(.*\))?:", re.M)
"""A line of the judge's list: its sign, then the id."""

STATUS = {200: "OK", 429: "Too Many Requests", 500: "Internal Server Error"}
FAULTS = ("429", "500", "drop", "lost", "malformed", "truncated", "empty", "refusal", "silence")
"""`drop` breaks the connection before it is billed, `lost` after that; `silence` says nothing."""

SILENCE_S = 60.0
LOOK_S = 0.1

Fault = Callable[[int, str], str | None]
"""Give the fault of a request, by its number from 1 and the words of its last message."""


def no_fault(_number: int, _text: str) -> str | None:
    """Answer every request."""
    return None


def filled(schema: dict[str, Any], ids: list[str], root: dict[str, Any] | None = None) -> Any:
    """Give a value that fits a JSON schema, all properties present; of a choice, the plain no.

    A list of entries with an `id` has one entry for each of `ids`; other lists are empty.

    >>> verdict = {"enum": ["observed", "not_observed"]}
    >>> filled({"type": "object", "properties": {"a": verdict}}, [])
    {'a': 'not_observed'}
    """
    root = schema if root is None else root
    if "$ref" in schema:
        found: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return filled(found, ids, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return "not_observed" if "not_observed" in schema["enum"] else schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return filled(schema[choice][0], ids, root)
    if "properties" in schema:
        return {name: filled(part, ids, root) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        entry = filled(schema["items"], ids, root)
        named = isinstance(entry, dict) and "id" in entry
        return [{**entry, "id": name} for name in ids] if named else []
    plain: dict[str, Any] = {
        "integer": 0,
        "number": 0,
        "boolean": False,
        "null": None,
        "object": {},
    }
    return plain.get(str(schema.get("type")), "x")


def judged(body: dict[str, Any]) -> str:
    """Give the text of a good answer to a request."""
    words = "\n".join(message["content"] for message in body["messages"])
    wanted = (body.get("response_format") or {}).get("json_schema")
    return json.dumps(filled(wanted["schema"], ASKED.findall(words))) if wanted else "Fine."


class BillingJudge:
    """Serve answers in a thread of its own; a context manager that stops at its end.

    Each answer takes `latency_s` (least, most) before it is billed and again before it is sent.
    `bill` counts by the digest of the request's body; `texts` has the last message of each.
    """

    def __init__(
        self,
        latency_s: tuple[float, float] = (0.01, 0.06),
        fault: Fault = no_fault,
        *,
        seed: int = 1,
    ) -> None:
        self.bill: Counter[str] = Counter()
        self.texts: dict[str, str] = {}
        self.requests = 0
        self.most_at_once = 0
        self.changed = threading.Condition()
        self.fault = fault
        self._latency_s = latency_s
        self._draw = random.Random(seed)
        self._under_way = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def billed(self) -> int:
        """Give how many answers were billed."""
        return self.bill.total()

    def __enter__(self) -> BillingJudge:
        self._thread.start()
        made = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**24)
        self._server = asyncio.run_coroutine_threadsafe(made, self._loop).result()
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for _ in range(3):  # the sockets are let go in the next steps of the loop
            await asyncio.sleep(0)

    def wait(self, until: Callable[[], bool], most_s: float) -> bool:
        """Wait until something holds, of the bill or of a process; say whether it does.

        Nobody tells of a process that ends: it is looked at now and then.
        """
        ends = time.monotonic() + most_s
        with self.changed:
            while not until():
                left = ends - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, LOOK_S))
            return True

    def settled(self) -> bool:
        """Wait until no request is under way."""
        return self.wait(lambda: self._under_way == 0, 10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: *(\d+)", head, re.I)
                raw = await reader.readexactly(int(length[1]) if length else 0)
                self._count(1)
                try:
                    await self._answer(raw, writer)
                finally:
                    self._count(-1)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # who asked has gone, or was dropped on purpose
        except asyncio.CancelledError:
            writer.transport.abort()
            raise

    def _count(self, more: int) -> None:
        with self.changed:
            self._under_way += more
            self.requests += more > 0
            self.most_at_once = max(self.most_at_once, self._under_way)
            self.changed.notify_all()

    async def _answer(self, raw: bytes, writer: asyncio.StreamWriter) -> None:
        body = json.loads(raw)
        text = body["messages"][-1]["content"]
        with self.changed:
            fault = self.fault(self.requests, text)
        await asyncio.sleep(self._draw.uniform(*self._latency_s))
        if fault in ("429", "500", "drop"):
            self._fail(fault, writer)
            return
        with self.changed:
            digest = hashlib.sha256(raw).hexdigest()
            self.bill[digest] += 1
            self.texts[digest] = text
            self.changed.notify_all()
        await asyncio.sleep(self._draw.uniform(*self._latency_s))
        if fault == "lost":
            self._fail("drop", writer)
        else:
            await asyncio.sleep(SILENCE_S if fault == "silence" else 0)
            _send(writer, 200, _completion(body, fault))

    def _fail(self, fault: str, writer: asyncio.StreamWriter) -> None:
        if fault == "drop":
            writer.transport.abort()
            raise ConnectionResetError
        kind = "rate_limit_exceeded" if fault == "429" else "server_error"
        error = {"error": {"message": "not now", "type": kind, "code": kind}}
        _send(writer, int(fault), error, "retry-after: 0.05\r\n" if fault == "429" else "")


def _completion(body: dict[str, Any], fault: str | None) -> dict[str, Any]:
    good = judged(body)
    text = {"malformed": good.replace('"', "'")[:-2], "truncated": good[:40], "empty": ""}
    message: dict[str, Any] = {"role": "assistant", "content": text.get(fault or "", good)}
    if fault == "refusal":
        message = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "length" if fault == "truncated" else "stop",
    }
    usage = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [choice],
        "usage": usage,
    }


def _send(writer: asyncio.StreamWriter, status: int, value: dict[str, Any], more: str = "") -> None:
    data = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} {STATUS[status]}\r\ncontent-type: application/json\r\n{more}"
    writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
