"""`rmcoach session`: look at practice sessions that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import details_option, json_option, library_option, store_option
from rmcoach_llm.cli.completion import complete_sessions

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
    from rmcoach_llm.cli import report
    from rmcoach_llm.errors import StoreError

    store = _open(**given)
    code = 0
    try:
        heads = store.sessions()
        if not heads:
            click.echo("no session is kept yet: rmcoach practice begins one", err=True)
        for head in heads:
            try:
                click.echo(_line(store, head.id, as_json=as_json))
            except StoreError as error:  # one that is damaged hides none of the others
                named = StoreError(f"session {head.id}: {error.message}", remedy=error.remedy)
                code = report(named)
    finally:
        store.close()
    raise SystemExit(code)


def _line(store: Store, name: str, *, as_json: bool) -> str:
    import json

    talk = store.load(name)
    scored = len(store.scorecards(name))
    scenario = talk.scenario.id if talk.scenario else None
    if as_json:
        row = {"id": talk.id, "scenario": scenario, "turns": len(talk.turns)}
        return json.dumps(row | {"scorecards": scored})
    state = "scored" if scored else "not scored"
    turns = "1 turn" if len(talk.turns) == 1 else f"{len(talk.turns)} turns"
    return f"{talk.id}  {scenario}  {turns}  {state}"


@session.command()
@click.argument("name", metavar="SESSION", shell_complete=complete_sessions)
@store_option
@library_option
@details_option
def show(name: str, details: bool, **given: Any) -> None:
    """Show a session's transcript and its last scorecard."""
    from rmcoach_llm.cli.common import library_of, page_width, played_in, settings_of, store_of
    from rmcoach_llm.reports.scorecard import scorecard_page
    from rmcoach_llm.reports.terminal import wrapped

    settings, width = settings_of(**given), page_width()
    store = store_of(settings)
    try:
        talk, cards = store.load(name), store.scorecards(name)
    finally:
        store.close()
    for number, turn in enumerate(talk.turns):
        text = f"{number:2}  {turn.speaker}: {turn.text}"
        click.echo(wrapped(text, width=width, indent="    ", first=""))
    if cards:
        scenario = played_in(talk, library_of(settings))
        page = scorecard_page(cards[-1], scenario=scenario, width=width, details=details)
        click.echo("\n" + page)


@session.command()
@click.argument("name", metavar="SESSION", shell_complete=complete_sessions)
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
@click.argument("name", metavar="SESSION", shell_complete=complete_sessions)
@click.option("--yes", is_flag=True, help="Confirm the action without prompting.")
@store_option
def delete(name: str, yes: bool, **given: Any) -> None:
    """Delete a session and its scorecards."""
    store = _open(**given)
    try:
        if name not in {head.id for head in store.sessions()}:
            store.load(name)  # says what there is
        if not yes:
            _confirm()
        store.delete(name)
    finally:
        store.close()
    click.echo(f"Deleted {name}.")


def _confirm() -> None:
    """Ask before what cannot be undone; where nobody answers, say how to go without."""
    try:
        click.confirm("Delete this session and its scorecards for good?", abort=True)
    except click.Abort:
        click.echo("nothing was deleted; --yes deletes without asking", err=True)
        raise
