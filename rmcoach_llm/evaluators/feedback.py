"""Feedback: what worked, what to do otherwise, what was missing, and one thing to practise next.

Short on purpose: feedback that names one behaviour, quotes it and gives a line to say instead is
what helps (situation, behaviour, impact; deliberate practice), and nobody reads on in a list. One
quote gets one verdict: a sentence is used once, for the behaviour where it counts most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rmcoach_llm.domain import (
    Advice,
    Feedback,
    NextStep,
    Rubric,
    Scenario,
    Scorecard,
    Transcript,
)
from rmcoach_llm.evaluators.course import course_of
from rmcoach_llm.evaluators.fitted import often_missed
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.items import Item, items_of
from rmcoach_llm.evaluators.praise import worked
from rmcoach_llm.evaluators.rollup import DISCOVERY
from rmcoach_llm.evaluators.said import Place, Sentences
from rmcoach_llm.evaluators.traces import Traces
from rmcoach_llm.language.measures import HeardMoves

MOST_OTHERWISE = 5
MOST_MISSING = 3
NOTHING_TOLD = Transcript(id="none", turns=())

RULES_JUDGE = "language"
"""The evaluator without a model, by its name."""

POOR = 2.0
"""Below this score of a rubric it is believed that what rules do not see is not there."""

GRAVE = 2.0
"""A fault of so many points is the next step before anything that was left out, such as an early pitch:
however much one answer may bring where little else was called for, it was done before their eyes."""

FAULT_FIRST = 3.0
"""A lighter fault, such as a leading question (1 point), counts so much more than a thing left out."""


def feedback_of(
    card: Scorecard,
    transcript: Transcript,
    rubrics: Sequence[Rubric],
    *,
    scenario: Scenario | None = None,
    heard: HeardMoves | None = None,
) -> Feedback:
    """Give the feedback that a scorecard bears out; no model is asked.

    `rubrics` give praise and advice; `scenario` is the one that was played, if any; `heard` are
    the trainee's moves, where they are known already. At most 5 strengths, by what they add to
    the score, spread over rubrics and turns; at most 5 things to do otherwise: what was said back
    wrongly in a session, then faults by what they cost, then other lines that its stakeholder drew
    back from; at most 3 that were missing, by what they would bring, of criteria without such a fault. Nothing
    is missing where there was no opportunity, nor in doubt what rules often miss.
    """
    items = items_of(card, rubrics)
    said = Sentences(transcript)
    # A session whose ledger does not follow from its talk has no say.
    told = transcript if card.discovery is not None else NOTHING_TOLD
    traces = Traces(told, said, _home(rubrics), scenario)
    wrong = tuple(traces.misplayed())
    taken = {place for _, places in wrong for place in places}
    faults = _faults(items, said, taken, traces)
    judged = {advice.turn for advice in (*(advice for advice, _ in wrong), *faults.values())}
    rebuffs = tuple(traces.rebuffed())
    drew_back = {advice.turn for advice in rebuffs if advice.turn is not None}
    rebuffed = [advice for advice in rebuffs if advice.turn not in judged]
    unheard = traces.unheard(card.discovery) if card.discovery is not None else None
    shown = [unheard] if unheard is not None else []
    surely = [item for item in items if item.lacks and not _doubtful(item, card)]
    missing, spoilt = _missing(surely, faults), traces.lost_trust()
    costly = {item: advice for item, advice in faults.items() if advice.turn in spoilt}
    otherwise = (*(advice for advice, _ in wrong), *faults.values(), *rebuffed)
    return Feedback.of_valid(
        course=course_of(card, transcript, played=scenario, heard=heard),
        worked=worked(items, said, taken, spoilt | drew_back),
        otherwise=otherwise[:MOST_OTHERWISE],
        missing=(*shown, *missing.values())[:MOST_MISSING],
        next_step=_next_step(
            costly or {**faults, **missing},
            [] if costly else [*rebuffed, *shown],
            rubrics,
            scenario,
        ),
    )


def _home(rubrics: Sequence[Rubric]) -> str:
    """Give the rubric to which listening in a session belongs."""
    return next((rubric.id for rubric in rubrics if rubric.discovery_weight), DISCOVERY)


def _ranked(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.rank, reverse=True)


def _faults(
    items: Sequence[Item], said: Sentences, taken: set[Place], traces: Traces
) -> dict[Item, Advice]:
    """Give advice on what hurt, the costliest first; the sentences that show it become taken."""
    found: dict[Item, Advice] = {}
    for item in _ranked(item for item in items if item.hurts):
        free = (p for p in item.places if not said.places(p.turn, p.quote) & taken)
        place = next(free, None)
        if place is not None and len(found) < MOST_OTHERWISE:
            taken |= said.places(place.turn, place.quote)
            found[item] = _advice(item, place, traces.cost(place.turn))
    return found


def _doubtful(item: Item, card: Scorecard) -> bool:
    """Say whether it may have been there all the same: rules miss much of it, and the talk was fair.

    In a rubric below `POOR` what rules do not see is missing in 19 of 20 cases.
    """
    by_rules = card.provenance.evaluator == RULES_JUDGE and item.finding.verdict == "not_observed"
    return by_rules and (item.score or 0.0) >= POOR and often_missed(item.finding.behaviour)


def _missing(items: Sequence[Item], faults: Iterable[Item]) -> dict[Item, Advice]:
    """Give advice on what was not done, what would bring most first, spread over the rubrics.

    One a criterion: each time the one that would bring most, where a rubric that had its share
    counts less. None of a criterion with a fault that is told: "no day for the promise" and
    "promise something by a day" are one advice said twice.
    """
    told = {id(item.criterion) for item in faults}
    open_ = _ranked(item for item in items if id(item.criterion) not in told)
    used: dict[str, int] = {}
    found: dict[Item, Advice] = {}
    while open_ and len(found) < MOST_MISSING:
        item = max(open_, key=lambda item: item.rank[0] / (1 + used.get(item.rubric, 0)))
        open_ = [other for other in open_ if other.criterion is not item.criterion]
        used[item.rubric] = used.get(item.rubric, 0) + 1
        found[item] = _advice(item)
    return found


def _advice(item: Item, place: Cited | None = None, cost: str | None = None) -> Advice:
    behaviour = item.behaviour
    return Advice.of_valid(
        rubric=item.rubric,
        behaviour=item.finding.behaviour,
        turn=place.turn if place else None,
        quote=place.quote if place else None,
        what=item.told,
        instead=behaviour.instead if behaviour else f"Aim at this: {item.best}",
        why=cost or (behaviour.praise if behaviour else None),
        cost=item.cost.alone if item.cost else None,
    )


def _next_step(
    candidates: Mapping[Item, Advice],
    seen: Sequence[Advice],
    rubrics: Sequence[Rubric],
    played: Scenario | None,
) -> NextStep | None:
    """Choose the one thing that costs most where most is to be gained, and what trains it.

    `seen` is what the traces of a session show: it goes first, even if no judge saw it.
    """
    if seen:
        return _step(seen[0], _scenario(None, seen[0].rubric, rubrics, played))
    if not candidates:
        return None
    item = max(candidates, key=_urgency)
    return _step(candidates[item], _scenario(item, item.rubric, rubrics, played))


def _step(advice: Advice, scenario: str | None) -> NextStep:
    return NextStep.of_valid(
        rubric=advice.rubric,
        behaviour=advice.behaviour,
        what=advice.what,
        instead=advice.instead,
        scenario=scenario,
    )


def _urgency(item: Item) -> tuple[bool, float, float]:
    """Weigh a cost by how far its rubric is from 5: the next step is no polish of what went well."""
    cost, points = item.rank
    room = 5 - (item.score or 0.0)
    grave = item.hurts and points >= GRAVE
    return (grave, cost * room * (FAULT_FIRST if item.hurts else 1.0), points)


def _scenario(
    item: Item | None, rubric: str, rubrics: Sequence[Rubric], played: Scenario | None
) -> str | None:
    """Give the scenario that trains a criterion; rather not the one that was just played."""
    named = [item.criterion.practise if item else None, played.parallel if played else None]
    named += [c.practise for r in rubrics if r.id == rubric for c in r.criteria]
    known = [name for name in named if name is not None]
    fresh = [name for name in known if played is None or name != played.id]
    return next(iter(fresh or known), None)
