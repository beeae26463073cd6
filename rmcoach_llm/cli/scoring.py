"""Carry out a batch from the command line: signals, progress, what is printed, exit codes."""

from __future__ import annotations

import asyncio
import gc
import json
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rmcoach_llm.batch.estimate import compared
from rmcoach_llm.batch.exports import partial_name
from rmcoach_llm.batch.run import Plan, Result, run_batch
from rmcoach_llm.batch.spending import in_all
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.cli import report
from rmcoach_llm.cli.problems import Problems
from rmcoach_llm.cli.progress import Progress
from rmcoach_llm.errors import InputError
from rmcoach_llm.reports.batch import outcome_line, summary_line
from rmcoach_llm.reports.spread import Spreads
from rmcoach_llm.reports.tables import Row
from rmcoach_llm.reports.terminal import shown
from rmcoach_llm.wiring import readers_by_suffix

if TYPE_CHECKING:
    from rmcoach_llm.batch.estimate import Estimate
    from rmcoach_llm.batch.run import Item
    from rmcoach_llm.batch.spending import Spending
    from rmcoach_llm.domain import Outcome, Scorecard
    from rmcoach_llm.protocols import Evaluator, Ledger

EXIT_INCOMPLETE = 1
EXIT_UNDER = 10
SIGNAL_BASE = 128
JUDGED = ("scored", "not applicable", "unscored", "failed")

LOOKS_FOR_GARBAGE_AFTER = 2_000
"""New objects after which garbage is looked for while talks are judged: what lies about is memory."""


