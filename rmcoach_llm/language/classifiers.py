"""Small trained classifiers: reflections, questions for needs, appeals, convincing style.

All are linear: a weight a word, pair of words and mark, fitted by `benchmarks.train_classifiers`
(scikit-learn, which is not needed here), read from `data/*.json` at the first use. What they are
trained on, and how good they are, is in docs/validity.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from rmcoach_llm.language.features import AROUND, Marks, Said, answered, bag, grams, marks, style
from rmcoach_llm.language.words import sentences

DATA = Path(__file__).parent / "data"
Binary = Literal["reflection", "elicits-need"]
Name = Literal["reflection", "reflection-turn", "elicits-need", "appeal", "convincing"]
NAMES: tuple[Name, ...] = get_args(Name)

UNIT = 100
"""Weights are kept in whole parts of this: smaller files, and no digits that mean nothing."""


MOST = 6.0
"""Log odds beyond this tell nothing more of a sentence."""


class Appeal(StrEnum):
    """Name what a sentence appeals to, if to anything.

    The strategies of Wang et al. 2019 (arXiv 1906.06725): credibility, logical and emotion appeal;
    `PERSONAL` is personal story and self-modelling together: the speaker's own life and deeds.
    """

    CREDIBILITY = "credibility"
    LOGIC = "logic"
    EMOTION = "emotion"
    PERSONAL = "personal"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class Block:
    """Hold the weights of one kind of n-gram.

    A text's n-grams count as a unit vector of their rarities (TF-IDF), times `scale`. `places` says
    where an n-gram stands in `columns`, which hold the square of its rarity in hundredths, then rarity
    times weight for each label, in parts of `UNIT`. A row for each n-gram would take long to make.
    """

    scale: float
    places: Mapping[str, int]
    columns: Sequence[Sequence[int]]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Block:
        """Make it from its part of a data file; ValueError where that was cut."""
        places = {gram: place for place, gram in enumerate(data["grams"].split("\n"))}
        if any(len(column) != len(places) for column in data["weights"]):
            raise ValueError("a data file of a classifier has not one weight for each n-gram")
        return cls(data["scale"], places, data["weights"])

    def weigh(self, found: frozenset[str]) -> tuple[float, ...]:
        """Give what these n-grams weigh for each label; nothing where none is known."""
        known = list(map(self.places.__getitem__, self.places.keys() & found))
        if not known:
            return ()
        square, *totals = [sum(map(column.__getitem__, known)) for column in self.columns]
        factor = self.scale / math.sqrt(square / 100) / UNIT
        return tuple([factor * total for total in totals])


@dataclass(frozen=True)
class Classifier:
    """Hold a linear classifier; with one label it is a yes or no, else one of its labels."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    marks: Mapping[str, Sequence[float]]
    blocks: Mapping[str, Block]
    threshold: float = 0.5

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Classifier:
        """Make it from the content of a data file."""
        blocks = {name: Block.read(block) for name, block in data["blocks"].items()}
        bias, labels = tuple(data["bias"]), tuple(data["labels"])
        return cls(labels, bias, data["marks"], blocks, data["threshold"])

    def sums(self, said: Said, marked: Marks) -> list[float]:
        """Give what speaks for each label, in log odds."""
        sums = list(self.bias)
        for name in [name for name, value in marked.items() if value]:
            value = marked[name]
            for place, weight in enumerate(self.marks.get(name, ())):
                sums[place] += value * weight
        for kind, block in self.blocks.items():
            around = AROUND.get(kind)
            weights = _weigh(block, around(said)) if around else block.weigh(grams(kind, said))
            for place, weight in enumerate(weights):
                sums[place] += weight
        return sums


@cache
def classifier(name: Name) -> Classifier:
    """Load a classifier that comes with the package, once."""
    path = DATA / f"{name}.json"
    return Classifier.read(json.loads(path.read_text(encoding="utf-8")))


def probability(name: Binary, text: str, *, last: str = "") -> float:
    """Say how likely a text does what a yes-or-no classifier sees, 0 to 1.

    `last` is the partner's turn before it.

    >>> said = "The invoices are late and my team gets the blame."
    >>> heard = probability("reflection", "So your team is blamed for the late ones.", last=said)
    >>> heard > 0.5 > probability("reflection", "We have a tool for that.", last=said)
    True
    """
    return _likelihood(_log_odds(name, text, last))


@lru_cache(maxsize=2_048)
def _log_odds(name: Binary, text: str, last: str) -> float:
    (total,) = classifier(name).sums(Said(text, last), marks(text, last))
    return total


def is_likely(name: Binary, text: str, *, last: str = "") -> bool:
    """Say whether `probability` reaches the threshold that was fitted with the classifier.

    >>> is_likely("elicits-need", "Which of these do you need most?")
    True
    """
    return probability(name, text, last=last) >= classifier(name).threshold


def reflects(turn: str, *, last: str = "", answer: str = "") -> float:
    """Say how likely a turn says back what the partner said, 0 to 1.

    It goes by the turn's most likely sentence and by how the partner answers: who was understood
    says "exactly" or goes on, who was told something says "okay".

    >>> reflects("Okay. So it's the waiting that hurts.", last="The waiting hurts.") > 0.5
    True
    """
    parts = [turn[part.start : part.end] for part in sentences(turn)]
    if not parts:
        return 0.0
    return reflects_by(max(_log_odds("reflection", part, last) for part in parts), answer)


def reflects_by(log_odds: float, answer: str) -> float:
    """Say how likely a turn says back, from its best sentence's log odds and the answer to it."""
    held = max(-MOST, min(MOST, log_odds))
    (total,) = classifier("reflection-turn").sums(Said(""), {"sentence": held, **answered(answer)})
    return _likelihood(total)


def is_reflection(turn: str, *, last: str = "", answer: str = "") -> bool:
    """Say whether `reflects` reaches the threshold that was fitted with the classifier."""
    return reflects(turn, last=last, answer=answer) >= classifier("reflection-turn").threshold


def appeal_of(text: str, *, last: str = "", before: str = "", after: str = "") -> Appeal:
    """Say what a sentence appeals to.

    `last` is the partner's turn, `before` and `after` the sentences around it in the same turn.

    >>> str(appeal_of("Our organization has helped children in 100 countries since 1919."))
    'credibility'
    >>> str(appeal_of("Hello, how are you today?"))
    'none'
    """
    seen = classifier("appeal")
    sums = seen.sums(Said(text, last, before, after), marks(text, last))
    return Appeal(seen.labels[sums.index(max(sums))])


def convincing(text: str) -> float:
    """Give a score by which the more convincing of two texts of like length can be told.

    It sees style only: words, stops, capitals, voice. No scale: only differences mean anything.

    >>> plain = "The tests show that the change saves nine days, because nobody retypes figures."
    >>> convincing(plain) > convincing("LOL!!! you are ALL wrong!!! stupid...")
    True
    """
    (total,) = classifier("convincing").sums(Said(text), style(text))
    return total


@lru_cache(maxsize=4_096)
def _weigh(block: Block, text: str) -> tuple[float, ...]:
    """Weigh once what stands around several sentences."""
    return block.weigh(bag(text))


def _likelihood(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))
