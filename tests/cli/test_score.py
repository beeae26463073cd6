"""Scoring from the command line: files of several forms, failures beside successes, JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import rmcoach_here as rmcoach
from support.talk_server import TalkServer

from rmcoach_llm import Scorecard

EXAMPLES = Path(__file__).parents[2] / "examples" / "transcripts"
TALK = "Trainee: What happens if the close is late?\nDana: The bank gets an estimate.\n"


def cards(text: str) -> list[dict[str, Any]]:
    """Read one scorecard a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_json_has_the_agreed_shape(tmp_path: Path) -> None:
    """--json prints one scorecard a line in the documented shape, which reads back as a record."""
    file = tmp_path / "a.txt"
    file.write_text(TALK)
    done = rmcoach("score", str(file), "--json")
    assert done.returncode == 0, done.stderr
    (card,) = cards(done.stdout)
    assert {"transcript", "status", "rubrics", "measures", "flags", "provenance"} <= card.keys()
    assert set(card["rubrics"]) == {"needs-discovery", "persuasion", "credibility"}
    for rubric in card["rubrics"].values():
        assert {"status", "score", "interval", "criteria"} <= rubric.keys()
        for criterion in rubric["criteria"].values():
            assert {"status", "score", "findings"} <= criterion.keys()
            for finding in criterion["findings"]:
                assert {"behaviour", "verdict", "turn", "quote"} <= finding.keys()
    assert Scorecard.model_validate(card).transcript == str(file)


def test_every_quote_stands_in_the_transcript() -> None:
    """Each credited behaviour cites words of the trainee's turn that it names."""
    from rmcoach_llm import read_transcripts

    talk = next(read_transcripts(EXAMPLES / "claims.md", trainee="Sam"))
    done = rmcoach("score", str(EXAMPLES / "claims.md"), "--trainee", "Sam", "--json")
    (card,) = cards(done.stdout)
    quoted = [
        f
        for r in card["rubrics"].values()
        for c in r["criteria"].values()
        for f in c["findings"]
        if f["verdict"] == "observed"
    ]
    assert len(quoted) >= 8
    for finding in quoted:
        assert talk.turns[finding["turn"]].role == "trainee"
        assert finding["quote"] in talk.turns[finding["turn"]].text


def test_a_good_talk_scores_above_a_poor_one() -> None:
    """The rules put a talk that finds the need above one that pitches."""
    done = rmcoach(
        "score", str(EXAMPLES / "claims.md"), str(EXAMPLES / "launch.txt"), "--trainee", "Sam", "--json"
    )  # fmt: skip
    good, poor = cards(done.stdout)
    for rubric in ("needs-discovery", "credibility"):
        assert good["rubrics"][rubric]["score"] > poor["rubrics"][rubric]["score"] + 1


