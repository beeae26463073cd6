"""`rmcoach convert`: show how files are read, in the project's own form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from rmcoach_llm.cli.score_options import reading_options

if TYPE_CHECKING:
    from rmcoach_llm.domain import Transcript

EXIT_INCOMPLETE = 1


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
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
    from rmcoach_llm.batch.inputs import Found, Skipped, find_files
    from rmcoach_llm.cli.common import from_standard_input
    from rmcoach_llm.cli.problems import Problems
    from rmcoach_llm.domain import FrozenMap
    from rmcoach_llm.errors import InputError
    from rmcoach_llm.protocols import ReadOptions
    from rmcoach_llm.readers.role_files import read_roles
    from rmcoach_llm.reports.terminal import shown
    from rmcoach_llm.sync import read_file, readers_by_suffix

    options = ReadOptions(
        trainee=trainee, encoding=encoding, roles=read_roles(roles) if roles else FrozenMap()
    )
    written, codes, problems = 0, [], Problems()
    with ExitStack() as stack:
        file = stack.enter_context(_written(out))
        real = [path for path in paths if str(path) != "-"]
        piped = (
            [Found(from_standard_input(stack), "standard input")] if len(real) < len(paths) else []
        )
        for entry in (*piped, *find_files(real, tuple(readers_by_suffix()))):
            if isinstance(entry, Skipped):
                click.echo(f"skipped {shown(entry.label)}: {shown(entry.why)}", err=True)
            elif isinstance(entry, Found):
                label = options.model_copy(update={"label": entry.label})
                try:
                    for read in read_file(entry.path, label):
                        if isinstance(read, InputError):
                            codes.append(problems.say(read))
                            continue
                        click.echo(_line(read), file=file)
                        written += 1
                except InputError as error:
                    codes.append(problems.say(error))
            else:
                codes.append(problems.say(entry))
    problems.end()
    raise SystemExit((EXIT_INCOMPLETE if written else max(codes)) if codes else 0)


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
