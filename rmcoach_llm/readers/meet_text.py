"""Read the text of a Google Meet transcript: names before the text, a line with a time now and then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import NumberedLine, Origin
from rmcoach_llm.readers.speakers import spoken
from rmcoach_llm.readers.times import clock_of

NAME = "Google Meet"

TOP = 4
"""A title with a colon looks like a turn, but stands above `Attendees` in the first lines only."""

MOST_TITLES = 2
"""So many lines with a colon above the line that says how it was made are turns, not titles."""

MAX_HEADER = 400
"""A document of Gemini has notes above the transcript."""

_MARK = re.compile(
    r"(?:#{1,6}\s*)?[*(\[]{0,2}(?P<time>(?:[0-9]{1,2}:[0-9]{2}(?=\s?[-–])|[0-9]{1,2}:[0-9]{2}:[0-9]{2}))"
    r"(?:\s?(?:-->|-|–)\s?[0-9]{1,2}(?::[0-9]{2}){1,2})?[*)\]]{0,2}\s*(?:\{#[^{}]*\}\s*)?"
)
_TITLE = re.compile(r"[\W_]{0,10}(?P<title>Attendees|Notes|Transcript)[\W_]{0,10}")
_OWN = re.compile(r"[\W_]{0,10}(?:Attendees|Notes)[\W_]{0,10}")
_ENDED = re.compile(r"[\W_]{0,10}(?:Meeting|Transcription) ended after [0-9:]+")
_ENDED_IN_ANY_LANGUAGE = re.compile(r"[^:\n]{8,80} [0-9]{2}:[0-9]{2}:[0-9]{2}[\W_]{0,10}")
"""Words and how long it took, as in `La transcripción finalizó después de 01:22:22`."""
MOST_BELOW = 2
"""So many lines stand below that one: how the text was made."""
_MADE = re.compile(r"[\W_]{0,10}This editable transcript was computer generated")


def is_meet(lines: Sequence[NumberedLine]) -> bool:
    """Say whether a text is a Meet transcript: by a line that is a time, or by its header.

    A heading `Transcript` alone is everybody's; Meet has `Attendees` or `Notes`, or says how it was made.

    >>> is_meet([(1, "Ada: Hi."), (2, "00:05:00"), (3, "Bo: Hi.")])
    True
    """
    if any(_MARK.fullmatch(line) for _, line in lines):
        return any(spoken(line) for _, line in lines)
    own = any(_OWN.fullmatch(line) or _MADE.match(line) for _, line in lines)
    return own and _header_end(lines) > 0


def meet_cues(lines: Sequence[NumberedLine], origin: Origin) -> Cues:
    """Give a cue for each turn; the first after a time line starts then, the others at no time.

    Header and footer are left out and counted, and what stands between a header and the first
    speaker. Raises InputError for text before the first speaker where there is no header.
    """
    start = _header_end(lines)
    end = _footer(lines, start)
    outside = (*lines[:start], *lines[end:])
    left_out = sum(1 for _, line in outside if line.strip())
    turns: list[tuple[str, float | None, str, list[str]]] = []
    mark: float | None = None
    for number, line in lines[start:end]:
        found = spoken(line)
        if time := _MARK.fullmatch(line):
            mark = clock_of(time["time"])
        elif _is_over(line):
            left_out += 1
        elif found:
            at = mark if found.started_s is None else found.started_s
            turns.append((found.speaker, at, f"line {number}", [found.text]))
            mark = None
        elif turns:
            turns[-1][3].append(line)
        elif start and line.strip():
            left_out += 1
        elif line.strip():
            raise origin.error(
                f"line {number}",
                "text before the first speaker",
                remedy="begin each turn with 'Name: text'",
            )
    cues = [Cue(name, "\n".join(said), at, place=place) for name, at, place, said in turns]
    notes = {"lines_left_out": str(left_out)} if left_out else {}
    return cues, {"shape": NAME, **notes}


def _footer(lines: Sequence[NumberedLine], start: int) -> int:
    """Give the index of the line that says that the talk is over, below the last turn of anybody who speaks twice.

    In other languages than English it is told by the time at its end, and by how little stands below.
    """
    turns = [
        (at, found.speaker)
        for at, (_, line) in enumerate(lines)
        if at >= start and (found := spoken(line))
    ]
    counts = Counter(name for _, name in turns)
    often = [at for at, name in turns if counts[name] > 1] or [at for at, _ in turns[:1]]
    last = max(often, default=len(lines))
    below = [at for at in range(last + 1, len(lines)) if lines[at][1].strip()]
    ended = [
        at for at in below[-MOST_BELOW - 1 :] if _ENDED_IN_ANY_LANGUAGE.fullmatch(lines[at][1])
    ]
    return min([at for at in below if _is_over(lines[at][1])] + ended, default=len(lines))


def _is_over(line: str) -> bool:
    return bool(_ENDED.match(line) or _MADE.match(line))


def _header_end(lines: Sequence[NumberedLine]) -> int:
    """Give the index of the first line after the header.

    It ends with the line `Transcript`, the first time line, or the line that says how it was
    made, if `Attendees` or `Notes` or no turn stands above it; else with the first turn below
    `Attendees`. A talk in which somebody says
    "Transcript" on a line of its own thus loses nothing.
    """
    headed = False
    spoke = 0
    named: int | None = None
    for index, (_, line) in enumerate(lines[:MAX_HEADER]):
        title = _TITLE.fullmatch(line)
        if title and title["title"] != "Transcript":
            headed = headed or not spoke or index < TOP
            named = index if headed and title["title"] == "Attendees" else named
        elif title and (headed or not spoke):
            return index + 1
        elif (_MARK.fullmatch(line) and (headed or not spoke)) or (
            headed and spoke < MOST_TITLES and _MADE.match(line)
        ):
            return index
        spoke += spoken(line) is not None
    turns = (at for at, (_, line) in enumerate(lines) if at > (named or 0) and spoken(line))
    return next(turns, 0) if headed and named is not None else 0
