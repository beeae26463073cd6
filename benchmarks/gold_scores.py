"""How far scores without a model follow the quality that was planted in the gold transcripts.

    python -m benchmarks.gold_scores --part dev [--json] [--data DIR]

By rubric: Spearman's rank correlation with the planted quality, that of the number of the
trainee's words with the score (it should be small), and the share of minimal pairs that moved the
right way, as the mean over up, down and same. Nothing is fitted here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rmcoach_llm.domain import Scorecard, Transcript
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import Evaluator, Parts

GOLD = Path(__file__).parent / "gold"
MOVED = 0.05
"""A score that changes by less than this, in points of 5, has not moved."""


@dataclass(frozen=True)
class Pair:
    """Hold a talk and the same talk changed in one respect."""

    id: str
    rubric: str
    direction: str
    base: Transcript
    changed: Transcript


def read(path: Path) -> list[dict[str, Any]]:
    """Give the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def talk_of(record: Mapping[str, Any]) -> Transcript:
    """Give the transcript of a record: a gold one, or one of a public set."""
    turns = [(turn["speaker"], turn["role"], turn["text"]) for turn in record["turns"]]
    return Transcript.of(str(record["id"]), turns)


def edited(record: Mapping[str, Any], edits: Sequence[Mapping[str, Any]], name: str) -> Transcript:
    """Give a talk with edits done; turn numbers are those of the talk before any of them."""
    turns: list[list[dict[str, Any]]] = [[dict(turn)] for turn in record["turns"]]
    ahead: list[list[dict[str, Any]]] = [[] for _ in range(len(turns) + 1)]
    for edit in edits:
        if edit["op"] == "replace":
            turns[edit["turn"]][0]["text"] = edit["text"]
        elif edit["op"] == "delete":
            turns[edit["turn"]] = []
        elif edit["op"] == "insert":
            ahead[edit["before"]].append(
                {"speaker": edit["speaker"], "role": edit["role"], "text": edit["text"]}
            )
        else:
            raise ValueError(f"{name}: unknown edit {edit['op']!r}")
    placed = [t for i, kept in enumerate([*turns, []]) for t in (*ahead[i], *kept)]
    return talk_of({"id": name, "turns": placed})


def pairs(folder: Path, part: str, *, more: bool = False) -> Iterator[Pair]:
    """Give the minimal pairs of a part; with `more` the unbalanced ones too."""
    by_id = {r["id"]: r for r in read(folder / f"transcripts.{part}.jsonl")}
    names = [f"pairs.{part}.jsonl"] + ([f"more_pairs.{part}.jsonl"] if more else [])
    for name in names:
        path = folder / name
        for row in read(path) if path.exists() else []:
            base = by_id[row["base"]]
            changed = edited(base, row["edits"], row["id"])
            yield Pair(row["id"], row["rubric"], row["direction"], talk_of(base), changed)


def language_evaluator(rubrics: Sequence[str] = ()) -> Evaluator:
    """Give the evaluator without a model, over all shipped rubrics or those named."""
    library = Library()
    chosen = tuple(library.rubric(name) for name in rubrics or library.ids("rubric"))
    return create_language_evaluator(Parts(prompt=library.prompt, rubrics=chosen))


class Scored:
    """Score transcripts once each."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._cards: dict[str, Scorecard] = {}

    def card(self, talk: Transcript) -> Scorecard:
        """Give the scorecard of a transcript."""
        if talk.digest not in self._cards:
            self._cards[talk.digest] = asyncio.run(self._evaluator.evaluate(talk))
        return self._cards[talk.digest]

    def score(self, talk: Transcript, rubric: str) -> float | None:
        """Give the score of a rubric, None where there is none."""
        found = self.card(talk).rubrics.get(rubric)
        return found.score if found else None


def ranks(values: Sequence[float]) -> list[float]:
    """Give ranks, ties sharing their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    given = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            given[place] = (start + end - 1) / 2
        start = end
    return given


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Give Spearman's rank correlation; None where one side does not vary."""
    a, b = ranks(one), ranks(other)
    if len(a) < 3:
        return None
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    below = (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5
    return round(top / below, 3) if below else None


def moved(before: float | None, after: float | None) -> str | None:
    """Say which way a score went; None where one is missing."""
    if before is None or after is None:
        return None
    if abs(after - before) < MOVED:
        return "same"
    return "up" if after > before else "down"


def rows(folder: Path, part: str, scored: Scored) -> list[dict[str, Any]]:
    """Give the figures by rubric."""
    talks = [
        (talk_of(r), r["labels"]["quality"]) for r in read(folder / f"transcripts.{part}.jsonl")
    ]
    changed = list(pairs(folder, part))
    names = sorted({name for _, quality in talks for name in quality})
    return [_row(name, talks, changed, scored) for name in names]


def _row(
    name: str, talks: list[tuple[Transcript, dict[str, float]]], changed: list[Pair], scored: Scored
) -> dict[str, Any]:
    held = [
        (score, quality[name], sum(len(t.text.split()) for _, t in talk.of_role("trainee")))
        for talk, quality in talks
        if name in quality and (score := scored.score(talk, name)) is not None
    ]
    own = [pair for pair in changed if pair.rubric == name]
    went = {
        pair.id: moved(scored.score(pair.base, name), scored.score(pair.changed, name))
        for pair in own
    }
    right = {
        way: [went[p.id] == way for p in own if p.direction == way]
        for way in ("up", "down", "same")
    }
    shares = {way: sum(hits) / len(hits) for way, hits in right.items() if hits}
    return {
        "rubric": name,
        "talks": sum(name in quality for _, quality in talks),
        "scored": len(held),
        "rank_correlation": spearman([s for s, _, _ in held], [q for _, q, _ in held]),
        "length_correlation": spearman([s for s, _, _ in held], [w for _, _, w in held]),
        "pairs": len(own),
        "pairs_right": round(sum(shares.values()) / len(shares), 3) if shares else None,
        **{f"{way}_right": round(share, 3) for way, share in shares.items()},
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=GOLD)
    parser.add_argument("--part", default="dev")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = rows(given.data, given.part, Scored(language_evaluator()))
    if given.json:
        print(json.dumps(found, indent=1))
        return
    columns = list(found[0])
    print(" | ".join(columns))
    for row in found:
        print(" | ".join(str(row.get(column)) for column in columns))


if __name__ == "__main__":
    main()
