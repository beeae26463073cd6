from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import Layer
from rmcoach_llm.language.layers import LAYERS, clear_layers, layer_shares
from rmcoach_llm.language.words import all_stems


@pytest.mark.parametrize(
    ("line", "layer"),
    [
        ("Who has to say yes to this?", Layer.DECISION),
        ("What would convince your boss?", Layer.DECISION),
        ("Are there any rules that we have to respect?", Layer.CONSTRAINT),
        ("How would you measure whether it has worked?", Layer.SUCCESS_MEASURE),
        ("What do you really need?", Layer.NEED),
        ("Can you describe the tool that you have in mind?", Layer.WANT),
        ("What happens today, and how often does it go wrong?", Layer.SYMPTOM),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(line: str, layer: Layer) -> None:
    """In words that would do in any scenario."""
    shares = dict(zip(LAYERS, layer_shares(all_stems(line)), strict=True))
    assert max(shares, key=lambda name: shares[name]) is layer


@given(st.lists(st.text(max_size=8), max_size=30))
def test_the_shares_sum_to_one(stems: list[str]) -> None:
    """Whatever is said, and for nothing said as well."""
    assert math.isclose(sum(layer_shares(stems)), 1.0)


def test_words_that_leave_no_doubt() -> None:
    """Most lines have none."""
    assert clear_layers("Who has to approve this?") == {Layer.DECISION}
    assert clear_layers("How long does it take?") == frozenset()
