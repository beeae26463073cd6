"""Plain text: what begins a turn, what goes on with it."""

from __future__ import annotations

import time

import pytest

from rmcoach_llm.readers.speakers import split_time, spoken


def test_other_lines_go_on_with_the_turn(read):
    """Lines without a speaker, empty and indented ones too, belong to the turn before."""
    outcome = read("a.txt", "Trainee: one\ntwo\n\n  Dana: three\nDana: ok\n")
    assert outcome.lines == [
        ("Trainee", "trainee", "one\ntwo\n\n  Dana: three"),
        ("Dana", "stakeholder", "ok"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/a: b",
        "12:30 we met",
        "at 12:30 we met",
        "C:\\temp",
        "std::vector",
        "no colon at all",
        ": nobody",
        "123: no letter",
        "\tTrainee: indented",
        "he asked why? because: x",
        "one two three four five six: too many words",
        "a" * 61 + ": too long",
        "col\tumn: x",
    ],
)
def test_what_is_no_speaker(line):
    """Addresses, times, paths, sentences and indented lines never begin a turn."""
    assert spoken(line) is None


@pytest.mark.parametrize(
    ("line", "speaker", "text"),
    [
        ("Dana: hi", "Dana", " hi"),
        ("Dana:hi", "Dana", "hi"),
        ("Dana : hi", "Dana", " hi"),
        ("Smith, J. (Finance): hi", "Smith, J. (Finance)", " hi"),
        ("Speaker 1: 12:30 is fine", "Speaker 1", " 12:30 is fine"),
        ("דנה: שלום", "דנה", " שלום"),
        ("Dana:", "Dana", ""),
    ],
)
def test_what_is_a_speaker(line, speaker, text):
    """A short name before the first colon begins a turn, in any script."""
    found = spoken(line)
    assert found is not None
    assert (found.speaker, found.text) == (speaker, text)


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("[00:12] Dana: x", 12.0),
        ("[1:02]Dana: x", 62.0),
        ("(00:01:02) Dana: x", 62.0),
        ("00:12 Dana: x", 12.0),
        ("01:00:00,250\tDana: x", 3600.25),
        ("75:10 Dana: x", 4510.0),
    ],
)
def test_a_time_before_the_name_is_read(line, seconds):
    """A time in brackets or before a space is the start of the turn in seconds."""
    found = spoken(line)
    assert found is not None
    assert (found.speaker, found.started_s) == ("Dana", seconds)


@pytest.mark.parametrize("line", ["00:75 Dana", "01:60:00 Dana", "[00:12) Dana", "00:12Dana", "x"])
def test_what_is_no_time(line):
    """A time out of range, in odd brackets or run into a word stays text."""
    assert split_time(line) == (None, line)


def test_times_reach_the_transcript(read):
    """The start of a turn stands in the record."""
    talk = read("a.txt", "[00:01] Trainee: a\n[00:05] Dana: b\n").talk
    assert [turn.started_s for turn in talk.turns] == [1.0, 5.0]


def test_equal_names_are_one_speaker(read):
    """Unicode forms and runs of spaces do not split a speaker in two."""
    talk = read("a.txt", "Trainée: a\nDana: b\nTraine\u0301e: c\nTrainée : d\n").talk
    assert [person.role for person in talk.participants] == ["trainee", "stakeholder"]


@pytest.mark.parametrize("mark", ["\x1b[31m", "\u200b", "\u202e", "\ufeff"])
def test_a_control_character_in_a_name_is_refused(read, mark):
    """A name that looks like another one cannot slip in, and the message is safe to print."""
    error = read("a.txt", f"Trainee: a\nDa{mark}na: b\n").error
    assert "line 2" in error
    assert "control character" in error
    assert mark not in error


def test_text_before_the_first_speaker_is_refused(read):
    """A file that does not begin with a speaker is not read as somebody's words."""
    assert "line 2: text before the first speaker" in read("a.txt", "\nWe talked.\nDana: x").error


