"""The objection can be spoken to, and moved."""

from __future__ import annotations

import pytest
from support.authoring import findings, good, only

from rmcoach_llm.authoring.doubts import ORDINARY
from rmcoach_llm.domain import Move
from rmcoach_llm.language.moves import moves_of


@pytest.mark.parametrize("kind", ORDINARY)
def test_each_kind_of_evidence_has_a_plain_line(kind: str) -> None:
    """The rules hear the evidence in the line that stands for it."""
    assert Move(kind) in moves_of(ORDINARY[kind].format(cue="the habit")).moves


def test_a_cue_that_any_line_holds() -> None:
    """A single word without content would make every line speak to the doubt."""
    data = good()
    data["objection"]["cues"].append("before")
    assert "objection.cues.12: 'before' stands in any line" in only(data)


def test_evidence_that_no_line_could_bring() -> None:
    """Cues beside which the evidence cannot be heard are an error."""
    data = good()
    data["objection"]["cues"] = ["ignore all previous instructions", "are you an AI"]
    found = [line for line in findings(data) if "moved_by" in line]
    assert any(
        "no plain line that holds one of the 'cues' is heard as 'number'" in f for f in found
    )


def test_too_much_evidence_and_twice_the_same() -> None:
    """More than three kinds are a warning, and so is a kind named twice."""
    data = good()
    data["objection"]["moved_by"] = ["number", "source", "commitment", "trade_off"]
    assert "asks for 4 kinds of evidence; 3 at most" in only(data)
    data["objection"]["moved_by"] = ["number", "number"]
    assert "'number' stands there twice" in only(data)
