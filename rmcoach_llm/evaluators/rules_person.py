"""Rules for the person: a mood or load taken up, or belittled; and terms that only IT knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import NOT_FOLLOWED, reacts
from rmcoach_llm.evaluators.rules_owning import PLAYS_DOWN
from rmcoach_llm.evaluators.rules_replies import TROUBLE
from rmcoach_llm.evaluators.rules_vocabulary import named_terms, terms_in
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import sentences

BAD = r"(?:awful|painful|rotten|hard|tough|heavy|rough|horrible|horrid|terrible|bitter|nasty|miserable|lousy|galling|maddening|exhausting|frustrating|draining|upsetting|unpleasant|annoying|stressful|no fun|not fun|a bad|bad (?:way|place|night|week|day)|a mess)"
FEELS = Pattern(
    rf"\bi(?:'m| am) (?:so |very |really )?sorry (?:about|to hear|for you|that you|for that|you)|^(?:oh,? )?(?:im|i'm) sorry[.!]?$|\bpoor (?:you|thing|man|woman)\b|\b(?:that|this|it|what)(?:'s| is| was| must(?:'ve| have)?(?: been| be)?| sounds) (?:a |an |really |so |very |quite |rather |all )*{BAD}(?!\w)|\bwhat a (?:night|week|day|mess|start|blow|pity)\b|^(?:ouch|oh (?:dear|no|man|god|lord|my)|uff)\b|\b(?:that|it) (?:stings|hurts)\b"
    r"|\bno wonder (?:you|that you|she|he|they|it)\b|\bi(?:'d| would)(?: have)? (?:be|been|feel|felt) (?:angry|cross|tired|stung|fed up|worried|upset|annoyed|the same|too|nervous|furious)\b|\byou(?:'re| are|'ve been| have been| were| must be| must(?:'ve| have) been| sound| look)(?: really| so| very| quite| pretty)? (?:tired|exhausted|angry|cross|worn|pale|sad|pleased|under pressure|afraid|furious|upset|worried|left alone|let down|up all night|at it)\b|\byou(?:'ve| have) (?:gone pale|a lot on|had enough|a full)\b"
    r"|\b(?:congratulations|well done|get well|all the best|happy birthday)\b|\bmust (?:weigh|gnaw|eat|hurt|sting|worry|annoy|wear)\b|\bthat(?:'s| is) (?:not|no) (?:easy|fun|joke|way to)\b|\b(?:shall|should) we (?:stop|pause|take a break|do (?:it|this) another|make it short)\b|\bi(?:'ll| can| could) (?:come back|wait|keep it short|be quick|come (?:later|another))\b|\b(?:that|it) was tactless\b|\bi didn't want that\b"
)
"""Speaks to a mood or load."""

BELITTLES = Pattern(
    r"\bthat(?:'s| is) (?:just )?(?:life|how it is|nothing special|sweater weather)\b|\bthats life\b|\byou(?:'ll| will) (?:see|be used to it|get over it|get used|survive)\b|\bcould be worse\b|\bwho cares\b|\bso what\b|\bbig deal\b|\bnothing special\b|\b(?:you can|just|simply) google\b|\b(?:you needn't|you don't need to|not necessary for you to|not (?:really )?needed for (?:someone|somebody|a person) in your) (?:know|understand|concern|position)\b|\bone gets used to it\b|\bevery\w* has (?:its|their|a) (?:ups|problems)\b|^(?:like|as) i said\b|^haha\b|\bin (?:a few|some) (?:months|weeks|years) (?:no one|nobody) remembers\b|\bno one remembers\b|\bbosses want\b|\bis good,? it keeps\b|\b(?:it's|its|that's) (?:only|just) (?:two|three|a few|a couple|a bit|one|numbers|data|words)\b|\bthe (?:numbers|figures|data|facts) are what they are\b|\bstatistically speaking\b|\bgrow up\b|\btoo sensitive\b|\brelax\b"
)
"""Makes little of what the other told."""

PERSONAL = Pattern(
    r"\b(?:i|we)(?:'m| am|'re| are|'ve| have| was| were)?(?: so| really| very| all| been| a bit)* (?:tired|angry|sick|drowning|afraid|worried|scared|cross|fed up|alone|exhausted|ashamed|proud|pleased|up (?:all night|since)|on my own|four short|in tears|nervous|sorry|sleep|hurt|cried|dread|hate|signed the apology)\b|\b(?:knees?|head|back) hurts?\b|\bdon't sleep\b|\bshout\w*\b|\bblam\w+\b|\blike an idiot\b|\bstood there\b"
)
"""Tells of a mood or a load of one's own."""

