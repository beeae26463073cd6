"""Find who speaks where a name stands in brackets with a time, or in the angles of a chat."""

from __future__ import annotations

import re

from rmcoach_llm.readers.speakers import Spoken, is_long_name, is_name
from rmcoach_llm.readers.times import CLOCK, clock_of

_TO = rf"(?: ?(?:-->|->|-|–) ?{CLOCK})?"
_SIGN = r"(?:, ?| ?\| ?| [-–—] )"
_NAME = r"(?P<name>[^\s\[\]<>,|:][^\[\]<>|:\n]{0,78}?)"
_REST = r"\]:?(?:[ \t]+(?P<text>\S.*)|[ \t]*)"
_SOUNDS = frozenset(
    (
        *(
            "applause",
            "background",
            "beep",
            "blank",
            "break",
            "chuckles",
            "cough",
            "crosstalk",
            "foreign",
        ),
        *(
            "inaudible",
            "indiscernible",
            "laughs",
            "laughter",
            "music",
            "noise",
            "overlapping",
            "pause",
        ),
        *("phonetic", "redacted", "silence", "sound", "static", "unclear", "unintelligible"),
    )
)
"""What stands in brackets with a time, too, and is nobody: the first word of it."""
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\[{_NAME}{_SIGN}(?P<time>{CLOCK}){_TO}(?:, [0-9]{{1,6}} words?)?{_REST}",
        rf"\[(?P<time>{CLOCK}){_TO}{_SIGN}{_NAME}{_REST}",
        rf"\[{_NAME}\][ \t]{{0,4}}\[(?P<time>{CLOCK}){_TO}{_REST}",
        rf"\[{_NAME} (?P<time>{CLOCK}){_TO}{_REST}",
    )
)
_ANGLES = re.compile(
    r"(?:\[(?P<time>[0-9]{1,2}:[0-9]{2}(?P<second>:[0-9]{2})?)\] )?<(?P<name>[^\s<>/][^<>/\n]{0,58})> (?P<text>\S.*)"
)


def name_in_brackets(line: str) -> Spoken | None:
    """Give who begins to speak in `[Ada, 0:12] text`, `[Ada 0:12]`, `[0:12 | Ada]`, `[Ada] [0:12]`, `<Ada> text`.

    >>> name_in_brackets("[Speaker 1, 0:08-0:38, 47 words]: Hello.")
    Spoken(speaker='Speaker 1', text='Hello.', started_s=8.0)
    >>> [name_in_brackets(f"[{who}] and so on") for who in ("inaudible, 0:12", "Crosstalk 0:12")]
    [None, None]
    """
    if line[:1] not in ("[", "<"):
        return None
    named, time = False, None
    if match := next((found for form in _FORMS if (found := form.fullmatch(line))), None):
        named = is_long_name(match["name"]) and not _is_sound(match["name"])
        time = match["time"]
    elif (match := _ANGLES.fullmatch(line)) and "</" not in line:
        named = is_name(match["name"])
        time = match["time"] and (match["time"] if match["second"] else f"{match['time']}:00")
    if match is None or not named:
        return None
    return Spoken(match["name"].strip(), match["text"] or "", clock_of(time) if time else None)


def _is_sound(name: str) -> bool:
    return name.split(maxsplit=1)[0].casefold() in _SOUNDS
