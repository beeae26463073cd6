"""Which fact of a scenario a line asks for, and how sure that is.

Each fact is judged by a few pieces of evidence, added up with weights that are fitted on
questions and off-topic lines (`benchmarks/topic_weights.py`). Set by hand are what the talk and
the form of a line say: `opened`, `TOLD`, `BEHIND`, and how much words beside a question count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rmcoach_llm.domain import Fact, Layer, Scenario
from rmcoach_llm.language.layers import Shares, clear_layers
from rmcoach_llm.language.lines import ASIDE, Line, read_line, read_sample
from rmcoach_llm.language.spelling import Speller
from rmcoach_llm.language.vectors import Vector, dot, mean, meaning, word_table
from rmcoach_llm.language.words import all_stems, stem, stems, words

SMALL_TALK = Path(__file__).parent / "data" / "small_talk.txt"
NEAREST = 3
"""How many lines of small talk speak for a line being small talk."""


class Evidence(NamedTuple):
    """Hold what speaks for a fact: each part from 0 to about 1, `layer` a logarithm below 0."""

    sample: float  # words shared with the nearest sample question (TF-IDF cosine)
    meaning: float  # likeness in meaning to the nearest sample question
    centre: float  # likeness in meaning to all its sample questions together
    cue: float  # the author's cues in the line, those first that other facts' questions have not
    words: float  # words shared with topic, statement, cues and answers
    topic: float  # likeness in meaning to the topic
    layer: float  # whether the line is after the kind of thing that the samples are after
    opened: float  # whether the last answer led to it


class Bearing(NamedTuple):
    """Hold what tells a line about the case from one that is not."""

    sample: float  # the evidence for the likeliest fact, but that of the last answer
    meaning: float
    centre: float
    cue: float
    words: float
    topic: float
    layer: float
    ahead: float  # how far that fact is ahead of the next
    familiar: float  # share of the content words, by rarity, that the scenario has
    strange: float  # rarity of the content words that it has not, added up
    small_talk: float  # likeness in meaning to the nearest lines of small talk
    constant: float = 1.0


WEIGHTS = Evidence(
    sample=2.32, meaning=4.02, centre=2.65, cue=3.28, words=3.58, topic=1.12, layer=3.27, opened=1.0
)
BEARING = Bearing(
    sample=0.0,
    meaning=3.45,
    centre=6.06,
    cue=3.92,
    words=1.89,
    topic=1.04,
    layer=1.31,
    ahead=0.1,
    familiar=3.46,
    strange=-0.55,
    small_talk=-13.54,
    constant=0.36,
)

TOLD = 2.5
"""Loss of a fact that is out: whoever takes an answer up and asks on is mostly after something
else. A plain repetition of its question is still ahead of all others."""

BEHIND = 3.0
"""Loss of a want where a line asks, in words that leave no doubt, for the need behind it."""

ASKED = 0.5
"""Least score for a fact to count as asked for."""

AHEAD = 2.5
"""A fact is asked for if it is so many times as likely as the next, else both are asked back."""

PERHAPS = 0.15
"""Least score of the two likeliest facts together to ask back: "do you mean ... or ...?"."""


@dataclass(frozen=True)
class Ranked:
    """Give how sure it is that a line asks for a fact, 0 to 1; all facts sum to one at the most."""

    fact: str
    score: float


def decide(ranked: Sequence[Ranked]) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """Give the fact that is asked for, or else the two to ask back about; often neither.

    >>> decide([Ranked("who-decides", 0.9), Ranked("budget", 0.05)])
    ((Ranked(fact='who-decides', score=0.9),), ())
    >>> decide([Ranked("who-decides", 0.5), Ranked("budget", 0.4)])[1][1].fact
    'budget'
    """
    best, second = ranked[:2]
    if best.score >= ASKED and best.score >= AHEAD * second.score:
        return (best,), ()
    return (), ((best, second) if best.score + second.score >= PERHAPS else ())


@dataclass(frozen=True)
class _Known:
    fact: str
    want: bool
    after: frozenset[str]
    samples: tuple[Vector, ...]
    centre: Vector
    cues: tuple[tuple[str, float], ...]
    words: frozenset[str]
    topic: Vector
    layers: Shares


class Topics:
    """Match lines to the facts of one scenario; `words_too` are texts that belong to the case."""

    def __init__(self, facts: Sequence[Fact], words_too: Sequence[str] = ()) -> None:
        samples = [(n, read_sample(q)) for n, fact in enumerate(facts) for q in fact.asks_like]
        self._owners = [place for place, _ in samples]
        self._seen = Counter(term for _, sample in samples for term in sample.terms)
        self._holders: dict[str, list[tuple[int, float]]] = {}
        for number, (_, sample) in enumerate(samples):
            for term, weight in self._weighted(sample.terms).items():
                self._holders.setdefault(term, []).append((number, weight))
        vocabulary = [frozenset(s for text in _texts(fact) for s in stems(text)) for fact in facts]
        holders = Counter(word for words_of in vocabulary for word in words_of)
        self._tells = {word: math.log(1 + len(facts) / n) for word, n in holders.items()}
        asked = [_joined(fact.asks_like) for fact in facts]
        cues = Counter(cue for fact in facts for cue in {_phrase(cue) for cue in fact.cues})
        self._facts = tuple(
            self._known(fact, vocabulary[place], place, asked, cues)
            for place, fact in enumerate(facts)
        )
        texts = [*words_too, *(t for fact in facts for t in (*_texts(fact), *fact.asks_like))]
        self.vocabulary = frozenset(s for text in texts for s in stems(text))
        self._speller = Speller(word for text in texts for word in words(text))

    @classmethod
    def of(cls, scenario: Scenario) -> Topics:
        """Prepare the topics of a scenario."""
        persona = scenario.persona
        texts = [*scenario.brief, scenario.opening, scenario.title, scenario.business_function]
        texts += [persona.background, persona.role, persona.name]
        return cls(scenario.facts, [*texts, *(term.term for term in scenario.glossary)])

    def rank(
        self, line: str, *, last_fact: str | None = None, told: Collection[str] = ()
    ) -> tuple[Ranked, ...]:
        """Give all facts, likeliest first; `told` are out, `last_fact` the last of them."""
        read = self.read(line)
        evidence = self.evidence(read, last_fact)
        totals = [sum(w * e for w, e in zip(WEIGHTS, item, strict=True)) for item in evidence]
        if Layer.NEED in clear_layers(line):
            totals = [t - BEHIND * k.want for t, k in zip(totals, self._facts, strict=True)]
        totals = [t - TOLD * (k.fact in told) for t, k in zip(totals, self._facts, strict=True)]
        bearing = self.bearing(read, evidence, totals)
        about = _logistic(sum(w * b for w, b in zip(BEARING, bearing, strict=True)))
        about *= bool(read.spoken)
        odds = [math.exp(total - max(totals)) for total in totals]
        ranked = [
            Ranked(known.fact, about * share / sum(odds))
            for known, share in zip(self._facts, odds, strict=True)
        ]
        return tuple(sorted(ranked, key=lambda item: (-item.score, item.fact)))

    def read(self, line: str) -> Line:
        """Make a line ready, slips of typing put right where the scenario has the word."""
        return read_line(line, self._right)

    def evidence(self, line: Line, last_fact: str | None = None) -> tuple[Evidence, ...]:
        """Give what speaks for each fact, in the order of the scenario."""
        nearest = self._nearest(line)
        said = f" {' '.join(line.spoken)} ", f" {' '.join(line.asking)} "
        return tuple(
            self._evidence(known, line, near, said, last_fact)
            for known, near in zip(self._facts, nearest, strict=True)
        )

    def bearing(self, line: Line, evidence: Sequence[Evidence], totals: Sequence[float]) -> Bearing:
        """Give what tells whether a line is about the case; `totals` are the facts' evidence."""
        place = max(range(len(totals)), key=totals.__getitem__)
        second = max((t for i, t in enumerate(totals) if i != place), default=0.0)
        rarity = {word: word_table().rarity(word) for word in line.content}
        strange = sum(r for word, r in rarity.items() if word not in self.vocabulary)
        total = sum(rarity.values())
        familiar = 1 - strange / total if total else 0.0
        near = sorted((dot(line.meaning, other) for other in _small_talk()), reverse=True)
        return Bearing(
            *evidence[place][:-1],
            ahead=totals[place] - second,
            familiar=familiar,
            strange=strange,
            small_talk=sum(near[:NEAREST]) / NEAREST,
        )

    def _right(self, word: str) -> str:
        return word if stem(word) in word_table() else self._speller.right(word)

    def _known(
        self,
        fact: Fact,
        vocabulary: frozenset[str],
        place: int,
        asked: list[str],
        cues: Counter[str],
    ) -> _Known:
        samples = [read_sample(question) for question in fact.asks_like]
        strengths = []
        for cue in sorted({_phrase(cue) for cue in fact.cues} - {""}):
            hits = [text.count(f" {cue} ") for text in asked]
            own = (hits[place] + 1) / (sum(hits) + 1)
            strengths.append((f" {cue} ", math.sqrt(cue.count(" ") + 1) * own / cues[cue]))
        shares = zip(*(sample.layers for sample in samples), strict=True)
        return _Known(
            fact.id,
            fact.layer is Layer.WANT,
            frozenset(fact.unlock.after),
            tuple(sample.meaning for sample in samples),
            mean(sample.meaning for sample in samples),
            tuple(strengths),
            vocabulary,
            meaning((word, 1.0) for word in all_stems(fact.topic)),
            tuple(sum(column) / len(samples) for column in shares),
        )

    def _evidence(
        self,
        known: _Known,
        line: Line,
        nearest: float,
        said: tuple[str, str],
        last_fact: str | None,
    ) -> Evidence:
        # What leads up to a question, such as a playback, is mostly about what is already told.
        spoken, asking = said
        cues = sum(
            strength * (1.0 if cue in asking else ASIDE)
            for cue, strength in known.cues
            if cue in spoken
        )
        shared = sum(self._tells[w] * line.content[w] for w in line.content.keys() & known.words)
        fit = sum(a * b for a, b in zip(known.layers, line.layers, strict=True))
        return Evidence(
            sample=nearest,
            meaning=max(dot(line.meaning, vector) for vector in known.samples),
            centre=dot(line.meaning, known.centre),
            cue=1 - math.exp(-cues),
            words=1 - math.exp(-shared / 3),
            topic=dot(line.meaning, known.topic),
            layer=math.log(fit + 0.001),
            opened=float(last_fact is not None and last_fact in known.after),
        )

    def _nearest(self, line: Line) -> list[float]:
        """Give for each fact the cosine of the line's terms and those of the nearest sample."""
        likeness = [0.0] * len(self._owners)
        for term, value in self._weighted(line.terms).items():
            for number, weight in self._holders.get(term, ()):
                likeness[number] += value * weight
        best = [0.0] * len(self._facts)
        for place, value in zip(self._owners, likeness, strict=True):
            best[place] = max(best[place], value)
        return best

    def _weighted(self, terms: dict[str, float]) -> dict[str, float]:
        total = {t: w * self._rarity(t) for t, w in terms.items()}
        length = math.sqrt(sum(value * value for value in total.values())) or 1.0
        return {term: value / length for term, value in total.items()}

    def _rarity(self, term: str) -> float:
        return math.log((1 + len(self._owners)) / (1 + self._seen[term])) + 1


@lru_cache(maxsize=1)
def _small_talk() -> tuple[Vector, ...]:
    lines = SMALL_TALK.read_text(encoding="utf-8").splitlines()
    return tuple(read_sample(line).meaning for line in lines)


def _texts(fact: Fact) -> tuple[str, ...]:
    return (fact.topic, fact.statement, *fact.cues, *fact.says)


def _phrase(cue: str) -> str:
    return " ".join(all_stems(cue.replace("-", " ")))


def _joined(questions: Sequence[str]) -> str:
    """Give the stems of all questions in a row, with a mark between them that no cue has."""
    return " | ".join(["", *(" ".join(read_sample(q).spoken) for q in questions), ""])


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))
