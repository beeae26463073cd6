"""`rmcoach score`: judge transcripts against rubrics."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import (
    ANY_PATH,
    details_option,
    json_option,
    library_option,
    model_options,
)
from rmcoach_llm.cli.completion import complete_names, complete_rubrics, complete_sessions
from rmcoach_llm.cli.score_options import Asked, batch_options, judging_options, reading_options

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from rmcoach_llm.batch.run import Result
    from rmcoach_llm.batch.spending import Spending
    from rmcoach_llm.batch.stop import Stop
    from rmcoach_llm.cli.score_inputs import Judges, Meters
    from rmcoach_llm.domain import Rubric, Scorecard
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import ChatModel, Evaluator, Ledger
    from rmcoach_llm.settings import Settings


CONNECT_S = 20.0
"""Nobody waits before a batch: one slow connection of many, on a busy machine, is not to end it."""


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=ANY_PATH)
@click.option(
    "--rubric",
    "rubrics",
    multiple=True,
    metavar="ID",
    shell_complete=complete_rubrics,
    help="Score this rubric, or a YAML file; may be given again. Default: the three core rubrics.",
)
@click.option(
    "--session",
    "sessions",
    multiple=True,
    metavar="ID",
    shell_complete=complete_sessions,
    help="Score a kept session.",
)
@click.option(
    "--evaluator",
    metavar="NAME",
    shell_complete=complete_names,
    help="judge, language, or a plugin's.",
)
@reading_options
@judging_options
@batch_options
@model_options
@library_option
@details_option
@json_option
def score(**given: Any) -> None:
    """Score transcripts: files, folders, patterns, or - for standard input.

    With a model it judges; without one, rules on the language do. Each is shown as a page; with
    --store as a line, what is done is kept, and the same command goes on after a stop. --json
    prints one scorecard a line. Exit code 0: all scored that applies; 1: some left unscored or left
    out; 10: a score is under --fail-under; else by class of error.
    """
    from rmcoach_llm.errors import UsageError

    asked = Asked(**given)
    if asked.status:
        _print_status(asked)
        return
    if not asked.paths and not asked.sessions:
        raise UsageError(
            "nothing to score",
            remedy="name a file or folder, - for standard input, or a session with --session",
        )
    if asked.retry_failed and asked.store is None:
        raise UsageError("--retry-failed: of which store?", remedy="name its file with --store")
    import asyncio

    with ExitStack() as stack:
        code = _scored(asked, stack.enter_context(asyncio.Runner()), stack)
    raise SystemExit(code)


def _print_status(asked: Asked) -> None:
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.reports.batch import status_page
    from rmcoach_llm.stores.ledger import SqliteLedger

    if asked.store is None:
        raise UsageError("--status: of which store?", remedy="name its file with --store")
    ledger = SqliteLedger(asked.store, watch=True)
    try:
        held = ledger.status()
    finally:
        ledger.close()
    click.echo(held.model_dump_json() if asked.as_json else status_page(held))


def _scored(asked: Asked, runner: asyncio.Runner, stack: ExitStack) -> int:
    """Put the parts of a batch together and run it; gives the exit code."""
    from rmcoach_llm.batch.exports import check_outputs, exports_to
    from rmcoach_llm.batch.journal import AT_WORK
    from rmcoach_llm.batch.run import Plan
    from rmcoach_llm.batch.spending import Spending
    from rmcoach_llm.batch.stop import Stop, Stopping
    from rmcoach_llm.cli.common import library_of, settings_of
    from rmcoach_llm.cli.score_inputs import Inputs, Judges
    from rmcoach_llm.cli.scoring import Scoring
    from rmcoach_llm.reports.spread import Spreads
    from rmcoach_llm.reports.tables import columns_of

    settings = settings_of(
        model=asked.model,
        base_url=asked.base_url,
        library=asked.library,
        trainee=asked.trainee,
        store=asked.store if asked.sessions else None,
        max_concurrency=asked.concurrency,
    )
    if asked.listed and "connect_s" not in settings.sources:
        patient = settings.model.model_copy(update={"connect_s": CONNECT_S})
        settings = settings.model_copy(update={"model": patient})
    library = library_of(settings)
    check_outputs(
        asked.out, (*asked.paths, *filter(None, (asked.store, asked.prices, asked.roles)))
    )
    model = _model(asked, settings)
    stop, spending = Stop(), Spending(cap=asked.max_cost)
    ledger = _ledger(asked, stack, model)
    meters = _meters(asked, settings, stop, spending)
    at_once = settings.model.max_concurrency
    judges = Judges(runner, stack, model, ledger, stop, meters, at_once)
    evaluator = _evaluator(asked, settings, library, judges)
    inputs = Inputs(asked, stack, settings, ledger, evaluator)
    estimate = None
    if asked.dry_run or (asked.listed and model is not None):
        ahead = inputs.look_ahead(meters)
        estimate = ahead.estimate
        ahead.show()
        if asked.dry_run:
            return ahead.exit_code
        if ahead.new:
            _make_ready(model)
    rubrics = _rubrics(asked, library)
    scoring = Scoring(
        evaluator,
        ledger,
        Plan(AT_WORK * at_once, asked.retry_failed, cards=asked.shows_cards),
        stop,
        None if asked.single else _progress(inputs.total),
        None if asked.listed or asked.as_json else _pages(library, details=asked.details),
        as_json=asked.as_json,
        kept=bool(asked.paths and asked.store),
        quiet=bool(asked.out) and not asked.as_json,
        spreads=Spreads({r.id: _mark(asked, r) for r in rubrics}),
        fail_under=asked.fail_under,
        total=lambda: inputs.total,
        out=tuple(asked.out),
    )
    with (
        suppress(Stopping),
        exports_to(asked.out, columns_of(rubrics), whole=lambda: not stop.asked) as write,
    ):
        scoring.write = write if asked.out else None
        runner.run(scoring.run(inputs.items()))
        if not scoring.counts:
            stop.refuse()  # nothing new to write: what is there stays
    if asked.listed or inputs.skipped or not (asked.single or asked.as_json):
        scoring.summary(inputs.skipped)
    if asked.listed and spending.usage.calls:
        scoring.cost(estimate, spending)
    return scoring.end()


def _meters(asked: Asked, settings: Settings, stop: Stop, spending: Spending) -> Meters:
    from rmcoach_llm.batch.limits import Rates
    from rmcoach_llm.batch.prices import known_prices
    from rmcoach_llm.cli.score_inputs import Meters

    rates = Rates(asked.requests_per_minute, asked.tokens_per_minute)
    prices = known_prices(settings.prices, asked.prices)
    return Meters(prices, settings.model.host, stop, spending, rates)


def _rubrics(asked: Asked, library: Library) -> tuple[Rubric, ...]:
    from rmcoach_llm.library.chosen import chosen_rubrics
    from rmcoach_llm.wiring import CORE_RUBRICS

    return chosen_rubrics(asked.rubrics or CORE_RUBRICS, library)


def _mark(asked: Asked, rubric: Rubric) -> float | None:
    return rubric.pass_mark if asked.pass_mark is None else asked.pass_mark


def _model(asked: Asked, settings: Settings) -> ChatModel | None:
    """Give the model that judges; raises UsageError where an option needs one and there is none."""
    from rmcoach_llm.cli.common import model_of
    from rmcoach_llm.errors import UsageError

    model = (
        None
        if asked.evaluator == "language" and not asked.coach
        else model_of(settings, late=asked.listed)
    )
    needing = {
        "calls": asked.calls,
        "verify": asked.verify,
        "repeats": asked.repeats > 1,
        "panel": asked.panel,
        "coach": asked.coach,
    }
    if model is None and any(needing.values()):
        first = next(name for name, given in needing.items() if given)
        raise UsageError(
            f"--{first} is for a model that judges, and there is none",
            remedy="choose one with --model or RMCOACH_MODEL",
        )
    return model


def _make_ready(model: ChatModel | None) -> None:
    """Say what is wrong with a model before work begins."""
    from rmcoach_llm.chat.late import LateModel

    if isinstance(model, LateModel):
        model.ready()


def _ledger(asked: Asked, stack: ExitStack, model: ChatModel | None) -> Ledger | None:
    """Open the ledger: in the store, or for this run only where a model is paid for it."""
    from rmcoach_llm.stores.ledger import SqliteLedger

    store = asked.store if asked.paths else None
    if store is None and model is None:
        return None
    if store is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rmcoach-"))
        store = Path(folder) / "run.db"
    ledger = SqliteLedger(store)
    stack.callback(ledger.close)
    return ledger


def _evaluator(asked: Asked, settings: Settings, library: Library, judges: Judges) -> Evaluator:
    from rmcoach_llm.batch.kept import Kept
    from rmcoach_llm.protocols import JudgeOptions
    from rmcoach_llm.wiring import evaluator_of, find_panel

    ledger = judges.ledger

    # Without a model there is nothing that text could speak to: --assess changes nothing then.
    assessed = asked.assess and judges.model is not None
    judging = JudgeOptions(
        calls=asked.calls or "one",
        verify=assessed if asked.verify is None else asked.verify,
        repeats=asked.repeats,
        coach=asked.single if asked.coach is None else asked.coach,
    )
    return evaluator_of(
        settings,
        library,
        None if judges.model is None else judges.journalled(judges.model),
        rubrics=_rubrics(asked, library),
        name=asked.evaluator,
        options=judging,
        panel=[judges.journalled(other) for other in find_panel(settings, asked.panel)],
        pass_mark=asked.pass_mark,
        # A coach that is asked for later builds upon what is kept of the judge.
        coached=None if ledger is None else lambda made: Kept(made, ledger),
    )


def _progress(total: int | None) -> Any:
    import sys

    from rmcoach_llm.cli.progress import Progress

    return Progress(sys.stderr, total)


def _pages(library: Library, *, details: bool) -> Callable[[Scorecard, Result], None]:
    """Give what prints a scorecard as a page, with a line between two."""
    from rmcoach_llm.cli.common import page_width, played_in
    from rmcoach_llm.reports.scorecard import scorecard_page

    count = itertools.count()

    def show(card: Scorecard, result: Result) -> None:
        if next(count):
            click.echo("\n" + "-" * 40 + "\n")
        talk = result.item.transcript if result.item else None
        scenario = played_in(talk, library) if talk else None
        page = scorecard_page(card, scenario=scenario, width=page_width(), details=details)
        click.echo(page)

    return show
