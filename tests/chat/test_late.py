"""A model that is made late: nothing of what speaks to an endpoint is loaded before."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import rmcoach
from support.talk_server import TalkServer

from rmcoach_llm.chat.late import LateModel
from rmcoach_llm.chat.scripted import ScriptedModel
from rmcoach_llm.domain import ChatMessage, ChatRequest
from rmcoach_llm.errors import ConfigError
from rmcoach_llm.protocols import ChatModel

TALK = (
    "Trainee: What keeps you up at night, and why now?\nStakeholder: Late reports, every month.\n"
)


def test_it_is_made_once_and_at_the_first_call() -> None:
    """The model is made when it is first asked, and then answers all calls."""
    made: list[ChatModel] = []

    def make() -> ChatModel:
        made.append(ScriptedModel(lambda _: "yes"))
        return made[-1]

    model = LateModel("m", make)
    assert (model.name, made) == ("m", [])
    request = ChatRequest(messages=(ChatMessage(role="user", content="Well?"),))

    async def whole() -> None:
        assert (await model.complete(request)).text == "yes"
        assert (await model.complete(request)).text == "yes"
        await model.close()

    asyncio.run(whole())
    assert len(made) == 1


def test_letting_go_makes_no_model() -> None:
    """Closing what was never asked makes nothing."""

    def make() -> ChatModel:
        raise ConfigError("no client can be made")

    asyncio.run(LateModel("m", make).close())
    with pytest.raises(ConfigError):
        LateModel("m", make).ready()


def test_work_that_is_done_loads_no_client(tmp_path: Path) -> None:
    """The second run of what is done neither asks the model nor loads what speaks to it."""
    (tmp_path / "a.txt").write_text(TALK)
    with TalkServer(lambda _: "{}") as server:
        given = ("a.txt", "--store", "run.db", "--model", "m", "--base-url", server.url)
        assert (
            rmcoach("score", *given, cwd=tmp_path).returncode == 1
        )  # no judgement: kept as failed
        code = (
            "import sys\nfrom rmcoach_llm.cli import main\nsys.argv = ['rmcoach', 'score', *sys.argv[1:]]\n"
            "try:\n    main()\nexcept SystemExit:\n    print('openai' in sys.modules)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *given], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
        )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "False", done.stdout + done.stderr


def test_a_client_that_cannot_be_made_is_said_before_work_begins(tmp_path: Path) -> None:
    """A certificate file that is not there ends a batch with the class of settings, not file by file."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TALK)
    given = ("--store", "run.db", "--model", "m", "--base-url", "http://127.0.0.1:1/v1")
    done = rmcoach(
        "score", "a.txt", "b.txt", *given, cwd=tmp_path, env={"SSL_CERT_FILE": "no-such-file.pem"}
    )
    assert done.returncode == 5, done.stderr
    assert "left out" not in done.stderr
    assert done.stderr.count("no client") == 1
