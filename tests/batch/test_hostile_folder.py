"""A folder of hostile files: the scan and the readers together end each as its catalogue says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from support.hostile import ACROSS_FILES, SOME_EQUAL_IDS, rows, written

from rmcoach_llm.batch.inputs import Entry, Found, Skipped, find_files
from rmcoach_llm.domain import why_unscorable
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.wiring import read_file, readers_by_suffix

FORMATS = {"txt", "json", "jsonl", "csv", "docx", "vtt", "srt", "dir"}
TRACED = 4
"""How much slower code may run while coverage is traced; the limits are for plain runs."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the hostile files once."""
    return written(tmp_path_factory.mktemp("hostile"))


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Give the rows of the catalogue for which there is a reader."""
    known = {suffix.removeprefix(".") for suffix in readers_by_suffix()} | {"dir"}
    return [row for row in rows(folder) if row["format"] in FORMATS & known]


def ending(entry: Entry) -> tuple[str, list[str]]:
    """Say how an entry ends, in the words of the catalogue, and what is said of it."""
    if isinstance(entry, Skipped):
        return "skip", [entry.why]
    if isinstance(entry, InputError):
        return "reject", [str(entry)]
    talks, errors = [], []
    try:
        for read in read_file(entry.path, ReadOptions(label=entry.label)):
            (errors if isinstance(read, InputError) else talks).append(read)
    except InputError as error:
        errors.append(error)
    if errors:
        return ("partial" if talks else "reject"), [str(error) for error in errors]
    reasons = [reason for talk in talks if (reason := why_unscorable(talk))]
    return ("skip" if reasons else "accept"), reasons


def problem(row: dict[str, Any], entry: Entry) -> str | None:
    """Say how an entry ends otherwise than its row states."""
    started = time.process_time()
    ended, said = ending(entry)
    seconds = (time.process_time() - started) / TRACED
    wanted = "accept" if row["expect"] == "neutral" else row["expect"]
    wanted = "partial" if row["path"] == SOME_EQUAL_IDS else wanted
    mentions = [row["error_mentions"], row["locator"] if ended in ("reject", "partial") else ""]
    missing = [word for word in mentions if word.lower() not in " ".join(said).lower()]
    if ended != wanted or missing or seconds > row["limits"]["seconds"]:
        return f"{row['path']!r}: {ended}, not {wanted}; without {missing}; {seconds:.1f} s: {said}"
    unsafe = [line for line in said if not line.isprintable()]
    return f"{row['path']!r}: not one safe line: {unsafe!r}" if unsafe else None


def test_every_file_of_a_folder_ends_as_stated(folder: Path) -> None:
    """The scan gives each file once, and it ends as its row says, in one safe line, in its time."""
    entries = {
        label_of(entry, folder): entry for entry in find_files([folder], readers_by_suffix())
    }
    found = []
    checked = 0
    for row in read_rows(folder):
        if row["path"] == ACROSS_FILES or (folder / row["path"]).is_dir():
            continue
        checked += 1
        assert row["path"] in entries, row["path"]
        found += [what] if (what := problem(row, entries[row["path"]])) else []
    assert checked > 190
    assert found == []


def label_of(entry: Entry, folder: Path) -> str:
    """Give the path of an entry in the folder, as the catalogue has it."""
    if isinstance(entry, Found):
        return str(entry.path.relative_to(folder))
    return entry.label if isinstance(entry, Skipped) else entry.path


def test_folders_and_links_to_them_do_not_lead_astray(folder: Path) -> None:
    """A folder with the ending of a file is said when it is named; a link upwards is not followed."""
    (named,) = find_files([folder / "fs" / "dir.json"], readers_by_suffix())
    assert "is a directory" in str(named)
    (up,) = (e for e in find_files([folder / "fs"], readers_by_suffix()) if label(e) == "up")
    assert isinstance(up, Skipped)


def label(entry: Entry) -> str:
    """Give the label of an entry."""
    return entry.path if isinstance(entry, InputError) else entry.label


def test_a_scan_is_the_same_twice(folder: Path) -> None:
    """The order of a folder is that of its names, whatever the file system gives."""
    first = [label(entry) for entry in find_files([folder], readers_by_suffix())]
    assert first == [label(entry) for entry in find_files([folder], readers_by_suffix())]
    assert len(first) == len(set(first))
