"""What the local listener makes of a line that stands alone, for those who write scenarios."""

from __future__ import annotations

from typing import Any, NamedTuple

from rmcoach_llm.domain import Move, QuestionKind, Scenario
from rmcoach_llm.language.moves import moves_of
from rmcoach_llm.language.topics import Ranked, decide
from rmcoach_llm.practice.asked import topics_of
from rmcoach_llm.practice.listeners import LONGEST_LINE, asking, is_off_topic, is_pitch

QUESTION_TYPES = (Move.OPEN_QUESTION, Move.CLOSED_QUESTION)


class Alone(NamedTuple):
    """Hold what is heard in a line; `ranked` has all facts, whether or not one is asked for."""

    text: str
    moves: tuple[Move, ...]
    question_type: str
    kinds: tuple[QuestionKind, ...]
    ranked: tuple[Ranked, ...]
    asked: tuple[str, ...]
    asks_back: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Give it as JSON data."""
        ranked = [{"fact": item.fact, "score": round(item.score, 6)} for item in self.ranked]
        return self._asdict() | {"ranked": ranked}


def hear_alone(scenario: Scenario, line: str) -> Alone:
    """Hear a line by its words alone, as if every fact could be told and nothing had been said.

    In a talk, what is known, what the last answer led to and what was asked back count, too; and
    a question without a topic of its own is after the next thing of its kind.
    """
    if not line.strip():
        return Alone(line, (), "none", (), (), (), ())
    heard = line[:LONGEST_LINE]
    found = moves_of(heard)
    question, asks, _ = asking(heard, found)
    ranked = topics_of(scenario).rank(question)
    best, pair = decide(ranked) if asks.asks else ((), ())
    moves = set(found.moves)
    moves |= {Move.PITCH} if is_pitch(scenario, heard, found) else set()
    moves |= {Move.OFF_TOPIC} if is_off_topic(scenario, heard, found, bool(best or pair)) else set()
    return Alone(
        text=line,
        moves=tuple(move for move in Move if move in moves),
        question_type=next((t.split("_")[0] for t in QUESTION_TYPES if t in moves), "none"),
        kinds=found.kinds,
        ranked=ranked,
        asked=tuple(item.fact for item in best),
        asks_back=tuple(item.fact for item in pair),
    )
