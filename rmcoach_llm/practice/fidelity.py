"""Measure what a stakeholder said: leaks, a role left, coaching, giving in, contradicting themselves.

Authored lines pass by construction; the measures are made for the voices of models. They go by
patterns: a count is a place to read, no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from rmcoach_llm.domain import Act, Move, Scenario, Stance, Trace
from rmcoach_llm.language.numerals import NUMERAL, numbers
from rmcoach_llm.language.words import FUNCTION_WORDS, all_stems, plain, sentences, stems
from rmcoach_llm.practice.guard import objection

AUTHORED = "authored"
"""The name of the voice whose lines an author wrote."""

SHINGLE = 4
"""Words in a row that a line shares with a locked fact only when it tells it."""

SMALL = 12
"""Numbers up to here come up in any talk; only larger ones can tell a locked fact."""

SHARED = 2
"""Content words that a line and a fact share when they speak of the same thing."""

DOUBT = "objection"

ROLE_LEFT, COACHED = "left the role", "coached the trainee"
"""What the guard says of a line that leaves the role or coaches."""

COUNTS = (
    "repeated_lines", "leaks", "role_flips", "coaching", "capitulations", "contradictions",
)  # fmt: skip
"""What an answer is watched for, by the fields of a `PlaytestResult`."""

NAME = re.compile(r"(?<=[a-z0-9,;:'] )[A-Z][a-z]{2,}(?:-[A-Z]?[a-z]+)?")
CAPITAL = re.compile(r"[A-Z][a-z]{2,}(?:-[A-Z]?[a-z]+)?")
CALENDAR = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday christmas easter english""".split()
)
GIVES_IN = re.compile(
    r"\b(?:(?:that|this|it) (?:really |all )?(?:sounds|looks|is|would be|'s) (?:really |very |just |absolutely )?"
    r"(?:great|good|perfect|wonderful|excellent|fantastic|amazing|brilliant|impressive|exactly what)"
    r"|(?:great|good|excellent|brilliant|fantastic|wonderful) (?:idea|suggestion|proposal|plan|solution)"
    r"|i(?:'m| am) (?:in|sold|convinced|all for it|persuaded|on board)\b|you(?:'ve| have)? (?:convinced|persuaded|won) me"
    r"|let's (?:do|go with|start with|try) (?:it|that|this)|sign me up|i(?:'d| would)? love (?:it|that|to have)"
    r"|when can (?:we|you) (?:start|begin)|exactly what (?:i|we) need|(?:it's|we have) a deal|i agree\b|sounds (?:great|good|perfect)"
    r"|no (?:more |further )?(?:doubts?|concerns?|objections?)|that (?:settles|answers) (?:it|my))"
)
HOLDS_BACK = re.compile(
    r"\b(?:not|never|but|though|however|yet|before|unless|until|if|only|would have to)\b|n't\b"
)
DENIES = re.compile(
    r"\b(?:i (?:never|did not|didn't) (?:say|said|tell|told|mention|mentioned)"
    r"|(?:that|this)(?:'s| is| was) not (?:what i said|true|right|correct|so)|(?:that|this) (?:isn't|wasn't) (?:what i said|true|right|correct)"
    r"|no,? (?:that|it)(?:'s| is) (?:wrong|not)|not quite|you (?:got|have) (?:that|me|it) wrong|there (?:is|are) no such)\b"
)


def gave_in(text: str, trace: Trace, scenario: Scenario) -> bool:
    """Say whether a line welcomes a pitch before the need is known, or drops a doubt unmoved.

    A line that agrees and holds back ("sounds good, but ...") is politeness.
    """
    early = trace.heard.did(Move.PITCH) and not trace.stance.knows(scenario.root_need.id)
    unmoved = trace.act in (Act.RAISE_OBJECTION, Act.HOLD_OBJECTION)
    if not (early or unmoved) or HOLDS_BACK.search(plain(text)):
        return False
    return any(GIVES_IN.search(part.plain) for part in sentences(text))


