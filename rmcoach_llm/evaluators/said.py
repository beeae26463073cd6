"""Find the sentences in which a quote stands, so that none is judged twice."""

from __future__ import annotations

from rmcoach_llm.domain import Transcript
from rmcoach_llm.language.quotes import occurrences
from rmcoach_llm.language.words import Sentence, sentences

Place = tuple[int, int]
"""A turn and the number of a sentence in it, both from 0; -1 is a quote that was not found."""


class Sentences:
    """Give the sentences of a transcript's turns; each turn is split once."""

    def __init__(self, transcript: Transcript) -> None:
        self._turns = transcript.turns
        self._split: dict[int, list[Sentence]] = {}
        self._places: dict[tuple[int, str], frozenset[Place]] = {}

    def places(self, turn: int, quote: str) -> frozenset[Place]:
        """Give the places of a quote: it may run over several sentences.

        >>> talk = Transcript.of("t", [("A", "trainee", "Fine. Who decides? And when?")])
        >>> sorted(Sentences(talk).places(0, "decides? And when?"))
        [(0, 1), (0, 2)]
        """
        found = self._places.get((turn, quote))
        if found is None:
            found = self._places[turn, quote] = self._found(turn, quote)
        return found

    def _found(self, turn: int, quote: str) -> frozenset[Place]:
        span = self._span(turn, quote)
        if span is None:
            return frozenset({(turn, -1)})
        start, end = span
        return frozenset(
            (turn, number)
            for number, part in enumerate(self.of(turn))
            if part.start < end and start < part.end
        )

    def of(self, turn: int) -> list[Sentence]:
        """Give the sentences of a turn; none for a turn that is not there."""
        if turn not in self._split:
            there = turn < len(self._turns)
            self._split[turn] = sentences(self._turns[turn].text) if there else []
        return self._split[turn]

    def text(self, turn: int, part: Sentence) -> str:
        """Give the words of a sentence as they were said."""
        return self._turns[turn].text[part.start : part.end]

    def _span(self, turn: int, quote: str) -> tuple[int, int] | None:
        if turn >= len(self._turns):
            return None
        text = self._turns[turn].text
        start = text.find(quote)
        if start >= 0:
            return start, start + len(quote)
        return next(occurrences(quote, text), None)
