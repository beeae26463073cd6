"""Rules for presenting: history, method or technique before the point."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_replies import FILLS
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern

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


RULES: dict[str, Rule] = {"background-first": background_first}
