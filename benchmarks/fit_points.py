"""Fit what findings without a model are worth: points of behaviours and starts of criteria, by rubric.

    python -m benchmarks.fit_points            fits on the development talks and writes
    python -m benchmarks.fit_points --errors   measures on the test talks and writes what is told
                                               of the error of each rubric's scores

The rule of the rubric stays: start + (5 - start) * gained / possible - lost. Points may take a few
values only and are drawn towards those of the rubric's file, and starts towards `START`: 16 to 36
talks a rubric bear no more. What is minimised is 1 less the correlation with the planted quality, plus
how far minimal pairs move the wrong way, plus the correlation with length. `benchmarks/points.json`
holds the figures with talks left out (each sixth of the talks, with its pairs, scored by
points fitted on the others), beside those of the rubrics' own points.

Both are written to `rmcoach_llm/language/data/fitted.json`; what stands there under `seen` is a
choice by hand: the rules on words alone for questions, of which the utterances hold few.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gold_scores import (
    GOLD,
    MOVED,
    Pair,
    Scored,
    language_evaluator,
    pairs,
    read,
    rows,
    spearman,
    talk_of,
)
from rmcoach_llm.domain import Rubric, Transcript
from rmcoach_llm.evaluators.rules_learned import TABLE
from rmcoach_llm.library import Library

FIGURES = Path(__file__).parent / "points.json"
POINTS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
STARTS = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0)
START = 2.0
"""Where a criterion starts: with less, a "-" could not lower what has little to lose."""

TOWARDS_FILE, OF_PAIRS, OF_LENGTH = 1.0, 0.5, 0.5
STEP = 0.15
"""A pair should move by so much."""

FOLDS = 6
SWEEPS = 3
WAYS = {"up": 1, "down": -1, "same": 0}


@dataclass
class Talks:
    """Hold the findings of talks for one rubric as numbers, and what they should add up to.

    `gained`, `possible` and `lost` are 1 where a behaviour counts so; `quality`, `length` (log of
    the trainee's words) and `fold` are of the labelled talks, the rows `labelled`; `moves` holds
    base, changed, way and fold of each pair.
    """

    rubric: Rubric
    gained: np.ndarray
    possible: np.ndarray
    lost: np.ndarray
    labelled: np.ndarray
    quality: np.ndarray
    length: np.ndarray
    fold: np.ndarray
    moves: np.ndarray

    def __post_init__(self) -> None:
        """Lay out criteria and weights."""
        criteria = self.rubric.criteria
        self.of = np.zeros((len(self.rubric.behaviours), len(criteria)))
        place = 0
        for number, criterion in enumerate(criteria):
            for _ in criterion.behaviours:
                self.of[place, number] = 1
                place += 1
        self.weights = np.array([c.weight for c in criteria])
        self.own = np.array([b.points for b in self.rubric.behaviours])
        self.helps = np.array([b.sign == "+" for b in self.rubric.behaviours]) @ self.of > 0

    def scores(self, points: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """Give the score of each talk by the rubric's rule; nan where it is not applicable."""
        gained, possible, lost = (
            (part * points) @ self.of for part in (self.gained, self.possible, self.lost)
        )
        reached = np.divide(gained, possible, out=np.zeros_like(gained), where=possible > 0)
        each = np.clip(starts + (5 - starts) * reached - lost, 0, 5)
        weights = self.weights * ((possible > 0) | ~self.helps)
        total = weights.sum(1)
        mean = np.divide((weights * each).sum(1), total, out=np.zeros(len(total)), where=total > 0)
        enough = total >= self.rubric.least_share * self.weights.sum()
        return np.where(enough & (total > 0), mean, np.nan)

    def loss(self, points: np.ndarray, starts: np.ndarray, out: int | None) -> float:
        """Give how badly scores follow quality and pairs, the fold `out` left out."""
        every = self.scores(points, starts)
        use = self.fold != out
        found, quality, length = every[self.labelled[use]], self.quality[use], self.length[use]
        known = ~np.isnan(found)
        lost = 1 - _correlation(found[known], quality[known]) + 0.5 * (1 - known.mean())
        lost += OF_LENGTH * max(0.0, abs(_correlation(found[known], length[known])) - 0.05)
        moves = self.moves[self.moves[:, 3] != out]
        step = np.nan_to_num(every[moves[:, 1]] - every[moves[:, 0]])
        way = moves[:, 2]
        wrong = np.where(way != 0, STEP - way * step, np.abs(step) - 0.8 * MOVED)
        lost += OF_PAIRS * float(np.clip(wrong, 0, 0.6).mean()) / 0.3 if len(moves) else 0.0
        far = (np.log(points / self.own) ** 2).mean() + 0.1 * ((starts - START) ** 2).mean()
        return lost + TOWARDS_FILE * float(far)

    def fitted(self, out: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Give points and starts, one after the other set to the best value until none moves."""
        points, starts = self.own.copy(), self.first_starts()
        for _ in range(SWEEPS):
            before = (points.copy(), starts.copy())
            for values, allowed in ((points, POINTS), (starts, STARTS)):
                for place in range(len(values)):
                    self._settle(values, place, allowed, lambda: self.loss(points, starts, out))
            if np.array_equal(before[0], points) and np.array_equal(before[1], starts):
                break
        return points, starts

    def first_starts(self) -> np.ndarray:
        """Give where criteria start before anything is fitted."""
        return np.array([max(START, c.start) for c in self.rubric.criteria])

    def _settle(self, values: np.ndarray, place: int, allowed: Sequence[float], loss: Any) -> None:
        kept = values[place]
        best = (loss(), kept)
        for value in allowed:
            values[place] = value
            lost = loss()
            if lost < best[0] - 1e-6:
                best = (lost, value)
        values[place] = best[1]


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if len(one) < 4 or one.std() < 1e-9 or other.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def talks_of(
    rubric: Rubric, records: Sequence[dict[str, Any]], changed: list[Pair], scored: Scored
) -> Talks:
    """Read the findings of all talks and pairs of a rubric."""
    own = [record for record in records if rubric.id in record["labels"]["quality"]]
    fold = {record["id"]: place % FOLDS for place, record in enumerate(records)}
    mine = [pair for pair in changed if pair.rubric == rubric.id]
    every: dict[str, Transcript] = {r["id"]: talk_of(r) for r in records}
    every |= {pair.id: pair.changed for pair in mine}
    place = {name: number for number, name in enumerate(every)}
    verdicts = [_verdicts(rubric, talk, scored) for talk in every.values()]
    seen = np.array([[v == "observed" for v in row] for row in verdicts])
    open_to = np.array([[v != "no_opportunity" for v in row] for row in verdicts])
    plus = np.array([b.sign == "+" for b in rubric.behaviours])
    return Talks(
        rubric,
        gained=(seen & plus).astype(float),
        possible=(open_to & plus).astype(float),
        lost=(seen & ~plus).astype(float),
        labelled=np.array([place[r["id"]] for r in own]),
        quality=np.array([float(r["labels"]["quality"][rubric.id]) for r in own]),
        length=np.log([_words(every[r["id"]]) + 1.0 for r in own]),
        fold=np.array([fold[r["id"]] for r in own]),
        moves=np.array(
            [(place[p.base.id], place[p.id], WAYS[p.direction], fold[p.base.id]) for p in mine]
        ),
    )


def _verdicts(rubric: Rubric, talk: Transcript, scored: Scored) -> list[str]:
    criteria = scored.card(talk).rubrics[rubric.id].criteria
    found = {f.behaviour: f.verdict for c in criteria.values() for f in c.findings}
    return [found.get(b.id, "no_opportunity") for b in rubric.behaviours]


def _words(talk: Transcript) -> int:
    return sum(len(turn.text.split()) for _, turn in talk.of_role("trainee"))


def figures(talks: Talks, every: np.ndarray) -> dict[str, float | None]:
    """Give rank correlation with quality, and how many pairs move right, for scores of all talks."""
    found = every[talks.labelled]
    known = ~np.isnan(found)
    step = np.nan_to_num(every[talks.moves[:, 1]] - every[talks.moves[:, 0]])
    went = np.where(np.abs(step) < MOVED, 0, np.sign(step))
    right = [float((went == w)[talks.moves[:, 2] == w].mean()) for w in WAYS.values()]
    return {
        "scored": int(known.sum()),
        "rank_correlation": spearman(list(found[known]), list(talks.quality[known])),
        "pairs_right": round(sum(right) / len(right), 3),
    }


def left_out(talks: Talks) -> np.ndarray:
    """Score each talk and pair by points that were fitted without it."""
    every = np.full(len(talks.gained), np.nan)
    for out in range(FOLDS):
        scores = talks.scores(*talks.fitted(out))
        own = [
            *talks.labelled[talks.fold == out],
            *talks.moves[talks.moves[:, 3] == out][:, :2].ravel(),
        ]
        every[own] = scores[own]
    return every


def fit() -> None:
    """Fit all rubrics on the development talks and write."""
    library, scored = Library(), Scored(language_evaluator())
    records, changed = read(GOLD / "transcripts.dev.jsonl"), list(pairs(GOLD, "dev", more=True))
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    held: dict[str, Any] = {}
    for name in library.ids("rubric"):
        talks = talks_of(library.rubric(name), records, changed, scored)
        points, starts = talks.fitted()
        own = talks.scores(talks.own, talks.first_starts())
        held[name] = {
            "points of the file": figures(talks, own),
            "fitted, talks left out": figures(talks, left_out(talks)),
            "fitted, same talks": figures(talks, talks.scores(points, starts)),
        }
        print(name, json.dumps(held[name]), flush=True)
        rubric = talks.rubric
        table["rubrics"][name] = {
            "version": rubric.version,
            "starts": {c.id: float(s) for c, s in zip(rubric.criteria, starts, strict=True)},
            "points": {b.id: float(p) for b, p in zip(rubric.behaviours, points, strict=True)},
        }
    FIGURES.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def errors() -> None:
    """Measure on the test talks and write what a scorecard tells of the error of its scores."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    for row in rows(GOLD, "test", Scored(language_evaluator())):
        told = (
            f"in {row['scored']} test talks the score's rank correlation with the planted quality"
            f" is {row['rank_correlation']}; of {row['pairs']} minimal pairs"
            f" {row['pairs_right'] or 0:.0%} move the right way (balanced over up, down and same)"
        )
        table["known_errors"][row["rubric"]] = told
        print(row["rubric"], told)
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, or measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--errors", action="store_true", help="measure on the test talks")
    errors() if parser.parse_args().errors else fit()


if __name__ == "__main__":
    main()
