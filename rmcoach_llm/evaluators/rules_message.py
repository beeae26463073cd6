"""Rules for the one thing to keep, and for examples: said in closed sets of words and forms."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern

LEADS_IN = r"^(?:(?:well|okay|ok|so|right|sure|yes|fine|good|then|now|and|but|just|only|there's|it's|then there's|if i may)[,.:]? )*"
ONE = r"(?:just |only |exactly )?(?:the |this |my |a |our )?(?:one|single)(?: single| main| clear| simple| short| real| important)?"
KEEPS = (
    r"(?:keep|keeps|take|takes|remember|remembers|forget|forgets|carry|hear|hears|recall|read|know)"
)
WHO = r"(?:you|they|we|he|she|people|your \w+|the \w+)"
MESSAGE = Pattern(
    LEADS_IN
    + ONE
    + r" (?:thing|line|sentence|point|message|request|suggestion|recommendation|proposal|piece of advice|rule|idea)(?: (?:then|only|today|first|for \w+(?: \w+){0,2}|from \w+(?: \w+)?|to (?:keep|remember|take)(?: \w+){0,3}|is enough))?(?:[:,]|[.]$|$| is\b)"
    r"|^(?:(?:so|then|well|just|only|and|fine|okay)[,.]? )*(?:this|only this|just this|this one|the gist|my point|the point|the core of it)(?: of it)?(?: is)?(?:[:,]| is (?:that|this|:)|\?)"
    rf"|\bif {WHO} (?:only |just |were to |could |can |had to |should )*{KEEPS} (?:only |just |away |home |along |in )*(?:one|this|that|nothing else|a single|all the rest|the rest|everything|it all|all of it)\b|\bif (?:there's|there is) (?:just |only )?one (?:thing|point|sentence)|\bif (?:just |only )?one (?:thing|sentence|message|point) (?:sticks|stays|remains|gets)\b|\bif you (?:remember|keep|take|hear) (?:nothing|only|just|one)\b"
    r"|\b(?:core|key|central|essential|most important|decisive|whole) (?:message|point|idea|sentence)(?: of (?:it|this|today))?(?:, [^,:]{1,20},?)?(?::| is\b|'s\b)|\b(?:the (?:one|only|single) (?:thing|point|sentence|number|one|message)|the (?:thing|point|sentence|first|second|last|former|latter)) (?:is the one )?(?:that|which) (?:really |most |truly )*(?:matters|counts|sticks|decides)\b|\b(?:is|'s) the one that (?:really )?(?:matters|counts)\b|\bwhat (?:really |truly )?(?:matters|counts)(?: most| here| for you| to you| above all)+,? (?:is|:|stands)|\bwhat (?:really |truly )?(?:matters|counts) (?:is|stands)\b|\b(?:is|'s|are) what (?:really )?(?:matters|counts)\b|\bnothing else (?:really )?(?:matters|has to)\b"
    r"|\b(?:what|that's (?:what|all|the (?:one )?thing)|all)(?: that)? (?:you|they|we|he|she|i'd like you to|i'd have you)(?: \w+){0,2} (?:have to |need to |must |should |to )(?:remember|keep|take away|take home)\b|^(?:in|into) (?:one|a|a single|just one) (?:line|sentence|nutshell):|\b(?:that's|it's|this is|,) (?:it|the (?:whole|heart|core|gist|nub|crux|one thing|whole (?:help|point|story)))(?: of it)? in (?:one|a|a single) (?:line|sentence)\b|\b(?:that's|it's|it is|this is) the (?:heart|core|gist|nub|crux|essence) of it\b|\bthat's the one thing\b"
    r"|\b(?:keep|hold|take|leave|bring|cut|boil|strip|put)\b[^.?!]{0,30} (?:one|a single|just one|only one) (?:line|sentence|message|figure|number)\b"
    r"|\b(?:the rest|everything else|all (?:the )?(?:rest|else))(?: that i've said)? (?:can (?:wait|be|go)|follows|is (?:decoration|detail|details|noise|cosmetics|small)|hangs|may be forgotten)\b|\bthe rest's (?:small|noise|detail)|\b(?:keep|bear) (?:just |only )?(?:this|that|it|one thing|this one|that one) in mind\b|\bremember (?:just |only )?(?:this|one thing)\b|\btell (?:him|her|them) (?:just |only )?(?:this|one thing)\b|\b(?:stands and falls|lives and dies) with\b|\b(?:it|this|that) all (?:comes down to|boils down to|hangs on|turns on)\b|\b(?:boils|comes) down to (?:one|a single|this)\b|\babove all(?: else)?[,:]"
)
"""Names the one thing that matters or is to be kept in mind."""

LITTLE = Pattern(
    r"\b(?:another|one more|a further|one other|one last|last|every|each) (?:thing|point|question|line)\b"
)

CASE = r"(?:the|your|that|those|this|last|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mr|mrs|ms|dr)"
TAKES_A_CASE = Pattern(
    rf"^(?:(?:well|okay|so|and|now|or|just|then|let's|let us|let me|yes|for most it is)[,:.]? )*(?:(?:take|picture|imagine|think of|think back to|remember) {CASE}\b(?! (?:look|list|time|moment|minute|seat|chance|step|that|questions?|first|short|long|other|big|small))|as (?:with|in|on) {CASE} \w+)|\b(?:(?:like|as) (?:on|with|in)|such as) (?:last|mon|tues|wednes|thurs|fri|satur|sun|mr|mrs|ms|dr)\w*\b"
)
"""Takes one case to show a point by."""

WOULD_HAVE = Pattern(
    r"\b(?:would|could|wouldn't|couldn't|'d)(?: not| never| only)?(?:'ve| have) (?:been|had|\w+ed|seen|known|got|come|gone|stopped|told|shown|caught|stood|found|rung|sent|left|lain|read)\b"
)
"""Says how a case of the past would have gone."""

LEAST_SHARED = 2
"""Words of content that tie how a case would have gone to what was told; one may be chance."""


def message_named(talk: Talk) -> list[Cited] | Missing:
    """See one thing named as what matters most; one more thing is another."""
    return shown(
        said.cited
        for said in talk.said()
        if not said.asks and said.finds(MESSAGE) and not said.finds(LITTLE)
    )


def example_given(talk: Talk) -> list[Cited] | Missing:
    """See a case taken from what the stakeholder told, or how one of theirs would have gone."""
    return shown(said.cited for line in talk.lines for said in _cases(line))


def _cases(line: Line) -> Iterator[Said]:
    for place, said in enumerate(line.said):
        if said.asks:
            continue
        if said.finds(TAKES_A_CASE):
            after = line.said[place + 1 : place + 2]
            told = said.stems.union(*(other.stems for other in after))
            if told & line.earlier_stems and not any(other.asks for other in after):
                yield said
        elif said.finds(WOULD_HAVE) and len(said.stems & line.earlier_stems) >= LEAST_SHARED:
            yield said


RULES: dict[str, Rule] = {"message-named": message_named, "example-given": example_given}
