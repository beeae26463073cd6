"""The options of `rmcoach score`, by what they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rmcoach_llm.protocols import Calls

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Asked:
    """Hold what a call of `rmcoach score` asks for, an option each."""

    paths: tuple[Path, ...]
    rubrics: tuple[str, ...]
    sessions: tuple[str, ...]
    evaluator: str | None
    trainee: str | None
    roles: Path | None
    encoding: str | None
    coach: bool | None
    calls: Calls | None
    verify: bool | None
    assess: bool
    repeats: int
    panel: tuple[str, ...]
    pass_mark: float | None
    store: Path | None
    concurrency: int | None
    out: tuple[Path, ...]
    retry_failed: bool
    dry_run: bool
    max_cost: float | None
    prices: Path | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    status: bool
    limit: int | None
    sample: int | None
    seed: int
    fail_under: float | None
    model: str | None
    base_url: str | None
    library: Path | None
    details: bool
    as_json: bool

    @property
    def listed(self) -> bool:
        """Say whether the call itself lets each talk have a line: results are kept, or go to a file."""
        return bool(self.paths and self.store) or bool(self.out)


_READING = (
    click.option(
        "--trainee",
        metavar="NAME",
        help="The speaker who is scored; a pattern (`IT *`) or /expression/ finds them by a part.",
    ),
    click.option(
        "--roles",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Roles by name or pattern: CSV `name,role`, JSON or TOML; trainee, stakeholder, other.",
    ),
    click.option("--encoding", metavar="NAME", help="The encoding of the files, where not UTF-8."),
)

_JUDGING = (
    click.option(
        "--coach/--no-coach",
        default=None,
        help="Let the model that judges write the lines to say instead, in one more request or two."
        " Default: where one talk alone is shown as a page.",
    ),
    click.option(
        "--calls",
        type=click.Choice(["one", "rubric", "criterion"]),
        help="How many requests a model judges in: one for all rubrics (default), one a rubric, or"
        " one a criterion.",
    ),
    click.option(
        "--verify/--no-verify",
        default=None,
        help="Ask about each credited quote again, alone: text in the talk cannot speak to that"
        " judge.",
    ),
    click.option(
        "--assess", is_flag=True, help="Score an assessment: as --verify, where a model judges."
    ),
    click.option(
        "--repeats",
        metavar="K",
        type=click.IntRange(1, 50),
        default=1,
        help="Let the model judge so many times: the mean, with an interval.",
    ),
    click.option(
        "--panel",
        multiple=True,
        metavar="MODEL",
        help="A further model that judges as well; may be given again.",
    ),
    click.option(
        "--pass-mark",
        metavar="X",
        type=click.FloatRange(0, 5),
        help="The score that passes, else that of the rubric; undecided where the interval holds"
        " it.",
    ),
)

_BATCH = (
    click.option(
        "--store",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Keep each result and each call here: what is done is not done again. With --session:"
        " where sessions are kept (else RMCOACH_STORE, else your data folder).",
    ),
    click.option(
        "--concurrency",
        metavar="N",
        type=click.IntRange(1, 1_000),
        help="How many calls to a model are in flight at a time (else max_concurrency, else 8).",
    ),
    click.option(
        "--out",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the results to a file, whole or not at all: .jsonl, .csv, .xlsx, .parquet, .md;"
        " may be given again.",
    ),
    click.option(
        "--retry-failed", is_flag=True, help="Judge again what a model gave no judgement of."
    ),
    click.option(
        "--status",
        is_flag=True,
        help="Show what --store holds, and each call that may have been charged for in vain.",
    ),
    click.option(
        "--dry-run",
        is_flag=True,
        help="Ask nothing: count what there is to do, and estimate tokens and money.",
    ),
    click.option(
        "--max-cost",
        metavar="X",
        type=click.FloatRange(0, min_open=True),
        help="Spend no more than X US dollars in this run; earlier runs of the same store do not"
        " count.",
    ),
    click.option(
        "--prices",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Prices of models that go before the built-in ones (TOML; see docs/batch.md).",
    ),
    click.option(
        "--requests-per-minute",
        metavar="N",
        type=click.IntRange(1),
        help="Ask a model no more often than that.",
    ),
    click.option(
        "--tokens-per-minute",
        metavar="N",
        type=click.IntRange(1),
        help="Send and receive no more tokens than that.",
    ),
    click.option("--limit", metavar="N", type=click.IntRange(1), help="Stop after N transcripts."),
    click.option(
        "--sample", metavar="N", type=click.IntRange(1), help="Score N transcripts drawn at random."
    ),
    click.option(
        "--seed", metavar="S", type=int, default=0, show_default=True, help="The draw of --sample."
    ),
    click.option(
        "--fail-under",
        metavar="X",
        type=click.FloatRange(0, 5),
        help="End with exit code 10 where a score is under X.",
    ),
)


def reading_options(command: F) -> F:
    """Add what says how files are read and who is scored."""
    return _added(command, _READING)


def judging_options(command: F) -> F:
    """Add what says how a model judges."""
    return _added(command, _JUDGING)


def batch_options(command: F) -> F:
    """Add what is for many transcripts."""
    return _added(command, _BATCH)


def _added(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        command = option(command)
    return command
