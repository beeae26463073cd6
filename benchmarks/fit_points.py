"""Fit what findings without a model are worth: points of behaviours, weights of criteria, by rubric.

    python -m benchmarks.fit_points            fits on the development talks and writes
    python -m benchmarks.fit_points --errors   measures on the test talks and writes what is told
                                               of the error of each rubric's scores

The rule of the rubric stays: start + (5 - start) * gained / possible - lost, and the mean of criteria
by weight. 50 to 100 talks a rubric bear no search for the best values, so each value follows from
one figure of its own: how far the finding (or the criterion's score) told good talks from poor ones of
the same author, and moved minimal pairs the right way. What told nothing counts less than in the
rubric's file. `benchmarks/points.json` holds the figures with each author's talks left out, beside
those of the rubrics' own points.

All are written to `rmcoach_llm/language/data/fitted.json`; what stands there under `seen` comes from
`benchmarks.train_behaviours`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from rmcoach_llm.evaluators.fitted import longer
from rmcoach_llm.evaluators.rules_learned import TABLE
from rmcoach_llm.language.words import sentences
from rmcoach_llm.library import Library

FIGURES = Path(__file__).parent / "points.json"
START = 2.0
"""Where a criterion starts: with less, a "-" could not lower what has little to lose."""

OF_NOTHING, OF_TELLING, LEAST, MOST = 0.5, 0.25, 0.1, 2.5
"""A behaviour has its own points times 0.5 + 0.25 * how far it tells, within these bounds."""

MOST_POINTS = 5.0
"""The record of a finding holds no more."""

BOUND = {"vague-authority": 0.95}
"""Praise of the trainee "by studies", slipped into a talk, may not move a criterion by 1."""

CRITERION = (0.6, 0.4, 0.2, 3.0)
"""The same for the weight of a criterion."""

AUTHORS = "abcde"
"""The first letter of a talk's id names its author."""

WAYS = {"up": 1, "down": -1, "same": 0}


SLOPES = np.linspace(0, 1, 11)
"""By how many points starts may fall in longer talks: never rise, as chance finds more in them."""


@dataclass(frozen=True)
class Fitted:
    """Hold points by behaviour, starts and weights by criterion, and how starts fall with length."""

    points: np.ndarray
    starts: np.ndarray
    weights: np.ndarray
    slope: float = 0.0


