"""`rmcoach convert`: show how files are read, in the project's own form."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from rmcoach_llm.cli.common import ANY_PATH
from rmcoach_llm.cli.score_options import reading_options

if TYPE_CHECKING:
    from rmcoach_llm.batch.inputs import Entry
    from rmcoach_llm.domain import Transcript

EXIT_INCOMPLETE = 1
MOST_NOTES = 3


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=ANY_PATH)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to this file, whole or not at all, instead of standard output.",
)
@reading_options
def convert(
    paths: tuple[Path, ...],
    out: Path | None,
    trainee: str | None,
    roles: Path | None,
    encoding: str | None,
) -> None:
    """Write transcripts as JSON Lines: id, participants, turns with speaker, role, text and times.

    Files, folders and patterns are read as `rmcoach score` reads them, so that one can look at
    what it sees. Times are seconds from the start. Exit code 0: all read; 1: some left out; 3: none
    could be read.
    """
    from rmcoach_llm.batch.inputs import Found, find_files
    from rmcoach_llm.batch.items import Source
    from rmcoach_llm.cli.common import from_standard_input
    from rmcoach_llm.cli.problems import Problems
    from rmcoach_llm.domain import FrozenMap
    from rmcoach_llm.errors import InputError, UsageError
    from rmcoach_llm.protocols import ReadOptions
    from rmcoach_llm.readers.role_files import read_roles
    from rmcoach_llm.wiring import read_file, readers_by_suffix

    options = ReadOptions(
        trainee=trainee, encoding=encoding, roles=read_roles(roles) if roles else FrozenMap()
    )
    if out is not None and out.suffix.lower() in readers_by_suffix().keys() - {".jsonl", ".ndjson"}:
        raise UsageError(
            f"{out}: convert writes JSON Lines, and that ending is of something else",
            remedy=f"name it {out.stem}.jsonl",
        )
    if out is not None and os.path.realpath(out) in map(os.path.realpath, paths):
        raise UsageError(f"{out}: --out would overwrite what is read", remedy="give another name")
    written, codes, problems, unscorable = 0, [], Problems(), Unscorable()
    with ExitStack() as stack:
        file = stack.enter_context(_written(out))
        real = [path for path in paths if str(path) != "-"]
        piped = (
            [Found(from_standard_input(stack), "standard input")] if len(real) < len(paths) else []
        )
        found = (*piped, *find_files(real, tuple(readers_by_suffix())))
        source = Source(
            lambda file: read_file(file.path, options.model_copy(update={"label": file.label}))
        )
        for item in source.items(_said(found, out)):
            if isinstance(item, InputError):
                codes.append(problems.say(item))
            elif item.transcript is not None:
                click.echo(_line(item.transcript), file=file)
                written += 1
                unscorable.say(item.label, item.transcript)
    problems.end()
    unscorable.end()
    raise SystemExit((EXIT_INCOMPLETE if written else max(codes)) if codes else 0)


@dataclass
class Unscorable:
    """Say of which transcripts nothing can be scored, and why: three for each reason, then how many."""

    counts: Counter[str] = field(default_factory=Counter)

    def say(self, label: str, transcript: Transcript) -> None:
        """Note a transcript that can be read, and not be scored."""
        from rmcoach_llm.domain import why_unscorable
        from rmcoach_llm.reports.terminal import shown

        why = why_unscorable(transcript)
        if why is None:
            return
        self.counts[why] += 1
        if self.counts[why] <= MOST_NOTES:
            click.echo(f"note: {shown(label)}: cannot be scored: {why}", err=True)

    def end(self) -> None:
        """Say how many more there were for each reason."""
        for why, count in self.counts.items():
            if count > MOST_NOTES:
                click.echo(f"note: {count - MOST_NOTES:,} more cannot be scored: {why}", err=True)


def _said(entries: Iterable[Entry], out: Path | None) -> Iterator[Entry]:
    """Say what is skipped, such as what an earlier run wrote to `out`, and give the rest."""
    from rmcoach_llm.batch.inputs import Found, Skipped
    from rmcoach_llm.reports.terminal import shown

    written = None if out is None else os.path.realpath(out)
    for entry in entries:
        if isinstance(entry, Found) and os.path.realpath(entry.path) == written:
            click.echo(f"skipped {shown(entry.label)}: named by --out", err=True)
        elif isinstance(entry, Skipped):
            click.echo(f"skipped {shown(entry.label)}: {shown(entry.why)}", err=True)
        else:
            yield entry


def _line(transcript: Transcript) -> str:
    """Give a transcript on one line of ASCII: nothing in it steers a terminal."""
    held = transcript.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return json.dumps({"format": transcript.format, **held})


@contextmanager
def _written(out: Path | None) -> Iterator[TextIO | None]:
    """Give the file to write to; it takes its name once all is in it."""
    from rmcoach_llm.whole_file import whole_file

    if out is None:
        yield None
        return
    with whole_file(out) as part, part.open("w", encoding="ascii") as file:
        yield file
