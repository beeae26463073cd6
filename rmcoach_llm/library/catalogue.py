"""Know which prompts, rubrics and scenarios there are; read one when it is asked for."""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar, get_args

from rmcoach_llm.domain import Prompt, Record, Rubric, Scenario
from rmcoach_llm.errors import LibraryError, UsageError, did_you_mean
from rmcoach_llm.library.across import clashes
from rmcoach_llm.library.files import SHAPES, Entry, Kind, parse, read_head, read_text
from rmcoach_llm.library.problem import InvalidFile, one_line, quoted

R = TypeVar("R", bound=Record)

KINDS: tuple[Kind, ...] = get_args(Kind)
FOLDERS: dict[Kind, tuple[str, ...]] = {
    "scenario": ("scenarios",),
    "rubric": ("rubrics",),
    "prompt": ("judge", "stakeholder", "coach", "prompts"),
}
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "scenario": (".yaml", ".yml"),
    "rubric": (".yaml", ".yml"),
    "prompt": (".md",),
}
PACKAGED = "packaged"

_HEAD: dict[Kind, frozenset[str]] = {
    "scenario": frozenset({"version", "title", "difficulty", "business_function", "summary"}),
    "rubric": frozenset({"version", "title"}),
    "prompt": frozenset({"version", "purpose"}),
}

_ALSO: dict[Kind, frozenset[str]] = {
    "scenario": frozenset({"first", "parallel"}),
    "rubric": frozenset(),
    "prompt": frozenset(),
}


@dataclass(frozen=True)
class LibraryFile:
    """Point at a file: its kind, id (the name without its ending), and where it comes from.

    `name` is what messages show; `source` is "packaged" or the folder given.
    """

    kind: Kind
    id: str
    name: str
    source: str
    path: Traversable = field(compare=False, repr=False)


@dataclass(frozen=True)
class Summary:
    """Tell about a file in a list: `fields` are its first text fields, `problem` is None or why
    it cannot be read."""

    file: LibraryFile
    fields: dict[str, str]
    problem: str | None = None


class Library:
    """Give prompts, rubrics and scenarios by id; what an overlay folder holds wins by id.

    `overlays` are folders, the last one strongest. Files are read when they are asked for, once.
    Raises UsageError for an overlay that is no library folder, LibraryError for a file that is
    not valid.

    >>> Library().ids("scenario") == tuple(sorted(Library().ids("scenario")))
    True
    """

    def __init__(self, overlays: tuple[Path, ...] = ()) -> None:
        self.overlays = overlays
        self._entries: dict[LibraryFile, Entry] = {}

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """Give the ids of a kind, sorted."""
        return tuple(sorted(self._files[kind]))

    def files(self, kind: Kind) -> tuple[LibraryFile, ...]:
        """Give the files of a kind in the order of their ids, each id once."""
        return tuple(self._files[kind][name] for name in self.ids(kind))

    def file(self, kind: Kind, name: str) -> LibraryFile:
        """Give the file of this id; raises UsageError with a suggestion for an unknown one."""
        found = self._files[kind].get(name)
        if found is None:
            remedy = self._several(kind, name) or _elsewhere(kind, name)
            raise UsageError(
                f"unknown {kind} {quoted(name)}", remedy=remedy or self.suggestion(name, kind)
            )
        return found

    def _several(self, kind: Kind, name: str) -> str:
        """Say how to name several, where a name is a list of ids."""
        names = [part.strip() for part in name.split(",")]
        known = len(names) > 1 and all(part in self._files[kind] for part in names)
        return "name each by itself: " + " ".join(f"--{kind} {n}" for n in names) if known else ""

    def suggestion(self, name: str, *kinds: Kind) -> str:
        """Suggest the ids that may be meant by a name; scenarios also by their business function.

        >>> Library().suggestion("human resources", "scenario")
        "did you mean 'hr-onboarding-app'?"
        """
        ids = [other for kind in kinds for other in self._files[kind]]
        listed = self.summaries("scenario") if "scenario" in kinds else ()
        about = {told.file.id: told.fields.get("business_function", "") for told in listed}
        return did_you_mean(name, ids, about=about)

    def kinds(self, name: str) -> tuple[Kind, ...]:
        """Give the kinds that have a file of this id."""
        return tuple(kind for kind in KINDS if name in self._files[kind])

    def scenario(self, name: str) -> Scenario:
        """Give the scenario of this id."""
        return _as(Scenario, self.load(self.file("scenario", name)).record)

    def rubric(self, name: str) -> Rubric:
        """Give the rubric of this id."""
        return _as(Rubric, self.load(self.file("rubric", name)).record)

    def rubrics(self, names: Iterable[str]) -> tuple[Rubric, ...]:
        """Give rubrics that are used together, in the order of `names`.

        Raises LibraryError where two of them give a behaviour of one id different words.
        """
        entries = [self.load(self.file("rubric", name)) for name in names]
        faults = tuple(clashes(entries))
        if faults:
            raise InvalidFile(faults)
        return tuple(_as(Rubric, entry.record) for entry in entries)

    def prompt(self, name: str) -> Prompt:
        """Give the prompt of this id."""
        return _as(Prompt, self.load(self.file("prompt", name)).record)

    def load(self, file: LibraryFile) -> Entry:
        """Give the record of a file together with the places of its fields."""
        if file not in self._entries:
            text = read_text(file.path, file.name)
            self._entries[file] = parse(text, file.name, stem=file.id, kind=file.kind)
        return self._entries[file]

    def summaries(self, kind: Kind) -> tuple[Summary, ...]:
        """Tell about each file of a kind; only the head of a file is read, and one that cannot
        be read is listed with its problem."""
        return tuple(_summary(file) for file in self.files(kind))

    def first_scenario(self) -> str:
        """Give the id of the scenario that a newcomer starts with: the one marked `first: true`.

        An overlay's mark goes before the packaged one. Raises UsageError where none is marked.
        """
        marked = [s.file for s in self.summaries("scenario") if s.fields.get("first") == "true"]
        own = [file for file in marked if file.source != PACKAGED]
        if not marked:
            raise UsageError(
                "no scenario is marked as the first one",
                remedy="name one; 'rmcoach library list --kind scenario' lists them",
            )
        return (own or marked)[0].id

    @cached_property
    def _files(self) -> dict[Kind, dict[str, LibraryFile]]:
        found: dict[Kind, dict[str, LibraryFile]] = {kind: {} for kind in KINDS}
        sources = [(packaged_folder(), PACKAGED), *((path, str(path)) for path in self.overlays)]
        for root, source in sources:
            if source != PACKAGED:
                _refuse_no_library(root, source)
            for file in files_in(root, source):
                earlier = found[file.kind].get(file.id)
                if earlier and earlier.source == source:
                    names = f"{one_line(earlier.name)} and {one_line(file.name)}"
                    raise LibraryError(f"{names} have the same id", remedy="rename one of them")
                found[file.kind][file.id] = file
        return found


