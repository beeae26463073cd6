"""A scenario whose stakeholder holds something against a proposal."""

from __future__ import annotations

from rmcoach_llm.domain import Objection, Unlock
from rmcoach_llm.library import Library

OBJECTION = Objection(
    topic="the last tool",
    statement="The last tool from IT doubled the work, and she pays for no other without proof.",
    cues=("last tool", "proof"),
    moved_by=("source", "trade_off"),
    raised=("The last one that you people brought doubled our work.",),
    held=("That proves nothing.", "I have heard that before.", "And who says so?"),
    moved=("Good. That I can believe.",),
)
FINANCE = Library().scenario("finance-close-report")
QUICK = FINANCE.model_copy(
    update={
        "objection": OBJECTION,
        "facts": tuple(fact.model_copy(update={"unlock": Unlock()}) for fact in FINANCE.facts),
    }
)
"""Holds an objection, and all its facts are free: any play gets as far as the objection."""
