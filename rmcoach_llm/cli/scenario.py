"""`rmcoach scenario`: what an author of scenarios needs, one file a command."""

from __future__ import annotations

import click

from rmcoach_llm.cli.scenario_check import check
from rmcoach_llm.cli.scenario_hear import hear
from rmcoach_llm.cli.scenario_new import new


@click.group()
def scenario() -> None:
    """Write scenarios of your own, check them, and see how lines are heard."""


scenario.add_command(check)
scenario.add_command(hear)
scenario.add_command(new)
