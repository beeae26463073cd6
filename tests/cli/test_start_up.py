"""Starting up: quick, and every command is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import rmcoach
from support.golden import check_golden

import rmcoach_llm
from rmcoach_llm import __version__

HEAVY = {
    "openai", "pydantic", "pydantic_core", "sqlite3", "yaml", "rich", "asyncio", "httpx2",
    "tenacity", "Stemmer", "importlib.metadata",
}  # fmt: skip
PROBE = """
import json, sys
sys.argv = ["rmcoach", *{args!r}]
from rmcoach_llm.cli import main
try:
    main()
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""
COMMANDS = (
    "", "doctor", "explain", "library", "library list", "library show", "library check", "library schema",
    "playtest", "practice", "scenario", "scenario check", "scenario hear", "scenario new",
    "score",
    "session", "session list", "session show", "session export",
    "session delete",
)  # fmt: skip


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["practice", "--help"]])
def test_help_and_version_import_nothing_heavy(args: list[str]) -> None:
    """`--help` and `--version` import no client, no records, no database, no renderer."""
    # coverage imports sqlite3 itself, so the probe runs without it.
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(args=args)],
        capture_output=True, encoding="utf-8", check=True,
        env={"PATH": "", "HOME": str(Path.home())},
    )  # fmt: skip
    loaded = set(json.loads(done.stdout.strip().splitlines()[-1]))
    assert not HEAVY & loaded


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_as_agreed(command: str) -> None:
    """The help of each command is the text that was read and agreed upon."""
    # A process of its own: click keeps what it made of a command for another caller.
    done = rmcoach(*command.split(), "--help", env={"COLUMNS": "100"})
    assert done.returncode == 0
    name = command.replace(" ", "-") or "rmcoach"
    check_golden(Path(__file__).parent / "help" / f"{name}.txt", done.stdout)


def test_version_is_the_package_version() -> None:
    """`--version` prints the version of the package and nothing else."""
    assert rmcoach("--version").stdout == f"rmcoach {__version__}\n"


def test_an_unknown_command_suggests_the_nearest() -> None:
    """A mistyped command is answered with the one that was meant, and exit code 2."""
    done = rmcoach("practise")
    assert done.returncode == 2
    assert "did you mean 'practice'?" in done.stderr


def test_an_unknown_option_suggests_the_nearest() -> None:
    """A mistyped option is answered with the one that was meant, and exit code 2."""
    done = rmcoach("score", "--rubrik", "x", "a.txt")
    assert done.returncode == 2
    assert "--rubric" in done.stderr


def test_completion_offers_scenarios() -> None:
    """The shell completes the name of a scenario."""
    env = {
        "_RMCOACH_COMPLETE": "bash_complete",
        "COMP_WORDS": "rmcoach practice hr",
        "COMP_CWORD": "2",
    }
    script = "import sys; sys.argv = ['rmcoach']; from rmcoach_llm.cli import main; main()"
    import os

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8",
        env={**os.environ, **env}, check=False,
    )  # fmt: skip
    assert "hr-onboarding-app" in done.stdout


def test_completion_of_the_library_offers_ids() -> None:
    """The shell completes ids of the library."""
    import os

    script = "import sys; sys.argv = ['rmcoach']; from rmcoach_llm.cli import main; main()"
    env = {
        "_RMCOACH_COMPLETE": "bash_complete",
        "COMP_WORDS": "rmcoach library show cred",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8",
        env={**os.environ, **env}, check=False,
    )  # fmt: skip
    assert "credibility" in done.stdout


def test_little_is_loaded_before_ctrl_c_is_handled() -> None:
    """Until the entry point runs, which ends in 130 at once, nothing but the package's own few names is loaded."""
    code = (
        "import sys\nsys.path.insert(0, sys.argv[1])\nbefore = set(sys.modules)\n"
        "import rmcoach_llm.__main__\nprint(*sorted(set(sys.modules) - before))"
    )
    root = Path(rmcoach_llm.__file__).parents[1]
    # Without site, where other packages load much of the standard library before us.
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code, str(root)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    ours = {"rmcoach_llm", "rmcoach_llm.__main__", "rmcoach_llm.version"}
    assert set(done.stdout.split()) - {"__future__", "gc"} == ours
