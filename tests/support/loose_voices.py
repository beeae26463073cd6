"""Voices that do what a stakeholder must not, with no guard before them."""

from __future__ import annotations

from collections.abc import Callable

from rmcoach_llm.domain import Cue, Scenario, Speech, Transcript
from rmcoach_llm.protocols import OnText

Phrase = Callable[[Scenario, Cue, int], str]


class LooseVoice:
    """Say what a function makes of scenario, cue and number of the answer."""

    name = "loose"

    def __init__(self, phrase: Phrase) -> None:
        self._phrase = phrase
        self._count = 0

    async def speak(
        self, scenario: Scenario, transcript: Transcript, cue: Cue, *, on_text: OnText | None = None
    ) -> Speech:
        """Give the next line."""
        self._count += 1
        return Speech(text=self._phrase(scenario, cue, self._count))


def plainly(scenario: Scenario, cue: Cue, number: int) -> str:
    """Tell what the cue tells, else put off in words that are new each time."""
    if cue.tell is not None:
        return f"{'Well. ' * (number % 7)}{cue.tell.statement}"
    return f"{'Hm. ' * number}What would you like to know?"


def but(act_line: str) -> Phrase:
    """Tell plainly, and where nothing is to be told say this line."""

    def phrase(scenario: Scenario, cue: Cue, number: int) -> str:
        return plainly(scenario, cue, number) if cue.tell else f"{'Hm. ' * number}{act_line}"

    return phrase
