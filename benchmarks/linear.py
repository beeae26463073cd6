"""Linear classifiers over n-grams and marks: fitted with scikit-learn, written for the package."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.corpora import Example
from benchmarks.figures import f1
from rmcoach_llm.language.classifiers import DATA, UNIT
from rmcoach_llm.language.features import Marks, Said, grams, marks

LEAST = 5
"""Transcripts (or debates, or lines answered) that an n-gram must stand in."""


FOLDS = 5


@dataclass(frozen=True)
class Recipe:
    """Say what a classifier looks at, and how firmly it is held back."""

    labels: tuple[str, ...]
    blocks: Mapping[str, float]
    penalty: float
    """The C of scikit-learn: higher fits closer."""
    balance: float = 0.0
    """0 weighs all examples alike, 1 all labels alike."""
    own: float = 1.0
    """The weight of an example of this project beside one of a data set."""
    least: int = LEAST


@dataclass
class Space:
    """Hold the n-grams and marks that a classifier knows, and turn examples into rows of them."""

    recipe: Recipe
    rarity: dict[str, dict[str, float]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def learn(self, examples: Sequence[Example]) -> None:
        """Keep the n-grams that stand in enough transcripts, with their rarity."""
        for block in self.recipe.blocks:
            found = [(example.group, _grams(example, block)) for example in examples]
            self.rarity[block] = rarities(found, self.recipe.least)
        self.names = list(marks(""))

    def rows(self, examples: Sequence[Example]) -> csr_matrix:
        """Give a row an example: its marks, then each block as a unit vector times its scale."""
        marked = [_marks(example) for example in examples]
        parts = [csr_matrix([[mark[name] for name in self.names] for mark in marked])]
        for block, scale in self.recipe.blocks.items():
            found = [_grams(example, block) for example in examples]
            parts.append(scale * unit_rows(found, self.rarity[block]))
        return hstack(parts).tocsr()


def rarities(found: Sequence[tuple[str, frozenset[str]]], least: int) -> dict[str, float]:
    """Give the rarity of each n-gram that stands in so many groups; `found` by group, a text each."""
    groups: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for group, names in found:
        for gram in names:
            groups.setdefault(gram, set()).add(group)
            count[gram] += 1
    kept = sorted(gram for gram, seen in groups.items() if len(seen) >= least)
    return {gram: float(np.log((1 + len(found)) / (1 + count[gram])) + 1) for gram in kept}


def unit_rows(found: Sequence[frozenset[str]], rarity: Mapping[str, float]) -> csr_matrix:
    """Give a row a text: its known n-grams as a unit vector of their rarities."""
    place = {gram: index for index, gram in enumerate(rarity)}
    rows, columns, values = [], [], []
    for row, names in enumerate(found):
        known = sorted(name for name in names if name in rarity)
        length = np.sqrt(sum(rarity[name] ** 2 for name in known))
        rows += [row] * len(known)
        columns += [place[name] for name in known]
        values += [rarity[name] / length for name in known]
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(rarity)))


def left_out(recipe: Recipe, examples: Sequence[Example], weights: Sequence[float]) -> np.ndarray:
    """Give how likely the one label of a recipe is for each example, fitted without its transcript."""
    groups = [example.group for example in examples]
    scores = np.zeros(len(examples))
    for fitted, kept in GroupKFold(FOLDS).split(groups, groups=groups):
        part = [examples[place] for place in fitted]
        weigh = [weights[place] for place in fitted]
        scores[kept] = scores_of(recipe, part, weigh, [examples[place] for place in kept])
    return scores


def scores_of(
    recipe: Recipe,
    fitted: Sequence[Example],
    weights: Sequence[float],
    others: Sequence[Example],
) -> np.ndarray:
    """Fit to some examples and give how likely the one label of a recipe is for others."""
    space, model = fit(recipe, fitted, weights)
    (label,) = recipe.labels
    return model.predict_proba(space.rows(others))[:, list(model.classes_).index(label)]


def fit(recipe: Recipe, examples: Sequence[Example], weights: Sequence[float]) -> tuple[Space, Any]:
    """Fit a classifier of likelihoods."""
    space = Space(recipe)
    space.learn(examples)
    labels = [str(example.label) for example in examples]
    counts = Counter(labels)
    rare = {name: (len(labels) / len(counts) / n) ** recipe.balance for name, n in counts.items()}
    model = LogisticRegression(C=recipe.penalty, max_iter=1_000, class_weight=rare)
    return space, model.fit(space.rows(examples), labels, sample_weight=weights)


def best_threshold(examples: Sequence[Example], scores: Iterable[float]) -> float:
    """Give the threshold, in steps of a twentieth, with the best F1 on left-out examples."""
    scores = list(scores)

    def reached(threshold: float) -> float:
        rows = [
            (e.label, "yes" if s >= threshold else "no")
            for e, s in zip(examples, scores, strict=True)
        ]
        return f1(rows, "yes")

    return max((round(0.05 * step, 2) for step in range(4, 15)), key=reached)


def write(
    name: str,
    recipe: Recipe,
    examples: Sequence[Example],
    weights: Sequence[float],
    threshold: float,
) -> None:
    """Fit on all examples and write the data file of a classifier with one label."""
    space, model = fit(recipe, examples, weights)
    write_fitted(name, space, model.coef_, model.intercept_, threshold)


def write_fitted(
    name: str, space: Space, coefficients: np.ndarray, bias: Iterable[float], threshold: float
) -> None:
    """Write the data file of a fitted model: a row of coefficients and a bias a label."""
    recipe = space.recipe
    marked = {n: rounded(coefficients[:, place]) for place, n in enumerate(space.names)}
    blocks, start = {}, len(space.names)
    for block, scale in recipe.blocks.items():
        rarity = space.rarity[block]
        part = coefficients[:, start : start + len(rarity)]
        blocks[block] = _packed(rarity, part, scale)
        start += len(rarity)
    save(
        name,
        {
            "labels": [str(label) for label in recipe.labels],
            "bias": rounded(bias),
            "threshold": threshold,
            "marks": marked,
            "blocks": blocks,
        },
    )


def _packed(rarity: Mapping[str, float], weights: np.ndarray, scale: float) -> dict[str, object]:
    """Give n-grams, and by column what `Block` holds of them."""
    rare = np.array(list(rarity.values()))
    columns = [rare * rare * 100, *(weights * rare * UNIT)]
    return {
        "scale": scale,
        "grams": "\n".join(rarity),
        "weights": [np.round(column).astype(int).tolist() for column in columns],
    }


def rounded(values: Iterable[float]) -> list[float]:
    """Give values with the digits that mean something."""
    return [round(float(value), 3) for value in values]


def save(name: str, data: Mapping[str, object]) -> None:
    """Write a data file of the package."""
    text = json.dumps(data, separators=(",", ":"))
    (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


@cache
def _marks(example: Example) -> Marks:
    return marks(example.text, example.last)


@cache
def _grams(example: Example, kind: str) -> frozenset[str]:
    return grams(kind, Said(example.text, example.last, example.before, example.after))
