"""Figures of agreement, against what is worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import auc, bootstrap, difference, f1, macro_f1, share

LABELS = st.sampled_from(["a", "b", "c"])
GROUPS = st.dictionaries(
    st.text("xyz", min_size=1, max_size=3),
    st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=5),
    min_size=1,
    max_size=6,
)


def test_f1_is_worked_out_by_hand():
    """Two right of three given and four found make 4 / 7."""
    rows = [("y", "y"), ("y", "y"), ("y", "n"), ("n", "y"), ("n", "y"), ("n", "n")]
    assert f1(rows, "y") == pytest.approx(4 / 7)


def test_macro_f1_weighs_labels_alike():
    """A rare label counts as much as a common one, and one that is never found counts 0."""
    rows = [("a", "a")] * 98 + [("b", "a")] * 2
    assert macro_f1(rows) == pytest.approx((2 * 98 / (98 + 100) + 0) / 2)


@given(st.lists(st.tuples(st.booleans(), st.floats(-9, 9)), max_size=12))
def test_auc_turns_round_with_the_scores(rows):
    """Scores with the other sign give what is missing to 1."""
    assert auc([(good, -score) for good, score in rows]) == pytest.approx(1 - auc(rows))


@given(GROUPS)
def test_an_interval_is_the_same_each_time_and_within_the_range(groups):
    """The same data give the same interval, low before high, within 0 and 1."""
    one = bootstrap(groups, macro_f1, 50)
    assert one == bootstrap(groups, macro_f1, 50)
    assert 0 <= one.low <= one.high <= 1


def test_whole_groups_are_drawn():
    """Rows that agree within a transcript do not make the interval narrower."""
    few = bootstrap({"a": [1.0], "b": [0.0]}, share)
    many = bootstrap({"a": [1.0] * 50, "b": [0.0] * 50}, share)
    assert (few.low, few.high) == (many.low, many.high)


def test_a_paired_difference_of_the_same_figure_is_nought():
    """Both figures are taken of the same draws."""
    groups = {str(k): [(k % 2 == 0, float(k))] for k in range(9)}
    assert difference(groups, auc, auc) == (0.0, 0.0, 0.0)
