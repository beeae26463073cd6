"""A judge that fails now and then: each talk ends scored, or with the reason why it is not."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.batches import command, ended, lines_of, score, started, status
from support.fault_server import FaultServer

from benchmarks.billing import FAULTS, BillingJudge
from rmcoach_llm.batch import journal

TALKS = 120
PASSING = [fault for fault in FAULTS if fault != "silence"]
QUICK = (0.0, 0.004)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what failed for a passing reason be asked again at once."""
    monkeypatch.setattr(journal, "AGAIN_AFTER_S", (0.01, 0.02))


@pytest.fixture
def judge() -> Iterator[BillingJudge]:
    """Serve a judge that answers in milliseconds."""
    with BillingJudge(QUICK) as made:
        yield made


def now_and_then(share: float, *faults: str) -> Callable[[int, str], str | None]:
    """Give a fault for such a share of requests, drawn anew each time; none twice running to a request."""
    draw = random.Random(5)
    failed: set[str] = set()

    def fault(_: int, text: str) -> str | None:
        if text in failed or draw.random() >= share:
            failed.discard(text)
            return None
        failed.add(text)
        return draw.choice(faults)

    return fault


def test_with_mixed_faults_every_talk_ends_scored(judge: BillingJudge, tmp_path: Path) -> None:
    """One call in ten fails in any way that passes, twice what is usual: nothing is lost."""
    file, store = lines_of(tmp_path / "talks.jsonl", TALKS), tmp_path / "run.db"
    judge.fault = now_and_then(0.1, *PASSING)
    done = score(judge, file, "--store", store, "--concurrency", 8)
    assert done.code == 0, done.err
    assert len(done.lines) == TALKS
    held = status(store)
    assert (held["done"], held["failed"]) == (TALKS, 0)
    assert done.asked > TALKS


def test_a_refusal_is_left_for_a_person(judge: BillingJudge, tmp_path: Path) -> None:
    """What the model refuses three times stands there with its reason."""
    file, store = lines_of(tmp_path / "talks.jsonl", 20), tmp_path / "run.db"
    judge.fault = lambda _, text: "refusal" if "if 7 is late" in text else None
    done = score(judge, file, "--store", store)
    (refused,) = [line for line in done.lines if "ModelDeclined" in line]
    assert "[t7]" in refused
    assert (done.code, done.asked) == (1, 19 + 3)
    assert "19 scored, 1 failed" in done.err


@pytest.mark.parametrize("fault", ["malformed", "empty", "truncated"])
def test_a_judge_that_never_answers_well_is_said(
    judge: BillingJudge, tmp_path: Path, fault: str
) -> None:
    """Each talk ends failed with its reason, after a bounded number of requests."""
    file, store = lines_of(tmp_path / "talks.jsonl", 3), tmp_path / "run.db"
    judge.fault = lambda *_: fault
    done = score(judge, file, "--store", store)
    assert done.code == 1
    assert "3 failed" in done.err
    assert all("the model gave no judgement" in line for line in done.lines)
    assert done.asked <= 3 * 30
    assert score(judge, file, "--store", store).asked == 0


@pytest.mark.parametrize(
    ("fault", "says"),
    [("http_401", "key"), ("insufficient_quota", "credit"), ("http_404_model", "model")],
)
def test_what_all_would_meet_stops_it_at_once(tmp_path: Path, fault: str, says: str) -> None:
    """No key, no credit, no such model: a clear stop after the calls in flight, and how to go on."""
    file, store = lines_of(tmp_path / "talks.jsonl", 60), tmp_path / "run.db"
    with FaultServer() as server:
        model = ("--model", "gpt-x", "--base-url", server.url(fault))
        with BillingJudge(QUICK) as unused:
            done = score(unused, file, "--store", store, "--concurrency", 4, *model)
        assert sum(server.requests.values()) <= 4
    assert done.code == 8
    assert says in done.err
    assert "to go on, run the same again" in done.err
    assert (status(store)["done"], status(store)["failed"]) == (0, 0)


def test_against_the_chaos_of_the_fault_server(
    tmp_path: Path, shared_file: Callable[[str], Path]
) -> None:
    """It never answers as a judge does: each talk is itemised with a reason, no traceback."""
    file, store = lines_of(tmp_path / "talks.jsonl", 6), tmp_path / "run.db"
    server = subprocess.Popen(
        [sys.executable, "-u", str(shared_file("attacks/fault_server.py")), "serve", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().split(":")[-1].split("/")[0].strip()
        with BillingJudge(QUICK) as unused:
            words = command(unused, file, "--store", store)
        words[-1] = f"http://127.0.0.1:{port}/chaos/v1"
        done = ended(started(words), 120)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    assert "Traceback" not in done.err
    assert done.code == 1, done.err
    assert len(done.lines) == 6
    assert status(store)["failed"] == 6
