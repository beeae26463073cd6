"""The spread of scores: the figures of the standard library, whatever the order."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.reports.batch import summary_line
from rmcoach_llm.reports.spread import LOWEST, Spread, Spreads

SCORES = st.lists(st.floats(0, 5), min_size=2, max_size=60)


@given(SCORES, st.floats(0, 5))
def test_figures_are_those_of_the_standard_library(scores: list[float], mark: float) -> None:
    """Mean, deviation, lowest, highest and how many are below the mark."""
    spread = Spread(mark)
    for score in scores:
        spread.add(score)
    assert spread.mean == pytest.approx(statistics.fmean(scores), abs=1e-9)
    assert spread.deviation == pytest.approx(statistics.stdev(scores), abs=1e-6)
    assert (spread.low, spread.high) == (min(scores), max(scores))
    assert spread.under == sum(score < mark for score in scores)


@given(SCORES)
def test_the_lowest_are_named_in_order(scores: list[float]) -> None:
    """As many as are shown, lowest first, of equal ones those that came first."""
    spreads = Spreads()
    for n, score in enumerate(scores):
        spreads.add(f"t{n}", {"trust": score})
    order = sorted(range(len(scores)), key=lambda n: (scores[n], n))[:LOWEST]
    expected = ", ".join(f"t{n} {scores[n]:.1f}" for n in order)
    assert spreads.lines()[-1] == f"lowest: {expected}"


def test_one_transcript_has_no_spread() -> None:
    """A table for one would say nothing that its line does not say."""
    spreads = Spreads()
    spreads.add("a", {"trust": 2.0})
    spreads.add("b", {})
    assert spreads.lines() == []


def test_only_rubrics_with_a_pass_mark_are_counted_against_one() -> None:
    """A rubric without one has a dash."""
    spreads = Spreads({"trust": 3.0, "presenting": None})
    for label in ("a", "b"):
        spreads.add(label, {"trust": 2.0, "presenting": 2.0})
    _, trust, presenting, _ = spreads.lines()
    assert trust.endswith("  2 (3.0)")
    assert presenting.endswith("  -")


def test_hostile_names_do_not_steer_the_terminal() -> None:
    """Names of files and endings are shown escaped."""
    spreads = Spreads()
    for _ in range(2):
        spreads.add("a\x1b[2J\n.txt", {"trust": 2.0})
    assert "a\\x1b[2J\\x0a.txt" in spreads.lines()[-1]
    assert "\x1b" not in summary_line({}, {"ending '.\x1b[2J'": 1})


def test_many_reasons_are_cut() -> None:
    """A folder with thousands of endings does not fill the screen: the most frequent are named."""
    skipped = {f"ending '.{n}'": 1 for n in range(3_000)} | {"hidden": 7}
    said = summary_line({}, skipped)
    assert said.startswith("3,007 skipped (7 hidden, ")
    assert said.endswith("2,993 other reasons)")
