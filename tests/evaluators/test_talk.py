"""What a talk holds, read once for all rules."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.grounding import Claim, Grounds, ground
from rmcoach_llm.evaluators.heard import Before
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk
from rmcoach_llm.language.pattern import all_patterns

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


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.sampled_from(
            (
                "Why do you need it?",
                "I don't know yet; I'll check by Friday.",
                "Our tool saves 9 days!",
                "You said it costs you two days, right?",
            )
        ),
        min_size=1,
    )
)
def test_a_sentence_finds_what_a_pattern_finds_in_its_words(said: list[str]) -> None:
    """What may match is kept with a sentence: no pattern of any rule finds another place by it."""
    assert RULES, "they import all patterns"
    transcript = Transcript.of(
        "t", [("Bo", "stakeholder", "Late."), ("Al", "trainee", " ".join(said))]
    )
    for one in read_talk(transcript, screen(transcript)).said():
        for pattern in all_patterns():
            found, expected = one.finds(pattern), pattern.search(one.plain)
            assert (found and found.span()) == (expected and expected.span())


def test_what_several_rules_ask_of_a_talk_is_seen_once() -> None:
    """A function that was asked of a talk is not called again for it, and is for another talk."""
    transcript = Transcript.of("t", [("Bo", "stakeholder", "Late."), ("Al", "trainee", "Why?")])
    one, other = (read_talk(transcript, screen(transcript)) for _ in range(2))
    asked: list[Talk] = []

    def see(talk: Talk) -> int:
        asked.append(talk)
        return len(asked)

    assert [one.once(see), one.once(see), other.once(see)] == [1, 1, 2]
    assert asked == [one, other]
