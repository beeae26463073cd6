"""Put a new file into a library folder: whole or not at all, and never over another."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.problem import quoted

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

    It is written beside its place, synced and linked there in one step, so that neither a crash
    nor another program leaves half a file. Raises UsageError where it is there, OSError where it
    cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        _into_place(Path(temporary), path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _into_place(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # unlike a rename, it refuses a file that is there
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a file system without links
        if path.exists():
            raise _taken(path) from None
        temporary.replace(path)


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"{quoted(str(path))} is there already; it was not touched",
        remedy="choose another id, or move that file away",
    )
