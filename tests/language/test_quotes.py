from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.folding import fold
from rmcoach_llm.language.quotes import long_enough, occurrences


@given(st.text(max_size=80))
def test_a_text_is_found_in_itself(text):
    """A text that shows anything stands in itself, from its first to its last visible sign."""
    places = list(occurrences(text, text))
    assert not places or text[places[0][0] : places[-1][1]].strip() != ""
    if any(character.isascii() and character.isalnum() for character in text):
        assert len(places) == 1


@given(st.text(max_size=40), st.text(max_size=80))
def test_spans_lie_within_the_text(quote, text):
    """Each span found is a real piece of the text."""
    assert all(0 <= a < b <= len(text) for a, b in occurrences(quote, text))


@given(st.text(max_size=40))
def test_folding_keeps_the_way_back(text):
    """Each folded character points to the place that it came from, in order."""
    folded = fold(text, str.casefold)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)


@pytest.mark.parametrize(
    ("quote", "found"), [("", 0), (" ", 0), ("one", 1), ("on", 0), ("nly one", 0), ("?", 1)]
)
def test_whole_words_only(quote, found):
    """Nothing is found nowhere, and a part of a word is no quote."""
    assert len(list(occurrences(quote, "Only one?"))) == found


def test_an_empty_quote_is_never_long_enough():
    """Signs alone prove nothing, even where they are all that the turn holds."""
    assert not long_enough("...", "...")
    assert not long_enough("", "")
