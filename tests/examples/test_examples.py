"""The examples run, and the plugin package is installed and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import RMCOACH

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def run(*args: str, path: Path | None = None, lines: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python, with a folder of packages in front."""
    env = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    return subprocess.run(
        args, capture_output=True, encoding="utf-8", env=env, input=lines, timeout=120, check=False
    )


def test_the_embedding_example_prints_quotes() -> None:
    """The example for embedders scores a transcript and prints quoted behaviours."""
    done = run(sys.executable, "-W", "error", str(EXAMPLES / "embed.py"))
    assert done.returncode == 0, done.stderr
    assert "needs-discovery:" in done.stdout
    assert "turn 0, " in done.stdout


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("custom_detector", ["5.0 observed 0 I have thirty minutes for it"]),
        ("custom_evaluator", ["5"]),
        (
            "custom_rubric",
            ["first-meeting: 5.0 of 5 (scored)", "  next-step-agreed, turn 2: Could"],
        ),
    ],
)
def test_each_custom_part_takes_25_lines(name: str, printed: list[str]) -> None:
    """A custom evaluator, rubric and detector each run alone, in at most 25 lines, and score."""
    file = EXAMPLES / f"{name}.py"
    assert len(file.read_text().splitlines()) <= 25
    done = run(sys.executable, "-W", "error", str(file))
    assert done.returncode == 0, done.stderr
    for line in printed:
        assert any(found.startswith(line) for found in done.stdout.splitlines()), done.stdout


def test_the_custom_rubrics_are_valid() -> None:
    """The rubric files beside the examples pass the check of the library."""
    for file in sorted((EXAMPLES / "rubrics").glob("*.yaml")):
        done = run(*RMCOACH, "library", "check", str(file))
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the sample plugin into a folder of its own."""
    import shutil

    source = tmp_path_factory.mktemp("plugin") / "plugin"
    shutil.copytree(EXAMPLES / "plugin", source)  # a build leaves traces where it runs
    target = tmp_path_factory.mktemp("site")
    done = run(
        sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps",
        "--target", str(target), str(source),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


def test_the_plugins_command_runs(site: Path) -> None:
    """A command of an installed plugin stands beside the built-in ones and runs."""
    talk = str(EXAMPLES / "transcripts" / "claims.md")
    done = run(*RMCOACH, "turns", talk, "--trainee", "Sam", path=site)
    assert done.stdout.splitlines() == ["trainee 8", "stakeholder 8"]
    assert "turns" in run(*RMCOACH, "--help", path=site).stdout


def test_the_plugins_reader_reads(site: Path, tmp_path: Path) -> None:
    """A file ending that only the plugin knows is scored once it is installed."""
    file = tmp_path / "a.chatlog"
    file.write_text("Ada | What happens if it fails?\nBo | Then we work on Sunday.\n")
    without = run(*RMCOACH, "score", str(file), "--json")
    assert without.returncode == 3
    done = run(*RMCOACH, "score", str(file), "--json", path=site)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["transcript"] == str(file)


def test_the_plugins_model_plays(site: Path) -> None:
    """A model of a plugin speaks as the stakeholder when it is chosen by name."""
    done = run(
        *RMCOACH, "practice", "--model", "parrot:polly", path=site, lines="I like parrots.\n/quit\n"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Katrin Vossberg: I like parrots." in done.stdout


def test_a_kept_session_scores_as_it_was_scored() -> None:
    """The scorecard beside the example session is what the session scores today."""
    done = run(*RMCOACH, "score", str(EXAMPLES / "session" / "session.json"), "--json")
    assert done.returncode == 0, done.stderr
    kept = json.loads((EXAMPLES / "session" / "scorecard.json").read_text())
    assert json.loads(done.stdout)["rubrics"] == kept["rubrics"]
    turns = json.loads((EXAMPLES / "session" / "session.json").read_text())["turns"]
    assert sum(turn["role"] == "trainee" for turn in turns) >= 12


def test_kept_scorecards_of_the_transcripts_are_what_they_score_today() -> None:
    """The scorecards beside the example transcripts are what they score today."""
    kept = [json.loads(line) for line in (EXAMPLES / "scorecards.jsonl").read_text().splitlines()]
    names = ("claims.md", "launch.txt", "supplier-desk.jsonl")
    done = subprocess.run(
        [*RMCOACH, "score", *names, "--trainee", "Sam", "--json"],
        cwd=EXAMPLES / "transcripts", capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    today = [json.loads(line) for line in done.stdout.splitlines()]
    assert [c["rubrics"] for c in today] == [c["rubrics"] for c in kept]
    assert len(today) == 4
