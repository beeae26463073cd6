"""Convert: what is read, as the project's own JSON Lines."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.commands import rmcoach, rmcoach_here

from rmcoach_llm import read_transcripts
from rmcoach_llm.cli.convert import convert

TALK = "[00:01] Ada: What happens if the close is late?\n[00:09] Dana: The bank gets an estimate.\n"


def test_it_writes_the_own_form(tmp_path: Path) -> None:
    """Each transcript is a line with id, participants and turns, and reads back the same."""
    (tmp_path / "a.txt").write_text(TALK)
    done = rmcoach("convert", "a.txt", "--trainee", "Ada", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    held = json.loads(line)
    assert held["id"] == "a.txt"
    assert held["participants"] == [
        {"name": "Ada", "role": "trainee"},
        {"name": "Dana", "role": "stakeholder"},
    ]
    assert held["turns"][1] == {
        "speaker": "Dana",
        "role": "stakeholder",
        "text": "The bank gets an estimate.",
        "started_s": 9.0,
    }
    (tmp_path / "b.jsonl").write_text(done.stdout)
    (again,) = read_transcripts(tmp_path / "b.jsonl")
    (first,) = read_transcripts(tmp_path / "a.txt", trainee="Ada")
    assert again.digest == first.digest


def test_bad_files_are_said_and_the_others_written(tmp_path: Path) -> None:
    """What cannot be read is an error with its place; skipped files are named; exit code 1."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TALK)
    (folder / "b.txt").write_text("We talked.\n")
    (folder / "c.mp4").write_bytes(b"x")
    done = rmcoach_here("convert", "in", "--trainee", "Ada", cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert "b.txt: line 1" in done.stderr
    assert "skipped c.mp4" in done.stderr
    alone = rmcoach_here("convert", "in/b.txt", cwd=tmp_path)
    assert alone.returncode == 3


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """--out takes its name when all is in it, and leaves nothing else behind."""
    (tmp_path / "a.txt").write_text(TALK)
    done = rmcoach_here("convert", "a.txt", "--trainee", "Ada", "--out", "o.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "o.jsonl").read_text())["id"] == "a.txt"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "o.jsonl"]


@pytest.mark.parametrize("command", ["convert", "score"])
def test_one_file_that_may_not_be_read_stops_no_other(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left out with its place and what to do, as in a folder; the others are read."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TALK.replace("Ada", f"Ada {name[0]}"))
    opened = Path.open

    def refuse(path: Path, *args: Any, **extra: Any) -> Any:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **extra)

    with monkeypatch.context() as patched:  # the administrator may read any file
        patched.setattr(os, "access", lambda path, mode: Path(path).name != "a.txt")
        patched.setattr(Path, "open", refuse)
        done = rmcoach_here(command, "a.txt", "b.txt", "--trainee", "Ada*", cwd=tmp_path)
    assert done.returncode == 1
    assert "error: a.txt: whole file: permission denied" in done.stderr
    assert "b.txt" in done.stdout


def test_what_cannot_be_scored_is_said(tmp_path: Path) -> None:
    """A talk of one side is read, with a note on why no score will come of it; many are counted."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(5):
        (folder / f"{n}.txt").write_text("Trainee: Hello?\nTrainee: Anybody there?\n")
    (folder / "both.txt").write_text("Trainee: What hurts?\nBo: Time.\n")
    done = rmcoach_here("convert", "in", cwd=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 6)
    assert done.stderr.splitlines() == [
        *(f"note: {n}.txt: cannot be scored: no stakeholder turn" for n in range(3)),
        "note: 2 more cannot be scored: no stakeholder turn",
    ]


def test_an_ending_of_something_else_is_refused(tmp_path: Path) -> None:
    """JSON Lines in a file that calls itself a table would be read by nobody."""
    (tmp_path / "a.txt").write_text(TALK)
    done = rmcoach_here("convert", "a.txt", "--trainee", "Ada", "--out", "o.csv", cwd=tmp_path)
    assert (done.returncode, "name it o.jsonl" in done.stderr) == (2, True)
    assert not (tmp_path / "o.csv").exists()


def test_of_two_with_one_id_the_second_is_left_out(tmp_path: Path) -> None:
    """What is written can be scored: an id that is there already is said, with both files."""
    for name in ("a.json", "b.json"):
        turns = [{"role": "trainee", "text": name}, {"role": "stakeholder", "text": "x"}]
        (tmp_path / name).write_text(json.dumps({"id": "same", "turns": turns}))
    done = rmcoach("convert", "a.json", "b.json", cwd=tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert "error: b.json: $.id: duplicate id, already in a.json" in done.stderr


def test_its_own_output_is_neither_read_nor_the_input_overwritten(tmp_path: Path) -> None:
    """A second run over the folder gives the same file; the file that is read stays."""
    (tmp_path / "a.txt").write_text("Trainee: What hurts?\nBo: Time.\n")
    for _ in range(2):
        done = rmcoach("convert", ".", "--out", "o.jsonl", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert len((tmp_path / "o.jsonl").read_text().splitlines()) == 1
    assert "skipped o.jsonl: named by --out" in done.stderr
    again = rmcoach("convert", "o.jsonl", "--out", "o.jsonl", cwd=tmp_path)
    assert (again.returncode, "would overwrite what is read" in again.stderr) == (2, True)


def test_roles_come_from_a_file(tmp_path: Path) -> None:
    """A table of names and roles says who is who, also by pattern; a wrong role is named."""
    (tmp_path / "a.txt").write_text("IT Ada: Hi?\nDana: Yes.\nEve: No.\n")
    (tmp_path / "roles.csv").write_text("name,role\nIT *,trainee\nDana,stakeholder\n")
    done = rmcoach_here("convert", "a.txt", "--roles", "roles.csv", cwd=tmp_path)
    people = json.loads(done.stdout)["participants"]
    assert [person["role"] for person in people] == ["trainee", "stakeholder", "other"]
    for name, text in (("r.json", '{"Dana": "boss"}'), ("r.toml", 'Dana = "boss"')):
        (tmp_path / name).write_text(text)
        failed = rmcoach_here("convert", "a.txt", "--roles", name, cwd=tmp_path)
        assert failed.returncode == 3
        assert "the role 'boss' is not known" in failed.stderr


def test_standard_input_is_read(tmp_path: Path) -> None:
    """A dash reads what is piped in, by what it looks like."""
    done = rmcoach_here("convert", "-", "--trainee", "Ada", lines=TALK)
    assert json.loads(done.stdout)["id"] == "standard input"
    again = rmcoach_here("convert", "-", lines=done.stdout)
    assert json.loads(again.stdout)["turns"] == json.loads(done.stdout)["turns"]


def test_a_document_over_several_lines_comes_in_by_standard_input() -> None:
    """JSON that is piped in is a document where its first object goes over the line."""
    said = [("A", "What hurts?"), ("B", "Time.")]
    document = {"utterances": [{"speaker": who, "text": text} for who, text in said]}
    for indent in (None, 1):
        done = CliRunner().invoke(
            convert, ["-", "--trainee", "Speaker A"], input=json.dumps(document, indent=indent)
        )
        assert done.exit_code == 0, done.output
        assert [turn["role"] for turn in json.loads(done.output)["turns"]] == [
            "trainee",
            "stakeholder",
        ]
