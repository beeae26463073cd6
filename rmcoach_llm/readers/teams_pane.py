"""Read a transcript copied from the pane of Teams or Stream: `Ada Roy 1 minute 5 seconds`, the text below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.speakers import is_name

NAME = "Teams pane"
ENOUGH_TURNS = 2
TOP = 400
"""So many lines are looked at to tell the shape."""

_UNITS = (
    r"hours?|Stunden?|heures?|horas?|or[ae]|uur|godzin\w*",
    r"minutes?|Minuten?|minutos?|minut[oi]|minuut|minut\w*",
    r"seconds?|Sekunden?|secondes?|segundos?|second[oi]|seconden|sekund\w*",
)
_SPAN = "".join(
    rf"(?:(?P<{part}>[0-9]{{1,3}}) (?:{unit})(?:,? |(?=[0-9])|$))?"
    for part, unit in zip("hms", _UNITS, strict=True)
)
_MARK = re.compile(rf"{_SPAN}(?P<clock>(?:[0-9]{{1,3}}:)?[0-9]{{1,3}}:[0-9]{{2}})", re.IGNORECASE)
_BEGIN = re.compile(rf"(?P<name>\S.{{0,79}}?) {_SPAN}", re.IGNORECASE)
_SILENT = re.compile(
    r".{0,80}\b(?:started|stopped) transcription|AI-generated content may be incorrect"
    r"|_{3,}|!\[[^\]]*\]\([^()]*\)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[^\W\d_]{1,3}")


@dataclass(frozen=True)
class _Begin:
    """Hold the line that begins a turn: its index, who speaks, and from when, in seconds."""

    at: int
    name: str
    started_s: float


def is_teams_pane(lines: Sequence[NumberedLine]) -> bool:
    """Say whether a text was copied from the pane of Teams: a time in words and digits, and a name with it.

    >>> said = ["Ada", "0 minutes 3 seconds0:03", "Ada 0 minutes 3 seconds", "Hi."]
    >>> is_teams_pane(list(enumerate(said + said, 1)))
    True
    """
    return len(_begins(_filled(lines[:TOP]))) >= ENOUGH_TURNS


def teams_pane_cues(lines: Sequence[NumberedLine]) -> Cues:
    """Give a cue for each paragraph; what the pane shows around it is left out and counted.

    That is the name and the time above a turn, the initials of a picture, who started the
    transcription, and all above the first turn.
    """
    lines = _filled(lines)
    begins = _begins(lines)
    cues: list[Cue] = []
    for begin, end in zip(begins, [*(begin.at for begin in begins[1:]), len(lines)], strict=True):
        said = "\n".join(_said(lines[begin.at + 1 : end]))
        cues.append(Cue(begin.name, said, begin.started_s, place=f"line {lines[begin.at][0]}"))
    kept = sum(cue.text.count("\n") + 1 for cue in cues if cue.text)
    left_out = len(lines) - len(begins) - kept
    return cues, {"shape": NAME, **({"lines_left_out": str(left_out)} if left_out else {})}


def _begins(lines: Sequence[NumberedLine]) -> list[_Begin]:
    """Give the lines that begin a turn: by those who have the time in digits above one of them."""
    found = [begin for at, (_, line) in enumerate(lines) if (begin := _begin(at, line))]
    names = {begin.name for begin in found if begin.at and _MARK.fullmatch(lines[begin.at - 1][1])}
    return [begin for begin in found if begin.name in names]


def _begin(at: int, line: str) -> _Begin | None:
    match = _BEGIN.fullmatch(line)
    if match is None or not any(match.group(*"hms")) or not is_name(match["name"]):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.group(*"hms"))
    return _Begin(at, match["name"], hours * 3600.0 + minutes * 60 + seconds)


def _said(lines: Sequence[NumberedLine]) -> Iterator[str]:
    """Give what was said, without what the pane shows above the next turn."""
    texts = [line for _, line in lines]
    if texts and _MARK.fullmatch(texts[-1]):
        name = texts[-2] if len(texts) > 1 else ""
        texts = texts[:-2]
        if texts and _is_initials(texts[-1], name):
            texts.pop()
    for at, text in enumerate(texts):
        above_silent = at + 1 < len(texts) and texts[at + 1] in (
            "started transcription",
            "stopped transcription",
        )
        if not (_SILENT.fullmatch(text) or above_silent):
            yield text


def _is_initials(text: str, name: str) -> bool:
    first = {word[0].casefold() for word in re.findall(r"[^\W\d_]+", name)}
    return bool(_INITIALS.fullmatch(text)) and {char.casefold() for char in text} <= first


def _filled(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    return [(number, line.strip()) for number, line in lines if line.strip()]
