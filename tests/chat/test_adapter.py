"""The adapter sends what was asked, shows what comes, and lets go when it is told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import respx
from support.chat_answers import completion, error, sse
from support.chat_asking import ask, question
from support.fault_server import FaultServer

from rmcoach_llm.chat import choose_model, create_openai_model
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.served import list_models
from rmcoach_llm.domain import ChatRequest, FrozenMap, ResponseFormat, Usage
from rmcoach_llm.errors import (
    BadReply,
    ConfigError,
    ModelNotFound,
    ModelTimeout,
    ModelUnreachable,
    ReplyCut,
    RequestRejected,
    UsageError,
)
from rmcoach_llm.settings import ModelSettings

MakeSettings = Callable[..., ModelSettings]
URL = "http://model.test/v1/chat/completions"
MOCKED: dict[str, Any] = {"base_url": "http://model.test/v1"}


def sent(route: respx.Route) -> dict[str, Any]:
    """Give the body of the last request of a route."""
    body: dict[str, Any] = json.loads(route.calls.last.request.content)
    return body


def test_a_plain_answer(httpx2_mock: respx.Router, settings: MakeSettings) -> None:
    """A request carries what was set and nothing else; the reply carries text, model and usage."""
    route = httpx2_mock.post(URL).respond(200, content=completion("Fine."))
    request = question(temperature=0.0, seed=7, max_tokens=50)
    reply = ask(settings(**MOCKED), request=request).reply

    assert reply is not None
    assert (reply.text, reply.model) == ("Fine.", "fake-1")
    assert reply.usage == Usage(calls=1, prompt_tokens=100, completion_tokens=12)
    assert sent(route) == {
        "model": "fake-1",
        "messages": [{"role": "user", "content": "What worries you?"}],
        "temperature": 0.0,
        "seed": 7,
        "max_tokens": 50,
    }
    assert route.calls.last.request.headers["authorization"] == "Bearer sk-CANARY-0123456789abcdef"


@pytest.mark.parametrize(
    ("wanted", "body"),
    [
        (ResponseFormat(kind="json_object"), {"type": "json_object"}),
        (
            ResponseFormat(kind="json_object", json_schema=FrozenMap({"type": "object"})),
            {"type": "json_object", "schema": {"type": "object"}},
        ),
        (
            ResponseFormat(
                kind="json_schema", name="Mark", json_schema=FrozenMap({"type": "object"})
            ),
            {
                "type": "json_schema",
                "json_schema": {"name": "Mark", "schema": {"type": "object"}, "strict": True},
            },
        ),
    ],
)
def test_response_formats(
    wanted: ResponseFormat, body: dict[str, Any], httpx2_mock: respx.Router, settings: MakeSettings
) -> None:
    """Each way of asking for JSON is put as endpoints expect it."""
    route = httpx2_mock.post(URL).respond(200, content=completion("{}"))
    ask(settings(**MOCKED), request=question(response_format=wanted))
    assert sent(route)["response_format"] == body


def test_openai_itself_is_asked_in_its_own_words(
    httpx2_mock: respx.Router, settings: MakeSettings
) -> None:
    """OpenAI's own endpoint calls the length limit max_completion_tokens."""
    route = httpx2_mock.post("https://api.openai.com/v1/chat/completions").respond(
        200, content=completion("Fine.")
    )
    ask(settings(base_url="https://api.openai.com/v1"), request=question(max_tokens=50))
    assert sent(route)["max_completion_tokens"] == 50


def test_a_stream_is_shown_as_it_comes(server: FaultServer, settings: MakeSettings) -> None:
    """The pieces joined are the whole text, and the usage at the end of the stream counts."""
    outcome = ask(settings(), stream=True)

    assert outcome.pieces == ["Hello ", "there."]
    assert outcome.reply is not None
    assert outcome.reply.text == "Hello there."
    assert outcome.reply.usage == Usage(calls=1, prompt_tokens=100, completion_tokens=2)
    assert server.bodies["ok"][0]["stream_options"] == {"include_usage": True}


def test_a_server_that_does_not_stream(httpx2_mock: respx.Router, settings: MakeSettings) -> None:
    """An answer that comes whole although a stream was asked for is shown in one piece."""
    httpx2_mock.post(URL).respond(200, content=completion("Fine."), content_type="application/json")
    outcome = ask(settings(**MOCKED), stream=True)
    assert (outcome.pieces, outcome.reply and outcome.reply.text) == (["Fine."], "Fine.")


