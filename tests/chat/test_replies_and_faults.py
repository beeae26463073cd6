"""What an endpoint sends is read without trust, and its failures told in our own words."""

from __future__ import annotations

import ssl
import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.chat.faults import (
    Complaint,
    Endpoint,
    body_fault,
    connection_fault,
    read_complaint,
    read_retry_after,
    status_fault,
)
from rmcoach_llm.chat.replies import Answer, EventReader, ReplyTooLong, same_model
from rmcoach_llm.chat.retry import attempts_for
from rmcoach_llm.chat.wire import Dialect
from rmcoach_llm.domain import ChatMessage, ChatRequest, estimated_tokens
from rmcoach_llm.errors import (
    AccessDenied,
    BadReply,
    ContentFiltered,
    ContextTooLong,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    ModelUnreachable,
    QuotaExhausted,
    RateLimited,
    ReplyCut,
    RequestRejected,
    ServerFault,
    TlsFailure,
)

AT = Endpoint("h", "m")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda v: (
        st.lists(v, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "error",
                    "message",
                    "delta",
                    "content",
                    "finish_reason",
                    "usage",
                    "model",
                    "refusal",
                ]
            ),
            v,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(json_values)
def test_any_json_is_an_answer_or_a_model_error(value: object) -> None:
    """Whatever JSON comes, in a body or a stream, nothing but a ModelError is raised."""
    import json

    body = json.dumps(value)
    for take in (lambda a: a.add_body(body.encode()), lambda a: a.add_event(body)):
        answer = Answer(AT)
        try:
            take(answer)
        except ModelError:
            continue
        assert isinstance(answer.text, str)
        assert answer.fault() is not None or answer.reply().text.strip()


@given(
    st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n", codec="utf-8"), min_size=1)),
    st.data(),
)
def test_events_do_not_depend_on_how_bytes_arrive(words: list[str], data: st.DataObject) -> None:
    """The same events come out however the stream is cut, within characters too."""
    stream = b"".join(f": ping\r\n\r\nid: 3\ndata: {word}\n\n".encode() for word in words)
    reader, found, place = EventReader(10_000), [], 0
    while place < len(stream):
        size = data.draw(st.integers(1, 40))
        found += list(reader.feed(stream[place : place + size]))
        place += size
    assert found == words


def test_events_over_several_lines_are_joined() -> None:
    """Lines of data of one event are joined by line breaks; a line without end is refused."""
    assert list(EventReader(100).feed(b"data: a\ndata:b\n\n")) == ["a\nb"]
    with pytest.raises(ReplyTooLong):
        list(EventReader(100).feed(b"x" * 101))


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            400,
            {"error": {"message": "This model's maximum context length is 8192"}},
            ContextTooLong,
        ),
        (400, {"error": {"type": "exceed_context_size_error"}}, ContextTooLong),
        (400, "the context size is too small", ContextTooLong),
        (413, None, ContextTooLong),
        (400, {"error": {"code": "ResponsibleAIPolicyViolation"}}, ContentFiltered),
        (400, {"error": {"code": "model_not_found"}}, ModelNotFound),
        (404, "<html>", ModelNotFound),
        (400, {"error": "bad"}, RequestRejected),
        (422, {"error": {"message": "'seed' is unknown"}}, RequestRejected),
        (402, None, QuotaExhausted),
        (429, None, RateLimited),
        (400, {"error": {"code": "rate_limit_exceeded"}}, RateLimited),
        (401, None, AccessDenied),
        (400, {"error": {"code": "invalid_api_key"}}, AccessDenied),
        (408, None, ModelTimeout),
        (504, None, ModelTimeout),
        (409, None, ServerFault),
        (529, [], ServerFault),
    ],
)
def test_each_status_has_its_error(status: int, body: object, expected: type[ModelError]) -> None:
    """Servers word the same failure in many ways; it is one error."""
    fault = status_fault(status, read_complaint(body), AT)
    assert type(fault) is expected
    assert str(fault).startswith("h: ")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"code": 429}}, RateLimited),
        ({"error": {"code": 503}}, ServerFault),
        ({"error": {"code": 999}}, RequestRejected),
        ({"error": {"code": "insufficient_quota"}}, QuotaExhausted),
        ({"error": "boom"}, ServerFault),
        ({"error": {"message": "maximum context length"}}, ContextTooLong),
    ],
)
def test_an_error_in_place_of_an_answer(body: Any, expected: type[ModelError]) -> None:
    """An error object with status 200 is read as the error that it names."""
    assert type(body_fault(body, AT)) is expected


