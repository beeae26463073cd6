"""The playtest from the command line: tables, JSON, talks as files, a model good and bad, Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from support.commands import RMCOACH
from support.commands import rmcoach_here as rmcoach
from support.talk_server import TalkServer

from rmcoach_llm.library import Library
from rmcoach_llm.practice.trainees import TRAINEES

FINANCE = Library().scenario("finance-close-report")
AGREED = (
    "scenario", "trainee", "turns", "facts_earned", "deep_facts_earned", "root_need_reached",
    "wrong_topic", "repeated_lines", "leaks", "words_per_turn",
)  # fmt: skip


def lines_of(output: str) -> list[dict[str, Any]]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in output.splitlines()]


def test_json_has_the_agreed_keys_first_and_one_line_a_trainee() -> None:
    """A line for each trainee of the scenario, in order of skill; all holds, so nothing is said."""
    done = rmcoach("playtest", FINANCE.id, "--json")
    assert done.returncode == 0, done.stderr
    results = lines_of(done.stdout)
    assert [r["trainee"] for r in results] == list(TRAINEES)
    assert all(tuple(r)[: len(AGREED)] == AGREED for r in results)
    assert done.stderr == ""


def test_the_table_shows_the_trainees_asked_for() -> None:
    """Trainees named, in order of skill whatever the order of the options."""
    done = rmcoach("playtest", FINANCE.id, "--trainee", "attacker", "--trainee", "discoverer")
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()
    assert [row.split()[0] for row in rows[:4]] == [
        FINANCE.id, "trainee", "discoverer", "attacker",
    ]  # fmt: skip
    assert "2 talks, all expectations hold." in done.stdout
    assert max(map(len, rows)) <= 100


def test_without_a_scenario_all_are_played() -> None:
    """Those of an overlay folder too, each once."""
    done = rmcoach("playtest", "--json", "--trainee", "gibberish")
    assert [r["scenario"] for r in lines_of(done.stdout)] == list(Library().ids("scenario"))


def test_the_help_names_every_trainee() -> None:
    """Who can be named is in the help."""
    text = " ".join(rmcoach("playtest", "--help").stdout.split())
    assert f"One of: {', '.join(TRAINEES)}." in text


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["finanse-close-report"], "did you mean 'finance-close-report'?"),
        (["--trainee", "discoverers"], "did you mean 'discoverer'?"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(args: list[str], hint: str) -> None:
    """Exit code 2, and nothing is played."""
    done = rmcoach("playtest", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


def test_talks_are_written_to_be_read(tmp_path: Path) -> None:
    """One file a talk, named by ids; lines, decisions, and what was not what was asked for."""
    folder = tmp_path / "new" / "talks"
    rmcoach("playtest", FINANCE.id, "--trainee", "discoverer", "--talks", str(folder))
    (file,) = folder.iterdir()
    assert file.name == "finance-close-report--discoverer.txt"
    text = file.read_text(encoding="utf-8")
    assert re.search(r"^ 1 Trainee: ", text, re.M)
    assert "Katrin Vossberg: Come in" in text
    assert re.search(r"\[tell close-length; trust \d, patience \d", text)


def loosened(tmp_path: Path) -> Path:
    """Give a library in which the finance scenario opens its need to anybody."""
    source = Path(__file__).parents[2] / "prompts" / "scenarios" / f"{FINANCE.id}.yaml"
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"^      trust: 5$", "      trust: 0", text, flags=re.M)
    text = re.sub(r"^      after:\n(?:        - .*\n)+", "", text, flags=re.M)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / f"{FINANCE.id}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("as_json", [False, True])
def test_a_scenario_that_gives_its_need_to_anybody_does_not_pass(
    tmp_path: Path, as_json: bool
) -> None:
    """Exit code 1, and which trainee earned what he should not; JSON keeps its stream clean."""
    library = loosened(tmp_path)
    options = ["--library", str(library), "--trainee", "insister", *["--json"][: int(as_json)]]
    done = rmcoach("playtest", FINANCE.id, *options)
    assert done.returncode == 1
    said, silent = (done.stderr, done.stdout) if as_json else (done.stdout, done.stderr)
    assert f"{FINANCE.id}, insister: should earn no deep fact, earned" in said
    assert "should earn" not in silent


def in_character(body: dict[str, Any]) -> str:
    """Behave: tell what the cue tells, else put off, each time in other words."""
    text = body["messages"][0]["content"]
    lead = "Well. " * (len(body["messages"]) % 7)
    for fact in FINANCE.facts:
        if text.count(fact.statement) > 1:  # once as known, once to be told now
            return lead + fact.statement
    return f"{lead}{'Hm. ' * (len(body['messages']) // 2)}What would you like to know?"


def played_by(
    answer: Callable[[dict[str, Any]], str], *trainees: str, options: tuple[str, ...] = ()
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]], TalkServer]:
    """Let a model on loopback voice the stakeholder; give the run, its results, the server."""
    with TalkServer(answer) as server:
        chosen = [part for name in trainees for part in ("--trainee", name)]
        done = rmcoach(
            "playtest", FINANCE.id, "--json", "--model", "talk-1", "--base-url", server.url,
            *chosen, *options,
        )  # fmt: skip
    return done, lines_of(done.stdout), server


def test_a_model_that_behaves_passes() -> None:
    """Facts are earned as in scripted practice; the calls to come are said before."""
    done, (best,), server = played_by(in_character, "discoverer")
    assert done.returncode == 0, done.stderr
    assert best["root_need_reached"]
    assert (best["fallbacks"], best["stopped"]) == (0, {})
    said = re.match(r"1 talks, about (\d+) calls to talk-1 at 127\.0\.0\.1:\d+", done.stderr)
    assert said
    assert abs(int(said[1]) - len(server.bodies)) <= 3


MISCONDUCT: dict[str, tuple[str, str, str]] = {
    "flips": ("hostile", "As an AI language model I cannot say that.", "left the role"),
    "coaches": ("hostile", "You should ask me about the deadline.", "coached the trainee"),
    "rambles": ("hostile", "and then we " * 40, "spoke more than 90 words"),
    "leaks": ("off-topic", FINANCE.root_need.statement, "came too near to what is not yet earned"),
}


@pytest.mark.parametrize("kind", MISCONDUCT)
def test_what_the_guard_stops_is_counted_and_never_said(kind: str, tmp_path: Path) -> None:
    """Each draft that is stopped has its reason, in the count and in the talk's file."""
    trainee, line, reason = MISCONDUCT[kind]
    done, (result,), server = played_by(lambda _: line, trainee, options=("--talks", str(tmp_path)))
    assert result["stopped"] == {reason: len(server.bodies)}
    assert result["fallbacks"] == result["turns"] == len(server.bodies) // 2
    assert (result["leaks"], result["role_flips"], result["coaching"]) == (0, 0, 0)
    assert done.returncode == 0, done.stderr
    (file,) = tmp_path.iterdir()
    assert f"[stopped, {reason}: " in file.read_text(encoding="utf-8")


