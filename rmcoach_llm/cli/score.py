"""`rmcoach score`: judge transcripts against rubrics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import (
    details_option,
    json_option,
    library_option,
    model_options,
    store_option,
)

if TYPE_CHECKING:
    from rmcoach_llm.domain import Scorecard, Transcript
    from rmcoach_llm.errors import InputError
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import Calls, Evaluator, ReadOptions

EXIT_INCOMPLETE = 1


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--trainee", metavar="NAME", help="The speaker who is scored.")
@click.option(
    "--rubric",
    "rubrics",
    multiple=True,
    metavar="ID",
    help="Score this rubric, or a YAML file; may be given again. Default: the three core rubrics.",
)
@click.option("--session", "sessions", multiple=True, metavar="ID", help="Score a kept session.")
@click.option("--evaluator", metavar="NAME", help="judge, language, or a plugin's.")
@click.option(
    "--coach/--no-coach",
    default=None,
    help="Let the model that judges write the lines to say instead, in one more request."
    " Default: for one file or session, without --json.",
)
@click.option(
    "--calls",
    type=click.Choice(["one", "rubric", "criterion"]),
    help="How many requests a model judges in: one for all rubrics (default), one a rubric, or"
    " one a criterion.",
)
@click.option(
    "--verify/--no-verify",
    default=None,
    help="Ask about each credited quote again, alone: text in the talk cannot speak to that judge.",
)
@click.option(
    "--assess", is_flag=True, help="Score an assessment: as --verify, where a model judges."
)
@click.option(
    "--repeats",
    metavar="K",
    type=click.IntRange(1, 50),
    default=1,
    help="Let the model judge so many times: the mean, with an interval.",
)
@click.option(
    "--panel",
    multiple=True,
    metavar="MODEL",
    help="A further model that judges as well; may be given again.",
)
@click.option(
    "--pass-mark",
    metavar="X",
    type=click.FloatRange(0, 5),
    help="The score that passes, else that of the rubric; undecided where the interval holds it.",
)
@click.option("--encoding", metavar="NAME", help="The encoding of the files, where not UTF-8.")
@model_options
@library_option
@store_option
@details_option
@json_option
def score(
    files: tuple[Path, ...],
    rubrics: tuple[str, ...],
    sessions: tuple[str, ...],
    evaluator: str | None,
    coach: bool | None,
    calls: Calls | None,
    verify: bool | None,
    assess: bool,
    repeats: int,
    panel: tuple[str, ...],
    pass_mark: float | None,
    encoding: str | None,
    as_json: bool,
    details: bool,
    **given: Any,
) -> None:
    """Score transcripts: JSON, JSONL, Markdown, or plain text with `Name: what was said`.

    With a model it judges; without one, rules on the language do. --json prints one scorecard a
    line. Exit code 0: all scored; 1: some left unscored or left out; else by class of error.
    """
    from rmcoach_llm.cli.common import library_of, model_of, settings_of
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.library.chosen import chosen_rubrics
    from rmcoach_llm.protocols import JudgeOptions, ReadOptions
    from rmcoach_llm.sync import CORE_RUBRICS, evaluator_of, find_panel

    if not files and not sessions:
        raise UsageError("nothing to score", remedy="name a file, or a session with --session")
    settings = settings_of(**given)
    library = library_of(settings)
    model = None if evaluator == "language" and not coach else model_of(settings)
    asked = {
        "calls": calls,
        "verify": verify,
        "repeats": repeats > 1,
        "panel": panel,
        "coach": coach,
    }
    if model is None and any(asked.values()):
        first = next(name for name, given in asked.items() if given)
        raise UsageError(
            f"--{first} is for a model that judges, and there is none",
            remedy="choose one with --model or RMCOACH_MODEL",
        )
    # Without a model there is nothing that text could speak to: --assess changes nothing then.
    verified = assess and model is not None if verify is None else verify
    single = len(files) + len(sessions) == 1 and not as_json
    judging = JudgeOptions(
        calls=calls or "one",
        verify=verified,
        repeats=repeats,
        coach=single if coach is None else coach,
    )
    chosen = chosen_rubrics(rubrics or CORE_RUBRICS, library)
    others = find_panel(settings, panel)
    judge = evaluator_of(
        settings,
        library,
        model,
        rubrics=chosen,
        name=evaluator,
        options=judging,
        panel=others,
        pass_mark=pass_mark,
    )
    options = ReadOptions(trainee=settings.trainee, encoding=encoding)
    run = _Run(judge, library, as_json=as_json, details=details)
    try:
        run.score(_kept(sessions, settings) if sessions else iter(()))
        run.score(_read_all(files, options))
    finally:
        run.close(model, *others)
    raise SystemExit(run.exit_code)


class _Run:
    """Score one transcript after the other; what fails is said and left out."""

    def __init__(
        self, evaluator: Evaluator, library: Library, *, as_json: bool, details: bool
    ) -> None:
        import asyncio

        self._evaluator = evaluator
        self._library = library
        self._as_json = as_json
        self._details = details
        self._runner = asyncio.Runner()
        self._ids: dict[str, str] = {}
        self._scored = 0
        self._errors: list[int] = []
        self._unscored = 0

    def score(self, found: Iterator[tuple[str, Transcript | InputError]]) -> None:
        """Score what comes; print each scorecard as soon as it is there."""
        from rmcoach_llm.errors import InputError

        for label, item in found:
            problem = item if isinstance(item, InputError) else self._duplicate(label, item)
            if problem is not None:
                self._refuse(problem)
                continue
            assert not isinstance(item, InputError)  # noqa: S101 - told apart above
            card = self._runner.run(self._evaluator.evaluate(item))
            self._show(card, item)

    def _duplicate(self, label: str, transcript: Transcript) -> InputError | None:
        import unicodedata

        from rmcoach_llm.errors import InputError

        # Equal ids in two Unicode spellings look the same: they are one id.
        same = unicodedata.normalize("NFC", transcript.id)
        first = self._ids.get(same)
        if first is None:
            self._ids[same] = label
            return None
        return InputError(
            label, "$.id", f"duplicate id, already in {first}", remedy="give each its own id"
        )

    def _refuse(self, problem: InputError) -> None:
        from rmcoach_llm.cli import report

        self._errors.append(report(problem))

    def _show(self, card: Scorecard, transcript: Transcript) -> None:
        import json

        from rmcoach_llm.cli.common import played_in
        from rmcoach_llm.reports.scorecard import scorecard_page

        self._scored += card.status == "scored"
        self._unscored += card.status != "scored"
        if self._as_json:
            click.echo(json.dumps(card.model_dump(mode="json")))  # ASCII: nothing steers
            return
        scenario = played_in(transcript, self._library)
        if self._scored + self._unscored > 1:
            click.echo("\n" + "-" * 40 + "\n")
        click.echo(scorecard_page(card, scenario=scenario, details=self._details))

    def close(self, *models: Any) -> None:
        """Close connections and the event loop."""
        for model in models:
            if model is not None:
                self._runner.run(model.close())
        self._runner.close()

    @property
    def exit_code(self) -> int:
        """Give 0 when all is scored, 1 when something is missing, the error's own when all failed."""
        if self._errors and not self._scored and not self._unscored:
            return max(self._errors)
        return EXIT_INCOMPLETE if self._errors or self._unscored else 0


def _kept(sessions: tuple[str, ...], settings: Any) -> Iterator[tuple[str, Transcript]]:
    from rmcoach_llm.cli.common import store_of

    store = store_of(settings)
    try:
        for name in sessions:
            yield name, store.load(name)
    finally:
        store.close()


def _read_all(
    files: tuple[Path, ...], options: ReadOptions
) -> Iterator[tuple[str, Transcript | InputError]]:
    """Read file after file, each by the reader of its ending; errors come in between."""
    from rmcoach_llm.errors import InputError
    from rmcoach_llm.sync import read_file

    for path in files:
        label = str(path)
        try:
            for item in read_file(path, options.model_copy(update={"label": label})):
                yield label, item
        except InputError as error:
            yield label, error
