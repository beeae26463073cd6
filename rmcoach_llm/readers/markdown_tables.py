"""Read a talk from a table in Markdown: `| Speaker | Text |`, a line of dashes, a row for each turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.table_columns import Columns, Row, columns_of
from rmcoach_llm.readers.times import moment_of

_RULE = re.compile(r"\|?(?:\s{0,9}:?-{1,200}:?\s{0,9}\|){1,50}(?:\s{0,9}:?-{1,200}:?\s{0,9})?")
_CELL_END = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"(?:\*\*|__)(?P<text>[^*_]{1,200})(?:\*\*|__)")


def table_cues(lines: Sequence[NumberedLine]) -> Cues | None:
    """Give the turns of the first table that has the headings of a talk; None where there is none.

    >>> lines = ["| Speaker | Text |", "|---|:--|", "| **Ada** | What<br>hurts? |", "", "| x |"]
    >>> cues, notes = table_cues(list(enumerate(lines, 1))) or ([], {})
    >>> cues[0].speaker, cues[0].text, notes["shape"]
    ('Ada', 'What\\nhurts?', 'table')
    """
    for at in range(1, len(lines)):
        if "-" not in lines[at][1] or not _RULE.fullmatch(lines[at][1].strip()):
            continue
        columns = columns_of(_row(lines[at - 1]))
        if columns:
            rows = list(takewhile(lambda line: "|" in line[1], lines[at + 1 :]))
            outside = sum(1 for _, line in lines if line.strip()) - len(rows) - 2
            notes = {"shape": "table", **columns.notes()}
            notes |= {"lines_left_out": str(outside)} if outside else {}
            return [_cue(_row(row), columns) for row in rows], notes
    return None


def _cue(row: Row, columns: Columns) -> Cue:
    name = columns.cell(row, "speaker") or columns.cell(row, "role")
    moment = moment_of(columns.cell(row, "start"))
    known = moment is not None and not moment.since_1970 and not columns.in_milliseconds("start")
    start = moment.seconds if moment is not None and known else None
    return Cue(name or None, columns.cell(row, "text"), start, place=row.place)


def _row(line: NumberedLine) -> Row:
    number, text = line
    text = text.strip().removeprefix("|")
    cells = [_cell(cell) for cell in _CELL_END.split(text)]
    return Row(f"line {number}", cells[:-1] if cells[-1] == "" else cells)


def _cell(cell: str) -> str:
    cell = cell.strip().replace("\\|", "|").replace("<br>", "\n").replace("<br/>", "\n")
    bold = _EMPHASIS.fullmatch(cell)
    return bold["text"] if bold else cell
