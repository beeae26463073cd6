"""What an answer puts right: a word that it explains, spells out, or takes for another one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rmcoach_llm.evaluators.rules_heard import FIRST_SENTENCES, LEADS_IN, answer_to
from rmcoach_llm.evaluators.rules_vocabulary import terms_in
from rmcoach_llm.evaluators.talk import Line, Said
from rmcoach_llm.language.figures import FIGURE
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import FUNCTION_WORDS, sentences, stem_set, words

NO = r"(?:(?:no|not (?:quite|exactly|really)|wrong|ah no)\b(?:,? (?:no|\w+))?[,.!] )"
SAYS_WHAT = r"(?:is|isn't|are|aren't) (?:not )?(?:an? |when |where (?!i\b|we\b|you\b)|how |about |something )"
PUT_RIGHT = Pattern(
    LEADS_IN
    + rf"{NO}?(?:(?:an? |the )?(?P<term>(?!but\b|nine\b|ten\b)[a-z][\w/-]*(?: [\w/-]+){{0,2}}?) (?:{SAYS_WHAT}|means |stands for )"
    r"|not (?P<other>[\w/-]+)[.,]|if you mean |you mean |that's not (?:what|where|how) (?:it|they|that|an?|the)\b)"
)
"""The answer says what a term is, or which one is meant."""

TERM = r"(?!(?:in|on|at|with|for|from|of|by|yet|there|here|that|this|it|what|which|my|your|our|but)\b)[a-z][\w/-]*(?: [\w/-]+){0,2}?"
TOLD_APART = Pattern(
    LEADS_IN
    + rf"{NO}?(?:an? |the )?(?P<one>{TERM}) (?:(?:is|are)(?: not|n't)|isn't|aren't|has nothing to do with|have nothing to do with) (?:an? |the )?(?P<two>{TERM})(?:[.,;]|$| though\b)"
    rf"|{LEADS_IN}(?:an? |the )?(?P<pair>{TERM} and (?:an? |the )?{TERM}) (?:is|are) (?:not the same|(?:two )?(?:quite |very )?(?:different|separate)|two things)\b"
    r"|\byou(?:'re| are|'ve| have)? (?:mix|confus)\w+"
)
"""The answer says that one thing is not the other."""

DEFINES = Pattern(
    r"^(?:(?:and|so|but|sure|okay|ok|right|well|yes|ah|oh|then|i see)[,.]? )*(?:the |your |an? |those |these )?(?!it\b|that\b|this\b|there\b|what\b|which\b|who\b|how\b|he\b|she\b|you\b|we\b|i\b|they\b)[a-z][\w/-]*(?: [\w/-]+){0,2}?(?:,? that's|, so|'s| is| are| means) (?:just |only |basically |simply |like )?(?:the |an? |those |when |what |where )"
)
"""Says what something is."""

REDEFINES = Pattern(
    LEADS_IN
    + rf"{NO}?(?:it|that|this|they|those|these)(?:'s|'re| is| are)?(?: not| isn't| aren't|n't)? (?:rather |more )?(?:an? |the |more than |a good bit more than |when |where |what )(?!(?:good|nice|great|lovely|fair|fine|big|huge|bit|lot|pity|shame|mess|start|view|problem|question|point|deal|while|different|first|same|only|one|way|idea|thing|worry|risk|relief|joke|disaster|nightmare|beginning|start|reason|trouble|case|story|pleasure|long|hard|sad|small|little|real|whole|truth|numbers?|usual|pain)\b)[a-z]"
)
"""Says of it what it is, or that it is not that."""

WRONG_WAY = Pattern(
    LEADS_IN
    + r"(?:no+[,.]? |nope[,.]? )?(?:(?:it's |that's )?(?:just )?the )?other way(?: round| around| about)?\b"
)

SAYS_INSTEAD = Pattern(
    r"^(?:but )?(?:that's|that is|it's|it is|those are|they're|they are|that means) (?:the|an?|where|when|how|what|your|our|about)\b(?! (?:lot|problem|pity|shame|good|new|bit))"
)
"""Behind a word asked back, says what the word is."""

INVERTED = Pattern(
    r"^(?:(?:and|but|so|or|okay|well|now|then|by the way)[,.]? )*(?:who|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|would|will|shall|should|have|has|had|may|might|isn't|aren't|don't|doesn't|didn't|in (?:which|what)|at (?:which|what)|by (?:which|what)|to (?:which|what))\b"
)
"""Asks by its form; "so they are invoices, I imagine?" states something for the other to confirm."""

POINTS = frozenset(
    "that this it which what who there he she they everything nothing sure yet really bad".split()
)
"""Words that are no term."""


SHORT = re.compile(r"\b([A-Z]{3,6})s?\b")


def put_right(line: Line) -> Iterator[Said]:
    """Yield the first sentence whose word the answer explains, spells out or takes for another."""
    told = [said for said in line.said if not _asks_openly(said)]
    answer = sentences(answer_to(line))[:FIRST_SENTENCES]
    if len(answer) == FIRST_SENTENCES and answer[0].plain.endswith("?"):
        asked = stem_set(answer[0].plain)
        if asked and SAYS_INSTEAD.search(answer[1].plain):
            yield from [said for said in told if asked <= said.stems][:1]
    for place, part in enumerate(answer):
        if part.plain.endswith("?"):
            continue
        for said in told:
            if (
                _explained(
                    said, part.plain, answer_to(line)[part.start : part.end], first=not place
                )
                or _apart(said, part.plain)
                or _spelled_out(said, part.plain)
                or (not place and _defined_anew(said, part.plain))
            ):
                yield said
                return


def _asks_openly(said: Said) -> bool:
    return said.asks and said.finds(INVERTED) is not None


def _explained(said: Said, answer: str, text: str, *, first: bool) -> bool:
    """Say whether an answer says what a word of a sentence is, that it is another, or which is meant."""
    match = PUT_RIGHT.search(answer)
    if match is None or POINTS & {match["term"], match["other"]}:
        return False
    if word := match["term"] or match["other"]:
        by_name = match["other"] is not None and text.find(word) < 0  # names begin with a capital
        named = stem_set(word)
        return bool(named) and named <= said.stems and not by_name and (first or not match["term"])
    return bool(terms_in(said.plain, "trade"))


def _defined_anew(said: Said, answer: str) -> bool:
    """Say whether an answer says what that is which a sentence had said what it is."""
    if WRONG_WAY.search(answer):
        return said.finds(DEFINES) is not None or bool(terms_in(said.plain, "trade"))
    return said.finds(DEFINES) is not None and REDEFINES.search(answer) is not None


def _apart(said: Said, answer: str) -> bool:
    """Say whether an answer tells two things apart of which a sentence named one."""
    match = TOLD_APART.search(answer)
    if match is None:
        return False
    if match["pair"] is not None:
        return bool(stem_set(match["pair"]) & said.stems)
    if match["one"] is None:
        return bool(terms_in(said.plain, "trade"))
    one, two = stem_set(match["one"]), stem_set(match["two"])
    numbers = FIGURE.search(f"{match['one']} {match['two']}")
    return bool(one and two) and not numbers and (one <= said.stems or two <= said.stems)


def _spelled_out(said: Said, answer: str) -> bool:
    """Say whether an answer begins with the words that an abbreviation of a sentence stands for."""
    own = [
        word for word in words(answer) if word not in FUNCTION_WORDS or word in ("on", "to", "of")
    ]
    return any(
        short.lower() in {"".join(w[0] for w in own[i : i + len(short)]) for i in (0, 1)}
        for short in SHORT.findall(said.text)
        if len(own) >= len(short)
    )
