"""`rmcoach session`: look at practice sessions that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import details_option, json_option, library_option, store_option

if TYPE_CHECKING:
    from rmcoach_llm.protocols import Store


def _open(**given: Any) -> Store:
    from rmcoach_llm.cli.common import settings_of, store_of

    return store_of(settings_of(**given))


@click.group()
def session() -> None:
    """List, show, export and delete practice sessions."""


@session.command("list")
@store_option
@json_option
def list_sessions(as_json: bool, **given: Any) -> None:
    """List the sessions, newest first."""
    import json

    store = _open(**given)
    try:
        for head in store.sessions():
            talk = store.load(head.id)
            scored = len(store.scorecards(head.id))
            scenario = talk.scenario.id if talk.scenario else None
            if as_json:
                row = {"id": talk.id, "scenario": scenario, "turns": len(talk.turns)}
                click.echo(json.dumps(row | {"scorecards": scored}))
            else:
                state = "scored" if scored else "not scored"
                click.echo(f"{talk.id}  {scenario}  {len(talk.turns)} turns  {state}")
    finally:
        store.close()


@session.command()
@click.argument("name", metavar="SESSION")
@store_option
@library_option
@details_option
def show(name: str, details: bool, **given: Any) -> None:
    """Show a session's transcript and its last scorecard."""
    from rmcoach_llm.cli.common import library_of, played_in, settings_of, store_of
    from rmcoach_llm.reports.scorecard import scorecard_page
    from rmcoach_llm.reports.terminal import wrapped

    settings = settings_of(**given)
    store = store_of(settings)
    try:
        talk, cards = store.load(name), store.scorecards(name)
    finally:
        store.close()
    for number, turn in enumerate(talk.turns):
        text = f"{number:2}  {turn.speaker}: {turn.text}"
        click.echo(wrapped(text, width=80, indent="    ", first=""))
    if cards:
        scenario = played_in(talk, library_of(settings))
        click.echo("\n" + scorecard_page(cards[-1], scenario=scenario, details=details))


@session.command()
@click.argument("name", metavar="SESSION")
@store_option
def export(name: str, **given: Any) -> None:
    """Print a session as JSON, as `rmcoach score` reads it; redirect it into a file."""
    import json

    store = _open(**given)
    try:
        data = store.load(name).model_dump(mode="json", exclude_none=True)
        click.echo(json.dumps(data, indent=1))  # ASCII: nothing in it steers a terminal
    finally:
        store.close()


@session.command()
@click.argument("name", metavar="SESSION")
@click.confirmation_option(prompt="Delete this session and its scorecards for good?")
@store_option
def delete(name: str, **given: Any) -> None:
    """Delete a session and its scorecards."""
    store = _open(**given)
    try:
        store.delete(name)
    finally:
        store.close()
    click.echo(f"Deleted {name}.")
