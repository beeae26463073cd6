"""Look at lines again once the speakers are known: a name and a time without a colon, a name without words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rmcoach_llm.readers.speakers import Spoken
from rmcoach_llm.readers.times import clock_of

NamedLine = tuple[int, Spoken | str]

ENOUGH = 2
"""So many turns with a name and a time on a line of their own make it the way of a text."""

_NAME_AND_TIME = re.compile(
    r"(?P<name>\S[^:\n]{0,59}?) {1,4}(?P<time>(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2})\s*"
)

BARE_TIME = re.compile(
    r"\s{0,9}(?:\((?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2}\)|\[(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2}\]):?\s*"
)


def with_lost_colons(lines: Sequence[NamedLine]) -> list[NamedLine]:
    """Give lines in which `Ada 00:12`, alone on a line, begins a turn, too, where others have `Ada: 00:12`.

    It must be the name of a speaker; the time is left out where an earlier one is later.

    >>> lines = [(1, Spoken("Ada", "", 5.0)), (2, "Hi."), (3, Spoken("Bo", "", 9.0)), (4, "Ada 0:12")]
    >>> with_lost_colons(lines)[-1]
    (4, Spoken(speaker='Ada', text='', started_s=12.0))
    """
    headers = [line for _, line in lines if isinstance(line, Spoken) and _is_header(line)]
    names = {line.speaker for line in headers}
    if len(headers) < ENOUGH:
        return list(lines)
    found: list[NamedLine] = []
    latest = 0.0
    for number, line in lines:
        match = _NAME_AND_TIME.fullmatch(line) if isinstance(line, str) else None
        said = line
        if match and match["name"] in names:
            at = clock_of(match["time"])
            said = Spoken(match["name"], "", at if at is not None and at >= latest else None)
        if isinstance(said, Spoken):
            latest = max(latest, said.started_s or 0.0)
        found.append((number, said))
    return found


def without_bare_times(lines: Sequence[NamedLine]) -> tuple[list[NamedLine], int]:
    """Leave out lines that are a time in brackets alone, where turns have times; count them.

    Where somebody speaks for long, each paragraph begins so: `(00:01:22):`.

    >>> ada, bo = Spoken("Ada", "Hi.", 5.0), Spoken("Bo", "Hi.", 9.0)
    >>> without_bare_times([(1, ada), (2, bo), (3, "(00:12):"), (4, "Fine.")])[0][2:]
    [(4, 'Fine.')]
    """
    timed = sum(isinstance(line, Spoken) and line.started_s is not None for _, line in lines)
    if timed < ENOUGH:
        return list(lines), 0
    kept = [(n, line) for n, line in lines if isinstance(line, Spoken) or not is_bare_time(line)]
    return kept, len(lines) - len(kept)


def is_bare_time(line: str) -> bool:
    """Say whether a line is a time in brackets and nothing else.

    >>> is_bare_time("(00:01:22):"), is_bare_time("[1:22]"), is_bare_time("1:22")
    (True, True, False)
    """
    return BARE_TIME.fullmatch(line) is not None


def without_silent(lines: Sequence[NamedLine]) -> tuple[list[NamedLine], list[str]]:
    """Leave out the turns of those who say no word in the whole talk, and give their names.

    A break of a recording is written so: `Break: [20:13]`. Where nobody says a word, all stay.

    >>> kept, names = without_silent([(1, Spoken("Ada", "Hi.")), (2, Spoken("Break", "", 12.0)), (3, "")])
    >>> [line.speaker for _, line in kept if isinstance(line, Spoken)], names
    (['Ada'], ['Break'])
    """
    named: dict[str, None] = {}
    spoke: set[str] = set()
    current = ""
    for _, line in lines:
        if isinstance(line, Spoken):
            current = line.speaker
            named[current] = None
        if (line.text if isinstance(line, Spoken) else line).strip():
            spoke.add(current)
    silent = [name for name in named if name not in spoke]
    if not silent or len(silent) == len(named):
        return list(lines), []
    kept: list[NamedLine] = []
    dropped = False
    for number, line in lines:
        if isinstance(line, Spoken):
            dropped = line.speaker in silent
        if not dropped:
            kept.append((number, line))
    return kept, silent


def _is_header(line: Spoken) -> bool:
    return line.started_s is not None and not line.text.strip()
