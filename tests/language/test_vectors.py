from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.vectors import HEADER, WordTable, dot, mean, meaning, unit, word_table
from rmcoach_llm.language.words import stem

SMALL = WordTable(HEADER + b" 2 3\nbudget money\n" + bytes([255, 51, 3, 0, 4, 0, 127, 0]))


def test_a_table_gives_unit_vectors_and_rarity() -> None:
    """Rows are read by their stem; the length of a row does not matter."""
    assert SMALL.vector("budget") == pytest.approx((0.6, 0.0, 0.8))
    assert SMALL.vector("money") == pytest.approx((0.0, 1.0, 0.0))
    assert (SMALL.rarity("budget"), SMALL.rarity("money")) == (1.0, 0.2)
    assert "money" in SMALL
    assert len(SMALL) == 2


def test_an_unknown_word_is_rare_and_means_nothing() -> None:
    """It has no vector, and counts as one that tells a lot."""
    assert SMALL.vector("kraken") is None
    assert SMALL.rarity("kraken") == 1.0
    assert meaning([("qqqxzz", 1.0)]) == ()
    assert dot((), meaning([("budget", 1.0)])) == 0.0


@pytest.mark.parametrize(
    "data",
    [
        b"words\n\n",
        b"rmcoach words 9 1 1\na\nbb",
        HEADER + b" 2 1\na b\nxx",
        HEADER + b" 3 1\na b\nxxxxxx",
    ],
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    """A wrong header, a wrong count and a cut body are told at once."""
    with pytest.raises(ValueError, match=r"."):
        WordTable(data)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("budget", "money", "holiday"),
        ("decide", "approve", "bicycle"),
        ("deadline", "date", "music"),
        ("boss", "manager", "weather"),
        ("broken", "repair", "poem"),
    ],
)
def test_words_of_like_meaning_are_nearer(word: str, near: str, far: str) -> None:
    """That is what the table is for."""

    def likeness(other: str) -> float:
        return dot(meaning([(stem(word), 1.0)]), meaning([(stem(other), 1.0)]))

    assert likeness(near) > likeness(far) + 0.1


def test_the_common_words_tell_least() -> None:
    """ "The" stands in every sentence, "covenant" in few."""
    table = word_table()
    assert table.rarity("the") < table.rarity("what") < table.rarity("coven")
    assert len(table) > 15_000


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8))
def test_a_unit_vector_has_length_one(values: list[float]) -> None:
    """Or none at all, where every value is zero."""
    length = math.sqrt(dot(unit(values), unit(values)))
    assert length == pytest.approx(1.0) or not any(abs(value) > 1e-150 for value in values)


def test_a_mean_leaves_out_what_has_no_meaning() -> None:
    """Samples without a known word do not count, and of none there is no mean."""
    assert mean([(), (0.0, 2.0), ()]) == (0.0, 1.0)
    assert mean([(), ()]) == ()
