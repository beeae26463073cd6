from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import GOOD, MIDDLING, POOR, talk

from rmcoach_llm.domain import Move, Turn, clean_text
from rmcoach_llm.language.measures import heard_moves, measures_of

TALK = talk(
    [
        ("T", "How do you work today? You know, basically."),
        ("S", "By hand, all nine days."),
        ("T", "Is that a problem?"),
        ("T", "And why?"),
        ("S", "It hurts."),
    ]
)


def test_counts_are_those_of_the_talk():
    """Turns, words, shares, questions and fillers are counted right."""
    values = measures_of(TALK).values
    assert values["turns"] == 5
    assert values["trainee_turns"] == 3
    assert values["trainee_words"] == 14
    assert values["trainee_share_of_words"] == round(14 / 21, 4)
    assert values["words_per_trainee_turn"] == round(14 / 3, 4)
    assert values["longest_monologue_words"] == 8
    assert values["open_questions"] == 2
    assert values["closed_questions"] == 1
    assert values["questions"] == 3
    assert values["questions_per_trainee_turn"] == 1.0
    assert values["playbacks"] == 0
    assert values["fillers_per_100_words"] == round(200 / 14, 4)


def test_a_monologue_runs_over_turns_in_a_row():
    """Turns of the trainee without an answer between them are one monologue."""
    rows = [("T", "one two three."), ("T", "four five."), ("S", "Hm."), ("T", "six seven.")]
    assert measures_of(talk(rows)).values["longest_monologue_words"] == 5


def test_seconds_count_only_where_every_turn_has_times():
    """The share of time needs a start and an end of each turn; else it is undefined."""
    timed = TALK.model_copy(
        update={
            "turns": tuple(
                Turn(**t.model_dump() | {"started_s": 10.0 * i, "ended_s": 10.0 * i + 1 + i})
                for i, t in enumerate(TALK.turns)
            )
        }
    )
    assert measures_of(timed).values["trainee_share_of_seconds"] == round((1 + 3 + 4) / 15, 4)
    partly = timed.model_copy(update={"turns": (*timed.turns[:-1], TALK.turns[-1])})
    assert measures_of(partly).values["trainee_share_of_seconds"] is None


def test_without_a_trainee_nothing_is_divided():
    """What is undefined is null, never a number."""
    values = measures_of(talk([("S", "Hello?")])).values
    assert values["longest_monologue_words"] is None
    assert values["words_per_trainee_turn"] is None
    assert values["questions_per_trainee_turn"] is None
    assert measures_of(talk([])).values["trainee_share_of_words"] is None


def test_a_transcript_without_punctuation_is_flagged():
    """Without marks questions are not counted, and a warning says so."""
    bare = talk([("T", "so tell me how do you work today and what hurts most " * 2), ("S", "hm")])
    measured = measures_of(bare)
    assert [flag.kind for flag in measured.flags] == ["no-punctuation"]
    assert measured.values["questions"] is None
    assert set(measured.values) == set(measures_of(TALK).values)
    assert measures_of(talk([("T", "ok thanks"), ("S", "hm")])).flags == ()


def test_a_playback_is_heard_against_what_was_said():
    """Moves are seen in the light of the stakeholder's turns before."""
    heard = dict(heard_moves(talk(GOOD)))
    assert measures_of(talk(GOOD)).values["playbacks"] >= 1
    assert set(heard) == {i for i, _ in talk(GOOD).of_role("trainee")}


@pytest.mark.parametrize("rows", [GOOD, MIDDLING, POOR])
def test_what_is_counted_is_what_the_moves_show(rows):
    """The short way to the counts gives what all moves of all lines give."""
    values = measures_of(talk(rows)).values
    heard = [moves for _, moves in heard_moves(talk(rows))]
    for name, move in (
        ("open_questions", Move.OPEN_QUESTION),
        ("closed_questions", Move.CLOSED_QUESTION),
    ):
        assert values[name] == sum(s.what is move for moves in heard for s in moves.seen)
    assert values["playbacks"] == sum(moves.did(Move.PLAYBACK) for moves in heard)


TEXT = st.text(max_size=40).map(clean_text)


@given(st.lists(st.tuples(st.sampled_from("TS"), TEXT), max_size=8))
def test_shares_stay_within_bounds(rows):
    """Whatever is said, shares lie between 0 and 1 and counts are not negative."""
    values = measures_of(talk([(mark, text) for mark, text in rows])).values
    share = values["trainee_share_of_words"]
    assert share is None or 0 <= share <= 1
    assert all(value is None or value >= 0 for value in values.values())
