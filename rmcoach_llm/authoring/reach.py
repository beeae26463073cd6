"""Play a scenario as the best of trainees would: what comes out at all, and how soon.

The rules of the talk decide (`disclosure.advance`); the trainee asks each fact with its own
kinds of question, plays every answer back, follows it up and acknowledges it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rmcoach_llm.authoring.page import Page
from rmcoach_llm.disclosure import TRUST, advance, begin, may_tell
from rmcoach_llm.domain import Fact, Heard, Match, Move, Scenario, Stance
from rmcoach_llm.language.moves import moves_of
from rmcoach_llm.library.problem import Problem, quoted

MOST_A_TURN = 2
"""Points of trust that one turn can earn (see `disclosure`); more evidence would be wasted."""

SHARE_OF_TURNS = 0.6
"""The best of trainees wastes no turn; a good one needs about half as many again."""


@dataclass(frozen=True)
class Course:
    """Tell how the ideal talk went: at which turn (from 1) each fact came out; the last stance."""

    told: dict[str, int]
    last: Stance


def ideal_course(scenario: Scenario) -> Course:
    """Play until nothing more comes out: the root need and what leads to it first.

    The time of the talk is left out of account, so that what time hides is told apart from what
    the locks hide for ever.
    """
    timeless = scenario.model_copy(update={"turns": 10_000, "objection": None})
    stance, told, turn = begin(timeless), dict[str, int](), 0
    while stance.ended is None and (heard := _line(timeless, stance)) is not None:
        turn += 1
        stance, cue = advance(timeless, stance, heard, turn=turn)
        if cue.tell is not None:
            told[cue.tell.id] = turn
    return Course(told, stance)


def reach_problems(page: Page) -> Iterator[Problem]:
    """Yield the facts that never come out, by the rules or by the sample questions."""
    scenario = page.scenario
    course = ideal_course(scenario)
    for index, fact in enumerate(scenario.facts):
        if fact.id not in course.told:
            yield page.fault(("facts", index, "unlock"), _why_locked(fact, course))
        elif (heard_as := _kinds_missed(fact)) is not None:
            yield page.fault(("facts", index, "asks_like"), heard_as)
    place = next(i for i, fact in enumerate(scenario.facts) if fact.root)
    turns = course.told.get(scenario.root_need.id)
    if turns is not None and turns > SHARE_OF_TURNS * scenario.turns:
        message = (
            f"the root need comes out at turn {turns} at the earliest, and the talk ends after "
            f"{scenario.turns}; lower a lock, shorten the chain before it, or raise 'turns'"
        )
        yield page.warn(("facts", place, "unlock"), message)


def _line(scenario: Scenario, stance: Stance) -> Heard | None:
    """Give the trainee's next line: the best question, with all evidence that still counts.

    Gives None when there is nothing left to ask and nothing left to show.
    """
    evidence = _evidence(stance)
    asked = next((f for f in _wished(scenario) if _comes_out(scenario, stance, evidence, f)), None)
    if asked is None:
        return evidence if evidence.moves else None
    match = Match(fact=asked.id, confidence=1.0)
    return evidence.model_copy(update={"asked": (match,), "kinds": asked.unlock.kinds})


def _wished(scenario: Scenario) -> list[Fact]:
    """Give the facts in the order in which they are wished for: what leads to the root first."""
    leading, pending = set[str](), [scenario.root_need.id]
    while pending:
        name = pending.pop()
        leading.add(name)
        pending += [before for before in scenario.fact(name).unlock.after if before not in leading]
    return sorted(scenario.facts, key=lambda fact: fact.id not in leading)


def _comes_out(scenario: Scenario, stance: Stance, evidence: Heard, fact: Fact) -> bool:
    after, _ = advance(scenario, stance, evidence)
    asked = evidence.model_copy(update={"kinds": fact.unlock.kinds})
    return may_tell(scenario, stance.model_copy(update={"trust": after.trust}), asked, fact.id)


def _evidence(stance: Stance) -> Heard:
    """Give the evidence that still counts, at most as much as one turn can earn.

    What is tied to the last answer goes first, as it is lost with the next one.
    """
    earned, last = 0, stance.last_fact
    moves: list[Move] = []
    played_back: tuple[str, ...] = ()

    def fresh(key: str) -> bool:
        return key not in stance.rewarded and earned < MOST_A_TURN

    for move in (Move.FOLLOW_UP, Move.ACKNOWLEDGEMENT):
        if last is not None and fresh(f"{move.value}:{last}"):
            moves.append(move)
            earned += TRUST[move.value]
    first = not any(key.startswith("playback:") for key in stance.rewarded)
    unplayed = (fact for fact in stance.known if fresh(f"playback:{fact}"))
    if (fact := next(unplayed, None)) is not None:
        moves.append(Move.PLAYBACK)
        played_back = (fact,)
        earned += TRUST["first_playback" if first else "playback"]
    for move in (Move.COMMITMENT, Move.ADMITTED_LIMIT):
        if stance.rewarded and fresh(move.value):
            moves.append(move)
            earned += TRUST[move.value]
    return Heard(moves=tuple(moves), played_back=played_back, follows=last)


def _why_locked(fact: Fact, course: Course) -> str:
    waits = [quoted(before) for before in fact.unlock.after if before not in course.told]
    if waits:
        return f"{quoted(fact.id)} never comes out, as it waits for {', '.join(waits)}"
    return (
        f"{quoted(fact.id)} never comes out: it asks for trust {fact.unlock.trust}, and all that "
        f"can be told before it earns {course.last.trust}; lower 'trust', or let it come later"
    )


def _kinds_missed(fact: Fact) -> str | None:
    """Say that no sample question is of a kind that unlocks its fact; None where one is."""
    wanted = set(fact.unlock.kinds)
    if not wanted or any(wanted & set(moves_of(question).kinds) for question in fact.asks_like):
        return None
    kinds = ", ".join(kind.value for kind in fact.unlock.kinds)
    return (
        f"none of the questions is heard as of kind {kinds}, which {quoted(fact.id)} asks for; "
        "reword some, or take 'kinds' out"
    )
