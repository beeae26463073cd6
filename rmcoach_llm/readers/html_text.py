"""Take the words out of a page in HTML: lines of text, tables, and who is marked as a speaker."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import takewhile
from typing import Literal

MOST_PIECES = 400_000
"""A talk of 20,000 turns has no more texts and tags."""
MOST_OPEN = 500
"""So deep may elements stand in each other: no page is deeper, and each is looked through."""

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSEEN = frozenset(
    "button head nav noscript script select style svg template textarea title".split()
)
_HEADINGS = frozenset("dt h1 h2 h3 h4 h5 h6".split())
_PARAGRAPHS = frozenset("blockquote dl hr ol p pre table ul".split())
_LINES = frozenset(
    "br address article aside dd div figcaption figure footer header li main section tr".split()
)
_CELLS = frozenset(("td", "th"))
_SPEAKER = re.compile(r"(?:^|[\s_-])speaker(?:[_-]?(?:name|label))?(?:$|\s)", re.IGNORECASE)
_TIME = re.compile(r"(?:^|[\s_-])time(?:stamp|code)?(?:$|\s)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_MANY = re.compile(r" {2,}")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)

Kind = Literal["text", "break", "speaker", "time"]


@dataclass
class Page:
    """Hold what a page says, in order: pieces of text, ends of lines, names and times that are marked.

    `tables` are the rows of cells of each table, `headings` their text by the index of the piece below. `talk` is the part of `pieces` that the innermost
    element about all marked speakers holds. `hidden` counts elements that nobody sees; `cut` says
    that the page ends within a tag, `too_many` that it has more pieces than any talk.
    """

    pieces: list[tuple[Kind, str]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    talk: tuple[int, int] = (0, 0)
    hidden: int = 0
    cut: bool = False
    too_many: bool = False

    @property
    def text(self) -> str:
        """Give the page as lines of text, with one blank line between paragraphs at most.

        There is none below a heading that comes back: it is the name of who speaks.
        """
        times = Counter(self.headings.values())
        names = {at for at, heading in self.headings.items() if times[heading] > 1}
        said = "".join("\n" if at in names else text for at, (_, text) in enumerate(self.pieces))
        lines = (_MANY.sub(" ", line).strip() for line in said.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def page_of(text: str) -> Page:
    """Give what a page in HTML says; what is not seen on it, such as scripts, is left out.

    >>> page_of("<p><b>Ada:</b> What&nbsp;hurts?<br>Tell me.</p><script>x()</script>").text
    'Ada: What hurts?\\nTell me.'
    """
    reader = _Reader()
    try:
        reader.feed(text)  # never closed: what is left then is a tag that does not end
        reader.finish()
    except _TooMany:
        reader.page.too_many = True
    return reader.page


class _TooMany(Exception):
    """Stop reading a page that no talk has."""


@dataclass(frozen=True, eq=False)
class _Open:
    """Hold an element that is open: where its pieces begin, and what it marks."""

    tag: str
    begins: int
    mark: Kind | None
    unseen: bool


class _Reader(HTMLParser):
    """Gather a page; what is asked of each piece is counted, so that no page takes long."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[_Open] = []
        self.tags: Counter[str] = Counter()
        self.unseen = 0
        self.marks: list[Kind] = []
        self.common: list[_Open] | None = None
        self.cell: list[str] | None = None
        self.seen = 0
        self.ended = 0
        self.heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count()
        self._part(tag)
        if tag == "p" and self.open and self.open[-1].tag == "p":
            self._close(self.open.pop())
        if tag in _VOID or len(self.open) == MOST_OPEN:
            return
        given = dict(attrs)
        hidden = "hidden" in given or _HIDDEN.search(given.get("style") or "") is not None
        self.page.hidden += hidden and not self.unseen
        mark = _mark(tag, given.get("class") or "")
        element = _Open(tag, len(self.page.pieces), mark, hidden or tag in _UNSEEN)
        self.open.append(element)
        self.tags[tag] += 1
        self.unseen += element.unseen
        if mark:
            self.marks.append(mark)
        if not self.unseen:
            self._begin_row(tag)

    def handle_endtag(self, tag: str) -> None:
        self._count()
        if not self.tags[tag]:
            return
        while self.open[-1].tag != tag:
            self._close(self.open.pop())
        self._close(self.open.pop())
        self._part(tag, ends=True)
        if tag in _CELLS and self.cell is not None:
            self.page.tables[-1][-1].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data: str) -> None:
        self._count()
        if self.unseen:
            return
        text = data if self.tags["pre"] else _SPACE.sub(" ", data)
        if self.cell is not None:
            self.cell.append(text)
        if text.strip():
            self.ended = 0
        if self.heading is not None:
            self.heading.append(text)
        mark = self.marks[-1] if self.marks else "text"
        self.page.pieces.append((mark, text))
        if mark == "speaker" and text.strip():
            self._keep_common(self.open[:-1])

    def finish(self) -> None:
        """Close what is open; what was not read yet is text, or a tag that does not end."""
        self.page.cut = "<" in self.rawdata
        if self.rawdata and not self.page.cut:
            self.handle_data(unescape(self.rawdata))
        while self.open:
            self._close(self.open.pop())
        if self.common == []:  # no element is about all of them: the page is
            self.page.talk = (0, len(self.page.pieces))

    def _count(self) -> None:
        self.seen += 1
        if self.seen > MOST_PIECES:
            raise _TooMany

    def _keep_common(self, around: list[_Open]) -> None:
        """Keep the elements that are about all speakers so far."""
        if self.common is None:
            self.common = around
            return
        both = zip(self.common, around, strict=False)
        self.common = [one for one, _ in takewhile(lambda pair: pair[0] is pair[1], both)]

    def _close(self, element: _Open) -> None:
        self.tags[element.tag] -= 1
        self.unseen -= element.unseen
        if element.mark:
            self.marks.pop()
        if self.common and self.common[-1] is element:
            self.page.talk = (element.begins, len(self.page.pieces))

    def _part(self, tag: str, *, ends: bool = False) -> None:
        """End the line where an element begins or ends: a blank line is about a paragraph."""
        if self.unseen:
            return
        if tag in _HEADINGS:
            self._end_lines(2)
            if ends and (heading := " ".join("".join(self.heading or ()).split())):
                self.page.headings[len(self.page.pieces) - 1] = heading
            self.heading = None if ends else []
        elif tag in _PARAGRAPHS:
            self._end_lines(2)
        elif tag in _LINES:
            self._end_lines(self.ended + 1 if tag == "br" else 1)
        elif tag in _CELLS:
            self.page.pieces.append(("break", "\t"))
        if tag == "hr":
            self.handle_data("---")
            self._end_lines(2)

    def _end_lines(self, count: int) -> None:
        if count > self.ended:
            self.page.pieces.append(("break", "\n" * (count - self.ended)))
            self.ended = count

    def _begin_row(self, tag: str) -> None:
        tables = self.page.tables
        if tag == "table":
            tables.append([])
        elif tag == "tr" and tables:
            tables[-1].append([])
        elif tag in _CELLS and tables and tables[-1]:
            self.cell = []


def _mark(tag: str, named: str) -> Kind | None:
    """Say whether an element is marked as a speaker's name or a time, by its class."""
    if _SPEAKER.search(named):
        return "speaker"
    return "time" if tag == "time" or _TIME.search(named) else None
