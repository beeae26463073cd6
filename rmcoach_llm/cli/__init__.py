"""The command line: each command is one file here, or a plugin's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from rmcoach_llm import plugins
from rmcoach_llm.errors import LibraryError, PluginError, RmcoachError, did_you_mean
from rmcoach_llm.version import __version__

EXIT_FAULT = 70
EXIT_IO = 74
EXIT_INTERRUPTED = 130
EXIT_UNREAD = 141


class _Unread(Exception):
    """Say that whoever read the output has gone; of a BrokenPipeError click would make a 1."""


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _Unread from error


class Commands(click.Group):
    """Offer the commands that are installed, loaded when they are needed."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; help and version are printed here."""
        with _reading():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command."""
        with _reading():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands, broken ones too."""
        return list(plugins.entries("commands"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; a broken one is shown as such in the list and fails when it is called."""
        if cmd_name not in plugins.entries("commands"):
            return None
        try:
            command = plugins.load("commands", cmd_name)
            if not isinstance(command, click.Command):
                raise PluginError(
                    f"the command '{cmd_name}' is no click command", remedy="see docs/plugins.md"
                )
        except PluginError as error:
            return _broken(cmd_name, error)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            hint = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f"unknown command {name!r}: {hint}", ctx)
        return super().resolve_command(ctx, args)


def _broken(name: str, error: PluginError) -> click.Command:
    from rmcoach_llm.reports.terminal import shown

    def fail(**_: Any) -> None:
        raise error

    return click.Command(
        name,
        callback=fail,
        short_help=f"(broken: {shown(str(error))})",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Shell completion: see docs/cli.md.",
)
@click.version_option(__version__, prog_name="rmcoach", message="%(prog)s %(version)s")
def cli() -> None:
    """Practise on a simulated business stakeholder, and score transcripts.

    Works at once, without a key or a network. Start with: rmcoach practice
    """


def main() -> None:
    """Run the command line; every failure ends in one message and an exit code by class."""
    _open_streams()
    try:
        code = _run()
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except (_Unread, BrokenPipeError):
        # What was to be kept is kept; say nothing more, and let the last flush succeed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_UNREAD
    sys.exit(code)


def _run() -> int:
    try:
        code = cli.main(prog_name="rmcoach", standalone_mode=False, color=_color())
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except RmcoachError as error:
        return report(error)
    except (_Unread, BrokenPipeError):
        raise
    except OSError as error:
        click.echo(f"error: cannot read or write: {error.strerror}", err=True)
        click.echo("  what to do: make room, or check where the output goes", err=True)
        return EXIT_IO
    except Exception as error:  # the last line of defence: no traceback for users
        if os.environ.get("RMCOACH_DEBUG"):
            raise
        click.echo(f"error: unexpected {type(error).__name__}: this is a fault of ours", err=True)
        click.echo(
            "  what to do: run again with RMCOACH_DEBUG=1 and report what it prints", err=True
        )
        return EXIT_FAULT
    return code if isinstance(code, int) else 0


def _color() -> bool | None:
    """Give False where colours are not wanted (https://no-color.org), None where the stream decides."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if plain else None


def _open_streams() -> None:
    """Stand in for streams that the caller has closed (<&- or >&-)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller (<&- or >&-)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def report(error: RmcoachError) -> int:
    """Print an error in at most a few lines; give its exit code."""
    from rmcoach_llm.reports.terminal import shown

    click.echo(f"error: {shown(error.message)}", err=True)
    for problem in error.problems[1:] if isinstance(error, LibraryError) else ():
        click.echo(f"error: {shown(problem)}", err=True)
    if error.remedy:
        click.echo(f"  what to do: {shown(error.remedy)}", err=True)
    return error.exit_code
