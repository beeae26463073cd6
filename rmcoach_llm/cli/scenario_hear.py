"""`rmcoach scenario hear`: what the local listener makes of a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rmcoach_llm.cli.common import json_option, library_option
from rmcoach_llm.cli.completion import complete_scenarios

if TYPE_CHECKING:
    from rmcoach_llm.practice.alone import Alone

SHOWN = 160
"""Characters of a line that are shown with what was heard in it."""


@click.command()
@click.argument("name", metavar="SCENARIO", shell_complete=complete_scenarios)
@click.argument("text", required=False)
@library_option
@json_option
def hear(name: str, text: str | None, library: Path | None, as_json: bool) -> None:
    """Show what the local listener hears in TEXT, or in each line of standard input.

    Shown are the moves, the type and kinds of question, the fact heard as asked for or the two
    asked back about, and all facts with how sure it is of each, 0 to 1. The line is heard alone:
    in a talk, what is known and what the last answer led to count, too. With --json each line
    gives one line, an empty one as well.
    """
    import json

    from rmcoach_llm.cli.common import library_of, settings_of
    from rmcoach_llm.practice.alone import hear_alone

    found = library_of(settings_of(library=library)).scenario(name)
    for line in [text] if text is not None else _lines():
        heard = hear_alone(found, line)
        click.echo(json.dumps(heard.data()) if as_json else _told(heard))


def _lines() -> Iterator[str]:
    """Yield the lines of standard input, as they come."""
    from rmcoach_llm.errors import InputError

    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield line.decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError(
                "standard input",
                f"line {number}",
                f"no UTF-8 at byte {error.start + 1}",
                remedy="save the lines as UTF-8 text",
            ) from None


def _told(heard: Alone) -> str:
    """Give what was heard as text for a terminal."""
    from rmcoach_llm.reports.terminal import shown

    if not heard.ranked:
        return "(an empty line)\n"
    text = heard.text if len(heard.text) <= SHOWN else heard.text[:SHOWN] + " ..."
    moves = [m.value for m in heard.moves if not m.value.startswith(f"{heard.question_type}_")]
    told = {
        "question": " ".join([heard.question_type, *(f"({kind})" for kind in heard.kinds)]),
        "moves": ", ".join(moves) or "none",
        "asked": ", ".join(heard.asked) or "no fact",
        "asks back": " or ".join(heard.asks_back) or "no",
    }
    facts = [f"    {item.score:.3f}  {item.fact}" for item in heard.ranked]
    return "\n".join([shown(text), *(f"  {k:10} {v}" for k, v in told.items()), *facts, ""])
