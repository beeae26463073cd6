"""The key appears nowhere: not in output, logs, tracebacks, error objects or files."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
from support.chat_asking import ask
from support.fault_server import FaultServer

from rmcoach_llm.chat import list_models
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.errors import ConfigError, ModelError
from rmcoach_llm.settings import ModelSettings, load_settings

CANARY = "CANARY"
FAULTS = (
    "ok",
    "http_401",
    "http_403",
    "http_429",
    "http_500",
    "html_200",
    "malformed_json",
    "read_timeout",
    "reset",
    "short_body",
    "stream_cut_chunked",
    "stream_error_event",
    "stream_hang",
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Catch every log record of every library, at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def everything(error: BaseException) -> str:
    """Give all that an error shows of itself and of the errors behind it."""
    found, seen, queue = "", set[int](), [error]
    while queue:
        one = queue.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        found += f"{one!r} {one} {vars(one)!r} {one.args!r} {traceback.format_exception(one)}"
        found += "".join(
            repr(getattr(one, "request", None) and one.request.headers.raw) for _ in [0]
        )
        queue += [e for e in (one.__cause__, one.__context__) if e is not None]
    return found


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_shows_the_key(
    fault: str,
    stream: bool,
    settings: Callable[..., ModelSettings],
    logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """F24: whatever goes wrong, the key is not in the error, what lies behind it, or the logs."""
    outcome = ask(settings(fault, deadline_s=0.5, attempts=1), stream=stream)

    assert outcome.error is None or CANARY not in everything(outcome.error)
    assert CANARY not in logged.getvalue()
    out, err = capfd.readouterr()
    assert CANARY not in out + err


def test_unreachable_hosts_and_lists_show_no_key(
    server: FaultServer, settings: Callable[..., ModelSettings], logged: io.StringIO
) -> None:
    """F06, F07: connections that do not come about show no key either."""
    for url in ("http://127.0.0.1:9/v1", server.url("ok", scheme="https"), "http://no.invalid/v1"):
        error = ask(settings(base_url=url)).error
        assert error is not None
        assert CANARY not in everything(error)
        with pytest.raises(ModelError) as caught:
            asyncio.run(list_models(settings(base_url=url)))
        assert CANARY not in everything(caught.value)
    assert CANARY not in logged.getvalue()


@pytest.mark.parametrize("bad", ["sk-CANARY\nx", "sk-CANARY\u00e9", "sk-CANARY\x00", "sk-CANARY x"])
def test_a_bad_key_is_refused_unseen(bad: str) -> None:
    """F27: a key that no header can hold is refused at load; its text is nowhere."""
    for make in (
        lambda: load_settings({}, {"OPENAI_API_KEY": bad}),
        lambda: ModelSettings(api_key=bad),
    ):
        with pytest.raises(ConfigError) as caught:
            make()
        assert CANARY not in everything(caught.value)


def test_a_client_that_cannot_be_made_shows_no_key(
    settings: Callable[..., ModelSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment that allows no client is told without the key."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    with pytest.raises(ConfigError) as caught:
        OpenAIChat(settings())
    assert CANARY not in everything(caught.value)


def test_records_and_models_hide_the_key(settings: Callable[..., ModelSettings]) -> None:
    """Settings print and save without the key, and so does the adapter."""
    chosen = settings()
    model = OpenAIChat(chosen)
    for text in (
        repr(chosen),
        str(chosen),
        chosen.model_dump_json(),
        repr(vars(model)),
        chosen.digest,
    ):
        assert CANARY not in text
    asyncio.run(model.close())
