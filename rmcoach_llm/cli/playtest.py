"""`rmcoach playtest`: set scripted trainees on scenarios, and see what holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from rmcoach_llm.cli.common import json_option, library_option, model_options
from rmcoach_llm.cli.completion import complete_scenarios

if TYPE_CHECKING:
    from rmcoach_llm.domain import PlaytestResult, Scenario
    from rmcoach_llm.practice.playtest import Play, RecordingModel
    from rmcoach_llm.protocols import ChatModel, Listener, Parts, Voice

EXIT_UNMET = 1


def complete_trainees(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the trainees that begin like this."""
    from rmcoach_llm.practice.trainees import TRAINEES

    return [CompletionItem(name) for name in TRAINEES if name.startswith(incomplete)]


@click.command()
@click.argument("scenario", required=False, shell_complete=complete_scenarios)
@click.option(
    "--trainee",
    "trainees",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_trainees,
    help="Only this trainee; may be given again. One of: discoverer, average, interrogator,"
    " pitcher, flatterer, insister, jargon-speaker, off-topic, hostile, gibberish, attacker.",
)
@model_options
@click.option(
    "--voice", metavar="NAME", help="Who phrases the lines: model, authored, or a plugin's."
)
@click.option(
    "--listener", metavar="NAME", default="local", show_default=True, help="Who hears the lines."
)
@library_option
@click.option(
    "--talks",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write each talk into this folder, as text to read.",
)
@json_option
def playtest(
    scenario: str | None,
    trainees: tuple[str, ...],
    voice: str | None,
    listener: str,
    talks: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Let scripted trainees of known skill talk with the stakeholder of a scenario.

    Without SCENARIO all are played. Who asks well should reach the need, who sells, insists or
    attacks should not, and the stakeholder should stay who they are, with a model's voice too.
    Exit code 0: all of that holds; 1: what does not is said.
    """
    from rmcoach_llm.cli.common import library_of, model_of, settings_of
    from rmcoach_llm.wiring import parts_of

    settings = settings_of(**given)
    library = library_of(settings)
    ids = library.ids("scenario") if scenario is None else (library.file("scenario", scenario).id,)
    names = _chosen(trainees)
    speechless = voice == "authored" and listener == "local"
    model = None if speechless else model_of(settings)
    cast = _Cast(parts_of(settings, library, model), listener, voice, model)
    if talks is not None:
        talks.mkdir(parents=True, exist_ok=True)
    run = _Run(cast, talks=talks, as_json=as_json, total=len(ids) * len(names))
    try:
        scenarios = [library.scenario(name) for name in ids]
        if model is not None:
            run.announce(scenarios, names, where=settings.model.host)
        for played in scenarios:
            run.play(played, names)
    finally:
        run.close()
    run.conclude()


def _chosen(names: tuple[str, ...]) -> list[str]:
    """Give the trainees asked for, the most skilled first; all where none is named."""
    from rmcoach_llm.errors import UsageError, did_you_mean
    from rmcoach_llm.practice.trainees import TRAINEES

    for name in names:
        if name not in TRAINEES:
            raise UsageError(f"unknown trainee {name!r}", remedy=did_you_mean(name, TRAINEES))
    return [name for name in TRAINEES if name in names or not names]


class _Cast:
    """Hold who plays the stakeholder: listener and voice, and the model behind the voice."""

    def __init__(
        self, parts: Parts, listener: str, voice: str | None, model: ChatModel | None
    ) -> None:
        from dataclasses import replace

        from rmcoach_llm import plugins
        from rmcoach_llm.practice.playtest import RecordingModel

        voice = voice or ("model" if model is not None else "authored")
        self.model = model
        self.recorder: RecordingModel | None = RecordingModel(model) if model is not None else None
        self.listener: Listener = plugins.make("listeners", listener, parts)
        spoken = parts if self.recorder is None else replace(parts, model=self.recorder)
        self.voice: Voice = plugins.make("voices", voice, spoken)
        self.calls_a_turn = (voice != "authored") + (listener != "local")


class _Run:
    """Play one talk after the other; show each scenario when it is done, at a stop what is."""

    def __init__(self, cast: _Cast, *, talks: Path | None, as_json: bool, total: int) -> None:
        import asyncio
        import logging

        # What a guard stops is counted here, by reason; its notes would break the progress line.
        logging.getLogger("rmcoach_llm.practice").setLevel(logging.ERROR)
        self._cast = cast
        self._talks = talks
        self._as_json = as_json
        self._total = total
        self._runner = asyncio.Runner()
        self._results: list[PlaytestResult] = []
        self._waiting: list[PlaytestResult] = []
        self._terminal = sys.stderr.isatty()

    def announce(self, scenarios: list[Scenario], names: list[str], *, where: str) -> None:
        """Say how many calls are to come: as many turns as scripted practice takes."""
        from rmcoach_llm.practice.listeners import LanguageListener
        from rmcoach_llm.practice.voices import AuthoredVoice
        from rmcoach_llm.reports.terminal import shown

        scripted = (LanguageListener(), AuthoredVoice(), None)
        turns = sum(
            len(self._talk(scenario, name, *scripted).answers)
            for scenario in scenarios
            for name in names
        )
        model = self._cast.model.name if self._cast.model else ""
        click.echo(
            f"{self._total} talks, about {turns * self._cast.calls_a_turn} calls to"
            f" {shown(model)} at {shown(where)}, more where the guard stops a line.",
            err=True,
        )

    def play(self, scenario: Scenario, names: list[str]) -> None:
        """Play a scenario with each of the trainees."""
        for name in names:
            self._progress(f"{len(self._results) + 1}/{self._total} {scenario.id} {name}")
            cast = self._cast
            self._keep(self._talk(scenario, name, cast.listener, cast.voice, cast.recorder))
        self._show()

    def _talk(
        self,
        scenario: Scenario,
        name: str,
        listener: Listener,
        voice: Voice,
        recorder: RecordingModel | None,
    ) -> Play:
        from rmcoach_llm.practice.playtest import play
        from rmcoach_llm.stores.memory import MemoryStore

        return self._runner.run(
            play(
                scenario, name, listener=listener, voice=voice, store=MemoryStore(), model=recorder
            )
        )

    def _keep(self, played: Play) -> None:
        import json

        from rmcoach_llm.practice.playtest import measured, stopped_drafts, wrong_topics
        from rmcoach_llm.reports.playtest import playtest_talk

        result = measured(played)
        self._results.append(result)
        self._waiting.append(result)
        if self._as_json:
            self._progress("")
            click.echo(json.dumps(result.model_dump(mode="json")))  # ASCII: nothing steers
        if self._talks is not None:
            page = playtest_talk(
                played.transcript,
                result,
                stopped=stopped_drafts(played),
                wrong=wrong_topics(played),
            )
            # Both are ids of small letters, digits and hyphens: no name leads out of the folder.
            path = self._talks / f"{result.scenario}--{result.trainee}.txt"
            path.write_text(page, encoding="utf-8")

    def _progress(self, text: str) -> None:
        if self._terminal:
            click.echo(f"\r{text:<78}\r", nl=False, err=True)

    def _show(self) -> None:
        """Print the table of what is not yet shown."""
        from rmcoach_llm.reports.playtest import playtest_table

        self._progress("")
        if self._waiting and not self._as_json:
            click.echo(playtest_table(self._waiting) + "\n")
        self._waiting = []

    def close(self) -> None:
        """Show what is done, where the run was stopped, and let connections go."""
        self._show()
        if len(self._results) < self._total:
            click.echo(f"Stopped: {len(self._results)} of {self._total} talks are done.", err=True)
        if self._cast.model is not None:
            self._runner.run(self._cast.model.close())
        self._runner.close()

    def conclude(self) -> None:
        """Say what does not hold, and end with the exit code."""
        from rmcoach_llm.practice.expectations import unmet
        from rmcoach_llm.reports.terminal import shown

        missing = unmet(self._results)
        for line in missing:
            click.echo(f"does not hold: {shown(line)}", err=self._as_json)
        if not missing and not self._as_json:
            click.echo(f"{len(self._results)} talks, all expectations hold.")
        raise SystemExit(EXIT_UNMET if missing else 0)
