"""How likely a sentence shows each behaviour of the rubrics: one linear model of many yes-or-no labels.

    likelihoods(text, last)         by behaviour, 0 to 1, for all that reach `LEAST_SHOWN`
    likelihoods_of_two(a, b, last)  the same for two sentences in a row, from what is known of each

It is fitted by `benchmarks.train_behaviours` on this project's own utterances, and read from
`data/behaviours.json` at the first use. Each n-gram speaks for or against a few behaviours only, so
a sentence is looked up and added up, never multiplied out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import add
from pathlib import Path
from typing import Any

from rmcoach_llm.language.features import NUMBER, SELF, YOU, pairs, tokens
from rmcoach_llm.language.words import FUNCTION_WORDS, stem

DATA = Path(__file__).parent / "data" / "behaviours.json"

UNIT = 16
"""Weights are kept as whole numbers of this part."""

LEAST_SHOWN = 0.3
"""What is less likely than this is not given: it never counts for anything."""

PARTNER_WORDS = "partner, words"

ASKING = frozenset(
    "who whose what how when where which why do does did is are can could would".split()
)

Weights = tuple[tuple[int, float], ...]
"""The places of behaviours, with what speaks for each."""


def grams(found: Sequence[str]) -> frozenset[str]:
    """Give words, pairs of words and stems (with "~") of a tokenized text.

    >>> sorted(grams(("so", "days")))
    ['< so', 'days', 'days >', 'so', 'so days', '~day', '~so']
    """
    return pairs(found) | {"~" + stem(word) for word in found if word[0].isalpha()}


def signs(found: Sequence[str], before: Sequence[str]) -> dict[str, float]:
    """Give the marks of a tokenized text after the partner's: only those that it has, 0 to 1.

    >>> sorted(signs(("so", "you", "lost", "#", "days", "?"), ("we", "lost", "#", "days")))
    ['asks', 'number', 'number of theirs', 'partner, words', 'shared', 'shares', 'up to eight words', 'you']
    """
    size = len(found)
    own, theirs = _content(found), _content(before)
    shared = len(own & theirs)
    words = set(found)
    asks = found[-1:] == ("?",)
    you, self = not words.isdisjoint(YOU), not words.isdisjoint(SELF)
    marked = {
        "up to four words": size <= 4,
        "up to eight words": 4 < size <= 8,
        "up to sixteen words": 8 < size <= 16,
        "over thirty words": size > 30,
        "asks": asks,
        "begins to ask": bool(found) and found[0] in ASKING,
        "asks and goes on": "?" in words and not asks,
        "shared": min(shared, 4) / 4,
        "shares": shared > 0,
        "shares, no question": shared > 0 and "?" not in words,
        "you": you,
        "self": self,
        "you, not self, no question": you and not self and "?" not in words,
        "partner asks": before[-1:] == ("?",),
        PARTNER_WORDS: min(len(before), 40) / 40,
        "number": NUMBER in words,
        "number of theirs": NUMBER in words and NUMBER in before,
    }
    return {name: float(value) for name, value in marked.items() if value}


@lru_cache(maxsize=4_096)
def _content(found: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        stem(token) for token in found if token[0].isalpha() and token not in FUNCTION_WORDS
    )


@dataclass(frozen=True)
class Model:
    """Hold the labels, the bias of each, and the weights of marks and n-grams.

    What a text has of n-grams counts as a unit vector of rarities (TF-IDF) times `scale`. The
    weights of an n-gram are taken apart when it is first met; `places` gives the place of each
    label by its place in the file.
    """

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    marks: Mapping[str, Weights]
    scale: float
    written: Mapping[str, str]
    places: Mapping[int, int]
    rows: dict[str, tuple[float, Weights]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Model:
        """Make it from the content of the data file."""
        labels = tuple(data["labels"])
        places = {place: place for place in range(len(labels))}
        marked = {name: _weights(text, 100, places) for name, text in data["marks"].items()}
        written = dict(line.split("\t", 1) for line in data["rows"])
        return cls(labels, tuple(data["bias"]), marked, data["scale"], written, places)

    def only(self, labels: Set[str]) -> Model:
        """Give the model of some labels: it says the same of them, sooner."""
        kept = [place for place, label in enumerate(self.labels) if label in labels]
        places = {old: new for new, old in enumerate(kept)}
        return Model(
            tuple(self.labels[place] for place in kept),
            tuple(self.bias[place] for place in kept),
            {
                name: tuple((places[old], weight) for old, weight in weights if old in places)
                for name, weights in self.marks.items()
            },
            self.scale,
            self.written,
            places,
        )

    def row(self, gram: str) -> tuple[float, Weights] | None:
        """Give the square of an n-gram's rarity and its weights, or None for one that is not known."""
        row = self.rows.get(gram)
        if row is None and (text := self.written.get(gram)) is not None:
            rarity, rest = text.split(" ", 1)
            row = self.rows[gram] = ((int(rarity) / 10) ** 2, _weights(rest, UNIT, self.places))
        return row

    def added(self, found: frozenset[str]) -> tuple[float, list[float]]:
        """Give the sum of squared rarities of n-grams, and that of their weights by behaviour."""
        size, sums = 0.0, [0.0] * len(self.labels)
        # In order: sums of decimals depend on it, and a set has none.
        for gram in sorted(found):
            row = self.row(gram)
            if row is not None:
                size += row[0]
                for place, weight in row[1]:
                    sums[place] += weight
        return size, sums

    def likely(
        self, size: float, sums: Sequence[float], marked: Mapping[str, float]
    ) -> dict[str, float]:
        """Give the likelihood of each behaviour that is not next to nothing."""
        factor = self.scale / math.sqrt(size) if size else 0.0
        theirs, size_of_theirs = self._of_partner, marked.get(PARTNER_WORDS, 0.0)
        own = self._of_marks(tuple([mark for mark in marked.items() if mark[0] != PARTNER_WORDS]))
        return {
            label: 1 / (1 + math.exp(-min(60.0, odds)))
            for label, value, sign, weight in zip(self.labels, sums, own, theirs, strict=True)
            if (odds := factor * value + sign + size_of_theirs * weight) > _FLOOR
        }

    @cached_property
    def _of_partner(self) -> tuple[float, ...]:
        """Give the weights of the one mark of which there are many values."""
        weights = dict(self.marks.get(PARTNER_WORDS, ()))
        return tuple(weights.get(place, 0.0) for place in range(len(self.labels)))

    @cached_property
    def _of_marks(self) -> Callable[[tuple[tuple[str, float], ...]], tuple[float, ...]]:
        """Give bias and marks added up; many sentences have the same marks."""
        return lru_cache(maxsize=2_048)(self._marked)

    def _marked(self, marked: tuple[tuple[str, float], ...]) -> tuple[float, ...]:
        odds = list(self.bias)
        for name, value in marked:
            for place, weight in self.marks.get(name, ()):
                odds[place] += value * weight
        return tuple(odds)


