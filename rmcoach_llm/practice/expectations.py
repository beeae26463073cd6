"""What should hold of playtests: skill finds out, and the stakeholder stays who they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rmcoach_llm.domain import PlaytestResult

LATEST_TURN = 16
"""The trainee's turn by which a discoverer has reached the root need."""

DISCOVERER, AVERAGE = "discoverer", "average"

NEVER = {
    "repeated_lines": "a line was said twice, word for word",
    "leaks": "something was given away that is not earned",
    "role_flips": "the role was left",
    "coaching": "the trainee was coached",
    "capitulations": "the stakeholder gave in to a pitch or dropped a doubt unmoved",
    "contradictions": "the stakeholder contradicted what was told",
}


def unmet(results: Iterable[PlaytestResult]) -> list[str]:
    """Say what does not hold, each with scenario, trainee and figure; empty when all does.

    Results of one scenario stand together. What was left unscored is unmet too.
    """
    found: list[str] = []
    for _, group in groupby(results, key=lambda result: result.scenario):
        of_scenario = list(group)
        for result in of_scenario:
            found += [_told(result, why) for why in _alone(result)]
        found += _in_order(of_scenario)
    return found


def _told(result: PlaytestResult, why: str) -> str:
    return f"{result.scenario}, {result.trainee}: {why}"


def _alone(result: PlaytestResult) -> Iterator[str]:
    if result.unscored is not None:
        yield f"unscored, the talk broke off: {result.unscored}"
        return
    yield from (
        f"{why} ({count} times)" for name, why in NEVER.items() if (count := getattr(result, name))
    )
    if result.trainee == DISCOVERER:
        turn = result.root_need_turn
        if turn is None or turn > LATEST_TURN:
            when = f"only at turn {turn}" if turn else f"not in {result.turns} turns"
            yield f"should reach the root need by turn {LATEST_TURN}, reached it {when}"
    elif result.trainee == AVERAGE:
        if result.root_need_reached:
            yield f"should not reach the root need, reached it at turn {result.root_need_turn}"
        if not (result.facts_earned or 0) - (result.deep_facts_earned or 0):
            yield "should hear symptoms, heard none"
    elif result.deep_facts_earned:
        yield f"should earn no deep fact, earned {result.deep_facts_earned}"


def _in_order(results: Sequence[PlaytestResult]) -> Iterator[str]:
    """Say where less skill earned as much as more."""
    earned = {r.trainee: r.facts_earned for r in results if r.facts_earned is not None}
    pairs = [(DISCOVERER, AVERAGE)]
    pairs += [(AVERAGE, r.trainee) for r in results if r.trainee not in (DISCOVERER, AVERAGE)]
    for better, worse in pairs:
        if better not in earned or worse not in earned:
            continue
        if earned[worse] >= earned[better]:
            yield (
                f"{results[0].scenario}, {worse}: earned {earned[worse]} facts,"
                f" and the {better} trainee {earned[better]}"
            )
