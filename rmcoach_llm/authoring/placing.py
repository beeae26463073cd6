"""Put a new file into a library folder: whole or not at all, and never over another."""

from __future__ import annotations

import re
from pathlib import Path

from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.problem import quoted
from rmcoach_llm.whole_file import whole_file

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 80


def scenario_id(name: str) -> str:
    """Give a name back if it may be the id of a scenario, and so of its file.

    Raises UsageError for anything else: no path, no capital, no control character gets through.

    >>> scenario_id("room-booking")
    'room-booking'
    """
    if len(name) > LONGEST_ID or not SLUG.fullmatch(name):
        raise UsageError(
            f"{quoted(name)} is no id for a scenario",
            remedy="take small letters, digits and single hyphens, at most 80, as in 'room-booking'",
        )
    return name


def scenario_path(library: Path, name: str) -> Path:
    """Give the path of a new scenario in a library folder; raises UsageError where it is taken."""
    path = library / "scenarios" / f"{scenario_id(name)}.yaml"
    for taken in (path, path.with_suffix(".yml")):
        if taken.exists() or taken.is_symlink():
            raise _taken(taken)
    return path


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; folders on the way are made.

    It takes its name in one step, so that neither a crash nor another program leaves half a file.
    Raises UsageError where it is there or its folder cannot be written to, OSError where a folder
    cannot be made or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with whole_file(path, over=False) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.chmod(0o644)
    except FileExistsError:
        raise _taken(path) from None


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"{quoted(str(path))} is there already; it was not touched",
        remedy="choose another id, or move that file away",
    )
