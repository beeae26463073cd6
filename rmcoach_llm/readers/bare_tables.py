"""Read the rows of a table without headings: a speaker and a text, a time or two before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.speakers import is_name
from rmcoach_llm.readers.table_columns import Row
from rmcoach_llm.readers.times import moment_of

MOST_CELLS = 4


def bare_cues(rows: Sequence[Row]) -> list[Cue] | None:
    """Give the speech of rows without a header, or None where they are not plainly a talk.

    Each row is a speaker and a text, times aside, or a remark in a single cell; the first row's
    speaker comes back, so that it is no header, and there are half as many speakers as rows at most.

    >>> rows = [Row("line 1", ["0:05", "Ada", "Hi."]), Row("line 2", ["0:07", "Bo", "So?"])]
    >>> [cue.speaker for cue in bare_cues([*rows, Row("3", ["0:09", "Ada", "Why?"]), rows[1]]) or []]
    ['Ada', 'Bo', 'Ada', 'Bo']
    """
    cues: list[Cue] = []
    for row in rows:
        filled = [cell for cell in row.cells if cell.strip()]
        cue = bare_cue(row) if len(row.cells) <= MOST_CELLS else None
        if cue and cue.speaker:
            cues.append(cue)
        elif len(filled) > 1:
            return None
    counts = Counter(cue.speaker for cue in cues)
    alike = bool(cues) and counts[cues[0].speaker] > 1 and 2 * len(counts) <= len(cues)
    return cues if alike else None


def bare_cue(row: Row) -> Cue | None:
    """Give the speech in a row of speaker and text; a time has a cell or a line of its own."""
    clocks = [cell for cell in row.cells if _is_clock(cell)]
    cells = [cell for cell in row.cells if not _is_clock(cell)]
    if len(cells) != 2 or not cells[1]:
        return None
    lines = cells[0].split("\n")
    clocks += [line for line in lines if _is_clock(line)]
    name = " ".join(" ".join(line for line in lines if not _is_clock(line)).split()).rstrip(":")
    if name and not is_name(name):
        return None
    times = [moment.seconds for clock in clocks[:2] if (moment := moment_of(clock))]
    started_s, ended_s = [*times, None, None][:2]
    backwards = started_s is not None and ended_s is not None and ended_s < started_s
    return Cue(name or None, cells[1], started_s, None if backwards else ended_s, place=row.place)


def _is_clock(cell: str) -> bool:
    moment = moment_of(cell.strip("[]() "))
    return ":" in cell and moment is not None and not moment.since_1970
