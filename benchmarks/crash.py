"""Kill a batch anywhere, go on until it is done, and hold the ledger against the bill.

    python -m benchmarks.crash [--kills N] [--signal KILL|TERM|INT] [--items N] [--concurrency N]
                               [--seed N] [--json]

A judge on loopback (`benchmarks.billing`) bills each answer before it sends it. `rmcoach score` is
killed after a drawn number of bills and some milliseconds more, every tenth time while it starts,
and started again until all is scored. Goals: nothing lost, nothing twice in the results, the file
whole after each kill (`pragma integrity_check`); after KILL billed twice at most what was in
flight, and each such bill listed by `rmcoach score --status`; after TERM and INT nothing billed
twice, exit code 143 or 130, and the command that goes on printed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.billing import BillingJudge
from benchmarks.judge_cpu import talk
from rmcoach_llm import read_transcripts
from rmcoach_llm.domain import work_key

SCORE = [sys.executable, "-m", "rmcoach_llm", "score"]
ITEMS_A_KILL = 25
START_S = 1.5
SOON_S = 0.08
MOST_S = 600
IN_TALK = re.compile(r"unit (\d+) of region")
EXITS = {"KILL": -9, "TERM": 143, "INT": 130}


@dataclass
class Audit:
    """Hold what the runs came to; `unlisted` are second bills that the ledger does not know of."""

    signal: str
    items: int
    concurrency: int
    kills: int = 0
    runs: int = 0
    killed_while_starting: int = 0
    lost: int = 0
    twice_in_results: int = 0
    billed: int = 0
    billed_twice: int = 0
    most_allowed: int = 0
    uncertain: int = 0
    unlisted: int = 0
    not_whole: int = 0
    wrong_exits: list[int] = field(default_factory=list)
    without_command: int = 0
    longest_ending_s: float = 0.0
    last_exit: int = -1
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Say whether all goals are met."""
        most = self.most_allowed if self.signal == "KILL" else 0
        wrong = self.lost + self.twice_in_results + self.unlisted + self.not_whole
        wrong += len(self.wrong_exits) + self.without_command + self.last_exit
        return wrong == 0 and self.billed_twice <= most


def audited(
    folder: Path, *, kills: int, by: str, items: int, concurrency: int, seed: int = 1
) -> Audit:
    """Score so many talks with so many kills; gives what came of it."""
    began = time.monotonic()
    audit = Audit(by, items, concurrency)
    draw = random.Random(seed)
    talks, store = folder / "talks.jsonl", folder / "run.db"
    with talks.open("w") as file:
        for number in range(items):
            turns = [
                {"speaker": t.speaker, "role": t.role, "text": t.text} for t in talk(number).turns
            ]
            file.write(json.dumps({"id": f"t{number}", "turns": turns}) + "\n")
    with BillingJudge(seed=seed) as judge:
        model = ["--model", "m", "--base-url", judge.url, "--concurrency", str(concurrency)]
        command = [*SCORE, str(talks), "--store", str(store), *model]
        while audit.kills < kills:
            share = 2 * (items - len(judge.bill)) / (kills - audit.kills + 1)
            if not _killed(command, folder, judge, audit, draw, share):
                break  # it was done before
            audit.not_whole += not _whole(store)
        last = _started(command, folder)
        audit.last_exit = last.wait(MOST_S)
        audit.runs += 1
        judge.settled()
        _account(audit, folder, judge)
    audit.seconds = round(time.monotonic() - began, 1)
    return audit


def _started(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RMCOACH_", "OPENAI_"))}
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(command, stdout=out, stderr=err, env=kept | home)


def _killed(
    command: list[str],
    folder: Path,
    judge: BillingJudge,
    audit: Audit,
    draw: random.Random,
    share: float,
) -> bool:
    """Start a run and kill it somewhere; gives False where it had ended before."""
    before = judge.billed
    process = _started(command, folder)
    audit.runs += 1
    starting = audit.signal == "KILL" and audit.runs % 10 == 0
    if starting:
        time.sleep(draw.uniform(0, START_S))
    else:
        more = before + draw.randint(1, max(1, round(share)))
        judge.wait(lambda: judge.billed >= more or process.poll() is not None, MOST_S)
        time.sleep(draw.uniform(0, SOON_S))
    if process.poll() is not None:
        return False
    sent = time.monotonic()
    process.send_signal(getattr(signal, f"SIG{audit.signal}"))
    code = process.wait(MOST_S)
    judge.settled()
    audit.longest_ending_s = max(audit.longest_ending_s, round(time.monotonic() - sent, 2))
    if code == 0:
        return False
    audit.kills += 1
    audit.killed_while_starting += starting
    if code != EXITS[audit.signal]:
        audit.wrong_exits.append(code)
    if audit.signal != "KILL":
        audit.without_command += "to go on, run the same again" not in _text(folder / "err")
    return True


def _whole(store: Path) -> bool:
    """Say whether the file is in order; it is only read, so that the next run finds it as it is."""
    if not store.exists():
        return True
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        (said,) = db.execute("pragma integrity_check").fetchone()
    return bool(said == "ok")


def _account(audit: Audit, folder: Path, judge: BillingJudge) -> None:
    """Hold results and uncertain calls against the bill, talk by talk."""
    store = folder / "run.db"
    said = [*SCORE, "--status", "--store", str(store), "--json"]
    status = json.loads(subprocess.run(said, capture_output=True, check=True).stdout)
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        kept = [key for (key,) in db.execute("select item_id from results")]
        marks = db.execute(
            "select distinct json_extract(record, '$.provenance.fingerprint') from results"
        ).fetchall()
    assert len(marks) == 1, "prompt, rubric or code of the judge changed while this ran"
    fingerprint = marks[0][0]
    keys = [work_key(read.digest, fingerprint) for read in read_transcripts(folder / "talks.jsonl")]
    shown = Counter(re.findall(r"\[(t\d+)\]", _text(folder / "out")))
    audit.lost = len(set(keys) - set(kept)) + sum(f"t{n}" not in shown for n in range(audit.items))
    audit.twice_in_results = len(kept) - len(set(kept)) + sum(n > 1 for n in shown.values())
    again: Counter[str] = Counter()
    for digest, count in judge.bill.items():
        found = IN_TALK.search(judge.texts[digest])
        assert found is not None, "a request without a talk"
        again[keys[int(found[1])]] += count - 1
    listed = Counter(call["item"] for call in status["uncertain"])
    audit.billed = judge.billed
    audit.billed_twice = again.total()
    audit.most_allowed = audit.kills * audit.concurrency
    audit.uncertain = len(status["uncertain"])
    audit.unlisted = sum(max(0, n - listed[key]) for key, n in again.items())


def _text(file: Path) -> str:
    return file.read_text(errors="replace")


def main() -> None:
    """Kill, go on, and print what came of it; exit code 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--signal", choices=list(EXITS), default="KILL")
    parser.add_argument("--items", type=int, help=f"default: {ITEMS_A_KILL} a kill")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    items = asked.items or ITEMS_A_KILL * asked.kills
    with tempfile.TemporaryDirectory() as name:
        audit = audited(
            Path(name),
            kills=asked.kills,
            by=asked.signal,
            items=items,
            concurrency=asked.concurrency,
            seed=asked.seed,
        )
    found = {**asdict(audit), "holds": audit.holds}
    print(json.dumps(found) if asked.json else "\n".join(f"{k}: {v}" for k, v in found.items()))
    raise SystemExit(not audit.holds)


if __name__ == "__main__":
    main()
