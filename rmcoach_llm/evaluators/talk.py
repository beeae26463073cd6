"""Read a transcript once for all rules: the trainee's sentences, and what each of them does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rmcoach_llm.domain import Move, QuestionKind, Transcript
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.screening import Screening, without
from rmcoach_llm.language.injection import Suspect
from rmcoach_llm.language.moves import moves_among
from rmcoach_llm.language.words import sentences, stems

QUESTIONS = frozenset({Move.OPEN_QUESTION, Move.CLOSED_QUESTION})


@dataclass(frozen=True)
class Said:
    """Hold a sentence of the trainee: its words, in small letters too, and what it does."""

    turn: int
    text: str
    plain: str
    does: frozenset[Move | QuestionKind]

    @property
    def asks(self) -> bool:
        """Say whether it is a question."""
        return bool(QUESTIONS & self.does)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Give the stems of the words that carry content."""
        return frozenset(stems(self.plain))

    @property
    def cited(self) -> Cited:
        """Give it as evidence."""
        return Cited(self.turn, self.text)


@dataclass(frozen=True)
class Line:
    """Hold a turn of the trainee; `last` is the stakeholder's turn before, `earlier` all before."""

    turn: int
    said: tuple[Said, ...]
    last: str
    earlier: str

    @cached_property
    def earlier_stems(self) -> frozenset[str]:
        """Give the stems of all that the stakeholder had said before."""
        return frozenset(stems(self.earlier))

    def does(self, *moves: Move | QuestionKind) -> bool:
        """Say whether one of its sentences does one of these."""
        return any(not said.does.isdisjoint(moves) for said in self.said)


@dataclass(frozen=True)
class Talk:
    """Hold the trainee's turns in order; suspect text is left out of all turns.

    `brief` is what the trainee had read before the talk.
    """

    lines: tuple[Line, ...]
    stakeholder: str
    foreign: bool
    brief: str = ""

    def said(self) -> Iterator[Said]:
        """Yield the trainee's sentences in order."""
        return (said for line in self.lines for said in line.said)

    def cites(
        self, *moves: Move | QuestionKind, without: Iterable[Move] = (), asks: bool | None = None
    ) -> Iterator[Cited]:
        """Yield the sentences that do one of `moves` and none of `without`.

        With `asks` only questions (True) or only statements (False).
        """
        barred = frozenset(without)
        for said in self.said():
            if said.does.isdisjoint(moves) or said.does & barred:
                continue
            if asks is None or asks == said.asks:
                yield said.cited

    def matches(self, pattern: re.Pattern[str], *, asks: bool | None = None) -> Iterator[Cited]:
        """Yield the sentences in which a pattern is found; `asks` as in `cites`."""
        for said in self.said():
            if (asks is None or asks == said.asks) and pattern.search(said.plain):
                yield said.cited

    @cached_property
    def proposes(self) -> bool:
        """Say whether the trainee proposes or promises anything that would need backing."""
        return any(line.does(Move.PITCH, Move.OVERCLAIM) for line in self.lines)


def read_talk(transcript: Transcript, screening: Screening, *, brief: str = "") -> Talk:
    """Read a transcript sentence by sentence."""
    lines: list[Line] = []
    earlier, last = "", ""
    heard: set[str] = set()
    foreign = 0
    for index, turn in enumerate(transcript.turns):
        spans = screening.suspects.get(index, ())
        if turn.role == "stakeholder":
            last = without(turn.text, spans)
            earlier = f"{earlier}\n{last}"
            heard |= set(stems(last))
        elif turn.role == "trainee":
            said, other = _sentences(index, turn.text, spans, set(stems(last)), heard)
            foreign += other
            lines.append(Line(index, said, last, earlier))
    return Talk(tuple(lines), earlier, foreign * 2 > len(lines), brief)


def _sentences(
    index: int, text: str, spans: Iterable[Suspect], last: set[str], heard: set[str]
) -> tuple[tuple[Said, ...], bool]:
    moves = moves_among(text, last=last, said=heard)
    made = []
    for part in sentences(text):
        if any(part.start < span.end and span.start < part.end for span in spans):
            continue
        does = {s.what for s in moves.seen if s.start < part.end and part.start < s.end}
        made.append(Said(index, text[part.start : part.end], part.plain, frozenset(does)))
    return tuple(made), moves.did(Move.OTHER_LANGUAGE)
