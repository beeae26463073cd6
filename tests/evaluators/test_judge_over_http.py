"""The judge through the real adapter: what goes over the wire, and what an endpoint breaks."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
import respx
from pydantic import SecretStr
from support.chat_answers import completion
from support.commands import rmcoach
from support.fault_server import FaultServer
from support.judging import GOOD, answer_of, core_rubrics, talk
from support.talk_server import TalkServer

from rmcoach_llm import evaluate
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.errors import AccessDenied, UsageError
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import JudgeOptions
from rmcoach_llm.settings import ModelSettings, Settings
from rmcoach_llm.wiring import evaluator_of, find_panel

URL = "http://judge.test/v1"
RUBRICS = core_rubrics()
TALK = talk(GOOD)
SEEN = {"problem-question": [(2, "What goes wrong with the accruals")]}


def _answered(static: str) -> str:
    """Give a whole answer for what the static part of a request asks."""
    entries = answer_of(RUBRICS, SEEN).model_dump(mode="json")["behaviours"]
    return json.dumps({"behaviours": [e for e in entries if f" {e['id']}: " in static]})


def _model(base_url: str = URL) -> OpenAIChat:
    return OpenAIChat(
        ModelSettings(model="fake-1", base_url=base_url, api_key=SecretStr("sk-1"), attempts=1)
    )


@pytest.mark.parametrize(("calls", "requests"), [("one", 1), ("rubric", 3)])
def test_a_judged_transcript_over_the_wire(calls, requests, httpx2_mock: respx.Router):
    """Each request asks for JSON by schema, static part first; the card sums up what it cost."""

    def reply(request: httpx.Request) -> httpx.Response:
        static = json.loads(request.content)["messages"][0]["content"]
        return httpx.Response(200, content=completion(_answered(static)))

    route = httpx2_mock.post(f"{URL}/chat/completions").mock(side_effect=reply)
    card = evaluate(TALK, model=_model(), calls=calls)
    bodies = [json.loads(call.request.content) for call in route.calls]
    assert len(bodies) == requests
    assert {body["response_format"]["type"] for body in bodies} == {"json_schema"}
    assert len({body["messages"][-1]["content"] for body in bodies}) == 1
    assert card.status == "scored"
    assert card.rubrics["needs-discovery"].criteria["need"].score == 2.5
    assert card.provenance.usage.calls == requests
    assert card.provenance.usage.prompt_tokens == 100 * requests


def test_a_truncated_answer_for_one_rubric_costs_only_that(httpx2_mock: respx.Router):
    """Cut at the endpoint's limit, twice: that rubric is unscored and says so, the others stand."""

    def reply(request: httpx.Request) -> httpx.Response:
        static = json.loads(request.content)["messages"][0]["content"]
        cut = "## Credibility" in static
        text = _answered(static)
        body = completion(text[:90], "length") if cut else completion(text)
        return httpx.Response(200, content=body)

    httpx2_mock.post(f"{URL}/chat/completions").mock(side_effect=reply)
    card = evaluate(TALK, model=_model(), calls="rubric")
    assert card.status == "partial"
    assert "ReplyTooLong" in (card.rubrics["credibility"].reason or "")
    assert card.rubrics["persuasion"].status == "scored"


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("null_content", "BadReply"),
        ("refusal", "ModelDeclined"),
        ("http_500", "ServerFault"),
        ("context_length", "ContextTooLong"),
        ("content_filter_400", "ContentFiltered"),
    ],
)
def test_what_an_endpoint_breaks_is_unscored_with_the_error(fault, named):
    """Against a real server on loopback: no traceback, no score, and the reason names the error."""
    with FaultServer() as server:
        card = evaluate(TALK, model=_model(server.url(fault)), calls="rubric")
    assert card.status == "unscored"
    assert all(named in (rubric.reason or "") for rubric in card.rubrics.values())


def test_a_refused_key_is_raised_whatever_the_calls():
    """A key that is refused would be refused for each transcript."""
    with FaultServer() as server, pytest.raises(AccessDenied):
        evaluate(TALK, model=_model(server.url("http_401")), calls="criterion")


