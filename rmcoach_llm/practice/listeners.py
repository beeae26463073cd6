"""The listener that needs no model: rules for moves, words for topics."""

from __future__ import annotations

from functools import lru_cache

from rmcoach_llm.domain import (
    Fact,
    Heard,
    Layer,
    Match,
    Move,
    Scenario,
    Stance,
    Transcript,
)
from rmcoach_llm.language.moves import Moves, is_check, is_request, moves_of
from rmcoach_llm.language.topics import (
    ASKED,
    CLOSE,
    KIND_LAYERS,
    PERHAPS,
    Ranked,
    Topics,
    clear_layers,
)
from rmcoach_llm.language.words import all_stems, plain, sentences, stems
from rmcoach_llm.practice.listening import follows_answer, playback, speaks_to_objection
from rmcoach_llm.protocols import Parts

LONGEST_LINE = 4_000
"""Characters of a line that are listened to; people stop listening well before."""

MOST_STRANGE = 1
"""Content words of a question that the scenario does not hold; one more and it is no guess."""

MOST_GENERAL = 2
"""Content words of a question that has no topic of its own: "what problems do you have?"."""

PICKS = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "last": -1}


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
    if _names_solution(scenario, line) and _offers(found):
        moves.add(Move.PITCH)
    follows = follows_answer(scenario, transcript, stance, found)
    if follows is not None and found.asks:
        moves.add(Move.FOLLOW_UP)  # what was said before the question may be what takes it up
    asked, unsure = _asked(scenario, stance, *_questions(line, found, bool(right or wrong)))
    if _off_topic(scenario, line, found, bool(asked or unsure)):
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


@lru_cache(maxsize=8)
def topics_of(scenario: Scenario) -> Topics:
    """Prepare a scenario's topics once."""
    return Topics.of(scenario)


@lru_cache(maxsize=8)
def _vocabulary(scenario: Scenario) -> frozenset[str]:
    """Give the content stems of all that a talk in this scenario may be about."""
    texts = [*scenario.brief, scenario.opening, scenario.title, scenario.business_function]
    texts += [scenario.persona.background, scenario.persona.role, scenario.persona.name]
    for fact in scenario.facts:
        texts += [fact.topic, fact.statement, *fact.cues, *fact.asks_like, *fact.says]
    texts += [term.term for term in scenario.glossary]
    return frozenset(s for text in texts for s in stems(text))


def _questions(line: str, found: Moves, played_back: bool) -> tuple[str, Moves]:
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


def _asked(
    scenario: Scenario, stance: Stance, line: str, found: Moves
) -> tuple[tuple[Match, ...], tuple[str, ...]]:
    picked = _picked(scenario, stance, line, found)
    if picked is not None:
        return (Match(fact=picked, confidence=0.9),), ()
    if not found.asks:
        return (), ()
    ranked = topics_of(scenario).rank(line, kinds=found.kinds, last_fact=stance.last_fact)
    if ranked[0].score >= ASKED:
        return _settle(scenario, stance, ranked)
    if _bare(line, found) and (guess := _opened(scenario, stance)) is not None:
        return (Match(fact=guess.id, confidence=0.5),), ()
    content = set(stems(line))
    strange = content - _vocabulary(scenario)
    if strange and strange == content:
        return (), ()
    if (guess := _by_clear_kind(scenario, stance, line)) is not None:
        return (Match(fact=guess.id, confidence=0.5),), ()
    if len(strange) > MOST_STRANGE:
        return (), ()
    if (guess := _by_kind(scenario, stance, line, found)) is not None:
        return (Match(fact=guess.id, confidence=0.5),), ()
    likely = [item for item in ranked if item.score > 0]
    perhaps = tuple(i.fact for i in likely if _reachable(stance, scenario.fact(i.fact)))[:2]
    return (), perhaps if ranked[0].score >= PERHAPS and len(perhaps) == 2 else ()


def _settle(
    scenario: Scenario, stance: Stance, ranked: tuple[Ranked, ...]
) -> tuple[tuple[Match, ...], tuple[str, ...]]:
    """Choose among the likeliest facts; give both where two cannot be told apart.

    Nobody asks back about what they would not talk of yet: what can be told is meant first.
    """
    best = ranked[0].score
    close = [item for item in ranked if item.score >= max(ASKED, best - CLOSE)][:2]
    fresh = [item for item in close if _reachable(stance, scenario.fact(item.fact))]
    fresh = fresh or [item for item in close if not stance.knows(item.fact)][:1] or close[:1]
    if len(fresh) > 1:
        return (), tuple(item.fact for item in fresh)
    order = fresh + [item for item in ranked if item is not fresh[0] and item.score >= ASKED]
    return tuple(Match(fact=i.fact, confidence=min(1.0, i.score)) for i in order[:3]), ()


def _picked(scenario: Scenario, stance: Stance, line: str, found: Moves) -> str | None:
    """Resolve the answer to "do you mean ... or ...?": "the first", or its words.

    A question with words of its own is a new one, even if it shares some with what was offered.
    """
    if not stance.offered:
        return None
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


def _bare(line: str, found: Moves) -> bool:
    """Say whether a question has no topic of its own: "why is that?", "tell me more"."""
    return found.did(Move.FOLLOW_UP) and len(set(stems(line))) <= 1


def _opened(scenario: Scenario, stance: Stance) -> Fact | None:
    """Give the next fact that the last answer leads to."""
    return next(
        (
            fact
            for fact in scenario.facts
            if stance.last_fact in fact.unlock.after and _reachable(stance, fact)
        ),
        None,
    )


def _by_clear_kind(scenario: Scenario, stance: Stance, line: str) -> Fact | None:
    """Give the next fact of a layer that is asked for in words that leave no doubt."""
    layers = clear_layers(line)
    return next((f for f in scenario.facts if f.layer in layers and _reachable(stance, f)), None)


def _by_kind(scenario: Scenario, stance: Stance, line: str, found: Moves) -> Fact | None:
    """Give the next fact for a question of few words, by what kind of thing it asks for."""
    content = set(stems(line))
    layers = {layer for kind in found.kinds for layer in KIND_LAYERS.get(kind, ())}
    if len(content) > MOST_GENERAL or (not layers and content - _vocabulary(scenario)):
        return None
    if not layers and found.did(Move.OPEN_QUESTION):
        layers = {Layer.WANT, Layer.SYMPTOM}
    return next((f for f in scenario.facts if f.layer in layers and _reachable(stance, f)), None)


def _reachable(stance: Stance, fact: Fact) -> bool:
    return not stance.knows(fact.id) and all(stance.knows(before) for before in fact.unlock.after)


def _off_topic(scenario: Scenario, line: str, found: Moves, asked: bool) -> bool:
    content = set(stems(line))
    return found.asks and not asked and len(content) >= 2 and not content & _vocabulary(scenario)


def _names_solution(scenario: Scenario, line: str) -> bool:
    spoken = f" {' '.join(stems(line))} "
    return any(f" {' '.join(stems(solution))} " in spoken for solution in scenario.solutions)


def _offers(found: Moves) -> bool:
    """Say whether a line that names a solution pushes it: it leads, or it does not ask."""
    return found.did(Move.LEADING_QUESTION) or not found.asks
