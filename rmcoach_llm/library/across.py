"""Find what shows only where several files are read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rmcoach_llm.domain import Behaviour, Rubric
from rmcoach_llm.errors import did_you_mean
from rmcoach_llm.library.files import Entry
from rmcoach_llm.library.problem import Problem, one_line, quoted
from rmcoach_llm.library.yaml_text import FieldPath

MEANING = ("sign", "statement", "occasion")
"""What is judged. Points, examples and advice are each rubric's own."""


def clashes(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Yield the behaviours that have the id of one in an earlier rubric, but not its words.

    A behaviour is judged once for all rubrics that use it, so its id has one meaning.
    """
    first: dict[str, tuple[Behaviour, Entry]] = {}
    for entry, path, behaviour in _behaviours(entries):
        known, other = first.setdefault(behaviour.id, (behaviour, entry))
        differing = [name for name in MEANING if getattr(known, name) != getattr(behaviour, name)]
        if differing:
            message = (
                f"{quoted(behaviour.id)} has another {' and '.join(differing)} in "
                f"{one_line(other.file)}; give it the same words there and here, or an id of its own"
            )
            yield entry.problem((*path, differing[0]), message)


def untrained(entries: Iterable[Entry], scenarios: Iterable[str]) -> Iterator[Problem]:
    """Yield the criteria of rubrics that name a scenario to practise which is none."""
    known = frozenset(scenarios)
    for entry in entries:
        for number, criterion in enumerate(_rubric(entry).criteria):
            name = criterion.practise
            if name is not None and name not in known:
                message = f"found {quoted(name)}, which is no scenario; {did_you_mean(name, known)}"
                yield entry.problem(("criteria", number, "practise"), message)


def _behaviours(entries: Iterable[Entry]) -> Iterator[tuple[Entry, FieldPath, Behaviour]]:
    for entry in entries:
        for number, criterion in enumerate(_rubric(entry).criteria):
            for place, behaviour in enumerate(criterion.behaviours):
                yield entry, ("criteria", number, "behaviours", place), behaviour


def _rubric(entry: Entry) -> Rubric:
    if not isinstance(entry.record, Rubric):
        raise TypeError(f"{type(entry.record).__name__} is no Rubric")
    return entry.record