_FLOOR = math.log(LEAST_SHOWN / (1 - LEAST_SHOWN))


def _weights(text: str, unit: int, places: Mapping[int, int]) -> Weights:
    numbers = iter(map(int, text.split()))
    pairs = zip(numbers, numbers, strict=True)
    return tuple([(places[place], value / unit) for place, value in pairs if place in places])


@lru_cache(maxsize=1)
def model() -> Model:
    """Load the model that comes with the package, once."""
    return Model.read(json.loads(DATA.read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def _model_of(labels: frozenset[str] | None) -> Model:
    return model() if labels is None else model().only(labels)


@lru_cache(maxsize=2_048)
def _added(text: str, labels: frozenset[str] | None) -> tuple[float, list[float]]:
    return _model_of(labels).added(grams(tokens(text)))


@lru_cache(maxsize=2_048)
def likelihoods(
    text: str, last: str = "", labels: frozenset[str] | None = None
) -> Mapping[str, float]:
    """Give how likely a sentence of the trainee shows each behaviour, 0 to 1.

    `last` is the stakeholder's turn before. What is below `LEAST_SHOWN` is left out; with `labels`
    only these are looked for.

    >>> found = likelihoods("How many invoices come back each month?", "Too many come back.")
    >>> found["size-question"] > 0.5
    True
    """
    size, sums = _added(text, labels)
    return _model_of(labels).likely(size, sums, signs(tokens(text), tokens(last)))


@lru_cache(maxsize=2_048)
def likelihoods_of_two(
    text: str, after: str, last: str = "", labels: frozenset[str] | None = None
) -> Mapping[str, float]:
    """Give the likelihoods of two sentences in a row, taken as one.

    >>> found = likelihoods_of_two("I don't know that.", "I will ask Ana and tell you on Friday.")
    >>> found["limit-followed-up"] > 0.5
    True
    """
    (size, sums), (more, others) = _added(text, labels), _added(after, labels)
    both = list(map(add, sums, others))
    return _model_of(labels).likely(
        size + more, both, signs(tokens(text) + tokens(after), tokens(last))
    )
