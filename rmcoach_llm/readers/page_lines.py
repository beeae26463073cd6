"""Take off the numbers of lines that begin anew on each page, as records of hearings have them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rmcoach_llm.readers.court_text import question_or_answer
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.speakers import spoken
from rmcoach_llm.readers.talk_bounds import ENOUGH_TURNS

LEAST_ON_PAGE = 5
"""A page has so many lines at least before the numbers may begin anew."""
MOST_BETWEEN = 5
"""Of so many numbered lines one may be without a number: the foot of a page, its number."""

_NUMBER = re.compile(r"[ \t]{0,9}(?P<number>[0-9]{1,3})(?=[ \t]|$)")


def without_page_lines(lines: Sequence[NumberedLine]) -> tuple[list[NumberedLine], int]:
    """Give lines without the numbers that count them page by page, and how many stood between pages.

    The numbers rise by one and begin again at 1, on two pages or more; lines without one are heads and
    feet of pages, and are left out. Any other text stays as it is.

    >>> page = ["1  Q.  So?", "2  A.  No.", "3", "4  Q.  Why?", "5  A.  So."]
    >>> kept, left_out = without_page_lines(list(enumerate([*page, "Page 1", *page])))
    >>> len(kept), left_out, kept[5]
    (10, 1, (6, '  Q.  So?'))
    """
    bare = _numbered(lines)
    if bare is None:
        return list(lines), 0
    between = [line for at, (_, line) in enumerate(lines) if at not in bare and line.strip()]
    turns = sum(_begins(text) for text in bare.values())
    if (
        turns < ENOUGH_TURNS
        or any(map(_begins, between))
        or len(between) * MOST_BETWEEN > len(bare)
    ):
        return list(lines), 0
    return [(lines[at][0], text) for at, text in bare.items()], len(between)


def _numbered(lines: Sequence[NumberedLine]) -> dict[int, str] | None:
    """Give what stands behind the number of each numbered line, by its index; None for other texts."""
    bare: dict[int, str] = {}
    before, pages = 0, 1
    for at, (_, line) in enumerate(lines):
        match = _NUMBER.match(line)
        if match is None:
            continue
        number, rest = int(match["number"]), line[match.end() :]
        if number == 1 and before >= LEAST_ON_PAGE:
            before, pages = 0, pages + 1
        if number == before + 1:
            bare[at], before = rest, number
        elif rest.strip():
            return None
    return bare if pages > 1 else None


def _begins(line: str) -> bool:
    return question_or_answer(line) is not None or spoken(line.lstrip(" \t")) is not None
