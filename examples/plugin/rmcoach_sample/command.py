"""A sample command: `rmcoach turns FILE` counts who speaks how often."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trainee", metavar="NAME", help="The speaker who is scored.")
def turns(file: Path, trainee: str | None) -> None:
    """Count the turns of each role in a transcript."""
    from rmcoach_llm import read_transcripts

    for transcript in read_transcripts(file, trainee=trainee):
        for role, count in Counter(turn.role for turn in transcript.turns).items():
            click.echo(f"{role} {count}")
