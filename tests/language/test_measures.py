from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import GOOD, MIDDLING, POOR, talk

from rmcoach_llm.domain import Move, QuestionKind, Turn, clean_text
from rmcoach_llm.language.measures import counted_moves, measures_of
from rmcoach_llm.language.moves import moves_of

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


def _timed(*rows):
    """Give a talk of (who, words, start, end)."""
    bare = talk([(who, text) for who, text, _, _ in rows])
    turns = tuple(
        turn.model_copy(update={"started_s": start, "ended_s": end})
        for turn, (_, _, start, end) in zip(bare.turns, rows, strict=True)
    )
    return bare.model_copy(update={"turns": turns})


def test_pace_is_measured_where_there_are_times():
    """Minutes, switches a minute, the longest stretch, gaps before answers, questions in half an hour."""
    values = measures_of(
        _timed(
            ("T", "What hurts most?", 0.0, 10.0),
            ("S", "The close, each month.", 12.0, 40.0),
            ("T", "Why?", 41.0, 43.0),
            ("T", "And since when is it so?", 43.0, 55.0),
            ("S", "Since spring.", 59.0, 120.0),
        )
    ).values
    assert values["minutes"] == 2.0
    assert values["speaker_switches_per_minute"] == 1.5
    assert values["longest_monologue_seconds"] == 14.0
    assert values["trainee_response_seconds"] == 1.0
    assert values["stakeholder_response_seconds"] == 3.0
    assert values["questions_per_30_minutes"] == 45.0
    untimed = measures_of(TALK).values
    for name in ("minutes", "longest_monologue_seconds", "trainee_response_seconds",
                 "questions_per_30_minutes", "speaker_switches_per_minute"):  # fmt: skip
        assert untimed[name] is None
    assert untimed["speaker_switches_per_100_words"] == round(300 / 21, 4)


def test_questions_are_counted_by_what_they_are_after():
    """Problem, implication, decision and the like; leading ones and turns with several."""
    values = measures_of(
        talk(
            [
                ("T", "What goes wrong most often?"),
                ("S", "The cut-off."),
                ("T", "What happens if the close slips by a day?"),
                ("S", "The bank waits."),
                ("T", "You want a dashboard, right?"),
                ("S", "Perhaps."),
                ("T", "Who decides? When do they meet? What do they look at?"),
                ("S", "The board."),
            ]
        )
    ).values
    assert values["problem_questions"] >= 1  # a question may be of several kinds
    assert values["implication_questions"] == 1
    assert values["decision_questions"] >= 1
    assert values["leading_questions"] == 1
    assert values["turns_with_several_questions"] == 1


def test_jargon_is_what_the_business_has_not_said():
    """A word of IT counts until the stakeholder uses it or it stands in the scenario's glossary."""
    rows = [
        ("T", "We need an API and a data lake for that."),
        ("S", "Our data lake is a spreadsheet."),
        ("T", "Then we fill the data lake with the soft close."),
    ]
    values = measures_of(talk(rows)).values
    assert values["it_jargon_per_100_words"] == round(200 / 20, 4)
    assert values["glossary_terms_used"] is None
    known = measures_of(talk(rows), glossary=["API", "soft close", "accrual"]).values
    assert known["it_jargon_per_100_words"] == round(100 / 20, 4)
    assert known["glossary_terms_used"] == 2


def test_every_measure_is_documented():
    """docs/measures.md names each measure that there is, and no other."""
    page = (Path(__file__).parents[2] / "docs" / "measures.md").read_text("utf-8")
    named = re.findall(r"^\| `(\w+)`", page, re.M)
    assert sorted(named) == sorted(measures_of(TALK).values)


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
    heard = dict(counted_moves(talk(GOOD)))
    assert measures_of(talk(GOOD)).values["playbacks"] >= 1
    assert set(heard) == {i for i, _ in talk(GOOD).of_role("trainee")}


COUNTED = (
    *QuestionKind,
    Move.OPEN_QUESTION,
    Move.CLOSED_QUESTION,
    Move.LEADING_QUESTION,
    Move.SEVERAL_QUESTIONS,
    Move.PLAYBACK,
    Move.PITCH,
    Move.OTHER_LANGUAGE,
)


@pytest.mark.parametrize("rows", [GOOD, MIDDLING, POOR, [("T", "Guten Tag, was ist das Problem?")]])
def test_what_is_counted_is_what_the_moves_show(rows):
    """The short way to what is counted sees what all moves of all lines show of it."""
    last, earlier = "", ""
    counted = dict(counted_moves(talk(rows)))
    for index, (mark, text) in enumerate(rows):
        if mark == "S":
            earlier, last = f"{earlier} {last}", text
            continue
        whole = moves_of(text, last=last, earlier=earlier)
        for what in COUNTED:
            places = [s for s in whole.seen if s.what is what]
            assert [s for s in counted[index].seen if s.what is what] == places


TEXT = st.text(max_size=40).map(clean_text)


@given(st.lists(st.tuples(st.sampled_from("TS"), TEXT), max_size=8))
def test_shares_stay_within_bounds(rows):
    """Whatever is said, shares lie between 0 and 1 and counts are not negative."""
    values = measures_of(talk([(mark, text) for mark, text in rows])).values
    share = values["trainee_share_of_words"]
    assert share is None or 0 <= share <= 1
    assert all(value is None or value >= 0 for value in values.values())
