"""What kind of thing a question is after: learned from the sample questions of the library.

"Who has to say yes?" asks for a decision in any scenario. A linear model over the words of a line
and their order says how likely it asks for each layer; `benchmarks/topic_weights.py` fits it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rmcoach_llm.domain import Layer, QuestionKind
from rmcoach_llm.language.questions import CLEAR_KINDS
from rmcoach_llm.language.words import plain

MODEL = Path(__file__).parent / "data" / "layers.json"
LAYERS = tuple(Layer)
SCALE = 100
"""Weights are stored as whole hundredths."""

KIND_LAYERS: dict[QuestionKind, tuple[Layer, ...]] = {
    QuestionKind.PROBLEM: (Layer.SYMPTOM,),
    QuestionKind.IMPLICATION: (Layer.SYMPTOM, Layer.NEED),
    QuestionKind.NEED_PAYOFF: (Layer.NEED, Layer.SUCCESS_MEASURE),
    QuestionKind.CONSTRAINT: (Layer.CONSTRAINT,),
    QuestionKind.DECISION: (Layer.DECISION,),
    QuestionKind.SUCCESS: (Layer.SUCCESS_MEASURE,),
}
"""What a kind of question is after; a situation question says nothing about it."""

Shares = tuple[float, ...]
"""One share for each of `LAYERS`; they sum to one."""


def markers(stems: Iterable[str]) -> list[str]:
    """Give the marks of a line by which its kind is known: words, neighbours, how it starts.

    >>> markers(["who", "sign"])
    ['who', 'sign', 'who sign', '^who', '^who sign']
    """
    spoken = list(stems)
    start = [f"^{' '.join(spoken[:size])}" for size in (1, 2) if len(spoken) >= size]
    return [*spoken, *(f"{a} {b}" for a, b in pairwise(spoken)), *start]


def layer_shares(stems: Iterable[str]) -> Shares:
    """Say how likely a line, given as the stems of all its words, asks for each layer.

    >>> shares = dict(zip(LAYERS, layer_shares(["who", "decid", "about", "this"])))
    >>> max(shares, key=shares.get)
    <Layer.DECISION: 'decision'>
    """
    weights, bias = _model()
    found = [weights[mark] for mark in dict.fromkeys(markers(stems)) if mark in weights]
    scale = SCALE * math.sqrt(len(found) or 1)
    odds = [
        math.exp(b / SCALE + sum(column) / scale)
        for b, column in zip(bias, _columns(found), strict=True)
    ]
    total = sum(odds)
    return tuple(value / total for value in odds)


def clear_layers(line: str) -> frozenset[Layer]:
    """Give the layers that a line asks for in words that leave no doubt.

    >>> sorted(clear_layers("Who has to approve this?"))
    [<Layer.DECISION: 'decision'>]
    """
    small = plain(line)
    return frozenset(
        KIND_LAYERS[kind][0] for kind, pattern in CLEAR_KINDS.items() if pattern.search(small)
    )


def _columns(rows: list[list[int]]) -> Iterable[tuple[int, ...]]:
    return zip(*rows, strict=True) if rows else [()] * len(LAYERS)


@lru_cache(maxsize=1)
def _model() -> tuple[Mapping[str, list[int]], list[int]]:
    data = json.loads(MODEL.read_text(encoding="utf-8"))
    return data["weights"], data["bias"]
