"""Pages of a batch: a line a transcript, the sum at the end, what a ledger holds."""

from __future__ import annotations

from collections.abc import Mapping

from rmcoach_llm.domain import LedgerStatus, Outcome
from rmcoach_llm.reports.terminal import shown

MOST_LISTED = 50
MOST_REASONS = 8


def outcome_line(label: str, outcome: Outcome) -> str:
    """Give one line for a transcript: where it came from, and its scores or why there is none.

    >>> from rmcoach_llm.domain import FrozenMap
    >>> scores = FrozenMap({"trust": 3.25, "persuasion": None})
    >>> outcome = Outcome(state="done", status="partial", scores=scores, reason="no occasion")
    >>> outcome_line("a.txt", outcome)
    'a.txt: trust 3.2, persuasion - (no occasion)'
    """
    scores = ", ".join(
        f"{name} {'-' if score is None else f'{score:.1f}'}"
        for name, score in outcome.scores.items()
    )
    missing = any(score is None for score in outcome.scores.values())
    why = f" ({shown(outcome.reason)})" if missing and outcome.reason else ""
    return f"{shown(label)}: {scores}{why}"


def summary_line(counts: Mapping[str, int], skipped: Mapping[str, int]) -> str:
    """Give the sum of a batch: how many came to what, and what was skipped most.

    >>> summary_line({"scored": 3, "reused": 0}, {"ending '.mp4'": 1})
    "3 scored, 1 skipped (ending '.mp4')"
    """
    said = [f"{count:,} {name}" for name, count in counts.items() if count]
    if skipped:
        most = sorted(skipped.items(), key=lambda pair: (-pair[1], pair[0]))
        by_reason = [why if n == 1 else f"{n:,} {why}" for why, n in most[:MOST_REASONS]]
        if len(most) > MOST_REASONS:
            by_reason.append(f"{len(most) - MOST_REASONS:,} other reasons")
        said.append(f"{sum(skipped.values()):,} skipped ({shown(', '.join(by_reason))})")
    return ", ".join(said) or "nothing to score"


def status_page(status: LedgerStatus) -> str:
    """Give what a ledger holds, with each call that may have been charged for in vain."""
    lines = [
        f"results: {status.done:,} done, {status.failed:,} failed",
        f"answered calls: {status.answered:,}",
        f"tokens: {status.usage.prompt_tokens:,} read, {status.usage.completion_tokens:,} written",
        f"cost: {_cost(status)}",
    ]
    open_now = [call for call in status.uncertain if call.state == "open"]
    lost = [call for call in status.uncertain if call.state != "open"]
    if open_now:
        lines.append(f"under way: {len(open_now):,} calls")
    if lost:
        lines.append(f"maybe charged for without an answer that was kept: {len(lost):,} calls")
        lines += [
            f"  call {call.number} for {call.item[:12]} at {call.started_at}: {shown(call.why or '')}"
            for call in lost[:MOST_LISTED]
        ]
        if len(lost) > MOST_LISTED:
            lines.append(f"  and {len(lost) - MOST_LISTED:,} more: --json lists all")
    if status.failed:
        lines.append("failed ones are tried again with --retry-failed")
    return "\n".join(lines)


def _cost(status: LedgerStatus) -> str:
    if not status.answered:
        return "none"
    if status.cost is None:
        return "unknown, as the model's price is"
    more = f", and {status.unpriced:,} calls without a known price" if status.unpriced else ""
    return f"{status.cost:.2f} USD{more}"
