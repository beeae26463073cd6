"""What a line says back: a fact that is out, rightly, wrongly, or in words that show neither.

Said outright ("let me play that back", "is that right?") or as a plain statement that asks nothing
besides. What has few words of a fact may be fair or its very opposite, which rules cannot tell:
it is known which fact is meant, and nothing is confirmed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rmcoach_llm.domain import Fact, Move, Scenario, Stance, Transcript
from rmcoach_llm.language.moves import Moves, is_check, question_type
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.topics import ASKED
from rmcoach_llm.language.words import sentences, stems
from rmcoach_llm.practice.asked import as_question, topics_of
from rmcoach_llm.practice.listening import (
    PLAYBACK_ENOUGH,
    PLAYBACK_LEAST,
    fresh_stems,
    public_stems,
    restated,
)

CHECK = re.compile(
    r"^(?:ok(?:ay)?,? |so,? |and )?(?:right|correct|ok|okay|yes|yeah|no|fair|fair enough|true|agreed"
    r"|(?:is|was) that (?:about |roughly |basically |more or less )?(?:it|all|so|you|the (?:idea|gist|point|picture|story))"
    r"|that(?:'s| is) (?:about |roughly )?(?:it|right|the (?:idea|gist|point|picture|story))"
    r"|(?:does|did) (?:that|this) (?:make sense|sound (?:right|about right)|fit)"
    r"|is that what you(?:'re| are| were)? (?:say|saying|mean|meant)|(?:did|have|do) i (?:get|got|hear|heard|read) \w+(?: \w+)?)\?$"
)
"""Asks whether what was just said is right, and nothing else."""

ASKS = re.compile(
    r"^(?:(?:so|and|but|or|ok|okay|well|then|oh|hm|right),? )*"
    r"(?:is|are|was|were|do|does|did|can|could|would|will|shall|should|have|has|had|may|might|any\w*|how|wh\w+)\b.*\?$"
)
"""Begins as a question does: "did one of them ...?", "anything ...?"."""

CHECK_LAST = re.compile(
    r"(?:,| -) ?(?:right|correct|ok|okay|yes|yeah|no|true|fair|isn't it|is it|aren't you|don't you|didn't you|doesn't it)\?$"
)
"""The same at the end of a statement: "it takes nine days, right?"."""

SAYS_NOTHING_BACK = frozenset(
    {
        Move.COMMITMENT,
        Move.FAREWELL,
        Move.GAME_TALK,
        Move.GIBBERISH,
        Move.OTHER_LANGUAGE,
        Move.PITCH,
        Move.PRESSURE,
        Move.REQUEST,
    }
)
"""Moves of a line whose plain statements are no playback."""

LEAST_CONTENT = 3
"""Content words of a playback in own words: fewer name a topic and say nothing about it."""

LEAST_SHARED, CLEARLY_SHARED = 2, 3
"""Words of a fact in a playback in own words, whose meaning points to the fact too: of the last
answer two, of an earlier one three. Three new ones of the last answer are enough alone."""

POINTS, MAY_POINT, POINTS_CLEARLY = 0.5, 0.1, 0.9
"""Least likelihood of the fact that a playback means; the second is that of the last answer, which
is more likely meant than any other; with the third a single word of that answer is enough."""


class Stated(NamedTuple):
    """Hold what a line states, whether it asks if that is right, and whether it asks otherwise."""

    text: str
    checks: bool
    asks: bool


class SaidBack(NamedTuple):
    """Hold the facts said back, the one that is only meant, whether something shows no fact."""

    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    meant: str | None = None
    unclear: bool = False

    @property
    def clear(self) -> bool:
        """Say whether it can be told that it is right or wrong."""
        return bool(self.right or self.wrong)


def stated(line: str) -> Stated:
    """Give what a line states, "so it takes nine days?" included.

    >>> stated("So it takes nine days. Right?")
    Stated(text='so it takes nine days.', checks=True, asks=False)
    >>> stated("It takes nine days? Who waits for you?").asks
    True
    """
    kept, checks, asks = [], False, False
    for part in sentences(line):
        said = CHECK_LAST.sub(".", part.plain)
        if is_check(said) or CHECK.search(said):
            checks = True
        elif question_type(f"{said.rstrip(' ?!.')}.") is not None or ASKS.match(said):
            asks = True
        else:
            kept.append(said)
            checks = checks or said != part.plain
    return Stated(" ".join(kept), checks, asks)


def said_back(
    scenario: Scenario, transcript: Transcript, stance: Stance, found: Moves, said: Stated
) -> SaidBack:
    """Give the known facts that a line says back rightly, wrongly, or the one that it means.

    Right: enough of the fact's content words, and no number that was never said. Wrong: about the
    fact, but with a number that the stakeholder has not named. Meant: a few of its words in a line
    whose meaning points to it. `found` are the moves of the last line, `said` what it states.
    """
    seen = found.first(Move.PLAYBACK)
    if seen is None and (said.asks or any(found.did(move) for move in SAYS_NOTHING_BACK)):
        return SaidBack()
    span = said.text if seen is None else transcript.turns[-1].text[seen.start : seen.end]
    framed = seen is not None or said.checks
    content = set(stems(span))
    told = [turn.text for _, turn in transcript.of_role("stakeholder")]
    strange = numbers(span) - {n for text in told for n in numbers(text)}
    about = restated(scenario, stance, content, least=PLAYBACK_LEAST if seen else PLAYBACK_ENOUGH)
    if not framed and content <= set(stems(told[-1] if told else "")):
        return SaidBack()  # an echo shows nothing
    if strange and any(numbers(scenario.fact(fact).statement) for fact in about):
        return SaidBack(wrong=about[:1]) if framed else SaidBack(unclear=True)
    if about:
        return SaidBack(right=about)
    meant = None
    if not said.asks and (said.checks or not _is_new(scenario, stance, span)):
        meant = _meant(scenario, transcript, stance, span)
    checked = said.checks and not said.asks and len(said.text.split()) > 1
    return SaidBack(meant=meant, unclear=checked)


def _is_new(scenario: Scenario, stance: Stance, span: str) -> bool:
    """Say whether a statement is rather about what is not out yet."""
    best = topics_of(scenario).rank(as_question(span))[0]
    return best.score >= ASKED and not stance.knows(best.fact)


def _meant(scenario: Scenario, transcript: Transcript, stance: Stance, span: str) -> str | None:
    """Give the known fact that a playback in few of its words means, if one can be told."""
    content = set(stems(span))
    if len(content) < LEAST_CONTENT or not stance.known:
        return None
    last, answer = stance.last_fact, content & fresh_stems(scenario, transcript)
    if last is not None and len(answer) >= CLEARLY_SHARED:
        return last
    for place, item in enumerate(topics_of(scenario).rank(as_question(span))[:2]):
        if not stance.knows(item.fact):
            continue
        shared = content & _words_of(scenario.fact(item.fact))
        if item.fact == last:
            likely = item.score >= MAY_POINT and len(shared) >= LEAST_SHARED
            likely = likely or (item.score >= POINTS_CLEARLY and bool(answer))
        else:
            likely = place == 0 and item.score >= POINTS and len(shared) >= CLEARLY_SHARED
        if likely and shared - public_stems(scenario):
            return item.fact
    return _mostly(scenario, stance, content)


def _mostly(scenario: Scenario, stance: Stance, content: set[str]) -> str | None:
    """Give the known fact that most of the words of a playback are from."""
    public = public_stems(scenario)
    shared = {fact: content & _words_of(scenario.fact(fact)) for fact in stance.known}
    best = max(shared, key=lambda fact: len(shared[fact]))
    enough = len(shared[best]) >= max(CLEARLY_SHARED, len(content) / 2)
    return best if enough and len(shared[best] - public) >= LEAST_SHARED else None


def _words_of(fact: Fact) -> set[str]:
    return {s for text in (fact.topic, fact.statement, *fact.says) for s in stems(text)}
