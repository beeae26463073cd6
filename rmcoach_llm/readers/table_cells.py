"""Read tables in which a cell holds a whole talk: `Name: text` lines, a row for each talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rmcoach_llm.domain import FrozenMap, Transcript, is_control
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import MAX_ID_LENGTH, Origin, text_source, visible
from rmcoach_llm.readers.roles import composed
from rmcoach_llm.readers.speakers import spoken
from rmcoach_llm.readers.table_columns import Columns, Row
from rmcoach_llm.readers.text import talk_of

ENOUGH_TURNS = 2
"""A cell with so many lines that begin a turn holds a talk."""


def holds_talks(rows: Sequence[Row], columns: Columns) -> bool:
    """Say whether the first cell with words in the column of talks holds several turns."""
    cell = next((text for row in rows if (text := columns.cell(row, "talk"))), "")
    return holds_turns(cell)


def holds_turns(text: str) -> bool:
    """Say whether a text has enough lines that begin a turn to hold a talk."""
    return sum(1 for line in lines_of_cell(text) if spoken(line)) >= ENOUGH_TURNS


def talks_in_cells(
    rows: Iterable[Row],
    columns: Columns,
    origin: Origin,
    options: ReadOptions,
    notes: Mapping[str, str],
) -> Iterator[Transcript | InputError]:
    """Yield the talk in each row's cell, or an InputError in its place; empty cells are left out.

    The id is that of the row, else the file's with a count behind it.
    """
    count = 0
    places: dict[str, str] = {}
    for row in rows:
        cell = columns.cell(row, "talk")
        if not cell:
            continue
        count += 1
        own = composed(columns.cell(row, "id"))
        name = own or (origin.identity() if count == 1 else f"{origin.identity()}#{count}")
        try:
            _check_id(name, row, places, origin)
            source = text_source("\n".join(lines_of_cell(cell)), origin)
            talk = talk_of(source, options, name)
        except InputError as error:
            inside = error.place != row.place
            place = f"{row.place}, {error.place} of the cell" if inside else row.place
            yield InputError(error.path, place, error.found, remedy=error.remedy)
            continue
        metadata = FrozenMap({**talk.metadata, **notes, "cells": "a talk in each"})
        yield talk.model_copy(update={"metadata": metadata})


def lines_of_cell(cell: str) -> list[str]:
    """Give the lines of a cell; a line feed that was written out as `\\n` parts lines, too."""
    if "\n" not in cell and "\r" not in cell:
        cell = cell.replace("\\r\\n", "\n").replace("\\n", "\n")
    return cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _check_id(name: str, row: Row, places: dict[str, str], origin: Origin) -> None:
    if places.setdefault(name, row.place) != row.place:
        raise origin.error(
            row.place,
            f"duplicate id '{visible(name, limit=60)}', already used in {places[name]}",
            remedy="give each talk an id of its own",
        )
    if len(name) > MAX_ID_LENGTH or any(map(is_control, name)):
        raise origin.error(
            row.place,
            f"'{visible(name, limit=60)}' cannot be an id",
            remedy=f"use 1 to {MAX_ID_LENGTH} visible characters",
        )
