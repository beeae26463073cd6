"""The parts that a call of `rmcoach score` asks for, put together: model, limits, ledger, evaluator."""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from rmcoach_llm.batch.exports import check_outputs
from rmcoach_llm.batch.journal import AT_WORK
from rmcoach_llm.batch.kept import Kept
from rmcoach_llm.batch.limits import Rates
from rmcoach_llm.batch.prices import known_prices
from rmcoach_llm.batch.run import Plan, Result
from rmcoach_llm.batch.spending import Spending
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.cli.common import library_of, model_of, page_width, played_in, settings_of
from rmcoach_llm.cli.progress import Progress
from rmcoach_llm.cli.score_inputs import Inputs, Judges, Meters
from rmcoach_llm.cli.score_options import Asked
from rmcoach_llm.cli.scoring import Scoring
from rmcoach_llm.domain import Rubric, Scorecard
from rmcoach_llm.errors import UsageError
from rmcoach_llm.library import Library
from rmcoach_llm.library.chosen import chosen_rubrics
from rmcoach_llm.protocols import ChatModel, Evaluator, JudgeOptions, Ledger
from rmcoach_llm.reports.scorecard import scorecard_page
from rmcoach_llm.reports.spread import Spreads
from rmcoach_llm.settings import Settings
from rmcoach_llm.stores.ledger import SqliteLedger
from rmcoach_llm.wiring import CORE_RUBRICS, evaluator_of, find_panel

CONNECT_S = 20.0
"""Nobody waits before a batch: one slow connection of many, on a busy machine, is not to end it."""

MOST_PAGES = 5
"""More talks have a line each: pages of a screen or two are for a few."""


@dataclass(frozen=True)
class View:
    """Say how results are shown: as pages, as lines, or as JSON where it is neither.

    `single` is one talk shown as a page; `is_batch` says that each talk has a line, or is in a file.
    """

    paged: bool
    single: bool
    is_batch: bool


@dataclass(frozen=True)
class Parts:
    """Hold what a batch is made of."""

    settings: Settings
    library: Library
    rubrics: tuple[Rubric, ...]
    view: View
    model: ChatModel | None
    ledger: Ledger | None
    stop: Stop
    spending: Spending
    meters: Meters
    evaluator: Evaluator
    inputs: Inputs


def parts_of(asked: Asked, runner: asyncio.Runner, stack: ExitStack) -> Parts:
    """Put the parts together; what holds a file or a connection is let go with `stack`."""
    settings = settings_of(
        model=asked.model,
        base_url=asked.base_url,
        library=asked.library,
        trainee=asked.trainee,
        store=asked.store if asked.sessions else None,
        max_concurrency=asked.concurrency,
    )
    library = library_of(settings)
    rubrics = chosen_rubrics(asked.rubrics or CORE_RUBRICS, library)
    check_outputs(
        asked.out, (*asked.paths, *filter(None, (asked.store, asked.prices, asked.roles)))
    )
    inputs = Inputs(asked, stack, settings)
    view = view_of(asked, 0 if asked.listed or asked.as_json else inputs.count(MOST_PAGES + 1))
    if view.is_batch and "connect_s" not in settings.sources:
        patient = settings.model.model_copy(update={"connect_s": CONNECT_S})
        settings = settings.model_copy(update={"model": patient})
    model = _model(asked, settings, view)
    stop, spending = Stop(), Spending(cap=asked.max_cost)
    ledger = _ledger(asked, stack, model)
    rates = Rates(asked.requests_per_minute, asked.tokens_per_minute)
    prices = known_prices(settings.prices, asked.prices)
    meters = Meters(prices, settings.model.host, stop, spending, rates)
    judges = Judges(runner, stack, model, ledger, stop, meters, settings.model.max_concurrency)
    evaluator = _evaluator(asked, settings, library, judges, rubrics, view)
    return Parts(
        settings, library, rubrics, view, model, ledger, stop, spending, meters, evaluator, inputs
    )


def view_of(asked: Asked, count: int) -> View:
    """Decide how so many talks are shown, where the call does not say it.

    Of `count` only matters how it stands to the pages of a few. With --json nobody reads along.
    """
    listed = asked.listed or (not asked.as_json and count > MOST_PAGES)
    paged = not asked.as_json and (asked.details or not listed)
    return View(paged, single=paged and not listed and count == 1, is_batch=listed)


