"""All records: frozen, strict, and the same after a trip through JSON or a pickle."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support import authored_records as authored
from support import records
from support.fixed_records import fixed_records

from rmcoach_llm.domain import (
    ChatMessage,
    ChatReply,
    ChatRequest,
    FrozenMap,
    Record,
    ResponseFormat,
)
from rmcoach_llm.domain import __all__ as public

SHAPES = {
    "Brief": records.briefs(),
    "BriefItem": records.brief_items(),
    "Feedback": records.feedbacks(),
    "Panel": records.panels(),
    "Run": records.runs(),
    "Behaviour": authored.behaviours(),
    "CallEnding": records.call_endings(),
    "CallIntent": records.call_intents(),
    "LedgerStatus": records.ledger_statuses(),
    "Outcome": records.outcomes(),
    "Criterion": authored.criteria(),
    "CriterionScore": records.criterion_scores(),
    "Cue": records.cues(),
    "Discovery": records.discoveries(),
    "Earned": records.earned(),
    "Evidence": records.evidence(),
    "Fact": authored.facts(),
    "Finding": records.findings(),
    "Heard": records.heards(),
    "Participant": records.participants(),
    "Persona": authored.personas(),
    "PlaytestResult": records.playtest_results(),
    "Price": records.prices(),
    "Prompt": authored.prompts(),
    "Provenance": records.provenances(),
    "Rubric": authored.rubrics(),
    "RubricScore": records.rubric_scores(),
    "Scenario": authored.scenarios(),
    "Scorecard": records.scorecards(),
    "Stance": records.stances(),
    "Trace": records.traces(),
    "Transcript": records.transcripts(),
    "Turn": records.turns(),
    "Unlock": authored.unlocks(),
    "Usage": records.usages(),
}
each_shape = pytest.mark.parametrize("shape", sorted(SHAPES))
slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
some = settings(max_examples=6, deadline=None, suppress_health_check=slow)
few = settings(some, max_examples=3)


@each_shape
@some
@given(data=st.data())
def test_a_record_is_the_same_after_a_trip_through_json(shape: str, data: st.DataObject) -> None:
    """What is written as JSON is read back as an equal record with the same digest."""
    record = data.draw(SHAPES[shape])
    again = type(record).model_validate_json(record.model_dump_json())
    assert again == record
    assert again.digest == record.digest


@each_shape
@some
@given(data=st.data())
def test_a_record_is_the_same_after_a_pickle_and_a_copy(shape: str, data: st.DataObject) -> None:
    """Other processes get an equal record, whether or not its digest was asked for before."""
    record = data.draw(SHAPES[shape])
    for _ in range(2):
        for again in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
            assert again == record
            assert again.digest == record.digest
            assert again.model_dump() == record.model_dump()


@each_shape
@some
@given(data=st.data())
def test_equal_records_have_equal_hashes(shape: str, data: st.DataObject) -> None:
    """A record can be a key: an equal one finds it."""
    record = data.draw(SHAPES[shape])
    again = type(record).model_validate_json(record.model_dump_json())
    assert {record: "found"}[again] == "found"


@each_shape
@some
@given(data=st.data())
def test_the_order_of_keys_does_not_matter(shape: str, data: st.DataObject) -> None:
    """The digest is the same in whatever order the keys of a file stand."""
    record = data.draw(SHAPES[shape])
    turned = type(record).model_validate_json(json.dumps(_turned(record.model_dump(mode="json"))))
    assert turned.digest == record.digest


def _turned(value: object) -> object:
    """Turn the order of all keys round."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@each_shape
@few
@given(data=st.data())
def test_a_record_cannot_be_changed(shape: str, data: st.DataObject) -> None:
    """No field can be set or deleted."""
    record = data.draw(SHAPES[shape])
    for name in type(record).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, getattr(record, name))
        with pytest.raises(ValidationError, match="frozen"):
            delattr(record, name)


@each_shape
@few
@given(data=st.data(), key=authored.slugs())
def test_an_unknown_key_is_refused(shape: str, data: st.DataObject, key: str) -> None:
    """A key that the record has not is an error that names it, not a silent loss."""
    record = data.draw(SHAPES[shape])
    assume(key not in type(record).model_fields)
    with pytest.raises(ValidationError) as raised:
        type(record).model_validate({**record.model_dump(), key: 1})
    assert [(error["type"], error["loc"]) for error in raised.value.errors()] == [
        ("extra_forbidden", (key,))
    ]


@pytest.mark.parametrize("record", fixed_records().values(), ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("number", [0, 2, 99, -1, "2", "01", "", None])
def test_another_format_is_refused(record: Record, number: object) -> None:
    """A file of a newer form is refused at its `format`, as number and as text; "1" is taken."""
    plain = record.model_dump()
    with pytest.raises(ValidationError) as raised:
        type(record).model_validate({**plain, "format": number})
    assert raised.value.errors()[0]["loc"] == ("format",)
    assert type(record).model_validate({**plain, "format": "1"}) == record


def test_every_public_record_is_tested_here() -> None:
    """A new record gets a strategy, or is part of one that has it."""
    from rmcoach_llm import domain

    shapes = {
        name
        for name in public
        if isinstance(getattr(domain, name), type) and issubclass(getattr(domain, name), Record)
    }
    within = {"Flag", "KnownFact", "Lines", "Match", "Objection", "ScenarioRef", "Term"}
    within |= {"Advice", "KeptCall", "LongRates", "NextStep", "Praise", "Rates", "Rule"}
    chat = {"ChatMessage", "ChatReply", "ChatRequest", "ResponseFormat", "StructuredReply"}
    assert shapes - set(SHAPES) == within | chat | {"Record", "Speech"}


def test_a_request_is_the_same_after_a_trip_through_json() -> None:
    """A request with a JSON Schema of any depth comes back equal, and needs a message."""
    request = ChatRequest(
        messages=(ChatMessage(role="user", content="Hi"),),
        response_format=ResponseFormat(
            kind="json_schema", json_schema=FrozenMap({"a": {"b": [1, {"c": None}]}})
        ),
        deadline_s=1.5,
    )
    assert ChatRequest.model_validate_json(request.model_dump_json()) == request
    with pytest.raises(ValidationError, match="at least 1 item"):
        ChatRequest(messages=())


def test_a_copy_has_its_own_digest() -> None:
    """A changed copy does not inherit the digest that was counted for the original."""
    reply = ChatReply(text="a", model="m")
    before = reply.digest
    changed = reply.model_copy(update={"text": "b"})
    assert changed.digest == ChatReply(text="b", model="m").digest != before
    assert reply.model_copy(deep=True).digest == reply.digest == before


@pytest.mark.parametrize("shape", ["Prompt", "Rubric", "Scenario", "Scorecard", "Transcript"])
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_a_record_has_a_json_schema(shape: str, mode: str) -> None:
    """Editors get a schema that allows no unknown key."""
    from rmcoach_llm import domain

    schema = getattr(domain, shape).model_json_schema(mode=mode)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
