from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.spelling import Speller

SPELLER = Speller(["budget", "covenant", "covenant", "convenant", "depot", "rota", "the"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bugdet", "budget"),
        ("budgt", "budget"),
        ("budgeet", "budget"),
        ("budgat", "budget"),
        ("depots", "depot"),
        ("budget", "budget"),
        ("gadget", "gadget"),
        ("rtoa", "rtoa"),
        ("tthe", "tthe"),
        ("", ""),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    """A letter swapped, left out, added or wrong, in a word of five letters or more."""
    assert SPELLER.right(typed) == meant


def test_the_commoner_of_two_words_is_meant() -> None:
    """Both are one letter away."""
    assert Speller(["grape", "grade", "grade"]).right("grabe") == "grade"


@given(st.sampled_from(["dashboard", "reconciliation", "supplier"]), st.data())
def test_any_single_slip_leads_back(word: str, data: st.DataObject) -> None:
    """Wherever it happens."""
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    speller = Speller(["dashboard", "reconciliation", "supplier"])
    typed = (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    )
    assert [speller.right(slip) for slip in typed] == [word] * 4


@given(st.text(max_size=12))
def test_what_is_near_to_nothing_stays(word: str) -> None:
    """A word is either kept or becomes a known one."""
    assert SPELLER.right(word) in {word, "budget", "covenant", "convenant", "depot", "rota"}
