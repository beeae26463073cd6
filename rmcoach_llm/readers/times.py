"""Read times as people and tools write them: clock times, seconds, dates with a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

EPOCH_FROM = 1e8
"""A number from here on counts seconds since 1970, not since a talk began: it is over three years."""
EPOCH_MS_FROM = 1e11
"""A number from here on counts milliseconds since 1970: as seconds it would be after the year 5000."""

CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,3}:[0-9]{2}(?:[.,][0-9]{1,3})?"
"""A clock time in a line of text, as a pattern."""

_NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,20})?(?:\s?s)?")
_WHOLE_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{2}(?:[.,][0-9]{1,9})?)", re.ASCII)
_LONGEST = 40


class Moment(NamedTuple):
    """Hold a time in seconds: since 1970 if `since_1970`, else since the talk began."""

    seconds: float
    since_1970: bool = False


def moment_of(cell: str, *, milliseconds: bool = False) -> Moment | None:
    """Give the time that a cell holds, or None for what is none.

    A number is seconds (`milliseconds` where the heading says so), `1:02:03` is hours, minutes,
    seconds, `75:10` minutes and seconds; a date with a time is in ISO 8601, UTC if it names no zone.

    >>> moment_of("1:02:03.5"), moment_of("1500", milliseconds=True)
    (Moment(seconds=3723.5, since_1970=False), Moment(seconds=1.5, since_1970=False))
    >>> moment_of("1970-01-02T00:00:00Z"), moment_of("soon")
    (Moment(seconds=86400.0, since_1970=True), None)
    """
    cell = cell.strip(" \t\r\n[]()")
    if len(cell) > _LONGEST:
        return None
    if _NUMBER.fullmatch(cell):
        number = float(cell.rstrip("s ").replace(",", ".")) / (1000 if milliseconds else 1)
        number /= 1000 if number >= EPOCH_MS_FROM else 1
        return Moment(number, number >= EPOCH_FROM)
    seconds = clock_of(cell)
    return _date(cell) if seconds is None else Moment(seconds)


def clock_of(text: str) -> float | None:
    """Give `1:02:03.5` (hours, minutes, seconds) or `75:10` in seconds, or None for what is none.

    >>> clock_of("1:02:03,5"), clock_of("75:10"), clock_of("1:99")
    (3723.5, 4510.0, None)
    """
    match = _WHOLE_CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    if seconds >= 60 or (match[1] and minutes >= 60):
        return None
    return hours * 3600 + minutes * 60 + seconds


def _date(cell: str) -> Moment | None:
    if not cell[:4].isdigit() or len(cell) < len("2026-01-01 00:00"):
        return None
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Moment(aware.timestamp(), since_1970=True)
