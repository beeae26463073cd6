"""Read talks from tables in text: CSV and TSV, in the separators that spreadsheets use."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import Source, open_source, visible
from rmcoach_llm.readers.table_columns import HEADER_ROWS, Row, known_headings
from rmcoach_llm.readers.table_talks import talks_of_rows

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_STATED = re.compile(r'"?sep=(?P<sign>.)"?\s*', re.IGNORECASE)


class CsvReader:
    """Read talks from a table in text whose header names the columns; see `talks_of_rows`.

    The separator is the one of comma, semicolon, tab and bar that finds the most known headings,
    unless a first line `sep=;` states it. A cell is text, formulas too.
    """

    name = "csv"
    suffixes: tuple[str, ...] = (".csv", ".tsv")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the talk of each conversation; an InputError for each row that has other columns.

        Raises InputError with the line where a record begins that cannot be parted into cells.
        """
        source = open_source(path, options)
        separator, first_line = _separator(source)
        notes = {"separator": SEPARATORS[separator]}
        rows = _rows(source, separator, first_line)
        yield from talks_of_rows(rows, source.origin, options, notes=notes)


def _separator(source: Source) -> tuple[str, int]:
    """Give the separator and the number of the first line of the table."""
    lines = [line for _, line in islice(source.text_lines(), 2 * HEADER_ROWS)]
    if stated := _STATED.fullmatch(lines[0]):
        if stated["sign"] in SEPARATORS:
            return stated["sign"], 2
        raise source.origin.error(
            "line 1",
            f"the separator '{visible(stated['sign'])}' is not known",
            remedy=f"use one of: {', '.join(SEPARATORS.values())}",
        )

    def headings(separator: str) -> tuple[int, int]:
        rows = [_cells(line, separator) for line in lines]
        return max(map(known_headings, rows)), max(map(len, rows))

    return max(SEPARATORS, key=headings), 1


def _cells(line: str, separator: str) -> list[str]:
    """Part a line by itself; one that cannot be parted is no header."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _rows(source: Source, separator: str, first_line: int) -> Iterator[Row]:
    """Give each record with the line of the file where it begins."""
    lines = (f"{line}\n" for number, line in source.text_lines() if number >= first_line)
    records = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        begins = first_line + records.line_num
        place = f"line {begins}"
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            several = first_line + records.line_num > begins + 1
            raise source.origin.error(
                place, _fault(error, several=several), remedy="export the file again, or correct it"
            ) from None
        yield Row(place, cells)


def _fault(error: csv.Error, *, several: bool) -> str:
    """Say in plain words what the csv module found; its limit of a cell is 131,072 characters."""
    said = str(error)
    if "unexpected end" in said or ("field limit" in said and several):
        return "a quote opens in this record and does not close"
    if "field limit" in said:
        return "a cell is too long"
    if "expected after" in said:
        return "in this record text follows a closing quote; a quote in quotes is written twice"
    if "new-line" in said:
        return "this record holds a carriage return outside of quotes"
    return f"this record cannot be read ({visible(said, limit=80)})"
