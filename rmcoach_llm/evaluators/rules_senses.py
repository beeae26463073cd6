"""Rules for the sense of terms: a term explained with words that have nothing to do with it.

`language/data/glossary.txt` gives, for terms of many functions, words that an explanation of them is
likely to hold, and behind a "!" words of things that they are confused with. An explanation that holds
none of the first, or one of the second, is taken to be wrong, unless the stakeholder says yes to it. It
also counts where the stakeholder puts a term right in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from functools import cache, lru_cache
from typing import NamedTuple

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import (
    CONFIRMS,
    DENIES,
    answer_to,
    reacts,
)
from rmcoach_llm.evaluators.rules_put_right import put_right
from rmcoach_llm.evaluators.rules_terms import ASKS_MEANING
from rmcoach_llm.evaluators.rules_vocabulary import DATA, named_terms, terms_in
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern, Regex
from rmcoach_llm.language.words import sentences, stem_set, words

LEAST_TERMS = 3
"""One or two terms may be chance."""

SENTENCES_A_TERM = 12
"""A long talk wants more terms, or the finding would follow length."""

MOST_GLOSS = 12
"""So many words at most say what a term is."""

GLOSS = Regex(
    r"^['\"]?(?P<frame>"
    r",? (?:so|that is|that's|thus|meaning|which means?|which (?:is|are)|in other words|or rather|i\.e\.|as in|being|by which i mean|if i understand it)(?: to say)?,? "
    r"|,? (?:means|stands for|stand for|refers? to|(?:is|are) when|(?:is|are) where|(?:is|are) what|(?:is|are) how|(?:is|are) the same as) "
    r"|[^,.;:?!]{0,40}, (?:by which i mean|meaning|in other words|that is to say) "
    r"|,? (?:i understand as|understood as|which i (?:understand|take) (?:as|to be)|you mean) "
    r"|(?:,| is|'s| are) (?=(?:the|an?|your|those|these|all|how|when|what|where) )"
    r")(?P<gloss>[^,.;:?!()]+)(?P<after>[^.;:?!]*)"
)
"""What follows a term where it says what the term is."""

SAID_SO = Pattern(
    r"\b(?:i mean|so to (?:say|speak)|in other words|if you (?:like|will)|as it were|you mean)\b"
)
"""Behind words set beside a term it says that they explain it."""

NO_GLOSS = Pattern(
    r"^(?:the |a |an |your |all )?(?:real |main |first |next |last |only |biggest |same |other |whole )*(?:problem|trouble|issue|ones?|thing|reason|bottleneck|part|point|heart|key|question|matter|case|worry|way|place|best|worst|rest|result|story|topic|answer|basis|pain|mess|most|least|moment)\b"
)
"""Says something of a term, and not what it is."""

NOT_SURE = Pattern(
    r"\b(?:right|correct|is that (?:it|so|right)|do i|did i|have i|am i|isn't it|aren't they|i (?:think|believe|guess|suppose|assume)|if i|or (?:is|are|not)|no)\??$|\b(?:as far as i|correct me)\b"
)

CONSEQUENCE = Pattern(
    r"^(?:that )?(?:i|we|you|they|he|she|it|there|then|far|please|let)\b(?! means)"
    r"|^(?:the|an?|your|our|their|my|all|every|each|no) (?:(?!who|that|which|where|when|whose|how|what|you|we|they|i)[\w-]+ ){1,4}?(?:can|could|will|would|must|should|may|might|is|are|was|were|has|have|needs?|gets?|goes)\b"
)
FOLLOWS = frozenset({"so", "thus"})
JOINS_ONLY = frozenset({"", "is", "are", "'s", "that's", "that is", "which is", "which are"})
"""With these a single word is a remark on the term ("a mess") as often as its meaning."""

ASKED_FIRST = 3
"""A question that begins with a term asks what it means; elsewhere its meaning is taken for granted."""


class Entry(NamedTuple):
    """Hold the stems that an explanation of a term may hold, and those of what it is confused with."""

    right: frozenset[str]
    wrong: frozenset[str]


@cache
def glossary() -> Mapping[tuple[str, ...], Entry]:
    """Read the glossary by the words of each term."""
    found: dict[tuple[str, ...], Entry] = {}
    for row in (DATA / "glossary.txt").read_text(encoding="utf-8").splitlines():
        names, _, told = row.partition(":")
        right, _, wrong = told.partition("!")
        for name in names.split(","):
            found[tuple(words(name))] = Entry(stem_set(right), stem_set(wrong))
    return found


@cache
def _first_words() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for term in sorted(glossary(), key=lambda t: (-len(t), t)):
        found.setdefault(term[0], []).append(term)
    return {first: tuple(terms) for first, terms in found.items()}


def glossed(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each known term that a sentence in small letters explains, with the explanation.

    In a question a term that stands at the beginning is asked about, not explained.

    >>> list(glossed("and the accruals, so the invoices we've paid already, are late."))
    [(('accruals',), "the invoices we've paid already")]
    """
    known = _first_words()
    for first in known.keys() & set(words(text)):
        for term in known[first]:
            found = _place(term).search(text)
            if found is None:
                continue
            match = GLOSS.match(text[found.end() :])
            asked = text.endswith("?") and text[: found.start()].count(" ") < ASKED_FIRST
            if match and not asked and _explains(match):
                yield term, match.group("gloss").strip()
            break


