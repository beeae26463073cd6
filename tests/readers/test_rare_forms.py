"""Forms that few tools write: other signs about a name, other ends of lines, other units of time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.reading import Outcome

from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.wiring import read_file as read_by_ending

Read = Callable[..., Outcome]
TALK = [("Ada", "trainee", "What hurts?"), ("Bo", "stakeholder", "The ninth day.")]


@pytest.mark.parametrize(
    "text",
    [
        "Ada @ 0:12: What hurts?\nBo @ 1:02:05: The ninth day.\n",
        "Ada @0:12: What hurts?\nBo @1:02:05: The ninth day.\n",
        "Ada @ 0:12\nWhat hurts?\n\nBo @ 1:02:05\nThe ninth day.\n",
        "[Ada 0:12] What hurts?\n[Bo 1:02:05] The ninth day.\n",
        "[Ada 0:12]: What hurts?\n[Bo 1:02:05]:\nThe ninth day.\n",
    ],
)
def test_other_signs_between_a_name_and_a_time(read: Read, text: str) -> None:
    """An `at` sign, and a name and a time in one pair of brackets, begin a turn with its time."""
    found = read("a.txt", text, trainee="Ada")
    assert found.lines == TALK
    assert [turn.started_s for turn in found.talk.turns] == [12, 3725]


def test_a_sound_in_brackets_is_nobody(read: Read) -> None:
    """`[Inaudible 0:13]` on a line of its own goes on with the turn above it."""
    text = "[Ada 0:12] What\n[Inaudible 0:13]\n[Bo 0:15] The ninth day.\n[Crosstalk 0:16] Yes.\n"
    found = read("a.txt", text, trainee="Ada")
    assert [who for who, _, _ in found.lines] == ["Ada", "Bo"]
    assert "[Inaudible 0:13]" in found.lines[0][2]


def test_an_address_is_no_name_with_a_time(read: Read) -> None:
    """An `at` sign within a word, as in mail, is a part of the words."""
    found = read("a.txt", "Ada: Write to bo@x.org: today\nBo: At 3 @ 0:12: done.\n", trainee="Ada")
    assert [who for who, _, _ in found.lines] == ["Ada", "Bo"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x0b", "\x85", "\r"])
def test_other_ends_of_lines(read: Read, end: str) -> None:
    """Where no line feed ends a line, the soft ends of word processors do, in text."""
    assert read("a.txt", f"Ada: What hurts?{end}Bo: The ninth day.", trainee="Ada").lines == TALK


def test_a_soft_end_within_a_line_begins_no_turn(read: Read) -> None:
    """Beside line feeds a soft end is text: nobody can put a turn into another's words by it."""
    found = read("a.txt", "Ada: What?\u2028Bo: I agree.\nBo: No.\n", trainee="Ada")
    assert [who for who, _, _ in found.lines] == ["Ada", "Bo"]
    assert "Bo: I agree." in found.lines[0][2]


def pages(*, signs: bool, per_page: int = 25) -> str:
    """Give a record of a hearing: numbered lines, a head and a foot on each page."""
    turns = ["     Q.   What did you do", "that day?", "     A.   I was at the office."] * 20
    turns[10] = "          MS. ROY:  Objection."
    lines = turns if signs else [line.replace("Q. ", "Q  ").replace("A. ", "A  ") for line in turns]
    written: list[str] = []
    for first in range(0, len(lines), per_page):
        written.append(f"{first // per_page + 1:>60}")
        page = lines[first : first + per_page]
        written += [f"{number:2} {line}".rstrip() for number, line in enumerate(page, 1)]
        written += ["Acme Reporting 555-1234", ""]
    return "\n".join(written)


@pytest.mark.parametrize("signs", [True, False])
def test_a_record_of_a_hearing_with_numbered_pages(read: Read, signs: bool) -> None:
    """Numbers that begin anew on each page are taken off, heads and feet left out and counted."""
    found = read("a.txt", pages(signs=signs), trainee="Q")
    said = found.lines
    assert {who for who, _, _ in said} == {"Q", "A", "MS. ROY"}
    assert said[0] == ("Q", "trainee", "What did you do that day?")
    assert not any(char.isdigit() for _, _, text in said for char in text)
    assert found.talk.metadata["page_lines_left_out"] == "6"


