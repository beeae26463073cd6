"""Read talks from Excel workbooks; needs the extra `xlsx` (openpyxl and defusedxml)."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, read_bytes, visible
from rmcoach_llm.readers.packages import Package
from rmcoach_llm.readers.table_columns import HEADER_ROWS, Row, is_header
from rmcoach_llm.readers.table_talks import refuse_long_cells, talks_of_rows
from rmcoach_llm.readers.xlsx_sheets import Sheet, checked_sheets

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_COLUMNS = 100
MAX_ROWS = 200_000
EXTRA = "pip install 'rmcoach-llm[xlsx]'"
FAULTS = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, OSError),
    *(SyntaxError, EOFError, zipfile.BadZipFile, zlib.error),
)
"""What openpyxl raises for a workbook whose parts are XML, but no workbook."""


class XlsxReader:
    """Read talks from the first visible sheet whose header names the columns; see `talks_of_rows`.

    A formula counts as the value that was kept for it. The metadata names the sheet, those not
    read, and counts hidden rows, merged cells and formulas without a value.
    """

    name = "xlsx"
    suffixes: tuple[str, ...] = (".xlsx",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the talk of each conversation.

        Raises InputError for a workbook that cannot be read safely, or where openpyxl is missing.
        """
        origin, data = read_bytes(path, options)
        sheets = checked_sheets(Package(data, "XLSX", origin))
        visible_ones = [sheet for sheet in sheets if sheet.shown]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of styles and odd dates
                chosen, rows = _first_talk(_workbook(data, origin), visible_ones, origin)
        except FAULTS:
            raise origin.error(
                WHOLE_FILE, "is no valid workbook", remedy="save it again as XLSX, or as CSV"
            ) from None
        notes = _notes(chosen, sheets)
        yield from talks_of_rows(rows, origin, options, even=False, notes=notes)


def _workbook(data: bytes, origin: Origin) -> Workbook:
    try:
        # openpyxl parses safely only where defusedxml is there too.
        import defusedxml  # noqa: F401
        import openpyxl
    except ImportError:
        raise origin.error(
            WHOLE_FILE, "reading XLSX needs openpyxl and defusedxml", remedy=EXTRA
        ) from None
    return openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )


def _first_talk(
    workbook: Workbook, sheets: Sequence[Sheet], origin: Origin
) -> tuple[Sheet, list[Row]]:
    """Give the first sheet that has a header, else the first with a row, and its rows."""
    best: tuple[Sheet, list[Row]] | None = None
    for sheet in sheets:
        if sheet.name not in workbook.sheetnames:
            continue
        first = list(islice(_rows(workbook, sheet.name), HEADER_ROWS))
        if any(map(is_header, first)):
            return sheet, list(_checked(_rows(workbook, sheet.name), origin))
        if first and best is None:
            best = sheet, first
    if best is None:
        raise origin.error(WHOLE_FILE, "is empty: no visible sheet holds a row")
    return best


def _rows(workbook: Workbook, name: str) -> Iterator[Row]:
    """Give the rows of a sheet that are not empty."""
    sheet = workbook[name]
    # Some programs state a wrong size: all rows are asked for. A chart sheet has none.
    if not hasattr(sheet, "reset_dimensions"):
        return
    sheet.reset_dimensions()
    values = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    for number, row in enumerate(values, 1):
        cells = [_text(value) for value in row]
        if any(cells):
            yield Row(f"sheet '{visible(name, limit=40)}' row {number}", cells)


def _checked(rows: Iterator[Row], origin: Origin) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        refuse_long_cells(row, origin)
        if count > MAX_ROWS:
            raise origin.error(
                row.place, f"too many rows: at most {MAX_ROWS:,}", remedy="split the workbook"
            )
        yield row


def _text(value: object) -> str:
    """Give the value of a cell as text: times as h:mm:ss, dates in ISO 8601.

    >>> [_text(value) for value in (None, 12.0, timedelta(minutes=75), "=1+1", True)]
    ['', '12', '1:15:00', '=1+1', 'TRUE']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, timedelta):
        minutes, seconds = divmod(max(value, timedelta()).total_seconds(), 60)
        return f"{int(minutes // 60)}:{int(minutes % 60):02d}:{seconds:06.3f}".removesuffix(".000")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _notes(chosen: Sheet, sheets: Sequence[Sheet]) -> dict[str, str]:
    others = ", ".join(sheet.name for sheet in sheets if sheet.shown and sheet is not chosen)
    hidden = ", ".join(sheet.name for sheet in sheets if not sheet.shown)
    named = {"sheet": chosen.name, "sheets_not_read": others, "sheets_hidden": hidden}
    notes = {key: visible(text, limit=200) for key, text in named.items() if text}
    return notes | {name: str(count) for name, count in chosen.counts.items() if count}
