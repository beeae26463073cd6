"""What a line does: question types, playback, pitch, commitment and the like, by rules.

Every sighting points to the sentence that shows it, so that it can be quoted. How well question
types are seen is in docs/validity.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from rmcoach_llm.domain import Move, QuestionKind
from rmcoach_llm.language.pattern import may_match
from rmcoach_llm.language.patterns import (
    MOVES,
    OWN_PLAN,
    PLAYBACK_CHECK,
    PLAYBACK_FRAME,
    PLAYBACK_SAID,
)
from rmcoach_llm.language.questions import (
    ASKS_LATE_UNMARKED,
    ASKS_UNMARKED,
    BARE_FOLLOW_UP,
    CLOSED_START,
    KINDS,
    LEAD_IN,
    LEADING,
    OPEN_START,
    SHORT_ANSWER_START,
    WH_CLAUSE,
    WHEN_CLAUSE,
)
from rmcoach_llm.language.scripts import is_gibberish, is_other_language
from rmcoach_llm.language.words import Sentence, sentences, stems

NEED_STATED = re.compile(r"\byou (?:really |clearly |just )?need (?:an?|the|some) (?!new\b)")
CLAUSE_END = re.compile(r"[,;:\u2013\u2014-]\s")
LONGEST_LEAD_IN = 6
SEVERAL = 3
LONGEST_OFFER = 5
"""Words of an answer that is offered as a question; a longer one asks something of its own."""

PLAYBACK_OVERLAP = 2
"""Content words that a playback shares with what the partner said; one may be chance.

Where it is said outright that something is said back one is enough: own words are wanted."""


class Sighting(NamedTuple):
    """Locate the sentence of a text that shows a move or a kind of question."""

    what: Move | QuestionKind
    start: int
    end: int


@dataclass(frozen=True)
class Moves:
    """Hold all that was seen in one line, in the order of the text."""

    seen: tuple[Sighting, ...]

    def first(self, what: Move | QuestionKind) -> Sighting | None:
        """Give the first place that shows it, or None."""
        return next((s for s in self.seen if s.what == what), None)

    def did(self, what: Move | QuestionKind) -> bool:
        """Say whether it was seen."""
        return self.first(what) is not None

    @property
    def moves(self) -> tuple[Move, ...]:
        """Give the moves seen, each once, in the order of `Move`."""
        found = {s.what for s in self.seen}
        return tuple(move for move in Move if move in found)

    @property
    def kinds(self) -> tuple[QuestionKind, ...]:
        """Give the kinds of question seen, each once, in the order of `QuestionKind`."""
        found = {s.what for s in self.seen}
        return tuple(kind for kind in QuestionKind if kind in found)

    @property
    def asks(self) -> bool:
        """Say whether the line holds a question."""
        return self.did(Move.OPEN_QUESTION) or self.did(Move.CLOSED_QUESTION)


def moves_of(text: str, *, last: str = "", earlier: str = "") -> Moves:
    """Find what a line does; `last` is the partner's last line, `earlier` all their lines.

    >>> found = moves_of("Thanks. What happens if the close slips by a day?")
    >>> [str(move) for move in found.moves], [str(kind) for kind in found.kinds]
    (['open_question'], ['implication'])
    >>> moves_of("You want a dashboard, right?").did(Move.LEADING_QUESTION)
    True
    """
    return moves_among(text, last=set(stems(last)), said=set(stems(earlier)) | set(stems(last)))


def moves_among(text: str, *, last: Set[str], said: Set[str]) -> Moves:
    """Find what a line does; `last` and `said` are the stems of the partner's last and all lines."""
    seen: list[Sighting] = []
    asked: list[Sentence] = []
    parts = sentences(text)
    for part in parts:
        kind, may = question_type(part.plain), may_match(part.plain)
        if kind is not None:
            asked.append(part)
            seen += [Sighting(what, part.start, part.end) for what in _question(part, kind, may)]
        for move, pattern in MOVES.items():
            if pattern.bits & may and pattern.search_among(may, part.plain):
                seen.append(Sighting(move, part.start, part.end))
    seen.extend(_several(_own(asked)))
    seen.extend(_ties(parts, asked, last, said))
    if is_gibberish(text):
        seen.append(Sighting(Move.GIBBERISH, 0, len(text)))
    elif is_other_language(text):
        seen.append(Sighting(Move.OTHER_LANGUAGE, 0, len(text)))
    return Moves(_told_apart(seen, text))


