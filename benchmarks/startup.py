"""How long the command line takes to start, against what no click program can do without.

    python -m benchmarks.startup [--runs N] [--json]

Prints the median wall time of `rmcoach --help` and `--version` as a ratio to `python -c "import
click"` (goal: at most 1.6), and the time to the first prompt of scripted practice (goal: 0.6 s on
an idle machine). The commands alternate, so that a slow spell hits all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "rmcoach")


def seconds(args: list[str], env: dict[str, str]) -> float:
    """Give the wall time of a command."""
    started = time.perf_counter()
    subprocess.run(args, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def to_first_prompt(env: dict[str, str]) -> float:
    """Give the seconds from the start to the stakeholder's opening line."""
    started = time.perf_counter()
    with subprocess.Popen(
        [COMMAND, "practice"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdin is not None
        for line in child.stdout:
            if line.startswith(b"Katrin Vossberg:"):
                break
        took = time.perf_counter() - started
        child.stdin.write(b"/quit\n")
        child.stdin.close()
        child.stdout.read()
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        commands = {
            "click": [sys.executable, "-c", "import click"],
            "help": [COMMAND, "--help"],
            "version": [COMMAND, "--version"],
        }
        times: dict[str, list[float]] = {name: [] for name in [*commands, "prompt"]}
        for run in range(options.runs + 1):
            for name, args in commands.items():
                took = seconds(args, env)
                if run:  # the first round warms the caches
                    times[name].append(took)
            took = to_first_prompt(env)
            if run:
                times["prompt"].append(took)
    middle = {name: statistics.median(values) for name, values in times.items()}
    result = {
        "help_to_click": round(middle["help"] / middle["click"], 2),
        "version_to_click": round(middle["version"] / middle["click"], 2),
        "click_s": round(middle["click"], 3),
        "first_prompt_s": round(middle["prompt"], 3),
        "runs": options.runs,
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
