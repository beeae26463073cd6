"""The listener that needs no model: rules for moves, words for topics."""

from __future__ import annotations

import re
from typing import NamedTuple

from rmcoach_llm.domain import Heard, Move, Scenario, Stance, Transcript
from rmcoach_llm.language.indirect import put_directly
from rmcoach_llm.language.moves import Moves, is_check, is_request, moves_of
from rmcoach_llm.language.words import plain, sentences, stems
from rmcoach_llm.practice.asked import topics_of, what_is_asked
from rmcoach_llm.practice.listening import follows_answer, playback, speaks_to_objection
from rmcoach_llm.protocols import Parts

ASKS_NOTHING = frozenset(
    {
        Move.COMMITMENT,
        Move.FAREWELL,
        Move.GAME_TALK,
        Move.GIBBERISH,
        Move.OTHER_LANGUAGE,
        Move.PITCH,
        Move.PRESSURE,
    }
)
"""Moves of a line in which nothing is heard as an indirect question."""

SHORTENED = re.compile(r"\b(how|what|who|where|when|why)['\u2019]d\b", re.IGNORECASE)
ASKS_ABOUT_NEED = re.compile(
    r"\b(?:why|what|when|where|how|who|which)\b.*\b(?:do|does|did|would|might) (?:you|your \w+|they|people|it)"
    r" (?:\w+ly |actually )?need\b"
)
"""Asks about a need, "why do you need the tool?", where "you need the tool" would push one."""

LONGEST_LINE = 4_000
"""Characters of a line that are listened to; people stop listening well before."""


def create_language_listener(parts: Parts) -> LanguageListener:
    """Make the listener; it needs no parts."""
    del parts
    return LanguageListener()


class LanguageListener:
    """Hear by rules and word likeness; answers at once and always the same."""

    name = "local"

    async def hear(self, scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
        """Judge the trainee's last line; see `hear`."""
        return hear(scenario, transcript, stance)


def hear(scenario: Scenario, transcript: Transcript, stance: Stance) -> Heard:
    """Say what the last turn of a transcript does and which facts it asks for.

    Two topics that are close are both given in `unsure_between`, unless only one of them is
    still unknown: then that one is meant.
    """
    line = transcript.turns[-1].text
    if len(line) > LONGEST_LINE:
        return hear(scenario, shortened(transcript), stance)
    said = [turn.text for _, turn in transcript.of_role("stakeholder")]
    found = moves_of(line, last=said[-1] if said else "", earlier=" ".join(said))
    moves = set(found.moves)
    if _asks_about_need(line, found):
        moves.discard(Move.PITCH)
    right, wrong = playback(scenario, transcript, stance, found)
    if not right and not wrong:
        moves.discard(Move.PLAYBACK)
    if is_pitch(scenario, line, found):
        moves.add(Move.PITCH)
    follows = follows_answer(scenario, transcript, stance, found)
    question = asking(line, found, bool(right or wrong))
    if question.asks_indirectly(found):
        moves.add(Move.OPEN_QUESTION)
    if follows is not None:  # what was said before the question may be what takes it up
        moves.add(
            Move.FOLLOW_UP if Move.OPEN_QUESTION in moves or found.asks else Move.ACKNOWLEDGEMENT
        )
    asked, unsure = what_is_asked(scenario, stance, question.text, question.moves)
    if question.supposed and (follows is not None or any(stance.knows(m.fact) for m in asked)):
        asked, unsure = (), ()  # who supposes what has been said takes it up and asks for nothing
    if is_off_topic(scenario, line, found, bool(asked or unsure)):
        moves.add(Move.OFF_TOPIC)
    return Heard(
        moves=tuple(move for move in Move if move in moves),
        kinds=found.kinds,
        asked=asked,
        unsure_between=unsure,
        played_back=right,
        misplayed=wrong,
        follows=follows,
        speaks_to_objection=speaks_to_objection(scenario, transcript, stance),
    )


def _asks_about_need(line: str, found: Moves) -> bool:
    """Say whether all that looks like a pitch in a line asks what something is needed for."""
    pitches = [plain(line[s.start : s.end]) for s in found.seen if s.what is Move.PITCH]
    return all(ASKS_ABOUT_NEED.search(pitch) for pitch in pitches)


def shortened(transcript: Transcript) -> Transcript:
    """Cut the last line to what is listened to."""
    *before, last = transcript.turns
    cut = last.model_copy(update={"text": last.text[:LONGEST_LINE]})
    return transcript.model_copy(update={"turns": (*before, cut)})


class Asking(NamedTuple):
    """Hold what a line asks about the case, and what that does; `supposed` if it only supposes."""

    text: str
    moves: Moves
    supposed: bool = False

    def asks_indirectly(self, found: Moves) -> bool:
        """Say whether it asks in so many words, though no sentence of the line is a question."""
        return self.moves.asks and not found.asks and not self.supposed


def asking(line: str, found: Moves, played_back: bool = False) -> Asking:
    """Give what is asked about the case, indirect questions put directly.

    Left out: a playback with its "did I get that right?", and a request, which asks to do
    something ("could we sit with your clerks on Tuesday?").
    """
    line = SHORTENED.sub(r"\1 would", line)
    seen = found.first(Move.PLAYBACK) if played_back else None
    checks = any(is_check(part.plain) for part in sentences(line))
    if seen is not None or checks or found.did(Move.REQUEST):
        rest = line if seen is None else line[: seen.start] + " " + line[seen.end :]
        parts = [s.plain for s in sentences(rest)]
        line = " ".join(p for p in parts if not is_check(p) and not is_request(p))
        found = moves_of(line)
    if found.asks or any(found.did(move) for move in ASKS_NOTHING):
        return Asking(line, found)
    put = put_directly(line)
    return Asking(put.text, moves_of(put.text), put.supposed) if put else Asking(line, found)


def is_off_topic(scenario: Scenario, line: str, found: Moves, asked: bool) -> bool:
    """Say whether a line asks, and neither for a fact nor in any word of the scenario."""
    content = set(stems(line))
    strange = len(content) >= 2 and not content & topics_of(scenario).vocabulary
    return found.asks and not asked and strange


def is_pitch(scenario: Scenario, line: str, found: Moves) -> bool:
    """Say whether a line names a ready-made solution and pushes it: it leads, or does not ask."""
    spoken = f" {' '.join(stems(line))} "
    named = any(f" {' '.join(stems(solution))} " in spoken for solution in scenario.solutions)
    return named and (found.did(Move.LEADING_QUESTION) or not found.asks)