def test_the_parameter_first_named_is_the_refused_one() -> None:
    """A message that names the way out as well does not confuse."""
    message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens'."
    assert read_complaint({"error": {"message": message}}).parameter == "max_tokens"
    assert read_complaint({"error": {"param": "sk-1", "message": "no"}}) == Complaint()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "-5; soon"}, None),
        ({"retry-after": "\u0665"}, None),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds and dates are read; nonsense is nothing."""
    assert read_retry_after(headers) == seconds


def test_retry_after_as_a_date() -> None:
    """A date in the future is the time until then."""
    found = read_retry_after({"retry-after": formatdate(time.time() + 100, usegmt=True)})
    assert found is not None
    assert 97 < found <= 101


def test_causes_of_a_connection_that_did_not_come_about() -> None:
    """The cause is named where it is known; a certificate that is not trusted is a TLS failure."""
    untrusted = ssl.SSLCertVerificationError(1, "x")
    untrusted.verify_message = "self-signed certificate"
    fault = connection_fault(untrusted, AT, connecting=True)
    assert type(fault) is TlsFailure
    assert "certificate not trusted (self-signed certificate)" in str(fault)
    for error, words in (
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
        (RuntimeError(), "connection failed"),
    ):
        fault = connection_fault(error, AT, connecting=True)
        assert type(fault) is ModelUnreachable
        assert words in str(fault)
    assert type(connection_fault(OSError(), AT, connecting=False)) is ReplyCut


@pytest.mark.parametrize(
    ("asked", "served", "same"),
    [
        ("gpt-x", "gpt-x", True),
        ("gpt-x", "gpt-x-2026-01-31", True),
        ("gpt-x", "gpt-x-20260131", True),
        ("llama", "llama:latest", True),
        ("gpt-x", "gpt-x-mini", False),
        ("gpt-4-0613", "gpt-4-1106", False),
    ],
)
def test_a_dated_snapshot_is_the_model(asked: str, served: str, same: bool) -> None:
    """A snapshot of the model asked for is that model; a smaller sibling is not."""
    assert same_model(asked, served) is same


@pytest.mark.parametrize(
    ("finish", "expected"),
    [
        (None, ReplyCut),
        ("tool_calls", ReplyCut),
        ("max_tokens", ReplyTooLong),
        ("safety", ContentFiltered),
    ],
)
def test_only_a_finished_answer_is_whole(finish: str | None, expected: type[ModelError]) -> None:
    """Text without a proper end is no answer."""
    assert type(Answer(AT, text="x", finish=finish or "").fault()) is expected
    assert Answer(AT, text="x", finish="stop").fault() is None
    assert type(Answer(AT, text=" \n", finish="stop").fault()) is BadReply
    assert type(Answer(AT, text="", finish="").fault()) is ReplyCut


def test_dialects_end() -> None:
    """A parameter is given up once; the two names of the length limit are tried in turn."""
    dialect = Dialect().without("max_tokens", {"max_tokens": 1})
    assert dialect is not None
    assert dialect.length_name == "max_completion_tokens"
    assert dialect.without("max_tokens", {"max_tokens": 1}) is None
    assert Dialect().without("messages", {"messages": []}) is None
    assert Dialect().without("", {}) is None


def test_wide_characters_are_tokens() -> None:
    """The estimate counts 3.5 ASCII characters or one other character as a token."""

    def of(text: str, **more: int) -> int:
        return estimated_tokens(
            ChatRequest(messages=(ChatMessage(role="user", content=text),), **more)
        )

    assert of("a" * 35) == 14
    assert of("\u4e2d" * 35) == 39
    assert of("a" * 35, max_tokens=100) == 114


def test_tries_by_error() -> None:
    """What may have been charged for is asked once more at most; one attempt is one."""
    assert attempts_for(ServerFault("x"), 3) == 3
    assert attempts_for(ModelTimeout("x"), 3) == 2
    assert attempts_for(BadReply("x"), 1) == 1
