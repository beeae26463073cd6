"""Fit the weights of the topic match, and say how well they do on scenarios left out.

Needs numpy, scipy and scikit-learn beside the project. `python -m benchmarks.topic_weights` prints
the tables `WEIGHTS` and `BEARING` for `rmcoach_llm/language/topics.py`, writes
`rmcoach_llm/language/data/layers.json`, and prints what the same fit gives on each scenario when
that scenario had no part in it. The test half of the fresh questions is never fitted on; sample
questions, each left out of its scenario, weigh little beside fresh ones, as cues were written with
them in view.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.questions import fresh_questions, left_out, lines_of, off_topic, scenarios
from rmcoach_llm.domain import Scenario
from rmcoach_llm.language.layers import LAYERS, MODEL, SCALE, markers
from rmcoach_llm.language.lines import Line, read_sample
from rmcoach_llm.language.topics import SMALL_TALK, Bearing, Evidence, Topics

SAMPLE_WEIGHT = 0.05
"""What a sample question weighs in the fit beside a fresh one."""

PENALTY = 1e-3
OPENED = 1.0
"""Set, not fitted: the questions stand alone, and no answer comes before them."""

LAYER = Evidence._fields.index("layer")
LEAST_SCENARIOS = 4
"""A mark of a line counts if so many scenarios have it."""


class Row(NamedTuple):
    """Hold a question put to its scenario: where it is from, its fact (-1 for none), evidence."""

    scenario: str
    part: str
    fact: int
    line: Line
    topics: Topics
    evidence: np.ndarray
    small_talk: float


def main() -> None:
    """Fit, write and print."""
    every = scenarios()
    rows = [row for scenario in every for row in rows_of(scenario)]
    names = [scenario.id for scenario in every]
    print("left out: part, top-1, top-2, sure of the case")
    held_out = [row for name in names for row in judged(every, rows, name)]
    for part in ("sample", "dev", "test", "off topic"):
        these = [result for result in held_out if result[0] == part]
        print(f"  {part:10}", *(f"{np.mean([r[i] for r in these]):.3f}" for i in (1, 2, 3)))
    model = LayerModel([row for row in rows if row.fact >= 0], every)
    model.write()
    weights, bearing = fit(with_layers(rows, every, model), rows)
    print("WEIGHTS =", Evidence(*(round(float(w), 2) for w in weights)))
    print("BEARING =", Bearing(*(round(float(b), 2) for b in bearing)))


def rows_of(scenario: Scenario) -> Iterable[Row]:
    """Yield all questions of a scenario with their evidence."""
    ids = [fact.id for fact in scenario.facts]
    for topics, question, fact in left_out(scenario):
        yield _row(scenario, "sample", ids.index(fact), topics, question)
    topics = Topics.of(scenario)
    for part in ("dev", "test"):
        for fact, question in fresh_questions(scenario.id, part):
            yield _row(scenario, part, ids.index(fact), topics, question)
    for line in lines_of(SMALL_TALK):
        yield _row(scenario, "small talk", -1, topics, line)
    for line in off_topic():
        yield _row(scenario, "off topic", -1, topics, line)


def _row(scenario: Scenario, part: str, fact: int, topics: Topics, question: str) -> Row:
    line = topics.read(question)
    near = [read_sample(other).meaning for other in lines_of(SMALL_TALK) if other != question]
    likeness = sorted(
        (sum(a * b for a, b in zip(line.meaning, n, strict=False)) for n in near), reverse=True
    )
    evidence = np.array(topics.evidence(line))
    return Row(scenario.id, part, fact, line, topics, evidence, float(np.mean(likeness[:3])))


class LayerModel:
    """Learn the layer that a question is after from its marks."""

    def __init__(self, rows: Sequence[Row], every: Sequence[Scenario]) -> None:
        layer = {(s.id, i): LAYERS.index(f.layer) for s in every for i, f in enumerate(s.facts)}
        rows = [row for row in rows if row.part in ("sample", "dev")]
        seen = defaultdict(set)
        for row in rows:
            for mark in markers(row.line.spoken):
                seen[mark].add(row.scenario)
        self.marks = sorted(mark for mark, where in seen.items() if len(where) >= LEAST_SCENARIOS)
        self._place = {mark: place for place, mark in enumerate(self.marks)}
        matrix = np.array([self._vector(row.line.spoken) for row in rows])
        answers = [layer[row.scenario, row.fact] for row in rows]
        fitted = LogisticRegression(C=2.0, max_iter=200).fit(matrix, answers)
        self.weights, self.bias = fitted.coef_.T, fitted.intercept_

    def shares(self, spoken: Iterable[str]) -> np.ndarray:
        """Give the shares of the layers for a line."""
        odds = np.exp(self._vector(spoken) @ self.weights + self.bias)
        return odds / odds.sum()

    def write(self) -> None:
        """Write the model as whole hundredths."""
        rows = {
            m: np.rint(SCALE * w).astype(int).tolist()
            for m, w in zip(self.marks, self.weights, strict=False)
        }
        rows = {mark: row for mark, row in rows.items() if any(abs(v) >= 10 for v in row)}
        data = {"bias": np.rint(SCALE * self.bias).astype(int).tolist(), "weights": rows}
        MODEL.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{MODEL}: {len(rows)} marks, {MODEL.stat().st_size:,} bytes")

    def _vector(self, spoken: Iterable[str]) -> np.ndarray:
        vector = np.zeros(len(self.marks))
        found = [self._place[m] for m in dict.fromkeys(markers(spoken)) if m in self._place]
        vector[found] = 1 / math.sqrt(len(found) or 1)
        return vector


def with_layers(
    rows: Sequence[Row], every: Sequence[Scenario], model: LayerModel
) -> list[np.ndarray]:
    """Give the evidence of all rows with the part `layer` as this model gives it."""
    profiles = {}
    for scenario in every:
        for place, fact in enumerate(scenario.facts):
            shares = [model.shares(read_sample(question).spoken) for question in fact.asks_like]
            profiles[scenario.id, place] = (sum(shares), len(shares))
    result = []
    for row in rows:
        evidence, shares = row.evidence.copy(), model.shares(row.line.spoken)
        for place in range(len(evidence)):
            total, count = profiles[row.scenario, place]
            own = row.part == "sample" and place == row.fact
            profile = (total - shares) / (count - 1) if own else total / count
            evidence[place, LAYER] = math.log(float(profile @ shares) + 0.001)
        result.append(evidence)
    return result


def fit(evidence: Sequence[np.ndarray], rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Fit the weights of the evidence for a fact, then those of what makes a line about the case."""
    weighed = {"sample": SAMPLE_WEIGHT, "dev": 1.0}
    chosen = [i for i, row in enumerate(rows) if row.part in weighed]
    weights = _softmax_fit(
        [evidence[i] for i in chosen],
        [rows[i].fact for i in chosen],
        np.array([weighed[rows[i].part] for i in chosen]),
    )
    weighed = {"sample": 0.2, "dev": 1.0, "small talk": 0.3}
    chosen = [i for i, row in enumerate(rows) if row.part in weighed]
    matrix = np.array([_bearing(rows[i], evidence[i], evidence[i] @ weights) for i in chosen])
    fitted = LogisticRegression(C=10.0, fit_intercept=False, max_iter=2_000).fit(
        matrix,
        [rows[i].fact >= 0 for i in chosen],
        sample_weight=[weighed[rows[i].part] for i in chosen],
    )
    return weights, fitted.coef_[0]


