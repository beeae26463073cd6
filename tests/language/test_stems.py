"""The table of stems says what the stemmer says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stem_table import table
from rmcoach_llm.language.words import STEMS, stem, stem_anew


def test_the_table_is_what_the_stemmer_gives() -> None:
    """The file is the one that its command writes: a word looked up has the stem that it would get."""
    assert STEMS.read_text(encoding="utf-8") == table()


@given(word=st.from_regex(r"[a-z0-9]{1,12}(?:'[a-z]{1,3})?", fullmatch=True))
def test_any_word_has_the_stem_of_the_stemmer(word: str) -> None:
    """Whether or not a word stands in the table, its stem is the stemmer's."""
    assert stem(word) == stem_anew(word)
