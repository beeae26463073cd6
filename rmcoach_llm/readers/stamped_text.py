"""Read text in which a name and a time stand on lines of their own above what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.name_forms import is_title
from rmcoach_llm.readers.speakers import is_name, spoken
from rmcoach_llm.readers.talk_bounds import ENOUGH_TURNS, HEADER_LINES
from rmcoach_llm.readers.times import clock_of

NAME = "name and time on lines"

_CLOCK = r"[0-9]{1,3}(?::[0-9]{1,2}){1,2}(?:[.,][0-9]{1,9})?"
_STAMP = re.compile(
    rf"\s*(?P<start>{_CLOCK})(?:\s*(?P<sign>-->|-|–)\s*(?P<end>{_CLOCK})|(?P<below> -->))?\s*"
)
_ALONE = re.compile(rf"{_CLOCK}\s*")
_FRAMES = re.compile(
    r"\s*(?P<start>[0-9]{2}([:;])[0-9]{2}\2[0-9]{2})[:;][0-9]{2} - (?P<end>[0-9]{2}\2[0-9]{2}\2[0-9]{2})[:;][0-9]{2}\s*"
)
"""Times with frames, as programs that cut films write them."""


def is_stamped(lines: Sequence[NumberedLine]) -> bool:
    """Say whether two stamps or more have a name beside them, and none has not.

    The name is above a single time, as in a copy of Zoom's or Teams' page (below it, where times begin
    paragraphs and names come back), or two times with a
    dash, and below a pair of times with an arrow, as in the documents of Teams of 2021, or with frames,
    as programs that cut films write them: `00:00:03:00 - 00:00:07:12`.

    >>> is_stamped([(1, "Ada Roy"), (2, "0:03"), (3, "Hi."), (4, "Bo"), (5, "0:07"), (6, "Yes.")])
    True
    """
    lines = _filled(lines)
    found = _stamps(lines)
    above = min(found, default=0)
    if len(found) < ENOUGH_TURNS or above > HEADER_LINES:
        return False
    return all(_names(lines, at, index) for at, index in found.items()) and not any(
        spoken(line) for _, line in lines[:above]
    )


def stamped_cues(lines: Sequence[NumberedLine]) -> Cues:
    """Give a cue for each stamp; lines above the first are left out and counted."""
    lines = _filled(lines)
    found = _stamps(lines)
    begins = [min(at, index) for at, index in found.items()]
    cues: list[Cue] = []
    for (at, index), end in zip(found.items(), [*begins[1:], len(lines)], strict=True):
        stamp = _STAMP.fullmatch(lines[at][1])
        said = "\n".join(line for _, line in lines[max(at, index) + 1 : end])
        times = [_seconds(stamp[part]) if stamp else None for part in ("start", "end")]
        number, name = lines[index]
        cues.append(Cue(name.strip(), said, times[0], times[1], f"line {number}"))
    notes = {"lines_left_out": str(begins[0])} if begins[0] else {}
    return cues, {"shape": NAME, **notes}


def _filled(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    plain = [(number, _without_frames(line)) for number, line in _with_names_below(lines)]
    return [line for line in plain if line[1].strip()]


def _with_names_below(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Write `0:12 -->` where each time begins a paragraph, above a name, and names come back."""
    stamps = [at for at, (_, line) in enumerate(lines) if _ALONE.fullmatch(line)]
    before = [lines[at - 1][1] if at else "" for at in stamps]
    names = [lines[at + 1][1].strip() if at + 1 < len(lines) else "" for at in stamps]
    named = all(is_name(name) and is_title(name) for name in names)
    if any(line.strip() for line in before) or not named or len(set(names)) == len(names):
        return list(lines)
    found = set(stamps)
    return [
        (number, f"{line.rstrip()} -->" if at in found else line)
        for at, (number, line) in enumerate(lines)
    ]


def _without_frames(line: str) -> str:
    match = _FRAMES.fullmatch(line)
    return f"{match['start']} --> {match['end']}".replace(";", ":") if match else line


def _stamps(lines: Sequence[NumberedLine]) -> dict[int, int]:
    """Give the index of the name by the index of each stamp."""
    found: dict[int, int] = {}
    for index, (_, line) in enumerate(lines):
        if stamp := _STAMP.fullmatch(line):
            below = stamp["sign"] == "-->" or stamp["below"]
            found[index] = index + 1 if below else index - 1
    return found


def _names(lines: Sequence[NumberedLine], at: int, index: int) -> bool:
    if not 0 <= index < len(lines) or _seconds(_start(lines[at][1])) is None:
        return False
    name = lines[index][1].strip()
    return is_name(name) and is_title(name) and ":" not in name


def _start(line: str) -> str | None:
    stamp = _STAMP.fullmatch(line)
    return stamp["start"] if stamp else None


def _seconds(time: str | None) -> float | None:
    """Give a time in seconds; Teams writes `0:0:2.340`, with single digits."""
    if time is None:
        return None
    whole, mark, fraction = time.replace(",", ".").partition(".")
    *before, last = whole.split(":")
    return clock_of(":".join([*before, last.zfill(2)]) + mark + fraction)
