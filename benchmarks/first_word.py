"""How long a trainee waits for the first word when a model listens, against a single call.

    python -m benchmarks.first_word [--first-s S] [--token-ms MS] [--runs N] [--json]

A server on loopback answers like a model: its first token after S seconds, then one every MS
milliseconds; the listener's answer comes whole. Prints the median seconds to the first word and
their ratio to a single call (local listener, model voice): for two calls in a row, and for a
reply that is begun while the model listens, with nothing unlocked and with a fact unlocked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rmcoach_llm.chat import create_openai_model, create_structured_model
from rmcoach_llm.library import Library
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.practice.listeners import LanguageListener
from rmcoach_llm.practice.model_listener import create_model_listener
from rmcoach_llm.practice.voices import create_model_voice
from rmcoach_llm.protocols import Listener, Parts
from rmcoach_llm.settings import ModelSettings
from rmcoach_llm.stores.sqlite import SqliteStore

CHAT = "Well, that is quite something."
QUESTION = "And how does a month-end close run with you today?"
LINE = "Nine working days where the calendar says six, and since we bought two firms never kept."
CLAIM = {"asks": [], "restates": [], "misstates": []}


class Model(BaseHTTPRequestHandler):
    """Answer chat completions at the pace of a model."""

    first_s = 0.5
    token_s = 0.02

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Send a claim whole, or a line word by word."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        time.sleep(self.first_s)
        self.send_response(200)
        if body.get("stream"):
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for word in LINE.split():
                self.send({"delta": {"content": f"{word} "}, "finish_reason": None})
                time.sleep(self.token_s)
            self.send({"delta": {}, "finish_reason": "stop"})
            return
        asked = ["close-length"] if QUESTION in body["messages"][-1]["content"] else []
        text = json.dumps({**CLAIM, "asks": asked, "does": ["acknowledgement"]})
        time.sleep(self.token_s * len(text) / 4)
        message = {"role": "assistant", "content": text}
        data = json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send(self, choice: dict[str, Any]) -> None:
        """Send one event of a stream."""
        self.wfile.write(f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n".encode())
        self.wfile.flush()


class OneAfterTheOther:
    """Hear with a model, and let nothing begin meanwhile: what a turn would cost without."""

    def __init__(self, listener: Listener) -> None:
        self.name = listener.name
        self.hear = listener.hear


async def first_word(listener: Listener, parts: Parts, line: str, store: SqliteStore) -> float:
    """Give the seconds from a line to the first word of the answer."""
    scenario = Library().scenario("finance-close-report")
    voice = create_model_voice(parts)
    name = f"s{time.perf_counter_ns()}"
    talk = Conversation.start(scenario, name, listener=listener, voice=voice, store=store)
    seen: list[float] = []

    async def show(piece: str) -> None:
        if piece.strip():
            seen.append(time.perf_counter())

    began = time.perf_counter()
    turn = await talk.say(line, on_text=show)
    assert turn.trace is not None
    assert turn.trace.fallback is None
    return seen[0] - began


async def measure(url: str, runs: int, store: SqliteStore) -> dict[str, float]:
    """Give the median seconds of each way; the ways alternate."""
    settings = ModelSettings(model="paced", base_url=url)
    model = create_openai_model(settings)
    structured = create_structured_model(model, settings)
    parts = Parts(prompt=Library().prompt, model=model, structured=structured)
    hearing = create_model_listener(parts)
    ways: dict[str, tuple[Listener, str]] = {
        "single_call": (LanguageListener(), QUESTION),
        "two_in_a_row": (OneAfterTheOther(hearing), CHAT),
        "begun_nothing_unlocked": (hearing, CHAT),
        "begun_fact_unlocked": (hearing, QUESTION),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for run in range(runs + 1):
        for way, (listener, line) in ways.items():
            took = await first_word(listener, parts, line, store)
            if run:  # the first round warms the connections
                times[way].append(took)
    await model.close()
    return {way: statistics.median(values) for way, values in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-s", type=float, default=Model.first_s)
    parser.add_argument("--token-ms", type=float, default=1000 * Model.token_s)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    Model.first_s, Model.token_s = options.first_s, options.token_ms / 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a reply is dropped
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "s.sqlite")
        seconds = asyncio.run(measure(url, options.runs, store))
        store.close()
    server.shutdown()
    result = {f"{way}_s": round(took, 3) for way, took in seconds.items()}
    result |= {
        f"{way}_to_single": round(took / seconds["single_call"], 2)
        for way, took in seconds.items()
        if way != "single_call"
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:34} {value}")


if __name__ == "__main__":
    main()