@dataclass
class Talks:
    """Hold the findings of talks for one rubric as numbers, and what they should add up to.

    `gained`, `possible` and `lost` are 1 where a behaviour counts so; `longer` is the log of how much
    more than the usual number of sentences the trainee says; `quality`, `length` (log of
    the trainee's words) and `fold` (the author) are of the labelled talks, the rows `labelled`; `moves` holds
    base, changed, way and fold of each pair.
    """

    rubric: Rubric
    gained: np.ndarray
    possible: np.ndarray
    lost: np.ndarray
    longer: np.ndarray
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

    def criteria(self, given: Fitted) -> tuple[np.ndarray, np.ndarray]:
        """Give the score of each talk by criterion, and whether it is applicable."""
        gained, possible, lost = (
            (part * given.points) @ self.of for part in (self.gained, self.possible, self.lost)
        )
        reached = np.divide(gained, possible, out=np.zeros_like(gained), where=possible > 0)
        lower = given.slope * self.longer[:, None] * self.helps
        starts = np.maximum(0, given.starts - lower).round(2)
        each = np.clip(starts + (5 - starts) * reached - lost, 0, 5)
        return each, (possible > 0) | ~self.helps

    def scores(self, given: Fitted) -> np.ndarray:
        """Give the score of each talk by the rubric's rule; nan where it is not applicable."""
        each, applies = self.criteria(given)
        held = given.weights * applies
        total = held.sum(1)
        mean = np.divide((held * each).sum(1), total, out=np.zeros(len(total)), where=total > 0)
        enough = total >= self.rubric.least_share * given.weights.sum()
        return np.where(enough & (total > 0), mean, np.nan)

    def fitted(self, out: int | None = None) -> Fitted:
        """Give points, starts, weights and slope, the author `out` left out."""
        points = np.array(
            [
                own * _factor(self._tells(seen, out), OF_NOTHING, OF_TELLING, LEAST, MOST)
                for own, seen in zip(self.own, (self.gained - self.lost).T, strict=True)
            ]
        )
        bounds = [BOUND.get(b.id, MOST_POINTS) for b in self.rubric.behaviours]
        points = np.minimum(points, bounds)
        starts = self.first_starts()
        each, _ = self.criteria(Fitted(points, starts, self.weights))
        weights = self.weights * [_factor(self._tells(row, out), *CRITERION) for row in each.T]
        weights *= self.weights.sum() / weights.sum()
        found = Fitted(points.round(2), starts, weights.round(2))
        return replace(found, slope=self._slope(found, out))

    def _slope(self, given: Fitted, out: int | None) -> float:
        """Give the slope with which scores follow length least, of talks of one quality and author."""

        def follows(slope: float) -> float:
            every = self.scores(replace(given, slope=slope))[self.labelled]
            use = (self.fold != out) & ~np.isnan(every)
            parts = (every, self.longer[self.labelled], self.quality)
            score, longer, quality = (_within(part[use], self.fold[use]) for part in parts)
            beside = np.stack([longer, quality], axis=1)
            return abs(float(np.linalg.lstsq(beside, score, rcond=None)[0][0]))

        return float(min(SLOPES.round(2), key=follows))

    def _tells(self, seen: np.ndarray, out: int | None) -> float:
        """Give how many standard errors a finding follows quality, and moves pairs the right way."""
        use = self.fold != out
        found, quality = seen[self.labelled[use]], self.quality[use]
        for author in set(self.fold[use]):
            own = self.fold[use] == author
            found = np.where(own, found - found[own].mean(), found)
            spread = quality[own].std() or 1.0
            quality = np.where(own, (quality - quality[own].mean()) / spread, quality)
        size = (found**2).sum()
        follows = (found * quality).sum() / np.sqrt(size) if size > 1e-9 else 0.0
        moves = self.moves[self.moves[:, 3] != out]
        step = seen[moves[:, 1]] - seen[moves[:, 0]]
        right = np.where(moves[:, 2] == 0, -np.abs(step), moves[:, 2] * step).sum()
        return float(follows + right / np.sqrt((step**2).sum() + 1))

    def first_starts(self) -> np.ndarray:
        """Give where criteria start."""
        return np.array([max(START, c.start) for c in self.rubric.criteria])


def _within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Take the mean of its group off each value."""
    left = values.astype(float)
    for group in set(groups):
        left[groups == group] -= left[groups == group].mean()
    return left


def _factor(tells: float, base: float, slope: float, least: float, most: float) -> float:
    return float(np.clip(base + slope * tells, least, most))


def talks_of(
    rubric: Rubric, records: Sequence[dict[str, Any]], changed: list[Pair], scored: Scored
) -> Talks:
    """Read the findings of all talks and pairs of a rubric."""
    own = [record for record in records if rubric.id in record["labels"]["quality"]]
    fold = {record["id"]: AUTHORS.index(record["id"][0]) for record in records}
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
        longer=np.array([_longer(talk) for talk in every.values()]),
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


def _longer(talk: Transcript) -> float:
    """Give how much more than the usual number of different sentences the trainee says."""
    texts = (turn.text for _, turn in talk.of_role("trainee"))
    return longer(len({part.plain for text in texts for part in sentences(text)}))


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
        "length_correlation": spearman(list(found[known]), list(talks.length[known])),
    }


def left_out(talks: Talks) -> np.ndarray:
    """Score each talk and pair by points that were fitted without it."""
    every = np.full(len(talks.gained), np.nan)
    for out in sorted(set(talks.fold)):
        scores = talks.scores(talks.fitted(out))
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
        given = talks.fitted()
        own = talks.scores(Fitted(talks.own, talks.first_starts(), talks.weights))
        held[name] = {
            "points of the file": figures(talks, own),
            "fitted, authors left out": figures(talks, left_out(talks)),
            "fitted, same talks": figures(talks, talks.scores(given)),
        }
        print(name, json.dumps(held[name]), flush=True)
        rubric = talks.rubric
        table["rubrics"][name] = {
            "version": rubric.version,
            "starts": {c.id: float(s) for c, s in zip(rubric.criteria, given.starts, strict=True)},
            "weights": {
                c.id: float(w) for c, w in zip(rubric.criteria, given.weights, strict=True)
            },
            "points": {
                b.id: float(p) for b, p in zip(rubric.behaviours, given.points, strict=True)
            },
            "slope": given.slope,
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
