"""`rmcoach score`: judge transcripts against rubrics."""

from __future__ import annotations

from contextlib import ExitStack, suppress
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

    from rmcoach_llm.cli.score_parts import Parts


LINES = (
    "a line each, as they are many: name a file for its page, or add --details for a page of each;"
    " --store FILE keeps the results"
)

NOT_KEPT = (
    "note: what is paid for is printed and not kept: with --store FILE the same command goes on"
)


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

    With a model it judges; without one, rules on the language do. Up to five talks are shown as a
    page each; more, and all with --store, as a line each; with --details always as pages. With
    --store what is done is kept, and the same command goes on after a stop. --json prints one
    scorecard a line. Exit code 0: all scored that applies; 1: some left unscored or left out; 10: a
    score is under --fail-under; else by class of error.
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
    from rmcoach_llm.batch.exports import exports_to
    from rmcoach_llm.batch.stop import Stopping
    from rmcoach_llm.cli.score_parts import parts_of, scoring_of
    from rmcoach_llm.reports.tables import columns_of

    parts = parts_of(asked, runner, stack)
    view, inputs, stop = parts.view, parts.inputs, parts.stop
    estimate = None
    if asked.dry_run or (view.is_batch and parts.model is not None):
        ahead = inputs.look_ahead(parts.evaluator, parts.ledger, parts.meters)
        estimate = ahead.estimate
        ahead.show()
        if asked.dry_run:
            return ahead.exit_code
        if ahead.new:
            _make_ready(parts)
        if not asked.listed:
            click.echo(NOT_KEPT, err=True)
    scoring = scoring_of(asked, parts)
    with (
        suppress(Stopping),
        exports_to(asked.out, columns_of(parts.rubrics), whole=lambda: not stop.asked) as write,
    ):
        scoring.write = write if asked.out else None
        runner.run(scoring.run(inputs.items(parts.evaluator, parts.ledger)))
        if not scoring.counts:
            stop.refuse()  # nothing new to write: what is there stays
    if view.is_batch or inputs.skipped or not (view.single or asked.as_json):
        scoring.summary(inputs.skipped)
    if view.is_batch and parts.spending.usage.calls:
        scoring.cost(estimate, parts.spending)
    if view.is_batch and scoring.scored and not (asked.listed or view.paged):
        click.echo(LINES, err=True)
    return scoring.end()


def _make_ready(parts: Parts) -> None:
    """Say what is wrong with a model before work begins."""
    from rmcoach_llm.chat.late import LateModel

    if isinstance(parts.model, LateModel):
        parts.model.ready()
