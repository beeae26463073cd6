"""Tell in which shape a text holds a talk, and read the shapes that call tools write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rmcoach_llm.readers.boxed_names import name_in_brackets
from rmcoach_llm.readers.court_text import SILENT, question_or_answer
from rmcoach_llm.readers.cues import Cue, Cues, from_first
from rmcoach_llm.readers.files import WHOLE_FILE, NumberedLine, Origin
from rmcoach_llm.readers.known_speakers import BARE_TIME
from rmcoach_llm.readers.speakers import Spoken, is_long_name, is_name, spoken
from rmcoach_llm.readers.talk_bounds import ENOUGH_TURNS, HEADER_LINES
from rmcoach_llm.readers.times import CLOCK, clock_of

# Runs of spaces are bounded: a line of a million of them must not be tried in each way to split it.
_NAME_AND_TIME = re.compile(
    rf"(?P<name>\S[^:\n]{{0,79}}?)(?:(?: {{2,20}}|[ ]?\t[ \t]{{0,9}})(?P<time>{CLOCK})(?:\s*-\s*{CLOCK})?\s*"
    rf"|\s{{1,9}}(?:\((?P<round>{CLOCK})\)|\[(?P<square>{CLOCK})\])\s{{0,9}}(?::(?P<text>.*))?)"
)
_NAME_AND_BARE_TIME = re.compile(
    rf"(?P<name>[^\s:][^:\n]{{0,79}}?)[ ](?:[-–—|·•@][ ])?(?P<time>{CLOCK})(?: ?(?:-->|-|–) ?{CLOCK})?\s*"
)
_NAME_TIME_TEXT = re.compile(
    rf"(?P<name>\S[^:\n\[\]]{{0,79}}?)[ ]\[(?P<time>{CLOCK})\][ ](?P<text>\S.*)"
)
_FATHOM = re.compile(rf"(?P<at>@?)(?P<time>{CLOCK})\s+[-|]\s+(?P<name>\S.{{0,159}})")
_TIME_AND_NAME = re.compile(
    rf"(?:(?P<bare>{CLOCK})|\[(?P<square>{CLOCK})(?:\s?[-–>]{{1,3}}\s?{CLOCK})?\]"
    rf"|\((?P<round>{CLOCK})(?:\s?[-–>]{{1,3}}\s?{CLOCK})?\))"
    r"\s{1,9}(?:[-–—|]\s)?(?P<name>\S[^:\n]{0,79}?):?\s*"
)
_CAPTION = re.compile(
    r"(?:\[(?P<boxed>[^\[\]\n]{1,80})\]|(?P<name>[^\s:][^:\n]{0,79}?))\s{1,9}"
    r"(?P<time>[0-9]{1,2}:[0-9]{2}:[0-9]{2})(?:\s?(?P<half>[AP])M)?\s*"
)
_MAIL = re.compile(r"\s*\([^()\s]+@[^()\s]+\)\s*$")
# Zoom writes `From` and `to` in the language of the program; a tab before, or somebody to whom, tells them from a name.
_FROM, _TO = r"(?:From|Von|De|Da|Van|Från|Fra|Od|От)", r"(?:to|an|a|à|para|aan|till|til|do|для)"
_CHAT = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?(?P<time>[0-9]{1,2}:[0-9]{2}:[0-9]{2})"
    rf"(?:(?:[ \t]{{1,9}}From|(?:[ ]?\t[ \t]{{0,9}}|[ ](?=[^:]{{3,80}}[ ]{_TO}[ ])){_FROM})[ \t]{{1,9}}(?P<sender>\S[^\n]{{0,79}}?)"
    rf"(?:[ \t]{{1,9}}{_TO}[ \t]{{1,9}}[^:\t]{{1,80}}?[ \t]{{0,9}}|[ \t]{{1,9}}):"
    r"|[ \t][ ]{0,9}(?P<name>[^\t:]{1,80}?)(?:[ ]{2,9}to[ ]{2,9}[^\t:]{1,80}?)?[ ]{0,9}:\t)(?P<text>.*)",
    re.IGNORECASE,
)

RECORDING = re.compile(
    r".{1,120}\b(?:(?:started|stopped) transcription|hat die Transkription (?:gestartet|beendet|angehalten)"
    r"|a (?:démarré|lancé|arrêté) la transcription|(?:inició|detuvo) la transcripción)\.?\s*"
)
"""What Teams writes where recording begins and ends, in some languages."""


@dataclass(frozen=True)
class Shape:
    """Hold how a call tool writes a talk: what begins a turn, what is no talk."""

    name: str
    begins: Callable[[str], Spoken | None]
    header: re.Pattern[str] | None = None
    """A line that shows that all above the first turn is a header."""
    silent: re.Pattern[str] | None = None
    """Lines that are no talk, wherever they stand; they are counted."""
    cut: re.Pattern[str] | None = None
    """What is no talk at the start of a line of which the rest is."""
    clock: re.Pattern[str] | None = None
    """A line that shows that times are those of the day, not of the call."""
    common: bool = False
    """Whether other texts may have such a line: then one alone, or fewer than begin with `Name:`, do
    not make the shape."""

    def first_turn(self, lines: Sequence[NumberedLine]) -> int | None:
        """Give the index of the first turn, if only a header of this shape is above it.

        A title, a date and the like are a header, too, where two lines or more, and more than
        begin with `Name:`, begin a turn in this shape.
        """
        first = None if self.common else self._first_below_header(lines)
        if first is not None:
            return first
        if not any(self.begins(line) for _, line in lines[: HEADER_LINES + 1]):
            return None  # a long text is not searched for each shape
        turns = [index for index, (_, line) in enumerate(lines) if self.begins(line)]
        if len(turns) < ENOUGH_TURNS:
            return None
        named = sum(1 for _, line in lines if spoken(line) and not self.begins(line))
        return turns[0] if named < len(turns) else None

    def _first_below_header(self, lines: Sequence[NumberedLine]) -> int | None:
        known = False
        for index, (_, line) in enumerate(lines[:HEADER_LINES]):
            if self.begins(line):
                return (
                    index if known or not any(text.strip() for _, text in lines[:index]) else None
                )
            known = known or (self.header is not None and self.header.match(line) is not None)
        return None


def shape_of(lines: Sequence[NumberedLine]) -> Shape | None:
    """Give the shape in which the first turn of a text is written, or None for `Name: text`.

    A shape is taken if nothing but a header stands above its first turn.

    >>> shape = shape_of([(1, "Ada Roy  0:12"), (2, "What hurts?")])
    >>> shape.name if shape else None
    'name and time'
    """
    return next((shape for shape in SHAPES if shape.first_turn(lines) is not None), None)


def cues_of_shape(lines: Sequence[NumberedLine], shape: Shape, origin: Origin) -> Cues:
    """Give a cue for each turn in a shape, and notes on lines that were left out.

    Raises InputError where no turn begins.
    """
    first = shape.first_turn(lines)
    if first is None:
        raise origin.error(WHOLE_FILE, f"holds no turn in the shape '{shape.name}'")
    left_out = sum(1 for _, line in lines[:first] if line.strip())
    turns: list[tuple[int, Spoken, list[str]]] = []
    for number, line in lines[first:]:
        begun = shape.begins(line)
        if begun is not None:
            silent = _is_silent(begun.text, shape)
            left_out += silent
            turns.append((number, begun, ["" if silent else begun.text]))
        elif cut := shape.cut and shape.cut.match(line):
            left_out += 1
            turns[-1][2].append(line[cut.end() :])
        elif _is_silent(line, shape):
            left_out += 1
        else:
            turns[-1][2].append(line)
    cues = [
        Cue(begun.speaker, "\n".join(texts), begun.started_s, place=f"line {number}")
        for number, begun, texts in turns
    ]
    notes = {"lines_left_out": str(left_out)} if left_out else {}
    if shape.clock is not None and any(shape.clock.match(line) for _, line in lines):
        cues, times = from_first(cues)
        notes |= times
    return cues, {"shape": shape.name, **notes}


def _is_silent(line: str, shape: Shape) -> bool:
    return shape.silent is not None and shape.silent.match(line) is not None


def _name_and_time(line: str) -> Spoken | None:
    match = _NAME_AND_TIME.fullmatch(line)
    if match is None or not (is_name(match["name"]) or is_long_name(match["name"])):
        return None
    time = match["time"] or match["round"] or match["square"]
    if not match["time"] and match["text"] is None and not is_long_name(match["name"]):
        return None
    return Spoken(match["name"].strip(), match["text"] or "", clock_of(time))


def _name_and_bare_time(line: str) -> Spoken | None:
    match = _NAME_AND_BARE_TIME.fullmatch(line)
    if match is None or not is_long_name(match["name"]):
        return None
    return Spoken(match["name"], "", clock_of(match["time"]))


def _name_time_text(line: str) -> Spoken | None:
    match = _NAME_TIME_TEXT.fullmatch(line)
    if match is None or not is_long_name(match["name"]):
        return None
    return Spoken(match["name"], match["text"], clock_of(match["time"]))


def _time_and_name(line: str) -> Spoken | None:
    match = _TIME_AND_NAME.fullmatch(line)
    if match is None or not is_long_name(match["name"]):
        return None
    return Spoken(match["name"], "", clock_of(match["bare"] or match["square"] or match["round"]))


def _caption(line: str) -> Spoken | None:
    """Read the line above a caption that Zoom saved: a name and the time of the day."""
    match = _CAPTION.fullmatch(line)
    if match is None or not (match["boxed"] or match["half"]):
        return None
    name = match["boxed"] or match["name"]
    seconds = clock_of(match["time"])
    if seconds is None or not (is_name(name) or is_long_name(name)):
        return None
    if match["half"]:
        seconds = seconds % 43_200 + (43_200 if match["half"] == "P" else 0)
    return Spoken(name, "", seconds)


def _fathom(line: str) -> Spoken | None:
    match = _FATHOM.fullmatch(line.rstrip())
    name = _MAIL.sub("", match["name"]) if match else ""
    if match is None or not (match["at"] or is_long_name(name)):
        return None
    return Spoken(name, "", clock_of(match["time"])) if name else None


def _chat(line: str) -> Spoken | None:
    match = _CHAT.fullmatch(line)
    if match is None:
        return None
    name = (match["sender"] or match["name"]).strip()
    return Spoken(name, match["text"], clock_of(match["time"])) if name else None


SHAPES = (
    Shape(
        "Zoom chat",
        _chat,
        silent=re.compile(r"\s*(?:Replying to|Reacted to|Removed a \S+ reaction from) \""),
        clock=re.compile(rf"[-0-9: ]+[ \t]+{_FROM}[ \t]", re.IGNORECASE),
    ),
    Shape(
        "Fathom",
        _fathom,
        header=re.compile(r"VIEW RECORDING\b|---+\s*$"),
        silent=re.compile(r"\s*(?:ACTION ITEM|SCREEN SHARING):|---+\s*$"),
        cut=re.compile(
            r"\s*(?:(?:ACTION ITEM|SCREEN SHARING): .{0,2000}?)?\s?- WATCH(?:: https?://\S+)?(?:\s+|$)"
        ),
    ),
    Shape(
        "name and time",
        _name_and_time,
        header=re.compile(r"(?:SUMMARY KEYWORDS|SPEAKERS)\s*$"),
        silent=re.compile(
            rf"Transcribed by https?://otter\.ai\b|{RECORDING.pattern}$|{BARE_TIME.pattern}$"
        ),
    ),
    Shape("Zoom captions", _caption, clock=re.compile(""), common=True),
    Shape("name and time after one space", _name_and_bare_time),
    Shape("time and name", _time_and_name, common=True),
    Shape("name, time and text", _name_time_text, common=True),
    Shape(
        "name in brackets", name_in_brackets, clock=re.compile(r"\[[0-9:]{4,8}\] <"), common=True
    ),
    Shape("questions and answers", question_or_answer, silent=SILENT, common=True),
)
