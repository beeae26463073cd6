"""Keep what a reader was asked and answered, in short; read it back.

    python -m benchmarks.judge_trials.kept FOLDER NAME

FOLDER is that of a reader: `req/NNNN.json` and `NNNN.answer` as a relay server writes them,
`cards.jsonl` of `rmcoach score --verify --json`, and the reader's `notes.md`. What is written under
NAME, such as "1-a" for reader a in round 1, goes without what stands elsewhere: the transcript
(`talks.jsonl`) and the words of the rubric. The static parts of the requests stand once for all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STATIC = HERE / "static.jsonl"
TALKS = HERE / "talks.jsonl"
LOCK = HERE.parents[1] / "prompts" / "LOCK"

CUT = "[left out]"
"""Stands in a request where suspect text of the talk was."""

LOOKS = {"pair": "second", "items": "coach", "part": "brief"}
"""What a request is, by a key of its first line; one that begins with a turn is a first look."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Hold what is kept of one reader.

    `first` are the answers of the first look by talk, as (behaviour, verdict, quotes);
    `pairs` those of the second look as (behaviour's words, quote, answer, is a control).
    """

    name: str
    calls: str
    versions: Json
    cards: dict[str, Json]
    first: dict[str, dict[str, str]]
    pairs: tuple[tuple[str, str, str, bool], ...]


def lines_of(path: Path) -> list[Json]:
    """Give the objects of a JSON Lines file, none where there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def readers() -> list[Reader]:
    """Give all readers that are kept, by round and letter."""
    return [_reader(path.parent) for path in sorted(HERE.glob("*/cards.jsonl"))]


def _reader(folder: Path) -> Reader:
    cards = {card["talk"]: card for card in lines_of(folder / "cards.jsonl")}
    asked = lines_of(folder / "requests.jsonl")
    first: dict[str, dict[str, str]] = {}
    pairs = []
    for exchange in asked:
        if exchange["look"] == "first":
            first.setdefault(exchange["talk"], {}).update(_verdicts(exchange["answer"]))
        if exchange["look"] != "second":
            continue
        given = {item["pair"]: item["answer"] for item in exchange["answer"]["pairs"]}
        for number, (behaviour, words, control) in enumerate(exchange["pairs"], start=1):
            pairs.append((behaviour, words, given.get(number, "none"), control))
    one = next(iter(cards.values()))
    return Reader(folder.name, one["calls"], one["versions"], cards, first, tuple(pairs))


def _verdicts(answer: Json) -> dict[str, str]:
    """Give the verdicts of a first look: a list of entries, or since 2.2.0 an object by id."""
    told = answer["behaviours"]
    if isinstance(told, dict):
        return {name: entry["verdict"] for name, entry in told.items()}
    return {entry["id"]: entry["verdict"] for entry in told}


def keep(folder: Path, name: str) -> None:
    """Write what is kept of a reader's folder under a name."""
    target = HERE / name
    target.mkdir(exist_ok=True)
    asked = list(_exchanges(folder / "req"))
    _write(target / "requests.jsonl", asked)
    _write(target / "cards.jsonl", [_short(card) for card in lines_of(folder / "cards.jsonl")])
    notes = (folder / "notes.md").read_text(encoding="utf-8")
    (target / "notes.md").write_text(re.sub(r"/\S+/(?=\w+\.\w+)", "", notes), encoding="utf-8")


def _exchanges(folder: Path) -> Iterator[Json]:
    talks = lines_of(TALKS)
    static = {line["text"]: line["id"] for line in lines_of(STATIC)}
    talk = ""
    for path in sorted(folder.glob("*.json")):
        system, user = (m["content"] for m in json.loads(path.read_text("utf-8"))["messages"])
        name = static.setdefault(system, hashlib.sha256(system.encode()).hexdigest()[:8])
        answer = json.loads(path.with_suffix(".answer").read_text("utf-8"))
        lines = [json.loads(line) for line in user.splitlines()]
        kind = next((look for key, look in LOOKS.items() if key in lines[0]), "first")
        if kind == "first":
            talk = _of_lines(lines, talks)
        yield {"look": kind, "talk": talk, "static": name, **_asked(kind, lines), "answer": answer}
    _write(STATIC, [{"id": name, "text": text} for text, name in static.items()])


def _of_lines(lines: Sequence[Json], talks: Sequence[Json]) -> str:
    """Give the talk that a request holds: most turns begin alike, as far as nothing was cut."""

    def alike(talk: Json) -> int:
        turns = zip(lines, talk["turns"], strict=False)
        return sum(said["text"].startswith(line["text"].split(CUT)[0]) for line, said in turns)

    return str(max((t for t in talks if len(t["turns"]) == len(lines)), key=alike)["id"])


def _asked(look: str, lines: Sequence[Json]) -> Json:
    """Give what a request asked about, without the talk."""
    if look == "second":
        return {"pairs": [_pair(line) for line in lines]}
    return {"coach": lines[0], "brief": {"parts": lines}}.get(look, {})


def _pair(line: Json) -> tuple[str, str, bool]:
    """Give the behaviour's words, the quote, and whether this was a counter-example to tell apart."""
    return line["behaviour"], line["words"], line["words"] == line["counter_example"]


def _short(card: Json) -> Json:
    """Give a scorecard without what follows from the rubric and the talk."""
    made = card["provenance"]
    versions = {name: _version(name, digest) for name, digest in made["prompts"].items()}
    versions |= {name: rubric["version"] for name, rubric in card["rubrics"].items()}
    return {
        "talk": card["transcript"],
        "calls": made["options"]["calls"],
        "versions": versions,
        "flags": sorted({f"{flag['kind']} {flag['turn']}" for flag in card["flags"]}),
        "rubrics": {
            name: {
                "score": rubric["score"],
                "criteria": {
                    key: {
                        "score": criterion["score"],
                        "findings": [_finding(finding) for finding in criterion["findings"]],
                    }
                    for key, criterion in rubric["criteria"].items()
                },
            }
            for name, rubric in card["rubrics"].items()
        },
    }


def _finding(finding: Json) -> Json:
    kept = ("behaviour", "verdict", "turn", "quote", "also", "confidence", "note", "checked")
    return {name: finding[name] for name in kept if finding[name] not in (None, [])}


def _version(name: str, digest: str) -> str:
    """Give the version of a prompt that has a digest, as the lock tells it."""
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line.endswith(digest) and f"/{name}@" in line:
            return line.split("@")[1].split()[0]
    return digest[:12]


def _write(path: Path, records: Sequence[Json]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="what a reader was asked and answered")
    parser.add_argument("name", help="ROUND-LETTER, such as 2-d")
    given = parser.parse_args()
    keep(given.folder, given.name)
