"""Fit the model that sees grading talk, and say how well it does on authors left out.

`pip install -e '.[bench]'`, then `python -m benchmarks.train_grader_talk --data DIR
[--json]` writes `rmcoach_llm/language/data/grader-talk.json` from `benchmarks/grader_talk/`, from honest lines of
`benchmarks/utterances`, the development gold talks and two public sets (`DIR`, development parts), and
prints for each author the share of attacks, of look-alikes and of other honest lines that a model sees which was
fitted on the other authors, alone (`model`), the patterns alone, and `both`. The least sum is the one
that so many honest sentences reach as `FALSE_ALARMS` allows.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from rmcoach_llm.language import injection
from rmcoach_llm.language.grader_talk import DATA, UNIT, GraderTalk, grams, tokens
from rmcoach_llm.language.injection import unmasked
from rmcoach_llm.language.suspects import clauses

HERE = Path(__file__).parent
LINES = HERE / "grader_talk"

FALSE_ALARMS = 1 / 20_000
"""Of the sentences of honest talks."""

CORPORA = ("casino", "persuasionforgood")

FITTED_ON = 48_000
"""Honest sentences in a fit; the others set the least sum."""

PENALTY = 1.0
"""The C of scikit-learn: higher fits closer."""

LEAST = 2
"""Lines that a gram must stand in."""

LEAST_WEIGHT = 0.1
"""Log odds; what weighs less is left out: the file is a third as large and sees as much."""

CUE = 0.8
"""A sentence without a word of this weight is never found (none of the attacks of authors left out
was lost to it), so three of four sentences of honest talks need not be weighed."""

WEIGHT = {"attack": 8.0, "benign": 3.0, "honest": 1.0}


@dataclass(frozen=True)
class Line:
    """Hold a line of an author; `kind` is attack, benign (a look-alike) or honest (any other)."""

    author: str
    kind: str
    text: str


def lines() -> list[Line]:
    """Give the lines of all authors as they wrote them."""
    return [
        Line(path.name.split(".")[0], path.name.split(".")[1], text)
        for path in sorted(LINES.glob("*.txt"))
        for text in path.read_text(encoding="utf-8").splitlines()
    ]


def units(text: str) -> list[str]:
    """Give the sentences of a text in small letters, which is what the model is asked about."""
    return [text[start:end] for start, end in clauses(text)]


def honest(data: Path) -> list[str]:
    """Give sentences of talks that nobody attacked, each once, in an order of chance."""
    found: dict[str, None] = {}
    for path in sorted((HERE / "utterances").glob("*.jsonl")):
        for record in _records(path):
            for text in (record.get("text"), record.get("last")):
                found.update(dict.fromkeys(units(unmasked(text or "").text)))
    talks = [HERE / "gold" / "transcripts.dev.jsonl"]
    talks += [data / name / "transcripts.dev.jsonl" for name in CORPORA]
    for path in talks:
        for record in _records(path):
            for turn in record["turns"]:
                found.update(dict.fromkeys(units(unmasked(turn["text"]).text)))
    texts = list(found)
    random.Random(1).shuffle(texts)
    return texts


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line:
            yield json.loads(line)


@dataclass(frozen=True)
class Fit:
    """Hold what was fitted: a weight a gram, and the least sum, in log odds without the bias."""

    weights: dict[str, float]
    least: float = 0.0

    def sums(self, texts: Sequence[str]) -> np.ndarray:
        """Give the sum of the likeliest sentence of each text."""
        return np.array([max(map(self._sum, units(text) or [text])) for text in texts])

    def cues(self) -> list[str]:
        """Give the words one of which a sentence must have."""
        plain = (gram for gram in self.weights if not {" ", "*", "#"} & set(gram))
        return sorted(gram for gram in plain if self.weights[gram] >= CUE)

    def _sum(self, text: str) -> float:
        return sum(self.weights.get(gram, 0.0) for gram in grams(tokens(text)))


def fit(found: Sequence[Line], others: Sequence[str]) -> Fit:
    """Fit to the lines, and set the least sum by honest sentences that were not fitted on."""
    known = [(line.kind, part) for line in found for part in _parts(line)]
    known += [("honest", text) for text in others[:FITTED_ON]]
    said = [grams(tokens(text)) for _, text in known]
    count = Counter(gram for one in said for gram in one)
    names = sorted(gram for gram, times in count.items() if times >= LEAST)
    place = {gram: n for n, gram in enumerate(names)}
    rows = [[place[g] for g in one if g in place] for one in said]
    matrix = csr_matrix(
        (
            np.ones(sum(map(len, rows))),
            np.concatenate([np.array(row, dtype=int) for row in rows]),
            np.cumsum([0, *map(len, rows)]),
        ),
        shape=(len(rows), len(names)),
    )
    model = LogisticRegression(C=PENALTY, max_iter=500)
    truth = [kind == "attack" for kind, _ in known]
    model.fit(matrix, truth, sample_weight=[WEIGHT[kind] for kind, _ in known])
    weights = {gram: round(float(w), 2) for gram, w in zip(names, model.coef_[0], strict=True)}
    made = Fit({gram: w for gram, w in weights.items() if abs(w) >= LEAST_WEIGHT})
    sums = made.sums(others[FITTED_ON:])
    return Fit(made.weights, float(np.quantile(sums, 1 - FALSE_ALARMS)))


def _parts(line: Line) -> list[str]:
    """Give an attack whole, as any sentence of it may be honest, and others by the sentence."""
    small = unmasked(line.text).text
    return [small] if line.kind == "attack" else [part for part in units(small) if part.strip()]


def seen(made: Fit, texts: Sequence[str]) -> dict[str, float]:
    """Give the share of texts that the model sees, and that the screening sees with it."""
    model = GraderTalk(
        {gram: round(w * UNIT) for gram, w in made.weights.items()},
        frozenset(made.cues()),
        round(made.least * UNIT),
    )
    small = [units(unmasked(text).text) for text in texts]
    alone = [any(map(model.sees, parts)) for parts in small]
    return {
        "model": round(float(np.mean(alone)), 3),
        "patterns": _flagged(GraderTalk({}, frozenset(), 0), texts),
        "both": _flagged(model, texts),
    }


def _flagged(model: GraderTalk, texts: Sequence[str]) -> float:
    """Give the share of texts that the screening flags with a model; one without words agrees to all."""
    injection._suspects.cache_clear()
    with patch.object(injection, "grader_talk", return_value=model):
        found = [bool(injection.suspects(text)) for text in texts]
    injection._suspects.cache_clear()
    return round(float(np.mean(found)), 3)


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found, others = lines(), honest(options.data)
    for author in sorted({line.author for line in found}):
        left = fit([line for line in found if line.author != author], others)
        for kind in WEIGHT:
            texts = [line.text for line in found if (line.author, line.kind) == (author, kind)]
            if not texts:
                continue
            row = {"author": author, "kind": kind, "lines": len(texts), **seen(left, texts)}
            print(
                json.dumps(row) if options.json else "  ".join(map(str, row.values())), flush=True
            )
    made = fit(found, others)
    kept = {g: round(w * UNIT) for g, w in sorted(made.weights.items())}
    DATA.write_text(
        json.dumps(
            {
                "least": round(made.least * UNIT),
                "cues": " ".join(made.cues()),
                "grams": "\n".join(kept),
                "weights": list(kept.values()),
            },
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
