"""Turn the rows of a table into talks: one for each conversation, a row being a piece of speech."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, pairwise
from typing import get_args

from rmcoach_llm.domain import FrozenMap, Role, Transcript, is_control
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.bare_tables import bare_cues
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.files import MAX_ID_LENGTH, WHOLE_FILE, Origin, visible
from rmcoach_llm.readers.roles import composed
from rmcoach_llm.readers.table_cells import holds_talks, talks_in_cells
from rmcoach_llm.readers.table_columns import (
    HEADER_ROWS,
    WORDS,
    Columns,
    Row,
    columns_of,
    header_of,
    is_header,
    plain_heading,
    talk_columns_of,
)
from rmcoach_llm.readers.time_units import in_likely_unit
from rmcoach_llm.readers.times import Moment, moment_of

ROLES: tuple[Role, ...] = get_args(Role)
MAX_CELL = 100_000
"""A cell has at most so many characters; one of a spreadsheet holds 32,767."""
MOST_PROBLEMS = 100
"""So many rows of a file are reported one by one."""
ENOUGH_TO_NUMBER = 3


@dataclass
class _Talk:
    """Hold the rows of a conversation."""

    id: str
    rows: list[Row] = field(default_factory=list)


def talks_of_rows(
    rows: Iterable[Row],
    origin: Origin,
    options: ReadOptions,
    *,
    even: bool = True,
    notes: Mapping[str, str] = FrozenMap(),
) -> Iterator[Transcript | InputError]:
    """Yield the rows that cannot be read as InputErrors, then the talk of each conversation.

    Columns are found by their headings. Rows with one id are one conversation, in their order; a
    row without id goes on with the conversation above it. Where each of three or more rows has its
    own `id`, this numbers the rows, and they are one conversation. Where no column says who speaks,
    and cells of `Name: text` lines stand in one, each row is a talk. With `even`, each row must have
    as many cells as the header. The metadata says what was taken for what. Raises InputError where
    no header or no row is found, and for a cell of more than 100,000 characters.

    >>> rows = [Row("line 1", ["role", "text"]), Row("line 2", ["trainee", "What hurts?"])]
    >>> (talk,) = talks_of_rows(rows, Origin("a.csv"), ReadOptions())
    >>> talk.id, talk.turns[0].speaker
    ('a.csv', 'Trainee')
    """
    filled: Iterator[Row] = (row for row in rows if any(cell.strip() for cell in row.cells))
    first = list(islice(filled, HEADER_ROWS))
    if not first:
        raise origin.error(WHOLE_FILE, "is empty", remedy="leave it out, or fill it")
    whole = _header_of_talks(first)
    if even and not any(map(is_header, first)):
        rest = list(filled)
        cues = bare_cues([*first, *rest])
        if cues:
            for row in rest:
                refuse_long_cells(row, origin)
            left_out = len(first) + len(rest) - len(cues)
            notes = {**notes, "shape": "table without headings"}
            notes |= {"rows_left_out": str(left_out)} if left_out else {}
            yield transcript_of_cues(cues, origin, options, origin.identity(), metadata=notes)
            return
        filled = iter(rest)
    index, columns = whole or header_of(first, origin)
    _refuse_counts(first[index + 1 :], columns, origin)
    notes = {**notes, **columns.notes()} | ({"rows_above_header": str(index)} if index else {})
    good, bad = _sorted(chain(first[index + 1 :], filled), columns, origin, even=even)
    if not good and not bad:
        raise origin.error(
            WHOLE_FILE, "holds a header and no rows", remedy="leave it out, or export it again"
        )
    yield from _reported(bad, origin)
    if whole:
        yield from talks_in_cells(good, columns, origin, options, notes)
        return
    talks, more = _conversations(good, columns, origin)
    notes |= more | ({"rows_left_out": str(len(bad))} if bad else {})
    for talk in talks:
        try:
            yield _transcript(talk, columns, origin, options, notes)
        except InputError as error:
            yield _named(error, talk, talks)


def _refuse_counts(rows: Sequence[Row], columns: Columns, origin: Origin) -> None:
    """Raise InputError where the column `words` holds how many there were, not what was said."""
    at = columns.at.get("text")
    if at is None or plain_heading(columns.headings[at]) != WORDS:
        return
    cells = [cell for row in rows if (cell := columns.cell(row, "text"))]
    if cells and all(cell.isdecimal() for cell in cells):
        raise origin.error(
            rows[0].place,
            f"the column '{columns.headings[at]}' holds numbers, not what is said",
            remedy="export the table with the text of each turn",
        )


def _header_of_talks(rows: Sequence[Row]) -> tuple[int, Columns] | None:
    """Give the index of a header whose rows hold a talk each, and its columns."""
    if any(map(columns_of, rows)):
        return None
    for index, row in enumerate(rows):
        columns = talk_columns_of(row)
        if columns and holds_talks(rows[index + 1 :], columns):
            return index, columns
    return None


def _sorted(
    rows: Iterable[Row], columns: Columns, origin: Origin, *, even: bool
) -> tuple[list[Row], list[InputError]]:
    """Part the rows that have the columns of the header from those that do not."""
    good: list[Row] = []
    bad: list[InputError] = []
    for row in rows:
        refuse_long_cells(row, origin)
        spare = any(cell.strip() for cell in row.cells[columns.width :])
        if even and (spare or len(row.cells) < columns.width):
            found = f"{len(row.cells)} columns, the header has {columns.width}"
            remedy = "put text that holds the separator in quotes, or fill the row"
            bad.append(origin.error(row.place, found, remedy=remedy))
        else:
            good.append(row)
    return good, bad


def refuse_long_cells(row: Row, origin: Origin) -> None:
    """Raise InputError where a cell is longer than any speech is."""
    longest = max(map(len, row.cells), default=0)
    if longest > MAX_CELL:
        raise origin.error(
            row.place,
            f"a cell is too long: {longest:,} characters, at most {MAX_CELL:,}",
            remedy="break it into several rows",
        )


def _reported(bad: Sequence[InputError], origin: Origin) -> Iterator[InputError]:
    yield from bad[:MOST_PROBLEMS]
    if len(bad) > MOST_PROBLEMS:
        yield origin.error(
            bad[MOST_PROBLEMS].place, f"{len(bad) - MOST_PROBLEMS:,} more rows like those above"
        )


def _conversations(
    rows: Sequence[Row], columns: Columns, origin: Origin
) -> tuple[list[_Talk], dict[str, str]]:
    ids = [composed(columns.cell(row, "id")) for row in rows]
    named = [name for name in ids if name]
    numbers_rows = (
        "id" in columns.at
        and columns.headings[columns.at["id"]].casefold() == "id"
        and len(rows) >= ENOUGH_TO_NUMBER
        and len(set(named)) == len(rows)
    )
    if numbers_rows or not named:
        notes = {"id_column": "numbers the rows: one conversation"} if numbers_rows else {}
        return ([_Talk(origin.identity(), list(rows))] if rows else []), notes
    talks: dict[str, _Talk] = {}
    before, without = named[0], 0
    for name, row in zip(ids, rows, strict=True):
        without += not name
        before = name or before
        talks.setdefault(before, _Talk(before)).rows.append(row)
    return list(talks.values()), {"rows_without_id": str(without)} if without else {}


def _transcript(
    talk: _Talk,
    columns: Columns,
    origin: Origin,
    options: ReadOptions,
    notes: Mapping[str, str],
) -> Transcript:
    _check_id(talk, origin)
    cues, more = _in_seconds([_cue(row, columns) for row in talk.rows], talk.rows, columns)
    _refuse_two_roles(cues, origin)
    if "role" in columns.at and "speaker" in columns.at:
        unknown = {
            columns.cell(row, "role")
            for row, cue in zip(talk.rows, cues, strict=True)
            if not cue.role
        }
        listed = ", ".join(sorted(unknown - {""}))
        more |= {"roles_not_known": visible(listed, limit=200)} if listed else {}
    return transcript_of_cues(cues, origin, options, talk.id, metadata={**notes, **more})


def _cue(row: Row, columns: Columns) -> Cue:
    """Give the speech of a row; without a name, the role is the speaker's name."""
    stated = columns.cell(row, "role")
    role = next((role for role in ROLES if role == stated.casefold()), None)
    name = columns.cell(row, "speaker").rstrip(": ") or (role.capitalize() if role else stated)
    return Cue(name or None, columns.cell(row, "text"), place=row.place, role=role)


