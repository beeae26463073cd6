"""What a batch costs beside the calls themselves: wall time, processor time, memory, resuming.

    python -m benchmarks.batch --server FILE [--part calls|faults|memory|resume|all] [--runs N]
                               [--items N] [--large N] [--json] [--profile]

`--server` is an OpenAI-compatible fake server that prints its address and waits 300 ms before each
answer (`--latency-ms`), with `--fault-mix` for faults. `calls` compares `rmcoach score` of 500
talks of 20 turns, three rubrics, 64 in flight, with the least time that N calls can take (N x
latency / in flight: goal 1.5 times) and with the bare openai client that sends requests of the same
size in the same run; processor time is of the whole process but for its start (goal: 6 ms a talk).
`wall_to_bare` and `cpu_to_bare` depend less on the machine: where the goals were set the bare client took
1.55 times the least time and 4.1 ms, which makes them .97 and 1.46. `server_busy` is the part of the
wall time in which the fake server itself computes: near 1, it is what is waited for. `faults` counts
what ends scored with 5 % faults. `memory` compares the peak of a small and a large run (goal: 1 kB
more a talk). `resume` times a second run of 10,000 talks that are done (goal: 2 s, no call). Machines
are noisy: the ratios tell more than the seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.judge_cpu import talk
from rmcoach_llm.batch.inputs import find_files
from rmcoach_llm.batch.items import Source
from rmcoach_llm.batch.run import Plan, run_batch
from rmcoach_llm.domain import Scorecard, Transcript
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.stores.ledger import SqliteLedger
from rmcoach_llm.wiring import read_file

LATENCY_S = 0.3
IN_FLIGHT = 64
RUN = [sys.executable, "-m", "rmcoach_llm", "score"]

BARE = """
import asyncio, sys, openai
url, count, at_once, size = sys.argv[1], *map(int, sys.argv[2:])
async def main():
    client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    gate = asyncio.Semaphore(at_once)
    async def one(n):
        async with gate:
            text = f"{n} " + "word " * (size // 5)
            await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": text}], max_tokens=100)
    await asyncio.gather(*(one(n) for n in range(count)))
    await client.close()
asyncio.run(main())
"""


class Took(NamedTuple):
    """Hold what a process took: seconds of wall and processor, peak memory in MB, output."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    code: int
    out: str


def run(*command: str) -> Took:
    """Run a process to its end and measure it alone."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        out.seek(0)
        text = out.read().decode(errors="replace")
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode, text)


@contextmanager
def server(file: Path, *options: str) -> Iterator[str]:
    """Run the fake server; gives its address."""
    process = subprocess.Popen(
        [sys.executable, str(file), *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def stats(url: str) -> dict[str, float]:
    """Ask the server what it has counted."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/__stats") as answer:  # loopback only
        return json.load(answer)


def talks(folder: Path, count: int) -> Path:
    """Write so many talks of 20 turns, no two alike, in files of a thousand."""
    folder.mkdir()
    for start in range(0, count, 1_000):
        with (folder / f"{start:06}.jsonl").open("w") as file:
            for number in range(start, min(count, start + 1_000)):
                made = talk(number)
                turns = [{"speaker": t.speaker, "role": t.role, "text": t.text} for t in made.turns]
                file.write(json.dumps({"id": made.id, "turns": turns}) + "\n")
    return folder


def scored(folder: Path, store: Path, url: str, *more: str) -> Took:
    """Score a folder with the model behind an address."""
    model = ("--model", "m", "--base-url", url, "--concurrency", str(IN_FLIGHT))
    return run(*RUN, str(folder), "--store", str(store), *model, *more)


def calls(file: Path, folder: Path, items: int, runs: int) -> dict[str, float]:
    """Compare a batch with the least time its calls can take, and with the bare client."""
    least = items * LATENCY_S / IN_FLIGHT
    work = talks(folder / "talks", items)
    one = talks(folder / "one", 1)
    ours: list[Took] = []
    bare: list[Took] = []
    starts, busy = [], []
    with server(file, "--latency-ms", str(LATENCY_S * 1000)) as url:
        for turn in range(runs):
            starts.append(scored(one, folder / f"one{turn}.db", url).cpu_s)
            before = stats(url)["server_cpu_s"]
            ours.append(scored(work, folder / f"run{turn}.db", url))
            busy.append((stats(url)["server_cpu_s"] - before) / ours[-1].wall_s)
            size = int(stats(url)["prompt_bytes"] / max(1, stats(url)["requests"]))
            bare.append(run(sys.executable, "-c", BARE, url, str(items), str(IN_FLIGHT), str(size)))
    start = min(starts)
    cpu = statistics.median(took.cpu_s for took in ours) - start
    bare_cpu = statistics.median(took.cpu_s for took in bare)
    wall, bare_wall = (statistics.median(took.wall_s for took in made) for made in (ours, bare))
    return {
        "items": items,
        "wall_ratio": round(wall / least, 2),
        "wall_ratio_least": round(min(took.wall_s for took in ours) / least, 2),
        "bare_wall_ratio": round(bare_wall / least, 2),
        "wall_to_bare": round(wall / bare_wall, 2),
        "cpu_ms": round(cpu / items * 1000, 2),
        "cpu_ms_least": round((min(took.cpu_s for took in ours) - start) / items * 1000, 2),
        "bare_cpu_ms": round(bare_cpu / items * 1000, 2),
        "cpu_to_bare": round(cpu / bare_cpu, 2),
        "server_busy": round(statistics.median(busy), 2),
        "start_cpu_s": round(start, 2),
        "exit_code": ours[-1].code,
    }