def packaged_folder() -> Traversable:
    """Give the folder of the packaged library.

    In a checkout that is not installed it lies beside the package.
    """
    try:
        return importlib.resources.files("rmcoach_llm.prompts")
    except ModuleNotFoundError:
        return Path(__file__).parents[2] / "prompts"


def files_in(root: Traversable, source: str) -> Iterator[LibraryFile]:
    """Yield the files of a library folder, by kind, folder and name."""
    shown_root = "prompts" if source == PACKAGED else source.rstrip("/")
    for kind in SHAPES:
        for folder in FOLDERS[kind]:
            place = root.joinpath(folder)
            names = sorted(path.name for path in place.iterdir()) if place.is_dir() else []
            for name in names:
                stem, dot, ending = name.rpartition(".")
                if dot + ending in SUFFIXES[kind] and not name.startswith("."):
                    label = f"{shown_root}/{folder}/{name}"
                    yield LibraryFile(kind, stem, label, source, place.joinpath(name))


def _elsewhere(kind: Kind, name: str) -> str:
    """Say how to use a file that is given in the place of an id, or that waits in ./library."""
    waiting = (Path("library", folder, f"{name}.yaml") for folder in FOLDERS[kind])
    for path in (Path(name), *waiting):
        if path.parent.name in FOLDERS[kind] and os.path.isfile(path):  # noqa: PTH113 - of any name
            folder = quoted(str(path.parent.parent))
            return f"that file is there: give the id {quoted(path.stem)} with --library {folder}"
    return ""


def _refuse_no_library(root: Traversable, source: str) -> None:
    folders = [name for names in FOLDERS.values() for name in names]
    if not root.is_dir():
        raise UsageError(f"no folder {quoted(source)}", remedy="name a library folder")
    if not any(root.joinpath(name).is_dir() for name in folders):
        raise UsageError(
            f"the folder {quoted(source)} is no library",
            remedy=f"put files into one of: {', '.join(folders)}",
        )


def _summary(file: LibraryFile) -> Summary:
    try:
        text = read_text(file.path, file.name)
        head = read_head(text, file.name, file.kind, _HEAD[file.kind], _ALSO[file.kind])
        return Summary(file, head)
    except LibraryError as error:
        return Summary(file, {}, str(error))


def _as(shape: type[R], record: Record) -> R:
    if not isinstance(record, shape):
        raise TypeError(f"{type(record).__name__} is no {shape.__name__}")
    return record
