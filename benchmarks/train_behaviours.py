"""Fit the model of behaviours in a sentence, and say how well it does on lines left out.

`pip install -e '.[bench]'`, then `python -m benchmarks.train_behaviours` reads
`benchmarks/utterances/behaviours*.jsonl` and the examples in the rubrics, and writes `rmcoach_llm/language/data/behaviours.json`,
and the figures by behaviour to `benchmarks/behaviours.json`: each file is by one author, and was left out
in turn. The same data give the same files. What the rules on words and the model are to see together is
chosen by the lines left out, too (`benchmarks.fit_seen`).

All labels are fitted at once: logistic regression with a weight an utterance and label. An utterance
speaks with full weight for and against the behaviours that its author had in mind (those of the
same file); that another one is not named says little.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import average_precision_score, precision_recall_curve

from benchmarks import fit_seen
from benchmarks.linear import rarities, unit_rows
from rmcoach_llm.language.behaviours import DATA, UNIT, grams
from rmcoach_llm.language.features import tokens
from rmcoach_llm.language.sentence_marks import signs
from rmcoach_llm.library import Library

UTTERANCES = Path(__file__).parent / "utterances"
FIGURES = Path(__file__).parent / "behaviours.json"
RUBRICS = "rubrics"
"""In place of a file: the examples of the rubrics."""

SCALE = 2.0
"""How much n-grams count beside marks."""

LEAST = 3
"""Lines of the stakeholder behind which an n-gram must stand."""

LEAST_SHOWN = 20
"""Utterances that must show a behaviour for it to be fitted."""

OWN_LABELS = 60
"""A behaviour named so often in a file is one that its author had in mind throughout."""

NOT_ABOUT = {
    "behaviours4.jsonl": frozenset({"follow-up", "unsupported-certainty", "judging"}),
    "behaviours5.jsonl": frozenset(
        {
            "follow-up",
            "question-answered",
            "playback",
            "dismissive",
            "judging",
            "objection-brushed-off",
        }
    ),
}
"""Behaviours that a file names often, and not wherever they are shown, as its author says."""

SHOWN, DENIED, ABSENT, UNASKED = 5.0, 2.0, 1.0, 0.3
"""Weights of a label: shown, said not to be shown, not named, not named by who did not look for it."""

RIDGE = 0.2
ROUNDS, MORE_ROUNDS = 45, 12
LEAST_WEIGHT = 3.5
"""A weight times the rarity of its n-gram below this is left out, and the others fitted again."""

LEAST_MARK = 0.1
"""The same for the weights of marks."""

WHOLE_TALK = frozenset(
    {
        "short-turns",
        "one-point",
        "one-question-a-turn",
        "leaves-the-floor",
        "acknowledged-first",
        "reflects-as-often",
        "talk-share-high",
    }
)
"""Behaviours of a whole talk: no sentence shows them."""


@dataclass(frozen=True)
class Utterance:
    """Hold what the trainee says to `last`, what it shows, and what only looks so."""

    last: str
    text: str
    shows: frozenset[str]
    denied: frozenset[str]
    file: str


def utterances(folder: Path = UTTERANCES) -> list[Utterance]:
    """Read all utterances, in the order of the files."""
    return [
        Utterance(
            row["last"], row["text"], frozenset(row["shows"]), frozenset(row["not"]), path.name
        )
        for path in sorted(folder.glob("behaviours*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def examples() -> list[Utterance]:
    """Give the examples and counter-examples of the rubrics, each of which stands alone."""
    library = Library()
    every = {b.id: b for name in library.ids("rubric") for b in library.rubric(name).behaviours}
    return [
        Utterance("", text, shows, denied, RUBRICS)
        for name, b in sorted(every.items())
        for text, shows, denied in (
            (b.example, frozenset({name}), frozenset()),
            (b.counter_example, frozenset(), frozenset({name})),
        )
    ]


def labels_of(said: Sequence[Utterance]) -> list[str]:
    """Give the behaviours that enough utterances show."""
    count = Counter(name for one in said for name in one.shows)
    return sorted(n for n, times in count.items() if times >= LEAST_SHOWN and n not in WHOLE_TALK)


def targets(
    said: Sequence[Utterance], labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give for each utterance and label 1 or 0, how much it counts, and whether it was looked for."""
    named: dict[str, Counter[str]] = {}
    for one in said:
        named.setdefault(one.file, Counter()).update([*one.shows, *one.denied])
    own = {
        file: {n for n in labels if count[n] >= OWN_LABELS} - NOT_ABOUT.get(file, frozenset())
        for file, count in named.items()
    }
    truth = np.array([[float(name in one.shows) for name in labels] for one in said])
    weight = [[_weight(one, name, own[one.file]) for name in labels] for one in said]
    asked = np.array([[name in own[one.file] for name in labels] for one in said])
    return truth, np.array(weight), asked


def _weight(one: Utterance, name: str, own: set[str]) -> float:
    if name in one.shows:
        return SHOWN
    if name in one.denied:
        return DENIED
    return ABSENT if name in own else UNASKED


class Space:
    """Know n-grams and marks, and turn utterances into rows of them."""

    def __init__(self, said: Sequence[Utterance]) -> None:
        self.names = sorted({name for one in said for name in _signs(one)})
        self.rarity = rarities([(one.last, _grams(one)) for one in said], LEAST)
        self.worth = np.array(
            [*[LEAST_WEIGHT / LEAST_MARK] * len(self.names), *self.rarity.values()]
        )

    def rows(self, said: Sequence[Utterance]) -> csr_matrix:
        """Give a row an utterance: its marks, then n-grams as a unit vector times `SCALE`."""
        marked = [[_signs(one).get(name, 0.0) for name in self.names] for one in said]
        grams_of = unit_rows([_grams(one) for one in said], self.rarity)
        return hstack([csr_matrix(marked), SCALE * grams_of]).tocsr()


