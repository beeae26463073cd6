"""Find the speaker at the start of a line: `Name: text` or `**Name:** text`, perhaps after a time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rmcoach_llm.domain import is_control
from rmcoach_llm.readers.files import Origin, visible
from rmcoach_llm.readers.name_forms import MAX_WORDS, is_title
from rmcoach_llm.readers.times import CLOCK, clock_of

MAX_NAME_LENGTH = 60
MAX_NAME_WORDS = 5

_TIME = re.compile(
    rf"(?P<open>[\[(]?)(?P<time>{CLOCK})(?P<end>(?: ?(?P<sign>-->|-|–) ?){CLOCK})?(?P<close>[\])]?)"
)
_BOXED = re.compile(r"\[(?P<name>[^\[\]:\n]{1,60})\](?P<colon>:?)(?P<text>\s.*|)", re.DOTALL)
_NAME_AND_TIME = re.compile(
    rf"(?P<name>[^:\[\]@\n]{{1,60}}?)(?:[ ]?[\[(](?P<time>{CLOCK})(?: ?(?:-->|-|–) ?{CLOCK})?[\])]"
    rf"|[ ]@[ ]?(?P<at>{CLOCK}))[ ]?:(?P<text>.*)",
    re.DOTALL,
)
_COLON_SOON = re.compile(rf"(?:[\[(]{CLOCK}[\])] ?)?:")
_LONG_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?")
_DASH = re.compile(r"[-–—|]\s+")
_BRACKETS = ("", "[]", "()")
BOLD = ("**", "__")
EMPHASIS = (*BOLD, "*", "_")
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
    times and paths (`https://..`, `12:30`, `C:\\..`) are no speakers. A name may be bold, or in square brackets, which need
    no colon after a time; a time, or two with a dash or arrow, may stand before the name, one in
    brackets behind it, or after the colon, where `hh:mm:ss` alone needs no brackets.

    >>> spoken("[01:02] Dana: Eleven days.")
    Spoken(speaker='Dana', text=' Eleven days.', started_s=62.0)
    >>> spoken("https://example.org") is None
    True
    """
    if line[:1].isspace():
        return None
    started_s, rest = split_time(line)
    if started_s is not None:
        rest = _DASH.sub("", rest, count=1) if _DASH.match(rest) else rest
    found = _boxed_name(rest, timed=started_s is not None) or (
        emphasised_name(rest) if rest.startswith(BOLD) else split_name(rest)
    )
    return found and timed(found, started_s)


def timed(said: Spoken, before: float | None) -> Spoken:
    """Give a turn with the time that stands before it, or else in it, or else begins its text.

    >>> timed(Spoken("Ada", " [00:05] Why?"), None)
    Spoken(speaker='Ada', text='Why?', started_s=5.0)
    """
    text = said.text.strip()
    if before is not None:
        return replace(said, started_s=before)
    alone = _LONG_CLOCK.fullmatch(text) is not None
    if said.started_s is not None or not (text.startswith(("[", "(")) or alone):
        return said
    started_s, rest = split_time(f"[{text}]" if alone else text)
    return said if started_s is None else replace(said, text=rest, started_s=started_s)


def split_time(line: str) -> tuple[float | None, str]:
    """Split a leading time off: `[00:12]`, `(00:01:02)` or `00:12 `; gives seconds and the rest.

    Of two times, in brackets or with an arrow between, the first counts.

    >>> split_time("(01:00:05.5) Dana: hi")
    (3605.5, 'Dana: hi')
    >>> split_time("12:75 hi")
    (None, '12:75 hi')
    """
    match = _TIME.match(line)
    if match is None:
        return None, line
    opening, closing = match["open"], match["close"]
    seconds = clock_of(match["time"])
    rest = line[match.end() :]
    parted = opening + closing in _BRACKETS and (closing or rest[:1].isspace())
    if match["end"] and not closing and match["sign"] != "-->":
        return None, line
    if seconds is None or not parted:
        return None, line
    return seconds, rest.lstrip()


def split_name(line: str) -> Spoken | None:
    """Split `Name: text` at its first colon, `Name (0:12): text`, `Name @ 0:12: text`; None where that is no name."""
    colon = line.find(":", 0, MAX_NAME_LENGTH + 1)
    if colon < 0:
        return None
    name, text = line[:colon].strip(" "), line[colon + 1 :]
    if is_name(name) and not _goes_on(name, text):
        return Spoken(name, text)
    match = _NAME_AND_TIME.fullmatch(line)
    started_s = clock_of(match["time"] or match["at"]) if match else None
    if match is None or started_s is None:
        return None
    if not (is_name(match["name"]) or is_long_name(match["name"])):
        return None
    return Spoken(match["name"].strip(" "), match["text"], started_s)


def emphasised_name(line: str) -> Spoken | None:
    """Split `**Name:** text`, `**Name**: text`, `**[0:12] Name:** text`; None where that is no name.

    >>> emphasised_name("**[0:12] Ada:** What hurts?")
    Spoken(speaker='Ada', text='  What hurts?', started_s=12.0)
    """
    mark = next((mark for mark in EMPHASIS if line.startswith(mark)), "")
    inner, closed, after = line[len(mark) :].partition(mark) if mark else (line, "", "")
    after = f" {after}" if inner.endswith(":") else after.lstrip(" ")
    if not closed or not (inner.endswith(":") or _COLON_SOON.match(after)):
        return None
    started_s, rest = split_time(inner)
    found = split_name(rest + after)
    return found and (found if started_s is None else replace(found, started_s=started_s))


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


def is_long_name(name: str) -> bool:
    """Say whether words are a name with a firm or a department, as directories write them.

    >>> is_long_name("Sir Ada Maria van Roy, PhD (Acme)"), is_long_name("so the point is this")
    (True, False)
    """
    words = [word for word in name.split() if any(char.isalnum() for char in word)]
    lettered = [word for word in words if any(char.isalpha() for char in word)]
    named = bool(lettered) and all(map(is_name, lettered))
    return named and len(words) <= MAX_WORDS and is_title(name)


def refuse_steering(name: str, place: str, origin: Origin) -> None:
    """Raise InputError for a speaker's name that holds a control character."""
    char = next(filter(is_control, name), None)
    if char is not None:
        raise origin.error(
            place,
            f"the speaker name '{visible(name, limit=80)}' holds the control character "
            f"U+{ord(char):04X}",
            remedy="write the name without it, or indent the line if it begins no turn",
        )


def _boxed_name(line: str, *, timed: bool) -> Spoken | None:
    """Split `[Name]: text`, or `[Name] text` behind a time, as recognisers of speech write it."""
    match = _BOXED.fullmatch(line)
    if match is None or not (match["colon"] or timed) or not is_name(match["name"]):
        return None
    return Spoken(match["name"].strip(), match["text"])


def _goes_on(name: str, text: str) -> bool:
    return text.startswith(("//", "\\", ":")) or (name[-1].isdigit() and text[:1].isdigit())
