"""Read talks from the tables of a document: with headings, or with a speaker and a text in each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.docx_body import TableRow
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.speakers import is_name
from rmcoach_llm.readers.table_columns import HEADER_ROWS, Row, columns_of
from rmcoach_llm.readers.table_talks import talks_of_rows
from rmcoach_llm.readers.times import moment_of

WIDTHS = (2, 3)


def talk_tables(rows: Sequence[TableRow], words_outside: int) -> list[TableRow]:
    """Give the rows that hold the talk, if tables hold it and not the paragraphs.

    A table with known headings does. Tables without do if their rows of speaker and text (and
    time) hold more words than all paragraphs.
    """
    for number in dict.fromkeys(row.table for row in rows):
        table = [row for row in rows if row.table == number]
        if any(columns_of(_row(row)) for row in table[:HEADER_ROWS]):
            return table
    words = sum(len(cue.text.split()) for row in rows if (cue := _cue(row)))
    return list(rows) if words > words_outside else []


def talks_of_tables(
    rows: Sequence[TableRow], origin: Origin, options: ReadOptions, notes: Mapping[str, str]
) -> Iterator[Transcript | InputError]:
    """Yield the talks that the rows hold; raises InputError where roles are not known."""
    if any(columns_of(_row(row)) for row in rows[:HEADER_ROWS]):
        yield from talks_of_rows(map(_row, rows), origin, options, even=False, notes=notes)
        return
    cues = [cue for row in rows if (cue := _cue(row))]
    left_out = sum(1 for row in rows if any(row.cells)) - len(cues)
    more = {"shape": "table of speaker and text"}
    more |= {"table_rows_left_out": str(left_out)} if left_out else {}
    yield transcript_of_cues(cues, origin, options, origin.identity(), metadata={**notes, **more})


def _row(row: TableRow) -> Row:
    return Row(f"table {row.table} row {row.row}", row.cells)


def _cue(row: TableRow) -> Cue | None:
    """Give the speech in a row of speaker and text; the time has a cell or a line of its own."""
    if len(row.cells) not in WIDTHS:
        return None
    clocks = [cell for cell in row.cells if _is_clock(cell)]
    cells = [cell for cell in row.cells if not _is_clock(cell)]
    if len(cells) != 2 or not cells[1]:
        return None
    lines = cells[0].split("\n")
    clocks += [line for line in lines if _is_clock(line)]
    name = " ".join(" ".join(line for line in lines if not _is_clock(line)).split()).rstrip(":")
    if name and not is_name(name):
        return None
    moment = moment_of(clocks[0]) if clocks else None
    started_s = moment.seconds if moment else None
    return Cue(name or None, cells[1], started_s, place=_row(row).place)


def _is_clock(cell: str) -> bool:
    moment = moment_of(cell.strip("[]() "))
    return ":" in cell and moment is not None and not moment.since_1970
