"""Batches of the command line: talks in files, a judge on loopback, a run in or beside this process."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner
from support.commands import RMCOACH

from benchmarks.billing import BillingJudge
from rmcoach_llm.cli import cli
from rmcoach_llm.errors import RmcoachError


class Ended(NamedTuple):
    """Hold how a run ended: its exit code, what it printed, and how many requests it made."""

    code: int
    out: str
    err: str
    asked: int = 0

    @property
    def lines(self) -> list[str]:
        """Give what was printed for the transcripts, a line each."""
        return self.out.splitlines()


def talk(name: str) -> str:
    """Give the text of a talk about one thing."""
    return f"Trainee: What happens if {name} is late?\nDana: The bank gets an estimate of {name}.\n"


def written(folder: Path, *names: str) -> Path:
    """Write talks into a folder, no two alike."""
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(talk(name))
    return folder


def lines_of(file: Path, count: int) -> Path:
    """Write so many talks into one JSON Lines file."""
    with file.open("w") as target:
        for n in range(count):
            turns = [
                {"speaker": "Ann", "role": "trainee", "text": f"What happens if {n} is late?"},
                {"speaker": "Dana", "role": "stakeholder", "text": f"We estimate {n}."},
            ]
            target.write(json.dumps({"id": f"t{n}", "turns": turns}) + "\n")
    return file


def model(judge: BillingJudge) -> tuple[str, ...]:
    """Give the options that let a judge on loopback be the model."""
    return ("--model", "m", "--base-url", judge.url)


def score(judge: BillingJudge, *args: object, lines: str | None = None) -> Ended:
    """Score within this process, with a judge on loopback as the model."""
    before = judge.requests
    given = [str(arg) for arg in args]
    chosen = () if "--model" in given else model(judge)
    done = CliRunner().invoke(cli, ["score", *given, *chosen], input=lines)
    asked = judge.requests - before
    if isinstance(done.exception, RmcoachError):  # the program's frame reports it
        said = f"{done.stderr}error: {done.exception}\n"
        return Ended(done.exception.exit_code, done.stdout, said, asked)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ended(done.exit_code, done.stdout, done.stderr, asked)


def status(store: Path) -> dict[str, Any]:
    """Give what a store holds."""
    done = CliRunner().invoke(cli, ["score", "--status", "--store", str(store), "--json"])
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def command(judge: BillingJudge, *args: object) -> list[str]:
    """Give the command line of a run in a process of its own."""
    return [*RMCOACH, "score", *map(str, args), *model(judge)]


def started(words: list[str], **more: Any) -> subprocess.Popen[str]:
    """Start a process, in what a shell would give it."""
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
        **more,
    )


def ended(process: subprocess.Popen[str], most_s: float = 60) -> Ended:
    """Wait for a process to end."""
    out, err = process.communicate(timeout=most_s)
    return Ended(process.returncode, out, err)
