"""What a run will take, before it starts, and how near that was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from rmcoach_llm.batch.spending import Spending, dollars
from rmcoach_llm.domain import Price, Transcript
from rmcoach_llm.protocols import Evaluator, Expected, expected_of

SAMPLE = 50
"""Transcripts that are read where the number of all is known."""

ASSUMPTIONS = (
    "5 to 3.5 characters are a token; answers are as long as those of benchmarks/judge_trials",
    "at least, all that an endpoint can keep of a prompt is cached; at most, nothing is",
    (
        "not in it: calls that are repeated after a fault, and what a model thinks before it answers,"
        " which many charge as part of the answer"
    ),
)

Range = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """Say what judging so many transcripts is likely to take, from the least to the most.

    `read` of the `transcripts` were looked at, the rest is like them. `dollars` is None where the
    price of one of the models is not known: `unknown` names those.
    """

    transcripts: int
    read: int
    calls: Range
    prompt_tokens: Range
    answer_tokens: Range
    dollars: Range | None
    unknown: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def lines(self) -> tuple[str, ...]:
        """Give it as a person reads it: the figures, and then what they rest on."""
        cost = "unknown price" if self.dollars is None else _money(self.dollars)
        if self.unknown:
            cost += f" of {', '.join(self.unknown)}"
        about = "about " if self.read < self.transcripts else ""
        head = (
            f"{about}{self.transcripts:,} transcripts, {_span(self.calls)} calls:"
            f" {_span(self.prompt_tokens)} tokens to read, {_span(self.answer_tokens)} to write: {cost}"
        )
        part = f"read {self.read:,} of {self.transcripts:,}: the rest is taken to be like them"
        return (head, *([part] if self.read < self.transcripts else []), *self.assumptions)


@dataclass
class _Total:
    """Add up what single transcripts take, and how unlike they are."""

    read: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0] * 8)
    middles: list[float] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)

    def add(self, calls: Sequence[Expected], price_of: Callable[[str], Price | None]) -> None:
        self.read += 1
        middle = 0.0
        for call in calls:
            price = price_of(call.model)
            if price is None:
                self.unknown[call.model] = None
            ranges = (call.calls, call.prompt_tokens, call.answer_tokens, _cost(call, price))
            for place, amount in enumerate(end for pair in ranges for end in pair):
                self.sums[place] += amount
            middle += sum(call.prompt_tokens) + sum(call.answer_tokens)
        if len(self.middles) < SAMPLE:  # no more are needed, and memory stays flat
            self.middles.append(middle)

    def spread(self) -> float:
        """Give two standard errors of the mean, as a share of it."""
        mean = sum(self.middles) / max(1, len(self.middles))
        if len(self.middles) < 2 or not mean:
            return 0.0
        square = sum((m - mean) ** 2 for m in self.middles) / (len(self.middles) - 1)
        return 2 * sqrt(square / len(self.middles)) / mean

    def scaled(self, count: int) -> Estimate:
        factor = count / max(1, self.read)
        spread = self.spread() if count > self.read else 0.0
        ends = (max(0.0, 1 - spread) * factor, (1 + spread) * factor)
        ranges = [
            (self.sums[place] * ends[0], self.sums[place + 1] * ends[1]) for place in (0, 2, 4, 6)
        ]
        calls = (self.sums[0] * factor, self.sums[1] * factor)
        cost = None if self.unknown else ranges[3]
        return Estimate(
            count, self.read, calls, ranges[1], ranges[2], cost, unknown=tuple(self.unknown)
        )


def estimated(
    transcripts: Iterable[Transcript],
    evaluator: Evaluator,
    price_of: Callable[[str], Price | None],
    *,
    count: int | None = None,
) -> Estimate | None:
    """Say what judging `transcripts` will take; None where the evaluator cannot say.

    Without `count` all are read, one at a time; with it the first `SAMPLE` at most stand for so many,
    and the range is wider by two standard errors of their mean. Leave out what is done already.
    """
    total = _Total()
    for transcript in transcripts:
        calls = expected_of(evaluator, transcript)
        if calls is None:
            return None
        total.add(calls, price_of)
        if count is not None and total.read >= SAMPLE:
            break
    if count is not None and total.read == 0 and count > 0:
        return None
    return total.scaled(total.read if count is None else count)


def compared(estimate: Estimate | None, spending: Spending, judged: int) -> str:
    """Put what `judged` transcripts took beside what was estimated for so many, in a line.

    >>> from rmcoach_llm.domain import Usage
    >>> estimate = Estimate(10, 10, (10, 10), (9e3, 1.2e4), (1e3, 2e3), (0.5, 1.0))
    >>> used = Usage(calls=10, prompt_tokens=11_000, completion_tokens=3_000)
    >>> compared(estimate, Spending(known=1.2, usage=used), 10)
    'used 14,000 tokens, estimated 10,000 to 14,000; cost $1.20, estimated $0.50 to $1.00: 20 % more'
    """
    usage = spending.usage
    tokens = usage.prompt_tokens + usage.completion_tokens
    used = f"used {tokens:,} tokens"
    cost = f"cost {_actual(spending)}"
    if estimate is None or not estimate.transcripts:
        return f"{used}; {cost}; there was no estimate"
    if not judged:
        return f"{used}; {cost}; no transcript was finished"
    share = judged / estimate.transcripts
    both = tuple(
        share * (p + a) for p, a in zip(estimate.prompt_tokens, estimate.answer_tokens, strict=True)
    )
    tokens_part = f"{used}, estimated {_span((both[0], both[1]))}{_off(tokens, both)}"
    if estimate.dollars is None or spending.unpriced:
        return f"{tokens_part}; {cost}"
    money = (estimate.dollars[0] * share, estimate.dollars[1] * share)
    return f"{tokens_part}; {cost}, estimated {_money(money)}{_off(spending.spent, money)}"


def _actual(spending: Spending) -> str:
    if spending.unpriced and not spending.spent:
        return dollars(None)
    lost = (
        f" and up to {dollars(spending.uncertain)} for lost answers" if spending.uncertain else ""
    )
    calls = f" and {spending.unpriced:,} calls of unknown price" if spending.unpriced else ""
    return f"{dollars(spending.known)}{lost}{calls}"


def _cost(call: Expected, price: Price | None) -> Range:
    """Give the dollars of an expected call; a prompt's length is that of one of its requests."""
    if price is None:
        return (0.0, 0.0)
    least = price.least(call.prompt_tokens[0], call.answer_tokens[0])
    return (least, price.most(call.prompt_tokens[1], call.answer_tokens[1]))


def _off(actual: float, expected: Sequence[float]) -> str:
    least, most = expected
    """Say by how much it is more or less than expected, where that is a per cent at least."""
    more = round(100 * (actual / most - 1)) if most else 0
    less = round(100 * (1 - actual / least)) if least else 0
    if more > 0:
        return f": {more} % more"
    return f": {less} % less" if less > 0 else ""


def _money(both: Range) -> str:
    low, high = map(dollars, both)
    return low if low == high else f"{low} to {high}"


def _span(both: Range) -> str:
    low, high = (f"{_round(end):,}" for end in both)
    return low if low == high else f"{low} to {high}"


def _round(amount: float) -> int:
    """Round to two digits, so that nobody takes an estimate for a count."""
    whole = round(amount)
    return int(round(whole, 2 - len(str(whole))))