def test_the_command_line_judges_in_as_many_requests_as_asked(tmp_path: Path):
    """`score --calls rubric` makes one request a rubric, against a real server."""
    lines = [f"{turn.speaker}: {turn.text}" for turn in TALK.turns]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    with TalkServer(lambda body: _answered(body["messages"][0]["content"])) as server:
        done = rmcoach(
            *("score", "a.txt", "--trainee", "Alex", "--json", "--calls", "rubric"),
            *("--model", "m", "--base-url", server.url),
            cwd=tmp_path,
        )
        assert len(server.bodies) == 3
    card = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (card["status"], card["provenance"]["options"]) == ("scored", {"calls": "rubric"})


def test_calls_without_a_model_are_refused(tmp_path: Path):
    """The rules make no requests: --calls says that it needs a model, and evaluate what is allowed."""
    (tmp_path / "a.txt").write_text("Alex: Hello?\nDana: Hi.\n")
    done = rmcoach("score", "a.txt", "--trainee", "Alex", "--calls", "rubric", cwd=tmp_path)
    assert done.returncode == 2
    assert "--model" in done.stderr
    with pytest.raises(UsageError, match="one, rubric, criterion"):
        evaluate(TALK, calls="both")  # type: ignore[arg-type]  # what no type checker has seen


def test_repeats_and_a_panel_over_the_wire(httpx2_mock: respx.Router):
    """Two models, twice each: four requests with seeds of their own, a mean and an interval."""

    def reply(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        static = body["messages"][0]["content"]
        if body["seed"] == 8 and body["model"] == "other-1":
            return httpx.Response(200, content=completion(_answered(static)))
        nothing = answer_of(RUBRICS, {}).model_dump(mode="json")["behaviours"]
        return httpx.Response(200, content=completion(json.dumps({"behaviours": nothing})))

    route = httpx2_mock.post(f"{URL}/chat/completions").mock(side_effect=reply)
    library = Library()
    settings = Settings(
        store=Path("unused.db"),
        model=ModelSettings(model="fake-1", base_url=URL, api_key=SecretStr("sk-1"), attempts=1),
    )
    judge = evaluator_of(
        settings,
        library,
        _model(),
        options=JudgeOptions(repeats=2),
        panel=find_panel(settings, ["other-1"]),
        pass_mark=0.5,
    )
    card = asyncio.run(judge.evaluate(TALK))
    bodies = [json.loads(call.request.content) for call in route.calls]
    assert sorted((body["model"], body["seed"]) for body in bodies) == [
        ("fake-1", 7), ("fake-1", 8), ("other-1", 7), ("other-1", 8),
    ]  # fmt: skip
    assert {body["temperature"] for body in bodies} == {0.7}
    need = card.rubrics["needs-discovery"]
    assert need.criteria["need"].score == 0.62
    assert need.decision == "failed"
    assert (card.panel.judges, card.panel.runs) == (("fake-1", "other-1"), 4)
    assert card.provenance.usage.calls == 4


@pytest.mark.parametrize("args", [["--repeats", "2"], ["--panel", "other"], ["--verify"]])
def test_what_needs_a_model_says_so(args, tmp_path: Path):
    """Repeats, a panel and a second look without a model are refused with what to do."""
    file = tmp_path / "a.txt"
    file.write_text("Trainee: What happens if it fails?\nBo: Then we work on Sunday.\n")
    done = rmcoach("score", str(file), *args)
    assert done.returncode == 2
    assert f"{args[0]} is for a model that judges" in done.stderr


def test_a_pass_mark_decides_without_a_model_too(tmp_path: Path):
    """--pass-mark is on the card with what follows from it; outside 0 to 5 it is refused."""
    file = tmp_path / "a.txt"
    file.write_text("Trainee: What happens if it fails?\nBo: Then we work on Sunday.\n")
    done = rmcoach("score", str(file), "--pass-mark", "4.5", "--json")
    need = json.loads(done.stdout)["rubrics"]["needs-discovery"]
    assert (need["pass_mark"], need["decision"]) == (4.5, "failed")
    assert rmcoach("score", str(file), "--pass-mark", "6").returncode == 2