def scoring_of(asked: Asked, parts: Parts) -> Scoring:
    """Give what carries the batch out and prints its results."""
    marks = {
        rubric.id: rubric.pass_mark if asked.pass_mark is None else asked.pass_mark
        for rubric in parts.rubrics
    }
    at_once = AT_WORK * parts.settings.model.max_concurrency
    with_cards = asked.as_json or bool(asked.out) or parts.view.paged
    return Scoring(
        parts.evaluator,
        parts.ledger,
        Plan(at_once, asked.retry_failed, cards=with_cards),
        parts.stop,
        None if parts.view.single else Progress(sys.stderr, parts.inputs.total),
        _pages(parts.library, details=asked.details) if parts.view.paged else None,
        as_json=asked.as_json,
        kept=bool(asked.paths and asked.store),
        quiet=bool(asked.out) and not asked.as_json and not parts.view.paged,
        spreads=Spreads(marks),
        fail_under=asked.fail_under,
        total=lambda: parts.inputs.total,
        out=tuple(asked.out),
    )


def _model(asked: Asked, settings: Settings, view: View) -> ChatModel | None:
    """Give the model that judges; raises UsageError where an option needs one and there is none."""
    by_rules = asked.evaluator == "language"
    model = None if by_rules and not asked.coach else model_of(settings, late=view.is_batch)
    of_a_judge: dict[str, object] = {
        "calls": asked.calls,
        "verify": asked.verify,
        "repeats": asked.repeats > 1,
        "panel": asked.panel,
    }
    of_calls: dict[str, object] = {
        "coach": asked.coach,
        "max-cost": asked.max_cost,
        "prices": asked.prices,
        "requests-per-minute": asked.requests_per_minute,
        "tokens-per-minute": asked.tokens_per_minute,
    }
    useless = (of_a_judge if by_rules else {}) | (of_a_judge | of_calls if model is None else {})
    name = next((name for name, given in useless.items() if given), None)
    if name is None:
        return model
    if by_rules:
        raise UsageError(
            f"--{name} is for a model, and --evaluator language asks none",
            remedy="leave one of the two out",
        )
    raise UsageError(
        f"--{name} is for a model that judges, and there is none",
        remedy=f"choose one with --model or RMCOACH_MODEL, or leave --{name} out",
    )


def _ledger(asked: Asked, stack: ExitStack, model: ChatModel | None) -> Ledger | None:
    """Open the ledger: in the store, or for this run only where a model is paid for it."""
    store = asked.store if asked.paths else None
    if store is None and model is None:
        return None
    if store is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rmcoach-"))
        store = Path(folder) / "run.db"
    ledger = SqliteLedger(store)
    stack.callback(ledger.close)
    return ledger


def _evaluator(
    asked: Asked,
    settings: Settings,
    library: Library,
    judges: Judges,
    rubrics: tuple[Rubric, ...],
    view: View,
) -> Evaluator:
    ledger = judges.ledger
    # Without a model there is nothing that text could speak to: --assess changes nothing then.
    assessed = asked.assess and judges.model is not None
    judging = JudgeOptions(
        calls=asked.calls or "one",
        verify=assessed if asked.verify is None else asked.verify,
        repeats=asked.repeats,
        coach=view.single if asked.coach is None else asked.coach,
    )
    return evaluator_of(
        settings,
        library,
        None if judges.model is None else judges.journalled(judges.model),
        rubrics=rubrics,
        name=asked.evaluator,
        options=judging,
        panel=[judges.journalled(other) for other in find_panel(settings, asked.panel)],
        pass_mark=asked.pass_mark,
        # A coach that is asked for later, or not any more, leaves the judge's work as it is.
        coached=None if ledger is None else lambda made: Kept(made, ledger),
    )


def _pages(library: Library, *, details: bool) -> Callable[[Scorecard, Result], None]:
    """Give what prints a scorecard as a page, with a line between two."""
    count = itertools.count()

    def show(card: Scorecard, result: Result) -> None:
        if next(count):
            click.echo("\n" + "-" * 40 + "\n")
        talk = result.item.transcript if result.item else None
        scenario = played_in(talk, library) if talk else None
        page = scorecard_page(card, scenario=scenario, width=page_width(), details=details)
        click.echo(page)

    return show
