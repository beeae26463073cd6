"""Which facts a question asks for, as things stand in the talk.

The words come first. Where they leave two facts, what was told and what the last answer led to
decide, or the stakeholder asks back; a question with no topic of its own is after the next thing
of its kind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rmcoach_llm.disclosure import may_tell
from rmcoach_llm.domain import Fact, Heard, Layer, Match, Move, Scenario, Stance
from rmcoach_llm.language.layers import KIND_LAYERS, clear_layers
from rmcoach_llm.language.moves import Moves, question_type
from rmcoach_llm.language.topics import ASKED, PERHAPS, Ranked, Topics, decide
from rmcoach_llm.language.words import all_stems, plain, sentences, stems

MOST_GENERAL = 2
"""Content words of a question that has no topic of its own: "what problems do you have?"."""

NOT_FAR = 0.7
"""A fact that can be told is meant rather than a likelier one that is locked, if not far behind."""

HINTED = 0.35
"""Least score of all facts together for a guess by the kind of question."""

GUESSED = 0.5
PICKED = 0.9
"""Confidence of what is guessed by its kind, and of what is picked out of two."""

PICKED_FIRST = re.compile(
    r"^(?:(?:ok|okay|well|yes|sorry|then|let's take|lets take|rather|i mean|i meant|the)[,.: ]+)*"
    r"(first|former|second|latter|last)\b(?:,|$| one\b| of| please| thing)"
)
"""A line that begins with its choice may say more behind it."""

PICKS = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "last": -1}

Asked = tuple[tuple[Match, ...], tuple[str, ...]]
"""The facts asked for, likeliest first, and the two to ask back about; one of them is empty."""

NOTHING: Asked = ((), ())
NO_MOVES = Moves(())

LEAST_STATED = 4
"""Words of a statement that may hint at something."""

STATED = 0.7
"""Least likelihood of the fact that a statement hints at, once something is out: it is mostly about
that."""

REASON = re.compile(
    r"\b(?:why|how come|what (?:makes|made|causes|caused|slows|slowed|drives|keeps|kept|takes|took|eats|lies behind)"
    r"|what(?:'s| is| was) (?:behind|the (?:cause|reason|trouble))|(?:reason|cause) (?:for|of|why))\b"
)
"""Asks why something is as it is: of what is out, it is after what lies behind."""

BEHIND_IT = 0.02
"""Least likelihood of the fact that is told rather than one that is out, where a reason is asked."""


@lru_cache(maxsize=16)
def topics_of(scenario: Scenario) -> Topics:
    """Prepare a scenario's topics once."""
    return Topics.of(scenario)


def what_is_asked(scenario: Scenario, stance: Stance, line: str, found: Moves) -> Asked:
    """Give the fact that a line asks for, or two to ask back about; `found` are its moves."""
    picked = _picked(scenario, stance, line, found)
    if picked is not None:
        return _one(picked, PICKED)
    if not found.asks:
        return NOTHING
    ranked = topics_of(scenario).rank(line, last_fact=stance.last_fact, told=stance.known)
    best, pair = decide(ranked)
    if best and (behind := _behind(scenario, stance, line, found, ranked)) is not None:
        return _one(behind.fact, behind.score)
    if best:
        return _one(best[0].fact, best[0].score)
    guess = _guess(scenario, stance, line, found, ranked) if _hinted(line, ranked) else None
    likely = bool(pair) and pair[0].score + pair[1].score >= ASKED
    if guess is not None and (not likely or guess.id in {item.fact for item in pair}):
        return _one(guess.id, GUESSED)
    if likely:
        return _which(scenario, stance, pair)
    return (), _perhaps(scenario, stance, ranked)


def _behind(
    scenario: Scenario, stance: Stance, line: str, found: Moves, ranked: tuple[Ranked, ...]
) -> Ranked | None:
    """Give what is told rather than the likeliest fact, where that is out and its reason asked.

    Only what is earned: nobody who asks on is kept off by what they have not earned yet.
    """
    if not stance.knows(ranked[0].fact) or not REASON.search(plain(line)):
        return None
    heard = Heard(kinds=found.kinds)
    untold = (item for item in ranked if may_tell(scenario, stance, heard, item.fact))
    best = next(untold, None)
    return best if best is not None and best.score >= BEHIND_IT else None


def what_is_hinted(scenario: Scenario, stance: Stance, line: str, stated: str) -> Asked:
    """Give the fact that what a line states is about, known or not, if one can be told.

    Stating something asks less plainly than a question: nothing is guessed, nothing asked back.
    """
    if (picked := _picked(scenario, stance, line, NO_MOVES)) is not None:
        return _one(picked, PICKED)
    if len(stated.split()) < LEAST_STATED:
        return NOTHING
    best, _ = decide(topics_of(scenario).rank(as_question(stated)))
    if not best or (best[0].score < STATED and stance.known and not stance.knows(best[0].fact)):
        return NOTHING
    return _one(best[0].fact, best[0].score)


