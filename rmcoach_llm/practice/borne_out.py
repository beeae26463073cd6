"""Check what a model claims to have heard against the words of the line itself.

The rules hear every line, too. A claim against the trainee counts as it stands; one in their
favour only where the line bears it out, so that nobody gains by talking to the listener. A model
hears better what a question is after; that a line asks, plays back or promises, code can see.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rmcoach_llm.domain import (
    Heard,
    Match,
    Move,
    QuestionKind,
    Record,
    Scenario,
    Stance,
    Transcript,
)
from rmcoach_llm.language.moves import is_check, question_type
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.questions import SHORT_ANSWER_START
from rmcoach_llm.language.words import sentences, stems
from rmcoach_llm.practice.asked import topics_of
from rmcoach_llm.practice.listeners import hear
from rmcoach_llm.practice.listening import (
    TAKEN_UP,
    fresh_stems,
    public_stems,
    restated,
)

AGAINST = frozenset(
    {
        Move.PITCH,
        Move.JARGON,
        Move.PRESSURE,
        Move.OFF_TOPIC,
        Move.GAME_TALK,
        Move.OTHER_LANGUAGE,
        Move.GIBBERISH,
    }
)
"""Moves that gain nothing: a model's word is enough."""

IN_FAVOUR = frozenset({Move.FOLLOW_UP, Move.ACKNOWLEDGEMENT})
SPEAKS_TO_OBJECTION = "speaks_to_objection"
PROPOSAL = "proposal"
"""A draft of what could be done: once the need is known it meets the objection as a pitch does."""

MOST_NAMED = 2
"""Facts or kinds that a model may name for one line; who names all has heard none."""

LIKELIEST = 3
"""A fact that is asked for is among so many that the words of the question point to."""

HINTED_AT = 0.05
"""Least score of a deep fact that a model names: its words may be others than the author's."""

QUESTION_MARK = re.compile(r"[?\uff1f\u061f\u037e]")
CONFIDENCE = 0.8


class Claim(Record):
    """Hold what a model says of a line, as ids and names that may be wrong or unknown.

    `does` holds kinds of question and moves, of which only those are asked for that the rules do
    not see as well, and `SPEAKS_TO_OBJECTION`. A short answer is heard sooner.
    """

    asks: tuple[str, ...] = ()
    restates: tuple[str, ...] = ()
    misstates: tuple[str, ...] = ()
    does: tuple[str, ...] = ()


def borne_out(scenario: Scenario, transcript: Transcript, stance: Stance, claim: Claim) -> Heard:
    """Give what of a claim about the last turn holds, on top of what the rules hear in it."""
    line = transcript.turns[-1].text
    heard = hear(scenario, transcript, stance)
    moves = set(heard.moves) | {move for move in AGAINST if move in claim.does}
    if (claim.asks or claim.restates or claim.does) and Move.PITCH not in claim.does:
        moves.discard(Move.PITCH)  # set phrases mislead: "before I suggest anything"
    if PROPOSAL in claim.does and stance.knows(scenario.root_need.id):
        moves.add(Move.PITCH)
    foreign = Move.OTHER_LANGUAGE in moves
    asks = QUESTION_MARK.search(line) or moves & {Move.OPEN_QUESTION, Move.CLOSED_QUESTION}
    if Move.FAREWELL in claim.does and not claim.asks and not asks:
        moves.add(Move.FAREWELL)
    kinds = _kinds(heard, claim, foreign)
    asked, unsure = _asked(scenario, stance, line, heard.model_copy(update={"kinds": kinds}), claim)
    if asked or unsure:
        moves.discard(Move.OFF_TOPIC)
    right, wrong = _played_back(scenario, transcript, stance, heard, claim)
    if right or wrong:
        moves.add(Move.PLAYBACK)
    follows = heard.follows or _follows(scenario, transcript, stance, claim)
    if follows is not None and follows != heard.follows:
        moves.add(Move.FOLLOW_UP if _asks(line) else Move.ACKNOWLEDGEMENT)
    return heard.model_copy(
        update={
            "moves": tuple(move for move in Move if move in moves),
            "kinds": kinds,
            "asked": asked,
            "unsure_between": unsure,
            "played_back": right,
            "misplayed": wrong,
            "follows": follows,
            "speaks_to_objection": heard.speaks_to_objection
            or (SPEAKS_TO_OBJECTION in claim.does and _speaks_to_objection(scenario, stance, line)),
        }
    )


def _kinds(heard: Heard, claim: Claim, foreign: bool) -> tuple[QuestionKind, ...]:
    """Give the kinds of question; a model's where the rules find none that is telling."""
    telling = set(heard.kinds) - {QuestionKind.SITUATION}
    named = [kind for kind in QuestionKind if kind in claim.does]
    if telling or len(named) > MOST_NAMED or not (heard.kinds or foreign):
        return heard.kinds
    return tuple(kind for kind in QuestionKind if kind in {*heard.kinds, *named})


