"""Excel workbooks: the same columns as in CSV, read safely, with what a person sees not."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import datetime, time, timedelta

import openpyxl
import pytest
from support.office import archive, workbook

ROWS = [
    ("Speaker", "Start", "Text"),
    ("Ada", time(0, 1, 2), "What hurts?"),
    ("Bo", timedelta(hours=30), "=1+1 is no formula"),
]


def book(*sheets, change=None):
    """Give a workbook of sheets, each a name and rows; `change` may work on it before it is saved."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    if change is not None:
        change(workbook)
    held = io.BytesIO()
    workbook.save(held)
    return held.getvalue()


@pytest.fixture
def sheets(read):
    """Read a workbook of sheets, Ada being scored."""
    return lambda *given, change=None: read("a.xlsx", book(*given, change=change), trainee="Ada")


def test_times_and_text(sheets):
    """Times and lengths of time are seconds; text that looks like a formula is text."""
    talk = sheets(("Talk", ROWS)).talk
    assert [(turn.speaker, turn.text, turn.started_s) for turn in talk.turns] == [
        ("Ada", "What hurts?", 62.0),
        ("Bo", "=1+1 is no formula", 108_000.0),
    ]
    assert talk.metadata["sheet"] == "Talk"


def test_dates_count_from_the_first(sheets):
    """Dates with times become seconds from the first one; numbers are text where text is asked for."""
    dated = [
        ("speaker", "timestamp", "text"),
        ("Ada", datetime(2026, 1, 1, 10), 5),
        ("Bo", datetime(2026, 1, 1, 10, 0, 9), True),
    ]
    talk = sheets(("Talk", dated)).talk
    assert [(turn.text, turn.started_s) for turn in talk.turns] == [("5", 0.0), ("TRUE", 9.0)]


def test_the_first_visible_sheet_with_columns_is_read(sheets):
    """Hidden sheets and others are named in the metadata, and not read."""

    def hide(workbook):
        workbook["Secret"].sheet_state = "hidden"

    outcome = sheets(("Notes", [("a", "b")]), ("Secret", ROWS), ("Talk", ROWS), change=hide)
    notes = outcome.talk.metadata
    assert (notes["sheet"], notes["sheets_not_read"], notes["sheets_hidden"]) == (
        "Talk",
        "Notes",
        "Secret",
    )


def test_hidden_rows_merged_cells_and_lost_values_are_noted(sheets):
    """What may be missed by a reader stands in the metadata; a merged speaker goes on."""

    def change(workbook):
        sheet = workbook["Talk"]
        sheet.append((None, None, "And what else?"))
        sheet.merge_cells("A3:A4")
        sheet.row_dimensions[2].hidden = True
        sheet["C5"] = "=CONCATENATE(A1,B1)"

    outcome = sheets(("Talk", ROWS), change=change)
    notes = outcome.talk.metadata
    assert outcome.talk.turns[1].text == "=1+1 is no formula And what else?"
    assert (notes["rows_hidden"], notes["cells_merged"], notes["formulas_without_value"]) == (
        "1",
        "1",
        "1",
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", "b")], "sheet 'Talk' row 1: no columns"),
        ([("text", "role", "text")], "sheet 'Talk' row 1: duplicate column 'text'"),
        ([("role", "text")], "holds a header and no rows"),
        ([], "is empty"),
        ([("role", "text"), ("trainee", "x" * 32_000), ("x\x7f", "y")], "control character"),
    ],
)
def test_what_cannot_be_read_names_sheet_and_row(sheets, rows, said):
    """Errors are those of CSV, with the sheet and the row."""
    assert said in sheets(("Talk", rows)).error


def changed(name, old, new):
    """Give a workbook in one of whose parts a text was put for another."""
    with zipfile.ZipFile(io.BytesIO(book(("Talk", ROWS)))) as held:
        parts = {part: held.read(part) for part in held.namelist()}
    assert old in parts[name]
    return archive({**parts, name: parts[name].replace(old, new)})


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet", b"<!DOCTYPE x><worksheet", "holds a DTD"),
        ("xl/workbook.xml", b"</workbook>", b"", "xl/workbook.xml: is no valid XML"),
        ("xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="999999999"', "Excel cannot have"),
        ("xl/worksheets/sheet1.xml", b'r="A2"', b'r="ZZZZZ2"', "is no valid workbook"),
        (
            "xl/workbook.xml",
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            "strict Open XML",
        ),
    ],
)
def test_hostile_workbooks_are_refused(read, name, old, new, said):
    """A part with a DTD, broken XML, or numbers that Excel cannot have never gets to the library."""
    assert said in read("a.xlsx", changed(name, old, new), trainee="Ada").error


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"Trainee: hi", "is not a XLSX"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99, "password"),
        (archive({"a": "b"}), "xl/workbook.xml: is missing"),
        (archive({"xl/workbook.xml": "x" * 9_000_000}), "too large when unpacked"),
        (archive({"xl/workbook.xml": "<x>" * 300}), "too deeply nested"),
    ],
)
def test_what_is_no_workbook_is_said(read, data, said):
    """Files that are no workbook, or a bomb, are refused with what they are."""
    assert said in read("a.xlsx", data).error


HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
SHARED = "<si><t>role</t></si><si><t>text</t></si><si><t>trainee</t></si>"


def shared_row(inner):
    """Give a workbook with shared strings, whose second row holds `inner` as text."""
    return HEADER + f'<row r="2"><c r="A2" t="s"><v>2</v></c>{inner}</row>'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2" t="s"><v>3</v></c>', "What hurts?"),
        ('<c r="B2" t="str"><f>A1&amp;"?"</f><v>role?</v></c>', "role?"),
        ('<c r="B2" t="inlineStr"><is><t>Hm.</t></is></c>', "Hm."),
        ('<c r="B2"><v>5</v></c>', "5"),
    ],
)
def test_shared_strings_formulas_and_numbers(read, cell, text):
    """Strings as Excel writes them are read whole, a formula as the value that was kept."""
    rich = SHARED + "<si><r><t>What </t></r><r><t>hurts?</t></r></si>"
    talk = read("a.xlsx", workbook(shared_row(cell), rich)).talk
    assert talk.turns[0].text == text
    assert "formulas_without_value" not in talk.metadata


def test_hostile_shared_strings_are_refused(read):
    """A string that is not there, and a DTD before the strings, end with an error."""
    missing = workbook(shared_row('<c r="B2" t="s"><v>77</v></c>'), SHARED)
    assert "is no valid workbook" in read("a.xlsx", missing).error
    data = {"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst/>'}
    with zipfile.ZipFile(io.BytesIO(workbook(HEADER, SHARED))) as held:
        parts = {part: held.read(part) for part in held.namelist()}
    assert "xl/sharedStrings.xml: holds a DTD" in read("a.xlsx", archive({**parts, **data})).error


@pytest.mark.parametrize("missing", ["openpyxl", "defusedxml"])
def test_without_the_extra_the_remedy_is_named(read, monkeypatch, missing):
    """Where openpyxl or defusedxml is not installed, the command that installs them is said."""
    data = book(("Talk", ROWS))  # openpyxl writes it: that must be done before it is gone
    monkeypatch.setitem(sys.modules, missing, None)
    assert "pip install 'rmcoach-llm[xlsx]'" in read("a.xlsx", data).error


def test_a_cell_far_away_costs_nothing(read):
    """A sheet whose only cell stands in the last row and column is read at once."""
    data = changed("xl/worksheets/sheet1.xml", b'r="A3"', b'r="XFD3"')
    assert len(read("a.xlsx", data, trainee="Ada").talk.turns) == 1
