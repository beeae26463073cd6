"""Read the text of a Google Meet transcript: names before the text, a line with a time now and then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.speakers import spoken
from rmcoach_llm.readers.text_shapes import Cues, NumberedLine
from rmcoach_llm.readers.times import clock_of

NAME = "Google Meet"

TOP = 4
"""A title with a colon looks like a turn, but stands above `Attendees` in the first lines only."""

MAX_HEADER = 400
"""A document of Gemini has notes above the transcript."""

_MARK = re.compile(
    r"(?:#{1,6}\s*)?[*(\[]{0,2}(?P<time>(?:[0-9]{1,2}:[0-9]{2}(?=\s?[-–])|[0-9]{1,2}:[0-9]{2}:[0-9]{2}))"
    r"(?:\s?(?:-->|-|–)\s?[0-9]{1,2}(?::[0-9]{2}){1,2})?[*)\]]{0,2}\s*(?:\{#[^{}]*\}\s*)?"
)
_TITLE = re.compile(r"[\W_]{0,10}(?P<title>Attendees|Notes|Transcript)[\W_]{0,10}")
_ENDED = re.compile(r"[\W_]{0,10}(?:Meeting|Transcription) ended after [0-9:]+")
_MADE = re.compile(r"[\W_]{0,10}This editable transcript was computer generated")


def is_meet(lines: Sequence[NumberedLine]) -> bool:
    """Say whether a text is a Meet transcript: by a line that is a time, or by its header.

    >>> is_meet([(1, "Ada: Hi."), (2, "00:05:00"), (3, "Bo: Hi.")])
    True
    """
    return any(_MARK.fullmatch(line) for _, line in lines) or _header_end(lines) > 0


def meet_cues(lines: Sequence[NumberedLine], origin: Origin) -> Cues:
    """Give a cue for each turn; the first after a time line starts then, the others at no time.

    Header and footer are left out and counted, and what stands between a header and the first
    speaker. Raises InputError for text before the first speaker where there is no header.
    """
    start = _header_end(lines)
    left_out = sum(1 for _, line in lines[:start] if line.strip())
    turns: list[tuple[str, float | None, str, list[str]]] = []
    mark: float | None = None
    for number, line in lines[start:]:
        found = spoken(line)
        if time := _MARK.fullmatch(line):
            mark = clock_of(time["time"])
        elif _ENDED.match(line) or _MADE.match(line):
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


def _header_end(lines: Sequence[NumberedLine]) -> int:
    """Give the index of the first line after the header.

    It ends with the line `Transcript`, the first time line, or the line that says how it was
    made, if `Attendees` or `Notes` or no turn stands above it. A talk in which somebody says
    "Transcript" on a line of its own thus loses nothing.
    """
    headed = spoke = False
    for index, (_, line) in enumerate(lines[:MAX_HEADER]):
        title = _TITLE.fullmatch(line)
        if title and title["title"] != "Transcript":
            headed = headed or not spoke or index < TOP
        elif title and (headed or not spoke):
            return index + 1
        elif (_MARK.fullmatch(line) and (headed or not spoke)) or (headed and _MADE.match(line)):
            return index
        spoke = spoke or spoken(line) is not None
    return 0
