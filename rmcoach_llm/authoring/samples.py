"""Whether the sample questions lead to their own facts, by the matcher that practice uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from rmcoach_llm.authoring.page import Page
from rmcoach_llm.domain import Fact, Scenario
from rmcoach_llm.language.topics import Topics
from rmcoach_llm.library.problem import Problem, quoted

FEWEST_SAMPLES = 10
"""Sample questions of a fact; with fewer, too many ways to ask are not recognised."""

LED = 0.85
"""Share of the questions that should find their fact while they are left out themselves."""

FAR_OFF = 1.5
"""A wrong fact that scores so many times as much as the right one is no close call."""

TOO_ALIKE = 0.4
"""Share of a fact's questions that may be taken for one other fact."""


@dataclass(frozen=True)
class Outcome:
    """Tell which fact a question is taken for, and how far that is from the right one."""

    fact: str
    sample: int
    taken_for: str
    score: float
    own: float

    @property
    def wrong(self) -> bool:
        """Say whether another fact ranks first."""
        return self.taken_for != self.fact


def left_out(scenario: Scenario) -> tuple[Outcome, ...]:
    """Put each sample question to the matcher as if it were no sample.

    The first question of every fact is left out together, then the second, and so on: the same
    as one at a time, at a tenth of the work.
    """
    most = max(len(fact.asks_like) for fact in scenario.facts)
    found: list[Outcome] = []
    for place in range(most):
        topics = Topics.of(_without(scenario, place))
        found += [
            _outcome(topics, fact, place) for fact in scenario.facts if place < len(fact.asks_like)
        ]
    return tuple(sorted(found, key=lambda outcome: outcome.sample))


def sample_problems(page: Page) -> Iterator[Problem]:
    """Yield facts with too few questions, and questions that lead to another fact."""
    for index, fact in enumerate(page.scenario.facts):
        if len(fact.asks_like) < FEWEST_SAMPLES:
            message = (
                f"{quoted(fact.id)} has {len(fact.asks_like)} questions; write {FEWEST_SAMPLES} "
                "or more, each as another person would ask"
            )
            yield page.warn(("facts", index, "asks_like"), message)
    outcomes = left_out(page.scenario)
    yield from _alike(page, outcomes)
    yield from _astray(page, outcomes)
    yield from _lost(page, outcomes)


def _alike(page: Page, outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    """Yield pairs of facts of which one's questions are often taken for the other's."""
    wrong = Counter((o.fact, o.taken_for) for o in outcomes if o.wrong)
    for index, fact in enumerate(page.scenario.facts):
        for (own, other), count in wrong.items():
            if own == fact.id and count > TOO_ALIKE * len(fact.asks_like):
                message = (
                    f"{count} of the {len(fact.asks_like)} questions of {quoted(own)} are taken "
                    f"for {quoted(other)}; ask with words that only {quoted(own)} has, or make "
                    "the two facts one"
                )
                yield page.warn(("facts", index, "asks_like"), message)


def _astray(page: Page, outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    """Yield questions that lead to another fact, each at its line.

    Two cases: even as a sample of its own fact; or, left out, as surely as others find theirs.
    """
    scenario, topics = page.scenario, Topics.of(page.scenario)
    right = [found.score for found in outcomes if not found.wrong]
    sure = median(right) if right else 0.0
    places = {fact.id: index for index, fact in enumerate(scenario.facts)}
    for found in (outcome for outcome in outcomes if outcome.wrong):
        kept = _outcome(topics, scenario.fact(found.fact), found.sample)
        if kept.wrong:
            message = f"is taken for {quoted(kept.taken_for)} although it stands here"
        elif found.score > max(sure, FAR_OFF * found.own):
            message = (
                f"is taken for {quoted(found.taken_for)} as soon as it is worded a bit otherwise"
            )
        else:
            continue
        path = ("facts", places[found.fact], "asks_like", found.sample)
        yield page.warn(path, f"{message}; move it there, reword it, or add its words to 'cues'")


def _lost(page: Page, outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    """Yield one warning where too many questions find their fact only by being in the file."""
    wrong = [found for found in outcomes if found.wrong]
    share = 1 - len(wrong) / len(outcomes)
    if share < LED:
        worst = Counter(found.fact for found in wrong).most_common(3)
        names = ", ".join(f"{quoted(name)} ({count})" for name, count in worst)
        message = (
            f"left out in turn, {share:.0%} of the sample questions find their fact; {LED:.0%} "
            f"are wanted; add the words that people ask with to 'cues', most of all for {names}"
        )
        yield page.warn(("facts",), message)


def _without(scenario: Scenario, place: int) -> Scenario:
    facts = tuple(
        fact.model_copy(update={"asks_like": fact.asks_like[:place] + fact.asks_like[place + 1 :]})
        for fact in scenario.facts
    )
    return scenario.model_copy(update={"facts": facts})


def _outcome(topics: Topics, fact: Fact, place: int) -> Outcome:
    question = fact.asks_like[place]
    ranked = topics.rank(question)
    own = next(item.score for item in ranked if item.fact == fact.id)
    return Outcome(fact.id, place, ranked[0].fact, ranked[0].score, own)
