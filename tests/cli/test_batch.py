"""A batch from the command line: each piece of work once, new work always, every file accounted for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.batches import lines_of, score, status, talk, written

from benchmarks.billing import BillingJudge

ROOT = Path(__file__).parents[2]
NO_WAIT = (0.0, 0.0)


@pytest.fixture
def judge() -> Iterator[BillingJudge]:
    """Serve a judge that answers at once."""
    with BillingJudge(NO_WAIT) as made:
        yield made


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Write a folder of four talks, two of them in a folder of their own."""
    return written(tmp_path / "talks", "a.txt", "b.txt", "c/d.txt", "c/e.txt")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Name a store."""
    return tmp_path / "run.db"


def test_folders_files_patterns_and_standard_input(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """What paths name is scored, a line each in the order of names, whatever names it."""
    kept = ("--store", store)
    labels = ["a.txt", "b.txt", "c/d.txt", "c/e.txt"]
    folder = score(judge, talks, *kept)
    assert [line.split(":")[0] for line in folder.lines] == labels
    assert (folder.code, folder.asked) == (0, 4)
    files = score(judge, talks / "b.txt", talks / "a.txt", *kept)
    assert [line.split(":")[0] for line in files.lines] == [
        str(talks / x) for x in ("b.txt", "a.txt")
    ]
    pattern = score(judge, talks / "c" / "*.txt", *kept)
    assert len(pattern.lines) == 2
    piped = score(judge, "-", *kept, lines=talk("standard input"))
    assert (len(piped.lines), piped.asked) == (1, 1)
    assert (files.asked, pattern.asked) == (0, 0)


def test_what_is_done_is_not_asked_again(judge: BillingJudge, talks: Path, store: Path) -> None:
    """The second run of the same command takes all from the store, and prints the same lines."""
    first = score(judge, talks, "--store", store)
    again = score(judge, talks, "--store", store)
    assert again.asked == 0
    assert again.lines == first.lines
    assert "4 reused" in again.err


def test_a_coach_that_comes_later_builds_upon_what_is_kept(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """It alone is asked, for what was judged, and without it nothing; the outcome is the same."""
    plain = score(judge, talks, "--store", store)
    written(talks, "f.txt")
    dry = score(judge, talks, "--store", store, "--coach", "--dry-run")
    assert "5 to judge" in dry.out
    later = score(judge, talks, "--store", store, "--coach", "--json")
    at_once = score(judge, talks, "--store", store.with_name("new.db"), "--coach", "--json")
    # This coach gives no line, so that each talk asks it twice: the next step is worth it.
    assert (plain.asked, later.asked, at_once.asked) == (4, 5 * 2 + 1, 5 * 3)
    cards, wanted = ([json.loads(line) for line in run.lines] for run in (later, at_once))
    assert cards == wanted
    assert all(card["provenance"]["options"]["coach"] == "m" for card in cards)
    assert score(judge, talks, "--store", store, "--coach").asked == 0
    # Without the coach again, for the talk that was never judged without: the judge's is kept.
    without = score(judge, talks, "--store", store, "--json")
    assert without.asked == 0
    assert not any("coach" in json.loads(line)["provenance"]["options"] for line in without.lines)


@pytest.mark.parametrize(
    "more",
    [
        ("--model", "other"),
        ("--calls", "rubric"),
        ("--rubric", "persuasion"),
        ("--verify",),
        ("--trainee", "Dana"),
    ],
    ids=str,
)
def test_what_decides_a_score_makes_new_work(
    judge: BillingJudge, talks: Path, store: Path, more: tuple[str, ...]
) -> None:
    """Another model, way to ask, rubric, second look or trainee is asked about, each talk."""
    score(judge, talks, "--store", store)
    given = (*more, "--base-url", judge.url) if "--model" in more else more
    other = score(judge, talks, "--store", store, *given)
    assert other.asked >= 4
    assert "4 scored" in other.err
    back = score(judge, talks, "--store", store)
    assert back.asked == 0


def test_a_changed_transcript_is_new_work(judge: BillingJudge, talks: Path, store: Path) -> None:
    """One file that changed is asked about, the others are not."""
    score(judge, talks, "--store", store)
    (talks / "b.txt").write_text(talk("something else"))
    again = score(judge, talks, "--store", store)
    assert again.asked == 1
    assert "1 scored, 3 reused" in again.err


@pytest.mark.parametrize("what", ["rubric", "prompt"])
def test_an_edited_rubric_or_prompt_is_new_work(
    judge: BillingJudge, talks: Path, store: Path, tmp_path: Path, what: str
) -> None:
    """A word changed in the text that the model reads makes all work new."""
    own = tmp_path / "library"
    places = {"rubric": "rubrics/persuasion.yaml", "prompt": "judge/judge-transcript.md"}
    target = own / places[what]
    target.parent.mkdir(parents=True)
    text = (ROOT / "prompts" / places[what]).read_text()
    target.write_text(text)
    given = ("--store", store, "--library", own)
    score(judge, talks, *given)
    assert score(judge, talks, *given).asked == 0
    target.write_text(text.replace("the trainee", "the learner"))
    assert target.read_text() != text
    changed = score(judge, talks, *given)
    assert "4 scored" in changed.err, changed.err


def test_failed_ones_are_tried_again_only_on_request(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """What a model refused stays failed with its reason; --retry-failed asks about it alone."""
    judge.fault = lambda _, text: "refusal" if "b.txt" in text else None
    first = score(judge, talks, "--store", store)
    assert first.code == 1
    assert "3 scored, 1 failed" in first.err
    (line,) = [line for line in first.lines if line.startswith("b.txt")]
    assert "ModelDeclined" in line
    judge.fault = lambda *_: None
    left = score(judge, talks, "--store", store)
    assert (left.code, left.asked) == (1, 0)
    again = score(judge, talks, "--store", store, "--retry-failed")
    assert (again.code, again.asked) == (0, 1)
    assert (status(store)["done"], status(store)["failed"]) == (4, 0)


def test_a_part_of_it_can_be_scored(judge: BillingJudge, tmp_path: Path, store: Path) -> None:
    """--limit takes the first, --sample as many drawn at random, the same again with its seed."""
    file = lines_of(tmp_path / "talks.jsonl", 30)
    kept = ("--store", store)
    assert score(judge, file, *kept, "--limit", 3).asked == 3
    drawn = score(judge, file, *kept, "--sample", 5, "--seed", 2)
    assert len(drawn.lines) == 5
    assert score(judge, file, *kept, "--sample", 5, "--seed", 2).lines == drawn.lines
    assert score(judge, file, *kept, "--sample", 5, "--seed", 3).lines != drawn.lines


def test_scores_under_a_mark_have_an_exit_code(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """A score under --fail-under ends with 10, also where it was kept before."""
    for _ in range(2):
        assert score(judge, talks, "--store", store, "--fail-under", 5).code == 10
    assert score(judge, talks, "--store", store, "--fail-under", 0).code == 0


def test_json_is_one_scorecard_a_line_and_nothing_else(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """Standard output can be read by a program; reused scorecards are in it too."""
    (talks / "bad.txt").write_text("")
    for asked in (4, 0):
        done = score(judge, talks, "--store", store, "--json")
        cards = [json.loads(line) for line in done.lines]
        assert [card["transcript"] for card in cards] == ["a.txt", "b.txt", "c/d.txt", "c/e.txt"]
        assert (done.code, done.asked) == (1, asked)
        assert "bad.txt" in done.err


def test_the_same_content_is_scored_once_and_reported_twice(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """Copies of a file cost one request, and each has its line."""
    (talks / "z.txt").write_text(talk("a.txt"))
    done = score(judge, talks, "--store", store)
    assert done.asked == 4
    first, *_, copy = done.lines
    assert copy.removeprefix("z.txt") == first.removeprefix("a.txt")
    assert "4 scored, 1 repeated" in done.err


def test_duplicate_ids_are_named_and_the_rest_scored(
    judge: BillingJudge, tmp_path: Path, store: Path
) -> None:
    """The second transcript with an id is left out, with the place of the first."""
    one = lines_of(tmp_path / "one.jsonl", 2)
    two = lines_of(tmp_path / "two.jsonl", 3)
    done = score(judge, one, two, "--store", store)
    assert done.code == 1
    assert (len(done.lines), done.err.count("duplicate id")) == (3, 2)
    assert "3 scored, 2 left out" in done.err


def test_a_mixed_folder_is_accounted_for(judge: BillingJudge, talks: Path, store: Path) -> None:
    """Unknown endings are named and counted; pipes and circles are said; nothing hangs."""
    (talks / "film.mp4").write_bytes(b"\0\1")
    (talks / "notes.xyz").write_text("x")
    (talks / "loop.txt").symlink_to(talks / "loop.txt")
    (talks / "round").symlink_to(talks)
    os.mkfifo(talks / "pipe.txt")
    done = score(judge, talks, "--store", store)
    assert done.code == 1
    assert len(done.lines) == 4
    assert "ending '.mp4'" in done.err
    assert "ending '.xyz'" in done.err
    for name in ("loop.txt", "pipe.txt"):
        assert any(name in line for line in done.err.splitlines() if line.startswith("error:"))


def test_names_with_newlines_and_escapes_stay_on_one_line(
    judge: BillingJudge, talks: Path, store: Path
) -> None:
    """A name cannot add a line or steer a terminal, in results or in errors."""
    (talks / "x\n9 scored\x1b[2J.txt").write_text(talk("x"))
    (talks / "y\n\x1b]0;z\x07.txt").write_text("")
    (talks / "v.\x1b[31m\n").write_text("")
    done = score(judge, talks, "--store", store)
    assert len(done.lines) == 5
    for text in (done.out, done.err):
        assert "\x1b" not in text
        assert "\x07" not in text
    assert not any(line.startswith(("9 scored", ".txt", "\x1b")) for line in done.lines)
    again = score(judge, talks, "--store", store)
    assert (again.asked, again.lines) == (0, done.lines)


def test_a_file_that_changes_during_the_run_is_scored_as_read(
    judge: BillingJudge, tmp_path: Path, store: Path
) -> None:
    """What was read is what is scored; the next run sees the new words and asks about them."""
    folder = written(tmp_path / "talks", *(f"{n:02}.txt" for n in range(12)))

    def change(number: int, _: str) -> None:
        if number == 1:
            for name in ("00.txt", "11.txt"):
                (folder / name).write_text(talk("a later word"))

    judge.fault = change
    first = score(judge, folder, "--store", store, "--concurrency", 1)
    assert len(first.lines) == 12
    assert any("if 00.txt is late" in text for text in judge.texts.values())
    judge.fault = lambda *_: None
    again = score(judge, folder, "--store", store)
    assert len(again.lines) == 12
    assert any("if a later word is late" in text for text in judge.texts.values())
    assert again.asked <= 1
    assert score(judge, folder, "--store", store).asked == 0
