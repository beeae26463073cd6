"""What a rule is: a function that sees one behaviour in a talk and cites where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Literal

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.talk import Line, Said, Talk

Missing = Literal["not_observed", "no_opportunity"]
Rule = Callable[[Talk], "list[Cited] | Missing"]

MOST_CITED = 3
"""A behaviour is seen or not: more places prove nothing more."""

ECHO_STEMS = 3
ECHO_SHARE = 0.75
"""A sentence of so many words of content, of which so many are the stakeholder's, says them back."""


def shown(cited: Iterable[Cited]) -> list[Cited] | Missing:
    """Give the first places that show a behaviour, or say that it was not observed."""
    return list(islice(cited, MOST_CITED)) or "not_observed"


def own_statements(talk: Talk) -> Iterator[tuple[Line, Said]]:
    """Yield the statements that say more than the stakeholder's words back, each with its turn."""
    for line in talk.lines:
        for said in line.said:
            if not said.asks and not _says_back(line, said):
                yield line, said


def _says_back(line: Line, said: Said) -> bool:
    shared = len(said.stems & line.earlier_stems)
    echo = len(said.stems) >= ECHO_STEMS and shared >= ECHO_SHARE * len(said.stems)
    return echo or Move.PLAYBACK in said.does
