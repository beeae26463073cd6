"""A pattern taken apart finds what the whole finds, at the same place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.alternatives import alternatives


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (r"ab|c[|)]d|e\|f", ("ab", "c[|)]d", r"e\|f")),
        (r"\b(?:ab|c(?:d|e))\b", (r"\b(?:ab)\b", r"\b(?:c(?:d|e))\b")),
        (r"\b(?:a|b)(?!\w)", (r"\b(?:a)(?!\w)", r"\b(?:b)(?!\w)")),
        (r"(?:a|b)\s*\?$", (r"(?:a|b)\s*\?$",)),
        (r"(?:a|b)(?!c|d)", (r"(?:a|b)(?!c|d)",)),
        (r"(?:a|b) c", (r"(?:a|b) c",)),
        (r"^(?:a|b)*", (r"^(?:a|b)*",)),
        (r"(a)|b", (r"(a)|b",)),
        (r"(?P<x>a)|b", (r"(?P<x>a)|b",)),
    ],
)
def test_what_is_taken_apart(source, parts):
    """Branches, and those of a group with nothing but edges around it; never what is remembered."""
    assert alternatives(source) == parts


@given(
    st.sampled_from(
        (
            r"\b(?:ab|a|b+)\b",
            r"(?<!b)(?:a|ab)|b",
            r"(?:ab|a)|^(?:b|ba)",
            r"a\b|(?:b| )",
            r"(?:a|ab|b)(?! )\b",
        )
    ),
    st.text(alphabet="ab ", max_size=12),
)
def test_the_first_match_of_all_is_that_of_the_whole(source, text):
    """The one furthest to the left, and of two there that of the alternative written first."""
    found = [m for part in alternatives(source) if (m := re.search(part, text))]
    first = min(found, key=lambda match: match.start(), default=None)
    whole = re.search(source, text)
    assert (first and first.span()) == (whole and whole.span())
