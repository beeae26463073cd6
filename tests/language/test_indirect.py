"""Questions that do not look like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.language.indirect import SUPPOSES_FIRST, put_directly
from rmcoach_llm.language.moves import moves_of


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("I wonder what they wait for.", "what they wait for?"),
        (
            "Nice view. I'd be curious which numbers you trust least.",
            "which numbers you trust least?",
        ),
        ("It would help me to know what a good month looks like.", "what a good month looks like?"),
        ("Perhaps you could tell me about a test that went badly.", "a test that went badly?"),
        (
            "It'd be nice to hear from a guest who didn't come back.",
            "a guest who didn't come back?",
        ),
        ("Tell me who'd be around the table.", "who'd be around the table?"),
        ("I don't quite understand why they wait.", "why they wait?"),
    ],
)
def test_what_says_that_it_asks_is_put_as_the_question_that_it_holds(
    line: str, question: str
) -> None:
    """The question begins at its question word, or at the noun after a verb of telling."""
    found = put_directly(line)
    assert found is not None
    assert (found.text, found.supposed) == (question, False)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("I suppose not every run is worth the wait.", "not every run is worth the wait?"),
        ("The family will want to have a word, I suppose.", "the family will want to have a word?"),
        (
            "Somebody must be leaning on you about dates.",
            "somebody must be leaning on you about dates?",
        ),
        ("People don't like bad news, do they.", "people don't like bad news?"),
        (
            "Sounds like a job change is when things go wrong.",
            "a job change is when things go wrong?",
        ),
        ("I take it we can't change the ledger.", "we can't change the ledger?"),
    ],
)
def test_what_only_the_partner_can_know_is_put_as_a_question(line: str, question: str) -> None:
    """Somebody who supposes something about the partner's world is heard as asking."""
    found = put_directly(line)
    assert found is not None
    assert (found.text, found.supposed) == (question, True)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Good morning.",
        "I will send you the note by Friday.",
        "We could build you a tool for that.",
        "My team may be able to help.",
        "I don't know that. I will find out.",
        "Thanks, that was clear.",
        "The close takes nine days.",
        "Did I get that right?",
        "How do you close the month?",
        "I suppose so.",
    ],
)
def test_what_asks_for_nothing_or_asks_directly_is_left_alone(line: str) -> None:
    """Plans of one's own, admitted limits, statements of fact and plain questions are none."""
    assert put_directly(line) is None


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80), st.sampled_from(["I wonder what ", "I suppose ", "", "Tell me who "]))
def test_any_text_comes_out_as_a_question_or_not_at_all(rest: str, start: str) -> None:
    """Whatever is typed, what is put directly is heard as a question, and is never longer."""
    found = put_directly(start + rest)
    if found is not None:
        assert found.text.endswith("?")
        assert moves_of(found.text).asks
        assert len(found.text) <= len(start + rest) + 1 + found.text.count("?")


def test_a_long_supposition_takes_no_long_time() -> None:
    """Words in a row that may begin a supposition are read once each."""
    assert SUPPOSES_FIRST.match("and so but " * 2_000) is None
    assert put_directly("i suppose and so " * 500) is not None
