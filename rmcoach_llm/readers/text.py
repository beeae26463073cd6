"""Read talks written as text: `Name: text` lines, plain or in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rmcoach_llm.domain import Role, Transcript, Turn, clean_text, is_control, participants_of
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import (
    MAX_TURNS,
    WHOLE_FILE,
    Origin,
    Source,
    open_source,
    text_source,
    visible,
)
from rmcoach_llm.readers.markdown import markdown_lines
from rmcoach_llm.readers.roles import composed, roles_of
from rmcoach_llm.readers.speakers import Spoken, spoken

WRITE_SPEAKER = "begin each turn with 'Name: text'"


@dataclass
class _Draft:
    """Hold a turn that is being read, and the line where it begins."""

    speaker: str
    started_s: float | None
    line: int
    parts: list[str] = field(default_factory=list)


class TextReader:
    """Read a talk of `Name: text` lines; other lines go on with the turn before them."""

    name = "text"
    suffixes: tuple[str, ...] = (".txt", ".text")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript]:
        """Yield the one talk of the file; raises InputError naming the line."""
        source = open_source(path, options)
        yield _transcript(
            source.origin, _spoken_lines(source), options.trainee, source.origin.identity()
        )


class MarkdownReader:
    """Read a talk in Markdown: bold or plain `Name:` lines, or a heading for each turn."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript]:
        """Yield the one talk of the file; raises InputError naming the line."""
        source = open_source(path, options)
        lines = markdown_lines(source, options.trainee)
        yield _transcript(source.origin, lines, options.trainee, source.origin.identity())


def transcript_of_text(
    text: str, origin: Origin, trainee: str | None, transcript_id: str
) -> Transcript:
    """Give the talk that a text of `Name: what was said` lines holds; raises InputError.

    >>> talk = transcript_of_text("Ada: Hi.\\nBo: Hi.", Origin("a"), "Ada", "t")
    >>> [turn.role for turn in talk.turns]
    ['trainee', 'stakeholder']
    """
    source = text_source(text, origin)
    return _transcript(origin, _spoken_lines(source), trainee, transcript_id)


def _spoken_lines(source: Source) -> Iterator[tuple[int, Spoken | str]]:
    return ((number, spoken(line) or line) for number, line in source.text_lines())


def _transcript(
    origin: Origin,
    lines: Iterable[tuple[int, Spoken | str]],
    trainee: str | None,
    transcript_id: str,
) -> Transcript:
    drafts = _drafts(lines, origin)
    if not drafts:
        raise origin.error(WHOLE_FILE, "holds no speaker", remedy=WRITE_SPEAKER)
    names: dict[str, Role | None] = {draft.speaker: None for draft in drafts}
    roles = roles_of(names, trainee, origin, f"line {drafts[0].line}")
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


def _drafts(lines: Iterable[tuple[int, Spoken | str]], origin: Origin) -> list[_Draft]:
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
    for char in name:
        if is_control(char):
            raise origin.error(
                f"line {number}",
                f"the speaker name '{visible(name, limit=80)}' holds the control character "
                f"U+{ord(char):04X}",
                remedy="write the name without it, or indent the line if it begins no turn",
            )
    return composed(" ".join(name.split()))
