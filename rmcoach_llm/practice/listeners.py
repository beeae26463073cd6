"""The listener that needs no model: rules for moves, words for topics."""

from __future__ import annotations

import re
from typing import NamedTuple

from rmcoach_llm.domain import Heard, Match, Move, Scenario, Stance, Transcript
from rmcoach_llm.language.indirect import put_directly
from rmcoach_llm.language.moves import Moves, is_check, is_request, moves_of
from rmcoach_llm.language.words import plain, sentences, stems
from rmcoach_llm.practice.asked import (
    NOTHING,
    Asked,
    topics_of,
    what_is_asked,
    what_is_hinted,
)
from rmcoach_llm.practice.listening import (
    follows_answer,
    fresh_stems,
    speaks_to_objection,
)
from rmcoach_llm.practice.said_back import (
    LEAST_CONTENT,
    SAYS_NOTHING_BACK,
    SaidBack,
    Stated,
    said_back,
    stated,
)
from rmcoach_llm.protocols import Parts

ASKS_NOTHING = SAYS_NOTHING_BACK - {Move.REQUEST}
"""Moves of a line in which nothing is heard as an indirect question."""

HINTS_AT_NOTHING = SAYS_NOTHING_BACK | {Move.ACKNOWLEDGEMENT, Move.GREETING}
"""Moves of a line whose plain statements are no question in disguise: neither sympathy nor a greeting is."""

SHORTENED = re.compile(r"\b(how|what|who|where|when|why)['\u2019]d\b", re.IGNORECASE)
ASKS_ABOUT_NEED = re.compile(
    r"\b(?:why|what|when|where|how|who|which)\b.*\b(?:do|does|did|would|might) (?:you|your \w+|they|people|it)"
    r" (?:\w+ly |actually )?need\b"
)
"""Asks about a need, "why do you need the tool?", where "you need the tool" would push one."""

LEAVES = re.compile(
    r"(?<!\bi )\bsee you(?: all)?(?: soon| later| around| then| there| tomorrow| next \w+| on \w+)?[.!, ]*(?:\w+[.!]*)?$"
    r"|\b(?:i(?:'ll| will| had better|'d better| should| must| need to| have to| really have to| really must| gotta)|let me) (?:now |better |really )?(?:(?:go|run|leave|be off|be going|get going|head (?:back|off|out))(?= now| then|[.,!]|$)|see myself out"
    r"|let you (?:go|run|get (?:back|on|going|home|some|to it))|leave you (?:to (?:it|that|your)|in peace)|get out of your (?:way|hair)|not (?:keep|take) you)\b"
    r"|\bi(?:'m| am) (?:off(?= now| then|[.,!]|$)|out of (?:here|your hair))|\bi won't (?:keep you|take (?:any )?more)\b"
    r"|\bhave a (?:good|nice) (?:one|rest)\b"
    r"|\b(?:take care(?: now| then|,? \w+)?|catch you later|talk (?:to you )?soon|till (?:next time|then)|happy trails)[.!]*$"
    r"|\bthat(?:'s| is| was) (?:it|all|everything)(?: for (?:now|today))?(?: (?:from me|i had|i have|i needed?))?[.!]+(?: (?:many |so )?thank\w*\b.*)?$"
)
"""Takes leave in the words of every day; `moves_of` knows those that leave no doubt."""

MEANT = 0.5
"""Confidence of a fact that is said back in few of its words."""

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
    read = _read(scenario, transcript, stance, found)
    moves = _moves(scenario, line, found, read)
    (asked, unsure), puzzling = _about(scenario, transcript, stance, moves, read)
    if read.back.clear or puzzling:
        moves.add(Move.PLAYBACK)
    if is_off_topic(scenario, line, found, bool(asked or unsure)):
        moves.add(Move.OFF_TOPIC)
    return Heard(
        moves=tuple(move for move in Move if move in moves),
        kinds=found.kinds,
        asked=asked,
        unsure_between=unsure,
        played_back=read.back.right,
        misplayed=read.back.wrong,
        follows=read.follows,
        speaks_to_objection=speaks_to_objection(scenario, transcript, stance),
    )


