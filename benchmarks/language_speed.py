"""What a transcript costs that the language evaluator scores: CPU milliseconds, and a ratio.

    python -m benchmarks.language_speed [--json]

Each talk is new to the process: nothing is remembered of it. The first use is that of a process of
its own, less the same talk said otherwise when all is loaded; imports are told apart. The ratio is
to reading 1,000 small JSON objects in the same run: it says more than milliseconds on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.gold_scores import GOLD, language_evaluator, read
from rmcoach_llm.domain import Transcript

CORE = ("needs-discovery", "persuasion", "credibility")
TURNS = 20
LONG_TURNS = 2_000
ROUNDS = 5
OBJECTS = json.dumps([{"a": number, "b": str(number)} for number in range(1_000)])


def talks(turns: int, number: int, again: int) -> list[Transcript]:
    """Give talks of so many turns, from the gold talks one after another; `again` makes them new."""
    told = [
        (turn["role"], turn["role"], turn["text"])
        for record in read(GOLD / "transcripts.dev.jsonl")
        for turn in record["turns"]
    ]
    made = []
    for place in range(number):
        start = place * turns
        rows = [told[(start + at) % len(told)] for at in range(turns)]
        name = f"{again}-{place}"
        made.append(Transcript.of(name, [(s, r, f"{text} {name}.") for s, r, text in rows]))
    return made


async def costs(rubrics: Sequence[str], made: Sequence[Transcript]) -> list[float]:
    """Give the milliseconds of CPU that each transcript costs."""
    evaluator = language_evaluator(rubrics)
    spent = []
    for talk in made:
        began = time.process_time()
        await evaluator.evaluate(talk)
        spent.append(1_000 * (time.process_time() - began))
    return spent


def baseline() -> float:
    """Give the milliseconds for reading 1,000 small JSON objects: the least of many tries."""
    tries = []
    for _ in range(50):
        began = time.process_time()
        json.loads(OBJECTS)
        tries.append(1_000 * (time.process_time() - began))
    return statistics.median(tries)


def first_use(rubrics: Sequence[str]) -> dict[str, float]:
    """Give the milliseconds that the first transcript of a process costs more than the next ones."""
    code = (
        "import time; began = time.process_time();"
        "from rmcoach_llm.evaluators import create_language_evaluator;"
        "from rmcoach_llm.evaluators.language import RULES;"
        "imported = time.process_time() - began;"
        "import asyncio; from benchmarks.language_speed import costs, talks;"
        f"spent = asyncio.run(costs({list(rubrics)!r}, talks({TURNS}, 12, 0)));"
        "print(imported * 1000, spent[0], sorted(spent[1:])[5])"
    )
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        runs.append([float(part) for part in done.stdout.split()])
    imported, first, later = (statistics.median(column) for column in zip(*runs, strict=True))
    return {"import": round(imported, 1), "first": round(first - later, 1)}


def figures() -> dict[str, dict[str, float]]:
    """Give the figures for the core rubrics and for all of them."""
    found = {}
    for name, rubrics in (("core", CORE), ("all", ())):
        asyncio.run(costs(rubrics, talks(TURNS, 60, 99)))
        rounds = []
        for again in range(ROUNDS):
            spent = statistics.median(asyncio.run(costs(rubrics, talks(TURNS, 40, again))))
            rounds.append((spent, spent / baseline()))
        long = asyncio.run(costs(rubrics, talks(LONG_TURNS, 2, 1)))
        found[name] = {
            "ms_20_turns": round(statistics.median(ms for ms, _ in rounds), 1),
            "least_ms_20_turns": round(min(ms for ms, _ in rounds), 1),
            "ratio_to_json": round(statistics.median(ratio for _, ratio in rounds), 1),
            "ms_2000_turns": round(min(long), 1),
            **{f"ms_{key}": value for key, value in first_use(rubrics).items()},
        }
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    found = figures()
    if parser.parse_args().json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        print(name, *(f"{key} {value}" for key, value in row.items()), sep="  ")


if __name__ == "__main__":
    main()
