"""Give the rubrics that a caller chose: by id, as a file, or as records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rmcoach_llm.domain import Rubric
from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.library.files import read_file

RubricLike = str | Path | Rubric
"""A rubric, the path of its YAML file (a Path, or text ending in .yaml or .yml), or its id."""

FILES = (".yaml", ".yml")


def chosen_rubrics(
    given: RubricLike | Iterable[RubricLike], library: Library
) -> tuple[Rubric, ...]:
    """Give the rubrics that are named, one or several, each once and in their order.

    Raises UsageError for an unknown id, for what is no rubric, and for two rubrics of one id;
    LibraryError for a file that is not valid.

    >>> [rubric.id for rubric in chosen_rubrics("persuasion", Library())]
    ['persuasion']
    """
    if isinstance(given, (str, Path, Rubric)) or not isinstance(given, Iterable):
        given = (given,)
    found: dict[str, Rubric] = {}
    for item in given:
        rubric = _rubric(item, library)
        if found.setdefault(rubric.id, rubric).digest != rubric.digest:
            raise UsageError(
                f"two rubrics have the id '{rubric.id}'", remedy="give one of them another id"
            )
    return tuple(found.values())


def _rubric(item: object, library: Library) -> Rubric:
    if isinstance(item, Rubric):
        return item
    if isinstance(item, Path) or (isinstance(item, str) and item.lower().endswith(FILES)):
        record = read_file(Path(item), "rubric").record
        assert isinstance(record, Rubric)  # noqa: S101 - read as a rubric
        return record
    if isinstance(item, str):
        return library.rubric(item)
    raise UsageError(
        f"rubrics= holds an object of type {type(item).__name__}",
        remedy="give ids, paths of YAML files, or Rubric objects",
    )
