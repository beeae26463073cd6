"""Read talks from Word documents, as Teams, Otter, Fathom and Google Meet write them, or as tables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rmcoach_llm.domain import FrozenMap, Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.docx_body import Body, Paragraph, Piece, TableRow
from rmcoach_llm.readers.docx_styles import Styles
from rmcoach_llm.readers.docx_tables import talk_tables, talks_of_tables
from rmcoach_llm.readers.files import NumberedLine, Origin, read_bytes, text_source
from rmcoach_llm.readers.meet_text import is_meet
from rmcoach_llm.readers.packages import Package
from rmcoach_llm.readers.stamped_text import is_stamped
from rmcoach_llm.readers.text import talk_of
from rmcoach_llm.readers.text_shapes import RECORDING, shape_of
from rmcoach_llm.readers.times import moment_of
from rmcoach_llm.readers.whatsapp import is_whatsapp

DOCUMENT = "word/document.xml"
IGNORED = {
    "comments": re.compile(r"comments[^/]*\.xml$"),
    "headers and footers": re.compile(r"(?:header|footer)[0-9]*\.xml$"),
    "footnotes": re.compile(r"(?:footnotes|endnotes)\.xml$"),
    "embedded objects": re.compile(r"(?:^|/)(?:embeddings|activeX|afchunk)"),
    "macros": re.compile(r"vbaProject\.bin$"),
}
"""Parts of a document that are no talk and are never opened."""
NO_BREAK_SPACE = "\u00a0"


class DocxReader:
    """Read a talk from a Word document: paragraphs in the shapes that text has, or a table.

    What a person does not see on the page is not read: hidden and deleted text, comments,
    headers. The metadata counts what was left out, and text that was inserted.
    """

    name = "docx"
    suffixes: tuple[str, ...] = (".docx",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the talk; of a table with ids, each conversation.

        Raises InputError naming the part for a document that cannot be read safely; lines count
        paragraphs and line breaks, from 1.
        """
        origin, data = read_bytes(path, options)
        package = Package(data, "DOCX", origin)
        body = _body(package)
        notes = _notes(package, body)
        paragraphs = [block for block in body.blocks if isinstance(block, Paragraph)]
        rows = [block for block in body.blocks if isinstance(block, TableRow)]
        chosen = talk_tables(rows, sum(len(part.text.split()) for part in paragraphs))
        if chosen:
            yield from talks_of_tables(chosen, origin, options, notes)
            return
        if rows:
            notes["table_rows_left_out"] = str(len(rows))
        yield _talk(paragraphs, origin, options, notes)


def _body(package: Package) -> Body:
    part = package.main_part(DOCUMENT)
    folder = posixpath.dirname(part)
    body = Body(Styles.of(package, posixpath.join(folder, "styles.xml")), package.origin)
    package.parse(part, started=body.started, ended=body.ended, heard=body.heard)
    return body


def _notes(package: Package, body: Body) -> dict[str, str]:
    ignored = [
        what
        for what, pattern in IGNORED.items()
        if any(pattern.search(name) for name in package.names)
    ]
    counts = {name: str(count) for name, count in body.counts.items() if count}
    return counts | ({"parts_ignored": ", ".join(ignored)} if ignored else {})


def _talk(
    paragraphs: Sequence[Paragraph], origin: Origin, options: ReadOptions, notes: dict[str, str]
) -> Transcript:
    """Read paragraphs as the text reader reads lines, a header above the first turn aside."""
    lines, silent = _lines(paragraphs)
    first = _header_end(lines, sum(1 for _ in _leading_headings(paragraphs)))
    left_out = silent + sum(1 for _, line in lines[:first] if line.strip())
    text = "\n".join("" if number <= first else line for number, line in lines)
    talk = talk_of(text_source(text, origin), options, origin.identity())
    if left_out:
        left_out += int(talk.metadata.get("lines_left_out", "0"))
        notes = notes | {"lines_left_out": str(left_out)}
    return talk.model_copy(update={"metadata": FrozenMap({**talk.metadata, **notes})})


def _lines(paragraphs: Sequence[Paragraph]) -> tuple[list[NumberedLine], int]:
    """Give all lines, and how many were emptied for being no talk."""
    found: list[str] = []
    silent = 0
    for paragraph in paragraphs:
        if RECORDING.fullmatch(paragraph.text.strip()):
            silent += 1
            found.append("")
        else:
            found += [_line(pieces) for pieces in _split(paragraph.pieces)]
    return list(enumerate(found, 1)), silent


def _line(pieces: Sequence[Piece]) -> str:
    """Give a line as text; a bold name and a time after it are parted as Teams parts them."""
    pieces = [replace(piece, text=piece.text.replace(NO_BREAK_SPACE, " ")) for piece in pieces]
    text = "".join(piece.text for piece in pieces)
    bold = 0
    while bold < len(pieces) and (pieces[bold].bold or not pieces[bold].text.strip()):
        bold += 1
    name = "".join(piece.text for piece in pieces[:bold]).strip()
    time = "".join(piece.text for piece in pieces[bold:]).strip()
    return f"{name}  {time}" if name and ":" in time and moment_of(time) else text.rstrip()


def _split(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Part the pieces of a paragraph into its lines."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        lines[-1].append(Piece(first, piece.bold))
        lines += [[Piece(part, piece.bold)] for part in rest]
    return lines


def _leading_headings(paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """Give the lines above the first paragraph that is neither a heading nor empty."""
    for paragraph in paragraphs:
        if paragraph.text.strip() and not paragraph.heading:
            return
        yield from paragraph.text.split("\n")


def _header_end(lines: Sequence[NumberedLine], headings: int) -> int:
    """Give how many lines at the top are headings and titles, where no shape knows its header."""
    known = is_whatsapp(lines) or shape_of(lines) is not None or is_stamped(lines) or is_meet(lines)
    return 0 if known else headings
