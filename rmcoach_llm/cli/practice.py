"""`rmcoach practice`: talk with a stakeholder, then see how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import library_option, model_options, store_option
from rmcoach_llm.cli.completion import complete_names, complete_scenarios, complete_sessions

if TYPE_CHECKING:
    from rmcoach_llm.domain import Scenario
    from rmcoach_llm.library import Library
    from rmcoach_llm.practice.conversation import Conversation
    from rmcoach_llm.protocols import Parts, Store


@click.command()
@click.argument("scenario", required=False, shell_complete=complete_scenarios)
@click.option(
    "--resume",
    metavar="[SESSION]",
    is_flag=False,
    flag_value="last",
    shell_complete=complete_sessions,
    help="Go on with a session; without a name with the last one.",
)
@model_options
@click.option(
    "--voice",
    metavar="NAME",
    shell_complete=complete_names,
    help="Who phrases the answers: model (where one is configured), authored, or a plugin's.",
)
@click.option(
    "--listener",
    metavar="NAME",
    default="local",
    show_default=True,
    shell_complete=complete_names,
    help="Who hears what you say: local (rules, at once), model, or a plugin's.",
)
@click.option(
    "--coach/--no-coach",
    default=True,
    show_default=True,
    help="Let the model, where one judges, write the lines to say instead.",
)
@click.option(
    "--brief/--no-brief",
    default=True,
    show_default=True,
    help="Ask at the end what you took from the meeting, before the scorecard.",
)
@click.option(
    "--assess",
    is_flag=True,
    help="Play as an assessment: a model that judges looks at each credited quote twice.",
)
@library_option
@store_option
def practice(
    scenario: str | None,
    resume: str | None,
    voice: str | None,
    listener: str,
    coach: bool,
    brief: bool,
    assess: bool,
    **given: Any,
) -> None:
    """Talk with a stakeholder who wants one thing and needs another.

    Without SCENARIO the first one for newcomers starts; `rmcoach library list` shows all.
    Without a model an authored script answers (scripted practice). Lines can be typed or piped.
    """
    from rmcoach_llm.cli.common import library_of, model_of, settings_of, store_of
    from rmcoach_llm.cli.talk import Talk
    from rmcoach_llm.practice.conversation import TRAINEE, Conversation
    from rmcoach_llm.wiring import parts_of

    settings = settings_of(**given)
    library = library_of(settings)
    if scenario is not None:
        library.file("scenario", scenario)  # a wrong name is said before anything is set up
    scripted = voice == "authored" and listener == "local"
    model = None if scripted else model_of(settings)
    voice = voice or ("model" if model else "authored")
    store = store_of(settings)
    try:
        roles = _roles(parts_of(settings, library, model), listener, voice) | {"store": store}
        if resume is not None:
            talk = _resumed(resume, scenario, library, store, roles)
        else:
            chosen = library.scenario(scenario or library.first_scenario())
            name = settings.trainee or TRAINEE
            talk = Conversation.start(chosen, _new_id(chosen), trainee=name, **roles)
        Talk(
            talk,
            listener=listener,
            voice=voice,
            library=library,
            store=store,
            model=model,
            settings=settings,
            coach=coach,
            brief=brief,
            assess=assess,
        ).run()
    finally:
        store.close()


def _roles(parts: Parts, listener: str, voice: str) -> dict[str, Any]:
    from rmcoach_llm import plugins

    return {
        "listener": plugins.make("listeners", listener, parts),
        "voice": plugins.make("voices", voice, parts),
    }


def _resumed(
    name: str, scenario: str | None, library: Library, store: Store, roles: dict[str, Any]
) -> Conversation:
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.practice.conversation import Conversation

    if name == "last":
        kept = [s for s in store.sessions() if scenario in (None, _scenario_id(s))]
        if not kept:
            raise UsageError("there is no session to go on with", remedy="run: rmcoach practice")
        name = kept[0].id
    transcript = store.load(name)
    if transcript.scenario is None:
        raise UsageError(f"'{name}' is no practice session", remedy="see: rmcoach session list")
    found = library.scenario(transcript.scenario.id)
    if found.digest != transcript.scenario.sha256:
        raise UsageError(
            f"the scenario '{found.id}' has changed since '{name}' began",
            remedy="start anew with: rmcoach practice " + found.id,
        )
    return Conversation(found, transcript, **roles)


def _scenario_id(transcript: Any) -> str | None:
    return transcript.scenario.id if transcript.scenario else None


def _new_id(scenario: Scenario) -> str:
    """Name a session so that it sorts by time and is short to type."""
    import secrets
    from datetime import UTC, datetime

    return f"{datetime.now(UTC):%Y%m%d-%H%M}-{scenario.id.split('-')[0]}-{secrets.token_hex(2)}"
