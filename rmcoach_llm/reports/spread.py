"""How the scores of many transcripts are spread, and which are the lowest; in constant memory."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt

from rmcoach_llm.reports.terminal import shown

LOWEST = 5
"""How many of the lowest are named."""


@dataclass
class Spread:
    """Add up scores of 0 to 5 one at a time; `under` counts those below `mark`, where there is one.

    The variance is summed as by Welford (1962, Technometrics 4(3)).

    >>> spread = Spread(mark=3.0)
    >>> for score in (1.0, 3.0, 5.0):
    ...     spread.add(score)
    >>> spread.mean, spread.deviation, spread.low, spread.high, spread.under
    (3.0, 2.0, 1.0, 5.0, 1)
    """

    mark: float | None = None
    count: int = 0
    mean: float = 0.0
    low: float = inf
    high: float = -inf
    under: int = 0
    _squares: float = 0.0

    def add(self, score: float) -> None:
        """Count a score."""
        self.count += 1
        off = score - self.mean
        self.mean += off / self.count
        self._squares += off * (score - self.mean)
        self.low, self.high = min(self.low, score), max(self.high, score)
        self.under += self.mark is not None and score < self.mark

    @property
    def deviation(self) -> float:
        """Give the standard deviation of the scores as a sample, 0 for less than two."""
        return sqrt(self._squares / (self.count - 1)) if self.count > 1 else 0.0


@dataclass
class Spreads:
    """Keep the spread of each rubric, and the transcripts with the lowest mean of their rubrics.

    `marks` are the scores that pass, by rubric, None where a rubric has none.

    >>> spreads = Spreads({"trust": 3.0})
    >>> for label, score in (("a.txt", 2.0), ("b.txt", 4.0)):
    ...     spreads.add(label, {"trust": score})
    >>> print("\\n".join(spreads.lines()))
           scored  mean    sd   low  high  below the pass mark
    trust       2   3.0   1.4   2.0   4.0  1 (3.0)
    lowest: a.txt 2.0, b.txt 4.0
    """

    marks: Mapping[str, float | None] = field(default_factory=dict)
    _of: dict[str, Spread] = field(default_factory=dict)
    _lowest: list[tuple[float, int, str]] = field(default_factory=list)
    _seen: int = 0

    def add(self, label: str, scores: Mapping[str, float]) -> None:
        """Count a transcript's scores, those that there are."""
        if not scores:
            return
        for name, score in scores.items():
            self._of.setdefault(name, Spread(self.marks.get(name))).add(score)
        self._seen += 1
        # The highest of the lowest is on top of the heap; of equal ones the first stay.
        entry = (-sum(scores.values()) / len(scores), -self._seen, label)
        change = heapq.heappush if len(self._lowest) < LOWEST else heapq.heappushpop
        change(self._lowest, entry)

    def lines(self) -> list[str]:
        """Give a table with a line a rubric, and the lowest; nothing for less than two transcripts."""
        if self._seen < 2:
            return []
        marked = any(spread.mark is not None for spread in self._of.values())
        head = ["", "scored", "mean", "sd", "low", "high"]
        rows = [head, *(_row(name, spread) for name, spread in self._of.items())]
        widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
        lines = [_aligned(row, widths) for row in rows]
        if marked:
            lines[0] += "  below the pass mark"
            for n, spread in enumerate(self._of.values(), start=1):
                mark = spread.mark
                lines[n] += "  -" if mark is None else f"  {spread.under:,} ({mark:.1f})"
        lowest = ", ".join(f"{shown(label)} {-mean:.1f}" for mean, _, label in self._ordered())
        return [*lines, f"lowest: {lowest}"]

    def _ordered(self) -> Sequence[tuple[float, int, str]]:
        return sorted(self._lowest, reverse=True)


def _row(name: str, spread: Spread) -> list[str]:
    figures = (spread.mean, spread.deviation, spread.low, spread.high)
    return [name, f"{spread.count:,}", *(f"{figure:.1f}" for figure in figures)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = row
    figures = (cell.rjust(max(width, 4)) for cell, width in zip(rest, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *figures])
