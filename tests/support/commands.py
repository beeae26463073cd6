"""Run the command line as a user does: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

RMCOACH = (sys.executable, "-m", "rmcoach_llm")


def rmcoach(
    *args: str, lines: str = "", env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with lines on standard input; give output, errors and exit code."""
    return subprocess.run(
        [*RMCOACH, *args],
        input=lines,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=60,
        check=False,
    )
