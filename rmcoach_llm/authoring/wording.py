"""What an author wrote too much, too little or twice, and words that nobody explains."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rmcoach_llm.authoring.common import common_stems
from rmcoach_llm.authoring.page import PLACEHOLDER, Page
from rmcoach_llm.domain import Layer
from rmcoach_llm.language.words import stem, stems, words
from rmcoach_llm.library.problem import Problem, one_line, quoted

LONG_SPEECH, LONGEST_SPEECH = 45, 60
"""Words in one go: people say 15 to 40; beyond 60 a listener has cut in long ago."""

FEWEST_FACTS = 10
FEWEST_SAYS = 3
FEWEST_LINES = {"guarded": 8, "hollow": 8, "thanks": 8, "off_topic": 5, "pitch": 5, "game": 5}
"""Lines of those lists that one talk may use up; a line that comes again sounds like a machine."""

KNOWN_TO_ALL = frozenset("AI CEO CFO CIO COO CTO EU HR IT OK PC PDF TV UK US USA".split())
"""Short forms that need no entry in a glossary."""

TERM_FACTS = 2
"""Facts that use a rare word before it counts as a term of the trade."""

_ACRONYM = re.compile(r"\b[A-Z][A-Z&]+[0-9]*\b")
_NOUN = re.compile(r"\b(?:a|an|the|no|my|our|your|her|his|its|their|each|every|of) ([a-z]{5,})\b")
"""A word behind an article or the like is a noun, or an adjective before one."""


def placeholder_problems(page: Page) -> Iterator[Problem]:
    """Yield each text that still waits for its author."""
    for path, text in page.texts():
        if PLACEHOLDER.match(text):
            told = one_line(text).partition("TODO")[2].strip(" :.")
            yield page.fault(path, f"is left to write: {told or 'this text'}")


def length_problems(page: Page) -> Iterator[Problem]:
    """Yield lines that are longer than people speak in one go."""
    for path, text in page.spoken():
        count = len(text.split())
        if count > LONGEST_SPEECH:
            message = (
                f"is a speech of {count} words; nobody says more than {LONGEST_SPEECH} in one go"
            )
        elif count > LONG_SPEECH:
            message = f"is {count} words long; people say 15 to 40 in one go"
        else:
            continue
        yield page.warn(path, f"{message}; shorten it, or keep a part for another line")


def repetition_problems(page: Page) -> Iterator[Problem]:
    """Yield lines that stand in the file twice."""
    seen: dict[tuple[str, ...], str] = {}
    for path, text in page.spoken():
        key = tuple(words(text))
        field = ".".join(map(str, path))
        if key in seen:
            yield page.warn(path, f"says the same as {seen[key]}; write another line")
        seen.setdefault(key, field)


def count_problems(page: Page) -> Iterator[Problem]:
    """Yield what there is too little of: facts, layers, lines, speech, an objection."""
    scenario = page.scenario
    if len(scenario.facts) < FEWEST_FACTS:
        message = f"holds {len(scenario.facts)}; a talk of 20 minutes needs {FEWEST_FACTS} or more"
        yield page.warn(("facts",), message)
    missing = [layer.value for layer in Layer if layer not in {f.layer for f in scenario.facts}]
    if missing:
        yield page.warn(("facts",), f"has no fact of layer {', '.join(missing)}; add one of each")
    for index, fact in enumerate(scenario.facts):
        if len(fact.says) < FEWEST_SAYS:
            message = f"{quoted(fact.id)} has {len(fact.says)} lines; write {FEWEST_SAYS}"
            yield page.warn(("facts", index, "says"), message)
    for name, fewest in FEWEST_LINES.items():
        count = len(getattr(scenario.lines, name))
        if count < fewest:
            message = f"has {count} lines; write {fewest}, so that none comes twice in a talk"
            yield page.warn(("lines", name), message)
    if not scenario.persona.speech:
        message = "has no 'speech'; say in a few lines how this person sounds, for a model's voice"
        yield page.warn(("persona",), message)
    if scenario.objection is None:
        message = "there is no 'objection'; add the doubt that meets a proposal, and what moves it"
        yield page.warn((), message)


def term_problems(page: Page) -> Iterator[Problem]:
    """Yield terms of the trade without an entry in the glossary, and entries that nobody uses."""
    glossary = page.scenario.glossary
    used = {
        s for path, text in page.texts() if path[0::2] != ("glossary", "term") for s in stems(text)
    }
    unused = [i for i, term in enumerate(glossary) if not set(stems(term.term)) <= used]
    if unused:
        names = ", ".join(quoted(glossary[index].term) for index in unused)
        message = f"is used nowhere: {names}; let somebody say it, or take it out"
        yield page.warn(("glossary", unused[0]), message)
    explained = " ".join(f"{term.term} {term.meaning}" for term in glossary)
    for name, index in (_acronyms(page, explained) | _rare_words(page, explained)).items():
        message = f"{quoted(name)} is a term of the trade; explain it in 'glossary'"
        yield page.warn(("facts", index), message)


def _acronyms(page: Page, explained: str) -> dict[str, int]:
    """Give the short forms that nobody explains, each with the first fact that uses it."""
    known = {*KNOWN_TO_ALL, *_ACRONYM.findall(explained)}
    found: dict[str, int] = {}
    for index, fact in enumerate(page.scenario.facts):
        for name in _ACRONYM.findall(" ".join((fact.statement, *fact.says))):
            if name not in known:
                found.setdefault(name, index)
    return found


def _rare_words(page: Page, explained: str) -> dict[str, int]:
    """Give the rare nouns of several facts that nobody explains, each with its first fact."""
    known = common_stems() | set(stems(explained)) | set(stems(page.scenario.persona.name))
    first: dict[str, tuple[str, int]] = {}
    uses: Counter[str] = Counter()
    for index, fact in enumerate(page.scenario.facts):
        nouns = _NOUN.findall(" ".join((fact.statement, *fact.says)))
        rare = {stem(word): word for word in nouns if stem(word) not in known}
        uses.update(rare.keys())
        for root, word in rare.items():
            first.setdefault(root, (word, index))
    return {word: index for root, (word, index) in first.items() if uses[root] >= TERM_FACTS}
