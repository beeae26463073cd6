"""Hostile files through the command: the exit code, one safe line an error, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.commands import rmcoach

SCRIPT = Path(__file__).parents[3] / "shared" / "attacks" / "make_hostile_files.py"
CODES = {"accept": 0, "neutral": 0, "partial": 1, "reject": 3, "skip": 0}
REMEDY = "  what to do: "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the hostile files once."""
    if not SCRIPT.is_file():
        pytest.skip("the catalogue of hostile files is not beside this repository")
    path = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(SCRIPT), str(path)], check=True, capture_output=True)
    return path


def row_of(folder: Path, name: str) -> dict[str, Any]:
    """Give the row of the catalogue on a file."""
    lines = (folder / "manifest.jsonl").read_text().split("\n")
    (row,) = (row for row in map(json.loads, filter(None, lines)) if row["path"] == name)
    return dict(row)


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
