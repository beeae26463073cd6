"""Cut subtitles into blocks of a time line and the text below it, without losing one.

We parse these forms ourselves. Of the libraries that were tried on real exports, one read 0 of
127 blocks and another 1 of 5, both without a word; and none says at which line a block stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rmcoach_llm.errors import InputError
from rmcoach_llm.readers.files import WHOLE_FILE, NumberedLine, Origin, Source, visible

EXPORT_AGAIN = "correct it, or export the file again"

_TIME = r"(?:([0-9]{1,6}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_ARROW = re.compile(rf"\s*{_TIME}\s*(?:-->|--\.?)\s*{_TIME}(?:\s.*)?")
"""An arrow, or one that a hand which mended the file left without its point."""
_COMMA = re.compile(rf"\s*{_TIME}\s*,\s*{_TIME}\s*")
_LIKE_ARROW = re.compile(r"\s*-?[0-9][0-9:.,]*\s*-->")
_LIKE_COMMA = re.compile(r"^\s*-?[0-9]{1,6}:[0-9]{1,2}:[0-9.]+\s*,\s*-?[0-9]+:")
_BROKEN = re.compile(
    r"\s*-?[0-9]{1,6}:[0-9]{1,2}:[0-9.,]+\s*[^\w\s]{1,3}\s*-?[0-9]{1,6}:[0-9]{1,2}:"
)
_STATED_ARROW = re.compile(r":[0-9]{1,2}(?:[.,][0-9]+)?\s*-->")
_WEBEX_ID = re.compile(r'[0-9]{1,9} "(?P<name>.{1,200})" \([0-9]{1,20}\)\s*')
_SILENT = re.compile(r"NOTE(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$")


@dataclass(frozen=True)
class Form:
    """Hold in what the forms of subtitles differ."""

    name: str
    comma: bool = False
    """A comma stands between the times, not an arrow."""
    header: str = ""
    """What the first line begins with; then NOTE, STYLE and REGION blocks are no speech."""

    def is_time_line(self, line: str) -> bool:
        """Say whether a line is meant as a time line, well formed or not."""
        like = _LIKE_COMMA if self.comma else _LIKE_ARROW
        return any(pattern.match(line) is not None for pattern in (like, _BROKEN))

    def states_time(self, line: str) -> bool:
        """Say whether a line holds what stands in time lines only, wherever it stands."""
        stated = _LIKE_COMMA if self.comma else _STATED_ARROW
        return stated.search(line) is not None

    def is_blank(self, line: str) -> bool:
        """Say whether a line parts two blocks: in WebVTT only an empty one does."""
        return not line if self.header else not line.strip()


WEBVTT = Form("WebVTT", header="WEBVTT")
SUBRIP = Form("SubRip")
SUBVIEWER = Form("SBV", comma=True)


@dataclass
class Block:
    """Hold the lines of text under one time line, with their numbers; times in seconds."""

    line: int
    started_s: float
    ended_s: float
    lines: list[NumberedLine] = field(default_factory=list)
    speaker: str | None = None
    """Whom the id of the cue names, as Webex writes it: `3 "Ada Roy" (271)`."""

    @property
    def place(self) -> str:
        """Give the locator of its first text, or of its time line where it has none."""
        return f"line {self.lines[0][0] if self.lines else self.line}"


@dataclass
class Blocks:
    """Hold the blocks of a file in its order, and counts of what a rule did."""

    found: list[Block] = field(default_factory=list)
    indexed: bool = False
    """Whether the first time line has an index above it: then the others have."""
    notes: Counter[str] = field(default_factory=Counter)


def timed_blocks(source: Source, form: Form) -> Blocks:
    """Give the blocks of a file; indexes, cue ids, NOTE, STYLE and REGION are no text.

    Raises InputError with the line for a file without the header of its form, a time line that
    cannot be read or runs backwards, text without a time line; and where the number of blocks
    differs from the number of lines that hold an arrow between times.

    >>> from rmcoach_llm.readers.files import text_source
    >>> source = text_source("1\\n0:00:01,5 --> 0:00:02,0\\nHi.\\n", Origin("a.srt"))
    >>> [(block.line, block.started_s, block.lines) for block in timed_blocks(source, SUBRIP).found]
    [(2, 1.5, [(3, 'Hi.')])]
    """
    lines = list(source.text_lines())
    blocks = Blocks()
    for paragraph in _paragraphs(_body(lines, form, source.origin), form):
        if form.header and _SILENT.match(paragraph[0][1]):
            continue
        _add(paragraph, blocks, form, source.origin)
    _refuse_lost(lines, blocks, form, source.origin)
    if not blocks.found:
        raise source.origin.error(WHOLE_FILE, "holds no cues", remedy="leave it out")
    return blocks


def _body(lines: list[NumberedLine], form: Form, origin: Origin) -> list[NumberedLine]:
    """Give the lines after the header, which ends at an empty line or a time line."""
    if not form.header:
        return lines
    first = lines[0][1]
    if first != form.header and not first.startswith((f"{form.header} ", f"{form.header}\t")):
        raise origin.error(
            "line 1",
            f"does not begin with {form.header}",
            remedy="name it .srt if it is SubRip, or export it again",
        )
    for index, (_, line) in enumerate(lines[1:], 1):
        if form.is_blank(line) or form.is_time_line(line):
            return lines[index:]
    return []


def _paragraphs(lines: Iterable[NumberedLine], form: Form) -> Iterator[list[NumberedLine]]:
    paragraph: list[NumberedLine] = []
    for number, line in lines:
        if form.is_blank(line):
            if paragraph:
                yield paragraph
            paragraph = []
        elif paragraph or line.strip():
            paragraph.append((number, line))
    if paragraph:
        yield paragraph


def _add(paragraph: list[NumberedLine], blocks: Blocks, form: Form, origin: Origin) -> None:
    """Take the blocks of a paragraph; several stand in one where blank lines were lost."""
    starts = [i for i, (_, line) in enumerate(paragraph) if form.is_time_line(line)]
    before = paragraph[: starts[0]] if starts else paragraph
    _take_head(before, bool(starts), blocks, form, origin)
    for start, end in pairwise([*starts, len(paragraph)]):
        number, line = paragraph[start]
        block = Block(number, *_times(line, number, form, blocks, origin))
        block.lines = paragraph[start + 1 : end]
        if form.header and start == len(before) and (named := before[-1:]):
            webex = _WEBEX_ID.fullmatch(named[0][1])
            block.speaker = webex["name"] if webex else None
        # An index that no blank line parts from the text before it.
        if blocks.indexed and end < len(paragraph) and _is_index(block.lines[-1:]):
            block.lines.pop()
        blocks.found.append(block)


def _take_head(
    lines: list[NumberedLine], timed: bool, blocks: Blocks, form: Form, origin: Origin
) -> None:
    """Take what stands above a time line: an index or id, or text of the block before."""
    if timed and not blocks.found:
        blocks.indexed = bool(lines)
    if timed and len(lines) <= 1 and (form.header or blocks.indexed):
        named = bool(lines) and not form.header and not _is_index(lines)
        blocks.notes["ids_without_number"] += named
        return
    ordinal = str(len(blocks.found) + 1)
    if timed and _is_index(lines[-1:]):
        # In a file without indexes a number is text, but not the one that counts this cue.
        counted = blocks.indexed or lines[-1][1].strip() == ordinal
        lines = lines[:-1] if counted else lines
    indexed = not timed and _is_index(lines[:1])
    # Google Meet parts two speakers of a cue with a dash, and writes a blank line behind it.
    dashed = bool(blocks.found) and [line.strip() for _, line in blocks.found[-1].lines[-1:]] == [
        "-"
    ]
    if lines and not dashed and (form.header or indexed or not blocks.found):
        at = lines[min(indexed, len(lines) - 1)]
        raise origin.error(
            f"line {at[0]}",
            f"a time line is wanted, found '{visible(at[1], limit=60)}'",
            remedy=EXPORT_AGAIN,
        )
    if lines:
        blocks.notes["blocks_continued"] += 1
        blocks.found[-1].lines += lines


def _is_index(lines: list[NumberedLine]) -> bool:
    return len(lines) == 1 and lines[0][1].strip().isdecimal()


def _times(
    line: str, number: int, form: Form, blocks: Blocks, origin: Origin
) -> tuple[float, float]:
    match = (_COMMA if form.comma else _ARROW).fullmatch(line)
    parts = match.groups() if match else ()
    times = [_seconds(parts[:4]), _seconds(parts[4:])] if match else [None, None]
    started_s, ended_s = times
    if started_s is None or ended_s is None:
        raise _bad_time(line, number, "is no time line: two times are wanted", origin)
    if ended_s < started_s:
        raise _bad_time(line, number, "has an end time before its start", origin)
    blocks.notes["seconds_carried"] += any(int(parts[i]) >= 60 for i in (2, 6))
    return started_s, ended_s


def _bad_time(line: str, number: int, found: str, origin: Origin) -> InputError:
    shown = visible(line.strip(), limit=80)
    return origin.error(f"line {number}", f"'{shown}' {found}", remedy=EXPORT_AGAIN)


def _seconds(parts: tuple[str | None, ...]) -> float | None:
    """Add a time up; 60 seconds and more are what they say, 60 minutes in an hour are not."""
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    if parts[0] is not None and int(minutes) >= 60:
        return None
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + float(f"0.{fraction}")


def _refuse_lost(lines: list[NumberedLine], blocks: Blocks, form: Form, origin: Origin) -> None:
    """Compare the blocks with the time lines that a plain search finds in the file."""
    stated = [number for number, line in lines if form.states_time(line)]
    read = {block.line for block in blocks.found}
    lost = [number for number in stated if number not in read]
    if lost:
        raise origin.error(
            f"line {lost[0]}",
            f"{len(blocks.found)} cues were read, but {len(stated)} lines hold the times of one: "
            "this one lies in a comment, a header or a text",
            remedy="take the times out, or end the comment with an empty line before them",
        )
