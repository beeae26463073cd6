"""A linear classifier that learns from labels, and from a teacher who read what nobody labelled.

The teacher knows what words mean (`benchmarks.meaning`), but is too heavy to ship. It is fitted to
the labelled examples and says of many sentences without a label how far each label holds. A linear
model of n-grams learns to say the same, so that it knows words that no labelled sentence holds
(Hinton et al. 2015, arXiv 1503.02531). What ships is the sum of that and of the model fitted to
labels, which is again one linear model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from benchmarks.corpora import Example
from benchmarks.linear import FOLDS, Recipe, Space

NEARNESS = 0.25
"""The teacher's Gaussian kernel: exp(-NEARNESS d²) of vectors of length √2."""

TEACHER_PENALTY = 1.0
STUDENT_PENALTY = 0.5
STEPS = (0.4, 0.2, 0.1, 0.05)
"""Of the scores' spread, by which the labels' offsets are tried."""

Vectors = Mapping[str, np.ndarray]


class Taught(NamedTuple):
    """Hold a linear model: a row of coefficients and a bias a label, in the recipe's order."""

    space: Space
    coefficients: np.ndarray
    bias: np.ndarray

    def scores(self, examples: Sequence[Example]) -> np.ndarray:
        """Give what speaks for each label of each example."""
        return self.space.rows(examples) @ self.coefficients.T + self.bias


def taught(
    recipe: Recipe,
    examples: Sequence[Example],
    weights: Sequence[float],
    silent: Sequence[Example],
    vectors: Vectors,
) -> Taught:
    """Fit to labelled examples, and to what the teacher says of the silent ones."""
    space = Space(recipe)
    space.learn([*examples, *silent])
    labels = np.array([recipe.labels.index(example.label) for example in examples])
    counts = Counter(labels.tolist())
    rare = np.array(
        [(len(labels) / counts[label] / len(counts)) ** recipe.balance for label in labels]
    )
    weighed = rare * np.array(weights)
    own = LinearSVC(C=recipe.penalty, random_state=0)
    own.fit(space.rows(examples), labels, sample_weight=weighed)
    rows = space.rows(silent)
    said = _teacher(examples, labels, weighed, silent, vectors)
    learnt = Ridge(alpha=STUDENT_PENALTY, solver="lsqr", tol=1e-4).fit(rows, said)
    coefficients, bias = np.zeros_like(own.coef_), np.zeros(len(recipe.labels))
    for model in (own, learnt):
        scores = model.predict(rows) if model is learnt else model.decision_function(rows)
        coefficients += model.coef_ / scores.std()
        bias += (model.intercept_ - scores.mean(0)) / scores.std()
    return Taught(space, coefficients, bias)


def _teacher(
    examples: Sequence[Example],
    labels: np.ndarray,
    weights: np.ndarray,
    silent: Sequence[Example],
    vectors: Vectors,
) -> np.ndarray:
    """Fit a kernel ridge regression to the labels (1 or -1 each), and say what it tells."""
    known = np.array([vectors[example.text] for example in examples], float)
    asked = np.array([vectors[example.text] for example in silent], float)
    truth = np.where(labels[:, None] == np.arange(labels.max() + 1), 1.0, -1.0)
    middle = np.average(truth, axis=0, weights=weights)
    held = _near(known, known) + np.diag(TEACHER_PENALTY / weights)
    return _near(asked, known) @ np.linalg.solve(held, truth - middle) + middle


def _near(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.exp(-NEARNESS * (4 - 2 * some @ others.T))


def left_out(
    recipe: Recipe,
    examples: Sequence[Example],
    own: Sequence[Example],
    silent: Sequence[Example],
    vectors: Vectors,
) -> np.ndarray:
    """Give the scores of each example, fitted without its transcript."""
    scores = np.zeros((len(examples), len(recipe.labels)))
    for fitted, kept in _folds(examples):
        part = [*(examples[place] for place in fitted), *own]
        weights = [1.0] * len(fitted) + [recipe.own] * len(own)
        model = taught(recipe, part, weights, silent, vectors)
        scores[kept] = model.scores([examples[place] for place in kept])
    return scores


def said_with_offsets(recipe: Recipe, examples: Sequence[Example], scores: np.ndarray) -> list[str]:
    """Say the label of each example, with offsets that its transcript had no part in."""
    said = [""] * len(examples)
    for fitted, kept in _folds(examples):
        offsets = best_offsets(recipe, [examples[k] for k in fitted], scores[fitted])
        for place, label in zip(kept, (scores[kept] + offsets).argmax(1), strict=True):
            said[place] = recipe.labels[label]
    return said


def best_offsets(recipe: Recipe, examples: Sequence[Example], scores: np.ndarray) -> np.ndarray:
    """Climb, one label at a time, to the offsets of the labels with the best macro-F1."""
    gold = np.array([recipe.labels.index(example.label) for example in examples])
    size, offsets = len(recipe.labels), np.zeros(len(recipe.labels))

    def reached(tried: np.ndarray) -> float:
        found = (scores + tried).argmax(1)
        table = np.bincount(gold * size + found, minlength=size * size).reshape(size, size)
        return float((2 * table.diagonal() / (table.sum(0) + table.sum(1))).mean())

    best = reached(offsets)
    for step in STEPS:
        moves = [sign * step * scores.std() * row for row in np.eye(size) for sign in (1, -1)]
        better = True
        while better:
            better = False
            for move in moves:
                if (value := reached(offsets + move)) > best + 1e-4:
                    best, offsets, better = value, offsets + move, True
    return offsets


def _folds(examples: Sequence[Example]) -> list[tuple[np.ndarray, np.ndarray]]:
    groups = [example.group for example in examples]
    return list(GroupKFold(FOLDS).split(groups, groups=groups))
