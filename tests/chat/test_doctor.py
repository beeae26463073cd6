"""The doctor says what works and what to do, ends with the right code, and never shows the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.chat_answers import completion, http
from support.fault_server import SCENES, FaultServer

from rmcoach_llm.cli.doctor import doctor

KEY = "sk-CANARY-0123456789abcdef"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the doctor with folders of its own and a key in the environment."""
    for name in ("RMCOACH_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "RMCOACH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def invoke(*arguments: str, key: str | None = None) -> Result:
        if key is not None:
            monkeypatch.setenv("OPENAI_API_KEY", key)
        result = CliRunner().invoke(doctor, arguments)
        assert "CANARY" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke


def states(result: Result) -> dict[str, str]:
    """Give the state of each check of the JSON output."""
    return {check["name"]: check["state"] for check in json.loads(result.output)["checks"]}


def test_without_a_model(run: Callable[..., Result]) -> None:
    """With nothing configured all is well, and the four ways to a model are named."""
    result = run()
    assert result.exit_code == 0
    for word in ("Scripted practice", "Ollama", "llama-server", "vLLM", "OPENAI_API_KEY"):
        assert word in result.output


def test_a_good_endpoint(run: Callable[..., Result], server: FaultServer, tmp_path: Path) -> None:
    """An endpoint that does all is ok in every line, and the way of asking for JSON is kept."""
    result = run("--base-url", server.url("no_json"), "--model", "fake-1", key=KEY)

    assert result.exit_code == 0, result.output
    assert "JSON       works by words alone" in result.output
    assert "OPENAI_API_KEY is set" in result.output
    kept = json.loads((tmp_path / "XDG_DATA_HOME" / "rmcoach" / "endpoints.json").read_text())
    assert list(kept.values()) == [{"json": "prompt"}]


def test_the_only_model_is_tried(run: Callable[..., Result], server: FaultServer) -> None:
    """With one model served none needs to be chosen; one that writes no JSON fails that check."""
    result = run("--base-url", server.url("ok"), "--json")
    assert result.exit_code == 8
    assert states(result) == {
        "settings": "ok",
        "key": "ok",
        "endpoint": "ok",
        "model": "ok",
        "chat": "ok",
        "streaming": "ok",
        "JSON": "FAIL",
    }


def test_an_address_of_the_environment_alone(
    run: Callable[..., Result], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OPENAI_BASE_URL without a model is probed, and said to be no choice; with one it is used."""
    told = "practice and score use it once a model is chosen: --model NAME"
    monkeypatch.setenv("OPENAI_BASE_URL", server.url("no_json"))
    alone = run()
    assert told in alone.output
    assert "ok    endpoint" in alone.output
    assert alone.exit_code == 0
    assert told not in run("--model", "fake-1").output
    assert told not in run("--base-url", server.url("no_json")).output


def test_several_models_and_none_chosen(run: Callable[..., Result], server: FaultServer) -> None:
    """With several models served the choice is the user's, and the names are shown, escaped."""
    server.models = ("one", "two")
    result = run("--base-url", server.url("ok"))
    assert result.exit_code == 0
    assert "none is chosen" in result.output
    assert "one, two" in result.output


def test_a_model_that_is_not_listed(run: Callable[..., Result], server: FaultServer) -> None:
    """A model that the endpoint does not list is a warning with the names it lists."""
    result = run("--base-url", server.url("ok"), "--model", "other", "--json")
    assert states(result)["model"] == "warn"


@pytest.mark.parametrize(
    ("fault", "failing", "warned"),
    [
        ("http_401", "endpoint", None),
        ("http_404_model", "chat", "endpoint"),
        ("html_200", "chat", "endpoint"),
        ("empty_content", "chat", None),
        ("stream_cut_clean", "chat", None),
    ],
)
def test_what_fails_is_named(
    fault: str, failing: str, warned: str | None, run: Callable[..., Result], server: FaultServer
) -> None:
    """The first thing that fails ends the examination with exit code 8 and a remedy."""
    result = run("--base-url", server.url(fault), "--model", "fake-1", "--json", key=KEY)
    assert result.exit_code == 8
    found = states(result)
    assert list(found)[-1] == failing
    assert found[failing] == "FAIL"
    assert warned is None or found[warned] == "warn"


def test_streaming_that_fails(
    run: Callable[..., Result], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers but cannot stream fails that check."""
    good = SCENES["ok"]
    monkeypatch.setitem(
        SCENES, "ok", lambda c: c.send(http("400 X")) if c.body.get("stream") else good(c)
    )
    assert states(run("--base-url", server.url("ok"), "--json"))["streaming"] == "FAIL"


def test_a_slow_first_word(
    run: Callable[..., Result], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long wait for the first word is a warning."""
    monkeypatch.setattr("rmcoach_llm.chat.probe.SLOW_S", 0.0)
    assert states(run("--base-url", server.url("ok"), "--json"))["streaming"] == "warn"


def test_json_at_a_second_try(
    run: Callable[..., Result], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON that comes only once the model was told so in words is a warning."""
    told = '{"word": "yes", "number": 3}'

    def answer(caller: object) -> None:
        words = "JSON Schema:" in str(caller.body) and "not accepted" not in str(caller.body)
        good = words and "response_format" in caller.body
        caller.send(http("200 OK", completion(told if good else "no")))

    monkeypatch.setitem(SCENES, "ok", answer)
    assert states(run("--base-url", server.url("ok"), "--json"))["JSON"] == "warn"


@pytest.mark.parametrize(
    ("arguments", "key", "words"),
    [
        (("--model", "m"), None, "set OPENAI_API_KEY"),
        (("--base-url", "ftp://x"), None, "base_url"),
        ((), KEY + "\nx", "line break"),
    ],
)
def test_settings_that_cannot_be(
    arguments: tuple[str, ...], key: str | None, words: str, run: Callable[..., Result]
) -> None:
    """A setting that cannot be right ends with exit code 5 and says what to do."""
    result = run(*arguments, key=key)
    assert result.exit_code == 5
    assert "FAIL  settings" in result.output
    assert words in result.output


def test_an_endpoint_that_is_not_there(run: Callable[..., Result]) -> None:
    """An address where nothing listens is named with its cause."""
    result = run("--base-url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 8
    assert "127.0.0.1:9: no connection: connection refused" in result.output


def test_an_environment_without_a_client(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CA file that is absent fails the endpoint, not the program."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    result = run("--base-url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 8
    assert "SSL_CERT_FILE" in result.output
