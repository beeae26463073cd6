"""`rmcoach scenario`: what an author of scenarios needs, one file a command."""

from __future__ import annotations

from importlib import import_module

import click


class OneFileEach(click.Group):
    """Load a command of this group when it is needed: the list of all commands needs none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of the commands."""
        return ["check", "hear", "new"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command, None for an unknown name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(f"rmcoach_llm.cli.scenario_{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=OneFileEach)
def scenario() -> None:
    """Write scenarios of your own, check them, and see how lines are heard."""
