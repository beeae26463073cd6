"""Opening files: what is refused, in which words, and how bytes become text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.reading import read_file

from rmcoach_llm.errors import UsageError
from rmcoach_llm.readers import files
from rmcoach_llm.readers.files import Origin, visible

TALK = "Trainee: What hurts?\nDana: Café time.\n"
LINES = [("Trainee", "trainee", "What hurts?"), ("Dana", "stakeholder", "Café time.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_encodings_are_read(read, encoding):
    """UTF-8 with and without a mark and UTF-16 with one give the same turns."""
    assert read("a.txt", TALK.encode(encoding)).lines == LINES


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_both_orders_of_utf16(read, encoding, mark):
    """The byte order mark says which UTF-16 it is."""
    assert read("a.txt", mark + TALK.encode(encoding)).lines == LINES


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-8"])
def test_a_named_encoding_is_used(read, encoding):
    """With an encoding given, the file is read in it."""
    assert read("a.txt", TALK.encode(encoding), encoding=encoding).lines == LINES


def test_a_mark_is_no_part_of_the_first_name(read):
    """A byte order mark is taken off even where the encoding is named."""
    assert read("a.txt", TALK.encode("utf-8-sig"), encoding="utf-8").lines == LINES


@pytest.mark.parametrize(
    ("content", "place", "remedy"),
    [
        (TALK.encode("cp1252"), "line 2", "--encoding cp1252"),
        (TALK.encode("utf-16-le"), "byte 1", "--encoding utf-16-le"),
        (TALK.encode("utf-16-be"), "byte 0", "--encoding utf-16-be"),
        (b"Trainee: ok\nDana: \xf0\x9f\x98", "line 2", "--encoding"),
        (b"Trainee: \xc0\xaf\nDana: x", "line 1", "--encoding"),
        (b"\xff\xfeT", "byte 2", "--encoding"),
    ],
)
def test_an_unknown_encoding_is_never_guessed(read, content, place, remedy):
    """Bytes that are not UTF-8 are refused with their place and the option that helps."""
    error = read("a.txt", content).error
    assert f"a.txt: {place}: " in error
    assert remedy in error


def test_a_wrong_named_encoding_names_the_byte(read):
    """A file that is not in the named encoding is refused at its first bad byte."""
    assert "a.txt: byte 30: is not ascii" in read("a.txt", TALK, encoding="ascii").error


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "a\0b"])
def test_an_encoding_that_does_not_exist_is_a_wrong_call(read, encoding):
    """A name that is no text encoding is an error of the call, not of the file."""
    with pytest.raises(UsageError, match="unknown encoding"):
        read("a.txt", TALK, encoding=encoding)


def test_an_encoding_that_lets_surrogates_through_is_refused(read):
    """A lone surrogate from a lax codec becomes an error with its line, not a crash."""
    assert "line 1" in read("a.txt", b"Trainee: +2AA-", encoding="utf-7").error


@pytest.mark.parametrize("content", ["", " \n\t\r\n\u00a0\n", "\ufeff", "\r\r"])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json", "a.jsonl"])
def test_an_empty_file_is_called_empty(read, name, content):
    """A file without any character but white space says so."""
    assert "whole file: is empty" in read(name, content).error


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7 x", b"\x1f\x8b\x08\0"]
)
def test_binary_files_are_called_what_they_are(read, content):
    """A well-known binary format is not taken for text in a wrong encoding."""
    assert "whole file: is not text but a" in read("a.txt", content + b"rest").error


def test_nul_is_refused_with_its_line(read):
    """NUL marks a damaged file: it is never dropped."""
    assert "line 2: holds a NUL character" in read("a.txt", "Trainee: a\nDana: b\0").error


def test_a_file_over_the_cap_is_not_opened(monkeypatch, tmp_path):
    """The size is looked at before the file is opened."""
    path = tmp_path / "a.txt"
    path.write_text(TALK)
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("opened"))
    assert "whole file: too large" in read_file(path).error


def test_a_file_that_grows_is_cut_off(monkeypatch, tmp_path):
    """A file whose size is not what it says is still refused at the cap."""
    path = tmp_path / "a.txt"
    path.write_text(TALK)
    small = os.stat_result((0o100644, 0, 0, 1, 0, 0, 3, 0, 0, 0))
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    monkeypatch.setattr(Path, "stat", lambda self: small)
    assert "too large" in read_file(path).error


def test_a_line_over_the_cap_is_refused(read):
    """A line of more than a million bytes is refused, not searched."""
    assert "line 2: line too long" in read("a.txt", "Trainee: a\nDana: " + "b" * 1_000_001).error


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_never_opened(tmp_path):
    """A named pipe is refused at once: opening it would wait for ever."""
    os.mkfifo(tmp_path / "a.txt")
    assert "whole file: is not a regular file" in read_file(tmp_path / "a.txt").error


def test_paths_that_are_no_files(tmp_path):
    """A folder, a missing file, a loop of links and a bad path each say what they are."""
    (tmp_path / "a.json").mkdir()
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert "is a directory" in read_file(tmp_path / "a.json").error
    assert "whole file: not found" in read_file(tmp_path / "none.txt").error
    assert "cannot be opened" in read_file(tmp_path / "loop.txt").error
    assert "cannot be opened" in read_file(tmp_path / "a\0b.txt").error


def test_a_forbidden_file_says_permission(monkeypatch, tmp_path):
    """A file that may not be read says so, and what to do."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    path = tmp_path / "a.txt"
    path.write_text(TALK)
    monkeypatch.setattr(Path, "open", refuse)
    assert "whole file: permission denied: make the file readable" in read_file(path).error


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(read, ending):
    """Line feed, both, or carriage return alone give the same turns."""
    assert read("a.txt", TALK.replace("\n", ending)).lines == LINES


def test_only_line_ends_end_lines(read):
    """A carriage return among line feeds and Unicode separators cannot begin a turn."""
    said = "a\rDana: b\u2028Dana: c\x85Dana: d\x0bDana: e\x0cDana: f"
    outcome = read("a.txt", f"Trainee: {said}\nDana: real\n")
    assert outcome.lines == [("Trainee", "trainee", said), ("Dana", "stakeholder", "real")]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2026/talk.txt", "2026/talk.txt"),
        ("new\nline.txt", "new\\x0aline.txt"),
        ("caf\udce9.txt", "caf\\udce9.txt"),
        (" \u202ea.txt", "\\u202ea.txt"),
        ("tag\U000e0041", "tag\\U000e0041"),
        (" ", "unnamed"),
    ],
)
def test_a_label_becomes_a_visible_id(read, label, expected):
    """A talk without an id is called by its file, with what steers a terminal escaped."""
    assert read("a.txt", TALK, label=label).talk.id == expected


def test_a_label_too_long_for_an_id_is_refused(read):
    """A path that cannot be an id is an error, not a cut name that two files could share."""
    assert "the path has more than 512" in read("a.txt", TALK, label="a" * 513).error


def test_without_a_label_the_name_of_the_file_stands(read):
    """Messages and ids show the file's name where no label is given."""
    assert read("a.txt", TALK, label=None).talk.id == "a.txt"


def test_long_text_is_cut_in_messages():
    """Text of a file never floods a message."""
    assert visible("ab" * 50, limit=10) == "abababa..."


def test_a_locator_starts_from_its_record():
    """In a list and in a line, a locator names the record first."""
    assert Origin("a", root="$[2]").error("$.id", "x").place == "$[2].id"
    assert Origin("a", line=3).error("", "x").place == "line 3"