def test_an_answer_that_is_done_is_not_lost(
    settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that stays open after the model said it was done is whole."""
    monkeypatch.setattr("rmcoach_llm.chat.openai_chat.GRACE_S", 0.2)
    outcome = ask(settings("stream_open_end", deadline_s=5), stream=True)
    assert outcome.reply is not None
    assert outcome.reply.text == "Hello."
    assert outcome.seconds < 1


def test_thinking_is_being_at_work(httpx2_mock: respx.Router, settings: MakeSettings) -> None:
    """Reasoning that a server streams is not shown."""
    events = sse(reasoning_content="hm") + sse("Yes.") + sse("", "stop") + b"data: [DONE]\n\n"
    httpx2_mock.post(URL).respond(200, content=events, content_type="text/event-stream")
    assert ask(settings(**MOCKED), stream=True).pieces == ["Yes."]


@pytest.mark.parametrize(
    ("fault", "request_", "stream"),
    [
        ("no_stream_options", question(), True),
        ("no_max_tokens", question(max_tokens=5), False),
    ],
)
def test_what_the_server_does_not_take_is_left_out(
    fault: str, request_: ChatRequest, stream: bool, server: FaultServer, settings: MakeSettings
) -> None:
    """A refused parameter that is dispensable is left out at once, and from then on."""

    async def scene() -> None:
        async def show(_: str) -> None:
            return None

        model = OpenAIChat(settings(fault))
        for _ in range(2):
            await model.complete(request_, on_text=show if stream else None)
        await model.close()

    asyncio.run(scene())
    assert server.requests[fault] == 3
    if fault == "no_max_tokens":
        assert server.bodies[fault][-1]["max_completion_tokens"] == 5


def test_calls_at_a_time_learn_together(server: FaultServer, settings: MakeSettings) -> None:
    """Calls that were refused the same parameter at the same time all ask again without it."""

    async def scene() -> list[Any]:
        model = OpenAIChat(settings("no_max_tokens"))
        return await asyncio.gather(*(model.complete(question(max_tokens=5)) for _ in range(4)))

    assert len(asyncio.run(scene())) == 4


def test_a_parameter_refused_for_ever(server: FaultServer, settings: MakeSettings) -> None:
    """A server that refuses even without the parameter is asked twice, and named with it."""
    outcome = ask(settings("no_temperature"), request=question(temperature=0.0))
    assert type(outcome.error) is RequestRejected
    assert "'temperature'" in str(outcome.error)
    assert server.requests["no_temperature"] == 2


def test_cancelling_closes_the_connection(server: FaultServer, settings: MakeSettings) -> None:
    """F29: a cancelled call drops its connection at once; the next call works."""

    async def scene() -> float:
        model = OpenAIChat(settings("stream_slow", deadline_s=30))
        shown = asyncio.Event()

        async def show(_: str) -> None:
            shown.set()

        call = asyncio.create_task(model.complete(question(), on_text=show))
        await shown.wait()
        began = time.monotonic()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        while not server.dropped["stream_slow"] and time.monotonic() - began < 3:
            await asyncio.sleep(0.01)
        took = time.monotonic() - began
        await model.close()
        await model.close()
        return took

    assert asyncio.run(scene()) < 0.5


def test_a_fault_of_the_screen_is_not_the_models(settings: MakeSettings) -> None:
    """What the caller's own `on_text` raises comes out as it is, timeouts too."""

    async def scene(fault: Exception) -> None:
        async def show(_: str) -> None:
            raise fault

        await OpenAIChat(settings()).complete(question(), on_text=show)

    for fault in (BrokenPipeError(), TimeoutError()):
        with pytest.raises(type(fault)):
            asyncio.run(scene(fault))


def test_a_slow_screen_is_not_a_silent_model(settings: MakeSettings) -> None:
    """Time that `on_text` takes counts for the deadline, but not as silence of the model."""

    async def scene() -> str:
        async def show(_: str) -> None:
            await asyncio.sleep(0.3)

        model = OpenAIChat(settings(idle_s=0.1, deadline_s=5))
        return (await model.complete(question(), on_text=show)).text

    assert asyncio.run(scene()) == "Hello there."


def test_the_request_sets_the_deadline(settings: MakeSettings) -> None:
    """A request's own deadline wins over the settings'."""
    outcome = ask(settings("read_timeout", deadline_s=60), request=question(deadline_s=0.3))
    assert type(outcome.error) is ModelTimeout
    assert outcome.seconds < 1


def test_a_lost_answer_is_counted(server: FaultServer, settings: MakeSettings) -> None:
    """F08: an answer that came at the second try says that two calls were made."""
    reply = ask(settings("stream_mute:1", deadline_s=5), stream=True).reply
    assert reply is not None
    assert reply.usage.calls == 2 == server.billed["stream_mute:1"]


def test_a_cut_stream_with_nothing_shown_is_tried_again(
    server: FaultServer, settings: MakeSettings
) -> None:
    """A failure before the first word goes unseen; one after it is the caller's to decide."""
    assert ask(settings("stream_error_first:1"), stream=True).reply is not None
    cut = ask(settings("stream_error_event:1"), stream=True)
    assert type(cut.error) is ReplyCut
    assert server.requests["stream_error_event:1"] == 1


def test_unreachable_ends_soon_after_few_tries(
    settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F06: a host that does not answer at all is given up after the time to connect."""

    async def never(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("anyio.connect_tcp", never)
    outcome = ask(settings(connect_s=0.9, deadline_s=30))
    assert isinstance(outcome.error, ModelUnreachable)
    assert "no answer to the connection attempt" in str(outcome.error)
    assert outcome.seconds < 3
    assert ModelSettings().connect_s < 3


def test_a_model_must_be_chosen_and_a_key_there() -> None:
    """Without a model, or without a key for OpenAI, no adapter is made."""
    with pytest.raises(ConfigError, match="no model is chosen"):
        create_openai_model(ModelSettings())
    with pytest.raises(ConfigError, match="set OPENAI_API_KEY"):
        create_openai_model(ModelSettings(model="m"))


@pytest.mark.parametrize(
    ("name", "value"), [("SSL_CERT_FILE", "/no/such/file"), ("HTTP_PROXY", "nonsense://x")]
)
def test_an_environment_that_allows_no_client(
    name: str, value: str, settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CA file that is absent or a proxy that is none is told as a setting."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="SSL_CERT_FILE and the proxy"):
        create_openai_model(settings())


def test_models_are_listed(server: FaultServer, settings: MakeSettings) -> None:
    """Names come sorted and without control characters."""
    server.models = ("b", "a\x1b[2J", "b")
    assert asyncio.run(list_models(settings())) == ("a[2J", "b")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("html_200", BadReply), ("http_404_model", ModelNotFound), ("http_429", Exception)],
)
def test_models_that_cannot_be_listed(
    fault: str, expected: type[Exception], settings: MakeSettings
) -> None:
    """An endpoint without a list of models ends in a typed error."""
    with pytest.raises(expected):
        asyncio.run(list_models(settings(fault)))


@pytest.mark.parametrize("body", [b"[]", b'{"data": 3}', b"\xff", b" " * 6_000_000])
def test_a_list_of_models_that_is_none(
    body: bytes, httpx2_mock: respx.Router, settings: MakeSettings
) -> None:
    """A list of another form, or without end, is a BadReply."""
    httpx2_mock.get("http://model.test/v1/models").respond(200, content=body)
    with pytest.raises(BadReply):
        asyncio.run(list_models(settings(**MOCKED)))


def test_the_list_of_models_has_a_deadline(settings: MakeSettings) -> None:
    """A list that does not come is given up."""
    with pytest.raises(ModelTimeout):
        asyncio.run(list_models(settings("read_timeout", deadline_s=0.2)))


def test_the_only_model_served_is_chosen(server: FaultServer, settings: MakeSettings) -> None:
    """One model served needs no choice; several do, and are named; none says so."""
    assert asyncio.run(choose_model(settings(model=None))).model == "fake-1"
    assert asyncio.run(choose_model(settings(model="mine"))).model == "mine"
    server.models = tuple(f"m{n:02}" for n in range(15))
    with pytest.raises(
        UsageError, match=r"serves 15 models and none is chosen: .*m00, m01.* and 3 more"
    ):
        asyncio.run(choose_model(settings(model=None)))
    server.models = ()
    with pytest.raises(UsageError, match="load a model"):
        asyncio.run(choose_model(settings(model=None)))


def test_a_refused_parameter_is_named(httpx2_mock: respx.Router, settings: MakeSettings) -> None:
    """A request that is not accepted names the parameter, and nothing else the server wrote."""
    httpx2_mock.post(URL).respond(
        400, content=error(None, "x", "sk-CANARY is bad", "response_format")
    )
    outcome = ask(settings(**MOCKED))
    assert type(outcome.error) is RequestRejected
    assert "'response_format'" in str(outcome.error)
    assert "CANARY" not in str(outcome.error)
