"""Write wide colons, brackets and spaces about a name or a time as plain ones."""

from __future__ import annotations

import re
from itertools import islice

from rmcoach_llm.readers.files import Source

MAX_LINES = 200_000
"""A talk of 20,000 turns has no more lines."""
LONGEST_NAME = 20
"""Words before a wide colon are no name if they are longer: few of these languages have spaces."""

_NO_SIGNS = r"[^\s:：,，、。．.？！?!；;「」『』“”\"…()\[\]（）【】]"
_TIME = r"[0-9]{1,2}(?:[:：][0-9]{2}){1,2}(?:[.,][0-9]{1,3})?"
_TIMES = rf"{_TIME}(?:\s?(?:-->|[-–~～])\s?{_TIME})?"
_BOXED_TIME = re.compile(rf"(?P<open>[（【])(?P<time>{_TIMES})[）】]")
_BOXED_NAME = re.compile(
    rf"(?P<before>(?:{_TIMES}\s{{0,4}}|\[{_TIMES}\]\s{{0,4}})?)【(?P<name>[^【】\n]{{1,{LONGEST_NAME}}})】(?=[:：])"
)
_NAME = re.compile(
    rf"(?P<before>(?:[\[(]{_TIMES}[\])]\s{{0,4}}|{_TIMES}\s{{1,4}})?(?:[-*+>]\s)?[*_\[]{{0,3}}"
    rf"{_NO_SIGNS}(?:{_NO_SIGNS}| ){{0,{LONGEST_NAME - 1}}}(?:\s?[(\[]{_TIMES}[)\]])?[*_\]]{{0,3}})："
)
_NO_SPACE = ("", " ", "*", "_")
_SPACES = "\u00a0\u2002\u2003\u2009\u202f\u3000"
_ANY_SPACE = re.compile(f"[{_SPACES}]")
_LINE_END = re.compile("[\u2028\u2029\x0b\x85]")
"""Soft line ends and ends of paragraphs, where they stand in for a line feed."""
_TIME_ENDS = tuple("0123456789)]")


def plain_signs(line: str) -> str:
    """Give a line with a plain colon behind the name that begins it, and plain brackets about its time.

    Spaces of other widths are plain in a line that ends as a time does.

    What stands behind it keeps its signs, and so do words that are too long for a name or hold other signs.

    >>> plain_signs("【00:05】面试官：好：说吧"), plain_signs("我想说的，其实是：好"), plain_signs("客人1：3个")
    ('[00:05]面试官: 好：说吧', '我想说的，其实是：好', '客人1: 3个')
    """
    if any(space in line for space in _SPACES) and line.rstrip()[-1:] in _TIME_ENDS:
        line = _ANY_SPACE.sub(" ", line)
    if not any(sign in line for sign in "：（【"):
        return line
    line = _BOXED_TIME.sub(_box, line, count=2)
    line = _BOXED_NAME.sub(r"\g<before>[\g<name>]", line, count=1)
    match = _NAME.match(line)
    if match is None:
        return line
    rest = line[match.end() :]
    return f"{match['before']}:{'' if rest[:1] in _NO_SPACE else ' '}{rest}"


def plain_lines(source: Source) -> list[tuple[int, str]]:
    """Give the lines of a text with plain signs; raises InputError for one that cannot be read, or one too many.

    Where no line feed ends a line, other signs of a line's end do, as word processors write them.

    >>> from rmcoach_llm.readers.files import Origin, text_source
    >>> plain_lines(text_source("Ada: Hi.\u2028Bo: Yes.", Origin("a")))
    [(1, 'Ada: Hi.'), (2, 'Bo: Yes.')]
    """
    lines = list(islice(source.text_lines(), MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        raise source.origin.error(
            f"line {lines[-1][0]}",
            f"too many lines: at most {MAX_LINES:,} in one talk",
            remedy="split the file",
        )
    if len(lines) == 1 and _LINE_END.search(lines[0][1]):
        lines = list(enumerate(_LINE_END.split(lines[0][1]), 1))
    return [(number, plain_signs(line)) for number, line in lines]


def _box(match: re.Match[str]) -> str:
    time = match["time"].replace("：", ":")
    return f"({time})" if match["open"] == "（" else f"[{time}]"
