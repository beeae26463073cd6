"""Whether what came back is an answer: pure functions of parsed JSON, no server is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from rmcoach_llm.chat.faults import Endpoint, body_fault
from rmcoach_llm.chat.redaction import Redactor, redacted
from rmcoach_llm.domain import ChatReply, Usage, clean_text, is_control
from rmcoach_llm.errors import BadReply, ContentFiltered, ModelDeclined, ModelError, ReplyCut

COMPLETE = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete"})
AT_LIMIT = frozenset({"length", "max_tokens", "model_length"})
FILTERED = frozenset({"content_filter", "safety"})
_DATED = re.compile(r"-\d{4}(-?\d{2}-?\d{2})?$")


class ReplyTooLong(ReplyCut):
    """Report an answer cut by a limit on its length; the same request would be cut again."""

    retryable = False


class EventReader:
    """Cut a byte stream into the data of server-sent events (WHATWG HTML, 9.2).

    `feed` yields the events that are complete; comments and other fields are left out. Raises
    BadReply for bytes that are no UTF-8 and ReplyTooLong for a line above `max_line` bytes.

    >>> list(EventReader(100).feed(b'data: {}\\n\\n: ping\\n\\ndata: [DO'))
    ['{}']
    """

    def __init__(self, max_line: int) -> None:
        self._max_line = max_line
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Yield the data of each event that this piece completes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            event = self._line(line.rstrip(b"\r"))
            if event is not None:
                yield event
        if len(self._rest) > self._max_line:
            raise ReplyTooLong("a single event of the stream is larger than any answer may be")

    def _line(self, line: bytes) -> str | None:
        if not line:
            event, self._data = "\n".join(self._data), []
            return event or None
        if line.startswith(b"data:"):
            self._data.append(_decoded(line[5:].removeprefix(b" ")))
        return None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BadReply(
            "the answer is not UTF-8 text", remedy="try again", maybe_billed=True
        ) from None


@dataclass
class Answer:
    """Gather what an endpoint has said so far, in one body or event by event.

    The `key` is hidden in all that is kept. What may be its beginning is not yet in `text`:
    `end` adds it, once nothing more comes.
    """

    at: Endpoint
    text: str = ""
    refusal: str = ""
    finish: str = ""
    model: str = ""
    fingerprint: str | None = None
    usage: Usage = field(default_factory=lambda: Usage(calls=1))
    key: SecretStr | None = None

    def __post_init__(self) -> None:
        self._words = Redactor(self.key)

    def add_body(self, body: bytes) -> None:
        """Take a whole reply that came as one JSON body; raises a `ModelError` for any other."""
        value = parse_json(_decoded(body), "the answer")
        choice = self._add(value)
        if choice is None:
            raise BadReply(f"{self.at.host}: the answer holds no choice", maybe_billed=True)
        self._add_words(choice.get("message"))
        self.end()

    def add_event(self, data: str) -> tuple[str, bool]:
        """Take the data of one stream event; give its new text, and whether the model is at work.

        Events without a choice (usage, say) are no answer but no fault either.
        """
        choice = self._add(parse_json(data, "an event of the stream"))
        return ("", False) if choice is None else self._add_words(choice.get("delta"))

    def _add(self, value: object) -> Mapping[str, object] | None:
        if not isinstance(value, Mapping):
            raise BadReply(f"{self.at.host}: the answer is no JSON object", maybe_billed=True)
        if value.get("error"):
            raise body_fault(value, self.at)
        self.model = shown_name(value.get("model"), self.key) or self.model
        fingerprint = shown_name(value.get("system_fingerprint"), self.key)
        self.fingerprint = fingerprint or self.fingerprint
        self.usage = _usage(value.get("usage")) or self.usage
        choices = value.get("choices")
        if choices in ([], None):
            return None
        if not isinstance(choices, list) or not isinstance(choices[0], Mapping):
            raise BadReply(f"{self.at.host}: the answer has not the agreed form", maybe_billed=True)
        choice: Mapping[str, object] = choices[0]
        self.finish = str(choice.get("finish_reason") or "").lower() or self.finish
        return choice

    def _add_words(self, words: object) -> tuple[str, bool]:
        if not isinstance(words, Mapping):
            return "", False
        content, refusal = words.get("content"), words.get("refusal")
        if not isinstance(content, str | None) or not isinstance(refusal, str | None):
            raise BadReply(f"{self.at.host}: the answer's content is no text", maybe_billed=True)
        new = self._words.feed(clean_text(content or ""))
        self.text += new
        self.refusal += refusal or ""
        at_work = any(isinstance(v, str) and v for k, v in words.items() if k != "role")
        return new, at_work

    def end(self) -> str:
        """Note that nothing more comes; give the text that was held back."""
        held = self._words.rest()
        self.text += held
        return held

    def fault(self) -> ModelError | None:
        """Say what is wrong with the finished answer, None if it is whole."""
        host = self.at.host
        if self.refusal.strip():
            return ModelDeclined(f"{host}: the model refused to answer", maybe_billed=True)
        if self.finish in FILTERED:
            return ContentFiltered(
                f"{host}: the content filter stopped the answer", maybe_billed=True
            )
        if self.finish in AT_LIMIT:
            return ReplyTooLong(
                f"{host}: the answer was cut at its length limit",
                remedy="ask for less, or allow more tokens",
                partial=self.text,
            )
        if not self.finish:
            return ReplyCut(
                f"{host}: the answer ended before it was complete",
                remedy="try again",
                partial=self.text,
            )
        if not self.text.strip():
            return BadReply(f"{host}: the answer is empty", remedy="try again", maybe_billed=True)
        if self.finish not in COMPLETE:
            return ReplyCut(
                f"{host}: the answer was broken off", remedy="try again", partial=self.text
            )
        return None

    def reply(self) -> ChatReply:
        """Give the finished answer; where the endpoint names no model, the one asked for stands."""
        return ChatReply(
            text=self.text,
            model=self.model or self.at.model,
            system_fingerprint=self.fingerprint,
            usage=self.usage,
        )


def parse_json(text: str, what: str) -> object:
    """Read JSON; raises BadReply for text that is none, however deep or odd.

    >>> parse_json("[" * 100_000, "the answer")
    Traceback (most recent call last):
    rmcoach_llm.errors.BadReply: the answer is not valid JSON: try again
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadReply(f"{what} is not valid JSON", remedy="try again", maybe_billed=True) from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def shown_name(value: object, key: SecretStr | None = None) -> str | None:
    """Give a name that a server sent: visible characters, at most 200, the `key` hidden.

    None if there is none.
    """
    if not isinstance(value, str):
        return None
    visible = "".join(c for c in value if not is_control(c)).strip()
    return redacted(visible, key)[:200] or None


def _usage(value: object) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    prompt, completion = (
        _count(value.get(name)) for name in ("prompt_tokens", "completion_tokens")
    )
    return Usage(
        calls=1,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=_cached(value, prompt),
    )


def _cached(usage: Mapping[object, object], prompt: int) -> int | None:
    """Give the prompt's tokens that were kept from before: as OpenAI says it, or as DeepSeek does."""
    details = usage.get("prompt_tokens_details")
    said = details.get("cached_tokens") if isinstance(details, Mapping) else None
    said = usage.get("prompt_cache_hit_tokens") if said is None else said
    return None if said is None else min(_count(said), prompt)


def _count(value: object) -> int:
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
        else 0
    )


def same_model(asked: str, served: str) -> bool:
    """Say whether a served model is the one asked for, a dated snapshot of it included.

    >>> same_model("gpt-x", "gpt-x-2026-01-31"), same_model("gpt-x", "gpt-x-mini")
    (True, False)
    """
    asked, served = asked.removesuffix(":latest"), served.removesuffix(":latest")
    return asked in (served, _DATED.sub("", served))