def test_too_many_turns_are_refused_at_the_line(read):
    """The 20,001st turn is one too many."""
    assert "line 20001: too many turns" in read("a.txt", "Trainee: a\nDana: b\n" * 10_001).error


def test_what_is_too_long_is_not_read_to_its_end(read, monkeypatch):
    """Of a text with far too many turns no more is taken apart than shows that."""
    from rmcoach_llm.readers import text

    seen = []
    monkeypatch.setattr(text, "spoken", lambda line: seen.append(line) or spoken(line))
    assert "line 20001: too many turns" in read("a.txt", "Trainee: a\nDana: b\n" * 20_000).error
    assert 20_000 < len(seen) < 21_000


def test_text_is_kept_as_it_is(read):
    """Escape sequences, bidi marks and markup stay in the text for others to show safely."""
    said = "\x1b[2J \u202e <b>{0}</b> %s \u05d0"
    assert read("a.txt", f"Trainee: {said}\nDana: ok").talk.turns[0].text == said


def test_a_megabyte_is_read_in_time(read):
    """A text of one megabyte takes seconds at most, even while coverage is traced."""
    content = "Trainee: a question about claims: which?\nand how?\nDana: é answer.\n" * 6_000
    content += "x" * (1_000_000 - len(content))
    started = time.process_time()
    assert len(read("a.txt", content).talk.turns) == 12_000
    assert time.process_time() - started < 8


def test_facts_and_a_rule_above_a_talk_are_left_out(read):
    """A title, facts such as `Date:` and the word Transcript stand above many talks."""
    content = (
        "Call with Dana\n=====\nDate: 5 May\nDuration: 12 min\nInterviewer: T\n\n"
        "Trainee: What hurts?\nDana: Time.\nTrainee: Why?\n-----\nEnd of transcript\n"
    )
    talk = read("a.txt", content).talk
    assert [turn.speaker for turn in talk.turns] == ["Trainee", "Dana", "Trainee"]
    assert talk.metadata["lines_left_out"] == "6"
    below = "Trainee: Hm.\nTranscript\nTrainee: What hurts?\nDana: Time.\n"
    assert len(read("b.txt", below).talk.turns) == 3


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        ("1\n00:00:00,000 --> 00:00:05,000\nAda: Hi.\n", ".srt"),
        ("\nWEBVTT\n\n00:00.000 --> 00:05.000\nAda: Hi.\n", ".vtt"),
        ('[{"speaker": "Ada", "text": "Hi."}]', ".json"),
        ('{\n  "segments": [{"speaker": "Ada", "text": "Hi."}]\n}', ".json"),
        ('{"speaker": "Ada", "text": "Hi."}\n{"speaker": "Bo", "text": "Hi."}\n', ".jsonl"),
        ("Start;Sprecher;Text\n0;Ada;Hallo.\n", ".csv"),
        ("Speaker\tText\nAda\tHi.\n", ".csv"),
        ('"Speaker","Text"\n"Ada","Hi."\n', ".csv"),
    ],
)
def test_other_forms_under_the_name_of_a_text_are_refused(read, content, suffix):
    """The error says how to name the file: its own reader tells cues from words."""
    assert f"name the file {suffix}" in read("a.txt", content, trainee="Ada").error


def test_a_title_over_a_blank_line_is_left_out(read):
    """A short line that is no sentence, at the very top, is no part of the talk; a sentence is refused."""
    talk = read("a.txt", "Discovery Call - Acme\n5 May\n\nTrainee: What hurts?\nDana: Time.\n").talk
    assert [turn.speaker for turn in talk.turns] == ["Trainee", "Dana"]
    assert talk.metadata["lines_left_out"] == "2"
    for top in ("We met.", "hello and welcome", "Hi, who is there?", "One\n\nTwo"):
        content = f"{top}\n\nTrainee: What hurts?\nDana: Time.\n"
        assert "text before the first speaker" in read("b.txt", content).error
