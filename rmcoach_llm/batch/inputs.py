"""Find the files to read: named ones, folders, patterns; lazily, in a fixed order, never astray."""

from __future__ import annotations

import glob
import itertools
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rmcoach_llm.errors import InputError
from rmcoach_llm.whole_file import PART

WHOLE_FILE = "whole file"
SIGNS = frozenset("*?[")
LEAVE_OUT = "leave it out"


@dataclass(frozen=True)
class Found:
    """Name a file to read; `label` is how messages and ids show it."""

    path: Path
    label: str


@dataclass(frozen=True)
class Skipped:
    """Name a file in a folder that is no transcript, and why: for a count, not an error."""

    label: str
    why: str


Entry = Found | Skipped | InputError


def find_files(paths: Sequence[Path], suffixes: Iterable[str]) -> Iterator[Entry]:
    """Give the files that paths name; folders are gone through in the order of names.

    A path may be a pattern (`talks/**/*.vtt`) where no file has that very name. In a folder, files
    with endings other than `suffixes` (with the dot, small), hidden ones and links to folders are
    skipped, and what could lead astray is an InputError: links out of the folder or in a circle,
    pipes, devices. So is a link that is named and leads out of the folder that it lies in: the
    shell writes out `talks/*` without asking. A folder that is named may be a link. The label of
    a file in a folder is its path from there; where several paths are given, with the folder
    before it.
    """
    known = frozenset(suffixes)
    several = len(paths) > 1
    for path in paths:
        if not os.path.lexists(path) and SIGNS & set(str(path)):
            yield from _by_pattern(path, known)
        elif path.is_dir():
            yield from _in_folder(path, known, several=several)
        elif path.is_symlink() and path.is_file():
            yield _linked(path, str(path), path.parent)
        else:
            yield Found(path, str(path))


def _by_pattern(pattern: Path, known: frozenset[str]) -> Iterator[Entry]:
    names = sorted(glob.glob(str(pattern), recursive=True))  # noqa: PTH207 - keeps the order of names
    files = [Path(name) for name in names if not Path(name).is_dir()]
    if not files:
        yield InputError(
            str(pattern), WHOLE_FILE, "no file fits this pattern", remedy="check the folder's name"
        )
    fixed = itertools.takewhile(lambda part: not SIGNS & set(part), pattern.parts)
    root = Path(*fixed)
    for path in files:
        yield _checked(path, str(path), root, known)


def _in_folder(folder: Path, known: frozenset[str], *, several: bool) -> Iterator[Entry]:
    empty = True
    for path in _walk(folder):
        empty = False
        if isinstance(path, InputError):
            yield path
            continue
        label = str(path) if several else str(path.relative_to(folder))
        yield _checked(path, label, folder, known)
    if empty:
        yield InputError(str(folder), WHOLE_FILE, "is a directory without a file", remedy=LEAVE_OUT)


def _walk(folder: Path) -> Iterator[Path | InputError]:
    """Give all but folders, by name; links to folders are given, not followed.

    A folder that cannot be listed, or that is gone by now, is an InputError in its place.
    """
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield InputError(
            str(folder),
            WHOLE_FILE,
            f"the folder cannot be listed ({error.strerror})",
            remedy="make it readable, or leave it out",
        )
        return
    for entry in listed:
        if entry.name.startswith(PART):
            continue  # results on their way, of this run or of one that was killed
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name)
        else:
            yield folder / entry.name


def _named(path: Path, label: str, known: frozenset[str]) -> Entry:
    if path.name.startswith((".", "~$")):
        return Skipped(label, "hidden")
    if path.suffix.lower() not in known:
        return Skipped(label, f"ending '{path.suffix}'" if path.suffix else "no ending")
    return Found(path, label)


def _checked(path: Path, label: str, root: Path, known: frozenset[str]) -> Entry:
    if path.is_symlink() and path.is_dir():
        return Skipped(label, "link to a folder")
    found = _named(path, label, known)
    if isinstance(found, Skipped) or not path.is_symlink():
        return found
    return _linked(path, label, root)


def _linked(path: Path, label: str, root: Path) -> Entry:
    """Give the file that a link leads to, if that lies in a folder."""
    target = Path(os.path.realpath(path))
    if not path.exists():
        what = "is a link in a circle or to what is not found"
    elif not stat.S_ISREG(target.stat().st_mode):
        what = "is a link to what is not a regular file"
    elif not target.is_relative_to(os.path.realpath(root)):
        what = "is a link that leads out of the folder"
    else:
        return Found(path, label)
    return InputError(label, WHOLE_FILE, what, remedy=f"{LEAVE_OUT}, or name the file itself")
