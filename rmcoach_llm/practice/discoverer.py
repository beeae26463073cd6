"""The trainee who finds out: asks openly, takes answers up, plays them back, comes back later."""

from __future__ import annotations

from itertools import cycle

from rmcoach_llm.domain import Act, Fact, Layer, Scenario, Turn
from rmcoach_llm.language.words import stems
from rmcoach_llm.practice.playing_back import said_back, taken_up
from rmcoach_llm.practice.trainee_script import (
    Line,
    Script,
    by_modesty,
    presupposes,
    told,
)

MOST_TRIES = 3
"""Ways in which one thing is asked before it is let go."""

WAIT = 2
"""Turns between a refusal and the second try."""

ORDER = (
    Layer.SYMPTOM,
    Layer.WANT,
    Layer.NEED,
    Layer.CONSTRAINT,
    Layer.DECISION,
    Layer.SUCCESS_MEASURE,
)
GREETING = "Good morning, and thank you for making the time."
FAREWELL = "Thank you, that helps me a great deal. I will send you a summary by Friday. Goodbye."
ACKNOWLEDGED = ("I see", "I understand", "I hear you")
CHECKS = ("Did I get that right?", "Is that right?", "Is that correct?")
SHOWS_GOOD_FAITH = (
    "I do not know yet what can be done about that, and I would have to check before I promise.",
    "I will send you my notes of what you have told me by Friday, so that you can correct them.",
)
PROPOSAL = "Then I would suggest that we begin with a small trial of exactly that."
TAKEN_SERIOUSLY = (
    "I take that seriously: {0}.",
    "That must not happen again: {0}.",
    "It is a fair worry: {0}.",
    "I keep that in mind: {0}.",
)
EVIDENCE = (
    "According to the records of a comparable firm, it took 3 people 6 weeks and nothing was lost.",
    "I will bring you that in writing by Friday, with my name under it.",
    "I cannot promise that it never happens, and I would have to check that with our own people.",
    "The downside is that it means more work for my side in the first month.",
)
"""Answers to a doubt, each another kind of evidence."""


def discoverer(scenario: Scenario) -> Script:
    """Play the trainee who reaches the need: symptoms first, then what lies behind them.

    Once all is asked he proposes something, and answers the doubt that meets it with evidence.
    """
    mind = _Mind(scenario)
    greeting = GREETING
    while (asked := mind.next_question()) is not None:
        fact, question = asked
        line = f"{greeting or mind.reaction()} {question}".strip()
        greeting = ""
        mind.hear((yield Line(line, fact.id)), fact)
        if (choice := mind.choice(fact)) is not None:
            mind.hear((yield Line(choice, fact.id)), fact)
        while mind.must_earn_trust():
            mind.hear((yield Line(mind.good_faith())), None)
    if mind.knows(scenario.root_need):
        yield from _propose()
    yield Line(FAREWELL)


def _propose() -> Script:
    """Propose a trial; bring evidence against the doubt that it meets until it is let go."""
    doubt = yield Line(PROPOSAL)
    if _act_of(doubt) is not Act.RAISE_OBJECTION:
        return
    for form, evidence in zip(TAKEN_SERIOUSLY, EVIDENCE, strict=True):
        answer = yield Line(f"{form.format(said_back(doubt.text))} {evidence}")
        if _act_of(answer) is Act.DROP_OBJECTION:
            return


def _act_of(answer: Turn | None) -> Act | None:
    return answer.trace.act if answer is not None and answer.trace is not None else None


