"""Check library files: whether they are valid, fit together, and stand in LOCK as they are.

How well a scenario plays is another question: see `rmcoach_llm.authoring.check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.across import clashes, untrained
from rmcoach_llm.library.catalogue import FOLDERS, KINDS, PACKAGED, SUFFIXES, Library
from rmcoach_llm.library.files import Entry, Kind, read_file
from rmcoach_llm.library.lock import lock_key, lock_problems
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
    """Check every file, how the rubrics fit together, and the LOCK of the packaged files."""
    files = [file for kind in KINDS for file in library.files(kind)]
    files.sort(key=lambda file: file.source != PACKAGED)  # a clash is the fault of the own file
    read = [_read(partial(library.load, file)) for file in files]
    rubrics = [entry for entry, _ in read if entry and entry.kind == "rubric"]
    found = [
        *(problem for _, faults in read for problem in faults),
        *clashes(rubrics),
        *untrained(rubrics, library.ids("scenario")),
    ]
    return Report(len(files), (*found, *lock_problems(_packaged_entries())))


def check_paths(paths: tuple[Path, ...]) -> Report:
    """Check files, whatever library they belong to; folders are searched through.

    The folder that a file lies in says its kind, or else its fields do. Rubrics are held against
    each other and against the packaged ones of other ids. Raises UsageError where a path is not
    there or a folder holds nothing to check.
    """
    files = [file for path in paths for file in _files_under(path)]
    read = [_read(partial(read_file, path, kind)) for path, kind in files]
    rubrics = [entry for entry, _ in read if entry and entry.kind == "rubric"]
    found = (problem for _, faults in read for problem in faults)
    return Report(len(files), (*found, *clashes([*_packaged_beside(rubrics), *rubrics])))


def _read(entry: Callable[[], Entry]) -> tuple[Entry | None, tuple[Problem, ...]]:
    """Give the entry that can be read, or else what is wrong with it."""
    try:
        return entry(), ()
    except InvalidFile as error:
        return None, error.faults


def _packaged_beside(rubrics: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the packaged rubrics that these would stand beside, not replace; none for none."""
    replaced = {_name(entry) for entry in rubrics}
    packaged = _packaged_entries(("rubric",)) if replaced else ()
    yield from (entry for entry in packaged if _name(entry) not in replaced)


def _name(entry: Entry) -> str:
    return lock_key(entry).partition("@")[0]


def _packaged_entries(kinds: tuple[Kind, ...] = KINDS) -> Iterator[Entry]:
    """Yield what of the packaged library is valid; what is not is reported by itself."""
    library = Library()
    for file in (file for kind in kinds for file in library.files(kind)):
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
