"""Exports: the same rows in every form, whole or not at all, harmless in whatever opens them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from support.fixed_records import rubric_data, scorecard_data

from rmcoach_llm.batch.exports import FORMS, exports_to
from rmcoach_llm.domain import Outcome, Rubric, Scorecard
from rmcoach_llm.errors import UsageError
from rmcoach_llm.reports.tables import FORMULA_SIGNS, Row, columns_of, safe_cell, values_of

RUBRIC = Rubric.model_validate(rubric_data())
CARD = Scorecard.model_validate(scorecard_data())
COLUMNS = columns_of((RUBRIC,))
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    " =1",
    "\uff1d1",
    "\u200b=1",
    "\x1b[2J",
    "a\rb",
    "|<b>",
]


def row(name: str = "talk-1", **changes: Any) -> Row:
    """Give the row of a scored talk."""
    outcome = Outcome.of(CARD, "done", 0.25)
    held = {"file": f"{name}.txt", "result": "scored", "id": name, "key": "k"}
    return Row(**{**held, "outcome": outcome, "card": CARD, **changes})


def cells(path: Path) -> list[dict[str, Any]]:
    """Read a table back, whatever its form."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()
    head, *rest = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(head, values, strict=True)) for values in rest]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_every_table_holds_the_same_values(tmp_path: Path, ending: str) -> None:
    """Scores, criteria, cost and what was left out stand in the same columns of each form."""
    path = tmp_path / f"o{ending}"
    left = row("bad", result="left out", outcome=None, card=None, problem="line 1: no speaker")
    with exports_to([path], COLUMNS) as write:
        write(row())
        write(left)
    first, second = cells(path)
    assert list(first) == list(COLUMNS)
    wanted = dict(zip(COLUMNS, values_of(row(), COLUMNS), strict=True))
    for column, value in wanted.items():
        found = first[column]
        if isinstance(value, (int, float)):
            assert float(found) == value
        else:
            assert (found or "") == (value or "")
    assert (second["result"], second["reason"]) == ("left out", "line 1: no speaker")


def test_json_lines_are_scorecards(tmp_path: Path) -> None:
    """Each line reads back as the scorecard, as --json prints it."""
    path = tmp_path / "o.jsonl"
    with exports_to([path], COLUMNS) as write:
        write(row())
        write(row("bad", card=None, outcome=None, problem="unread"))
    (line,) = path.read_text().splitlines()
    assert Scorecard.model_validate(json.loads(line)) == CARD


def test_markdown_is_a_table(tmp_path: Path) -> None:
    """A row a transcript, as many cells as columns, no markup from names."""
    path = tmp_path / "o.md"
    with exports_to([path], COLUMNS) as write:
        for name in HOSTILE:
            write(row(name))
    lines = path.read_text().splitlines()
    assert len(lines) == 2 + len(HOSTILE)
    for line in lines:
        assert line.replace("\\|", "").count("|") == len(COLUMNS) + 1
        assert "<b>" not in line.replace("\\<", "")


@pytest.mark.parametrize("ending", sorted(FORMS))
def test_it_is_whole_or_not_there(tmp_path: Path, ending: str) -> None:
    """Where a batch breaks off, an older file stays as it was and nothing else is left."""
    path = tmp_path / f"o{ending}"
    path.write_text("before")

    def broken() -> None:
        with exports_to([path], COLUMNS) as write:
            write(row())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", sorted(FORMS))
def test_what_is_not_whole_stands_beside_it(tmp_path: Path, ending: str) -> None:
    """A run that ended early leaves the older file alone; a whole one replaces it, and leaves no part."""
    path, beside = tmp_path / f"o{ending}", tmp_path / f"o.partial{ending}"
    path.write_text("before")
    with exports_to([path], COLUMNS, whole=lambda: False) as write:
        write(row())
    assert path.read_text() == "before"
    assert beside.stat().st_size > 0
    with exports_to([path], COLUMNS) as write:
        write(row())
    assert path.read_bytes() != b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", sorted(FORMS))
def test_hostile_names_go_through_every_form(tmp_path: Path, ending: str) -> None:
    """Controls, formulas and names that are no UTF-8 break no export; files are private."""
    path = tmp_path / f"o{ending}"
    with exports_to([path], COLUMNS) as write:
        for name in [*HOSTILE, "caf\udce9", "x" * 40_000]:
            write(row(name))
    assert path.stat().st_mode & 0o777 == 0o600
    if ending in (".csv", ".xlsx"):
        for line in cells(path):
            assert not line["id"].lstrip().startswith(tuple(FORMULA_SIGNS))
            assert "\x1b" not in line["id"]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ([Path("o.pdf")], "no results are written with the ending '.pdf'"),
        ([Path("o.csv"), Path("o.csv")], "names a file twice"),
        ([Path("nowhere/o.csv")], "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[Path], said: str
) -> None:
    """A wrong ending, a name twice or a folder that is not there end the call at once."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        exports_to(paths, COLUMNS).__enter__()


def test_a_form_whose_library_is_missing_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pyarrow the message says what to install, or what else to write."""
    import importlib

    real = importlib.import_module

    def missing(name: str) -> Any:
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r"rmcoach-llm\[parquet\]"):
        exports_to([tmp_path / "o.parquet"], COLUMNS).__enter__()


@settings(max_examples=300)
@given(st.text(max_size=12))
def test_no_text_is_a_formula(text: str) -> None:
    """Whatever the text, what a spreadsheet sees first is never the sign of a formula."""
    cell = safe_cell(text)
    assert not cell.lstrip().startswith(tuple(FORMULA_SIGNS))
    assert all(character >= " " for character in cell)


def many(write: Callable[[Row], None], count: int) -> None:
    """Write so many rows."""
    for n in range(count):
        write(row(f"t{n}"))


def test_rows_beyond_one_group_are_all_there(tmp_path: Path) -> None:
    """Parquet is written in groups of a thousand rows; none is lost between them."""
    path = tmp_path / "o.parquet"
    with exports_to([path], COLUMNS) as write:
        many(write, 2_001)
    assert [line["id"] for line in cells(path)] == [f"t{n}" for n in range(2_001)]
