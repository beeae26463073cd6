"""A judge that saw nothing is found out, and no careful reader is taken for one."""

from __future__ import annotations

import pytest

from benchmarks.judge_silence import figures


@pytest.fixture(scope="module")
def told():
    """Give the figures, reckoned once."""
    return figures()


@pytest.mark.parametrize("sign", ["+", "-"])
def test_no_careful_reader_is_disbelieved(told, sign):
    """Even if the second look confirmed all that code finds, each reader would be believed."""
    assert told[sign]["judgements"] >= 90
    assert told[sign]["honest, not believed"] == 0


@pytest.mark.parametrize(("sign", "least", "share"), [("+", 60, 0.85), ("-", 40, 0.7)])
def test_a_silent_judge_is_found_out(told, sign, least, share):
    """Of talks with three or more behaviours to see most show that the judge saw none."""
    assert told[sign]["with 3 or more to see"] >= least
    found = told[sign]["of these, a silent one is found out"]
    assert found >= share * told[sign]["with 3 or more to see"]
