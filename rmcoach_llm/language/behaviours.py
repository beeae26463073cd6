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
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

from rmcoach_llm.language.features import content, neighbours, tokens
from rmcoach_llm.language.sentence_marks import SIGNS, Look, Values, look_at, share_of, values
from rmcoach_llm.language.words import stem

DATA = Path(__file__).parent / "data" / "behaviours.json"

UNIT = 16
"""Weights are kept as whole numbers of this part."""

LANE = 32
"""Bits of a row's number for each behaviour: rows are added up all behaviours at once."""

LEAST_SHOWN = 0.3
"""What is less likely than this is not given: it never counts for anything."""

Weights = tuple[tuple[int, int], ...]
"""The places of behaviours, with what speaks for each, in whole parts."""


def grams(found: Sequence[str]) -> frozenset[str]:
    """Give words, pairs of words and stems (with "~") of a tokenized text.

    >>> sorted(grams(("so", "days")))
    ['< so', 'days', 'days >', 'so', 'so days', '~day', '~so']
    """
    return frozenset(chain(found, neighbours(found), map(_stemmed, found)))


@lru_cache(maxsize=16_384)
def _stemmed(token: str) -> str:
    """Give the stem of a word, marked as one; a number or a sign as it is."""
    return "~" + stem(token) if token[0].isalpha() else token


class _Rows(dict[str, int]):
    """Take the weights of an n-gram apart when it is first met.

    Its row is one number: its weights, a lane each, and above them the square of its rarity.
    """

    def __init__(self, written: Mapping[str, str], places: Mapping[int, int]) -> None:
        super().__init__()
        self._written, self._places = written, places
        self._top = LANE * len(places)
        self._zeros = [_HIGH] * (len(places) + 1)
        """A lane for each behaviour, and one for all that are not wanted."""
        self._pack = Struct(f"<{len(self._zeros)}I").pack
        self._packed_zeros = self._number(self._zeros)

    def __missing__(self, gram: str) -> int:
        rarity, *numbers = map(int, self._written[gram].split())
        lanes, lane_of, unwanted = self._zeros[:], self._places.get, len(self._places)
        for place, weight in zip(numbers[::2], numbers[1::2], strict=True):
            lanes[lane_of(place, unwanted)] += weight
        lanes[unwanted] = _HIGH
        row = self._number(lanes) - self._packed_zeros + (rarity**2 << self._top)
        self[gram] = row
        return row

    def _number(self, lanes: Sequence[int]) -> int:
        return int.from_bytes(self._pack(*lanes), "little")


class _Odds(NamedTuple):
    """Hold log odds of each behaviour, and all of them packed into one number of lanes."""

    each: Values
    packed: int

    @classmethod
    def of(cls, odds: Sequence[float], parts: int) -> _Odds:
        """Pack them, each in whole numbers of a part."""
        packed = sum(round(each * parts) << LANE * place for place, each in enumerate(odds))
        return cls(tuple(odds), packed)


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

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Model:
        """Make it from the content of the data file."""
        labels = tuple(data["labels"])
        places = {place: place for place in range(len(labels))}
        marked = {name: _weights(text, places) for name, text in data["marks"].items()}
        written = dict(zip(data["grams"].split("\n"), data["rows"].split("\n"), strict=True))
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

    @cached_property
    def row(self) -> Callable[[str], int]:
        """Give the weights of a known n-gram, and the square of its rarity, as one number."""
        return _Rows(self.written, self.places).__getitem__

    def added(self, found: Set[str]) -> tuple[int, int]:
        """Give the sum of squared rarities of n-grams, and that of their weights as a number."""
        total = sum(map(self.row, self.written.keys() & found))
        top = LANE * len(self.labels)
        size = total + self._lanes[1] >> top  # with that no lane borrows from the next one
        return size, total - (size << top)

    def likely(self, size: int, sums: int, look: Look, size_of_theirs: float) -> dict[str, float]:
        """Give the likelihood of each behaviour that is not next to nothing.

        `size` and `sums` are what `added` gives, `look` and the length of what the partner said
        (0 to 1) give the marks.
        """
        factor = self.scale / math.sqrt(size / 100) / UNIT if size else 0.0
        own, theirs = self._of_marks(look), self._of_partner
        roughly = round(factor * _PARTS)
        odds = roughly * sums + own.packed + round(size_of_theirs * _SHARES) * theirs.packed
        least = math.floor(_FLOOR * _PARTS) - _PARTS // 16 - 100 * _PARTS // max(1, roughly)
        ones, signs = self._lanes
        left = odds + (_HIGH - least) * ones & signs
        found: dict[str, float] = {}
        sums = sums + signs if left else 0  # so that no lane borrows from the next one
        while left:  # few are near: these are reckoned exactly
            lowest = left & -left
            left ^= lowest
            place = lowest.bit_length() // LANE - 1
            value = (sums >> LANE * place & 2 * _HIGH - 1) - _HIGH
            exact = factor * value + own.each[place] + size_of_theirs * theirs.each[place]
            if exact > _FLOOR:
                found[self.labels[place]] = 1 / (1 + math.exp(-min(60.0, exact)))
        return found

    @cached_property
    def _lanes(self) -> tuple[int, int]:
        """Give the numbers in which only the last, and only the first, bit of each lane is set."""
        ones = sum(1 << LANE * place for place in range(len(self.labels)))
        return ones, ones * _HIGH

    @cached_property
    def _of_partner(self) -> _Odds:
        """Give the weights of the one mark of which there are many values."""
        weights = dict(self.marks.get(SIGNS[-1], ()))
        each = [weights.get(place, 0) / 100 for place in range(len(self.labels))]
        return _Odds.of(each, _PARTS // _SHARES)

    @cached_property
    def _of_marks(self) -> Callable[[Look], _Odds]:
        """Give bias and marks added up; many sentences have the same marks."""
        return lru_cache(maxsize=2_048)(self._marked)

    def _marked(self, look: Look) -> _Odds:
        odds = list(self.bias)
        for name, value in zip(SIGNS, values(look), strict=False):
            for place, weight in self.marks.get(name, ()) if value else ():
                odds[place] += value * (weight / 100)
        return _Odds.of(odds, _PARTS)


_HIGH = 1 << LANE - 1
_PARTS = 1 << 20
"""Packed odds are whole numbers of this part: those of 1,600 n-grams are below 1,500."""

_SHARES = 256
"""The length of the partner's turn is a whole number of this part of the most that counts."""

_FLOOR = math.log(LEAST_SHOWN / (1 - LEAST_SHOWN))


def _weights(text: str, places: Mapping[int, int]) -> Weights:
    numbers = iter(map(int, text.split()))
    pairs = zip(numbers, numbers, strict=True)
    return tuple([(places[place], value) for place, value in pairs if place in places])


@lru_cache(maxsize=1)
def model() -> Model:
    """Load the model that comes with the package, once."""
    return Model.read(json.loads(DATA.read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def _model_of(labels: frozenset[str] | None) -> Model:
    return model() if labels is None else model().only(labels)


@lru_cache(maxsize=2_048)
def _added(text: str, labels: frozenset[str] | None) -> tuple[int, int]:
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
    before = tokens(last)
    look = look_at(tokens(text), before, len(content(text) & content(last)))
    return _model_of(labels).likely(*_added(text, labels), look, share_of(before))


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
    before = tokens(last)
    shared = len((content(text) | content(after)) & content(last))
    look = look_at(tokens(text) + tokens(after), before, shared)
    return _model_of(labels).likely(size + more, sums + others, look, share_of(before))
