"""Rules for vocabulary: which sentence of the trainee takes up a term, or asks what it means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from functools import cache, lru_cache
from itertools import pairwise

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import CONFIRMS, reacts
from rmcoach_llm.evaluators.talk import Said, Talk
from rmcoach_llm.language.figures import FIGURE
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import (
    FUNCTION_WORDS,
    SENTENCE_END,
    WORD,
    plain,
    stem,
    stem_set,
    stems,
    words,
)

TERM_LETTERS = 5
"""Stems shorter than this are seldom special terms."""

TIMES_SAID = 2
"""A single word that the stakeholder uses in so many turns is a term of theirs."""

LEAST_OWN_WORDS = 3
"""Fewer words are no sentence of one's own."""

EVERYDAY = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
thousand million half third quarter first second next last dozen percent
second minute hour day week month year night morning afternoon evening today tomorrow yesterday
monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december time times date spring summer autumn winter
people person everybody everyone nobody somebody someone anybody anyone man woman name colleague
team company business department boss customer client user office work working job matter thing
problem issue trouble question answer reason point part piece place side way case example idea fact
number figure amount list note page word line kind level share money cost price pay paid spend buy
big small large little great long short high low early late new old good bad better worse best hard
easy difficult simple clear open close same real sure right wrong ready able important
main only free full whole right left used using use help need want wish like hope try start begin
stop end finish keep hold stay leave come came bring brought put set turn move change run ran look
see seen saw show find found give gave given send sent call called ask asked tell told talk speak
spoke hear heard read write wrote written think thought believe feel felt guess wait happen become
live need work seem sound appear miss meet met lose lost win check agree decide sign plan report
always never often sometimes usually already still again soon later back away around between
without before after during perhaps maybe probably honestly exactly almost enough rather together
nothing something anything everything somewhere anywhere nowhere elsewhere cannot
""".split()
"""Words of any talk at work: no special terms of anybody's."""

TERM = r"(?!(?:that|this|it|they|those|these|you|we|he|she|success)\b)['\"]?[a-z]"
ASKS_MEANING = Pattern(
    rf"\b(?:do|did|would) you mean (?:by|with) (?:a |an |the )?{TERM}"
    rf"|\bwhat (?:does|do) (?:a |an |the )?{TERM}[^?]{{0,40}}? (?:mean|stand for)(?! (?:for|to|in|if|when|that)\b)"
    r"|\bwhat (?:does|do) ['\"][^'\"?]{2,40}['\"] mean\b"
    rf"|\bhow (?:do|would) you define {TERM}"
    rf"|\bwhen you say {TERM}[\w'\"-]*(?: [\w'\"-]+){{0,2}}, (?:what|which|do you mean|is that)\b"
)
ASKS_WHAT_IS = Pattern(
    r"^(?:\w+,? ){0,3}?what (?:exactly |precisely )?(?:is|are) (?:an? )?([^?,]{3,40}?)(?: exactly| precisely)?\?"
)
PARDON = Pattern(r"\b(?:sorry|pardon|excuse me)[,:.]? (?:an? |the )?([\w-]+(?: [\w-]+)?)\?$")
"""Begs pardon over a word: "the, sorry, soft close?"."""

EXPLAINS = Pattern(
    r"\bby (?:a |an |the )?[\w-]+ i mean\b|\bput simply\b|\bin (?:plain|simple) (?:words|english|terms)\b|\bthat is to say\b"
)


def stakeholder_term(talk: Talk) -> list[Cited] | Missing:
    """See a sentence that takes up a term which the stakeholder brought in.

    A term is two words of content side by side (after Justeson and Katz 1995: technical terms
    are mostly such phrases), or a longer word used in two turns; no everyday word. What stood
    in the brief or the opening, or the trainee said first, shows no listening.
    """
    if not talk.lines:
        return "no_opportunity"
    known = _terms(talk.brief) | _terms(talk.lines[0].earlier)
    times: Counter[str] = Counter()
    found: list[Cited] = []

    def theirs(term: str) -> bool:
        return times[term] >= (1 if " " in term else TIMES_SAID) and term not in known

    for line in talk.lines:
        times.update(_terms(line.new))
        own = [(said, _terms_among(words(said.plain))) for said in line.said]
        found.extend(
            said.cited for said, terms in own if not _echoes(said) and any(map(theirs, terms))
        )
        known |= {term for _, terms in own for term in terms} - times.keys()
    return shown(found)