def test_other_numbers_at_line_starts_stay(read: Read) -> None:
    """Numbers that do not count the lines of pages are words."""
    text = "Ada: How many?\n1 of ours\n2 of theirs\n3 more\n4\n5\n1 again\nBo: Nine.\n9 days.\n"
    found = read("a.txt", text, trainee="Ada")
    assert "1 of ours\n2 of theirs" in found.lines[0][2]
    assert found.lines[1][2] == "Nine.\n9 days."


PIECES = [
    {"speaker": "Ada", "text": "What hurts most in the close?", "start": 0, "end": 2000},
    {"speaker": "Bo", "text": "The ninth day.", "start": 2100, "end": 3000},
]


@pytest.mark.parametrize(
    "document",
    [
        PIECES,
        {"callId": "1", "segments": [
            {"speakerName": p["speaker"], "text": p["text"], "startTime": p["start"],
             "endTime": p["end"]} for p in PIECES
        ]},
    ],
)  # fmt: skip
def test_milliseconds_without_a_unit_are_told_by_the_words(read: Read, document: object) -> None:
    """Whole numbers in which nobody could be so slow are milliseconds, and the metadata says so."""
    talk = read("a.json", json.dumps(document), trainee="Ada").talk
    assert [(turn.started_s, turn.ended_s) for turn in talk.turns] == [(0, 2), (2.1, 3)]
    assert talk.metadata["times"].startswith("read as milliseconds: as seconds, a word would take")


@pytest.mark.parametrize(
    ("pieces", "starts"),
    [
        ([p | {"start": p["start"] // 1000, "end": p["end"] // 1000} for p in PIECES], [0, 2]),
        ([p | {"start": p["start"] + 0.5} for p in PIECES], [0.5, 2100.5]),
        ([{k: v for k, v in p.items() if k != "end"} for p in PIECES], [0, 2100]),
        ([{k if k != "start" else "started_s": v for k, v in p.items()} for p in PIECES], [0, 2100]),
    ],
)  # fmt: skip
def test_seconds_stay_seconds(read: Read, pieces: object, starts: list[float]) -> None:
    """Plausible ones, fractions, starts alone and keys that name the unit are what they were."""
    talk = read("a.json", json.dumps(pieces), trainee="Ada").talk
    assert [turn.started_s for turn in talk.turns] == starts
    assert "times" not in talk.metadata


@pytest.mark.parametrize(
    ("name", "what_to_do"),
    [
        ("a.rtf", "open it and save it as .docx or .txt"),
        ("a.PDF", "export the transcript as .docx, .txt or .vtt"),
        ("a.mp3", "transcribe it, with speakers, first"),
        ("a.xyz", "known are .csv .docx .htm .html"),
    ],
)
def test_what_is_not_read_says_what_to_do(tmp_path: Path, name: str, what_to_do: str) -> None:
    """A file of a known kind that no reader takes is refused by its ending, with the way out."""
    (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match="no reader for the ending") as refused:
        list(read_by_ending(tmp_path / name, ReadOptions()))
    assert refused.value.remedy.startswith(what_to_do)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            rb"{\rtf1\ansi Ada: Hi.}",
            "is not text but an RTF document: export the transcript as text",
        ),
        (b"<!DOCTYPE html>\n<p>Ada: Hi.</p>", "begins as HTML does: name the file .html"),
    ],
)
def test_another_kind_of_file_under_the_name_of_a_text(
    read: Read, content: bytes, said: str
) -> None:
    """What is RTF or HTML in truth is told by its beginning, whatever its name."""
    assert read("a.txt", content, trainee="Ada").error.endswith(said)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_text_of_endless_lines_is_refused_at_once(read: Read, name: str) -> None:
    """More lines than a talk of 20,000 turns has are refused before each is looked at."""
    error = read(name, "a\n" * 200_001, trainee="Ada").error
    assert (
        error == f"{name}: line 200001: too many lines: at most 200,000 in one talk: split the file"
    )
