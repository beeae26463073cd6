"""Which fact of a scenario a line asks for: cue words and likeness to sample questions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rmcoach_llm.domain import Fact, Layer, QuestionKind, Scenario
from rmcoach_llm.language.questions import CLEAR_KINDS
from rmcoach_llm.language.words import all_stems, plain, stem, stems

KIND_LAYERS: dict[QuestionKind, tuple[Layer, ...]] = {
    QuestionKind.PROBLEM: (Layer.SYMPTOM,),
    QuestionKind.IMPLICATION: (Layer.SYMPTOM, Layer.NEED),
    QuestionKind.NEED_PAYOFF: (Layer.NEED, Layer.SUCCESS_MEASURE),
    QuestionKind.CONSTRAINT: (Layer.CONSTRAINT,),
    QuestionKind.DECISION: (Layer.DECISION,),
    QuestionKind.SUCCESS: (Layer.SUCCESS_MEASURE,),
}
"""What a kind of question is after; a situation question says nothing about it."""

LIKENESS, CUE, TOPIC, KIND, OPENED = 1.0, 0.62, 0.25, 0.17, 0.10
"""Weights of the parts of a score; set by leave-one-question-out on the shipped scenarios."""

CLEAR, BEHIND = 0.25, 0.5
"""Gain where the words leave no doubt about the kind; loss of a want that is asked behind."""

ASKED = 0.37
"""Least score for a fact to count as asked for."""

PERHAPS = 0.20
"""Least score for a fact to be asked back about: "do you mean ... or ...?"."""

CLOSE = 0.07
"""Two scores as near as this cannot be told apart: ask back."""

NEAREST = 3
"""How many of the sample questions of a fact speak for it."""


@dataclass(frozen=True)
class Ranked:
    """Give a fact's score for a line, higher is likelier; `Topics.rank` sorts by it."""

    fact: str
    score: float


@dataclass(frozen=True)
class _Known:
    fact: str
    layer: Layer
    after: frozenset[str]
    cues: tuple[tuple[str, ...], ...]
    topic: frozenset[str]
    samples: tuple[dict[str, float], ...]


class Topics:
    """Match lines to the facts of one scenario.

    The score of a fact is the likeness (TF-IDF cosine, mean of the nearest samples) to its
    sample questions, plus its cue words in the line, plus a little where the kind of question
    fits the fact's layer or the last answer opened it.
    """

    def __init__(self, facts: Sequence[Fact]) -> None:
        documents = [Counter(features(question)) for fact in facts for question in fact.asks_like]
        count = len(documents)
        seen = Counter(feature for document in documents for feature in document)
        self._idf = {f: math.log((1 + count) / (1 + n)) + 1 for f, n in seen.items()}
        self._unseen = math.log(1 + count) + 1
        cue_facts = Counter(c for fact in facts for c in {_phrase(cue) for cue in fact.cues})
        self._cue_share = {cue: 1 / n for cue, n in cue_facts.items()}
        self._facts = tuple(
            _Known(
                fact.id,
                fact.layer,
                frozenset(fact.unlock.after),
                tuple({_phrase(cue) for cue in fact.cues} - {()}),
                frozenset(stems(fact.topic)),
                tuple(self._weighted(Counter(features(q))) for q in fact.asks_like),
            )
            for fact in facts
        )

    @classmethod
    def of(cls, scenario: Scenario) -> Topics:
        """Prepare the topics of a scenario."""
        return cls(scenario.facts)

    def rank(
        self, line: str, *, kinds: Iterable[QuestionKind] = (), last_fact: str | None = None
    ) -> tuple[Ranked, ...]:
        """Give all facts, likeliest first; `last_fact` is the one that was told last."""
        vector = self._weighted(Counter(features(line)))
        spoken = all_stems(line)
        layers = {layer for kind in kinds for layer in KIND_LAYERS.get(kind, ())}
        clear = clear_layers(line)
        ranked = []
        for known in self._facts:
            score = self._score(known, vector, spoken, layers, last_fact)
            if score > 0 and known.layer in clear:
                score += CLEAR
            elif known.layer is Layer.WANT and Layer.NEED in clear:
                score = max(0.0, score - BEHIND)
            ranked.append(Ranked(known.fact, score))
        return tuple(sorted(ranked, key=lambda item: (-item.score, item.fact)))

    def _score(
        self,
        known: _Known,
        vector: dict[str, float],
        spoken: list[str],
        layers: set[Layer],
        last_fact: str | None,
    ) -> float:
        likeness = sorted((_cosine(vector, sample) for sample in known.samples), reverse=True)
        near = likeness[:NEAREST]
        # The best sample counts double: a near repetition of one question is enough.
        like = (near[0] + sum(near) / len(near)) / 2
        cues = sum(
            self._cue_share[cue] * math.sqrt(len(cue))
            for cue in known.cues
            if _contains(spoken, cue)
        )
        base = LIKENESS * like + CUE * (1 - math.exp(-cues)) + TOPIC * _share(known.topic, spoken)
        if base <= 0:
            return 0.0
        opened = OPENED if last_fact is not None and last_fact in known.after else 0.0
        return base + (KIND if known.layer in layers else 0.0) + opened

    def _weighted(self, counts: Counter[str]) -> dict[str, float]:
        idf = self._idf
        return _unit({f: (1 + math.log(n)) * idf.get(f, self._unseen) for f, n in counts.items()})


def clear_layers(line: str) -> frozenset[Layer]:
    """Give the layers that a line asks for in words that leave no doubt.

    >>> sorted(clear_layers("Who has to approve this?"))
    [<Layer.DECISION: 'decision'>]
    """
    small = plain(line)
    return frozenset(
        KIND_LAYERS[kind][0] for kind, pattern in CLEAR_KINDS.items() if pattern.search(small)
    )


def features(text: str) -> list[str]:
    """Give the content stems of a line and the pairs of neighbours among them.

    >>> features("Who signs the budget?")
    ['who', 'sign', 'budget', 'sign budget']
    """
    content = stems(text)
    asked = [word for word in ("who", "when", "where") if word in all_stems(text)]
    return asked + content + [f"{a} {b}" for a, b in pairwise(content)]


def _phrase(cue: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in cue.lower().replace("-", " ").split())


def _contains(spoken: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(spoken[i : i + size]) == phrase for i in range(len(spoken) - size + 1))


def _share(topic: frozenset[str], spoken: list[str]) -> float:
    return len(topic & set(spoken)) / len(topic) if topic else 0.0


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {feature: value / length for feature, value in vector.items()}


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    """Give the cosine of two vectors of length one."""
    return sum(value * b[feature] for feature, value in a.items() if feature in b)
