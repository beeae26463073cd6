"""Run the command line: in a process of its own as a user does, or in this one where that is enough."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from rmcoach_llm import cli

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


def rmcoach_here(
    *args: str, lines: str = "", env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command through the same door in this process: a second less, for what needs no process.

    Not for signals, memory, imports, or streams that are closed or of another encoding.
    """
    quiet = logging.getLogger("rmcoach_llm.practice")  # playtest sets its level for its process
    level = quiet.level
    given, out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(3))
    given.buffer.write(lines.encode())
    given.seek(0)
    with (
        chdir(cwd or Path.cwd()),
        patch.dict(os.environ, env or {}),
        patch.object(sys, "argv", ["rmcoach", *args]),
        patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            quiet.setLevel(level)
    said = []
    for stream in (out, err):
        stream.seek(0)
        said.append(stream.read())
    return subprocess.CompletedProcess(args, code, *said)
