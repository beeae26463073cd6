"""Take from a Word document what a reader sees: paragraphs and table rows, without what is hidden.

We do not use python-docx here. It parses each part as one tree, so that a hostile part fills the
memory before anybody can count; its `paragraph.text` leaves out text that was inserted while
changes were tracked; and it shows hidden text, which a person who looks at the page does not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rmcoach_llm.readers.docx_styles import NAMESPACES, Styles, is_on, plain
from rmcoach_llm.readers.files import MAX_FILE_BYTES, Origin

SKIPPED = frozenset(
    {
        *("del", "moveFrom", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange"),
        *("tcPrChange", "tblPrExChange", "drawing", "pict", "object", "sdtPr", "sectPr", "rt"),
    }
)
"""What holds no words of the talk: what was deleted or moved away, older formats, drawings."""
ALTERNATE = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
TINY = 4
"""Up to this size, in half points, nobody can read a text."""
WHITE = "FFFFFF"


@dataclass(frozen=True)
class Piece:
    """Hold text of one format."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Hold a paragraph; a line feed is a line break in it."""

    pieces: tuple[Piece, ...]
    heading: bool = False

    @property
    def text(self) -> str:
        """Give the whole text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class TableRow:
    """Hold the texts of a row's cells; tables and rows count from 1."""

    table: int
    row: int
    cells: tuple[str, ...]


@dataclass
class _Run:
    """Hold what is known of the run that is being read."""

    hidden: bool = False
    bold: bool = False
    white: bool = False
    shaded: bool = False
    inserted: bool = False


@dataclass
class Body:
    """Collect the blocks of a document as its parts are parsed; `counts` says what was left out."""

    styles: Styles
    origin: Origin
    blocks: list[Paragraph | TableRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _path: list[str] = field(default_factory=list)
    _skipped: int = 0
    _pieces: list[Piece] = field(default_factory=list)
    _style: str = ""
    _shaded: bool = False
    _run: _Run = field(default_factory=_Run)
    _tables: int = 0
    _table: int = 0
    _rows: int = 0
    _row_deleted: bool = False
    _cells: list[str] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)
    _inserted: int = 0
    _size: int = 0

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        tag = plain(name)
        self._path.append(tag)
        if self._skipped:
            self._skipped += 1
            self.counts["text_boxes_left_out"] += tag == "txbxContent"
        elif tag in SKIPPED or name == ALTERNATE:
            self._skipped = 1
            self._row_deleted |= tag == "del" and self._path[-2:-1] == ["trPr"]
        elif tag in _STARTS:
            _STARTS[tag](self, _value(attributes))
        elif tag in SIGNS and self._path[-2:-1] == ["r"]:
            self._said(SIGNS[tag])

    def heard(self, text: str) -> None:
        """Take text, if it stands where text is shown."""
        tag = self._path[-1] if self._path else ""
        if tag == "t" and not self._skipped:
            self._said(text.replace("\n", " ").replace("\r", " "))
        elif tag in ("t", "delText") and {"del", "moveFrom"}.intersection(self._path):
            self.counts["deleted_texts_left_out"] += 1

    def ended(self, _: str) -> None:
        """Take the end of an element."""
        tag = self._path.pop()
        if self._skipped:
            self._skipped -= 1
        elif tag in _ENDS:
            _ENDS[tag](self)

    def _said(self, text: str) -> None:
        run = self._run
        hidden = run.hidden or (run.white and not (run.shaded or self._shaded or self._table))
        if hidden:
            self.counts["hidden_texts_left_out"] += bool(text.strip())
            return
        self._size += len(text)
        if self._size > MAX_FILE_BYTES:
            raise self.origin.error(
                "word/document.xml",
                f"too large: more than {MAX_FILE_BYTES:,} characters",
                remedy="split the document",
            )
        self.counts["white_texts_read"] += run.white and bool(text.strip())
        self.counts["inserted_texts_read"] += run.inserted and bool(text.strip())
        self._pieces.append(Piece(text, run.bold))

    def _start_paragraph(self, _: str | None) -> None:
        self._pieces, self._style, self._shaded = [], "", False

    def _end_paragraph(self) -> None:
        paragraph = Paragraph(tuple(self._pieces), self._style in self.styles.headings)
        self._pieces = []
        if self._table:
            self._cell.append(paragraph.text)
        else:
            self.blocks.append(paragraph)

    def _start_run(self, _: str | None) -> None:
        self._run = _Run(hidden=self._style in self.styles.hidden, inserted=self._inserted > 0)

    def _end_run(self) -> None:
        self._run = _Run()

    def _start_insertion(self, _: str | None) -> None:
        self._inserted += 1

    def _end_insertion(self) -> None:
        self._inserted -= 1

    def _start_table(self, _: str | None) -> None:
        self._table += 1
        if self._table == 1:
            self._tables += 1
            self._rows = 0

    def _end_table(self) -> None:
        self._table -= 1

    def _start_row(self, _: str | None) -> None:
        if self._table == 1:
            self._rows += 1
            self._cells, self._row_deleted = [], False

    def _end_row(self) -> None:
        if self._table == 1 and not self._row_deleted:
            self.blocks.append(TableRow(self._tables, self._rows, tuple(self._cells)))

    def _start_cell(self, _: str | None) -> None:
        if self._table == 1:
            self._cell = []

    def _end_cell(self) -> None:
        if self._table == 1:
            self._cells.append("\n".join(self._cell).strip())

    def _of_run(self) -> bool:
        return self._path[-3:-1] == ["r", "rPr"]

    def _run_style(self, value: str | None) -> None:
        self._run.hidden |= self._of_run() and value in self.styles.hidden

    def _paragraph_style(self, value: str | None) -> None:
        self._style = value or ""

    def _vanish(self, value: str | None) -> None:
        if self._of_run():
            self._run.hidden = is_on(value)

    def _bold(self, value: str | None) -> None:
        if self._of_run():
            self._run.bold = is_on(value)

    def _color(self, value: str | None) -> None:
        if self._of_run():
            self._run.white = (value or "").upper() == WHITE

    def _font_size(self, value: str | None) -> None:
        if self._of_run() and value is not None and value.isdecimal():
            self._run.hidden |= int(value[:9]) <= TINY

    def _shading(self, _: str | None) -> None:
        if self._of_run():
            self._run.shaded = True
        else:
            self._shaded = True


_STARTS = {
    "p": Body._start_paragraph,
    "r": Body._start_run,
    "ins": Body._start_insertion,
    "moveTo": Body._start_insertion,
    "tbl": Body._start_table,
    "tr": Body._start_row,
    "tc": Body._start_cell,
    "rStyle": Body._run_style,
    "pStyle": Body._paragraph_style,
    "vanish": Body._vanish,
    "b": Body._bold,
    "color": Body._color,
    "sz": Body._font_size,
    "shd": Body._shading,
    "highlight": Body._shading,
}

_ENDS = {
    "p": Body._end_paragraph,
    "r": Body._end_run,
    "ins": Body._end_insertion,
    "moveTo": Body._end_insertion,
    "tbl": Body._end_table,
    "tr": Body._end_row,
    "tc": Body._end_cell,
}


def _value(attributes: Mapping[str, str]) -> str | None:
    return next(
        (attributes[key] for space in NAMESPACES if (key := f"{space} val") in attributes), None
    )