def test_bad_files_are_named_and_the_others_scored(tmp_path: Path) -> None:
    """A file that cannot be read is one message with its place; the rest is scored; exit code 1."""
    (tmp_path / "good.txt").write_text(TALK)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "latin.txt").write_bytes("Trainee: caf\xe9\nDana: ok\n".encode("latin-1"))
    (tmp_path / "who.txt").write_text("Alice: hi\nBob: hello\n")
    (tmp_path / "notes.odt").write_text("x")
    names = ["good.txt", "empty.txt", "binary.txt", "latin.txt", "who.txt", "notes.odt", "gone.txt"]
    done = rmcoach("score", *names, "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert [card["transcript"] for card in cards(done.stdout)] == ["good.txt"]
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 6
    for name in names[1:]:
        assert any(name in line for line in errors)
    assert "--trainee" in done.stderr
    assert "--encoding" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_bad_files_end_with_the_code_of_their_class(tmp_path: Path) -> None:
    """When nothing could be scored the exit code is that of the error."""
    assert rmcoach("score", "gone.txt", cwd=tmp_path).returncode == 3


def test_a_one_sided_transcript_is_unscored_with_a_reason(tmp_path: Path) -> None:
    """A talk without a partner is unscored, says why, and is no zero."""
    (tmp_path / "a.txt").write_text("Trainee: hello?\nTrainee: anyone?\n")
    done = rmcoach("score", "a.txt", "--json", cwd=tmp_path)
    assert done.returncode == 1
    (card,) = cards(done.stdout)
    assert card["status"] == "unscored"
    for rubric in card["rubrics"].values():
        assert rubric["score"] is None
        assert "no stakeholder turn" in rubric["reason"]


def test_a_talk_of_two_words_is_no_failure(tmp_path: Path) -> None:
    """Nobody failed: no rubric applies, the reason stands there once, and the code is 0."""
    (tmp_path / "a.txt").write_text("Trainee: hi there\nDana: ok\n")
    done = rmcoach("score", "a.txt", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Scorecard of a.txt: not applicable" in done.stdout
    assert done.stdout.count("not tried") == 3
    assert done.stdout.count("too little said: 2 words of the trainee") == 1
    assert "Judged by" not in done.stdout


@pytest.mark.parametrize(("columns", "most"), [("40", 40), ("300", 100)])
def test_a_page_fits_the_terminal(tmp_path: Path, columns: str, most: int) -> None:
    """Lines are as long as a narrow terminal is wide, and never too long to be read."""
    (tmp_path / "a.txt").write_text((EXAMPLES / "launch.txt").read_text())
    done = rmcoach("score", "a.txt", "--trainee", "Sam", env={"COLUMNS": columns}, cwd=tmp_path)
    lengths = [len(line) for line in done.stdout.splitlines() if "rmcoach practice" not in line]
    assert most - 10 < max(lengths) <= most


def test_nothing_to_score_names_all_that_may_be(tmp_path: Path) -> None:
    """Who pipes a talk in is told of the dash."""
    done = rmcoach("score", cwd=tmp_path)
    assert done.returncode == 2
    assert "name a file or folder, - for standard input, or a session" in done.stderr
    gone = rmcoach("score", "nowhere/", cwd=tmp_path)
    assert "nowhere: whole file: not found\n  what to do: check the path" in gone.stderr


def test_a_record_of_many_is_named_by_its_line(tmp_path: Path) -> None:
    """In a file of many talks a problem of one is not said to be of the whole file."""
    done = rmcoach("score", str(EXAMPLES / "supplier-desk.jsonl"), "--trainee", "Bob", cwd=tmp_path)
    assert "supplier-desk.jsonl: line 2: no speaker is called 'Bob'" in done.stderr
    assert done.stderr.count("what to do") == 1


def test_what_has_no_score_does_not_reach_fail_under(tmp_path: Path) -> None:
    """A gate is not passed by saying nothing: code 1, and standard error says why."""
    (tmp_path / "a.txt").write_text("Trainee: hi there\nDana: ok\n")
    done = rmcoach("score", "a.txt", "--fail-under", "0", cwd=tmp_path)
    assert done.returncode == 1
    assert "--fail-under: not reached by 1 without any score" in done.stderr


def test_a_gate_that_is_not_reached_says_how_many_are_under_it(tmp_path: Path) -> None:
    """Exit code 10 comes with its cause: how many of how many judged talks have a score under X."""
    (tmp_path / "a.txt").write_text(TALK)
    (tmp_path / "b.txt").write_text("Trainee: hi there\nDana: ok\n")
    (tmp_path / "c.txt").write_text("")
    done = rmcoach("score", "a.txt", "b.txt", "c.txt", "--fail-under", "5", cwd=tmp_path)
    assert done.returncode == 10
    assert "--fail-under 5: 1 of 2 are under it" in done.stderr


def test_a_dry_run_without_a_model_counts_and_speaks_of_no_tokens(tmp_path: Path) -> None:
    """What cannot be read is counted, too, and nothing is to pay where no model is asked."""
    (tmp_path / "a.txt").write_text(TALK)
    (tmp_path / "b.txt").write_text("")
    done = rmcoach("score", ".", "--dry-run", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "1 to judge, 0 done or repeated, 1 left out",
        "estimate: no model is asked, nothing is to pay",
    ]


def test_what_failed_is_in_a_store(tmp_path: Path) -> None:
    """--retry-failed without a store would judge all again: it asks for the store's name."""
    (tmp_path / "a.txt").write_text(TALK)
    done = rmcoach("score", "a.txt", "--retry-failed", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--retry-failed: of which store?" in done.stderr


def test_a_reason_in_a_table_names_the_rubric_that_it_is_of(tmp_path: Path) -> None:
    """Where one rubric has no score and others have, the row's reason says which; else it need not."""
    (tmp_path / "a.txt").write_text("Trainee: What hurts you most in the close?\nDana: Day nine.\n")
    (tmp_path / "b.txt").write_text("Trainee: hi there\nDana: ok\n")
    done = rmcoach("score", "a.txt", "b.txt", "--out", "out.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    partly, wholly = csv.DictReader((tmp_path / "out.csv").read_text().splitlines())
    assert partly["reason"].startswith("persuasion: ")
    assert partly["needs-discovery"]
    assert wholly["reason"].startswith("too little said: 2 words")


def test_a_batch_counts_to_what_nothing_applies(tmp_path: Path) -> None:
    """The sum and the table of a batch name it, and it makes no batch incomplete; kept or not."""
    (tmp_path / "a.txt").write_text("Trainee: hi there\nDana: ok\n")
    (tmp_path / "b.txt").write_text("Trainee: What makes the claims so slow today?\nDana: ok\n")
    for _ in range(2):
        done = rmcoach(
            "score", "a.txt", "b.txt", "--store", "run.db", "--out", "out.csv", cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert "1 not applicable" in done.stderr
        first, *_ = csv.DictReader((tmp_path / "out.csv").read_text().splitlines())
        assert (first["result"], first["status"]) == ("not applicable", "not_applicable")
        assert first["reason"].startswith("too little said")
    (tmp_path / "c.txt").write_text("Trainee: hello?\nTrainee: anyone?\n")
    done = rmcoach("score", "a.txt", "c.txt", cwd=tmp_path)
    assert (done.returncode, "1 not applicable, 1 unscored" in done.stderr) == (1, True)


def test_the_same_id_twice_is_refused_with_both_names(tmp_path: Path) -> None:
    """Two files that claim one id: the second is refused, and both are named."""
    for name, text in (("a.json", "one"), ("b.json", "two")):
        turns = [{"role": "trainee", "text": text}, {"role": "stakeholder", "text": "x"}]
        (tmp_path / name).write_text(json.dumps({"id": "same", "turns": turns}))
    done = rmcoach("score", "a.json", "b.json", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "b.json" in done.stderr
    assert "a.json" in done.stderr


def test_the_page_quotes_and_advises() -> None:
    """Without --json a page shows scores, quoted praise and advice."""
    done = rmcoach("score", str(EXAMPLES / "claims.md"), "--trainee", "Sam")
    assert done.returncode == 0
    assert "What worked" in done.stdout
    assert "of 5" in done.stdout
    assert "Next time, one thing:" in done.stdout


def test_a_session_is_scored_with_what_came_out() -> None:
    """A kept session is scored by its id, with the ledger of facts as ground truth."""
    left = rmcoach("practice", lines="How long does the close take?\n/quit\n")
    name = left.stderr.split("--session ")[1].split()[0]
    done = rmcoach("score", "--session", name, "--json")
    assert done.returncode == 0, done.stderr
    (card,) = cards(done.stdout)
    assert card["discovery"]["earned"]
    assert card["discovery"]["missed"]


def test_a_judge_that_fails_leaves_the_card_unscored(tmp_path: Path) -> None:
    """A model that gives no usable judgement leaves every rubric unscored, never 0."""
    (tmp_path / "a.txt").write_text(TALK)
    with TalkServer(lambda _: "I would rather not.") as server:
        done = rmcoach(
            "score", "a.txt", "--json", "--model", "m", "--base-url", server.url, cwd=tmp_path
        )
    assert done.returncode == 1, done.stderr
    (card,) = cards(done.stdout)
    assert card["status"] == "unscored"
    assert all(r["score"] is None and r["reason"] for r in card["rubrics"].values())


def test_a_refused_key_stops_at_once(tmp_path: Path) -> None:
    """A refused key ends the run with exit code 8 after one request, and no server text is shown."""
    from support.fault_server import FaultServer

    (tmp_path / "a.txt").write_text(TALK)
    (tmp_path / "b.txt").write_text(TALK + "Trainee: Why?\n")
    with FaultServer() as server:
        done = rmcoach(
            "score", "a.txt", "b.txt", "--model", "m", "--base-url", server.url("http_401"), "--concurrency", "1", cwd=tmp_path
        )  # fmt: skip
        assert server.requests["http_401"] == 1
    assert done.returncode == 8
    assert "CANARY" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["a\nb.txt", "\x1b[2J.txt", "=1+1.txt", "-rf.txt"])
def test_hostile_file_names_are_shown_escaped(name: str, tmp_path: Path) -> None:
    """The name of a file never steers the terminal and is never taken for an option after --."""
    (tmp_path / name).write_text(TALK)
    done = rmcoach("score", "--", name, cwd=tmp_path)
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 3)


def test_the_same_file_twice_is_scored_once(tmp_path: Path) -> None:
    """A file named twice is scored once, and the second mention is said."""
    (tmp_path / "a.txt").write_text(TALK)
    done = rmcoach("score", "a.txt", "a.txt", "--json", cwd=tmp_path)
    assert len(cards(done.stdout)) == 1
    assert "duplicate id, already in a.txt" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(("name", "says"), [("gone", "not found"), (".", "is a directory")])
def test_a_path_that_is_no_file_is_said(name: str, says: str, tmp_path: Path) -> None:
    """What is not there, or is a folder, is named as such, whatever its ending."""
    done = rmcoach("score", name, cwd=tmp_path)
    assert done.returncode == 3
    assert says in done.stderr


def _lines_of(request: dict[str, Any]) -> str:
    """Answer the coach's request with one line that can be used, one that cannot."""
    asked = json.loads(request["messages"][-1]["content"].split("\n")[0])["items"]
    lines = [{"id": item["id"], "line": "What hurts you most today?"} for item in asked]
    lines[-1]["line"] = "We saved 70 percent at Acme."
    return json.dumps({"lines": lines})


def test_a_model_writes_the_lines_to_say_instead() -> None:
    """With --coach the page shows the model's lines as such; what it made up is not shown."""
    launch = (str(EXAMPLES / "launch.txt"), "--trainee", "Sam", "--evaluator", "language")
    with TalkServer(_lines_of) as server:
        model = ("--model", "m", "--base-url", server.url)
        done = rmcoach("score", *launch, *model, "--coach")
        told = rmcoach("score", *launch, *model, "--coach", "--details")
        plain = rmcoach("score", *launch, *model, "--no-coach")
    assert done.returncode == 0, done.stderr
    page = " ".join(done.stdout.split())
    assert "Instead (by the model): What hurts you most today?" in page
    assert "Lines by the model: m, checked by code." in page
    assert "Acme" not in page
    assert "is not shown: it names 70" in " ".join(told.stdout.split())
    assert "by the model" not in plain.stdout


def test_a_coach_needs_a_model() -> None:
    """Asked for without a model it says what to do."""
    done = rmcoach("score", str(EXAMPLES / "launch.txt"), "--trainee", "Sam", "--coach")
    assert done.returncode == 2
    assert "--model" in done.stderr


def test_a_second_look_needs_a_model(tmp_path: Path) -> None:
    """--verify without a model says so; --assess scores by the rules, to which no text can speak."""
    file = tmp_path / "a.txt"
    file.write_text(TALK)
    done = rmcoach("score", str(file), "--verify")
    assert done.returncode == 2
    assert "--verify is for a model that judges" in done.stderr
    assert rmcoach("score", str(file), "--assess").returncode == 0


def test_a_folder_may_hold_its_own_results(tmp_path: Path) -> None:
    """Scores written into the folder that is scored are not read as a transcript the next time."""
    (tmp_path / "a.txt").write_text(TALK)
    given = ("score", str(tmp_path), "--out", str(tmp_path / "scores.csv"))
    first, second = rmcoach(*given), rmcoach(*given)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "1 skipped (named by --out)" in second.stderr


def test_results_do_not_overwrite_what_is_scored(tmp_path: Path) -> None:
    """--out that names an input, or the store, is a usage error, and the file stays as it was."""
    talk = tmp_path / "talk.csv"
    talk.write_text("speaker,text\nTrainee,What happens then?\nDana,The bank waits.\n")
    before = talk.read_text()
    for given in (("--out", str(talk)), ("--store", "run.csv", "--out", "run.csv")):
        done = rmcoach("score", str(talk), *given)
        assert done.returncode == 2
        assert "would overwrite what is read or kept" in done.stderr
    assert talk.read_text() == before


def test_a_folder_without_a_transcript_is_no_success(tmp_path: Path) -> None:
    """Where all files are skipped, it is said which endings are read, with the code for input."""
    (tmp_path / "a.mp4").write_text("x")
    done = rmcoach("score", str(tmp_path))
    assert done.returncode == 3
    assert "holds no transcript" in done.stderr
    assert ".vtt" in done.stderr


def test_results_that_go_to_a_file_are_summed_up_and_not_printed(tmp_path: Path) -> None:
    """With --out standard output is quiet; the sum says how scores are spread, and by what judged."""
    for n, words in enumerate(("What happens then?", "Buy our tool now, it is the best there is.")):
        (tmp_path / f"{n}.txt").write_text(f"Trainee: {words}\nDana: The bank waits for it.\n" * 3)
    done = rmcoach("score", str(tmp_path), "--out", str(tmp_path / "s.md"), "--pass-mark", "4")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 scored" in done.stderr
    assert "below the pass mark" in done.stderr
    assert "lowest: 1.txt" in done.stderr
    assert "judged by rules on the language, without a model" in done.stderr


def talks_in(folder: Path, count: int) -> Path:
    """Write so many short talks into a folder, no two alike."""
    for n in range(count):
        words = f"What happens if delivery {n} is late? Which date must not slip?"
        (folder / f"{n}.txt").write_text(f"Trainee: {words}\nDana: The line stands still.\n")
    return folder


def test_few_talks_have_a_page_each_and_many_a_line(tmp_path: Path) -> None:
    """Five are read as pages; of six each has a line, and it is said how to see pages, how to keep."""
    few = rmcoach("score", str(talks_in(tmp_path, 5)))
    assert few.stdout.count("Scorecard of ") == 5
    assert "a line each" not in few.stderr
    many = rmcoach("score", str(talks_in(tmp_path, 6)))
    assert [line.split(":")[0] for line in many.stdout.splitlines()] == [
        f"{n}.txt" for n in range(6)
    ]
    assert "6 scored" in many.stderr
    for way in ("name a file for its page", "--details", "--store FILE keeps the results"):
        assert way in many.stderr
    assert many.returncode == few.returncode == 0


@pytest.mark.parametrize(
    ("given", "pages"), [(("--limit", "2"), 2), (("--sample", "3"), 3), (("--details",), 6)]
)
def test_pages_of_many_are_for_who_asks_for_few_or_for_details(
    tmp_path: Path, given: tuple[str, ...], pages: int
) -> None:
    """What --limit or --sample leave is shown as pages, and with --details all is."""
    done = rmcoach("score", str(talks_in(tmp_path, 6)), *given)
    assert done.stdout.count("Scorecard of ") == pages
    assert "a line each" not in done.stderr


def test_many_talks_in_one_file_have_a_line_each_too(tmp_path: Path) -> None:
    """It is talks that are counted, not files; so a coach for one reader is not asked of each."""
    turns = [
        {"role": "trainee", "text": "What happens then?"},
        {"role": "stakeholder", "text": "x"},
    ]
    talks = [{"id": f"t{n}", "turns": turns} for n in range(6)]
    (tmp_path / "all.json").write_text(json.dumps(talks))
    done = rmcoach("score", "all.json", cwd=tmp_path)
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [
        f"all.json [t{n}]" for n in range(6)
    ]


def test_details_shows_pages_of_what_a_store_has(tmp_path: Path) -> None:
    """What was scored with --store can be read as a page later, though nothing is scored again."""
    given = ("score", str(talks_in(tmp_path, 2)), "--store", str(tmp_path / "run.db"))
    assert "Scorecard of" not in rmcoach(*given).stdout
    again = rmcoach(*given, "--details")
    assert "2 reused" in again.stderr
    assert again.stdout.count("Scorecard of ") == 2


def test_what_many_cost_is_estimated_before_a_model_is_asked(tmp_path: Path) -> None:
    """Of many talks without --store, too, standard error says what is to come; of few it does not."""
    with TalkServer(lambda _: "no JSON") as server:
        model = ("--model", "m", "--base-url", server.url)
        many = rmcoach("score", str(talks_in(tmp_path, 6)), *model, env={"RMCOACH_ATTEMPTS": "1"})
    assert "estimate: 6 transcripts" in many.stderr
    assert many.stderr.index("printed and not kept: with --store FILE") < many.stderr.index(
        "6 fail"
    )
    assert "Scorecard of" not in many.stdout


@pytest.mark.parametrize(
    "given",
    [
        ("--max-cost", "1"),
        ("--requests-per-minute", "5"),
        ("--tokens-per-minute", "5"),
        ("--prices", "prices.toml"),
    ],
)
def test_what_limits_calls_needs_a_model(tmp_path: Path, given: tuple[str, str]) -> None:
    """Who sets a limit on money or calls expects a model to judge: without one that is said."""
    (tmp_path / "a.txt").write_text(TALK)
    (tmp_path / "prices.toml").write_text("[prices.m]\ninput = 1\noutput = 1\n")
    done = rmcoach("score", "a.txt", *given, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{given[0]} is for a model that judges, and there is none" in done.stderr
    assert f"choose one with --model or RMCOACH_MODEL, or leave {given[0]} out" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("more", [(), ("--coach",)])
def test_the_rules_take_no_options_of_a_judge(tmp_path: Path, more: tuple[str, ...]) -> None:
    """A second look is not left out silently where the rules judge, also where a coach has a model."""
    (tmp_path / "a.txt").write_text(TALK)
    given = ("a.txt", "--evaluator", "language", "--verify", *more)
    model = ("--model", "m", "--base-url", "http://127.0.0.1:9")
    done = rmcoach("score", *given, *model, cwd=tmp_path)
    assert done.returncode == 2
    assert "--verify is for a model, and --evaluator language asks none" in done.stderr
