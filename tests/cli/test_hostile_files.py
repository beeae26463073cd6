"""Hostile files through the command: the exit code, one safe line an error, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.commands import rmcoach, rmcoach_here
from support.hostile import ACROSS_FILES, SOME_EQUAL_IDS, rows, written

CODES = {"accept": 0, "neutral": 0, "partial": 1, "reject": 3, "skip": 0}
CHECK, CHECK_CODES = ("library", "check", "--"), {"accept": 0, "neutral": 0, "reject": 4}
CONVERT = ("convert", "--")
REMEDY = "  what to do: "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the hostile files once."""
    return written(tmp_path_factory.mktemp("hostile"))


def row_of(folder: Path, name: str) -> dict[str, Any]:
    """Give the row of the catalogue on a file."""
    (row,) = (row for row in rows(folder) if row["path"] == name)
    return row


@pytest.mark.parametrize(
    "name",
    [
        *("txt/ctrl_osc52.txt", "txt/ctrl_in_name.txt", "fs/names/\x1b[2Jname.txt"),
        *("fs/link_out.txt", "txt/one_sided.txt", "txt/no_trainee.txt", "json/turns_empty.json"),
        *("vtt/voice_attr.vtt", "srt/cut.srt", "srt/arrow_flood.srt"),
        *("json/deep.json", "json/lone_surrogate.json", "jsonl/nul_tail.jsonl"),
        *("csv/ragged.csv", "csv/unbalanced.csv", "docx/xxe.docx", "docx/zip_bomb.docx"),
    ],
)
def test_each_ends_as_the_catalogue_states(folder: Path, name: str) -> None:
    """The exit code says how it ended; an error is a line with its place, and steers no terminal."""
    row = row_of(folder, name)
    done = rmcoach("convert", "--", name, cwd=folder)
    assert done.returncode == CODES[row["expect"]], done.stderr
    assert bool(done.stdout) == (row["expect"] != "reject")
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown
    assert [char for char in shown if char != "\n" and not char.isprintable()] == []
    errors = [line for line in done.stderr.splitlines() if not line.startswith((REMEDY, "note: "))]
    assert len(errors) == (row["expect"] in ("partial", "reject")) + (name == "csv/ragged.csv")
    if row["expect"] == "skip":
        assert f"note: {name}: cannot be scored: {row['error_mentions']}" in done.stderr
    if errors:
        assert all(
            word.lower() in done.stderr.lower() for word in (row["locator"], row["error_mentions"])
        )


def problem(row: dict[str, Any], folder: Path) -> str | None:
    """Say how a row ends otherwise than it states, through the command for its kind of file."""
    name = row["path"]
    of_yaml = row["format"] == "yaml"
    before = ["json/dup_a.json"] if name == ACROSS_FILES else []
    done = rmcoach_here(*(CHECK if of_yaml else CONVERT), *before, name, cwd=folder)
    expect = "partial" if before or name == SOME_EQUAL_IDS else row["expect"]
    code = CHECK_CODES[expect] if of_yaml else CODES[expect]
    said = done.stderr + (done.stdout if of_yaml else "")
    wanted = [row["error_mentions"]] + ([row["locator"]] if expect in ("partial", "reject") else [])
    missing = [word for word in wanted if word.lower() not in said.lower()]
    unsafe = [char for char in done.stdout + done.stderr if char != "\n" and not char.isprintable()]
    if done.returncode != code or missing or unsafe or "Traceback" in said:
        return f"{name!r}: {done.returncode}, not {code}; without {missing}; {unsafe} {said!r}"
    return None


def test_every_row_ends_as_stated_through_its_command(folder: Path) -> None:
    """All of the catalogue: exit code, place and cause, nothing that steers a terminal."""
    checked = [row for row in rows(folder) if row["format"] != "dir"]
    assert len(checked) > 220
    assert [found for row in checked if (found := problem(row, folder))] == []
