"""Rules for sources and ways of a proposal, and for what the stakeholder says a full yes to."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules_heard import AGREES_FULLY, reacts
from rmcoach_llm.evaluators.rules_persuasion import own_numbers
from rmcoach_llm.evaluators.talk import Talk
from rmcoach_llm.language.pattern import any_of

LEAST_WORDS = 4
LEAST_STEMS = 2
"""So many words of content say something back; one may be chance."""

SOURCES = any_of(
    r"(?:by|from|in|says?|see) (?:your|their|our|the|his|her) (?:own )?(?:[\w']+ ){0,3}(?:report|log|sheet|count|tally|survey|records?|ledger|statistics|audit|books?|minutes|study|tickets?)",
    r"(?:booked|logged|measured|counted|timed|recorded) (?:it|them|that|by|in|on|at|for|over|last|under)",
    r"\w+ can (?:tell|show|confirm)",
    r"in (?:the )?[a-z]+ (?:plant|branch|hotel|depot|ward|clinic|site)",
)
"""Says where a number stands, was counted or can be asked for."""

WAYS = any_of(
    r"(?:two|three|a couple of) (?:ways|roads|routes|paths|doors|versions|variants|possibilities|choices|options)\b(?!,? like)",
    r"either (?!the one\b)(?!we hire)[^.?!]{12,120}\bor (?!the other\b)\w+",
    r"or (?:else )?(?:we|i|you)(?:'d| would| could|'ll) (?!(?:rather|have to)\b)\w+",
    r"alternatively",
    r"(?:one|the first) (?:is|costs|takes|needs)\b[^.?!]{3,80}\b(?:the other|the second|another)",
)
"""Puts two ways side by side."""


def benefit_sourced(talk: Talk) -> Iterator[Cited]:
    """See a number of one's own, and where it is from, in one sentence."""
    return (said.cited for said in talk.once(own_numbers) if said.finds(SOURCES))


def options_compared(talk: Talk) -> Iterator[Cited]:
    """See two ways put side by side."""
    return talk.matches(WAYS)


def playback(talk: Talk) -> Iterator[Cited]:
    """See what they say a full yes to, where it holds words of theirs."""
    return (
        said.cited
        for line in talk.lines
        if reacts(line, AGREES_FULLY)
        for said in line.said[-1:]
        if not said.asks and len(said.stems & line.earlier_stems) >= LEAST_STEMS
    )


def meaning_reflected(talk: Talk) -> Iterator[Cited]:
    """See what they say a full yes to, where its words are hardly theirs."""
    return (
        said.cited
        for line in talk.lines
        if line.since and reacts(line, AGREES_FULLY)
        for said in line.said[-1:]
        if said.words >= LEAST_WORDS
        and not (said.asks or said.plain.startswith("i "))
        and 2 * len(said.stems & line.earlier_stems) <= len(said.stems)
    )
