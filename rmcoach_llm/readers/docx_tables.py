"""Read talks from the tables of a document: with headings, or with a speaker and a text in each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.bare_tables import bare_cue
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.docx_body import TableRow
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.table_columns import HEADER_ROWS, Row, columns_of
from rmcoach_llm.readers.table_talks import talks_of_rows

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
    return bare_cue(_row(row)) if len(row.cells) in WIDTHS else None
