"""What a talk holds, read once for all rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.grounding import Claim, Grounds, ground
from rmcoach_llm.evaluators.heard import Before
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import read_talk

THINGS = st.sampled_from("abcdef")


@given(
    first=st.dictionaries(THINGS, st.integers(0, 5)), turns=st.integers(0, 6), other=st.sets(THINGS)
)
def test_what_was_said_before_is_a_set(first: dict[str, int], turns: int, other: set[str]) -> None:
    """Shared with a set, taken from it or compared to it, it is the set of what came first."""
    first = dict(sorted(first.items(), key=lambda item: item[1]))
    before, expected = Before(first, turns), {t for t, turn in first.items() if turn < turns}
    assert set(before) == expected
    assert frozenset(other) & before == before & other == expected & other
    assert frozenset(other) - before == other - expected
    assert (frozenset(other) <= before) == (other <= expected)


@given(
    st.lists(
        st.sampled_from(["No.", "Why?", "Right.", "I see.", "That costs us a day."]), min_size=1
    )
)
def test_each_sentence_can_be_quoted(said: list[str]) -> None:
    """A sentence too short to prove anything takes its neighbours along, so that what it shows counts."""
    transcript = Transcript.of(
        "t", [("Bo", "stakeholder", "It is late."), ("Al", "trainee", " ".join(said))]
    )
    screening = screen(transcript)
    grounds = Grounds(transcript, screening)
    for one in read_talk(transcript, screening).said():
        found = ground(Claim("dismissive", "observed", (one.cited,)), grounds)
        assert one.text in one.quote
        assert found.verdict == "observed" or screening.suspects, found.note


def test_no_quote_reaches_over_suspect_text() -> None:
    """Beside a flood of one sentence the other is quoted alone, and counts: it is all that is left."""
    transcript = Transcript.of(
        "t", [("Bo", "stakeholder", "It is late."), ("Al", "trainee", "No. " + "Why? " * 12)]
    )
    screening = screen(transcript)
    (one,) = read_talk(transcript, screening).said()
    assert (one.text, one.quote) == ("No.", "No.")
    claim = Claim("dismissive", "observed", (one.cited,))
    assert ground(claim, Grounds(transcript, screening)).verdict == "observed"
