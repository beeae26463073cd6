"""A first look at a text, word by word: what its words rule out needs no second one.

Words come again, so what each may be part of is remembered; most turns of a talk hold nothing more
than letters and stops, and are done with here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from rmcoach_llm.language.pattern import Regex
from rmcoach_llm.language.word_memory import WordMemory

LONG, DIGITS, ESCAPE, MIXED, LONE, FORM, CUE = (1 << place for place in range(7))
"""Marks of a word: as long as a code, digits as in a code, a sign of an escape, a digit beside a letter,
a letter that stands alone, a sign of a forgery, a word that a model goes by."""

ANY = (1 << 7) - 1
"""What a text may hold of which nothing is known."""

LONG_WORD = 16
"""As long as a code; shorter words are remembered."""

DIGIT_AT_HEX = Regex("[0-9](?:[0-9a-fA-F]|(?<=[0-9a-fA-F].))")
DIGIT_AT_LETTER = Regex("[0134579@$](?:(?=[a-zA-Z])|(?<=[a-zA-Z].))")
FORM_SIGN = Regex(r"[<>\[\]{}=#*_~(`\"$%\\/|;:]|--")
_ESCAPE_SIGN = Regex(r"[\\%&]")
_LONE = Regex(r"(?:^|[.*_-])[\w:,](?:$|[.*_-])")


def is_plain(text: str) -> bool:
    """Say whether a text has only signs of ASCII that show, and single spaces between its words.

    >>> is_plain("It's 9 days."), is_plain("It\\u2019s  9 days.")
    (True, False)
    """
    return text.isascii() and text.isprintable() and "  " not in text


class Glance(NamedTuple):
    """Hold a text in small letters, the marks of its words, and how many of them are new and not."""

    small: str
    marks: int
    again: int | None
    """Words that stood before; None of a text that is not plain."""


def glance_at(text: str, is_cue: Callable[[str], bool]) -> Glance:
    """Look at a text; of one that is not plain nothing is ruled out.

    `is_cue` says of a word whether it is one that a model goes by; give always the same one.

    >>> glance_at("We close in nine days.", str.isdigit).marks, glance_at("x9", str.isdigit).marks == MIXED
    (0, True)
    """
    small = text.lower()
    if not is_plain(text):
        return Glance(small, ANY, None)
    words = small.split(" ")
    different = set(words)
    marks = reduce(or_, map(_marks_by(is_cue), different))
    return Glance(small, marks, len(words) - len(different))


@lru_cache(maxsize=2)
def _marks_by(is_cue: Callable[[str], bool]) -> Callable[[str], int]:
    def marks(word: str) -> int:
        return _marks_of(word) | (CUE if is_cue(word) else 0)

    return WordMemory(marks, longest=LONG_WORD - 1).__getitem__


def _marks_of(word: str) -> int:
    """Give the marks of a word of a plain text in small letters, but for `CUE`."""
    marks = LONG if len(word) >= LONG_WORD else 0
    if word.isalpha() and len(word) > 1:
        return marks
    for mark, sign in (
        (DIGITS, DIGIT_AT_HEX),
        (ESCAPE, _ESCAPE_SIGN),
        (MIXED, DIGIT_AT_LETTER),
        (LONE, _LONE),
        (FORM, FORM_SIGN),
    ):
        if sign.search(word):
            marks |= mark
    return marks
