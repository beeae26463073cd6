"""Verify claims: a behaviour is observed only where its quote stands in the trainee's turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from rmcoach_llm.domain import Behaviour, Evidence, Finding, Transcript, clean_text
from rmcoach_llm.evaluators.screening import Screening, without
from rmcoach_llm.language.quotes import folded_together, long_enough, may_stand_in, occurrences

SHOWN_CHARACTERS = 60
"""So much of a rejected quote stands in the note."""


class Cited(NamedTuple):
    """Hold a quote and its turn (from 0) as an evaluator claims them: both may be wrong."""

    turn: int
    quote: str


class Claim(NamedTuple):
    """Hold what an evaluator says of one behaviour, before its quotes are verified."""

    behaviour: str
    verdict: Literal["observed", "not_observed", "no_opportunity"]
    cited: tuple[Cited, ...] = ()
    confidence: float | None = None


Place = tuple[int, int, int]
"""A turn's number, and start and end of a quote in it."""


class Grounds:
    """Hold what the claims on one transcript are verified with; each quote is looked for once."""

    def __init__(self, transcript: Transcript, screening: Screening) -> None:
        self._transcript = transcript
        self._screening = screening
        self._checked: dict[Cited, tuple[Evidence | None, str | None]] = {}

    @cached_property
    def _together(self) -> str:
        return folded_together(turn.text for turn in self._transcript.turns)

    def check(self, cited: Cited) -> tuple[Evidence | None, str | None]:
        """Give the evidence, if it is real, and a note where something was wrong."""
        found = self._checked.get(cited)
        if found is None:
            found = _check(cited, self._transcript, self._screening, self._anywhere)
            self._checked[cited] = found
        return found

    def _anywhere(self, quote: str) -> list[Place]:
        """Give the places of a quote in all turns; most that are wrongly cited stand in none."""
        if not may_stand_in(quote, self._together):
            return []
        return _places(quote, self._transcript, range(len(self._transcript.turns)))


def ground(claim: Claim, grounds: Grounds, told: Behaviour | None = None) -> Finding:
    """Give the finding that a claim supports: an observed one without a real quote is unverified.

    A quote must stand word for word in a turn of the trainee; white space, case and typographic
    signs are forgiven. It needs 3 words, 12 characters, or all of the turn that is not
    suspect, and may not lie in suspect text. A wrong turn number is mended where exactly one other turn of the trainee has
    the words, and noted; words of somebody else's cited turn are rejected. The finding quotes
    the transcript, not the claim. With `told` it carries the words and points of the behaviour.
    """
    statement, points = (told.statement, told.effect) if told is not None else (None, None)
    if claim.verdict != "observed":
        return _without_quote(claim.behaviour, claim.verdict, claim.confidence, statement, points)
    real: dict[tuple[int, str], Evidence] = {}
    noted: dict[str, None] = {}
    for cited in claim.cited:
        evidence, note = grounds.check(cited)
        if evidence is not None:
            real[evidence.turn, evidence.quote] = evidence
        if note:
            noted[note] = None
    best, *also = real.values() if real else (None,)
    return Finding.of_valid(
        behaviour=claim.behaviour,
        verdict="unverified" if best is None else "observed",
        turn=None if best is None else best.turn,
        quote=None if best is None else best.quote,
        also=tuple(also),
        confidence=claim.confidence,
        note="; ".join(noted) or ("no quote given" if best is None else None),
        statement=statement,
        points=points,
    )


@lru_cache(maxsize=4_096)
def _without_quote(
    behaviour: str,
    verdict: Literal["not_observed", "no_opportunity"],
    confidence: float | None,
    statement: str | None,
    points: float | None,
) -> Finding:
    """Give a finding without a quote: there are few, and most of a scorecard are such."""
    return Finding(
        behaviour=behaviour,
        verdict=verdict,
        confidence=confidence,
        statement=statement,
        points=points,
    )


def evidence_rate(findings: Iterable[Finding]) -> float | None:
    """Give the share of claimed behaviours whose quote was found; None where none was claimed.

    A quote that a second look refused was found all the same.

    >>> evidence_rate([Finding(behaviour="a", verdict="unverified", note="not found")])
    0.0
    """
    claimed = [f for f in findings if f.verdict in ("observed", "unverified")]
    found = [f for f in claimed if f.verdict == "observed" or f.checked == "refused"]
    return round(len(found) / len(claimed), 4) if claimed else None


def _check(
    cited: Cited,
    transcript: Transcript,
    screening: Screening,
    anywhere: Callable[[str], list[Place]],
) -> tuple[Evidence | None, str | None]:
    named = f"turn {cited.turn}" if cited.turn >= 0 else "no turn"
    places, moved = _places(cited.quote, transcript, [cited.turn]), None
    if not places:
        places = anywhere(cited.quote)
        moved = f"cited {named}, stands in another"
    own = [place for place in places if transcript.turns[place[0]].role == "trainee"]
    if not own:
        where = "is not the trainee's" if places else "stands in no turn"
        return None, _noted(cited, where)
    if moved and len({index for index, _, _ in own}) > 1:
        return None, _noted(cited, f"cites {named}, and stands in several others")
    index = own[0][0]
    text = transcript.turns[index].text
    spans = screening.suspects.get(index, ())
    if not long_enough(cited.quote, without(text, spans) if spans else text):
        return None, _noted(cited, "is too short to show anything")
    clean = [
        (start, end)
        for _, start, end in own
        if not any(start < bad.end and bad.start < end for bad in spans)
    ]
    if not clean:
        return None, _noted(cited, "lies in text that is suspected of addressing the grader")
    start, end = clean[0]
    return Evidence.of_valid(turn=index, quote=text[start:end]), moved


def _noted(cited: Cited, problem: str) -> str:
    return f"'{clean_text(cited.quote[:SHOWN_CHARACTERS])}' {problem}"


def _places(quote: str, transcript: Transcript, turns: Iterable[int]) -> list[Place]:
    """Give turn, start and end of each place in some turns where a quote stands, whoever says it."""
    return [
        (index, start, end)
        for index in turns
        if 0 <= index < len(transcript.turns)
        for start, end in occurrences(quote, transcript.turns[index].text)
    ]
