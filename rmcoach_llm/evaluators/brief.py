"""Compare what a trainee took from a session with what is true, by words: no model is asked.

The trainee reviews first, before anybody else has said a word on the talk (debrief practice: SBI,
GROW). Thresholds were set on the 77 written briefs of `tests/evaluators/written_briefs.yaml`; on
the 39 that were kept aside the verdict is the hand's in the share that the test beside it states.
Words do not show sense: no score follows from the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import get_args

from rmcoach_llm.domain import Brief, BriefItem, Fact, Layer, Scenario, Transcript
from rmcoach_llm.domain.scorecard import BriefPart
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.vectors import Vector, dot, word_table
from rmcoach_llm.language.words import stems, words

PARTS: tuple[BriefPart, ...] = get_args(BriefPart)
LAYERS: dict[BriefPart, Layer] = {
    "want": Layer.WANT,
    "need": Layer.NEED,
    "constraint": Layer.CONSTRAINT,
    "success_measure": Layer.SUCCESS_MEASURE,
}

ENOUGH = 3.5
"""Words of a fact, each weighed by its rarity (0 to 1), that show that it was understood."""

OPENING_ENOUGH = 2.0
"""The same of the line with which the stakeholder begins, where no more of the want came out."""

SOME = 0.9
"""So much shows that it was touched, if no other fact is nearer."""

FIGURES_SHARE = 0.5
"""Share of its figures without which a measure of success is only touched."""

LIKE, LIKE_FROM = 0.6, 0.5
"""Another word counts from the first cosine on, for so much as it is above the second."""

MONTHS = frozenset(
    "january february march april june july august september october november december".split()
)
CLOSER = {
    Layer.WANT: "This is nearer to what they asked for.",
    Layer.SYMPTOM: "This is nearer to a sign of the trouble.",
    Layer.NEED: "This is nearer to what they need.",
    Layer.CONSTRAINT: "This is nearer to what limits an answer.",
    Layer.DECISION: "This is nearer to how it is decided.",
    Layer.SUCCESS_MEASURE: "This is nearer to how they measure success.",
}


def compare(transcript: Transcript, scenario: Scenario | None) -> tuple[BriefItem, ...] | None:
    """Compare the brief of a session with the facts of its scenario, part by part.

    None without a brief or without the scenario as it was played. Each part is compared with
    those facts of its layer that came out, or with all of them where none did; a want that did not
    come out further with the line by which the stakeholder began.
    """
    if transcript.brief is None or scenario is None or transcript.scenario is None:
        return None
    if scenario.digest != transcript.scenario.sha256:
        return None
    known = known_facts(transcript)
    return tuple(_item(part, transcript.brief, scenario, known) for part in PARTS)


def known_facts(transcript: Transcript) -> frozenset[str]:
    """Give the ids of the facts that came out in a session, as its last trace has them."""
    traces = [turn.trace for turn in transcript.turns if turn.trace is not None]
    return frozenset(traces[-1].stance.known) if traces else frozenset()


def facts_of(part: BriefPart, scenario: Scenario, known: frozenset[str]) -> tuple[Fact, ...]:
    """Give the facts that a part of a brief is about: those that came out, or all where none did."""
    layer = [fact for fact in scenario.facts if fact.layer is LAYERS[part]]
    return tuple(fact for fact in layer if fact.id in known) or tuple(layer)


def shared(written: str, truth: str) -> float:
    """Give how many words of content of a truth stand in what was written, by their rarity.

    A word of like meaning counts in part. Rare words count about 1, frequent ones less.

    >>> shared("They cannot trust the ratio.", "She needs a ratio that she can trust.") > 1.5
    True
    """
    mine = frozenset(stems(written))
    return sum(word_table().rarity(stem) * _found(stem, mine) for stem in set(stems(truth)))


def _found(stem: str, among: frozenset[str]) -> float:
    if stem in among:
        return 1.0
    vector = _vector(stem)
    best = max((dot(vector, _vector(other)) for other in among), default=0.0) if vector else 0.0
    return best - LIKE_FROM if best > LIKE else 0.0


@lru_cache(maxsize=4_096)
def _vector(stem: str) -> Vector:
    return word_table().vector(stem) or ()


def _figures(text: str) -> set[str]:
    return numbers(text) | (MONTHS & set(words(text)))


def _item(part: BriefPart, brief: Brief, scenario: Scenario, known: frozenset[str]) -> BriefItem:
    facts = facts_of(part, scenario, known)
    written: str | None = getattr(brief, part)
    told = any(fact.id in known for fact in facts)
    item = BriefItem(
        part=part,
        verdict="missing",
        written=written,
        facts=tuple(fact.id for fact in facts),
        known=told,
    )
    if part == "want" and not told:
        return _against_opening(item, scenario, facts)
    if written is None or not facts:
        return item
    weights = [shared(written, fact.statement) for fact in facts]
    share = sum(min(1.0, weight / ENOUGH) for weight in weights) / len(weights)
    strange = sorted(_figures(written) - _figures(_told(facts)))
    others = [fact for fact in scenario.facts if fact.layer is not LAYERS[part]]
    nearest, weight = _nearest(written, others)
    update: dict[str, object] = {"share": round(share, 2), "verdict": "differs"}
    if _whole(part, written, facts, weights) and not strange:
        update["verdict"] = "matches"
    elif max(weights) >= min(ENOUGH, max(SOME, weight)):
        update["verdict"] = "partly"
        update["note"] = f"They did not say {', '.join(strange)}." if strange else None
    elif nearest is not None and weight >= SOME and nearest.id in known:
        update["note"] = CLOSER[nearest.layer]
    return item.model_copy(update=update)


def _against_opening(item: BriefItem, scenario: Scenario, facts: Sequence[Fact]) -> BriefItem:
    """Compare a want with the first line of the talk: who asked no further has heard it there."""
    note = f'They began with: "{scenario.opening}"'
    item = item.model_copy(update={"facts": (), "known": True, "note": note})
    if item.written is None:
        return item
    weight = shared(item.written, scenario.opening)
    public = "\n".join([scenario.opening, *scenario.brief, _told(facts)])
    verdict = "matches" if weight >= OPENING_ENOUGH else "partly" if weight >= SOME else "differs"
    if verdict == "matches" and _figures(item.written) - _figures(public):
        verdict = "partly"
    share = round(min(1.0, weight / OPENING_ENOUGH), 2)
    return item.model_copy(update={"verdict": verdict, "share": share})


def _whole(part: BriefPart, written: str, facts: Sequence[Fact], weights: Sequence[float]) -> bool:
    """Say whether all that counts was taken up: of the needs the root, else each fact."""
    full = [weight >= ENOUGH for weight in weights]
    if part == "need":
        return any(fact.root and enough for fact, enough in zip(facts, full, strict=True))
    if part == "success_measure":
        wanted = _figures(_told(facts))
        if len(wanted & _figures(written)) < FIGURES_SHARE * len(wanted):
            return False
    return all(full)


def _told(facts: Sequence[Fact]) -> str:
    return "\n".join(fact.statement for fact in facts)


def _nearest(written: str, facts: Sequence[Fact]) -> tuple[Fact | None, float]:
    weighed = [(shared(written, fact.statement), place) for place, fact in enumerate(facts)]
    weight, place = max(weighed, default=(0.0, -1))
    return (facts[place] if place >= 0 else None), weight