def _echoes(said: Said) -> bool:
    """Say whether a sentence is too short to be more than a term called out: "Soft close!"."""
    return not said.asks and said.words < LEAST_OWN_WORDS


def _terms(text: str) -> set[str]:
    """Give the stems of words that may be terms, and those of two such words side by side."""
    return _terms_among(_WORD_OR_END.findall(plain(text)))


_WORD_OR_END = re.compile(f"{WORD.pattern}|{SENTENCE_END.pattern}")


def _terms_among(said: Iterable[str]) -> set[str]:
    """Give the same of words, and of signs between which no term stands."""
    row = list(map(_content, said))
    found = {word for word in set(row) if len(word) >= TERM_LETTERS}
    found.update([f"{a} {b}" for a, b in pairwise(row) if a and b])
    return found


@lru_cache(maxsize=16_384)
def _content(word: str) -> str:
    """Give the stem of a word that may be (part of) a term, else nothing."""
    own = stem(word) if word[0].isalpha() else ""
    return "" if own in _everyday() else own


@cache
def _everyday() -> frozenset[str]:
    return frozenset(stem(word) for word in (*EVERYDAY, *FUNCTION_WORDS))


def term_clarified(talk: Talk) -> list[Cited] | Missing:
    """See a question for what a term means.

    "What does that mean for your dates?" asks what follows, and for no term.
    """
    return shown(
        said.cited
        for line in talk.lines
        for said in line.said
        if said.asks and (said.finds(ASKS_MEANING) or _asks_what_is(said, line.earlier_stems))
    )


def term_explained(talk: Talk) -> list[Cited] | Missing:
    """See one of the trainee's own terms explained."""
    return shown(
        said.cited
        for said in talk.said()
        if not said.asks and said.finds(EXPLAINS) and Move.PLAYBACK not in said.does
    )


SAYS_MEANING = Pattern(
    r"\bby (?:a |an |the )?['\"]?(?P<by>[\w /-]{2,30}?)['\"]?,? (?:do you mean|you(?:'d)? mean|i (?:think|take it|guess|suppose) you mean|you understand)\b(?! (?:by|what))|\bwhen you say ['\"]?(?P<say>[\w /-]{2,30}?)['\"]?,? (?:you mean|do you mean|is that|that's|that is|you're speaking|that means|does that)\b|^(?:(?:so|and|okay|ok|right|well|then|ah)[,.]? )*(?:a |an |the )?['\"]?(?P<is>[a-z][\w/-]+(?: [\w/-]+){0,2}?)['\"]?,? (?:means|stands for|that's|that is|is when|is where|is what|is who|in the sense of|being|meaning)\b(?! (?:what|good|great|fine|bad|nice|the (?:problem|point|thing|one|reason))\b)"
)
"""Says what a word is taken to mean."""


def meaning_confirmed(talk: Talk) -> list[Cited] | Missing:
    """See what a word of the stakeholder's is taken to mean, to which the answer says yes."""
    return shown(
        said.cited
        for line in talk.lines
        if reacts(line, CONFIRMS)
        for said in line.said
        if (match := said.finds(SAYS_MEANING))
        and not FIGURE.search(word := match["by"] or match["say"] or match["is"])
        and set() < stem_set(word) <= line.earlier_stems
    )


def _asks_what_is(said: Said, earlier: Set[str]) -> bool:
    """See "what is a soft close?", or "sorry, soft close?", where all of the words are special and the stakeholder's."""
    match = said.finds(ASKS_WHAT_IS) or said.finds(PARDON)
    asked = stems(match.group(1)) if match else []
    special = all(_content(word) for word in words(match.group(1))) if match else False
    return bool(asked) and special and set(asked) <= earlier


RULES: dict[str, Rule] = {
    "stakeholder-term": stakeholder_term,
    "term-clarified": term_clarified,
    "term-explained": term_explained,
    "meaning-confirmed": meaning_confirmed,
}
