"""Results as files: JSON Lines, CSV, Excel, Parquet, Markdown; under its own name each is whole."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rmcoach_llm.errors import UsageError, did_you_mean
from rmcoach_llm.reports.tables import Row, Value, markdown_cell, safe_cell, values_of
from rmcoach_llm.whole_file import whole_file

Write = Callable[[Row], None]
"""Takes one row after the other; memory does not grow with their number."""

MOST_CELL = 32_000
"""Characters in a cell: Excel holds 32,767 (Microsoft, Excel specifications and limits)."""

MOST_ROWS = 1_048_575
"""Rows of a sheet besides its head (the same source)."""

ROWS_AT_ONCE = 1_000
COUNTS = frozenset({"flags", "prompt_tokens", "completion_tokens"})
TEXTS = frozenset({"id", "file", "result", "status", "reason", "model", "key"})


@contextmanager
def exports_to(
    paths: Sequence[Path], columns: Sequence[str], *, whole: Callable[[], bool] = lambda: True
) -> Iterator[Write]:
    """Give what takes rows for all files; each takes its name when the block ends well.

    `whole` is asked then: where it says no, each file takes the name that `partial_name` gives, and
    what stands under its own stays. Whole results leave no older partial ones beside them.
    The ending chooses the form. JSON Lines hold scorecards as `rmcoach score --json` prints them;
    tables have `columns`, and a row for what was left out too. Raises UsageError where
    `check_outputs` does, and for a form whose library is not installed.
    """
    check_outputs(paths)
    with ExitStack() as stack:
        writes = []
        for path in paths:
            name = partial(_named, path, whole)
            part = stack.enter_context(whole_file(path, name=name))
            writes.append(stack.enter_context(FORMS[path.suffix.lower()](part, columns)))

        def write(row: Row) -> None:
            for one in writes:
                one(row)

        yield write
    for old in map(partial_name, paths):
        if whole() and old.is_file():
            old.unlink()


def partial_name(path: Path) -> Path:
    """Give the name for what a run has written that ended early.

    >>> partial_name(Path("scores.csv")).name
    'scores.partial.csv'
    """
    return path.with_name(f"{path.stem}.partial{path.suffix}")


def _named(path: Path, whole: Callable[[], bool]) -> Path:
    return path if whole() else partial_name(path)


def check_outputs(paths: Sequence[Path], taken: Iterable[Path] = ()) -> None:
    """Raise UsageError for an ending that is not written, a name given twice, or one that is `taken`.

    Taken are the files that are read or kept otherwise: they would be lost. The names of partial
    results count as well.
    """
    for path in paths:
        if path.suffix.lower() not in FORMS:
            raise UsageError(
                f"{path}: no results are written with the ending '{path.suffix}'",
                remedy=did_you_mean(path.suffix, FORMS),
            )
    names = [*paths, *map(partial_name, paths)]
    if len({os.path.realpath(path) for path in names}) < len(names):
        raise UsageError("--out names a file twice", remedy="give each its own name")
    others = {os.path.realpath(path) for path in taken}
    for path in names:
        if os.path.realpath(path) in others:
            raise UsageError(
                f"{path}: --out would overwrite what is read or kept", remedy="give another name"
            )


@contextmanager
def _json_lines(path: Path, _: Sequence[str]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:

        def write(row: Row) -> None:
            if row.card is not None:
                file.write(json.dumps(row.card.model_dump(mode="json")) + "\n")

        yield write


@contextmanager
def _csv(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(columns)
        yield lambda row: table.writerow(_plain(value) for value in values_of(row, columns))


def _plain(value: Value) -> str | float | int:
    if value is None:
        return ""
    return safe_cell(value) if isinstance(value, str) else value


@contextmanager
def _markdown(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("| " + " | ".join(columns) + " |\n")
        file.write("|" + "---|" * len(columns) + "\n")

        def write(row: Row) -> None:
            cells = (_marked(value) for value in values_of(row, columns))
            file.write("| " + " | ".join(cells) + " |\n")

        yield write


def _marked(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else markdown_cell(str(value))


@contextmanager
def _excel(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    openpyxl = _library("openpyxl", "xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("scores")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    count = 0

    def write(row: Row) -> None:
        nonlocal count
        count += 1
        if count > MOST_ROWS:
            raise UsageError(
                f"a sheet of .xlsx holds {MOST_ROWS:,} rows", remedy="write .csv or .parquet"
            )
        sheet.append([_cell(value) for value in values_of(row, columns)])

    try:
        yield write
        book.save(path)
    finally:
        if not sheet.closed:  # broken off: let go of what openpyxl has written so far
            sheet.close()


def _cell(value: Value) -> Value:
    return safe_cell(value)[:MOST_CELL] if isinstance(value, str) else value


@contextmanager
def _parquet(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    arrow = _library("pyarrow", "parquet")
    parquet = _library("pyarrow.parquet", "parquet")
    schema = arrow.schema([(column, _kind(column, arrow)) for column in columns])
    held: list[tuple[Value, ...]] = []
    with parquet.ParquetWriter(path, schema) as writer:

        def flush() -> None:
            arrays = [
                arrow.array([_storable(row[n]) for row in held], type=schema.field(n).type)
                for n in range(len(columns))
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
            held.clear()

        def write(row: Row) -> None:
            held.append(values_of(row, columns))
            if len(held) == ROWS_AT_ONCE:
                flush()

        yield write
        flush()


def _kind(column: str, arrow: Any) -> Any:
    if column in COUNTS:
        return arrow.int64()
    text = column in TEXTS or column.endswith("_decision")
    return arrow.string() if text else arrow.float64()


def _storable(value: Value) -> Value:
    """Give text that UTF-8 can hold: a file's name may hold what it cannot."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def _library(name: str, extra: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise UsageError(
            f"--out .{extra}: {name.split('.', maxsplit=1)[0]} is not installed",
            remedy=f"pip install 'rmcoach-llm[{extra}]', or write .csv",
        ) from None


FORMS = {
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".md": _markdown,
    ".xlsx": _excel,
    ".parquet": _parquet,
}