JARGON_IN_A_SENTENCE, JARGON_IN_A_TALK = 2, 3
"""So many terms of IT that the stakeholder had not used, in one sentence or in all of the talk."""

ABBREVIATION = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,5}s?(?![\w-])|\b[pn]\s?[<=>]\s?\.?\d")
KNOWN = frozenset(
    "IT HR OK EU US UK PDF CFO CEO CIO COO CTO ID AI VAT PC TV FAQ USB URL SMS GPS PIN QR FTE KPI R&D VIP PR CV MD AM PM ERP CRM SAP GDPR ISO Q1 Q2 Q3 Q4 H1 H2".split()
)
"""Abbreviations that any office knows."""


def person_acknowledged(talk: Talk) -> list[Cited] | Missing:
    """See a word on a mood or a load, in the reply to one who told of it."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since and _told(line)
        for said in line.said[:3]
        if said.finds(FEELS)
    )


def dismissive(talk: Talk) -> list[Cited] | Missing:
    """See what the stakeholder told of a trouble belittled."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since and not any(said.finds(FEELS) for said in line.said)
        for said in line.said[:2]
        if said.finds(PLAYS_DOWN) or (said.finds(BELITTLES) and _told(line))
    )


def _told(line: Line) -> bool:
    return any(
        TROUBLE.search(part.plain) or PERSONAL.search(part.plain) for part in sentences(line.last)
    )


def abbreviations(line: Line, said: Said) -> set[str]:
    """Give the abbreviations of a sentence that the stakeholder had not used, and not all know."""
    found = {match.group().rstrip("s") for match in ABBREVIATION.finditer(said.text)}
    if not found:
        return set()
    return {
        each.lower()
        for each in found - KNOWN
        if each not in line.earlier and not terms_in(each, "trade")
    }


def not_followed(talk: Talk) -> Iterator[Said]:
    """Yield sentences with an unknown abbreviation which the answer does not follow."""
    for line in talk.lines:
        found = [said for said in line.said if abbreviations(line, said)]
        if found and reacts(line, NOT_FOLLOWED):
            yield from found


def jargon(talk: Talk) -> list[Cited] | Missing:
    """See terms of IT that the stakeholder had not used, two in a sentence or three in a talk.

    Abbreviations that not all know count as well, and one is enough where the answer cannot follow.
    """
    named = [(said, new) for _, said, _, new in named_terms(talk, "it") if new]
    number = len(set[str]().union(*(new for _, new in named)))
    if number >= JARGON_IN_A_TALK:
        return shown(said.cited for said, _ in named)
    terms = {id(said): new for said, new in named}  # to hash all that a sentence holds takes long
    thick = [
        said.cited
        for line in talk.lines
        for said in line.said
        if len(terms.get(id(said), set()) | abbreviations(line, said)) >= JARGON_IN_A_SENTENCE
    ]
    lost = (said.cited for said in not_followed(talk))
    return shown(dict.fromkeys([*talk.cites(Move.JARGON), *thick, *lost]))


RULES: dict[str, Rule] = {
    "person-acknowledged": person_acknowledged,
    "dismissive": dismissive,
    "jargon": jargon,
}
