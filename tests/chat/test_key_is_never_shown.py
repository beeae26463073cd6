"""The key appears nowhere: not in output, logs, tracebacks, error objects or files."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.chat_asking import ask
from support.commands import rmcoach
from support.echo_server import EchoServer
from support.fault_server import FaultServer

from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.served import list_models
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
def settings(settings_of_each: Callable[..., ModelSettings]) -> Callable[..., ModelSettings]:
    """Make settings for the SDK and for aiohttp."""
    return settings_of_each


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
        OpenAIChat(settings(base_url="https://127.0.0.1:9/v1"))
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


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    """Serve the Authorization header on loopback to whoever sends it."""
    with EchoServer() as running:
        yield running


WAYS = ("ok", "cut", "length", "200", "400", "401", "404", "429", "500")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_comes_back_is_hidden(
    way: str,
    stream: bool,
    echo: EchoServer,
    settings: Callable[..., ModelSettings],
    logged: io.StringIO,
) -> None:
    """An endpoint that sends the key back gets it into no reply, piece, error or log record."""
    chosen = settings(base_url=echo.url(way), attempts=1, deadline_s=5)
    outcome = ask(chosen, stream=stream)

    assert CANARY not in repr(outcome)
    assert CANARY not in "".join(outcome.pieces)
    assert outcome.error is None or CANARY not in everything(outcome.error)
    assert CANARY not in repr(asyncio.run(list_models(chosen)))
    assert CANARY not in logged.getvalue()


def test_a_hidden_key_leaves_the_rest(
    echo: EchoServer, settings: Callable[..., ModelSettings]
) -> None:
    """What stands around the key is shown: streamed, whole, and in the names."""
    chosen = settings(base_url=echo.url("ok"), deadline_s=5)
    for stream in (False, True):
        outcome = ask(chosen, stream=stream)
        assert outcome.reply is not None
        assert outcome.reply.text == "Your key is Bearer ***, ***! It sk"
        assert "".join(outcome.pieces) in ("", outcome.reply.text)
        assert outcome.reply.model == "Bearer ***"
        assert outcome.reply.system_fingerprint == "x" * 180 + "Bearer ***"
    assert asyncio.run(list_models(chosen)) == ("Bearer ***", "m-Bearer ***")


def test_a_mismatch_shows_no_key(echo: EchoServer, settings: Callable[..., ModelSettings]) -> None:
    """With strict model checking the name of the model that answered is shown without the key."""
    error = ask(settings(base_url=echo.url("ok"), strict_model=True, deadline_s=5)).error
    assert error is not None
    assert "'Bearer ***' answered" in error.message


@pytest.mark.parametrize("way", ["ok", "401"])
def test_no_command_shows_or_keeps_a_key_that_comes_back(
    way: str, echo: EchoServer, tmp_path: Path
) -> None:
    """Doctor, as text and as JSON, and a practice session on screen and on disk show no key."""
    endpoint = ("--base-url", echo.url(way), "--model", "m")
    key = {"OPENAI_API_KEY": "sk-CANARY-0123456789abcdef", "XDG_DATA_HOME": str(tmp_path)}
    kept = tmp_path / "kept.db"
    runs = [
        rmcoach("doctor", *endpoint, env=key),
        rmcoach("doctor", *endpoint, "--json", env=key),
        rmcoach("doctor", *endpoint[:2], env=key),
        rmcoach(
            "practice", *endpoint, "--store", str(kept), lines="What worries you?\n/quit\n", env=key
        ),
    ]
    for done in runs:
        assert CANARY not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept in files
    assert not any(CANARY.encode() in path.read_bytes() for path in files)
    assert way != "ok" or any(b"***" in path.read_bytes() for path in files)