def counted_among(text: str, *, said: Set[str]) -> Moves:
    """Find what is counted of a line: questions and what they are after, playback, pitch, language.

    The same as `moves_among` sees of these, without the rest.
    """
    seen: list[Sighting] = []
    asked: list[Sentence] = []
    parts, pitch = sentences(text), MOVES[Move.PITCH]
    for part in parts:
        kind, may = question_type(part.plain), may_match(part.plain)
        if kind is not None:
            asked.append(part)
            seen += [Sighting(what, part.start, part.end) for what in _question(part, kind, may)]
        if pitch.bits & may and pitch.search_among(may, part.plain):
            seen.append(Sighting(Move.PITCH, part.start, part.end))
    seen.extend(_several(_own(asked)))
    seen.extend(_playback(parts, said))
    if is_other_language(text) and not is_gibberish(text):
        seen.append(Sighting(Move.OTHER_LANGUAGE, 0, len(text)))
    return Moves(_told_apart(seen, text))


@lru_cache(maxsize=1_024)
def question_type(sentence: str) -> Move | None:
    """Say whether a sentence is an open or a closed question, or none.

    An open question cannot be answered with yes, no or one value (MITI 4.2.1); an indirect one
    ("could you walk me through ...") counts as what it asks for. `sentence` is in small letters.

    >>> question_type("so how do you close the month?")
    <Move.OPEN_QUESTION: 'open_question'>
    >>> question_type("we close in nine days.") is None
    True
    """
    core = _after_lead_in(sentence)
    marked = "?" in sentence[-3:]
    if OPEN_START.match(core) and (marked or ASKS_UNMARKED.match(core)):
        return Move.OPEN_QUESTION
    if _asks_late(core, marked):
        return Move.OPEN_QUESTION
    if SHORT_ANSWER_START.match(core):
        asks = marked or (core is sentence and WHEN_CLAUSE.match(core) is None)
        return Move.CLOSED_QUESTION if asks else None
    if CLOSED_START.match(core):
        return Move.CLOSED_QUESTION
    return Move.CLOSED_QUESTION if marked else None


def is_check(sentence: str) -> bool:
    """Say whether a sentence asks whether a playback was right: "did I get that right?"."""
    may = PLAYBACK_CHECK.may_match(sentence)
    return may and PLAYBACK_CHECK.search(_after_lead_in(sentence)) is not None


def is_request(sentence: str) -> bool:
    """Say whether a sentence asks to do something: "could we meet on Tuesday?".

    "Can we talk about ..." asks about the case and is none.
    """
    closed = question_type(sentence) is Move.CLOSED_QUESTION
    return closed and bool(MOVES[Move.REQUEST].search(sentence)) and " about " not in sentence


def _after_lead_in(sentence: str) -> str:
    """Drop "okay, so", "and", "thanks for that," and the like from the front."""
    for _ in range(LONGEST_LEAD_IN):
        match = LEAD_IN.match(sentence)
        if match is None or match.end() == len(sentence) or OPEN_START.match(sentence):
            break
        sentence = sentence[match.end() :]
    return sentence


def _asks_late(core: str, marked: bool) -> bool:
    """See the question behind a clause: "when the figures are late, what do you do?".

    Without a question mark only word order shows it: "so the screen, what should be on it".
    """
    clauses = [_after_lead_in(clause.strip()) for clause in CLAUSE_END.split(core)[1:]]
    return any(
        OPEN_START.match(clause) and (marked or ASKS_LATE_UNMARKED.match(clause))
        for clause in clauses
    )


def _asks(part: Sentence) -> bool:
    return question_type(part.plain) is not None and not is_check(part.plain)


def _says_back(part: Sentence) -> bool:
    """Say whether a sentence may go on with a playback: it neither asks nor proposes."""
    proposes = OWN_PLAN.search(part.plain) or MOVES[Move.TRADE_OFF].search(part.plain)
    return proposes is None and not _asks(part)


