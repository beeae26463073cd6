"""Agreement between judges, and intervals of their mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.calibration.agreement import nominal_alpha
from rmcoach_llm.calibration.resampling import MOST_EXACT, mean_interval

UNITS = st.lists(st.lists(st.sampled_from(["a", "b", None]), min_size=2, max_size=4), max_size=9)


def test_alpha_is_that_of_the_textbook():
    """Krippendorff's own example with four observers and missing values gives .743."""
    one = "1 2 3 3 2 1 4 1 2 . . .".split()
    two = "1 2 3 3 2 2 4 1 2 5 . 3".split()
    three = ". 3 3 3 2 3 4 2 2 5 1 .".split()
    four = "1 2 3 3 2 4 4 1 2 5 1 .".split()
    units = [
        [None if value == "." else value for value in unit]
        for unit in zip(one, two, three, four, strict=True)
    ]
    assert nominal_alpha(units) == pytest.approx(0.743, abs=0.0005)


@given(UNITS)
def test_alpha_is_at_most_one_and_one_only_for_full_agreement(units):
    """No disagreement gives 1, and any disagreement less."""
    alpha = nominal_alpha(units)
    if alpha is not None:
        assert alpha <= 1
        assert (alpha == 1) is all(len(set(unit) - {None}) < 2 for unit in units)


def test_agreement_is_undefined_without_two_judgements():
    """One judge, or nothing to judge, gives no figure instead of a good one."""
    assert nominal_alpha([]) is None
    assert nominal_alpha([["a", None], ["b"]]) is None


SCORES = st.floats(0, 5, allow_subnormal=False)


@given(st.lists(SCORES, min_size=1, max_size=9))
def test_an_interval_lies_within_the_values(values):
    """The ends are means of resamples, and the method says how they were found."""
    interval = mean_interval(values)
    assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9
    assert interval.method == ("exact" if len(values) <= MOST_EXACT else "bootstrap")
    assert mean_interval(values) == interval


@given(st.lists(SCORES, min_size=2, max_size=5))
def test_all_resamples_give_what_many_drawn_ones_give(values):
    """For few values the exact ends are quantiles of the full set of resamples."""
    from itertools import product

    means = sorted(sum(pick) / len(values) for pick in product(values, repeat=len(values)))
    interval = mean_interval(values)
    at_or_below = sum(mean <= interval.low + 1e-9 for mean in means) / len(means)
    at_or_above = sum(mean >= interval.high - 1e-9 for mean in means) / len(means)
    assert at_or_below >= 0.05 - 1e-9
    assert at_or_above >= 0.05 - 1e-9
    below = sum(mean < interval.low - 1e-9 for mean in means) / len(means)
    assert below < 0.05 + 1e-9


def test_no_value_has_no_interval():
    """Nothing was judged: that is an error of the caller, not an interval."""
    with pytest.raises(ValueError, match="at least one value"):
        mean_interval([])