def test_a_model_that_gives_in_to_a_pitch_does_not_pass() -> None:
    """The guard lets it through; the playtest does not."""
    done, (result,), _ = played_by(
        lambda body: "Hm. " * len(body["messages"]) + "That sounds great, let's do it!", "pitcher"
    )
    assert done.returncode == 1
    assert result["capitulations"] >= 3
    assert "pitcher: the stakeholder gave in to a pitch" in done.stderr


def test_an_endpoint_that_is_gone_ends_the_run() -> None:
    """Exit code 8, and how far it came."""
    done = rmcoach(
        "playtest", FINANCE.id, "--model", "talk-1", "--base-url", "http://127.0.0.1:9/v1"
    )
    assert done.returncode == 8
    assert "Stopped: 0 of 11 talks are done." in done.stderr


def test_an_authored_voice_asks_no_model() -> None:
    """With a model configured, `--voice authored` plays without it."""
    done = rmcoach(
        "playtest", FINANCE.id, "--trainee", "pitcher", "--voice", "authored",
        env={"RMCOACH_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def hear_ctrl_c() -> None:
    """Undo what a shell does to jobs in the background: it lets them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_shows_what_is_done() -> None:
    """The talk that runs is dropped; those before it are in the table; exit code 130."""
    calls: list[float] = []

    def slow(body: dict[str, Any]) -> str:
        calls.append(time.monotonic())
        if "hate" in body["messages"][-1]["content"] or len(calls) > 5:
            time.sleep(20)
        return "Hm. " * len(calls) + "Go on, please."

    with TalkServer(slow) as server:
        command = [
            *RMCOACH, "playtest", FINANCE.id, "--trainee", "hostile", "--trainee", "gibberish",
            "--model", "talk-1", "--base-url", server.url,
        ]  # fmt: skip
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - as a shell would
        )  # fmt: skip
        end = time.monotonic() + 40
        while len(calls) < 6 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert re.search(r"^  hostile ", output, re.M)
    assert "gibberish" not in output
    assert "Stopped: 1 of 2 talks are done." in errors


def test_in_a_terminal_the_progress_is_shown_and_wiped() -> None:
    """A line that is written over, and gone when the table comes."""
    args = [*RMCOACH[1:], "playtest", FINANCE.id, "--trainee", "pitcher"]
    child = pexpect.spawn(RMCOACH[0], args, encoding="utf-8", timeout=40, dimensions=(24, 100))
    child.expect("1/1 finance-close-report pitcher")
    child.expect("all expectations hold")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_the_shell_completes_trainees() -> None:
    """The names that begin like what is typed."""
    from rmcoach_llm.cli.playtest import complete_trainees, playtest

    ctx = playtest.make_context("playtest", [])
    found = complete_trainees(ctx, playtest.params[0], "in")
    assert [item.value for item in found] == ["interrogator", "insister"]
