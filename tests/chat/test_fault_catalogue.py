"""Every fault of an endpoint ends in one typed error or a whole reply, in time, at its price."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.chat_asking import Outcome, ask, question
from support.fault_server import FaultServer

from rmcoach_llm.chat.replies import ReplyTooLong
from rmcoach_llm.errors import (
    AccessDenied,
    BadReply,
    ContentFiltered,
    ContextTooLong,
    ModelDeclined,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    ModelUnreachable,
    QuotaExhausted,
    RateLimited,
    ReplyCut,
    ServerFault,
    TlsFailure,
)
from rmcoach_llm.settings import ModelSettings

MakeSettings = Callable[..., ModelSettings]
DEADLINE_S = 0.9


@pytest.fixture
def settings(settings_of_each: MakeSettings) -> MakeSettings:
    """Make settings for the SDK and for aiohttp."""
    return settings_of_each


@dataclass(frozen=True)
class Case:
    """Say how a fault ends: which error, after how many requests, billed how often, how soon.

    Without `within_s` it has one second more than the call's deadline.
    """

    row: str
    fault: str
    error: type[ModelError] | None
    requests: int | tuple[int, int] = 1
    billed: int = 0
    deadline_s: float = DEADLINE_S
    within_s: float = 0.0
    stream: bool = False

    def __str__(self) -> str:
        return f"{self.row}-{self.fault}{'-streamed' if self.stream else ''}"


CASES = (
    Case("F01", "http_429_ra1:1", None, 2, 1, deadline_s=3),
    Case("F01", "http_429_ra1", RateLimited, 2, deadline_s=1.5),
    # Six tries and their longest waits take 16 s: no deadline falls into a try.
    Case("F02", "http_429", RateLimited, (2, 6), deadline_s=20),
    Case("F02", "http_429:2", None, 3, 1, deadline_s=4),
    Case("F03", "http_429_ra_huge", RateLimited, 1, deadline_s=60, within_s=0.9),
    Case("F03", "http_429_ra_bad:1", None, 2, 1),
    Case("F04", "insufficient_quota", QuotaExhausted, 1, deadline_s=60, within_s=0.9),
    Case("F05", "http_500", ServerFault, (2, 3)),
    Case("F05", "http_502", ServerFault, (2, 3)),
    Case("F05", "http_503_html", ServerFault, (2, 3)),
    Case("F05", "http_503_html:1", None, 2, 1, deadline_s=3),
    Case("F08", "read_timeout", ModelTimeout, 2, 2),
    Case("F08", "read_timeout:1", None, 2, 2),
    Case("F08", "read_timeout", ModelTimeout, 2, 2, stream=True),
    Case("F08", "reset", ReplyCut, 2, 2),
    Case("F08", "short_body", ReplyCut, 2, 2),
    Case("F09", "drip", ModelTimeout, 2, 2),
    Case("F10", "stream_keepalive", ReplyCut, 1, 1, stream=True),
    Case("F10", "stream_mute", ModelTimeout, 2, 2, stream=True),
    Case("F11", "stream_hang", ReplyCut, 1, 1, stream=True),
    Case("F12", "stream_cut_clean", ReplyCut, 1, 1, stream=True),
    Case("F13", "stream_cut_mid_json", ReplyCut, 1, 1, stream=True),
    Case("F13", "stream_cut_mid_utf8", ReplyCut, 1, 1, stream=True),
    Case("F13", "stream_cut_chunked", ReplyCut, 1, 1, stream=True),
    Case("F13", "stream_bad_utf8", ReplyCut, 1, 1, stream=True),
    Case("F13", "stream_bad_json", ReplyCut, 1, 1, stream=True),
    Case("F14", "stream_error_event", ReplyCut, 1, 1, stream=True),
    Case("F14", "stream_error_first", ServerFault, (2, 3), stream=True),
    Case("F15", "stream_endless", ReplyTooLong, 1, 1, deadline_s=8, stream=True),
    Case("F15", "stream_endless_line", ReplyTooLong, 1, 1, deadline_s=8, stream=True),
    Case("F15", "stream_slow", ReplyCut, 1, 1, stream=True),
    Case("F15", "endless_body", ReplyTooLong, 1, 1, deadline_s=8),
    Case("F15", "endless_error", ServerFault, (2, 3)),
    Case("F16", "malformed_json", BadReply, 2, 2),
    Case("F16", "malformed_json:1", None, 2, 2, deadline_s=3),
    Case("F17", "html_200", BadReply, 2),
    Case("F17", "html_200", BadReply, 2, stream=True),
    Case("F17", "error_in_200", ServerFault, (2, 3)),
    Case("F18", "wrong_schema", BadReply, 2, 2),
    Case("F18", "no_choices", BadReply, 2, 2),
    Case("F19", "empty_content", BadReply, 2, 2),
    Case("F19", "null_content", BadReply, 2, 2),
    Case("F19", "stream_empty", BadReply, 2, 2, stream=True),
    Case("F20", "refusal", ModelDeclined, 1, 1),
    Case("F20", "stream_refusal", ModelDeclined, 1, 1, stream=True),
    Case("F21", "length", ReplyTooLong, 1, 1),
    Case("F22", "content_filter", ContentFiltered, 1, 1),
    Case("F22", "content_filter_400", ContentFiltered, 1),
    Case("F23", "other_model", None, 1, 1),
    Case("F24", "http_401", AccessDenied, 1),
    Case("F24", "http_403", AccessDenied, 1),
    Case("F25", "http_404_model", ModelNotFound, 1),
    Case("F26", "context_length", ContextTooLong, 1),
    Case("F28", "lone_surrogate", None, 1, 1),
    Case("F28", "ansi_reply", None, 1, 1),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_fault_ends_as_agreed(case: Case, server: FaultServer, settings: MakeSettings) -> None:
    """A fault ends in its error or a reply, after its number of requests, within its time."""
    outcome = ask(settings(case.fault, deadline_s=case.deadline_s), stream=case.stream)

    low, high = case.requests if isinstance(case.requests, tuple) else (case.requests,) * 2
    assert type(outcome.error) is (case.error or type(None)), outcome.error
    assert (outcome.reply is None) == (case.error is not None)
    assert low <= server.requests[case.fault] <= high
    if isinstance(case.requests, int):
        assert server.billed[case.fault] == case.billed
    assert outcome.seconds < (case.within_s or case.deadline_s + 1)
    assert_billing_is_told(case, server, outcome)


def assert_billing_is_told(case: Case, server: FaultServer, outcome: Outcome) -> None:
    """Check that what was charged is a reply, counted, or marked as maybe charged for."""
    if outcome.error is not None:
        assert outcome.error.maybe_billed or not server.billed[case.fault]
    elif outcome.reply is not None:
        assert outcome.reply.usage.calls == server.requests[case.fault]


def test_no_request_before_the_time_given(server: FaultServer, settings: MakeSettings) -> None:
    """F01: after Retry-After: 1 the next request comes one second later and not sooner."""
    ask(settings("http_429_ra1:1", deadline_s=3))

    first, second = server.starts["http_429_ra1:1"]
    assert 1.0 <= second - first < 1.4


def test_a_huge_retry_after_says_when_to_come_back(settings: MakeSettings) -> None:
    """F03: a wait beyond the deadline ends at once and names the time and what to do."""
    error = ask(settings("http_429_ra_huge")).error

    assert isinstance(error, RateLimited)
    assert error.retry_after_s is not None
    assert error.retry_after_s > 86_000
    assert "24 hours" in str(error)
    assert "run the same again" in error.remedy


def test_nothing_listens(settings: MakeSettings) -> None:
    """F06: a refused connection is told within 3 s with host and cause."""
    outcome = ask(settings(base_url="http://127.0.0.1:9/v1", deadline_s=60))

    assert type(outcome.error) is ModelUnreachable
    assert "127.0.0.1:9" in str(outcome.error)
    assert "refused" in str(outcome.error)
    assert outcome.seconds < 3


def test_unknown_host(settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """F06: a name that DNS does not know is told within 3 s with host and cause."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = ask(settings(base_url="http://no-such-host.invalid/v1", deadline_s=60))

    assert type(outcome.error) is ModelUnreachable
    assert "no-such-host.invalid" in str(outcome.error)
    assert "DNS" in str(outcome.error)
    assert outcome.seconds < 3


