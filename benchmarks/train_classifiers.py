"""Fit the small classifiers of the language evaluator, and say how well they do on talks left out.

`pip install -e '.[bench]'`, then `python -m benchmarks.train_classifiers --data DIR [NAME ...]`
writes `rmcoach_llm/language/data/NAME.json`, and its figures on left-out talks to
`benchmarks/cross_validation.json`. The same data give the same files. Only development parts are
read, and of AnnoMI nothing. The appeals need a teacher (`benchmarks.meaning` says how to install
it); it is not shipped. An n-gram is at most a pair of words and stands in several transcripts,
so that no sentence of a data set can be read out of a data file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks import taught
from benchmarks.corpora import (
    Example,
    argument_pairs,
    like_length,
    negotiation_turns,
    own_appeals,
    own_reflections,
    persuader_sentences,
    silent_sentences,
)
from benchmarks.figures import Interval, bootstrap, f1, macro_f1, share
from benchmarks.linear import (
    FOLDS,
    Recipe,
    best_threshold,
    fit,
    left_out,
    rounded,
    save,
    scores_of,
    write,
    write_fitted,
)
from benchmarks.meaning import Encoder, directions
from rmcoach_llm.language.classifiers import MOST, Appeal
from rmcoach_llm.language.features import (
    AFTER,
    ASKED,
    BEFORE,
    LAST,
    STEMS,
    WORDS,
    answered,
    style,
)
from rmcoach_llm.language.words import sentences

FIGURES = Path(__file__).parent / "cross_validation.json"

TALK_WEIGHT = 5.0
"""The weight of a turn of a talk written for this project beside an utterance that stands alone."""


RECIPES = {
    "reflection": Recipe(("yes",), {WORDS: 1.0, STEMS: 0.5}, 1.0, least=3),
    "elicits-need": Recipe(("yes",), {WORDS: 1.0, ASKED: 1.0}, 3.0, balance=0.5),
    "appeal": Recipe(
        tuple(Appeal),
        {WORDS: 1.0, STEMS: 1.0, LAST: 0.4, BEFORE: 0.4, AFTER: 0.4},
        0.15,
        balance=1.0,
        own=0.5,
        least=7,
    ),
}


def main() -> None:
    """Fit what was asked for, write, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("names", nargs="*", default=[], help="which; all without")
    asked = parser.parse_args()
    makers: dict[str, Callable[[Path], dict[str, Interval]]] = {
        "reflection": reflection,
        "elicits-need": elicits_need,
        "appeal": appeal,
        "convincing": convincing,
    }
    for name in asked.names or makers:
        figures = makers[name](asked.data)
        for what, interval in figures.items():
            print(f"{what}: {interval.figure:.3f} ({interval.low:.3f} to {interval.high:.3f})")
        keep(figures)


def reflection(_: Path) -> dict[str, Interval]:
    """Fit on this project's own utterances and talks only; a turn of a talk counts for more.

    Talks to be scored differ from those that were written for the fit. So thresholds, and what the
    partner's answer tells, are fitted where the utterances were fitted on and the talks were not.
    """
    recipe, examples = RECIPES["reflection"], own_reflections()
    talks = [example for example in examples if example.group.startswith("talk ")]
    written = [example for example in examples if not example.group.startswith("talk ")]
    threshold = best_threshold(talks, scores_of(recipe, written, [1.0] * len(written), talks))
    weights = [TALK_WEIGHT if example.group.startswith("talk ") else 1.0 for example in examples]
    write("reflection", recipe, examples, weights, threshold)
    said = reflecting_turns(best_sentences(recipe, written, talks), talks)
    return {"reflection F1, own talks": by_group(talks, said, lambda rows: f1(rows, "yes"))}


def best_sentences(
    recipe: Recipe, fitted: Sequence[Example], turns: Sequence[Example]
) -> list[float]:
    """Give the log odds of the most likely sentence of each turn."""
    parts = [
        (place, replace(turn, text=turn.text[part.start : part.end]))
        for place, turn in enumerate(turns)
        for part in sentences(turn.text)
    ]
    space, model = fit(recipe, fitted, [1.0] * len(fitted))
    best = [-MOST] * len(turns)
    odds = model.decision_function(space.rows([part for _, part in parts]))
    for (place, _), value in zip(parts, odds, strict=True):
        best[place] = max(best[place], min(MOST, float(value)))
    return best