def _in_seconds(
    cues: list[Cue], rows: Sequence[Row], columns: Columns
) -> tuple[list[Cue], dict[str, str]]:
    """Give cues their times: dates count from the first one, and are left out if they run backwards."""
    starts = [_moment(row, columns, "start") for row in rows]
    ends = [_moment(row, columns, "end") for row in rows]
    unread = sum(
        moment is None and columns.cell(row, meaning) != ""
        for moments, meaning in ((starts, "start"), (ends, "end"))
        for row, moment in zip(rows, moments, strict=True)
    )
    notes = {"times_not_read": str(unread)} if unread else {}
    dated = [start.seconds for start in starts if start and start.since_1970]
    if any(later < earlier for earlier, later in pairwise(dated)):
        return cues, notes | {"times": "left out: they run backwards"}
    zero = dated[0] if dated else None
    timed = [
        replace(cue, started_s=_since(start, zero), ended_s=_since(end, zero))
        for cue, start, end in zip(cues, starts, ends, strict=True)
    ]
    if (
        dated
        or columns.says_unit("start")
        or any(":" in columns.cell(row, "start") for row in rows)
    ):
        return timed, notes
    timed, unit = in_likely_unit(timed)
    return timed, notes | unit


def _moment(row: Row, columns: Columns, meaning: str) -> Moment | None:
    return moment_of(columns.cell(row, meaning), milliseconds=columns.in_milliseconds(meaning))


