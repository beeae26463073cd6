"""What could help a trainee on, at any moment of a talk; it gives away nothing of the case."""

from __future__ import annotations

from rmcoach_llm.disclosure import MOST_UNHEARD
from rmcoach_llm.domain import Act, Layer, Scenario, Stance

BEGIN = (
    "Ask how things run today, in a few plain words: what happens, how long it takes, who does it."
)
SAY_BACK = (
    "They hold back until they feel heard. Say their last answer back in a sentence, with its"
    " figure, and ask whether you got it right; then ask on."
)
ASK_PLAINLY = "Ask one thing in few words, with a question mark: what, how, who, when, why."
GO_ON = (
    "Stay with the last answer: say it back, or ask what follows from it, how often, and for whom."
)
NO_SOLUTION = "Leave solutions for later. Ask what happened that made them want this one."
NO_PUSHING = "Pushing brings nothing. Take up what they told you, and ask about that."
SAID_WRONGLY = "You said something back that they had not said. Ask for the figure again."
NOT_THEIR_WORDS = (
    "They could not tell whether you mean what they told you. Say it back with a figure or two words"
    " of theirs, or ask what you are not sure of."
)
NOT_ASKED = "They have not told you yet {topics}."

AFTER = {
    Act.GUARDED: SAY_BACK,
    Act.UNCLEAR: ASK_PLAINLY,
    Act.HOLLOW: ASK_PLAINLY,
    Act.PUZZLED: NOT_THEIR_WORDS,
    Act.ASK_BACK: "Say which of the two you mean, or put your question in other words.",
    Act.OFF_TOPIC: BEGIN,
    Act.PITCH: NO_SOLUTION,
    Act.PRESSURE: NO_PUSHING,
    Act.WRONG: SAID_WRONGLY,
    Act.RETELL: GO_ON,
    Act.REPEAT: GO_ON,
    Act.TELL: GO_ON,
}
"""What helps after each act of the stakeholder; after any other, what has not been asked for."""

AIMS = {
    Layer.SYMPTOM: "how things run today",
    Layer.NEED: "what they need, behind what they want",
    Layer.CONSTRAINT: "what limits an answer",
    Layer.DECISION: "who decides, and what convinces them",
    Layer.SUCCESS_MEASURE: "how they will know that it has worked",
}
"""What each brief says that a trainee is to find out, in the order of a talk."""


def hint(scenario: Scenario, stance: Stance, act: Act | None) -> str:
    """Give advice on the next line; `act` is what the stakeholder did last, None at the start.

    >>> from rmcoach_llm.disclosure import begin
    >>> from rmcoach_llm.library import Library
    >>> scenario = Library().scenario("finance-close-report")
    >>> hint(scenario, begin(scenario), None) == BEGIN
    True
    """
    if act is None:
        return BEGIN
    if stance.unheard >= MOST_UNHEARD:
        return SAY_BACK
    if act in AFTER:
        return AFTER[act]
    out = {scenario.fact(fact).layer for fact in stance.known}
    missing = [aim for layer, aim in AIMS.items() if layer not in out]
    return NOT_ASKED.format(topics=missing[0]) if missing else GO_ON
