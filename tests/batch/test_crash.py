"""Killed anywhere: nothing lost, nothing twice, and each second bill is listed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from benchmarks.billing import BillingJudge
from benchmarks.crash import audited

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_killed_at_random_points_nothing_is_lost(tmp_path: Path) -> None:
    """After kill -9 the rest is done; what was billed twice was in flight, and is listed."""
    audit = audited(tmp_path, kills=5, by="KILL", items=60, concurrency=8)
    assert audit.holds, audit
    assert audit.kills >= 4
    assert audit.billed_twice <= audit.uncertain


@pytest.mark.parametrize("by", ["TERM", "INT"])
def test_ended_by_a_signal_nothing_is_billed_twice(tmp_path: Path, by: str) -> None:
    """After SIGTERM and Ctrl-C the rest is done, and each talk was paid for once."""
    audit = audited(tmp_path, kills=2, by=by, items=60, concurrency=8)
    assert audit.holds, audit
    assert (audit.kills, audit.billed, audit.uncertain) == (2, 60, 0)


def test_who_waits_for_the_bill_sees_a_run_that_has_ended() -> None:
    """A process that ends bills nothing more: what is waited for is looked at all the same."""
    began = time.monotonic()
    with BillingJudge() as judge:
        assert judge.wait(lambda: time.monotonic() - began > 0.3, 60)
        assert time.monotonic() - began < 30
        assert not judge.wait(lambda: False, 0.3)