def reflecting_turns(best: Sequence[float], turns: Sequence[Example]) -> list[str]:
    """Fit and write what makes a turn a reflection; say what it finds on talks left out."""
    names = ["sentence", *answered("")]
    rows = np.array(
        [[value, *answered(turn.answer).values()] for value, turn in zip(best, turns, strict=True)]
    )
    labels = [turn.label for turn in turns]
    scores = np.zeros(len(turns))
    for fitted, kept in GroupKFold(FOLDS).split(rows, groups=[turn.group for turn in turns]):
        model = LogisticRegression(max_iter=1_000).fit(rows[fitted], [labels[k] for k in fitted])
        scores[kept] = model.predict_proba(rows[kept])[:, 1]
    threshold = best_threshold(turns, scores)
    model = LogisticRegression(max_iter=1_000).fit(rows, labels)
    marked = {name: [value] for name, value in zip(names, rounded(model.coef_[0]), strict=True)}
    bias = rounded(model.intercept_)
    save(
        "reflection-turn",
        {"labels": ["yes"], "bias": bias, "threshold": threshold, "marks": marked, "blocks": {}},
    )
    return ["yes" if score >= threshold else "no" for score in scores]


def elicits_need(data: Path) -> dict[str, Interval]:
    """Fit on CaSiNo."""
    recipe, examples = RECIPES["elicits-need"], negotiation_turns(data, "dev")
    weights = [1.0] * len(examples)
    scores = left_out(recipe, examples, weights)
    said = ["yes" if score >= 0.5 else "no" for score in scores]
    write("elicits-need", recipe, examples, weights, 0.5)
    return {"elicit-pref F1": by_group(examples, said, lambda rows: f1(rows, "yes"))}


def appeal(data: Path) -> dict[str, Interval]:
    """Fit on PersuasionForGood and this project's own sentences; measure on the former.

    Talks without labels are read by a teacher. The labels' offsets are chosen on scores of talks
    left out; a talk is measured with offsets chosen on the other ones.
    """
    recipe, own = RECIPES["appeal"], own_appeals()
    examples, silent = persuader_sentences(data, "dev"), silent_sentences(data, "dev")
    texts = [example.text for example in [*examples, *own, *silent]]
    vectors = directions(Encoder().vectors(texts), {example.text for example in silent})
    scores = taught.left_out(recipe, examples, own, silent, vectors)
    said = taught.said_with_offsets(recipe, examples, scores)
    weights = [1.0] * len(examples) + [recipe.own] * len(own)
    model = taught.taught(recipe, examples + own, weights, silent, vectors)
    bias = model.bias + taught.best_offsets(recipe, examples, scores)
    write_fitted("appeal", model.space, model.coefficients, bias, 0.5)
    return {
        "credibility appeal F1": by_group(examples, said, lambda rows: f1(rows, "credibility")),
        "five-class appeals macro-F1": by_group(examples, said, macro_f1),
    }


def convincing(data: Path) -> dict[str, Interval]:
    """Fit on the pairs of like length of UKPConvArg1, so that no weight follows length."""
    every = argument_pairs(data, "dev")
    pairs = [pair for pair in every if like_length(pair)]
    names = list(style(""))
    rows = np.array(
        [[style(pair.better)[n] - style(pair.worse)[n] for n in names] for pair in pairs]
    )
    groups = [pair.group for pair in pairs]
    right = np.zeros(len(pairs))
    for fitted, kept in GroupKFold(len(set(groups))).split(rows, groups=groups):
        right[kept] = rows[kept] @ _weights_of_pairs(rows[fitted]) > 0
    weights = _weights_of_pairs(rows)
    marked = {name: [round(float(value), 3)] for name, value in zip(names, weights, strict=True)}
    save(
        "convincing",
        {"labels": ["yes"], "bias": [0.0], "threshold": 0.5, "marks": marked, "blocks": {}},
    )
    return {"length-matched convincingness": bootstrap(_grouped(groups, right.tolist()), share)}


def _weights_of_pairs(rows: np.ndarray) -> np.ndarray:
    both = np.vstack([rows, -rows])
    wins = np.repeat([1, 0], len(rows))
    scale = rows.std(0) + 1e-9
    model = LogisticRegression(C=0.1, fit_intercept=False, max_iter=1_000).fit(both / scale, wins)
    return model.coef_[0] / scale


def by_group(
    examples: Sequence[Example],
    said: Sequence[str],
    figure: Callable[[Sequence[tuple[str, str]]], float],
) -> Interval:
    """Give a figure with its interval by transcript."""
    rows = [(str(example.label), str(label)) for example, label in zip(examples, said, strict=True)]
    return bootstrap(_grouped([example.group for example in examples], rows), figure)


def keep(figures: Mapping[str, Interval]) -> None:
    """Keep the figures for `benchmarks.validity`, beside those of other classifiers."""
    old = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    new = {
        what: {key: round(value, 3) for key, value in interval._asdict().items()}
        for what, interval in figures.items()
    }
    FIGURES.write_text(
        json.dumps({**old, **new}, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def _grouped(groups: Sequence[str], rows: Sequence[object]) -> dict[str, list]:
    found: dict[str, list] = {}
    for group, row in zip(groups, rows, strict=True):
        found.setdefault(group, []).append(row)
    return found


if __name__ == "__main__":
    main()