def test_tls_to_a_server_without_tls(server: FaultServer, settings: MakeSettings) -> None:
    """F07: a server that speaks no TLS is asked once, and the CA setting is named."""
    outcome = ask(settings(base_url=server.url("ok", scheme="https"), deadline_s=60))

    assert type(outcome.error) is TlsFailure
    assert "SSL_CERT_FILE" in outcome.error.remedy
    assert server.requests == {"no_http": 1}
    assert outcome.seconds < 2


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_is_not_trusted(settings: MakeSettings, tmp_path: Path) -> None:
    """F07: a self-signed certificate is refused after one connection, and the CA setting is named."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = [
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
        "-days",
        "2",
        "-keyout",
        key,
        "-out",
        certificate,
    ]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *subject]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    connections: list[object] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connections.append(listening.accept()[0])
                with suppress(ssl.SSLError), context.wrap_socket(connections[-1], server_side=True):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/v1"
        outcome = ask(settings(base_url=url, deadline_s=60))
        listening.shutdown(socket.SHUT_RDWR)

    assert type(outcome.error) is TlsFailure
    assert "certificate not trusted (self-signed certificate)" in str(outcome.error)
    assert "SSL_CERT_FILE" in outcome.error.remedy
    assert len(connections) == 1


@pytest.mark.parametrize(
    "fault", ["stream_hang", "stream_cut_clean", "stream_error_event", "stream_keepalive"]
)
def test_what_was_shown_comes_with_the_error(fault: str, settings: MakeSettings) -> None:
    """F10 to F14: a stream that fails half-way carries what was shown, and nothing else."""
    outcome = ask(settings(fault), stream=True)

    assert isinstance(outcome.error, ReplyCut)
    assert outcome.error.partial == "".join(outcome.pieces)
    assert outcome.error.partial.startswith("Hello ")


@pytest.mark.parametrize(
    ("fault", "stream"),
    [("stream_endless", True), ("endless_body", False), ("endless_error", False)],
)
def test_endless_answers_stay_small(
    fault: str, stream: bool, server: FaultServer, settings: MakeSettings
) -> None:
    """F15: an endless answer costs less than 50 MB and its connection is closed."""
    tracemalloc.start()
    try:
        outcome = ask(settings(fault), stream=stream)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert outcome.error is not None
    assert peak < 50_000_000
    for _ in range(50):
        if server.dropped[fault]:
            break
        time.sleep(0.02)
    assert server.dropped[fault]


def test_a_cut_answer_carries_its_text(settings: MakeSettings) -> None:
    """F21: an answer cut at its length is no reply; what there is of it comes with the error."""
    error = ask(settings("length")).error

    assert isinstance(error, ReplyCut)
    assert error.partial == "Well, the ren"


def test_the_served_model_is_recorded(
    settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    """F23: another model than asked for is recorded and warned of; its build is kept."""
    reply = ask(settings("other_model")).reply

    assert reply is not None
    assert (reply.model, reply.system_fingerprint) == ("cheap-mini-0", "fp-1")
    assert "'cheap-mini-0' answered, 'fake-1' was asked for" in caplog.text


def test_strict_model_checking(settings: MakeSettings) -> None:
    """F23: with strict checking another model is an error."""
    from rmcoach_llm.errors import ModelMismatch

    assert type(ask(settings("other_model", strict_model=True)).error) is ModelMismatch


def test_too_long_is_refused_before_the_call(server: FaultServer, settings: MakeSettings) -> None:
    """F26: what cannot fit the known context is refused before anything is sent."""
    long = question("word " * 10_000)
    outcome = ask(settings("ok", context_tokens=8_192), request=long)

    assert type(outcome.error) is ContextTooLong
    assert not server.requests


def test_replies_can_be_stored(settings: MakeSettings) -> None:
    """F28: lone surrogates are replaced at the boundary, escape sequences kept for the sinks."""
    broken, coloured = (ask(settings(fault)).reply for fault in ("lone_surrogate", "ansi_reply"))

    assert broken is not None
    assert broken.text == "bad \ufffd text"
    assert coloured is not None
    assert coloured.text.startswith("\x1b]52")
