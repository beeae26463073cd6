"""A batch that ends before it is through: what is done is in the files, and the rest is said."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.batches import lines_of, score, status, written

from benchmarks.billing import BillingJudge
from rmcoach_llm.evaluators.language import LanguageEvaluator

TALKS = 30


@pytest.fixture
def judge() -> Iterator[BillingJudge]:
    """Serve a judge that answers at once."""
    with BillingJudge((0.0, 0.0)) as made:
        yield made


def test_a_spent_budget_leaves_a_file_with_what_is_done(
    judge: BillingJudge, tmp_path: Path
) -> None:
    """With --max-cost a file beside it holds what was judged, till all is; an older whole one stays so long."""
    talks, store, out = (
        lines_of(tmp_path / "t.jsonl", TALKS),
        tmp_path / "run.db",
        tmp_path / "o.csv",
    )
    prices = tmp_path / "prices.toml"
    partial = tmp_path / "o.partial.csv"
    out.write_text("whole, of before")
    prices.write_text('[prices."m"]\ninput = 1.0\noutput = 1.0\n')
    given = (talks, "--store", store, "--out", out, "--prices", prices, "--concurrency", "1")
    first = score(judge, *given, "--max-cost", "0.05")
    done = status(store)["done"]
    assert first.code == 9
    assert 0 < done < TALKS
    assert f"{partial}: {done} of {TALKS} transcripts; what --out names is written" in first.err
    assert len(rows(partial)) == done
    assert out.read_text() == "whole, of before"
    again = score(judge, *given)
    assert again.code == 0
    assert [row["id"] for row in rows(out)] == [f"t{n}" for n in range(TALKS)]
    assert f"written: {out}\n" in again.err
    assert "written:" not in first.err
    assert not partial.exists()


def test_a_partial_file_is_no_transcript_and_overwrites_none(
    judge: BillingJudge, tmp_path: Path
) -> None:
    """In a folder that is scored it is not read; where it is the input, or another --out, code 2."""
    folder = written(tmp_path / "in", "a.txt")
    out, partial = folder / "o.csv", folder / "o.partial.csv"
    partial.write_text("id,file\nt1,a.txt\n")
    done = score(judge, folder, "--evaluator", "language", "--out", out)
    assert (done.code, len(rows(out))) == (0, 1), done.err
    assert "1 skipped (named by --out)" in done.err
    taken = score(judge, partial, "--out", out)
    assert (taken.code, "--out would overwrite what is read or kept" in taken.err) == (2, True)
    twice = score(judge, folder, "--out", out, "--out", partial)
    assert (twice.code, "--out names a file twice" in twice.err) == (2, True)


def rows(out: Path) -> list[dict[str, str]]:
    """Read the rows of a table of results."""
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def test_what_an_evaluator_raises_at_is_left_out(
    judge: BillingJudge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Summary and --status agree: nothing is kept of it, and the same command tries it again."""
    folder, store = written(tmp_path / "in", *(f"{n}.txt" for n in range(6))), tmp_path / "run.db"
    given = (folder, "--store", store, "--evaluator", "language")

    def broken(*_: object, **__: object) -> None:
        raise KeyError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(LanguageEvaluator, "evaluate", broken)
        first = score(judge, *given)
    assert "6 left out" in first.err
    assert "error: 0.txt: the evaluator 'language' failed: KeyError: 'gone'" in first.err
    assert "error: 3 more like it in 3 more files" in first.err
    assert first.err.count("report it to whoever wrote the evaluator") == 1
    assert (status(store)["failed"], status(store)["done"]) == (0, 0)
    again = score(judge, *given)
    assert status(store)["done"] == 6, again.err


def test_a_wrong_trainee_over_a_folder_is_said_once(judge: BillingJudge, tmp_path: Path) -> None:
    """One slip in an option is one problem, however many files meet it; each is in the results."""
    folder = written(tmp_path / "in", *(f"{n}.txt" for n in range(40)))
    out = tmp_path / "o.csv"
    done = score(judge, folder, "--trainee", "Trayne", "--out", out)
    assert done.code == 3
    assert done.err.count("no speaker is called 'Trayne'") == 4
    assert "error: 37 more like it in 37 more files" in done.err
    assert sum("no speaker" in row["reason"] for row in rows(out)) == 40
    assert done.asked == 0
