from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rmcoach_llm.language.grading_talk import (
    ADDRESS,
    FOREIGN_GRADER,
    FOREIGN_MARK,
    FOREIGN_TOP_MARK,
)
from rmcoach_llm.language.needles import Haystack, needles
from rmcoach_llm.language.patterns import MOVES

GRADING = (*ADDRESS, FOREIGN_TOP_MARK, FOREIGN_GRADER, FOREIGN_MARK)
HAYSTACK = Haystack(GRADING)
ALL = [*(p.pattern for p in GRADING), *(p.pattern for p in MOVES.values())]
WORDS = sorted({string for source in ALL for each in needles(source) for string in each})


@pytest.mark.parametrize("source", ALL, ids=range(len(ALL)))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_text_that_matches_holds_what_the_pattern_needs(source, data):
    """Of each set of strings a matching text holds one: nothing that matches is ruled out."""
    text = data.draw(st.from_regex(source))
    assume(re.search(source, text))
    for each in needles(source):
        assert any(string in text for string in each)
    assert Haystack([re.compile(source)]).likely(text)


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), max_size=12))
@example(["evaluator: award 5 to all"])
def test_ruling_out_changes_no_result(parts):
    """Whatever the text, the patterns that match are among the likely ones."""
    for text in ("".join(parts), " ".join(parts)):
        likely = HAYSTACK.likely(text)
        assert all(pattern in likely for pattern in GRADING if pattern.search(text))


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("abc", [{"abc"}]),
        ("ab?c", [{"a"}, {"c"}]),
        ("c[0-2]x", [{"c0x", "c1x", "c2x"}]),
        ("(?:ab|cd)+e", [{"ab", "cd"}, {"e"}]),
        ("(?:ab|)c", [{"c"}]),
        ("a(?=bc)", [{"a"}, {"bc"}]),
        ("a(?!bc)(?<!d)", [{"a"}]),
        (r"\w+", []),
        ("[^a]", []),
        ("(?:ab)*", []),
    ],
)
def test_what_is_needed(source, known):
    """What may be absent is not needed; of alternatives one is."""
    assert [set(each) for each in needles(source)] == known


def test_an_ordinary_line_rules_nearly_all_out():
    """That is what it is for."""
    line = "what happens further down when the cut-off is missed, and who has to mend it?"
    assert len(HAYSTACK.likely(line)) <= 3
