"""Read talks written as text: `Name: text` lines, the shapes of call tools and chats, Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rmcoach_llm.domain import (
    FrozenMap,
    Role,
    Transcript,
    Turn,
    clean_text,
    participants_of,
)
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.bare_tables import bare_cues
from rmcoach_llm.readers.cues import Cues, transcript_of_cues
from rmcoach_llm.readers.files import (
    MAX_TURNS,
    WHOLE_FILE,
    NumberedLine,
    Origin,
    Source,
    open_source,
    text_source,
    visible,
)
from rmcoach_llm.readers.known_speakers import (
    NamedLine,
    with_lost_colons,
    without_bare_times,
    without_silent,
)
from rmcoach_llm.readers.line_numbers import without_line_numbers
from rmcoach_llm.readers.line_times import with_plain_times, without_same_time
from rmcoach_llm.readers.markdown import bare_lines, markdown_lines, unescaped, without_bullet
from rmcoach_llm.readers.markdown_tables import table_cues
from rmcoach_llm.readers.meet_text import is_meet, meet_cues
from rmcoach_llm.readers.named_blocks import is_named_blocks, named_block_cues
from rmcoach_llm.readers.other_forms import refuse_other_form
from rmcoach_llm.readers.page_lines import without_page_lines
from rmcoach_llm.readers.roles import RoleRules, composed, roles_of
from rmcoach_llm.readers.speakers import Spoken, refuse_steering, spoken
from rmcoach_llm.readers.stamped_text import is_stamped, stamped_cues
from rmcoach_llm.readers.table_columns import Row
from rmcoach_llm.readers.talk_bounds import (
    ENOUGH_TURNS,
    HEADER_LINES,
    MarkedLine,
    is_fact,
    text_mark,
    within_bounds,
)
from rmcoach_llm.readers.teams_pane import is_teams_pane, teams_pane_cues
from rmcoach_llm.readers.text_shapes import cues_of_shape, shape_of
from rmcoach_llm.readers.whatsapp import is_whatsapp, whatsapp_cues
from rmcoach_llm.readers.wide_signs import plain_lines

NAMES = "names"
_END = re.compile(r"\s*#([0-9]{2}):([0-5][0-9]):([0-5][0-9])-([0-9])#\s*$", re.ASCII)

WRITE_SPEAKER = "begin each turn with 'Name: text'"


@dataclass
class _Draft:
    """Hold a turn that is being read, and the line where it begins."""

    speaker: str
    started_s: float | None
    line: int
    parts: list[str] = field(default_factory=list)


class TextReader:
    """Read a talk in the shape that its first turn has: `Name: text`, or that of a call tool."""

    name = "text"
    suffixes: tuple[str, ...] = (".txt", ".text")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript]:
        """Yield the one talk of the file; raises InputError naming the line."""
        source = open_source(path, options)
        yield talk_of(source, options, source.origin.identity())


class MarkdownReader:
    """Read a talk in Markdown: bold or plain `Name:` lines, or a heading for each turn."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript]:
        """Yield the one talk of the file; raises InputError naming the line."""
        source = open_source(path, options)
        default_id = source.origin.identity()
        marked: list[MarkedLine] = []
        found = _meet(source)
        if found is None:
            marked = list(markdown_lines(source, options.trainee))
            found = _shape_within(marked, source)
        if found is None:
            yield _written(marked, source.origin, options, default_id, {})
            return
        cues, notes = found
        yield transcript_of_cues(cues, source.origin, options, default_id, metadata=notes)


def _meet(source: Source) -> Cues | None:
    plain = plain_lines(source)
    if not is_meet(plain):
        return None
    bare = [(number, without_bullet(unescaped(line))) for number, line in plain]
    return meet_cues(bare, source.origin)


def _shape_within(marked: Sequence[MarkedLine], source: Source) -> Cues | None:
    """Give the talk in a table or a shape of plain text, where Markdown has no two turns of its own."""
    named = sum(isinstance(line, Spoken) and not is_fact(line.speaker) for _, line in marked)
    if named >= ENOUGH_TURNS:
        return None
    return table_cues(list(source.text_lines())) or _shaped(bare_lines(source), source.origin)


def transcript_of_text(
    text: str, origin: Origin, trainee: str | None, transcript_id: str
) -> Transcript:
    """Give the talk that a text holds, in any shape that a text file may have; raises InputError.

    >>> talk = transcript_of_text("Ada: Hi.\\nBo: Hi.", Origin("a"), "Ada", "t")
    >>> [turn.role for turn in talk.turns]
    ['trainee', 'stakeholder']
    """
    source = text_source(text, origin)
    return talk_of(source, ReadOptions(trainee=trainee), transcript_id)


def talk_of(source: Source, options: ReadOptions, transcript_id: str) -> Transcript:
    """Read a text in the shape of its first turn; the metadata `shape` names it."""
    paged, left_out = without_page_lines(_dedented(plain_lines(source)))
    lines, times = with_plain_times(without_same_time(without_line_numbers(paged)))
    times |= {"page_lines_left_out": str(left_out)} if left_out else {}
    refuse_other_form(lines, source.origin)
    found = _shaped(lines, source.origin)
    if found is not None:
        cues, notes = found
        notes = times | notes
        return transcript_of_cues(cues, source.origin, options, transcript_id, metadata=notes)
    return _written(
        list(_named(lines)), source.origin, options, transcript_id, {"shape": NAMES} | times
    )


def _dedented(lines: list[NumberedLine]) -> list[NumberedLine]:
    """Take off the space that begins the first line and all others, as in what was copied from a page."""
    filled = [line for _, line in lines if line.strip()]
    indent = len(filled[0]) - len(filled[0].lstrip(" \t")) if filled else 0
    if not indent or any(line[:indent] != filled[0][:indent] for line in filled):
        return lines
    return [(number, line[indent:]) for number, line in lines]


