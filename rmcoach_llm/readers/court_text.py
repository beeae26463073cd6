"""Read the lines of a record of a hearing or an interview that begin with `Q.` and `A.`, or `Q` and `A`."""

from __future__ import annotations

import re

from rmcoach_llm.readers.speakers import Spoken

_QUESTION = re.compile(
    r"[ \t]{0,20}(?P<side>[QA])(?:[.:][ \t]{1,20}|[ ]{2,20}|\t[ \t]{0,9})(?P<text>\S.*)"
)
_OFFICER = re.compile(
    r"[ \t]{0,20}(?P<name>(?:THE|MR\.|MS\.|MRS\.|DR\.|JUSTICE)[ ][A-Z][A-Z.' -]{0,40}):(?P<text>[ \t].*|$)"
)
SILENT = re.compile(
    r"[ \t]*(?:BY (?:MR|MS|MRS|DR)\.[ ][A-Z.' -]{1,40}:?"
    r"|(?:(?:RE)?(?:DIRECT|CROSS)[- ])?EXAMINATION(?: (?:\(?CONTINUED\)?|BY .{1,60}))?)[ \t]*"
)
"""Headings that say whose questions follow; they are centred, or stand alone."""


def question_or_answer(line: str) -> Spoken | None:
    """Give who speaks in a line of a record: `Q`, `A`, or an officer in capitals such as `THE COURT:`.

    >>> question_or_answer("     Q.  What hurts?")
    Spoken(speaker='Q', text='What hurts?', started_s=None)
    >>> question_or_answer("     MS. ROY:  Objection.").speaker
    'MS. ROY'
    """
    if match := _QUESTION.fullmatch(line):
        return Spoken(match["side"], match["text"])
    if match := _OFFICER.fullmatch(line):
        return Spoken(match["name"], match["text"])
    return None
