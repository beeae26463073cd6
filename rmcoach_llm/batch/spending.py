"""What a run has spent and what its calls in flight may still cost, against a cap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from rmcoach_llm.domain import LedgerStatus, Usage
from rmcoach_llm.errors import BudgetSpent


@dataclass
class Spending:
    """Count the money of one run, over all its models; in US dollars.

    `known` is what answers have cost by their tokens; `uncertain` counts calls whose tokens are not
    known at the most they can have cost. With a `cap`, known, uncertain and what is reserved for
    calls in flight never add up to more. `unpriced` counts calls of models without a price.

    >>> spending = Spending(cap=1.0)
    >>> spending.reserve(0.6); spending.fits(0.6)
    False
    >>> spending.settle(0.6, known=0.1); spending.fits(0.6)
    True
    """

    cap: float | None = None
    known: float = 0.0
    uncertain: float = 0.0
    unpriced: int = 0
    usage: Usage = field(default_factory=Usage)
    _reserved: dict[float, int] = field(default_factory=dict)
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def spent(self) -> float:
        """Give what counts against the cap, without calls in flight."""
        return self.known + self.uncertain

    @property
    def reserved(self) -> float:
        """Give the most that the calls in flight may cost."""
        # Added up anew: a running sum would keep what rounding leaves behind.
        return sum(amount * times for amount, times in self._reserved.items())

    def fits(self, most: float) -> bool:
        """Say whether a call of at most so much may begin; raises BudgetSpent if never."""
        if self.cap is None:
            return True
        if self.spent + most > self.cap:
            raise self._exhausted(most)
        return self.spent + self.reserved + most <= self.cap

    def reserve(self, most: float) -> None:
        """Keep the most that a call may cost, until it is settled."""
        self._reserved[most] = self._reserved.get(most, 0) + 1

    def settle(self, most: float, *, known: float = 0.0, uncertain: float = 0.0) -> None:
        """Put what a call has cost in the place of what was kept for it."""
        left = self._reserved.pop(most) - 1
        if left:
            self._reserved[most] = left
        self.known += known
        self.uncertain += uncertain
        self.wake()

    def wake(self) -> None:
        """Wake all that wait for the end of a call."""
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def next_end(self) -> asyncio.Future[None]:
        """Give what is done when the next call ends; it counts from now, not from the first await."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        waiter.add_done_callback(self._waiting.discard)
        return waiter

    def _exhausted(self, most: float) -> BudgetSpent:
        lost = f" ({dollars(self.uncertain)} of it for lost answers)" if self.uncertain else ""
        return BudgetSpent(
            f"the next call could cost {dollars(most)}, and {dollars(self.spent)}{lost} of"
            f" --max-cost {dollars(self.cap or 0.0)} are spent",
            remedy="raise --max-cost and run the same again: what is done is not asked again",
        )


def dollars(amount: float | None) -> str:
    """Show an amount; small ones with as many digits as say something.

    >>> dollars(12.3456), dollars(0.00123), dollars(0), dollars(None)
    ('$12.35', '$0.0012', '$0.00', 'unknown price')
    """
    if amount is None:
        return "unknown price"
    if 0 < amount < 0.0001:
        return "under $0.0001"
    return f"${amount:.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.2g}"


def in_all(status: LedgerStatus) -> str:
    """Say what a store's runs have cost, this one and all before it.

    >>> in_all(LedgerStatus(answered=12, cost=1.5, unpriced=2))
    'in all, this store: $1.50, and 2 calls of unknown price'
    """
    if status.cost is None:
        return (
            f"in all, this store: {dollars(None)}"
            if status.unpriced
            else "in all, this store: $0.00"
        )
    calls = f", and {status.unpriced:,} calls of unknown price" if status.unpriced else ""
    return f"in all, this store: {dollars(status.cost)}{calls}"
