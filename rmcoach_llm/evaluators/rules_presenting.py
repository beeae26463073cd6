"""Rules for presenting: the point or its history first, lists of features, a reaction asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_replies import FILLS
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import stem_set

LEAD = r"^(?:(?:well|okay|ok|so|right|sure|yes|hello|hi|good morning|thank you|thanks|then|in short|briefly|quickly|gladly|of course|now)(?: \w+)?[,.:!]* )*"
POINT = Pattern(
    LEAD
    + r"(?:(?:(?:my|the|one|just one|only one|a single|our) (?:\w+ )?(?:recommendation|suggestion|proposal|advice|message|result|answer|point|idea|request|short version|bottom line|upshot|finding|gist|heart of it|long and short)|what (?:i(?:'d| would)? (?:suggest|recommend|propose|put)|it comes down to)|short answer|in (?:one|a) (?:line|sentence|word|phrase)|result (?:first|before)|straight to it|quick and painless|in a nutshell|to cut it short|one (?:line|thing|sentence|word|suggestion|recommendation|piece of advice))(?: (?:is|would be|of today|for today|at heart|first|before the details|this quarter))?\s?(?:[:,]|is\b|would\b|-)"
    r"|most likely (?:it|the)\b|(?:it|that)(?:'s| is) (?:mainly|mostly|chiefly|nearly all|all) )"
)
"""A sentence that gives a recommendation or the main point at once."""

HISTORY = Pattern(
    LEAD
    + r"(?:(?:before (?:that|i|we|you)\b|first(?:ly)?,? (?:of all,? )?(?:a (?:little|bit|few)|how|some|the (?:background|history|method|context)|let|i(?:'d| would|'ve| have)? (?:to |like to )?(?:say|tell|explain|show|took|looked))|to (?:begin|start) with,? (?:the|a|our|perhaps|some|how)|let me (?:first )?(?:set the scene|start|begin|tell you (?:about )?how|explain how|go back|give you (?:some|a bit of|the) (?:background|context|history))|i(?:'d| would| will|'ll)? (?:begin|start|like to (?:begin|start)|love to (?:begin|start)) (?:at|with|by|from) (?:the |a )?(?:source|beginning|history|data|method|background|how|architecture|start|way)|how i (?:proceeded|did it|went about)|to (?:answer|understand) (?:that|this),? (?:i|we|you|one)(?:'d| would| have| need)? (?:go|start|have|need|must)|from a technical)\b"
    r"|(?:the|our|this|it) (?:[\w-]+ ){0,3}(?:was|were) (?:founded|set up|put in|built|started|introduced|designed|invented|developed) in (?:the )?(?:19|20)\d\d)"
    r"|^(?:i|we) (?:took|extracted|pulled|cleaned|joined|loaded|built|went through) [^.?!]{10,}, (?:cleaned|joined|built|removed|loaded|mapped|and (?:i|we|then)|ran|tested)\b|\b(?:our|the) architecture (?:has|consists|is)\b|\bhow (?:our|the|this) (?:department|team|tool|system|project|idea|working group|server)s?(?: has| have)? (?:grown|came|developed|began|started|evolved)\b"
)
"""Begins with history, method or technique."""


def _replies(talk: Talk) -> Iterator[tuple[Line, int, Said]]:
    """Yield the first sentence of each turn that says more than "okay", with its place."""
    for line in talk.lines:
        for place, said in enumerate(line.said):
            if not FILLS.match(said.plain) and said.words > 2:
                yield line, place, said
                break


def background_first(talk: Talk) -> list[Cited] | Missing:
    """See history, method or technique in the first sentences of a turn."""
    return shown(
        said.cited
        for line, place, first in _replies(talk)
        if not first.finds(POINT)
        for said in line.said[place : place + 2]
        if not said.asks and said.finds(HISTORY)
    )


RECOMMENDS = Pattern(
    LEAD
    + r"(?:i(?:'d| would)(?: just| simply| therefore| first)? (?!not|never|rather|sooner|only|much|best|go into|like\b|love\b|need|want|appreciate|ask\b|be\b|have\b|know|guess|say (?:so|that)|hear|prefer|come\b|bring|write|think|expect|hope|feel|call|see|look|miss|hate|imagine|mind|also|still|believe|understand|assume|count|bet|rather|welcome|check|find|send|read|take it|say\b)[a-z]+|i(?:'d| would)? (?:recommend|suggest|propose|advise)|i wouldn't (?!know|say|mind|be\b|want|like|worry|have)[a-z]+|(?:we|you) should (?!not|also|have|be|get|know|see|tell|say|hear|perhaps|look|find)[a-z]+|my (?:\w+ )?(?:recommendation|suggestion|proposal|advice|answer)\b)"
)
"""Gives a recommendation at once."""

REASONS = Pattern(
    r"\b(?:because|since|as (?:it|that|they|you|the|your)|so that|that way|then|for one|reasons?|why|which (?:saves|gives|takes|spares|keeps)|otherwise|therefore|by (?:that|this|doing))\b"
)

REACTION = Pattern(
    r"\b(?:what|how) (?:do|would|did|does|might) (?:you|your \w+)(?: \w+)? (?:think of|think about|make of (?:it|that|this|the|my)|say (?:to|of) (?:it|that|this|the|such|a)|feel about|find (?:it|that|this|the)|change(?: in| about|\?)|have against|see it)|\bwhat do you think\?|\bhow (?:does|would|did|do) (?:that|this|it|the \w+|my \w+|these|such \w+)(?: \w+)? (?:sound|look|strike|sit with|land|go down|feel)\b|\bwhat (?:in|about|of|would speak|speaks|do you have|would you have|have you got|stands)\b[^?]{0,40}\b(?:against|not work|wouldn't work|won't work|doesn't work|not fit|doesn't fit|won't fit|bothers you|worries you|scares you|troubles you)\b|\bwhat(?:'s|'d| is| would be| would)? (?:wrong with (?:it|that|this)|missing in (?:it|that|this)|lacking|keep you|stop you|prevent you|hold you)\b"
    r"|\bwhat(?:'s| is) your (?:take|view|opinion|reaction|gut|feeling|verdict|impression)|\byour (?:take|view|reaction|verdict)\?|\bwhere (?:would|do|does|will|might) (?:it|that|this|you|they)[^?]{0,25} (?:pinch|fall down|not trust|not believe|see (?:a |the )?(?:hitch|catch|problem|weak|risk)|fall apart)|\bwhere don't you\b|\b(?:would|could|can|does|do|is) (?:that|this|it|such an? \w+)(?: all| one| really| still| even)? (?:work for|help (?:you|them|your|or)|suit (?:you|your)|do the job|make sense|be (?:acceptable|bearable|fine with|any use|of (?:any )?use|useful|too (?:much|many|early|late|long))|acceptable|bearable|sound (?:right|like|fair|too))\b|\b(?:could|would|can) you live with\b|\b(?:any|what|which) (?:doubts|objections|concerns|reservations)\b|\btear (?:it|that|this) apart\b|\bwhat you don't like\b|\bwhere you'd not\b|\bdo you see (?:anything|something) [^?]{0,20}(?:against|differently|missing|wrong)\b"
)
"""Asks what the other thinks of a thing, or has against it."""

ITEM = re.compile(
    r"(?:an? |the |some |our |your |with |in |for |e-)?[a-z][\w/&-]*(?: (?:of |for |to |with )?[a-z][\w/&-]*){0,2}"
)
CUT = re.compile(r",(?: and| or)?|;|:|\band\b")
LEAST_ITEMS, MANY_ITEMS = 3, 5
LEAST_LETTERS = 3
HAS = Pattern(
    r"\b(?:it|that|they|we|you|platform|suite|system|tool|module|app|product|version|release|portal|solution|package)(?:'s|'ve|'d)?(?: all| also| even)? (?:has|have|had|got|get|covers?|gives?|offers?|includes?|can do|does|do|did|comes? with|supports?|brings?)\b|\bthere(?:'s|s| is| are)\b|\bit(?:'s|'ve) got\b|\bit is\b"
)
"""Says that something has or offers things; without it more in a row are wanted."""

ANNOUNCED = Pattern(
    r"\bthere are (?:two|three|four|five|six)\b|\b(?:two|three|four|five|six) (?:\w+ )?(?:parts?|points?|steps?|heads|things|words|bits|kinds|screens|posts|catches|sheets|risks|troubles|questions|reasons|ways|topics|columns)\b|\bin (?:this|that|the) order\b|\bin turn\b"
)
TOLD_OF = Pattern(
    r"\b(?:i|i've|we|we've|have|they) (?:saw|seen|heard|read|named|told|looked)\b|\byour\b"
)
"""Speaks of what was met there."""
NO_FEATURE = frozenset(
    "so on forth etc i you we they he she it that this who which because so but if when where what how then not no yes well okay is are was were do does did can could would will should may might has have had don't doesn't won't it's i'd i'll you'd you'll we'd we'll that's there's monday tuesday wednesday thursday friday thanks thank please sure right".split()
)


def point_first(talk: Talk) -> list[Cited] | Missing:
    """See a recommendation or main point in the first sentence of a turn, and more behind it."""
    return shown(
        said.cited
        for line, place, said in _replies(talk)
        if not said.asks
        and (said.finds(POINT) or said.finds(RECOMMENDS))
        and (said.finds(REASONS) or any(not after.asks for after in line.said[place + 1 :]))
    )


def reaction_asked(talk: Talk) -> list[Cited] | Missing:
    """See a question for what the stakeholder thinks of what the turn, or the one before, presents."""
    return shown(
        said.cited
        for line in talk.lines
        for said in line.said
        if said.asks and said.finds(REACTION)
    )


def feature_list(talk: Talk) -> list[Cited] | Missing:
    """See three or more things of the trainee's own in a row, with no word on what they are for."""
    return shown(
        said.cited
        for line in talk.lines
        if not any(each.finds(ANNOUNCED) for each in line.said)
        for said in line.said
        if not said.asks and not said.finds(TOLD_OF) and not line.says_back(said)
        if _longest(said, line.earlier_stems) >= (LEAST_ITEMS if said.finds(HAS) else MANY_ITEMS)
    )


def _longest(said: Said, earlier: Set[str]) -> int:
    """Give how many things that the stakeholder had not spoken of stand in one row."""
    run = most = 0
    for part in CUT.split(said.plain.rstrip(".!?")):
        item = part.strip()
        thing = (
            ITEM.fullmatch(item) is not None
            and len(item) >= LEAST_LETTERS
            and NO_FEATURE.isdisjoint(item.split())
        )
        run = run + 1 if thing and not stem_set(item) & earlier else 0
        most = max(most, run)
    return most


RULES: dict[str, Rule] = {
    "background-first": background_first,
    "point-first": point_first,
    "reaction-asked": reaction_asked,
    "feature-list": feature_list,
}
