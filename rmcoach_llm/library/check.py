"""Check library files: whether they are valid, and whether LOCK holds their text.

How well a scenario plays is another question: see `rmcoach_llm.authoring.check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.catalogue import FOLDERS, KINDS, SUFFIXES, Library, LibraryFile
from rmcoach_llm.library.files import Entry, Kind, read_file
from rmcoach_llm.library.lock import lock_problems
from rmcoach_llm.library.problem import InvalidFile, Problem, quoted


@dataclass(frozen=True)
class Report:
    """Hold how many files were checked, and all that was found in them."""

    files: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """Count the problems that make a file unusable."""
        return sum(problem.level == "error" for problem in self.problems)


def check_library(library: Library) -> Report:
    """Check every file, and the LOCK of the packaged ones."""
    files = [file for kind in KINDS for file in library.files(kind)]
    found = [problem for file in files for problem in _checked(library, file)]
    return Report(len(files), (*found, *lock_problems(_packaged_entries())))


def check_paths(paths: tuple[Path, ...]) -> Report:
    """Check files, whatever library they belong to; folders are searched through.

    The folder that a file lies in says its kind, or else its fields do. Raises UsageError where
    a path is not there or a folder holds nothing to check.
    """
    files = [file for path in paths for file in _files_under(path)]
    return Report(len(files), tuple(problem for file in files for problem in _check_file(file)))


def _checked(library: Library, file: LibraryFile) -> tuple[Problem, ...]:
    try:
        library.load(file)
    except InvalidFile as error:
        return error.faults
    return ()


def _check_file(file: tuple[Path, Kind | None]) -> tuple[Problem, ...]:
    path, kind = file
    try:
        read_file(path, kind)
    except InvalidFile as error:
        return error.faults
    return ()


def _packaged_entries() -> Iterator[Entry]:
    """Yield what of the packaged library is valid; what is not is reported by itself."""
    library = Library()
    for file in (file for kind in KINDS for file in library.files(kind)):
        try:
            yield library.load(file)
        except InvalidFile:
            continue


def _files_under(path: Path) -> list[tuple[Path, Kind | None]]:
    if not path.is_dir():
        kind = _kind_by_place(path)
        return [(path, "prompt" if path.suffix in SUFFIXES["prompt"] else kind)]
    found = [
        (file, _kind_by_place(file))
        for file in sorted(path.rglob("*"))
        if file.suffix in SUFFIXES["scenario"] or _kind_by_place(file) == "prompt"
    ]
    if not found:
        raise UsageError(f"the folder {quoted(str(path))} holds nothing to check")
    return found


def _kind_by_place(path: Path) -> Kind | None:
    folder = path.absolute().parent.name
    kinds = (k for k in KINDS if folder in FOLDERS[k] and path.suffix in SUFFIXES[k])
    return next(kinds, None)