def _grams(one: Utterance) -> frozenset[str]:
    return grams(tokens(one.text))


def _signs(one: Utterance) -> dict[str, float]:
    return signs(tokens(one.text), tokens(one.last))


def fit(space: Space, rows: csr_matrix, truth: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Give the weights: one row a column of `rows` and one, the last, of biases; small ones are 0."""
    shape = (rows.shape[1] + 1, truth.shape[1])
    first = _fit(rows, truth, weight, np.zeros(shape), np.ones(shape), ROUNDS)
    kept = np.vstack([np.abs(first[:-1]) * space.worth[:, None] >= LEAST_WEIGHT, first[-1:] != 0])
    return _fit(rows, truth, weight, first * kept, kept.astype(float), MORE_ROUNDS)


def _fit(
    rows: csr_matrix,
    truth: np.ndarray,
    weight: np.ndarray,
    start: np.ndarray,
    kept: np.ndarray,
    rounds: int,
) -> np.ndarray:
    shape = start.shape
    turned = rows.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        given = flat.reshape(shape)
        sums = rows @ given[:-1] + given[-1]
        missed = weight * (1 / (1 + np.exp(-sums)) - truth)
        value = (weight * (np.logaddexp(0, sums) - truth * sums)).sum()
        slope = np.vstack([turned @ missed + RIDGE * given[:-1], missed.sum(0)])
        return float(value + RIDGE / 2 * (given[:-1] ** 2).sum()), (slope * kept).ravel()

    found = minimize(
        loss,
        start.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": rounds, "maxcor": 6},
    )
    return found.x.reshape(shape)


def left_out(
    said: Sequence[Utterance],
    space: Space,
    rows: csr_matrix,
    truth: np.ndarray,
    weight: np.ndarray,
    asked: np.ndarray,
) -> np.ndarray:
    """Give the log odds of each label, fitted without the author of the utterance.

    Only of labels that the author had in mind, and of those that none had; the others stay 0.
    """
    by = np.array([one.file for one in said])
    sums = np.zeros(truth.shape)
    for file in sorted(set(by)):
        kept = by == file
        own = np.flatnonzero(asked[kept].any(0) | ~asked.any(0))
        given = fit(space, rows[~kept], truth[~kept][:, own], weight[~kept][:, own])
        sums[np.ix_(kept, own)] = rows[kept] @ given[:-1] + given[-1]
    return sums


def figures(
    labels: Sequence[str], truth: np.ndarray, asked: np.ndarray, sums: np.ndarray
) -> Iterator[tuple[str, dict[str, float]]]:
    """Give by label how well it is told: average precision, best F1 and its threshold.

    Only utterances count whose author had the label in mind, all where none had; F1 is that of the best threshold, which is
    given.
    """
    for place, label in enumerate(labels):
        use = asked[:, place]
        if not truth[use, place].any():
            use = np.ones(len(truth), dtype=bool)
        right, said = truth[use, place], 1 / (1 + np.exp(-sums[use, place]))
        precision, recall, cuts = precision_recall_curve(right, said)
        f1 = 2 * precision * recall / (precision + recall + 1e-9)
        best = int(f1[:-1].argmax())
        yield (
            label,
            {
                "shown": int(right.sum()),
                "average_precision": round(float(average_precision_score(right, said)), 3),
                "f1": round(float(f1[best]), 3),
                "precision": round(float(precision[best]), 3),
                "threshold": round(float(cuts[best]), 3),
            },
        )


def packed(space: Space, labels: Sequence[str], given: np.ndarray) -> dict[str, object]:
    """Give the content of the data file: whole numbers, what is left out not written."""
    start = len(space.names)
    marked = {name: _written(given[i] * 100) for i, name in enumerate(space.names)}
    grams, rows = [], []
    for (gram, rare), row in zip(space.rarity.items(), given[start:-1], strict=True):
        if weights := _written(row * rare * UNIT):
            grams.append(gram)
            rows.append(f"{round(10 * rare)} {weights}")
    bias = [round(float(value), 3) for value in given[-1]]
    return {
        "labels": list(labels),
        "bias": bias,
        "scale": SCALE,
        "marks": marked,
        "grams": "\n".join(grams),
        "rows": "\n".join(rows),
    }


def _written(row: np.ndarray) -> str:
    """Write the places of labels, each with its weight in whole numbers."""
    whole = np.round(row).astype(int)
    return " ".join(f"{place} {whole[place]}" for place in np.flatnonzero(whole))


def main() -> None:
    """Fit, write and print."""
    said = utterances() + examples()
    labels = labels_of(said)
    truth, weight, asked = targets(said, labels)
    space = Space(said)
    rows = space.rows(said)
    DATA.write_text(
        json.dumps(packed(space, labels, fit(space, rows, truth, weight)), separators=(",", ":"))
        + "\n",
        encoding="utf-8",
    )
    sums = left_out(said, space, rows, truth, weight, asked)
    found = dict(figures(labels, truth, asked, sums))
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    lines = len(said) - sum(one.file == RUBRICS for one in said)
    likely = 1 / (1 + np.exp(-sums[:lines]))
    fit_seen.write(fit_seen.choose(labels, said[:lines], truth[:lines] > 0, asked[:lines], likely))
    means = {
        key: np.mean([row[key] for row in found.values()]) for key in ("average_precision", "f1")
    }
    print(f"{len(said)} utterances, {len(labels)} behaviours: {means}")


if __name__ == "__main__":
    main()
