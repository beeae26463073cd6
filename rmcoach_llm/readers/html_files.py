"""Read talks in HTML: pages that mark speakers, tables with the headings of a talk, or lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rmcoach_llm.domain import FrozenMap, Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, bytes_source, read_bytes, text_source
from rmcoach_llm.readers.html_text import MOST_PIECES, Page, page_of
from rmcoach_llm.readers.table_columns import Row, is_header
from rmcoach_llm.readers.table_talks import talks_of_rows
from rmcoach_llm.readers.text import talk_of
from rmcoach_llm.readers.times import clock_of

MAX_BYTES = 2_000_000
"""A talk of a day has less than one: the rest of a page that is larger is pictures and programs."""
ENOUGH_TURNS = 2
NAME = "marked speakers"
SAVE_AS_TEXT = "save the page as text, or copy the talk into a .txt file"

_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?(?P<name>windows-125[0-8]|iso-8859-[0-9]{1,2}|macintosh|shift_jis|euc-jp"
    rb"|gb2312|gbk|big5|koi8-r)\b",
    re.IGNORECASE,
)
_TOP = 4_096


class HtmlReader:
    """Read a page in HTML as a browser would show it; what is hidden or run is left out."""

    name = "html"
    suffixes: tuple[str, ...] = (".html", ".htm")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the talks of the page; raises InputError naming the line of its text."""
        origin, data = read_bytes(path, options)
        if len(data) > MAX_BYTES:
            found = f"too large for a page: more than {MAX_BYTES:,} bytes"
            raise origin.error(WHOLE_FILE, found, remedy=SAVE_AS_TEXT)
        source = bytes_source(data, origin, options.encoding or _declared(data))
        page = page_of(source.text())
        if page.too_many:
            found = f"too many texts and tags: at most {MOST_PIECES:,} in a page"
            raise origin.error(WHOLE_FILE, found, remedy=SAVE_AS_TEXT)
        if page.cut:
            raise origin.error(WHOLE_FILE, "ends within a tag", remedy="save the page again")
        notes = {"hidden_left_out": str(page.hidden)} if page.hidden else {}
        cues = _marked_cues(page)
        if len(cues) >= ENOUGH_TURNS:
            begins, ends = page.talk
            outside = [
                text for _, text in page.pieces[:begins] + page.pieces[ends:] if text.strip()
            ]
            notes |= {"shape": NAME} | ({"texts_left_out": str(len(outside))} if outside else {})
            name = origin.identity()
            yield transcript_of_cues(cues, origin, options, name, metadata=notes)
            return
        table = next((rows for rows in page.tables if rows and is_header(Row("", rows[0]))), None)
        if table is not None:
            rows = [Row(f"row {number}", cells) for number, cells in enumerate(table, 1)]
            yield from talks_of_rows(rows, origin, options, even=False, notes=notes)
            return
        yield _talk_of_text(page, origin, options, notes)


def _talk_of_text(
    page: Page, origin: Origin, options: ReadOptions, notes: dict[str, str]
) -> Transcript:
    talk = talk_of(text_source(page.text, origin), options, origin.identity())
    metadata = FrozenMap({**talk.metadata, **notes})
    return talk.model_copy(update={"metadata": metadata})


def _declared(data: bytes) -> str | None:
    """Give the encoding that a page of the old kind says it has; UTF-8 is taken for granted."""
    found = _DECLARED.search(data[:_TOP])
    return found["name"].decode() if found else None


@dataclass
class _Draft:
    """Hold a turn that is being read."""

    name: str
    started_s: float | None
    said: str = ""


def _marked_cues(page: Page) -> list[Cue]:
    """Give the turns where names are marked: each goes on to the next name, or the end of the talk.

    A time behind a name is that of its turn, and one behind words that of the next.
    """
    drafts: list[_Draft] = []
    ahead: float | None = None
    before = ""
    for kind, text in page.pieces[slice(*page.talk)]:
        at = clock_of(text.strip(" []()\n")) if kind == "time" else None
        last = drafts[-1] if drafts else None
        if kind == "speaker" and text.strip():
            if last and before == "speaker":
                last.name += text
            else:
                drafts.append(_Draft(text, ahead))
                ahead = None
        elif at is not None and last and last.started_s is None and not last.said.strip():
            last.started_s = at
        elif at is not None:
            ahead = at
        elif last:
            last.said += text
        before = kind if text.strip() else before
    return [
        Cue(" ".join(draft.name.split()).rstrip(": "), draft.said, draft.started_s)
        for draft in drafts
        if draft.said.strip()
    ]
