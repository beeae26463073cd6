"""What a chat endpoint may send: good answers, and bad ones by the name of their fault."""

from __future__ import annotations

import json
from typing import Any

OK_TEXT = "Well, the renewal is the part that worries us."
MODEL = "fake-1"
SSE_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
STREAM_OK = ("Hello ", "there.")


def completion(text: str | None = OK_TEXT, finish: str | None = "stop", **more: Any) -> bytes:
    """Give a chat completion body; `more` goes into the message, but `model` and `choices`."""
    model = more.pop("model", MODEL)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **more},
        "finish_reason": finish,
    }
    return json.dumps(
        {
            "id": "chatcmpl-x",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "system_fingerprint": "fp-1",
            "choices": [choice],
            "usage": {"prompt_tokens": 100, "completion_tokens": 12, "total_tokens": 112},
        }
    ).encode()


def error(code: str | None, kind: str, message: str, param: str | None = None) -> bytes:
    """Give an error body as OpenAI writes it."""
    return json.dumps(
        {"error": {"message": message, "type": kind, "param": param, "code": code}}
    ).encode()


def sse(text: str = "", finish: str | None = None, **delta: Any) -> bytes:
    """Give one stream event."""
    words = {"content": text, **delta} if text else delta
    choice = {"index": 0, "delta": words, "finish_reason": finish}
    body = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
    }
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def http(status: str, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """Give a whole HTTP response; `length` may lie about the body."""
    lines = {"content_type": "application/json", "connection": "close", **headers}
    lines["content_length"] = str(len(body) if length is None else length)
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def limited(**headers: str) -> bytes:
    """Give a 429 with these headers."""
    body = error("rate_limit_exceeded", "requests", "Rate limit reached")
    return http("429 Too Many Requests", body, **headers)


FIXED: dict[str, bytes] = {
    "http_429": limited(),
    "http_429_ra1": limited(retry_after="1"),
    "http_429_ra_huge": limited(retry_after="86400"),
    "http_429_ra_bad": limited(retry_after="-5; soon"),
    "insufficient_quota": http(
        "429 X", error("insufficient_quota", "insufficient_quota", "You exceeded")
    ),
    "http_500": http("500 X", error(None, "server_error", "upstream")),
    "http_502": http("502 X", error(None, "server_error", "upstream")),
    "http_503_html": http("503 X", b"<html><h1>nginx</h1></html>", content_type="text/html"),
    "http_401": http(
        "401 X", error("invalid_api_key", "x", "Incorrect API key: sk-CANARY********0001")
    ),
    "http_403": http(
        "403 X", error("unsupported_country_region_territory", "request_forbidden", "no")
    ),
    "http_404_model": http("404 X", error("model_not_found", "x", "The model `x` does not exist")),
    "context_length": http(
        "400 X", error("context_length_exceeded", "x", "maximum context length is 8192")
    ),
    "content_filter_400": http("400 X", error("content_filter", "x", "filtered")),
    "no_temperature": http("400 X", error("unsupported_value", "x", "Unsupported", "temperature")),
    "html_200": http("200 OK", b"<html>captive portal</html>", content_type="text/html"),
    "error_in_200": http("200 OK", error("server_error", "server_error", "boom")),
}
"""Answers that cost nothing."""

ANSWERS: dict[str, bytes] = {
    "malformed_json": http("200 OK", completion()[:-20]),
    "wrong_schema": http("200 OK", json.dumps({"id": 7, "choices": "none"}).encode()),
    "no_choices": http("200 OK", json.dumps({"model": MODEL, "choices": []}).encode()),
    "null_content": http("200 OK", completion(None)),
    "empty_content": http("200 OK", completion("")),
    "refusal": http("200 OK", completion(None, refusal="I can't help with that.")),
    "length": http("200 OK", completion("Well, the ren", "length")),
    "content_filter": http("200 OK", completion("", "content_filter")),
    "other_model": http("200 OK", completion(model="cheap-mini-0")),
    "lone_surrogate": http("200 OK", completion("bad \ud800 text")),
    "ansi_reply": http("200 OK", completion("\x1b]52;c;ZWNobyBwd25lZA==\x07\x1b[2Jhi")),
    "short_body": http("200 OK", completion()[:60], length=len(completion())),
    "stream_cut_clean": SSE_HEAD + b"\r\n" + sse("Hello ") + sse("the"),
    "stream_cut_mid_json": SSE_HEAD + b"\r\n" + sse("Hello ") + sse("there")[:40],
    "stream_cut_mid_utf8": SSE_HEAD
    + b"\r\n"
    + sse("Hello ")
    + b'data: {"choices":[{"delta":{"content":"\xf0\x9f',
    "stream_bad_utf8": SSE_HEAD + b"\r\n" + sse("Hello ") + b'data: "\xf0\x9f"\n\n',
    "stream_bad_json": SSE_HEAD + b"\r\n" + sse("Hello ") + b"data: {oops\n\n",
    "stream_cut_chunked": SSE_HEAD
    + b"transfer-encoding: chunked\r\n\r\n"
    + b"".join(b"%x\r\n%b\r\n" % (len(e), e) for e in (sse("Hello "), sse("the"))),
    "stream_error_event": SSE_HEAD
    + b"\r\n"
    + sse("Hello ")
    + b"data: "
    + error("server_error", "server_error", "overloaded")
    + b"\n\n",
    "stream_error_first": SSE_HEAD
    + b"\r\n"
    + b"data: "
    + error("server_error", "x", "busy")
    + b"\n\n",
    "stream_empty": SSE_HEAD + b"\r\n" + sse("", "stop") + b"data: [DONE]\n\n",
    "stream_refusal": SSE_HEAD
    + b"\r\n"
    + sse(refusal="No.")
    + sse("", "stop")
    + b"data: [DONE]\n\n",
}
"""Answers that a provider charges for."""
