"""The output filter of a model's voice: what a stakeholder must not say.

Locked facts are never in a model's context, so this is the second wall, not the first. A line
that trips it is thrown away whole; it is never rewritten.
"""

from __future__ import annotations

import re

from rmcoach_llm.domain import Scenario, Stance
from rmcoach_llm.language.words import all_stems, plain

MOST_WORDS = 90
"""Words of a reply; people use about 17 a turn, a model that gets no limit 45 and more."""

SHINGLE = 6
"""Words in a row that two texts share only when one copies the other."""

LOCKED_SHINGLE = 4

ROLE_FLIP = re.compile(
    r"\b(?:as an? (?:ai|a\.i\.|language model|assistant|llm)|i(?:'m| am) (?:an? )?(?:ai|a\.i\.|language model|virtual assistant"
    r"|chat ?bot|large language)|language model|system prompt|my (?:instructions|prompt|programming|training data|developers)"
    r"|i(?:'m| am) (?:only |just )?(?:playing|role[- ]?playing|simulating)|role[- ]?play|stage directions?|this (?:simulation|exercise|scenario)"
    r"|how can i (?:help|assist) you(?: today)?|(?:openai|chatgpt|anthropic))\b"
)
OTHER_SPEAKER = re.compile(
    r"(?:^|\n)\s*\W{0,3}(?:trainee|user|human|you|interviewer|system)\W{0,3}:", re.I
)
COACHING = re.compile(
    r"\b(?:you (?:should|could|might|may) (?:want to )?(?:have )?(?:ask|asked|try asking|explore|probe|dig)"
    r"|(?:a )?(?:better|good|great|excellent) question (?:to ask|would be|is)|next,? (?:you should )?ask|ask me about|try asking"
    r"|(?:your|the) (?:score|rubric|feedback|evaluation)|hidden (?:need|fact)s?|well done|good job|you(?:'ve| have) (?:uncovered|unlocked|earned|discovered))\b"
)
MARKUP = re.compile(r"!\[|\]\(|^\s*(?:[-*\u2022]|\d+[.)])\s+\S", re.M)


def objection(text: str, *, scenario: Scenario, stance: Stance, prompt: str) -> str | None:
    """Say why a line must not be shown, or give None; works on unfinished lines too.

    `prompt` is the system prompt: a line that quotes it is stopped.
    """
    low = plain(text)
    if ROLE_FLIP.search(low) or OTHER_SPEAKER.search(text):
        return "left the role"
    if COACHING.search(low):
        return "coached the trainee"
    if MARKUP.search(text):
        return "wrote markup or a list"
    if len(low.split()) > MOST_WORDS:
        return f"spoke more than {MOST_WORDS} words"
    if _shares(low, prompt, SHINGLE, but=_spoken(scenario, stance)):
        return "quoted its instructions"
    for fact in scenario.facts:
        if not stance.knows(fact.id) and _shares(
            low, fact.statement, LOCKED_SHINGLE, but=_spoken(scenario, stance)
        ):
            return "came too near to what is not yet earned"
    return None


def _spoken(scenario: Scenario, stance: Stance) -> str:
    """Give what may be said in any words: the opening and all that is known."""
    known = [fact for fact in scenario.facts if stance.knows(fact.id)]
    objection = scenario.objection if stance.objection != "unspoken" else None
    return " . ".join(
        [
            scenario.opening,
            scenario.persona.background,
            *((objection.statement, *objection.raised) if objection else ()),
            *(f"{fact.statement} . {' . '.join(fact.says)}" for fact in known),
        ]
    )


def _shares(text: str, source: str, size: int, *, but: str) -> bool:
    return bool((_shingles(text, size) & _shingles(source, size)) - _shingles(but, size))


def _shingles(text: str, size: int) -> set[tuple[str, ...]]:
    found = all_stems(text)
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}
