"""Take off the numbers that begin the lines or the turns of a text, as tools for interviews write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rmcoach_llm.readers.court_text import question_or_answer
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.speakers import spoken
from rmcoach_llm.readers.talk_bounds import ENOUGH_TURNS

ENOUGH = 3
"""So many lines must begin with a number."""

_NUMBER = re.compile(r"[ \t]{0,9}[\[(]?(?P<number>[0-9]{1,6})[\])]?[.:]?(?:\t[ \t]{0,9}| {1,9}|$)")


def without_line_numbers(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Give lines without the numbers that begin all of them, or all that name a speaker behind one.

    The numbers rise from line to line: `1 Ada: Hi.`, `(2) Bo: Yes.`.

    >>> without_line_numbers([(1, "1 Ada: Hi."), (2, "2 so?"), (3, "3 Bo: Yes.")])
    [(1, 'Ada: Hi.'), (2, 'so?'), (3, 'Bo: Yes.')]
    """
    found = [(at, match) for at, (_, line) in enumerate(lines) if (match := _NUMBER.match(line))]
    numbers = [int(match["number"]) for _, match in found]
    rising = all(one < other for one, other in pairwise(numbers))
    if len(found) < ENOUGH or not rising:
        return list(lines)
    bare = {at: lines[at][1][match.end() :] for at, match in found}
    others = [line for at, (_, line) in enumerate(lines) if at not in bare and line.strip()]
    turns = sum(bool(spoken(line) or question_or_answer(line)) for line in bare.values())
    if turns < ENOUGH_TURNS or (others and turns < len(bare)) or any(map(spoken, others)):
        return list(lines)
    return [(number, bare.get(at, line)) for at, (number, line) in enumerate(lines)]
