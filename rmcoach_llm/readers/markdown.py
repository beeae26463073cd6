"""See through Markdown: which lines begin a turn, which go on with it, which are no talk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rmcoach_llm.readers.files import NumberedLine, Origin, Source
from rmcoach_llm.readers.roles import matcher_of
from rmcoach_llm.readers.speakers import (
    EMPHASIS,
    Spoken,
    emphasised_name,
    is_name,
    split_name,
    split_time,
    timed,
)
from rmcoach_llm.readers.talk_bounds import Mark, is_fact
from rmcoach_llm.readers.wide_signs import plain_lines

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_BULLET = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
_FRONT_MATTER_LINE = re.compile(r"[a-z_][A-Za-z0-9_-]*:(?:[ \t]|$)|-[ \t]|[ \t]|#|$")
_FENCE = re.compile(r" {0,3}(?P<sign>`{3,9}|~{3,9})[ \t]?[\w.+-]{0,30}[ \t]*")
_BREAK_MARKS = ("-", "*", "_")
_STAMP = re.compile(
    r"(?:\*\*(?P<bold>\[[0-9:.,]{4,12}\])\*\*|\\(?P<open>[\[(][0-9:.,]{4,12})\\?(?P<shut>[\])]))\s+"
)
"""A time in brackets before a name, bold or escaped."""
_TIME_BEHIND = re.compile(r"(?P<name>.*\S)\s+(?P<time>[\[(]?[0-9]{1,3}:[0-9:.,]{2,9}[\])]?)")
_SIGNS = re.compile(r"^#{1,6}\s+|^[-*+]\s+(?=\S)|\*\*|__|\s+$")
_MARKED_TIME = re.compile(r"(?<![*_`])([*_]{1,2}|`)(?P<time>[\[(]?[0-9:.,]{4,12}[\])]?)\1")
"""A time in italics, bold or as code."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

PEOPLE = "Participants"
"""Under this name, which is that of a fact, the people listed above a talk are given."""


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
    or else a name stands twice, and then no line is one. Raises InputError for a comment that is never closed.
    """
    lines = list(_without_comments(_without_front_matter(plain_lines(source)), source.origin))
    lines = _without_first_fence([(number, _unquoted(line)) for number, line in lines])
    level = _speaker_level(lines, trainee)
    people = _end_of_people(lines)
    for at, (number, line) in enumerate(lines):
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
            said = _spoken(line) if level is None else None
            if said and at < people and _BULLET.match(line):
                said = Spoken(PEOPLE, line)
            yield number, said or unescaped(line)


def bare_lines(source: Source) -> list[NumberedLine]:
    """Give the lines without signs of headings, lists, quotes and bold words, as plain text has them.

    Raises InputError for a comment that is never closed.
    """
    lines = _without_comments(_without_front_matter(plain_lines(source)), source.origin)
    plain = _without_first_fence([(number, _unquoted(line)) for number, line in lines])
    return [(number, _bare(line)) for number, line in plain]


def _bare(line: str) -> str:
    return _SIGNS.sub("", unescaped(_MARKED_TIME.sub(r"\g<time>", line)))


def unescaped(text: str) -> str:
    r"""Take off the backslash before a sign, as Markdown does.

    >>> unescaped(r"Fine \- really. C:\dir")
    'Fine - really. C:\\dir'
    """
    return _ESCAPED.sub(r"\1", text)


def without_bullet(line: str) -> str:
    """Take the sign of a list off a line that names a speaker behind it.

    >>> without_bullet("- Ada: Hi."), without_bullet("- thirdly"), without_bullet("---")
    ('Ada: Hi.', '- thirdly', '---')
    """
    bullet = _BULLET.match(line)
    bare = line[bullet.end() :] if bullet else line
    return bare if _spoken(bare) else line


def _without_first_fence(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Leave out the marks of a block of code that opens before anybody has spoken: it holds the talk."""
    for at, (_, line) in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if fence:
            shut = (i for i in range(at + 1, len(lines)) if lines[i][1].strip() == fence["sign"])
            marks = {at, next(shut, at)}
            return [item for i, item in enumerate(lines) if i not in marks]
        said = None if _heading(line) else _spoken(line)
        if said and not is_fact(said.speaker):
            break
    return list(lines)


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


def _end_of_people(lines: Sequence[NumberedLine]) -> int:
    """Give the index of the heading or break that ends a list of those who speak below it, or 0.

    Who takes part is often listed above a talk: `- **Ada:** coach`.
    """
    listed: set[str] = set()
    end = 0
    for at, (_, line) in enumerate(lines):
        said = None if _heading(line) else _spoken(line)
        if said and _BULLET.match(line):
            if said.speaker in listed:
                return 0
            listed.add(said.speaker)
        elif said and said.speaker in listed:
            return end
        elif _heading(line) or _is_break(line):
            end = at
    return 0


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
    started_s, title = split_time(unescaped(match[2].rstrip().rstrip("#").rstrip()))
    title = title.strip("*_: \t")
    behind = _TIME_BEHIND.fullmatch(title) if started_s is None else None
    if behind:
        started_s, _ = split_time(behind["time"] + " ")
        title = title if started_s is None else behind["name"].strip("*_:-–—| \t")
    return _Heading(len(match[1]), started_s, title)


def _speaker_level(lines: Sequence[NumberedLine], trainee: str | None) -> int | None:
    """Give the level of the headings that are speakers; None where lines such as `Name:` are.

    It is that of the trainee's name, or, unless a line is by the trainee or more lines begin with
    a name than headings have one, the first at which a name stands twice.
    """
    headings = [
        heading for _, line in lines if (heading := _heading(line)) and is_name(heading.title)
    ]
    is_trainee = matcher_of(trainee or "Trainee")
    for heading in headings:
        if is_trainee(heading.title):
            return heading.level
    seen = Counter((heading.level, heading.title) for heading in headings)
    level = next((level for (level, _), count in seen.items() if count > 1), None)
    named = [said.speaker for _, line in lines if not _heading(line) and (said := _spoken(line))]
    headed = sum(heading.level == level for heading in headings)
    return None if any(map(is_trainee, named)) or len(named) > headed else level


def _spoken(line: str) -> Spoken | None:
    if line[:1].isspace():
        return None
    bullet = _BULLET.match(line)
    bare = line[bullet.end() :] if bullet else line
    stamp = _STAMP.match(bare)
    time = stamp["bold"] or stamp["open"] + stamp["shut"] if stamp else ""
    started_s, rest = split_time(f"{time} {bare[stamp.end() :]}" if stamp else bare)
    found = emphasised_name(rest) if rest.startswith(EMPHASIS) else split_name(rest)
    return found and timed(replace(found, text=unescaped(found.text)), started_s)
