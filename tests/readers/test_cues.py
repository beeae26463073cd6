"""Cues become turns: merged by speaker, with their times, nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.domain import FrozenMap
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.files import MAX_TURNS, Origin

ORIGIN = Origin("a.vtt")
ADA = ReadOptions(trainee="Ada")


def made(*cues: Cue, options: ReadOptions = ADA):
    """Give the talk of some cues."""
    return transcript_of_cues(cues, ORIGIN, options, "a.vtt")


def test_cues_of_one_speaker_are_one_turn():
    """Text is joined by a space; the turn begins with the first cue and ends with the last."""
    talk = made(Cue("Ada", " What ", 1.0, 2.0), Cue("Ada", "hurts?", 2.5, 4.0), Cue("Bo", "Time."))
    first, second = talk.turns
    assert (first.text, first.started_s, first.ended_s) == ("What hurts?", 1.0, 4.0)
    assert (second.role, second.started_s) == ("stakeholder", None)


def test_a_cue_without_a_speaker_goes_on_and_is_counted():
    """Bare cues belong to the speaker before them; the metadata say how many there were."""
    talk = made(Cue("Ada", "What"), Cue(None, "hurts?"), Cue("Bo", "Time."), Cue("", "Much."))
    assert [turn.text for turn in talk.turns] == ["What hurts?", "Time. Much."]
    assert talk.metadata == FrozenMap({"cues_continued": "2"})


def test_cues_without_words_are_left_out_and_counted():
    """Silence makes no turn and does not part two cues of a speaker."""
    talk = made(Cue("Ada", "Hi."), Cue("Bo", " \n"), Cue("Ada", "There?"), Cue("Bo", "Yes."))
    assert [turn.text for turn in talk.turns] == ["Hi. There?", "Yes."]
    assert talk.metadata == FrozenMap({"cues_empty": "1"})


def test_first_words_need_a_speaker():
    """Words that nobody said are refused at their place, with the remedy."""
    with pytest.raises(InputError, match=r"a\.vtt: line 3: the first words have no speaker"):
        made(Cue(None, "Hi.", place="line 3"), Cue(None, "You."), Cue("Ada", "Hi."))


def test_an_announcement_is_by_an_unknown_speaker():
    """A few words before the first speaker are kept as nobody's, and change no other role."""
    talk = made(Cue(None, "This is recorded."), Cue("Ada", "Hi."), Cue("Bo", "Yes."))
    assert [(turn.speaker, turn.role) for turn in talk.turns] == [
        *(("Unknown Speaker", "other"), ("Ada", "trainee"), ("Bo", "stakeholder")),
    ]
    assert talk.metadata == FrozenMap({"cues_of_unknown_speaker": "1"})


def test_no_words_at_all_are_refused():
    """A file of silence is no talk."""
    with pytest.raises(InputError, match="holds no words"):
        made(Cue("Ada", ""))


def test_a_name_cannot_steer_the_terminal():
    """Control characters in a name are refused, and shown escaped."""
    with pytest.raises(InputError, match=r"A\\x1bda.*U\+001B"):
        made(Cue("A\x1bda", "Hi.", place="line 1"))


def test_one_name_in_two_spellings_is_one_speaker():
    """Composed and decomposed letters make the same name."""
    talk = made(Cue("Zo\u00e9", "a"), Cue("Zoe\u0301", "b"), Cue("Ada", "c"))
    assert [turn.text for turn in talk.turns] == ["a b", "c"]


def test_roles_that_the_file_states_count():
    """A role given with a cue needs no option."""
    talk = made(
        Cue("1", "Hi.", role="stakeholder"),
        Cue("0", "Hello.", role="trainee"),
        options=ReadOptions(),
    )
    assert [turn.role for turn in talk.turns] == ["stakeholder", "trainee"]


def test_too_many_turns_are_refused():
    """A talk of more than 20,000 turns is refused at its place."""
    cues = (Cue("Ada" if n % 2 else "Bo", "x", place=f"line {n}") for n in range(MAX_TURNS + 1))
    with pytest.raises(InputError, match=f"line {MAX_TURNS}: too many turns"):
        made(*cues)


pieces = st.tuples(
    st.sampled_from(["Ada", "Bo"]), st.text("ab \n", max_size=4), st.floats(0, 9), st.floats(0, 9)
)


@given(st.lists(pieces, min_size=1, max_size=12))
def test_no_word_is_lost_and_no_two_turns_have_one_speaker(rows):
    """Whatever the cues, their words come out in order, and neighbours differ."""
    cues = [Cue("Ada", "start"), *(Cue(name, text, a, b) for name, text, a, b in rows)]
    talk = made(*cues)
    assert " ".join(t.text for t in talk.turns).split() == " ".join(c.text for c in cues).split()
    assert all(a.speaker != b.speaker for a, b in zip(talk.turns, talk.turns[1:], strict=False))
