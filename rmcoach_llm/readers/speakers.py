"""Find the speaker at the start of a line: `Name: text`, with a time before it if there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NAME_LENGTH = 60
MAX_NAME_WORDS = 5

_TIME = re.compile(r"([\[(]?)(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2}(?:[.,][0-9]{1,3})?)([\])]?)")
_BRACKETS = ("", "[]", "()")
_NOT_IN_NAMES = frozenset('?!"\t')


@dataclass(frozen=True)
class Spoken:
    """Hold the first line of a turn; the time is in seconds from the start."""

    speaker: str
    text: str
    started_s: float | None = None


def spoken(line: str) -> Spoken | None:
    """Give the speaker and what follows, or None for a line that goes on with the turn.

    A speaker stands at the very start of a line (an indented line never begins a turn), has at
    most 60 characters and 5 words, at least one letter, and is followed by a colon. Addresses,
    times and paths (`https://..`, `12:30`, `C:\\..`) are no speakers.

    >>> spoken("[01:02] Dana: Eleven days.")
    Spoken(speaker='Dana', text=' Eleven days.', started_s=62.0)
    >>> spoken("https://example.org") is None
    True
    """
    if line[:1].isspace():
        return None
    started_s, rest = split_time(line)
    found = split_name(rest)
    return Spoken(*found, started_s) if found else None


def split_time(line: str) -> tuple[float | None, str]:
    """Split a leading time off: `[00:12]`, `(00:01:02)` or `00:12 `; gives seconds and the rest.

    >>> split_time("(01:00:05.5) Dana: hi")
    (3605.5, 'Dana: hi')
    >>> split_time("12:75 hi")
    (None, '12:75 hi')
    """
    match = _TIME.match(line)
    if match is None:
        return None, line
    opening, hours, minutes, seconds, closing = match.groups()
    rest = line[match.end() :]
    if opening + closing not in _BRACKETS or not (closing or rest[:1].isspace()):
        return None, line
    amount = float(seconds.replace(",", "."))
    if amount >= 60 or (hours and int(minutes) >= 60):
        return None, line
    return int(hours or 0) * 3600 + int(minutes) * 60 + amount, rest.lstrip()


def split_name(line: str) -> tuple[str, str] | None:
    """Split `Name: text` at its first colon; None where that is no name."""
    colon = line.find(":", 0, MAX_NAME_LENGTH + 1)
    if colon < 0:
        return None
    name, text = line[:colon].strip(" "), line[colon + 1 :]
    return (name, text) if is_name(name) and not _goes_on(name, text) else None


def is_name(name: str) -> bool:
    """Say whether words can be a speaker's name; control characters are for the caller to refuse.

    >>> [is_name(name) for name in ("Dana", "Speaker 1", "12", "Why not?", "")]
    [True, True, False, False, False]
    """
    return (
        len(name) <= MAX_NAME_LENGTH
        and len(name.split()) <= MAX_NAME_WORDS
        and any(char.isalpha() for char in name)
        and not _NOT_IN_NAMES.intersection(name)
    )


def _goes_on(name: str, text: str) -> bool:
    return text.startswith(("//", "\\", ":")) or (name[-1].isdigit() and text[:1].isdigit())
