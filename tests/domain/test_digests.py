"""Digests: the same everywhere and for ever, for the same content only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import authored_records as authored
from support import records
from support.fixed_records import fixed_records, scorecard_data
from support.golden import check_golden

from rmcoach_llm.domain import FrozenMap, Record, Scorecard, Transcript, Turn, digest_of, work_key

HERE = Path(__file__).parent
TESTS = HERE.parent
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _digests() -> str:
    return json.dumps({name: record.digest for name, record in fixed_records().items()}, indent=2)


def test_digests_do_not_move() -> None:
    """The digests of fixed records are those of the kept file: old scorecards stay findable."""
    check_golden(HERE / "digests.json", _digests())


@pytest.mark.parametrize("seed", ["0", "1234"])
def test_digests_are_the_same_in_another_process(seed: str) -> None:
    """No hash seed changes a digest."""
    code = (
        "import json; from support.fixed_records import fixed_records;"
        "print(json.dumps({n: r.digest for n, r in fixed_records().items()}, indent=2))"
    )
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == _digests()


@few
@given(talk=records.transcripts(), name=authored.names(), noted=authored.maps(authored.texts()))
def test_a_talk_under_another_name_is_the_same_work(
    talk: Transcript, name: str, noted: FrozenMap[str]
) -> None:
    """Neither id nor metadata changes the digest of a transcript."""
    before = talk.digest
    renamed = talk.model_copy(update={"id": name, "metadata": noted})
    assert renamed.digest == before
    assert Transcript.model_validate_json(renamed.model_dump_json()).digest == before


@few
@given(talk=records.transcripts(), data=st.data())
def test_any_change_of_a_turn_is_other_work(talk: Transcript, data: st.DataObject) -> None:
    """A turn more, a turn less, another word or another time gives another digest."""
    assume(talk.turns)
    place = data.draw(st.integers(0, len(talk.turns) - 1))
    turn = talk.turns[place]
    others: list[tuple[Turn, ...]] = [
        (),
        (turn, turn),
        (turn.model_copy(update={"text": turn.text + "!"}),),
        (turn.model_copy(update={"started_s": (turn.started_s or 0.0) + 1.0}),),
    ]
    for other in others:
        turns = (*talk.turns[:place], *other, *talk.turns[place + 1 :])
        assert talk.model_copy(update={"turns": turns}).digest != talk.digest


def test_records_of_different_types_differ() -> None:
    """Two types with the same fields have different digests."""

    class One(Record):
        x: int = 1

    class Two(Record):
        x: int = 1

    assert One().digest != Two().digest


def test_a_new_optional_field_changes_no_digest() -> None:
    """Absent and null are the same content."""

    class Before(Record):
        x: int = 1

    class After(Record):
        x: int = 1
        y: str | None = None

    After.__name__ = "Before"
    assert After().digest == Before().digest != After(y="a").digest


def test_a_digest_needs_finite_numbers() -> None:
    """What JSON cannot hold has no digest."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_of({"a": float("nan")})


def test_the_key_of_a_scorecard_is_that_of_its_work() -> None:
    """A scorecard is found again by transcript and evaluator, and by nothing else."""
    card = Scorecard.model_validate(scorecard_data())
    assert card.key == work_key(card.provenance.transcript, card.provenance.fingerprint)
    assert work_key("a", "b") != work_key("b", "a")
    assert card.model_copy(update={"flags": ()}).key == card.key