def as_question(text: str) -> str:
    """Put statements as questions, so that all their words count as asked.

    >>> as_question("Nobody looks. It stays like that.")
    'nobody looks? it stays like that?'
    """
    return " ".join(part.plain.rstrip(" .!?\u2026") + "?" for part in sentences(text))


def _hinted(line: str, ranked: tuple[Ranked, ...]) -> bool:
    """Say whether a line may be about the case at all; one of no content is about what was said."""
    return not stems(line) or sum(item.score for item in ranked) >= HINTED


def _one(fact: str, confidence: float) -> Asked:
    return (Match(fact=fact, confidence=round(confidence, 4)),), ()


def _which(scenario: Scenario, stance: Stance, pair: tuple[Ranked, ...]) -> Asked:
    """Choose among two likely facts; give both where they cannot be told apart.

    Nobody asks back about what they would not talk of yet, nor takes a question for one about what
    was told while something near is still open.
    """
    fresh = [item for item in pair if _reachable(stance, scenario.fact(item.fact))]
    if len(fresh) > 1:
        return (), tuple(item.fact for item in fresh)
    told = stance.knows(pair[0].fact)
    if fresh and (told or fresh[0].score >= NOT_FAR * pair[0].score):
        return _one(fresh[0].fact, fresh[0].score)
    return _one(pair[0].fact, pair[0].score)


def _perhaps(scenario: Scenario, stance: Stance, ranked: tuple[Ranked, ...]) -> tuple[str, ...]:
    """Give the two likeliest facts that can be told, if the words hint at them at all."""
    near = [item for item in ranked if _reachable(stance, scenario.fact(item.fact))][:2]
    enough = len(near) == 2 and sum(item.score for item in near) >= PERHAPS
    return tuple(item.fact for item in near) if enough else ()


def _picked(scenario: Scenario, stance: Stance, line: str, found: Moves) -> str | None:
    """Resolve the answer to "do you mean ... or ...?": "the first", or its words.

    A question with words of its own is a new one, even if it shares some with what was offered.
    """
    if not stance.offered:
        return None
    if (choice := PICKED_FIRST.match(plain(line))) is not None:
        return stance.offered[min(PICKS[choice[1]], len(stance.offered) - 1)]
    spoken = plain(line).split()
    longest = 4 if found.asks else 8
    for word, place in PICKS.items():
        if word in (w.strip(".,!?") for w in spoken) and len(spoken) <= longest:
            return stance.offered[min(place, len(stance.offered) - 1)]
    topics = {s for fact in stance.offered for s in stems(scenario.fact(fact).topic)}
    if found.asks and not set(stems(line)) <= topics:
        return None
    # "What you are really after" has no content word: then half of all its words must stand there.
    for words_of, least in ((stems, 0.0), (all_stems, 0.5)):
        shares = {}
        for fact in stance.offered:
            topic = set(words_of(scenario.fact(fact).topic))
            shares[fact] = len(topic & set(words_of(line))) / len(topic) if topic else 0.0
        best = max(shares, key=lambda f: shares[f])
        if shares[best] > least:
            return best if list(shares.values()).count(shares[best]) == 1 else None
    return None


def _guess(
    scenario: Scenario, stance: Stance, line: str, found: Moves, ranked: tuple[Ranked, ...]
) -> Fact | None:
    """Give the next fact for a question whose words name none: by what was told, or its kind."""
    if _bare(line, found) and (opened := _opened(scenario, stance)) is not None:
        return opened
    content = _asked_words(line)
    strange = content - topics_of(scenario).vocabulary
    if strange and strange == content:
        return None
    if (clear := _next(scenario, stance, set(clear_layers(line)), ranked)) is not None:
        return clear
    if strange or len(content) > MOST_GENERAL:
        return None
    layers = {layer for kind in found.kinds for layer in KIND_LAYERS.get(kind, ())}
    return _next(scenario, stance, layers, ranked)


def _bare(line: str, found: Moves) -> bool:
    """Say whether a question has no topic of its own: "why is that?", "tell me more"."""
    return found.did(Move.FOLLOW_UP) and len(_asked_words(line)) <= 1


def _asked_words(line: str) -> set[str]:
    """Give the content stems of what a line asks, what leads up to it left out."""
    asking = (p.plain for p in sentences(line) if question_type(p.plain) is not None)
    return {s for question in asking for s in stems(question)}


def _opened(scenario: Scenario, stance: Stance) -> Fact | None:
    """Give the next fact that the last answer leads to."""
    opened = (fact for fact in scenario.facts if stance.last_fact in fact.unlock.after)
    return next((fact for fact in opened if _reachable(stance, fact)), None)


def _next(
    scenario: Scenario, stance: Stance, layers: set[Layer], ranked: tuple[Ranked, ...]
) -> Fact | None:
    """Give the likeliest fact of some layers that can be told."""
    facts = (scenario.fact(item.fact) for item in ranked)
    return next((f for f in facts if f.layer in layers and _reachable(stance, f)), None)


def _reachable(stance: Stance, fact: Fact) -> bool:
    return not stance.knows(fact.id) and all(stance.knows(before) for before in fact.unlock.after)
