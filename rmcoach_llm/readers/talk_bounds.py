"""Find where a written talk begins and ends: what people put above it and below it is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rmcoach_llm.readers.speakers import Spoken
from rmcoach_llm.readers.table_columns import plain_heading

HEADER_LINES = 60
"""So many lines at most stand above the first turn."""
MAX_NOTES = 400
"""So many lines of notes may stand above a heading that says that the transcript begins."""
ENOUGH_TURNS = 2

TRANSCRIPT = frozenset(
    (
        *("transcript", "transcription", "fulltranscript", "calltranscript", "meetingtranscript"),
        *("interviewtranscript", "verbatimtranscript", "conversation", "dialogue", "dialog"),
        *("transkript", "transkription", "gesprach", "gesprachsverlauf", "retranscription"),
        *("transcripcion", "trascrizione", "transcriptie", "transcricao", "transkrypcja"),
    )
)
"""Titles that say that the talk begins below, in the spelling of `plain_heading`."""
FACTS = frozenset(
    (
        *("date", "time", "datetime", "starttime", "endtime", "duration", "length", "location"),
        *("place", "title", "subject", "topic", "topics", "participants", "attendees", "speakers"),
        *("present", "callid", "meetingid", "interviewid", "conversationid", "transcriptid"),
        *("sessionid", "recordid", "calltype", "callduration", "calldate", "meetingdate"),
        *(
            "meetingtitle",
            "interviewdate",
            "topicscovered",
            "meetingduration",
            "recording",
            "recordingsource",
            "recordedon",
        ),
        *("recordingdate", "transcribedon", "transcriptgenerated", "generated", "outcome"),
        *("calloutcome", "platform", "locationplatform", "language", "source", "url", "link"),
        *("video", "audio", "transcript", "transcriptlink", "file", "filename", "agenda", "status"),
        *("datum", "uhrzeit", "zeit", "dauer", "ort", "teilnehmer", "teilnehmende", "thema"),
        *("titel", "betreff", "aufnahme", "sprache", "quelle", "duree", "lieu", "participantes"),
        *("fecha", "duracion", "lugar", "durata", "luogo", "partecipanti", "duur", "deelnemers"),
    )
)
"""Words before a colon that state a fact about a talk, and are nobody's name."""

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
MOST_TITLES = 3
_TITLE = re.compile(r"(?=[^a-z\s])\S+(?:\s+\S+){0,11}(?<![.?!…,;:\s])\s*")
"""A line of twelve words at most that begins with no small letter and does not end as a sentence does."""
_LINK = re.compile(r"\s*<?https?://\S+\s*")
_OVER = re.compile(
    r"\W*(?:end of (?:the )?(?:transcript|transcription|recording|call|meeting|interview|file)"
    r"|transcript(?:ion)? ends?|ende (?:des transkripts|der aufnahme)|fin de la (?:transcription|transcripción)"
    r"|transcribed by https?://otter\.ai)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mark:
    """Hold a line that parts sections: a heading that is no speaker, with its title, or a break.

    `text` is what the line is within a turn; None where it is no part of a talk, as in Markdown.
    """

    title: str = ""
    text: str | None = None


Line = Spoken | Mark | str
MarkedLine = tuple[int, Line]


def within_bounds(lines: Sequence[MarkedLine]) -> tuple[list[tuple[int, Spoken | str]], int]:
    """Give the lines of the talk, and how many above and below it were left out.

    Above it are left out: what stands over a heading such as `Transcript`; facts such as `Date:`
    and `Participants:`, and links, with the rest of their paragraph; a title over a blank line;
    text over a break or a heading where nobody has spoken yet. Below it: what stands under a
    heading, or a line such as `End of transcript`, after the last turn of anybody.

    >>> lines = [(1, Spoken("Date", " 5 May")), (2, Spoken("Ada", " Hi.")), (3, Spoken("Bo", ""))]
    >>> kept, left_out = within_bounds(lines)
    >>> [line.speaker for _, line in kept], left_out
    (['Ada', 'Bo'], 1)
    """
    turns = _turns(lines)
    start = _start(lines, _often(turns))
    end = _end(lines, max((at for at, _ in turns), default=0))
    left_out = sum(
        1 for at, (_, line) in enumerate(lines) if not start <= at < end and _filled(line)
    )
    kept = [(number, _in_turn(line)) for number, line in lines[start:end]]
    return [(number, line) for number, line in kept if line is not None], left_out


def is_fact(name: str) -> bool:
    """Say whether words before a colon state a fact about a talk.

    >>> is_fact("Call ID"), is_fact("Transcript (revised)"), is_fact("Interviewer")
    (True, True, False)
    """
    return plain_heading(_BRACKETED.sub("", name)) in FACTS


def text_mark(line: str) -> Mark | None:
    """Give the mark that a line of plain text is: a rule, or the word `Transcript` alone.

    >>> text_mark("=====").title, text_mark("TRANSCRIPT:").title, text_mark("Well, yes.")
    ('', 'TRANSCRIPT', None)
    """
    signs = "".join(line.split())
    if len(signs) >= 3 and len(set(signs)) == 1 and signs[0] in "-=_*":
        return Mark(text=line)
    title = line.strip().strip("#*_:[]-= \t")
    return Mark(title, line) if plain_heading(title) in TRANSCRIPT else None


def _turns(lines: Sequence[MarkedLine]) -> list[tuple[int, str]]:
    """Give the index and the speaker of each line that begins a turn, and states no fact."""
    return [
        (at, line.speaker)
        for at, (_, line) in enumerate(lines)
        if isinstance(line, Spoken) and not is_fact(line.speaker)
    ]


def _often(turns: Sequence[tuple[int, str]]) -> list[int]:
    """Give the indexes of turns by those who speak twice, or of all turns where nobody does."""
    counts = Counter(name for _, name in turns)
    often = [at for at, name in turns if counts[name] >= ENOUGH_TURNS]
    return often or [at for at, _ in turns]


def _start(lines: Sequence[MarkedLine], speech: Sequence[int]) -> int:
    headed = _below_transcript(lines, speech)
    if headed or len(speech) < ENOUGH_TURNS:
        return headed
    first = speech[0]
    facts = [
        at
        for at, (_, line) in enumerate(lines[:first])
        if isinstance(line, Spoken) and (is_fact(line.speaker) or _LINK.fullmatch(line.text))
    ]
    if facts and first <= HEADER_LINES:
        below = range(facts[-1] + 1, first)
        ends = (at for at in below if _parts(lines[at][1]))
        turns = (at for at in below if isinstance(lines[at][1], Spoken))
        return next(ends, next(turns, first))
    return _below_marks(lines) or _below_titles(lines, first)


def _below_transcript(lines: Sequence[MarkedLine], speech: Sequence[int]) -> int:
    """Give the index below a heading that says that the talk begins, or 0.

    In plain text, where a line may be said by somebody, nobody may speak above and below it.
    """
    for at, (_, line) in enumerate(lines[:MAX_NOTES]):
        if not isinstance(line, Mark) or plain_heading(line.title) not in TRANSCRIPT:
            continue
        below = {_name(lines[index]) for index in speech if index > at}
        above = {_name(lines[index]) for index in speech if index < at}
        if below and (line.text is None or not above & below):
            return at + 1
    return 0


def _below_marks(lines: Sequence[MarkedLine]) -> int:
    """Give the index below the last break or heading above the first turn, or 0."""
    found = 0
    for at, (_, line) in enumerate(lines[:HEADER_LINES]):
        if isinstance(line, Spoken):
            return found
        found = at + 1 if isinstance(line, Mark) else found
    return 0


def _below_titles(lines: Sequence[MarkedLine], first: int) -> int:
    """Give the index of the blank line below a title of a few lines, or 0 where there is none."""
    above = [line for _, line in lines[:first]]
    blank = next((at for at, line in enumerate(above) if line == "" and any(above[:at])), 0)
    titles = [line for line in above[:blank] if line != ""]
    below = [line for line in above[blank:] if line != ""]
    titled = all(isinstance(line, str) and _TITLE.fullmatch(line) for line in titles)
    return blank if titled and not below and len(titles) <= MOST_TITLES else 0


def _end(lines: Sequence[MarkedLine], last: int) -> int:
    """Give the index of the first line below the talk."""
    for at in range(last + 1, len(lines)):
        line = lines[at][1]
        if isinstance(line, str) and _OVER.fullmatch(line):
            return at
        if isinstance(line, Mark) and line.title and line.text is None:
            return at
    return len(lines)


def _parts(line: Line) -> bool:
    return isinstance(line, Mark) or (isinstance(line, str) and not line.strip())


def _name(line: MarkedLine) -> str:
    return line[1].speaker if isinstance(line[1], Spoken) else ""


def _filled(line: Line) -> bool:
    return isinstance(line, (Spoken, Mark)) or bool(line.strip())


def _in_turn(line: Line) -> Spoken | str | None:
    return line.text if isinstance(line, Mark) else line
