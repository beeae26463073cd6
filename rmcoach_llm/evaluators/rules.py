"""What a rule is: a function that sees one behaviour in a talk and cites where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Literal

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.talk import Talk

Missing = Literal["not_observed", "no_opportunity"]
Rule = Callable[[Talk], "list[Cited] | Missing"]

MOST_CITED = 3
"""A behaviour is seen or not: more places prove nothing more."""


def shown(cited: Iterable[Cited]) -> list[Cited] | Missing:
    """Give the first places that show a behaviour, or say that it was not observed."""
    return list(islice(cited, MOST_CITED)) or "not_observed"