class _Mind:
    """Remember what was asked, told and refused, and choose what to say next."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        texts = [*scenario.brief, scenario.opening, scenario.title]
        self._heard = {s for text in texts for s in stems(text)}
        self._asked: set[str] = set()
        self._tries: dict[str, int] = {}
        self._refused: dict[str, list[int]] = {}
        self._told: list[str] = []
        self._answers: dict[str, str] = {}
        self._unplayed: list[str] = []
        self._faith = list(SHOWS_GOOD_FAITH)
        self._forms = cycle(ACKNOWLEDGED)
        self._checks = cycle(CHECKS)
        self._turn = 0
        self._last: Turn | None = None
        self._plays_back = False

    def hear(self, answer: Turn, fact: Fact | None) -> None:
        """Take in an answer; `fact` is what was asked for."""
        self._turn += 1
        self._last = answer
        self._heard |= set(stems(answer.text))
        new = told(answer)
        if new is not None and new not in self._told:
            self._told.append(new)
            self._answers[new] = answer.text
            self._unplayed.append(new)
        if fact is not None and _act_of(self._last) is Act.GUARDED:
            self._refused.setdefault(fact.id, []).append(self._turn)

    def knows(self, fact: Fact) -> bool:
        """Say whether a fact was told."""
        return fact.id in self._told

    def next_question(self) -> tuple[Fact, str] | None:
        """Choose what to ask for, and a question that has not been asked."""
        for fact in sorted(self._open_facts(), key=self._rank):
            questions = [q for q in self._fitting(fact) if q not in self._asked]
            if questions:
                self._asked.add(questions[0])
                self._tries[fact.id] = self._tries.get(fact.id, 0) + 1
                return fact, questions[0]
        return None

    def _open_facts(self) -> list[Fact]:
        return [fact for fact in self._scenario.facts if self._may_ask(fact)]

    def _may_ask(self, fact: Fact) -> bool:
        """Say whether a thing is worth asking: not told, its thread begun, not refused just now."""
        refused = self._refused.get(fact.id, [])
        return (
            fact.id not in self._told
            and all(before in self._told for before in fact.unlock.after)
            and self._tries.get(fact.id, 0) < MOST_TRIES
            and len(refused) < 2
            and (not refused or self._turn - refused[-1] >= WAIT)
        )

    def _rank(self, fact: Fact) -> tuple[int, bool, bool, int]:
        """Sort by layer, the need before other needs, and by the thread of the last answer."""
        follows = bool(self._told) and self._told[-1] in fact.unlock.after
        place = self._scenario.facts.index(fact)
        return ORDER.index(fact.layer), not fact.root, not follows, place

    def _fitting(self, fact: Fact) -> list[str]:
        """Give the sample questions that fit the talk so far, best first."""
        follows = bool(self._told) and self._told[-1] in fact.unlock.after
        fitting = [q for q in fact.asks_like if follows or not presupposes(q)]
        return by_modesty(fitting, fact, heard=frozenset(self._heard))

    def reaction(self) -> str:
        """React to the last answer before the next question: by turns with a playback."""
        if _act_of(self._last) is Act.WRONG:
            return "I am sorry, then I got that wrong."
        if self._last is None or told(self._last) is None:
            return ""
        self._plays_back = not self._plays_back
        if self._plays_back and self._unplayed:
            return self._playback()
        clause = taken_up(self._last.text)
        return f"{next(self._forms)}{'.' if clause[0].isupper() else ','} {clause}."

    def _playback(self) -> str:
        answer = said_back(self._answers[self._unplayed.pop()])
        # A capital may be a name: then the answer stays a sentence of its own.
        frame = "Let me play that back." if answer[0].isupper() else "So"
        return f"{frame} {answer}. {next(self._checks)}"

    def choice(self, fact: Fact) -> str | None:
        """Answer "do you mean ... or ...?" where what was meant is among them."""
        offered = self._last.trace.stance.offered if self._last and self._last.trace else ()
        if fact.id not in offered:
            return None
        return f"The {'second' if offered.index(fact.id) else 'first'} of the two, please."

    def must_earn_trust(self) -> bool:
        """Say whether there is nothing left to ask but what was refused, and faith to be shown."""
        waiting = [
            f for f, turns in self._refused.items() if len(turns) < 2 and f not in self._told
        ]
        return bool(waiting and not self._open_facts() and (self._unplayed or self._faith))

    def good_faith(self) -> str:
        """Earn trust without a question: by a playback, then by candour and a promise."""
        return self._playback() if self._unplayed else self._faith.pop(0)
