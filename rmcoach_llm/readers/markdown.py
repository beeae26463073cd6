"""See through Markdown: which lines begin a turn, which go on with it, which are no talk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rmcoach_llm.readers.files import Origin, Source
from rmcoach_llm.readers.roles import same_name
from rmcoach_llm.readers.speakers import (
    EMPHASIS,
    Spoken,
    emphasised_name,
    is_name,
    split_name,
    split_time,
)
from rmcoach_llm.readers.talk_bounds import Mark

NumberedLine = tuple[int, str]

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_BULLET = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
_FRONT_MATTER_LINE = re.compile(r"[a-z_][A-Za-z0-9_-]*:(?:[ \t]|$)|-[ \t]|[ \t]|#|$")
_BREAK_MARKS = ("-", "*", "_")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class _Heading:
    level: int
    started_s: float | None
    title: str


def markdown_lines(
    source: Source, trainee: str | None
) -> Iterator[tuple[int, Spoken | Mark | str]]:
    """Give what is said, line by line: `Spoken` begins a turn, other text goes on with it.

    A `Mark` is a thematic break, or a heading that is no speaker. Left out: front matter (`---`,
    then `key: value` lines) and HTML comments. Quote marks before a line are taken off. Headings are
    speakers at the level at which the trainee's name (Trainee without `trainee`) is a heading,
    or else a name stands twice. Raises InputError for a comment that is never closed.
    """
    lines = list(_without_comments(_without_front_matter(source.text_lines()), source.origin))
    lines = [(number, _unquoted(line)) for number, line in lines]
    level = _speaker_level(lines, trainee)
    for number, line in lines:
        heading = _heading(line)
        if heading is not None:
            named = heading.level == level and is_name(heading.title)
            yield (
                number,
                Spoken(heading.title, "", heading.started_s) if named else Mark(heading.title),
            )
        elif _is_break(line):
            yield number, Mark()
        else:
            said = _spoken(line)
            yield number, replace(said, text=unescaped(said.text)) if said else unescaped(line)


def unescaped(text: str) -> str:
    r"""Take off the backslash before a sign, as Markdown does.

    >>> unescaped(r"Fine \- really. C:\dir")
    'Fine - really. C:\\dir'
    """
    return _ESCAPED.sub(r"\1", text)


def _without_front_matter(lines: Iterable[NumberedLine]) -> Iterator[NumberedLine]:
    head: list[NumberedLine] = []
    rest = iter(lines)
    for number, line in rest:
        closes = bool(head) and line.rstrip() in ("---", "...")
        head.append((number, line))
        if closes:
            break
        if number == 1 and line.rstrip() == "---":
            continue
        if number == 1 or not _FRONT_MATTER_LINE.match(line):
            yield from head
            break
    else:
        yield from head
    yield from rest


def _without_comments(lines: Iterable[NumberedLine], origin: Origin) -> Iterator[NumberedLine]:
    opened_at: int | None = None
    for number, line in lines:
        kept: list[str] = []
        rest = line
        while rest:
            before, mark, rest = rest.partition("-->" if opened_at else "<!--")
            if opened_at is None:
                kept.append(before)
            if mark:
                opened_at = None if opened_at else number
        text = "".join(kept)
        if text or not line:
            yield number, text
    if opened_at is not None:
        raise origin.error(
            f"line {opened_at}", "a comment is never closed", remedy="end it with '-->'"
        )


def _unquoted(line: str) -> str:
    while line.startswith(">"):
        line = line[1:].removeprefix(" ")
    return line


def _is_break(line: str) -> bool:
    marks = "".join(line.split())
    return len(marks) >= 3 and len(set(marks)) == 1 and marks[0] in _BREAK_MARKS


def _heading(line: str) -> _Heading | None:
    match = _HEADING.match(line)
    if match is None:
        return None
    started_s, title = split_time(match[2].rstrip().rstrip("#").rstrip())
    return _Heading(len(match[1]), started_s, title.strip("*_: \t"))


def _speaker_level(lines: Iterable[NumberedLine], trainee: str | None) -> int | None:
    headings = [heading for _, line in lines if (heading := _heading(line))]
    wanted = same_name((trainee or "Trainee").strip())
    for heading in headings:
        if same_name(heading.title) == wanted:
            return heading.level
    seen = Counter((heading.level, heading.title) for heading in headings if is_name(heading.title))
    return next((level for (level, _), count in seen.items() if count > 1), None)


def _spoken(line: str) -> Spoken | None:
    if line[:1].isspace():
        return None
    started_s, rest = split_time(_BULLET.sub("", line, count=1) if _BULLET.match(line) else line)
    found = emphasised_name(rest) if rest.startswith(EMPHASIS) else split_name(rest)
    return Spoken(*found, started_s) if found else None
