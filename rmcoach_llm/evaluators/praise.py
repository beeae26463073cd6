"""Choose what to praise: what counts most, quoted, and never what was marred elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from rmcoach_llm.domain import Praise
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.items import Item
from rmcoach_llm.evaluators.said import Place, Sentences

MOST_PRAISE = 5


def worked(
    items: Sequence[Item], said: Sentences, taken: Collection[Place], spoilt: Collection[int] = ()
) -> tuple[Praise, ...]:
    """Choose up to 5 strengths with quotes, in the order of the talk.

    `taken` are sentences that have had another verdict, `spoilt` turns that cost trust. Chosen one by one: each time the one that
    adds most to its rubric, where a rubric or turn that has been praised already counts less, and
    no criterion is praised twice. Nothing is praised from a turn in which the same criterion was
    hurt.
    """
    marred = {
        (item.rubric, item.criterion.id, place.turn)
        for item in items
        if item.hurts
        for place in item.places
    }
    offers = [
        (item, place, said.places(place.turn, place.quote))
        for item in items
        if item.helps
        for place in item.places
        if (item.rubric, item.criterion.id, place.turn) not in marred and place.turn not in spoilt
    ]
    used, spent, found = Counter[object](), set(taken), list[Praise]()
    while len(found) < MOST_PRAISE:
        offers = [offer for offer in offers if offer[2].isdisjoint(spent)]
        if not offers:
            break
        item, place, places = max(offers, key=lambda offer: _worth(offer[0], offer[1], used))
        spent |= places
        used.update((item.rubric, place.turn))
        offers = [
            o
            for o in offers
            if (o[0].rubric, o[0].criterion.id) != (item.rubric, item.criterion.id)
        ]
        found.append(_praise(item, place))
    return tuple(sorted(found, key=lambda praise: praise.turn))


def _worth(item: Item, place: Cited, used: Counter[object]) -> tuple[float, float]:
    share = 1 + used[item.rubric] + used[place.turn]
    gain, points = item.rank
    return gain / share, points / share


def _praise(item: Item, place: Cited) -> Praise:
    why = (item.behaviour.praise if item.behaviour else item.best) or item.told
    return Praise(
        rubric=item.rubric,
        behaviour=item.finding.behaviour,
        turn=place.turn,
        quote=place.quote,
        why=why,
    )
