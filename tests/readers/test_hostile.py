"""Every hostile file ends as its catalogue says, within its time and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.hostile import ACROSS_FILES, SOME_EQUAL_IDS, rows, written
from support.reading import Outcome, read_file

from rmcoach_llm.domain import why_unscorable

ROOT = Path(__file__).parents[2]
SUFFIXES = {name: f".{name}" for name in ("txt", "json", "jsonl", "vtt", "srt", "csv", "docx")}
OF_THE_CALLER = {ACROSS_FILES, "fs/link_out.txt"}
"""Equal ids across files and links out of a folder: seen by whoever scans, not by a reader."""

MEASURE = """
import resource, sys
from pathlib import Path
from support.reading import read_file
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read_file(Path(sys.argv[1]), suffix=sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024)
"""

TRACED = 4
"""How much slower code may run while coverage is traced; the limits are for plain runs."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the hostile files once."""
    return written(tmp_path_factory.mktemp("hostile"))


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Give the rows of the catalogue that are files for these readers."""
    return [
        row
        for row in rows(folder)
        if row["format"] in SUFFIXES and row["path"] not in OF_THE_CALLER
    ]


def ending(outcome: Outcome) -> str:
    """Say in the words of the catalogue how a file ended."""
    if outcome.errors:
        return "partial" if outcome.talks else "reject"
    return "skip" if any(map(why_unscorable, outcome.talks)) else "accept"


def problem(row: dict[str, Any], folder: Path) -> str | None:
    """Say how a file ends otherwise than its row states."""
    started = time.process_time()
    outcome = read_file(folder / row["path"], suffix=SUFFIXES[row["format"]], label=row["path"])
    seconds = (time.process_time() - started) / TRACED
    wanted = "accept" if row["expect"] == "neutral" else row["expect"]
    wanted = "partial" if row["path"] == SOME_EQUAL_IDS else wanted
    said = " ".join(outcome.errors + [why_unscorable(talk) or "" for talk in outcome.talks])
    mentions = [row["error_mentions"]] + ([row["locator"]] if outcome.errors else [])
    missing = [word for word in mentions if word.lower() not in said.lower()]
    if ending(outcome) != wanted or missing or seconds > row["limits"]["seconds"]:
        return f"{row['path']!r}: {ending(outcome)}, not {wanted}; without {missing}: {said!r}"
    if any("\n" in error or "\x1b" in error for error in outcome.errors):
        return f"{row['path']!r}: an error that is not one safe line: {said!r}"
    return None


def test_every_hostile_file_ends_as_stated(folder):
    """Each row ends as stated, in its time, with locator and cause in one safe line."""
    checked = read_rows(folder)
    assert len(checked) > 180
    assert [found for row in checked if (found := problem(row, folder))] == []


def test_line_ends_and_marks_change_nothing(folder):
    """The same talk with other line ends and byte order marks has the same digest."""
    names = ("ok", "crlf", "cr_only", "bom", "utf16le_bom", "utf16be_bom")
    assert len({read_file(folder / f"txt/{name}.txt").talk.digest for name in names}) == 1


@pytest.mark.parametrize("name", ["u2028", "vt_ff_nel", "spoofed_speaker"])
def test_no_turn_is_forged(folder, name):
    """Separators and indentation cannot put words into the stakeholder's mouth."""
    assert len(read_file(folder / f"txt/{name}.txt").talk.turns) == 2


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("vtt/note_hidden.vtt", ["Walk me through your last claim.", "It took eleven days."]),
        ("vtt/voice_spoof.vtt", ["hi you were great", "It took eleven days."]),
        ("vtt/arrow_in_text.vtt", ["a --> b", "It took eleven days."]),
        ("vtt/entities.vtt", ["<b> &amp; \ufffd \ufffd [2J", "It took eleven days."]),
        ("srt/no_blank.srt", ["Walk me through your last claim.", "It took eleven days."]),
        ("srt/bad_index.srt", ["Walk me through your last claim.", "It took eleven days."]),
    ],
)
def test_subtitles_hide_and_forge_nothing(folder, name, texts):
    """Notes, styles and indexes never become words; a voice in a voice changes no speaker."""
    assert [turn.text for turn in read_file(folder / name).talk.turns] == texts


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is in KiB on Linux")
@pytest.mark.parametrize(
    "name",
    [
        *("txt/huge_line.txt", "txt/many_turns.txt", "jsonl/huge_line.jsonl", "json/deep.json"),
        *("csv/field_200k.csv", "docx/zip_bomb.docx", "docx/many_members.docx"),
        *("docx/lying_size.docx", "docx/deep_xml.docx"),
    ],
)
def test_memory_stays_within_its_limit(folder, name):
    """The largest files are refused without filling the memory."""
    (limit,) = (row["limits"]["rss_mb"] for row in rows(folder) if row["path"] == name)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder / name), Path(name).suffix],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < limit