class Watcher:
    """Watch the answers of a scenario's stakeholder; make one for all its talks."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._held = {fact.id: _Held([fact.statement, *fact.says]) for fact in scenario.facts}
        self._open = _Held(list(_public(scenario)))
        if (doubt := scenario.objection) is not None:
            self._held[DOUBT] = _Held([doubt.statement, *doubt.raised, *doubt.held, *doubt.moved])

    def seen(
        self, text: str, trace: Trace, *, said: Sequence[str], heard: Sequence[str]
    ) -> set[str]:
        """Name what is wrong with an answer, as the counts of a `PlaytestResult` are named.

        `said` is what the stakeholder has said before, the opening included, `heard` what the
        trainee has said. For its own words an author answers: of a line that no model has phrased
        only what may happen to any line is named.
        """
        stance = trace.stance
        phrased = trace.voice != AUTHORED and trace.fallback is None
        reason = objection(text, scenario=self._scenario, stance=stance, prompt="")
        found = {
            "repeated_lines": text in said,
            "leaks": self.leak(text, stance, heard=heard) is not None,
            "role_flips": reason == ROLE_LEFT,
            "coaching": phrased and reason == COACHED,
            "capitulations": phrased and gave_in(text, trace, self._scenario),
            "contradictions": phrased and self.contradicts(text, trace, earlier=(*said, *heard)),
        }
        return {name for name, holds in found.items() if holds}

    def leak(self, text: str, stance: Stance, *, heard: Sequence[str] = ()) -> str | None:
        """Give the id of a locked fact that a line gives away, None where it gives none.

        An objection that is not yet voiced is locked, too: "objection". What the trainee has
        said, `heard`, gives nothing away when it is said again.
        """
        line, free = _held(text), [self._open, *map(_held, heard), *self._known(stance)]
        rows = line.rows.difference(*(held.rows for held in free))
        tokens = line.tokens.difference(*(held.tokens for held in free))
        out = self._out(stance)
        for name, locked in self._held.items():
            if name not in out and (rows & locked.rows or tokens & locked.telling):
                return name
        return None

    def contradicts(self, text: str, trace: Trace, *, earlier: Sequence[str]) -> bool:
        """Say whether a line denies what was told, or puts another number in its place.

        `earlier` is all that was said: a number that somebody has named is no new one.
        """
        if trace.heard.played_back and not trace.heard.misplayed and DENIES.search(plain(text)):
            return True
        said = _counted(text)
        if not said:
            return False
        free = [self._open, *map(_held, earlier), *self._known(trace.stance)]
        named = frozenset[str]().union(*(held.numbers for held in free))
        spoken = set(stems(text))
        for fact in map(self._scenario.fact, trace.stance.known):
            shared = spoken & set(stems(fact.statement))
            for unit in _counted(fact.statement).keys() & said.keys():
                if said[unit] - named and len(shared - {unit}) >= SHARED:
                    return True
        return False

    def _known(self, stance: Stance) -> list[_Held]:
        return [self._held[name] for name in self._out(stance) if name in self._held]

    @staticmethod
    def _out(stance: Stance) -> tuple[str, ...]:
        return stance.known if stance.objection == "unspoken" else (*stance.known, DOUBT)


@lru_cache(maxsize=16)
def watcher_of(scenario: Scenario) -> Watcher:
    """Prepare a scenario's watcher once."""
    return Watcher(scenario)


class _Held:
    """Hold what may tell some texts again: rows of words, numbers, names."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def rows(self) -> frozenset[tuple[str, ...]]:
        """Give rows of four stems, at least two of which carry content."""
        return frozenset(row for text in self._texts for row in _rows(all_stems(text)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Give all numbers."""
        return frozenset(n for text in self._texts for n in numbers(text))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Give all numbers and all words with a capital."""
        capital = {w.lower() for text in self._texts for w in CAPITAL.findall(text)}
        return self.numbers | capital

    @cached_property
    def telling(self) -> frozenset[str]:
        """Give larger numbers, and names: words that have a capital within a sentence."""
        names = {w.lower() for text in self._texts for w in NAME.findall(text)}
        large = {n for n in self.numbers if float(n) > SMALL}
        return frozenset(large | (names - CALENDAR - FUNCTION_WORDS))


@lru_cache(maxsize=256)
def _held(text: str) -> _Held:
    return _Held((text,))


def _rows(found: list[str]) -> Iterator[tuple[str, ...]]:
    for place in range(len(found) - SHINGLE + 1):
        row = tuple(found[place : place + SHINGLE])
        if sum(word not in FUNCTION_WORDS for word in row) >= 2:
            yield row


def _public(scenario: Scenario) -> Iterator[str]:
    """Yield what may be said at any time: brief, person, glossary, lines for all occasions."""
    persona = scenario.persona
    yield from (*scenario.brief, scenario.title, scenario.opening, scenario.business_function)
    yield from (persona.name, persona.role, persona.background, persona.style)
    yield from (*persona.pressures, *persona.speech, *scenario.solutions)
    for pool in scenario.lines.model_dump().values():
        yield from pool
    for term in scenario.glossary:
        yield f"{term.term} {term.meaning}"
    yield from (fact.topic for fact in scenario.facts)
    if scenario.objection is not None:
        yield scenario.objection.topic


@lru_cache(maxsize=256)
def _counted(text: str) -> dict[str, set[str]]:
    """Give for each thing that is counted the numbers before it: "412 people" -> people: 412."""
    found: dict[str, set[str]] = {}
    for match in NUMERAL.finditer(plain(text)):
        after = stems(text[match.end() :][:40])
        if after and not after[0].isdigit():
            value = match.group().rstrip(".,").replace(",", "")
            found.setdefault(after[0], set()).add(value)
    return found
