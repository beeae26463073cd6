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
INSERTIONS = ("ins", "moveTo")
SHADES = ("shd", "highlight")
FORMATS = frozenset(("pStyle", "rStyle", "vanish", "b", "color", "sz", *SHADES))
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
        elif tag in FORMATS:
            self._format(tag, _value(attributes))
        elif tag in SIGNS and self._path[-2:-1] == ["r"]:
            self._said(SIGNS[tag])
        else:
            self._begin(tag)

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
        else:
            self._end(tag)

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

    def _begin(self, tag: str) -> None:
        """Begin a paragraph, a run, an insertion, or a part of a table that stands in no other."""
        if tag == "p":
            self._pieces, self._style, self._shaded = [], "", False
        elif tag == "r":
            self._run = _Run(hidden=self._style in self.styles.hidden, inserted=self._inserted > 0)
        elif tag in INSERTIONS:
            self._inserted += 1
        elif tag == "tbl":
            self._table += 1
            if self._table == 1:
                self._tables += 1
                self._rows = 0
        elif tag == "tr" and self._table == 1:
            self._rows += 1
            self._cells, self._row_deleted = [], False
        elif tag == "tc" and self._table == 1:
            self._cell = []

    def _end(self, tag: str) -> None:
        """End what `_begin` began."""
        if tag == "p":
            paragraph = Paragraph(tuple(self._pieces), self._style in self.styles.headings)
            self._pieces = []
            if self._table:
                self._cell.append(paragraph.text)
            else:
                self.blocks.append(paragraph)
        elif tag == "r":
            self._run = _Run()
        elif tag in INSERTIONS:
            self._inserted -= 1
        elif tag == "tbl":
            self._table -= 1
        elif tag == "tr" and self._table == 1 and not self._row_deleted:
            self.blocks.append(TableRow(self._tables, self._rows, tuple(self._cells)))
        elif tag == "tc" and self._table == 1:
            self._cells.append("\n".join(self._cell).strip())

    def _format(self, tag: str, value: str | None) -> None:
        """Take a property of the run, or of the paragraph, that is being read."""
        run = self._run
        if tag == "pStyle":
            self._style = value or ""
        elif self._path[-3:-1] != ["r", "rPr"]:
            self._shaded |= tag in SHADES
        elif tag in SHADES:
            run.shaded = True
        elif tag == "rStyle":
            run.hidden |= value in self.styles.hidden
        elif tag == "vanish":
            run.hidden = is_on(value)
        elif tag == "b":
            run.bold = is_on(value)
        elif tag == "color":
            run.white = (value or "").upper() == WHITE
        elif tag == "sz" and value is not None and value.isdecimal():
            run.hidden |= int(value[:9]) <= TINY


def _value(attributes: Mapping[str, str]) -> str | None:
    return next(
        (attributes[key] for space in NAMESPACES if (key := f"{space} val") in attributes), None
    )