def _explains(match: re.Match[str]) -> bool:
    """Say whether what follows a term says what it is; "a mess" and "so they wait" do not."""
    gloss, frame = match.group("gloss").strip(), match.group("frame").strip(" ,")
    if NO_GLOSS.search(gloss) or (frame in FOLLOWS and CONSEQUENCE.search(gloss)):
        return False
    said_so = SAID_SO.search(gloss + match.group("after")) is not None
    least = 1 if said_so or frame not in JOINS_ONLY else 2
    return len(stem_set(gloss)) >= least and (bool(frame) or said_so)


@cache
def _place(term: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){'[ /-]'.join(map(re.escape, term))}(?![\w-])")


@lru_cache(maxsize=4_096)
def misused_in(text: str) -> bool:
    """Say whether a sentence in small letters explains a term by what it is not."""
    return any(_wrong(term, gloss) for term, gloss in glossed(text))


def _wrong(term: tuple[str, ...], gloss: str) -> bool:
    right, wrong = glossary()[term]
    told = stem_set(" ".join(gloss.split()[:MOST_GLOSS])) - stem_set(" ".join(term))
    return not told & right or bool(told & wrong)


def term_misused(talk: Talk) -> list[Cited] | Missing:
    """See a term with a wrong meaning, and one that the stakeholder puts right."""
    wrong = talk.once(_misused)
    return shown(said.cited for said in talk.said() if said in wrong)


def misusing(line: Line) -> Iterator[Said]:
    """Yield the sentences of a turn that use a term in a wrong sense."""
    if not reacts(line, CONFIRMS):
        for said in line.said:
            if not (said.finds(ASKS_MEANING) or said.finds(NOT_SURE)) and misused_in(said.plain):
                yield said
    yield from put_right(line)


def function_term(talk: Talk) -> list[Cited] | Missing:
    """See terms of the function that the stakeholder had not used: three, and one a dozen sentences.

    One is enough where the stakeholder says yes to it or takes it up, and none counts that is misused.
    """
    named = [
        (line, said, new)
        for line, said, _, new in named_terms(talk, "trade")
        if new and said not in talk.once(_misused)
    ]
    number = len(set[str]().union(*(new for _, _, new in named)))
    sentences = sum(len(line.said) for line in talk.lines)
    if number >= max(LEAST_TERMS, sentences / SENTENCES_A_TERM):
        return shown(said.cited for _, said, _ in named)
    return shown(
        said.cited for line, said, new in named if reacts(line, CONFIRMS) or _taken_up(line, new)
    )


def _taken_up(line: Line, new: Set[str]) -> bool:
    """Say whether the answer uses a term that the trainee brought in, and denies nothing."""
    told = [part.plain for part in sentences(answer_to(line)) if not part.plain.endswith("?")]
    own = {stem_set(term) for part in told for term in terms_in(part, "trade")}
    return not reacts(line, DENIES) and any(stem_set(term) in own for term in new)


def _misused(talk: Talk) -> frozenset[Said]:
    return frozenset(said for line in talk.lines for said in misusing(line))


RULES: dict[str, Rule] = {"term-misused": term_misused, "function-term": function_term}
