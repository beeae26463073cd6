"""Records come out of whatever way of asking the endpoint takes, or a BadReply."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from support.chat_asking import question
from support.fault_server import FaultServer

from rmcoach_llm.chat import ScriptedModel, StructuredChat, create_structured_model
from rmcoach_llm.chat.memory import EndpointMemory, Forgetful
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.parsing import read_record
from rmcoach_llm.chat.replies import ReplyTooLong
from rmcoach_llm.chat.schemas import is_strict, strict_schema
from rmcoach_llm.domain import ChatMessage, ChatRequest, FrozenMap, Record, StructuredReply
from rmcoach_llm.errors import BadReply, ModelDeclined, RequestRejected
from rmcoach_llm.settings import ModelSettings


class Part(Record):
    """Hold one part."""

    text: str = ""


class Mark(Record):
    """Hold what is asked for."""

    word: str
    number: Annotated[int, Field(ge=0, le=5)] = 0
    kind: Literal["a", "b"] | None = None
    parts: tuple[Part, ...] = ()


GOOD = '{"word": "yes", "number": 3}'
BAD = '{"word": "yes", "number": 9}'


def ask(model: ScriptedModel, memory: Forgetful | None = None) -> StructuredReply[Mark]:
    """Ask once for a Mark."""
    return asyncio.run(StructuredChat(model, memory=memory).ask(question(), Mark))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Sure! {GOOD} Anything else?",
        f"<think>maybe {{}} or {BAD}</think>\n{GOOD}",
        f"first {BAD}, no: {GOOD}",
    ],
)
def test_a_record_is_found_in_its_wrapping(text: str) -> None:
    """JSON may be bare, fenced, among words, or after thoughts."""
    assert read_record(text, Mark) == Mark(word="yes", number=3)


junk = st.text(alphabet=st.sampled_from('{}[]":,`\\ud8 0nwxNI\n'), max_size=60) | st.text(
    max_size=60
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
)


@given(junk | values.map(lambda v: f"```json\n{json.dumps(v)}\n```") | values.map(json.dumps))
def test_junk_raises_nothing_but_bad_reply(text: str) -> None:
    """Whatever a model writes is a valid record or a BadReply."""
    with suppress(BadReply):
        assert isinstance(read_record(text, Mark), Mark)


@pytest.mark.parametrize(
    "text", ["{" * 50_000, '{"a":' * 50_000, '{"word": ' + "1" * 5_000 + "}", '{"word": NaN}']
)
def test_hostile_json_is_a_bad_reply(text: str) -> None:
    """Depth, length and odd numbers end in a BadReply, soon."""
    with pytest.raises(BadReply):
        read_record(text, Mark)


def test_text_of_a_record_can_be_stored() -> None:
    """Lone surrogates within JSON strings are replaced."""
    assert (
        read_record('{"word": "a\\ud800", "parts": [{"text": "\\u0000"}]}', Mark).word == "a\ufffd"
    )


def test_the_schema_is_strict() -> None:
    """All fields are required, no others allowed, small ranges are choices, bounds are left out."""
    schema = strict_schema(Mark)
    assert schema["required"] == ["word", "number", "kind", "parts"]
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Part"]["required"] == ["text"]
    assert schema["properties"]["number"] == {"type": "integer", "enum": [0, 1, 2, 3, 4, 5]}
    assert not {"default", "minimum", "title"} & set(json.dumps(schema).split('"'))
    assert is_strict(schema)


def test_wide_and_open_ranges_have_no_choices() -> None:
    """A range above 21 numbers or without an end is no enum; exclusive bounds count."""

    class Ranges(Record):
        wide: Annotated[int, Field(ge=0, le=100)]
        open_end: Annotated[int, Field(ge=0)]
        narrow: Annotated[int, Field(gt=0, lt=3)]

    fields = strict_schema(Ranges)["properties"]
    assert ["enum" in fields[name] for name in ("wide", "open_end")] == [False, False]
    assert fields["narrow"]["enum"] == [1, 2]


def test_a_good_answer_costs_one_call() -> None:
    """Where the endpoint takes a schema, one call is made and the rung remembered."""
    model, memory = ScriptedModel([GOOD]), Forgetful()
    answer = ask(model, memory)

    assert answer.value == Mark(word="yes", number=3)
    assert answer.reply.usage.calls == 1
    assert memory.recall() == "json_schema"
    asked = model.requests[0].response_format
    assert asked is not None
    assert asked.kind == "json_schema"


def test_one_repair_shows_what_is_wrong() -> None:
    """A wrong record is asked for once more, with the field named; both calls are counted."""
    model = ScriptedModel([BAD, GOOD])
    answer = ask(model)

    assert answer.value.number == 3
    assert answer.reply.usage.calls == 2
    *_, shown, told = model.requests[1].messages
    assert (shown.role, shown.content) == ("assistant", BAD)
    assert "number" in told.content
    assert "less than or equal to 5" in told.content


def test_refused_rungs_are_left_and_the_working_one_remembered() -> None:
    """Each refusal leads one rung down; the next question begins where it worked."""
    refused = RequestRejected("no")
    model, memory = ScriptedModel([refused, refused, refused, GOOD, GOOD]), Forgetful()
    chat = StructuredChat(model, memory=memory)
    for _ in range(2):
        assert asyncio.run(chat.ask(question(), Mark)).value.word == "yes"

    formats = [
        r.response_format and (r.response_format.kind, bool(r.response_format.json_schema))
        for r in model.requests
    ]
    assert formats == [
        ("json_schema", True),
        ("json_object", True),
        ("json_object", False),
        None,
        None,
    ]
    assert memory.recall() == "prompt"
    assert "JSON Schema" in model.requests[3].messages[0].content


def test_a_rung_that_never_worked_is_left_after_bad_records() -> None:
    """An endpoint that ignores the schema is asked in words; that is not remembered."""
    model, memory = ScriptedModel(["no", "no", GOOD]), Forgetful()
    assert ask(model, memory).value.word == "yes"
    assert memory.recall() is None


def test_a_rung_that_has_worked_is_not_left_for_a_bad_record() -> None:
    """With a proven rung two bad records end in BadReply: two calls, not eight."""
    memory = Forgetful()
    memory.keep("json_object")
    model = ScriptedModel(["no", "no"])
    with pytest.raises(BadReply, match="no JSON object"):
        ask(model, memory)
    assert len(model.requests) == 2


def test_all_rungs_refused() -> None:
    """An endpoint that takes no request at all raises its refusal."""
    with pytest.raises(RequestRejected):
        ask(ScriptedModel([RequestRejected("no")] * 4))


def test_never_a_valid_record() -> None:
    """At most five calls are made for a record that never comes."""
    model = ScriptedModel(lambda _: "never")
    with pytest.raises(BadReply):
        ask(model)
    assert len(model.requests) == 5


def test_a_refusal_is_not_argued_with() -> None:
    """F20: a model that declines is asked once."""
    model = ScriptedModel([ModelDeclined("no")])
    with pytest.raises(ModelDeclined):
        ask(model)
    assert len(model.requests) == 1


def test_a_cut_record_gets_one_larger_limit() -> None:
    """F21: an answer cut at its length is asked for once more, with more room, then raised."""
    cut = ReplyTooLong("cut")
    model = ScriptedModel([cut, GOOD])
    request = question(max_tokens=100)
    answer = asyncio.run(StructuredChat(model).ask(request, Mark))
    assert (model.requests[1].max_tokens, answer.reply.usage.calls) == (200, 2)

    model = ScriptedModel([cut, cut])
    with pytest.raises(ReplyTooLong):
        ask(model)
    assert model.requests[1].max_tokens == 4_096


def test_free_keys_begin_a_rung_lower() -> None:
    """A record with a map of free names cannot be asked for strictly, so it is not."""

    class Free(Record):
        counts: FrozenMap[int]

    model = ScriptedModel(['{"counts": {"a": 1}}'])
    asyncio.run(StructuredChat(model).ask(question(), Free))
    assert model.requests[0].response_format is not None
    assert model.requests[0].response_format.kind == "json_object"


def test_the_schema_joins_the_system_message() -> None:
    """In words, the schema follows the system message that is there; there is never a second."""
    memory = Forgetful()
    memory.keep("prompt")
    model = ScriptedModel([GOOD])
    request = ChatRequest(
        messages=(ChatMessage(role="system", content="Be brief."), *question().messages)
    )
    asyncio.run(StructuredChat(model, memory=memory).ask(request, Mark))

    roles = [message.role for message in model.requests[0].messages]
    assert roles == ["system", "user"]
    assert model.requests[0].messages[0].content.startswith("Be brief.\n\n")


def test_what_works_is_remembered_on_disk(
    tmp_path: Path, server: FaultServer, settings: Callable[..., ModelSettings]
) -> None:
    """Against an endpoint that takes no response_format: found once, then asked right at once."""
    chosen = settings("no_json", memory=tmp_path / "deep" / "endpoints.json", deadline_s=5)

    async def once() -> str:
        model = OpenAIChat(chosen)

        class Sample(Record):
            word: str
            number: int

        answer = await create_structured_model(model, chosen).ask(question(), Sample)
        await model.close()
        return answer.value.word

    assert [asyncio.run(once()) for _ in range(2)] == ["yes", "yes"]
    assert server.requests["no_json"] == 4 + 1


def test_without_a_file_memory_lasts_as_long_as_the_model() -> None:
    """A model without a memory file still answers."""
    chat = create_structured_model(ScriptedModel([GOOD]), ModelSettings())
    assert asyncio.run(chat.ask(question(), Mark)).value.word == "yes"


def test_a_broken_memory_is_no_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A memory that cannot be read or written is logged and does not stop anything."""
    path = tmp_path / "endpoints.json"
    memory = EndpointMemory(path, "http://h/v1", "m")
    for text in ("{oops", "[]", '{"http://h/v1 m": 3}', '{"http://h/v1 m": {"json": 3}}'):
        path.write_text(text)
        assert memory.recall() is None
    memory.keep("prompt")
    memory.keep("prompt")
    assert memory.recall() == "prompt"
    assert "cannot be read" in caplog.text
    EndpointMemory(path / "below" / "a.json", "u", "m").keep("prompt")
    assert "cannot be written" in caplog.text
    folder = tmp_path / "taken.json"
    (folder / "x").mkdir(parents=True)
    EndpointMemory(folder, "u", "m").keep("prompt")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["endpoints.json", "taken.json"]
