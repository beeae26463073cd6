"""The catalogue of hostile files: the script beside this repository writes files and says how each ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "shared" / "attacks" / "make_hostile_files.py"
ACROSS_FILES = "json/dup_b.json"
"""An id that another file has: seen by whoever puts the files together."""
SOME_EQUAL_IDS = "json/case_ids.json"
"""Two of its ids are equal once composed. Its row calls the file neutral and such ids a duplicate, and
duplicates in one file end as partial elsewhere: the second is refused, the others are read."""


def written(path: Path) -> Path:
    """Write the files into a folder; skips the test where the script is not there."""
    if not SCRIPT.is_file():
        pytest.skip("the catalogue of hostile files is not beside this repository")
    subprocess.run([sys.executable, str(SCRIPT), str(path)], check=True, capture_output=True)
    return path


def rows(folder: Path) -> list[dict[str, Any]]:
    """Give the rows of the catalogue."""
    lines = (folder / "manifest.jsonl").read_text().split("\n")
    return [json.loads(line) for line in lines if line]