def _since(moment: Moment | None, zero: float | None) -> float | None:
    """Give a time in seconds from the start; None for a date where no start is one."""
    if moment is None or (moment.since_1970 and zero is None):
        return None
    seconds = moment.seconds - (zero or 0.0) if moment.since_1970 else moment.seconds
    return round(seconds, 3) if seconds >= 0 else None


def _check_id(talk: _Talk, origin: Origin) -> None:
    bad = next((char for char in talk.id if is_control(char)), None)
    if bad is None and len(talk.id) <= MAX_ID_LENGTH:
        return
    what = f"holds the control character U+{ord(bad):04X}" if bad else "is too long"
    raise origin.error(
        talk.rows[0].place,
        f"the id '{visible(talk.id, limit=60)}' {what}",
        remedy=f"use 1 to {MAX_ID_LENGTH} visible characters",
    )


def _refuse_two_roles(cues: Sequence[Cue], origin: Origin) -> None:
    roles: dict[str, Role] = {}
    for cue in cues:
        if cue.role and cue.speaker and roles.setdefault(cue.speaker, cue.role) != cue.role:
            raise origin.error(
                cue.place,
                f"'{visible(cue.speaker, limit=60)}' is {cue.role} here and "
                f"{roles[cue.speaker]} above",
                remedy="give each speaker one role",
            )


def _named(error: InputError, talk: _Talk, talks: Sequence[_Talk]) -> InputError:
    """Say which conversation an error is about, if it names no row and there are several."""
    if error.place != WHOLE_FILE or len(talks) == 1:
        return error
    place = f"conversation '{visible(talk.id, limit=60)}' ({talk.rows[0].place})"
    return InputError(error.path, place, error.found, remedy=error.remedy)