def _question(part: Sentence, kind: Move, may: int) -> Sequence[Move | QuestionKind]:
    """Give what a question is and what it is after; `may` is what `may_match` gives."""
    leads = LEADING.bits & may and LEADING.search_among(may, part.plain)
    kinds = [
        name
        for name, pattern in KINDS.items()
        if pattern.bits & may and pattern.search_among(may, part.plain)
    ]
    return [
        kind,
        *([Move.LEADING_QUESTION] if leads else ()),
        *(kinds or (QuestionKind.SITUATION,)),
    ]


def _several(asked: list[Sentence]) -> Iterable[Sighting]:
    """See three questions or more in one line: two may be a question and its rephrasing."""
    at_most = sum([max(1, part.plain.count("wh") + part.plain.count("how")) for part in asked])
    if at_most < SEVERAL:  # each of the words has one of them: a quick no
        return
    clauses = sum(max(1, len(WH_CLAUSE.findall(part.plain))) for part in asked)
    if clauses >= SEVERAL:
        yield Sighting(Move.SEVERAL_QUESTIONS, asked[0].start, asked[-1].end)


def _own(asked: list[Sentence]) -> list[Sentence]:
    """Leave out what offers an answer to the question before: "What waits? The mail? Or you?"."""
    return [part for n, part in enumerate(asked) if not (n and _offers(part, asked[0]))]


def _offers(part: Sentence, first: Sentence) -> bool:
    core = _after_lead_in(part.plain)
    if OPEN_START.match(core) or SHORT_ANSWER_START.match(core):
        return False
    words = part.plain.split()
    if words[0] == "or":
        return True
    fragment = len(words) <= LONGEST_OFFER and CLOSED_START.match(core) is None
    return fragment and question_type(first.plain) is Move.OPEN_QUESTION


def _ties(
    parts: list[Sentence], asked: list[Sentence], last: Set[str], said: Set[str]
) -> Iterable[Sighting]:
    """See what builds on the partner's words: follow-up and playback."""
    for part in asked:
        if last and (BARE_FOLLOW_UP.search(part.plain) or not last.isdisjoint(stems(part.plain))):
            yield Sighting(Move.FOLLOW_UP, part.start, part.end)
            break
    yield from _playback(parts, said)


def _told_apart(seen: list[Sighting], text: str) -> tuple[Sighting, ...]:
    """Leave out a pitch that is part of a playback: "so you need a ratio on day five"."""
    back = next((s for s in seen if s.what is Move.PLAYBACK), None)
    if back is None:
        return tuple(seen)
    return tuple(
        s
        for s in seen
        if s.what is not Move.PITCH
        or not back.start <= s.start < s.end <= back.end
        or not _states_need(text[s.start : s.end].lower())
    )


def _states_need(sentence: str) -> bool:
    """Say whether "you need a ..." is all of a sentence that looks like a pitch."""
    rest = NEED_STATED.sub("", sentence)
    proposes = OWN_PLAN.search(sentence) or MOVES[Move.PITCH].search(rest)
    return rest != sentence and proposes is None


def _playback(parts: list[Sentence], said: Set[str]) -> Iterable[Sighting]:
    """See a playback: its frame, and content that the partner had given, within three sentences.

    "Let me play that back." stands before its content, "Did I get that right?" behind it.
    """
    for place, part in enumerate(parts):
        span = [part]
        if is_check(part.plain):
            span = parts[max(0, place - 2) : place + 1]
        elif PLAYBACK_FRAME.search(part.plain):
            span = [part, *takewhile(_says_back, parts[place + 1 : place + 3])]
        else:
            continue
        span = [p for p in span if not _asks_late(_after_lead_in(p.plain), "?" in p.plain[-3:])]
        carrying = [p for p in span if not said.isdisjoint(stems(p.plain))]
        shared = {s for p in carrying for s in stems(p.plain)} & said
        enough = 1 if PLAYBACK_SAID.search(part.plain) else PLAYBACK_OVERLAP
        if len(shared) >= enough:
            yield Sighting(Move.PLAYBACK, carrying[0].start, carrying[-1].end)
            return