class _Read(NamedTuple):
    """Hold what a line states, says back, asks, and the answer that it builds on."""

    says: Stated
    back: SaidBack
    question: Asking
    follows: str | None

    @property
    def states(self) -> bool:
        """Say whether the line asks for nothing but whether it is right."""
        checks = self.says.checks or self.back.clear or self.back.meant is not None
        return not self.says.asks and (checks or not self.question.moves.asks)


def _read(scenario: Scenario, transcript: Transcript, stance: Stance, found: Moves) -> _Read:
    line = transcript.turns[-1].text
    says = stated(line)
    back = said_back(scenario, transcript, stance, found, says)
    follows = follows_answer(scenario, transcript, stance, found)
    if follows is not None and not says.checks:
        back = back._replace(meant=None)  # the answer's own words are taken up: that is enough
    elif back.meant is not None and back.meant == stance.last_fact:
        taken_up = fresh_stems(scenario, transcript) & set(stems(says.text))
        follows = back.meant if taken_up else follows
    return _Read(says, back, asking(line, found, back.clear), follows)


def _moves(scenario: Scenario, line: str, found: Moves, read: _Read) -> set[Move]:
    """Give the moves of a line but the playback, which needs its facts."""
    moves = set(found.moves) - {Move.PLAYBACK}
    if _asks_about_need(line, found):
        moves.discard(Move.PITCH)
    if is_pitch(scenario, line, found):
        moves.add(Move.PITCH)
    if LEAVES.search(plain(line)) and "?" not in line:
        moves.add(Move.FAREWELL)
    if read.question.asks_indirectly(found):
        moves.add(Move.OPEN_QUESTION)
    if read.follows is not None:  # what was said before the question may be what takes it up
        asks = read.back.meant is None and (Move.OPEN_QUESTION in moves or found.asks)
        moves.add(Move.FOLLOW_UP if asks else Move.ACKNOWLEDGEMENT)
    return moves


def _about(
    scenario: Scenario, transcript: Transcript, stance: Stance, moves: set[Move], read: _Read
) -> tuple[Asked, bool]:
    """Give what a line asks for, and whether it says something back that bears no fact out.

    Who states what has been said takes it up and asks for nothing. Who argues with a doubt hints
    at nothing.
    """
    question, says, back = read.question, read.says, read.back
    if question.supposed and not back.meant and _about_known(scenario, stance, question.text):
        return NOTHING, read.follows is None and not back.clear
    if not read.states:
        asked, unsure = what_is_asked(scenario, stance, question.text, question.moves)
        if not question.supposed:
            return (asked, unsure), False
    elif back.clear or stance.objection == "raised":
        return NOTHING, False
    elif back.meant is not None:
        return ((Match(fact=back.meant, confidence=MEANT),), ()), True
    elif moves & HINTS_AT_NOTHING:
        return NOTHING, back.unclear
    else:
        asked, unsure = what_is_hinted(scenario, stance, question.text, says.text)
    known = any(stance.knows(match.fact) for match in asked)
    if known or read.follows is not None:
        asked, unsure = NOTHING
    near = _takes_words(says, fresh_stems(scenario, transcript))
    return (asked, unsure), (known or back.unclear or near) and not (asked or unsure)


def _about_known(scenario: Scenario, stance: Stance, supposed: str) -> bool:
    """Say whether what is supposed is rather about what is out, whatever else it may be about."""
    asked, _ = what_is_hinted(scenario, stance, supposed, supposed)
    return any(stance.knows(match.fact) for match in asked)


def _takes_words(says: Stated, fresh: set[str]) -> bool:
    """Say whether a line states something with a word that the last answer brought in."""
    content = set(stems(says.text))
    return len(content) >= LEAST_CONTENT and bool(content & fresh)


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
