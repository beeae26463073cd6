"""The listener that needs no model: rules for moves, words for topics."""

from __future__ import annotations

from rmcoach_llm.domain import Heard, Move, Scenario, Stance, Transcript
from rmcoach_llm.language.moves import Moves, is_check, is_request, moves_of
from rmcoach_llm.language.words import sentences, stems
from rmcoach_llm.practice.asked import topics_of, what_is_asked
from rmcoach_llm.practice.listening import follows_answer, playback, speaks_to_objection
from rmcoach_llm.protocols import Parts

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
    right, wrong = playback(scenario, transcript, stance, found)
    if not right and not wrong:
        moves.discard(Move.PLAYBACK)
    if is_pitch(scenario, line, found):
        moves.add(Move.PITCH)
    follows = follows_answer(scenario, transcript, stance, found)
    if follows is not None:  # what was said before the question may be what takes it up
        moves.add(Move.FOLLOW_UP if found.asks else Move.ACKNOWLEDGEMENT)
    asked, unsure = what_is_asked(scenario, stance, *asking(line, found, bool(right or wrong)))
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


def shortened(transcript: Transcript) -> Transcript:
    """Cut the last line to what is listened to."""
    *before, last = transcript.turns
    cut = last.model_copy(update={"text": last.text[:LONGEST_LINE]})
    return transcript.model_copy(update={"turns": (*before, cut)})


def asking(line: str, found: Moves, played_back: bool = False) -> tuple[str, Moves]:
    """Give what is asked about the case.

    Left out: a playback with its "did I get that right?", and a request, which asks to do
    something ("could we sit with your clerks on Tuesday?").
    """
    seen = found.first(Move.PLAYBACK) if played_back else None
    checks = any(is_check(part.plain) for part in sentences(line))
    if seen is None and not checks and not found.did(Move.REQUEST):
        return line, found
    rest = line if seen is None else line[: seen.start] + " " + line[seen.end :]
    kept = [s.plain for s in sentences(rest) if not is_check(s.plain) and not is_request(s.plain)]
    return " ".join(kept), moves_of(" ".join(kept))


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