def _asked(
    scenario: Scenario, stance: Stance, line: str, heard: Heard, claim: Claim
) -> tuple[tuple[Match, ...], tuple[str, ...]]:
    """Give the facts asked for: the model's where the question bears them out, else the rules'."""
    named = [n for n in dict.fromkeys(claim.asks) if n in {fact.id for fact in scenario.facts}]
    picked = bool(heard.asked) and heard.asked[0].fact in stance.offered
    if not named and not picked and (claim.restates or claim.misstates or claim.does):
        return (), ()  # a model that has heard the line and finds no fact in it is believed
    if picked or not 0 < len(named) <= MOST_NAMED:
        return heard.asked, heard.unsure_between
    if heard.did(Move.OTHER_LANGUAGE):
        kept = named if QUESTION_MARK.search(line) else []
    else:
        kept = [fact for fact in named if _points_to(scenario, stance, line, heard, fact)]
    if not kept and heard.asked and not stance.knows(heard.asked[0].fact):
        return (), (named[0], heard.asked[0].fact)  # model and rules differ: ask back
    if not kept:
        return (), heard.unsure_between
    return tuple(Match(fact=fact, confidence=CONFIDENCE) for fact in kept), ()


def _points_to(scenario: Scenario, stance: Stance, line: str, heard: Heard, fact_id: str) -> bool:
    """Say whether one of a line's questions, by its words, may be after a fact.

    A word that is the author's is enough for what lies at the surface; a deep fact must be among
    those that the words point to. That it may come out is for its locks to say.
    """
    if fact_id in (*heard.unsure_between, *(match.fact for match in heard.asked)):
        return True
    deep = scenario.fact(fact_id).layer.deep
    for part in sentences(line):
        if question_type(part.plain) is None:
            continue
        if not deep and set(stems(part.plain)) & _words_of(scenario, fact_id):
            return True
        ranked = topics_of(scenario).rank(part.plain, last_fact=stance.last_fact)
        if any(r.fact == fact_id and r.score >= HINTED_AT for r in ranked[:LIKELIEST]):
            return True
    return False


@lru_cache(maxsize=512)
def _words_of(scenario: Scenario, fact_id: str) -> frozenset[str]:
    """Give the content stems of all that an author wrote of a fact."""
    fact = scenario.fact(fact_id)
    texts = (fact.topic, fact.statement, *fact.cues, *fact.asks_like, *fact.says)
    return frozenset(s for text in texts for s in stems(text))


def _played_back(
    scenario: Scenario, transcript: Transcript, stance: Stance, heard: Heard, claim: Claim
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the facts played back rightly and wrongly, as the rules do but without set phrases."""
    stated = _stated(transcript.turns[-1].text)
    about = restated(scenario, stance, set(stems(stated)) - public_stems(scenario))
    said = {n for _, turn in transcript.of_role("stakeholder") for n in numbers(turn.text)}
    wrong = [*heard.misplayed, *(f for f in about if f in claim.misstates)]
    right = [*heard.played_back]
    if not numbers(stated) - said:
        right += [f for f in about if f in claim.restates]
    return (
        tuple(f for f in dict.fromkeys(right) if f not in wrong),
        tuple(dict.fromkeys(wrong)),
    )


def _stated(line: str) -> str:
    """Give what a line states, "so it takes nine days?" included."""
    parts = [part.plain for part in sentences(line)]
    return " ".join(
        part
        for part in parts
        if question_type(part) is not Move.OPEN_QUESTION
        and not is_check(part)
        and not SHORT_ANSWER_START.match(part)
    )


def _follows(
    scenario: Scenario, transcript: Transcript, stance: Stance, claim: Claim
) -> str | None:
    """Give the last told fact where the line takes up words that the answer brought in."""
    if not IN_FAVOUR & set(claim.does):
        return None
    taken_up = fresh_stems(scenario, transcript) & set(stems(transcript.turns[-1].text))
    return stance.last_fact if len(taken_up) >= TAKEN_UP else None


def _asks(line: str) -> bool:
    return any(question_type(part.plain) is not None for part in sentences(line))


def _speaks_to_objection(scenario: Scenario, stance: Stance, line: str) -> bool:
    """Say whether a line shares a content word with the objection raised."""
    doubt = scenario.objection
    if doubt is None or stance.objection != "raised":
        return False
    texts = (doubt.topic, doubt.statement, *doubt.cues, *doubt.raised)
    return bool({s for text in texts for s in stems(text)} & set(stems(line)))
