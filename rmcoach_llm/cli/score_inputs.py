"""What `rmcoach score` judges and through what: transcripts from anywhere, models with limits."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import click

from rmcoach_llm.batch.estimate import SAMPLE, Estimate, estimated
from rmcoach_llm.batch.exports import partial_name
from rmcoach_llm.batch.inputs import Entry, Found, Skipped, find_files
from rmcoach_llm.batch.items import Source, limited, sampled
from rmcoach_llm.batch.journal import Journalled
from rmcoach_llm.batch.limits import Limits, Rates
from rmcoach_llm.batch.prices import Prices
from rmcoach_llm.batch.run import Item
from rmcoach_llm.batch.spending import Spending
from rmcoach_llm.batch.stop import Stop
from rmcoach_llm.cli.common import from_standard_input, store_of
from rmcoach_llm.cli.problems import Problems
from rmcoach_llm.cli.score_options import Asked
from rmcoach_llm.domain import FrozenMap, Price, Transcript, work_key
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ChatModel, Evaluator, Ledger, ReadOptions
from rmcoach_llm.readers.role_files import read_roles
from rmcoach_llm.settings import Settings
from rmcoach_llm.wiring import read_file, readers_by_suffix

EXIT_INCOMPLETE = 1


@dataclass(frozen=True)
class Meters:
    """Give each model its limits and its price; one budget covers all of them."""

    prices: Prices
    host: str
    stop: Stop
    spending: Spending
    rates: Rates

    def price_of(self, model: str) -> Price | None:
        """Give what a model costs here, None where that is not known."""
        return self.prices.of(model, self.host)

    def of(self, model: str) -> Limits:
        """Give the limits of a model."""
        price = self.price_of(model)
        return Limits(model, self.stop, self.spending, price=price, rates=self.rates)


class Judges(NamedTuple):
    """Hold what the calls of a batch go through."""

    runner: asyncio.Runner
    stack: ExitStack
    model: ChatModel | None
    ledger: Ledger | None
    stop: Stop
    meters: Meters
    at_once: int

    def journalled(self, model: ChatModel) -> ChatModel:
        """Give a model whose calls are metered and in the ledger; it is let go at the end."""
        meter = self.meters.of(model.name)
        made = Journalled(model, self.ledger, self.stop, meter, at_once=self.at_once)
        self.stack.callback(lambda: self.runner.run(made.close()))
        return made


@dataclass
class Inputs:
    """Find and read what is to be judged; may be gone through more than once."""

    asked: Asked
    stack: ExitStack
    settings: Settings
    skipped: dict[str, int] = field(default_factory=dict)

    @cached_property
    def _options(self) -> ReadOptions:
        roles = read_roles(self.asked.roles) if self.asked.roles else FrozenMap()
        return ReadOptions(trainee=self.settings.trainee, encoding=self.asked.encoding, roles=roles)

    @cached_property
    def _piped(self) -> list[Found]:
        if not any(str(path) == "-" for path in self.asked.paths):
            return []
        return [Found(from_standard_input(self.stack), "standard input")]

    def _found(self) -> Iterator[Entry]:
        yield from self._piped
        paths = [path for path in self.asked.paths if str(path) != "-"]
        results = {
            os.path.realpath(name) for path in self.asked.out for name in (path, partial_name(path))
        }
        for entry in find_files(paths, tuple(readers_by_suffix())):
            if isinstance(entry, Found) and os.path.realpath(entry.path) in results:
                yield Skipped(entry.label, "named by --out")
            else:
                yield entry

    @cached_property
    def total(self) -> int:
        """Guess how many transcripts will be judged: one a file, one a line of JSON Lines."""
        files = sum(_talks_in(entry.path) for entry in self._found() if isinstance(entry, Found))
        seen = files + len(self.asked.sessions)
        return min(seen, self.asked.sample or seen, self.asked.limit or seen)

    def count(self, most: int) -> int:
        """Count what is to be judged, what cannot be read among it; goes no further than `most`."""
        asked = min(most, self.asked.sample or most, self.asked.limit or most)
        source = Source(self._read)
        read = itertools.islice(source.items(self._found()), asked)
        return min(asked, len(self.asked.sessions) + sum(1 for _ in read))

    def items(self, evaluator: Evaluator, ledger: Ledger | None) -> Iterator[Item | InputError]:
        """Give each transcript in turn, and what cannot be read."""
        return self._chosen(self._source(evaluator, ledger))

    def _chosen(self, source: Source) -> Iterator[Item | InputError]:
        items: Iterator[Item | InputError] = itertools.chain(
            self._kept(), source.items(self._found())
        )
        if self.asked.sample is not None:
            items = sampled(items, self.asked.sample, self.asked.seed)
        return items if self.asked.limit is None else limited(items, self.asked.limit)

    def _source(self, evaluator: Evaluator, ledger: Ledger | None) -> Source:
        self.skipped.clear()
        return Source(
            self._read,
            self._options.model_dump_json(),
            ledger,
            evaluator.fingerprint,
            self.asked.retry_failed,
            self.skipped,
        )

    def _read(self, found: Found) -> Iterator[Transcript | InputError]:
        return read_file(found.path, self._options.model_copy(update={"label": found.label}))

    def _kept(self) -> Iterator[Item]:
        if not self.asked.sessions:
            return
        store = store_of(self.settings)
        try:
            for name in self.asked.sessions:
                yield Item.of(name, store.load(name))
        finally:
            store.close()

    def look_ahead(self, evaluator: Evaluator, ledger: Ledger | None, meters: Meters) -> Ahead:
        """Read what is not done yet, all of it for a dry run and else some, and estimate the rest."""
        ahead = Ahead(whole=self.asked.dry_run)
        source = self._source(evaluator, ledger)
        fresh = self._not_done(ahead, source)
        some = list(itertools.islice(fresh, SAMPLE))
        if self.asked.dry_run:
            whole = itertools.chain(some, fresh)
            ahead.estimate = estimated(whole, evaluator, meters.price_of)
            ahead.done += source.done
            return ahead
        more = next(fresh, None) is not None
        ahead.done += source.done
        count = max(ahead.new, self.total - ahead.done) if more else None
        ahead.estimate = estimated(some, evaluator, meters.price_of, count=count)
        return ahead

    def _not_done(self, ahead: Ahead, source: Source) -> Iterator[Transcript]:
        seen: set[str] = set()
        for item in self._perhaps_new(source):
            if isinstance(item, InputError):
                ahead.problems.append(item)
                continue
            if item.kept is not None:
                ahead.done += 1
                continue
            key = work_key(item.digest, source.fingerprint)
            kept = source.ledger.outcomes([key]).get(key) if source.ledger is not None else None
            again = kept is not None and kept.state == "failed" and self.asked.retry_failed
            if key in seen or (kept is not None and not again) or item.transcript is None:
                ahead.done += 1
                continue
            seen.add(key)
            ahead.new += 1
            yield item.transcript

    def _perhaps_new(self, source: Source) -> Iterator[Item | InputError]:
        """Give what may be new; of files of which all is done only where some are drawn from all."""
        if self.asked.sample is not None or self.asked.limit is not None:
            return self._chosen(source)
        return itertools.chain(self._kept(), source.items(self._found(), new_only=True))


@dataclass
class Ahead:
    """Hold what there is to do, as far as was looked ahead."""

    whole: bool
    new: int = 0
    done: int = 0
    problems: list[InputError] = field(default_factory=list)
    estimate: Estimate | None = None

    def show(self) -> None:
        """Print it; of a dry run also what cannot be read, and what the estimate rests on."""
        if self.whole:
            said = Problems()
            for problem in self.problems:
                said.say(problem)
            said.end()
            left_out = f", {len(self.problems):,} left out" if self.problems else ""
            click.echo(f"{self.new:,} to judge, {self.done:,} done or repeated{left_out}")
        if self.estimate is None:
            click.echo(
                "estimate: none, as the evaluator cannot say what it asks", err=not self.whole
            )
            return
        if not self.estimate.transcripts:
            click.echo("nothing new to judge", err=not self.whole)
            return
        if not any(self.estimate.calls):
            click.echo("estimate: no model is asked, nothing is to pay", err=not self.whole)
            return
        first, *rest = self.estimate.lines()
        click.echo(f"estimate: {first}", err=not self.whole)
        for line in rest if self.whole else ():
            click.echo(f"  {line}")

    @property
    def exit_code(self) -> int:
        """Give 0, or 1 where something cannot be read."""
        return EXIT_INCOMPLETE if self.problems else 0


def _talks_in(path: Path) -> int:
    """Guess how many talks a file holds: one, or one a line."""
    if path.suffix.lower() not in (".jsonl", ".ndjson") or not path.is_file():
        return 1
    try:
        with path.open("rb") as file:
            return sum(1 for line in file if line.strip())
    except OSError:
        return 1  # the reader says what is wrong with it
