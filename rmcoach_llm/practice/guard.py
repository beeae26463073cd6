"""The output filter of a model's voice: what a stakeholder must not say, in clear or in a code.

Locked facts are never in a model's context, so this is the second wall, not the first. A line
that trips it is thrown away whole; it is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rmcoach_llm.domain import Scenario, Stance
from rmcoach_llm.language.readings import coded_readings, folded, near_readings, squeezed
from rmcoach_llm.language.words import all_stems, plain

MOST_WORDS = 90
"""Words of a reply; people use about 17 a turn, a model that gets no limit 45 and more."""

MOST_CHARACTERS = 900
"""The same for a reply that is no words at all."""

SHINGLE = 6
"""Words in a row that two texts share only when one copies the other."""

LOCKED_SHINGLE = 4

RUN = 30
"""Letters in a row that show a copy where words run together or apart."""

CODED_RUN, STRIDE = 10, 3
"""The same in a code, where honest text is noise; tried at every third letter: a run of 12
letters cannot slip through."""

ROLE_FLIP = re.compile(
    r"\b(?:as an? (?:ai|a\.i\.|language model|assistant|llm)|i(?:'m| am) (?:an? )?(?:ai|a\.i\.|language model|virtual assistant"
    r"|chat ?bot|large language)|language model|system prompt|my (?:instructions|prompt|programming|training data|developers)"
    r"|i(?:'m| am) (?:only |just )?(?:playing|role[- ]?playing|simulating)|role[- ]?play|stage directions?|this (?:simulation|exercise|scenario)"
    r"|how can i (?:help|assist) you(?: today)?|(?:openai|chatgpt|anthropic))\b"
)
CODED_FLIP = re.compile(
    r"languagemodel|systemprompt|iamanai|imanaimodel|asanaimodel|asanaiassistant|iamachatbot"
    r"|imachatbot|virtualassistant|myinstructions|roleplay|ignoreprevious|chatgpt"
)
"""What a role that is left says in a code, where there are no words."""

OTHER_SPEAKER = re.compile(
    r"(?:^|\n)\s*\W{0,3}(?:trainee|user|human|you|interviewer|system)\W{0,3}:", re.I
)
COACHING = re.compile(
    r"\b(?:you (?:should|could|might|may) (?:want to )?(?:have )?(?:ask(?! me (?:something|anything))|asked|try asking|explore|probe|dig)"
    r"|(?:a )?(?:better|good|great|excellent) question (?:to ask|would be|is)|next,? (?:you should )?ask|(?<!you )ask me about (?:my|our|the|that|this|wh\w+|how)|try asking"
    r"|your (?:score|rubric|feedback|evaluation)|the rubric|hidden (?:need|fact)s?|well done|good job"
    r"|you(?:'ve| have) (?:uncovered|unlocked|earned|discovered))\b"
)
MARKUP = re.compile(r"!\[|\]\(|^\s*(?:[-*\u2022]|\d+[.)])\s+\S", re.M)
TOKEN = re.compile(r"[^\s\"'()\[\]{}<>,;:!?]{5,}")
SHORTEST_TOKEN = 6

LEFT_ROLE, QUOTED = "left the role", "quoted its instructions"
TOO_NEAR = "came too near to what is not yet earned"


def objection(text: str, *, scenario: Scenario, stance: Stance, prompt: str) -> str | None:
    """Say why a line must not be shown, or give None; works on unfinished lines too.

    `prompt` is the system prompt: a line that quotes it is stopped.
    """
    guard = Guard.over(scenario, stance, prompt)
    return guard.objection(text) or guard.hidden(text)


@dataclass(frozen=True)
class Guard:
    """Hold what one line must not give away; make it with `over`, once for all its pieces."""

    free: frozenset[tuple[str, ...]]
    prompt: frozenset[tuple[str, ...]]
    locked: frozenset[tuple[str, ...]]
    runs: frozenset[str]
    coded_runs: frozenset[str]
    tokens: tuple[str, ...]

    @classmethod
    def over(cls, scenario: Scenario, stance: Stance, prompt: str) -> Guard:
        """Prepare what must not be said: the prompt but for what is known, and what is locked."""
        spoken = list(_spoken(scenario, stance))
        shut = [fact.statement for fact in scenario.facts if not stance.knows(fact.id)]
        told = [squeezed(text) for text in spoken]
        # Without what may be said: a run must not reach from its end into the rule behind it.
        rules = re.split("|".join(map(re.escape, sorted(spoken, key=len, reverse=True))), prompt)
        secret = [squeezed(text) for text in (*rules, *shut)]
        return cls(
            free=frozenset(_shingles(spoken, SHINGLE) | _shingles(spoken, LOCKED_SHINGLE)),
            prompt=frozenset(_shingles(rules, SHINGLE)),
            locked=frozenset(_shingles(shut, LOCKED_SHINGLE)),
            runs=frozenset(_runs(secret, RUN) - _runs(told, RUN)),
            coded_runs=frozenset(_runs(secret, CODED_RUN)),
            tokens=tuple(_odd_tokens(prompt, but=scenario.model_dump_json())),
        )

    def objection(self, text: str) -> str | None:
        """Say why a line must not be shown as it reads, or give None; cheap enough for each piece."""
        low = plain(folded(text))
        if ROLE_FLIP.search(low) or OTHER_SPEAKER.search(text):
            return LEFT_ROLE
        if COACHING.search(low):
            return "coached the trainee"
        if MARKUP.search(text):
            return "wrote markup or a list"
        if len(low.split()) > MOST_WORDS or len(low) > MOST_CHARACTERS:
            return f"spoke more than {MOST_WORDS} words"
        return self._copied(low)

    def hidden(self, text: str) -> str | None:
        """Say what a line holds in a code, or give None; half a millisecond."""
        for said in near_readings(text):
            if ROLE_FLIP.search(plain(said)):
                return LEFT_ROLE
            run = squeezed(said)
            if any(token in run for token in self.tokens) or _holds(run, self.runs, RUN, 1):
                return QUOTED
            if (reason := self._copied(said)) is not None:
                return reason
        for said in coded_readings(text):
            if CODED_FLIP.search(said):
                return LEFT_ROLE
            if any(token in said for token in self.tokens):
                return QUOTED
            if _holds(said, self.coded_runs, CODED_RUN, STRIDE):
                return QUOTED
        return None

    def _copied(self, low: str) -> str | None:
        if (_shingles([low], SHINGLE) & self.prompt) - self.free:
            return QUOTED
        if (_shingles([low], LOCKED_SHINGLE) & self.locked) - self.free:
            return TOO_NEAR
        return None


def _spoken(scenario: Scenario, stance: Stance) -> Iterator[str]:
    """Give what may be said in any words: who one is, the opening and all that is known."""
    persona = scenario.persona
    yield from (scenario.opening, persona.role, persona.background, persona.style)
    yield from (*persona.pressures, *persona.speech)
    for fact in scenario.facts:
        yield fact.topic
        if stance.knows(fact.id):
            yield from (fact.statement, *fact.says)
    if scenario.objection is not None and stance.objection != "unspoken":
        yield from (scenario.objection.statement, *scenario.objection.raised)


def _odd_tokens(prompt: str, *, but: str) -> Iterator[str]:
    """Yield the tokens of a prompt that no talk holds: codes, capitals, letters with digits.

    >>> list(_odd_tokens("Sheet KESTREL-4471 of Ms Vossberg, IT, HANA2 and 14:30.", but="HANA2"))
    ['kestrel4471']
    """
    for token in dict.fromkeys(TOKEN.findall(prompt)):
        shape = token.strip(".-")
        odd = shape.isupper() or (re.search(r"\d", shape) and re.search(r"[A-Za-z]", shape))
        if odd and shape not in but and len(bare := squeezed(shape)) >= SHORTEST_TOKEN:
            yield bare


def _shingles(texts: Iterable[str], size: int) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        spoken = all_stems(text)
        found.update(tuple(spoken[i : i + size]) for i in range(len(spoken) - size + 1))
    return found


def _holds(said: str, runs: frozenset[str], size: int, stride: int) -> bool:
    return any(said[i : i + size] in runs for i in range(0, len(said) - size + 1, stride))


def _runs(texts: Iterable[str], size: int) -> set[str]:
    return {text[i : i + size] for text in texts for i in range(len(text) - size + 1)}