def _bearing(row: Row, evidence: np.ndarray, totals: np.ndarray) -> np.ndarray:
    found = row.topics.bearing(row.line, [Evidence(*item) for item in evidence], totals.tolist())
    return np.array(found._replace(small_talk=row.small_talk))


def _softmax_fit(
    matrices: Sequence[np.ndarray], answers: Sequence[int], counts: np.ndarray
) -> np.ndarray:
    """Fit weights, none below zero, so that the right fact is the likeliest."""
    grouped = defaultdict(list)
    for matrix, answer, count in zip(matrices, answers, counts, strict=False):
        grouped[len(matrix)].append((matrix, answer, count))
    groups = [
        tuple(np.array(column) for column in zip(*group, strict=False))
        for group in grouped.values()
    ]
    fixed = Evidence._fields.index("opened")

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = PENALTY * weights @ weights, 2 * PENALTY * weights
        for group, right, count in groups:
            totals = group @ weights
            shares = np.exp(totals - totals.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            each = np.arange(len(right))
            value -= (count * np.log(shares[each, right] + 1e-12)).sum() / counts.sum()
            shares[each, right] -= 1
            slope = slope + np.einsum("n,nf,nfk->k", count, shares, group) / counts.sum()
        return value, slope

    start = np.ones(matrices[0].shape[1])
    weights = minimize(loss, start, jac=True, bounds=[(0, None)] * len(start)).x
    weights[fixed] = OPENED
    return weights


def judged(
    every: Sequence[Scenario], rows: Sequence[Row], name: str
) -> Iterable[tuple[str, bool, bool, float]]:
    """Yield for each question of a scenario what a fit without that scenario makes of it."""
    others = [row for row in rows if row.scenario != name]
    own = [row for row in rows if row.scenario == name]
    model = LayerModel([row for row in others if row.fact >= 0], every)
    weights, bearing = fit(with_layers(others, every, model), others)
    for row, evidence in zip(own, with_layers(own, every, model), strict=False):
        totals = evidence @ weights
        order = list(np.argsort(-totals))
        about = 1 / (1 + math.exp(-float(_bearing(row, evidence, totals) @ bearing)))
        yield row.part, order[0] == row.fact, row.fact in order[:2], about


if __name__ == "__main__":
    main()
