"""Evidence that a trainee listened: a playback that is right, words of the last answer taken up.

What counts are words that the stakeholder brought in. Words that the trainee had used before, or
that stand in the brief for all to read, prove nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rmcoach_llm.domain import Move, Scenario, Stance, Transcript
from rmcoach_llm.language.moves import Moves, question_type
from rmcoach_llm.language.words import all_stems, plain, sentences, stems

QUOTES_PARTNER = re.compile(
    r"\b(?:you (?:just )?(?:said|mentioned|told|spoke|talked|described|called)|you're saying)\b"
)
PLAYBACK_SHARE, PLAYBACK_LEAST, PLAYBACK_ENOUGH = 0.25, 2, 4
"""Share of a fact's content words that a playback of it holds; at least 2 words, 4 are enough."""

TAKEN_UP = 2
"""New words of the last answer that a line must take up; one may be chance."""


def follows_answer(
    scenario: Scenario, transcript: Transcript, stance: Stance, found: Moves
) -> str | None:
    """Give the last told fact if the trainee's last line builds on that answer, else None.

    Two of the answer's own words count in an open question, or in a line that says something
    before it asks; one is enough behind "you said ..." and in an acknowledgement, and a line that
    neither asks nor proposes takes three up, with a word of its own among them: an echo is none.
    A bare "why?" asks on, but shows nothing.
    """
    if stance.last_fact is None:
        return None
    line = transcript.turns[-1].text
    fresh = fresh_stems(scenario, transcript)
    heard = _asks_on(line, fresh) or (found.did(Move.ACKNOWLEDGEMENT) and _takes_up(line, fresh))
    if not found.asks and not found.did(Move.PITCH):
        heard = heard or _says_back(line, fresh)
    return stance.last_fact if heard else None


def fresh_stems(scenario: Scenario, transcript: Transcript) -> set[str]:
    """Give the content stems of the last answer that the stakeholder alone has brought in."""
    said = [turn.text for _, turn in transcript.of_role("stakeholder")]
    spent = {s for _, turn in transcript.of_role("trainee")[:-1] for s in stems(turn.text)}
    return set(stems(said[-1] if said else "")) - spent - public_stems(scenario)


def _asks_on(line: str, fresh: set[str]) -> bool:
    kinds = [question_type(part.plain) for part in sentences(line)]
    taken_up = len(fresh & set(stems(line)))
    if QUOTES_PARTNER.search(plain(line)) and any(kind is not None for kind in kinds):
        return taken_up > 0
    open_question = Move.OPEN_QUESTION in kinds
    says_then_asks = None in kinds and kinds[-1] is not None and _takes_up(line, fresh)
    return taken_up >= TAKEN_UP and (open_question or says_then_asks)


def _says_back(line: str, fresh: set[str]) -> bool:
    spoken = set(stems(line))
    return len(fresh & spoken) > TAKEN_UP and bool(spoken - fresh)


def _takes_up(line: str, fresh: set[str]) -> bool:
    stated = [part.plain for part in sentences(line) if question_type(part.plain) is None]
    return any(fresh & set(stems(sentence)) for sentence in stated)


@lru_cache(maxsize=8)
def public_stems(scenario: Scenario) -> frozenset[str]:
    """Give the content stems that everybody has read before the talk."""
    texts = [*scenario.brief, scenario.opening, scenario.title]
    return frozenset(s for text in texts for s in stems(text))


def restated(
    scenario: Scenario, stance: Stance, content: set[str], *, least: int = PLAYBACK_LEAST
) -> tuple[str, ...]:
    """Give the known facts that content stems restate, the one with most of them first.

    `least` is how many a fact must have of them, however short it is.
    """
    about = []
    for fact_id in stance.known:
        fact = scenario.fact(fact_id)
        stated = set(stems(fact.statement))
        shared = content & (stated | set(stems(fact.says[0])))
        share = min(PLAYBACK_ENOUGH, PLAYBACK_SHARE * len(stated))
        if len(shared) >= max(least, share):
            about.append((-len(shared), fact_id))
    return tuple(fact_id for _, fact_id in sorted(about, key=lambda item: item[0]))


def speaks_to_objection(scenario: Scenario, transcript: Transcript, stance: Stance) -> bool:
    """Say whether the trainee's last line is about the objection raised.

    A cue of the objection counts, or two content words of it as it was stated.
    """
    objection = scenario.objection
    if objection is None or stance.objection != "raised":
        return False
    line = transcript.turns[-1].text
    spoken = f" {' '.join(all_stems(line))} "
    if any(f" {' '.join(all_stems(cue))} " in spoken for cue in objection.cues):
        return True
    stated = {s for text in (objection.statement, *objection.raised) for s in stems(text)}
    return len(stated & set(stems(line))) >= TAKEN_UP
