"""Choose what to praise: what counts most, quoted, and never what was marred elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from rmcoach_llm.domain import Praise
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.items import Item
from rmcoach_llm.evaluators.said import Place, Sentences

MOST_PRAISE = 5

UNSURE = 0.6
"""A judge's word "medium": a single quote that it is no surer of is no praise."""

LEAST_SHOWN = 0.05
"""What adds less than this to its rubric does not show in the one decimal of a page: no praise."""

Offer = tuple[Item, Cited, frozenset[Place]]
"""What may be praised, where it was seen, and the sentences that it takes."""


def worked(
    items: Sequence[Item], said: Sentences, taken: Collection[Place], spoilt: Collection[int] = ()
) -> tuple[Praise, ...]:
    """Choose up to 5 strengths with quotes, in the order of the talk.

    `taken` are sentences that have had another verdict, `spoilt` turns that cost
    trust, or from which the stakeholder drew back. Chosen one
    by one: each time the one that adds most to its rubric, where a rubric or turn that has been
    praised already counts less, and no criterion is praised twice. Nothing is praised that shows a
    fault as well, told or not, nor from a turn in which the same rubric was hurt, nor on one
    quote of which the judge was not sure, nor for what hardly counts: rather no praise.
    """
    faults = {
        spot
        for item in items
        if item.hurts
        for place in item.places
        for spot in said.places(place.turn, place.quote)
    }
    marred = {(item.rubric, place.turn) for item in items if item.hurts for place in item.places}
    offers = [
        (item, place, said.places(place.turn, place.quote))
        for item in items
        if item.helps and _sure(item) and _shows(item)
        for place in item.places
        if (item.rubric, place.turn) not in marred and place.turn not in spoilt
    ]
    used, found = Counter[object](), list[Praise]()
    offers = [o for o in offers if o[2].isdisjoint(taken) and o[2].isdisjoint(faults)]
    while offers and len(found) < MOST_PRAISE:
        item, place, places = _best(offers, used)
        used.update((item.rubric, place.turn))
        offers = [
            o for o in offers if o[0].criterion is not item.criterion and o[2].isdisjoint(places)
        ]
        found.append(_praise(item, place))
    return tuple(sorted(found, key=lambda praise: praise.turn))


def _sure(item: Item) -> bool:
    sure = item.finding.confidence
    return sure is None or sure > UNSURE or len(item.places) > 1


def _shows(item: Item) -> bool:
    return item.cost is None or item.cost.alone >= LEAST_SHOWN


def _best(offers: Sequence[Offer], used: Counter[object]) -> Offer:
    """Give the first of the offers that add most, which is never more than their rank."""
    best, most = offers[0], (-1.0, -1.0)
    for offer in offers:
        item, place, _ = offer
        if item.rank > most:
            # Not `used[...]`: most are in it not yet, and each such look is a call.
            share = 1 + used.get(item.rubric, 0) + used.get(place.turn, 0)
            worth = (item.rank[0] / share, item.rank[1] / share)
            if worth > most:
                best, most = offer, worth
    return best


def _praise(item: Item, place: Cited) -> Praise:
    why = (item.behaviour.praise if item.behaviour else item.best) or item.told
    return Praise.of_valid(
        rubric=item.rubric,
        behaviour=item.finding.behaviour,
        turn=place.turn,
        quote=place.quote,
        why=why,
    )
