from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.words import all_stems, plain, sentences, stem, stems, words


@given(st.text(max_size=400))
def test_plain_text_keeps_every_character_in_its_place(text: str) -> None:
    """Places found in the plain text must hold in the text as it was typed."""
    assert len(plain(text)) == len(text)


def test_a_letter_that_grows_when_made_small_does_not_shift_places() -> None:
    """The dotted capital I has a small form of two characters: the text then stays as it is."""
    assert plain("\u0130 SAY \u201cyes\u201d") == '\u0130 SAY "yes"'


@given(st.text(max_size=400))
def test_sentences_lie_in_the_text_in_order_and_hold_no_white_space_at_the_ends(text: str) -> None:
    """A sentence can be cut out of the text by its places."""
    end = 0
    for found in sentences(text):
        assert end <= found.start < found.end <= len(text)
        assert plain(text)[found.start : found.end] == found.plain == found.plain.strip()
        end = found.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It grew 3.5 percent. Why?", ["it grew 3.5 percent.", "why?"]),
        ("Wait... what?!", ["wait...", "what?!"]),
        ("one\n\ntwo", ["one", "two"]),
        ('He said "no." Then left.', ['he said "no."', "then left."]),
        ("", []),
        (" \n ", []),
        ("no end", ["no end"]),
        ("By Monday Mrs. Adeyemi has it. Fine.", ["by monday mrs. adeyemi has it.", "fine."]),
    ],
)
def test_sentences_end_at_marks_and_line_breaks(text: str, expected: list[str]) -> None:
    """A point inside a number ends nothing."""
    assert [found.plain for found in sentences(text)] == expected


def test_words_keep_apostrophes_of_both_kinds() -> None:
    """Typographic quotes are typed by phones, straight ones by keyboards."""
    assert words("Don\u2019t, isn't") == ["don't", "isn't"]


def test_stems_leave_function_words_out_and_keep_numbers() -> None:
    """What carries content is compared, and figures are content."""
    assert stems("How many of the 43 differences are open?") == ["mani", "43", "differ", "open"]
    assert all_stems("the open") == ["the", "open"]


def test_a_possessive_has_the_stem_of_its_noun() -> None:
    """ "Katja's" is about Katja."""
    assert stem("katja's") == stem("katja")


def test_stems_are_those_that_the_weights_were_fitted_with() -> None:
    """Versions of the stemmer before 3.1 cut these words elsewhere: the tables know them as here."""
    assert list(map(stem, ("added", "emergency", "evening", "internal"))) == [
        "add",
        "emergenc",
        "evening",
        "internal",
    ]
