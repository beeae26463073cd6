"""What a trainee can read or hear before it is earned: words, numbers and names of locked facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rmcoach_llm.authoring.common import common_stems
from rmcoach_llm.authoring.page import Page
from rmcoach_llm.domain import Fact
from rmcoach_llm.language.words import stem, stems, words
from rmcoach_llm.library.problem import Problem, quoted

TELLING_WORDS = 3
"""Words of one locked fact alone that one public line may not hold together; two may be chance.

Of numbers and names one is enough; those that the brief tells of the company are no secret."""

SHORTEST_WORD = 5
"""Letters of a word that can tell something; "ago", "gone" and "five" stand anywhere."""

EVERYDAY = 100
"""So many of the commonest long words tell nothing: "years", "three", "change"."""

COMMON_NUMBER = 24
"""Whole numbers up to this one stand anywhere: "about 20 minutes", "the last 24 hours"."""

SAME_WORDS = 0.6
"""Share of the content words of the root need that the want may hold before both are one."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b")
"""A capital letter inside a sentence."""

_DATES = frozenset(
    "January February March April May June July August September October November December"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter English".split()
)


@dataclass(frozen=True)
class _Secret:
    """Hold what only one locked fact says; each is compared in the form that `_forms` gives."""

    fact: Fact
    stems: frozenset[str]
    exact: frozenset[str]


def giveaway_problems(page: Page) -> Iterator[Problem]:
    """Yield public lines that hold what only a locked fact holds."""
    secrets = list(_secrets(page))
    for path, text in page.public():
        spoken = set(_long_stems(text))
        # Two numbers of one company may be the same by chance, and nobody reads the persona's.
        exact = set() if path[0] == "persona" else set(_exact(text))
        for secret in secrets:
            shared, named = secret.stems & spoken, secret.exact & exact
            if named or len(shared) >= TELLING_WORDS:
                told = [*sorted(named), *(word for word in words(text) if stem(word) in shared)]
                message = (
                    f"gives away {quoted(secret.fact.id)}, which has to be earned "
                    f"({', '.join(dict.fromkeys(told))}); say it more vaguely"
                )
                yield page.warn(path, message)


def sameness_problems(page: Page) -> Iterator[Problem]:
    """Yield the root need where it says what the want says: then there is nothing to find out."""
    scenario = page.scenario
    need = set(stems(scenario.root_need.statement))
    for fact in scenario.facts:
        shared = need & set(stems(fact.statement))
        if fact.layer.value == "want" and len(shared) > SAME_WORDS * len(need):
            place = scenario.facts.index(scenario.root_need)
            message = (
                f"says in the same words what {quoted(fact.id)} says; a need is why that is "
                "wanted, and could be met in another way"
            )
            yield page.warn(("facts", place, "statement"), message)


def _secrets(page: Page) -> Iterator[_Secret]:
    scenario = page.scenario
    surface = [t for f in page.open_facts for t in (f.statement, *f.says, *f.asks_like)]
    known = {s for text in surface for s in _long_stems(text)}
    plain = {item for text in (*surface, *scenario.brief) for item in _exact(text)} | set(
        words(f"{scenario.persona.name} {scenario.persona.role} {scenario.title}")
    )
    for fact in page.locked_facts:
        yield _Secret(
            fact,
            frozenset(_long_stems(fact.statement)) - known - common_stems(EVERYDAY),
            frozenset(_exact(fact.statement)) - plain,
        )


def _exact(text: str) -> Iterator[str]:
    """Yield numbers but small ones and years, and names in small letters."""
    for number in _NUMBER.findall(text):
        if not number.isdigit() or (int(number) > COMMON_NUMBER and not _YEAR.fullmatch(number)):
            yield number
    for name in _NAME.findall(text):
        if name.removesuffix("s") not in _DATES:
            yield name.lower()


def _long_stems(text: str) -> Iterator[str]:
    return (stem(word) for word in words(text) if len(word) >= SHORTEST_WORD and word.isalpha())