def faults(file: Path, folder: Path, items: int) -> dict[str, float | str]:
    """Count what ends scored when one call in twenty fails."""
    work = talks(folder / "faulty", items)
    store = folder / "faults.db"
    with server(file, "--latency-ms", "20", "--fault-mix", "0.05", "--retry-after", "0") as url:
        took = scored(work, store, url)
        asked = stats(url)["requests"]
    held = json.loads(run(*RUN, "--status", "--store", str(store), "--json").out)
    return {
        "items": items,
        "done": held["done"],
        "failed": held["failed"],
        "requests": asked,
        "exit_code": took.code,
        **({"said": took.out[-600:]} if took.code not in (0, 1) else {}),
    }


def memory(file: Path, folder: Path, small: int, large: int) -> dict[str, float]:
    """Compare the peak memory of two runs."""
    peaks = {}
    with server(file, "--latency-ms", "0") as url:
        for count in (small, large):
            work = talks(folder / f"memory{count}", count)
            peaks[count] = scored(work, folder / f"memory{count}.db", url).peak_mb
    more = (peaks[large] - peaks[small]) * 1024 / (large - small)
    return {
        "small": small,
        "large": large,
        "peak_small_mb": round(peaks[small], 1),
        "peak_large_mb": round(peaks[large], 1),
        "kb_more_a_talk": round(more, 2),
    }


def resume(file: Path, folder: Path, items: int) -> dict[str, float]:
    """Time a run of what is done, and count what it asks.

    One talk is judged in truth; its scorecard then stands for all, so that the ledger is filled
    in seconds.
    """
    one, work = talks(folder / "sample", 1), talks(folder / "again", items)
    store = folder / "again.db"
    with server(file, "--latency-ms", "0") as url:
        scored(one, store, url)
        fill(work, store)
        before = stats(url)["requests"]
        again = scored(work, store, url)
        asked = stats(url)["requests"] - before
    return {
        "items": items,
        "again_s": round(again.wall_s, 2),
        "again_cpu_s": round(again.cpu_s, 2),
        "again_peak_mb": round(again.peak_mb, 1),
        "lines": again.out.count("\n"),
        "asked_again": asked,
    }


def fill(work: Path, store: Path) -> None:
    """Let a copy of the one scorecard of a store be kept for all talks of a folder."""
    ledger = SqliteLedger(store)
    with closing(sqlite3.connect(store)) as db:
        (record,) = db.execute("select record from results").fetchone()
    card = Scorecard.model_validate_json(record)

    class Same:
        name = "judge"
        fingerprint = card.provenance.fingerprint

        async def evaluate(self, transcript: Transcript) -> Scorecard:
            return card.model_copy(update={"transcript": transcript.id})

    options = ReadOptions()
    source = Source(
        lambda found: read_file(found.path, options.model_copy(update={"label": found.label})),
        options.model_dump_json(),
        ledger,
        Same.fingerprint,
    )
    found = source.items(find_files([work], [".jsonl"]))
    plan = Plan(concurrency=IN_FLIGHT)
    asyncio.run(run_batch(found, Same(), lambda _: None, ledger=ledger, plan=plan))
    ledger.close()


def profile(file: Path, folder: Path, items: int) -> str:
    """Give where the processor time of a batch goes, the most costly functions first."""
    work = talks(folder / "profile", items)
    code = (
        "import cProfile, pstats, sys\n"
        "from rmcoach_llm.cli import cli\n"
        "held = cProfile.Profile()\n"
        "try:\n    held.runcall(cli.main, sys.argv[1:], standalone_mode=False)\n"
        "except SystemExit:\n    pass\n"
        "pstats.Stats(held).sort_stats('tottime').print_stats(25)\n"
    )
    with server(file, "--latency-ms", str(LATENCY_S * 1000)) as url:
        model = ("--model", "m", "--base-url", url, "--concurrency", str(IN_FLIGHT))
        store = str(folder / "profile.db")
        out = run(sys.executable, "-c", code, "score", str(work), "--store", store, *model).out
    return out[out.rfind("function calls") - 20 :]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument(
        "--part", default="calls", choices=[*"calls faults memory resume all".split()]
    )
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--large", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    for name in ("RMCOACH_STORE", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)  # as a user has it
    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.profile:
            print(profile(asked.server, folder, asked.items))
            return
        parts = {
            "calls": lambda: calls(asked.server, folder, asked.items, asked.runs),
            "faults": lambda: faults(asked.server, folder, asked.items),
            "memory": lambda: memory(asked.server, folder, 200, asked.large),
            "resume": lambda: resume(asked.server, folder, 10_000),
        }
        chosen = list(parts) if asked.part == "all" else [asked.part]
        for part in chosen:
            result = parts[part]()
            text = "  ".join(f"{key} {value}" for key, value in result.items())
            print(json.dumps({part: result}) if asked.json else f"{part}: {text}", flush=True)


if __name__ == "__main__":
    main()