def _written(
    marked: Sequence[MarkedLine],
    origin: Origin,
    options: ReadOptions,
    transcript_id: str,
    notes: dict[str, str],
) -> Transcript:
    """Give the talk that `Name: text` lines are; what stands above and below it is counted."""
    within, outside = within_bounds(marked)
    below, title = _below_title(within)
    below, bare = without_bare_times(with_lost_colons(below))
    below, silent = without_silent(below)
    talk = _with_ends(_transcript(origin, below, RoleRules.of(options), transcript_id))
    left_out = outside + title + bare
    notes |= {"lines_left_out": str(left_out)} if left_out else {}
    notes |= {"names_without_words": visible(", ".join(silent), limit=200)} if silent else {}
    return talk.model_copy(update={"metadata": FrozenMap(notes)})


def _named(lines: Iterable[NumberedLine]) -> Iterator[MarkedLine]:
    """Give lines with the speakers found in them, no further than to what is one turn too many."""
    turns = 0
    for number, line in lines:
        found = None if (mark := text_mark(line)) else spoken(line)
        yield number, mark or found or line
        turns += found is not None
        if turns > MAX_TURNS + HEADER_LINES:
            return


def _below_title(lines: list[NamedLine]) -> tuple[list[NamedLine], int]:
    """Leave out a title, date and the like above turns with times; count its lines.

    It is one if two turns or more have times, and more than have none, and nobody who has one speaks
    above the first of them.
    """
    timed = [i for i, (_, line) in enumerate(lines) if _is_timed(line)]
    named = [line for _, line in lines if isinstance(line, Spoken)]
    if len(timed) < ENOUGH_TURNS or 2 * len(timed) <= len(named) or timed[0] > HEADER_LINES:
        return lines, 0
    above = [line for _, line in lines[: timed[0]] if isinstance(line, Spoken) or line.strip()]
    names = {line.speaker for line in above if isinstance(line, Spoken)}
    if names & {line.speaker for line in named if _is_timed(line)}:
        return lines, 0
    return lines[timed[0] :], len(above)


def _is_timed(line: Spoken | str) -> bool:
    return isinstance(line, Spoken) and line.started_s is not None


def _with_ends(talk: Transcript) -> Transcript:
    """Take the time at the end of turns as their end, where two or more have one, as by f4."""
    ends = [_END.search(turn.text) for turn in talk.turns]
    if sum(map(bool, ends)) < ENOUGH_TURNS:
        return talk
    turns = tuple(
        turn.model_copy(
            update={"text": turn.text[: end.start()].rstrip(), "ended_s": _seconds(end)}
        )
        if end
        else turn
        for turn, end in zip(talk.turns, ends, strict=True)
    )
    return talk.model_copy(update={"turns": turns})


def _seconds(end: re.Match[str]) -> float:
    hours, minutes, seconds, tenths = map(int, end.groups())
    return hours * 3600 + minutes * 60 + seconds + tenths / 10


def _shaped(lines: list[NumberedLine], origin: Origin) -> Cues | None:
    if is_whatsapp(lines):
        return whatsapp_cues(lines, origin)
    if is_teams_pane(lines):
        return teams_pane_cues(lines)
    shape = shape_of(lines)
    if shape is not None:
        return cues_of_shape(lines, shape, origin)
    if is_stamped(lines):
        return stamped_cues(lines)
    if is_meet(lines):
        return meet_cues(lines, origin)
    return named_block_cues(lines) if is_named_blocks(lines) else _tabbed(lines)


def _tabbed(lines: Sequence[NumberedLine]) -> Cues | None:
    """Give the talk of lines that all are a name and a text with a tab between, and a time or two."""
    filled = [(number, line) for number, line in lines if line.strip()]
    if not all("\t" in line for _, line in filled):
        return None
    cues = bare_cues([Row(f"line {number}", line.split("\t")) for number, line in filled])
    return (cues, {"shape": "names and tabs"}) if cues else None


def _transcript(
    origin: Origin,
    lines: Iterable[NamedLine],
    rules: RoleRules,
    transcript_id: str,
) -> Transcript:
    drafts = _drafts(lines, origin)
    if not drafts:
        raise origin.error(WHOLE_FILE, "holds no speaker", remedy=WRITE_SPEAKER)
    names: dict[str, Role | None] = {draft.speaker: None for draft in drafts}
    roles = roles_of(names, rules, origin, f"line {drafts[0].line}")
    turns = tuple(
        Turn(
            speaker=draft.speaker,
            role=roles[draft.speaker],
            text=clean_text("\n".join(draft.parts).strip()),
            started_s=draft.started_s,
        )
        for draft in drafts
    )
    return Transcript(id=transcript_id, participants=participants_of(turns), turns=turns)


def _drafts(lines: Iterable[NamedLine], origin: Origin) -> list[_Draft]:
    drafts: list[_Draft] = []
    for number, line in lines:
        if isinstance(line, Spoken):
            if len(drafts) == MAX_TURNS:
                raise origin.error(
                    f"line {number}",
                    f"too many turns: at most {MAX_TURNS:,} in one talk",
                    remedy="split the file",
                )
            name = _checked_name(line.speaker, number, origin)
            drafts.append(_Draft(name, line.started_s, number, [line.text]))
        elif drafts:
            drafts[-1].parts.append(line)
        elif line.strip():
            raise origin.error(
                f"line {number}", "text before the first speaker", remedy=WRITE_SPEAKER
            )
    return drafts


def _checked_name(name: str, number: int, origin: Origin) -> str:
    name = composed(name)
    refuse_steering(name, f"line {number}", origin)
    return " ".join(name.split())
