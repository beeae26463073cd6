"""Check library files: whether they are valid, and what an author may have overlooked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rmcoach_llm.domain import Layer, Scenario
from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.catalogue import FOLDERS, KINDS, SUFFIXES, Library, LibraryFile
from rmcoach_llm.library.files import Entry, Kind, parse, read_text
from rmcoach_llm.library.lock import lock_problems
from rmcoach_llm.library.problem import InvalidFile, Problem, quoted
from rmcoach_llm.library.yaml_text import FieldPath

LONGEST_SPEECH = 60
"""Words that a person says in one go before a listener wants to cut in."""

TELLING_WORDS = 3
"""Words of the root need alone that one public line may not hold together."""

_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM = 6
"""Letters that count in a comparison: 'approve', 'approval' and 'approvals' are one word."""


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


def scenario_problems(entry: Entry, scenario: Scenario) -> Iterator[Problem]:
    """Yield warnings about a valid scenario: what gives the need away, long speeches, lost cues."""
    telling = _telling_words(scenario)
    for path, text in _public_lines(scenario):
        told = telling & _stems(text)
        if len(told) >= TELLING_WORDS:
            words = ", ".join(sorted(w for w in _WORD.findall(text.lower()) if w[:_STEM] in told))
            message = f"holds words of the root need ({words}); do not give it away"
            yield _warning(entry, path, message)
    for path, text in _spoken_lines(scenario):
        count = len(text.split())
        if count > LONGEST_SPEECH:
            message = f"is {count} words long; people say at most about {LONGEST_SPEECH} in one go"
            yield _warning(entry, path, message)
    for index, fact in enumerate(scenario.facts):
        questions = " ".join(fact.asks_like).lower()
        if not any(cue.lower() in questions for cue in fact.cues):
            message = f"no cue of {quoted(fact.id)} stands in its 'asks_like'; add the words asked"
            yield _warning(entry, ("facts", index, "cues"), message)


def _checked(library: Library, file: LibraryFile) -> tuple[Problem, ...]:
    try:
        entry = library.load(file)
    except InvalidFile as error:
        return error.faults
    return _beyond_schema(entry)


def _check_file(file: tuple[Path, Kind | None]) -> tuple[Problem, ...]:
    path, kind = file
    try:
        entry = parse(read_text(path, str(path)), str(path), stem=path.stem, kind=kind)
    except InvalidFile as error:
        return error.faults
    return _beyond_schema(entry)


def _beyond_schema(entry: Entry) -> tuple[Problem, ...]:
    if isinstance(entry.record, Scenario):
        return tuple(scenario_problems(entry, entry.record))
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


def _spoken_lines(scenario: Scenario) -> Iterator[tuple[FieldPath, str]]:
    yield ("opening",), scenario.opening
    for index, fact in enumerate(scenario.facts):
        for place, text in enumerate(fact.says):
            yield ("facts", index, "says", place), text
    yield from _lines(scenario)


def _lines(scenario: Scenario) -> Iterator[tuple[FieldPath, str]]:
    for name in type(scenario.lines).model_fields:
        for place, text in enumerate(getattr(scenario.lines, name)):
            yield ("lines", name, place), text


def _public_lines(scenario: Scenario) -> Iterator[tuple[FieldPath, str]]:
    """Yield what a trainee gets to read or hear before anything is earned."""
    yield ("title",), scenario.title
    yield ("summary",), scenario.summary
    for index, text in enumerate(scenario.brief):
        yield ("brief", index), text
    yield ("opening",), scenario.opening
    yield from _lines(scenario)
    for index, fact in enumerate(scenario.facts):
        if not fact.layer.deep:
            for place, text in enumerate(fact.says):
                yield ("facts", index, "says", place), text


def _telling_words(scenario: Scenario) -> set[str]:
    """Give the words that only the root need holds, and no fact at the surface does."""
    surface = [f.statement for f in scenario.facts if f.layer in (Layer.WANT, Layer.SYMPTOM)]
    words = _stems(scenario.root_need.statement)
    return words - _all_stems((*surface, scenario.title, scenario.persona.role))


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower())}


def _all_stems(texts: Iterable[str]) -> set[str]:
    return {stem for text in texts for stem in _stems(text)}


def _warning(entry: Entry, path: FieldPath, message: str) -> Problem:
    line, column = entry.document.place(path)
    field = ".".join(str(part) for part in path)
    return Problem(entry.file, line, column, field, message, "warning")