@dataclass
class Scoring:
    """Hold what a batch printed and counted; `show` prints one scorecard in full.

    `quiet` prints no line for a result, as they go to files; `out` names them. `total` guesses how many transcripts
    there are. `kept` says that the ledger outlives
    the run: without --store it is there for the run alone. `under` counts what has a score under
    `fail_under`, `without` what has none to reach it.
    """

    evaluator: Evaluator
    ledger: Ledger | None
    plan: Plan
    stop: Stop
    progress: Progress | None
    show: Callable[[Scorecard, Result], None] | None
    as_json: bool = False
    kept: bool = False
    write: Callable[[Row], None] | None = None
    fail_under: float | None = None
    counts: Counter[str] = field(default_factory=Counter)
    spreads: Spreads = field(default_factory=Spreads)
    quiet: bool = False
    out: tuple[Path, ...] = ()
    total: Callable[[], int] = int
    problems: Problems = field(default_factory=Problems)
    errors: list[int] = field(default_factory=list)
    unscored: int = 0
    under: int = 0
    without: int = 0

    async def run(self, entries: Iterable[Item | InputError]) -> None:
        """Judge what comes; print each result in the order of the input."""
        gc.freeze()  # all that was loaded stays: no need to look through it for garbage
        gc.set_threshold(LOOKS_FOR_GARBAGE_AFTER, 10, 10)
        with _signals(self.stop, self._say):
            await run_batch(
                entries,
                self.evaluator,
                self._on_result,
                ledger=self.ledger,
                plan=self.plan,
                stop=self.stop,
            )
        self._clear()
        self.problems.end()

    def _on_result(self, result: Result) -> None:
        how = self._how(result)
        self.counts[how] += 1
        card = self._card(result) if self.as_json or self.show or self.write else None
        if result.problem is not None:
            self._clear()
            self.errors.append(self.problems.say(result.problem, result.label))
        elif result.outcome is not None:
            self._score(_named(result), result.outcome)
            self._print(result, result.outcome, card)
        if self.write is not None:
            said = None if result.problem is None else str(result.problem)
            self.write(Row(result.label, how, result.id, result.key, result.outcome, card, said))
        if self.progress is not None:
            new = result.how == "scored"
            cost = result.outcome.cost if new and result.outcome else None
            self.progress.step(worked=new or result.how == "left_out", cost=cost)

    def _how(self, result: Result) -> str:
        """Say in the words of the summary what came of a line of the input."""
        if result.outcome is None:
            return "left out"  # also where the evaluator raised: nothing is kept of it
        if result.outcome.state == "failed":
            return "failed"
        named = {"unscored": "unscored", "not_applicable": "not applicable"}
        return named.get(result.outcome.status, result.how)

    def _score(self, label: str, outcome: Outcome) -> None:
        self.unscored += outcome.status in ("partial", "unscored")
        scores = {name: score for name, score in outcome.scores.items() if score is not None}
        self.spreads.add(label, scores)
        if self.fail_under is not None:
            self.under += any(score < self.fail_under for score in scores.values())
            self.without += not scores

    def _print(self, result: Result, outcome: Outcome, card: Scorecard | None) -> None:
        if self.quiet:
            return
        self._clear()
        if self.as_json and card is not None:
            click.echo(json.dumps(card.model_dump(mode="json")))  # ASCII: nothing steers
        elif self.show is not None and card is not None:
            self.show(card, result)
        else:
            # Lines of what is reused come by the thousand: they may wait for each other.
            sys.stdout.write(outcome_line(_named(result), outcome) + "\n")
            if result.how == "scored":
                sys.stdout.flush()

    def _card(self, result: Result) -> Scorecard | None:
        """Give the scorecard under the transcript's own id: equal talks share the judgement."""
        if result.card is not None or result.outcome is None:
            return result.card
        assert self.ledger is not None  # noqa: S101 - without one every card is at hand
        assert result.key is not None  # noqa: S101 - what has an outcome has a key
        card = self.ledger.scorecard(result.key)
        return card.model_copy(update={"transcript": result.id})

    def _clear(self) -> None:
        if self.progress is not None:
            self.progress.clear()

    def _say(self, text: str) -> None:
        self._clear()
        click.echo(text, err=True)

    def summary(self, skipped: dict[str, int]) -> None:
        """Print the sum of the batch, and how to go on where something is left."""
        order = ("scored", "reused", "repeated", "not applicable", "unscored", "failed", "left out")
        counts = {name: self.counts[name] for name in order}
        for line in (summary_line(counts, skipped), *self.spreads.lines()):
            self._say(line)
        if self.kept and self.counts["failed"]:
            self._say("failed: judged again by the same command with --retry-failed")
        if self.out and not self.stop.asked:
            self._say(f"written: {_listed(self.out)}")
        if self.evaluator.name == "language" and self.spreads.lines():
            self._say("judged by rules on the language, without a model: a rough guide")

    def cost(self, estimate: Estimate | None, spending: Spending) -> None:
        """Print what the batch took beside what was estimated, and what the store has cost."""
        judged = sum(self.counts[how] for how in JUDGED)
        self._say(compared(estimate, spending, judged))
        if self.kept and self.ledger is not None:
            self._say(in_all(self.ledger.status()))

    @property
    def scored(self) -> int:
        """Count what came to a result, a score or none: all but what was left out."""
        return self.counts.total() - len(self.errors)

    def end(self) -> int:
        """Say why the batch ended early, if it did; give the exit code."""
        if self.stop.error is not None:
            code = report(self.stop.error)
            self._go_on()
            return code
        if self.stop.signal is not None:
            self._go_on()
            return SIGNAL_BASE + self.stop.signal
        if not self.counts:
            return report(_nothing_read())
        if self.errors and not self.scored:
            return max(self.errors)
        if self.without:
            self._say(f"--fail-under: not reached by {self.without:,} without any score")
        if self.under:
            self._say(
                f"--fail-under {self.fail_under:g}: {self.under:,} of {self.scored:,} are under it"
            )
            return EXIT_UNDER
        return EXIT_INCOMPLETE if self.errors or self.unscored or self.without else 0

    def _go_on(self) -> None:
        if self.write is not None:
            self._say(self._written())
        if not self.kept:
            done = "printed" if self.write is None else "written"
            self._say(f"what was {done} is done; nothing else was kept: give --store FILE for that")
            return
        command = shlex.join(["rmcoach", *sys.argv[1:]])
        self._say(f"what is done is kept; to go on, run the same again:\n  {command}")

    def _written(self) -> str:
        """Say how much of the input is done, and where it was written."""
        done, total = self.counts.total(), self.total()
        if not done:
            return "--out: nothing was written, as nothing new is done"
        share = f"{done:,} of {total:,} transcripts" if done < total else f"the first {done:,}"
        names = _listed(map(partial_name, self.out))
        return f"{names}: {share}; what --out names is written when all are done"


def _named(result: Result) -> str:
    """Name a transcript: by its file, and by its id where a file may hold several."""
    return (
        result.label
        if result.id in (None, result.label, shown(result.label))
        else f"{result.label} [{result.id}]"
    )


def _listed(paths: Iterable[Path]) -> str:
    return ", ".join(shown(str(path)) for path in paths)


def _nothing_read() -> InputError:
    endings = " ".join(sorted(readers_by_suffix()))
    return InputError(
        "input",
        "whole input",
        "holds no transcript",
        remedy=f"files are read that end in {endings}",
    )


@contextmanager
def _signals(stop: Stop, say: Callable[[str], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end a batch in good order, and at once when they come twice."""
    loop = asyncio.get_running_loop()

    def asked(which: signal.Signals) -> None:
        if stop.asked:
            say("cutting off what is under way")
            stop.drop()
            return
        say("ending: what is under way is finished, press Ctrl-C again to cut it off")
        stop.ask(by=which)

    handled = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(which) for which in handled]
    for which in handled:
        try:
            loop.add_signal_handler(which, asked, which)
        except NotImplementedError:  # Windows: the handler runs between two steps of the loop
            signal.signal(which, lambda number, _: asked(signal.Signals(number)))
    try:
        yield
    finally:
        for which, handler in zip(handled, before, strict=True):
            with suppress(NotImplementedError):
                loop.remove_signal_handler(which)
            signal.signal(which, handler)
