"""Rules for open dealing: limits, prices and secrets told or kept; what is oversold, and who is blamed.

Each of them counts beside the trained model: its words are forms of the language that say little else.
"""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules_agreements import IN_CONFIDENCE
from rmcoach_llm.evaluators.rules_owning import OWNS
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern, Regex, any_of

NOT_KNOWN = any_of(
    r"(?:i|we) (?:couldn't|can't|cannot|could not) (?:yet )?(?:calculate|vouch|swear|rule (?:it|that|this) out|put a figure|prove)",
    r"i(?:'ve| have) (?:no|never|not) (?:figure|number|clue|data|answer|run|worked|tested|measured|tried|heard of)",
    r"out of my depth",
    r"over my head",
    r"beyond me",
    r"at a loss",
    r"i(?:'d| would) be (?:lying|guessing)",
    r"dropped the ball",
    r"that(?:'s| is) on (?:me|us)",
    r"because of me",
    r"(?:i|we) can't (?:vouch for|rule out|promise)",
    r"not (?:something|one) i(?:'d| would| can| could) promise",
    r"(?:nobody|no one) has (?:ever |yet )?(?:tried|tested|measured|checked)",
    r"i wouldn't (?:order|sign|bet|rely|build) (?:on|it|that)",
    r"that i(?:'d| would)? (?:still )?(?:have to|need to|must) (?:find out|check|ask|look|dig|test)",
    r"without having (?:checked|tested|measured|asked)",
    r"(?:i|we) haven't (?:checked|tested|measured|tried|proved)",
    r"not known to me",
    r"i(?:'d| would| will|'ll)? (?:need|have) to (?:get (?:it|that)|dig|look|ask|check|find (?:it|that|out)|try it|count)\b(?! you)",
    r"(?:hard|difficult|not) for me to (?:judge|say|tell)",
    r"(?:i|we)(?:'ve| have)? not (?:heard of|seen|tried|run|done|asked|measured|counted)",
    r"(?:no idea (?:yet|how|what|whether|if|when|who|of)|not yet (?:measured|tested|known|checked|sure|proved))",
    r"i can't (?:tell|say|judge)(?: you)?(?: yet| how| if| whether| what)",
    r"(?:what|how|whether|if|who|when|where|why) [^.?!,]{3,50},? i (?:don't|can't|couldn't) (?:know|say|tell|promise|judge)",
    r"(?:i|we) (?:left|dropped|pressed|broke|counted on|promised|sent|changed|deleted|lost)\b[^.?!]{0,60}\b(?:without|wrong|twice|by mistake|check|warn|calendar|myself)\w*",
)
"""Says what is not known, not tested or not to be promised, or whose fault it was."""

SNAG = r"(?:price|catch|snag|drawback|limitation|weak (?:point|spot)|weakness|flip side|hitch|flaw|rub)"
PRICE = any_of(
    rf"^(?:\w+,? ){{0,3}}?(?:the|one|its|another|my) {SNAG}(?: of (?:it|that|this|doing it))?(?: is| would be| here)",
    rf"(?:has|have|with|it's got|got) (?:a|one|its|two|some) (?:{SNAG}|limits?|limitations)",
    r"on the flip side",
    r"isn't (?:free|for free)",
    r"(?:comes|come) at a (?:price|cost)",
    r"(?:would|will|'ll|'d) (?:mean|be|cost) (?:you |your \w+ |them )?(?:extra|more|double|additional|twice the) (?:work|time|typing|clicks|effort|steps?)",
    r"(?:that|it|this|which)(?:'s| is| would be|'d be) (?:extra|more|double) (?:work|typing|effort)",
    r"(?:would|will|'ll|'d) cost (?:you|your|them|us)\b[^.?!]{0,40}\b(?:hours?|days?|afternoons?|mornings?|weeks?|weekends?|clerks?|people|minutes?|freedom|time)",
    r"it(?:'ll| will|'d| would) (?:hurt|be slower|be worse|take longer|pinch|be harder|get worse)",
    r"you(?:'d| would|'ll| will) have to (?:give up|live with|do without|wait|type|enter|check|keep|train|stand|scan|learn|log)",
    r"what i (?:like (?:less|least)|don't like|dislike) about (?:it|that|this)",
    r"i won't hide (?:it|that)",
    r"in return,? you(?:'d| would|'ll)",
    r"knowing (?:that )?(?:it|you|we|for|half|some)",
    r"(?:it|that|this)(?:'s| is|'d be| would be) (?:useless|blind|no good|of no use|no help|weak|clumsy|dull|fiddly)\b(?! to you)",
    r"(?:but|only|though|however|except)\b[^.?!]{0,60}\b(?:won't|can't|doesn't|wouldn't) (?:see|read|catch|cover|help|solve|work|mend|replace)",
)
"""Names what the trainee's own proposal costs, other than money, or where it falls short."""

THREATENS = Pattern(r"\b(?:think (?:about it )?twice|by december|if you don't|if you wait)\b")

OVERSELLS = any_of(
    r"(?:it|this|that)(?: will|'ll|'d| would)? costs? (?:you |us |anybody |them )?(?:nothing|zero|not a cent)(?: at all| and|(?=[.!]?$))",
    r"hurts? (?:nobody|no one)(?=[.!]?$)",
    r"(?:every(?:one|body)|they all|your \w+)(?: will|'ll| is going to| are going to) (?:absolutely |just |simply )?(?:love|adore)",
    r"(?:it|that|this|ai) (?:can't|cannot|never) (?:mis\w+|fails?|breaks?|go(?:es)? wrong|crash(?:es)?|be wrong)",
    r"(?:never|no more) (?:\w+ ){0,3}(?:again|any ?more|ever)",
    r"once and for all",
    r"all (?:of )?your (?:problems|troubles|worries|headaches)",
    r"(?:by far|simply|easily) the (?:best|smartest|fastest|most)",
    r"the (?:smartest|best|fastest|most (?!important|urgent|of)\w+)\b[^.?!]{0,30}\b(?:on the market|there is|in the (?:world|country|industry|business)|you can (?:get|buy|find)|ever)",
    r"zero (?:effort|risk|errors?|downtime|training)",
    r"with an easy mind",
    r"rest assured",
    r"works? miracles",
    r"dead (?:sure|certain)",
    r"technically impossible",
    r"unbeatable",
)
"""Promises without limits, or praises beyond all others."""

BLAMES = any_of(
    r"i (?:only|just|merely) (?:press|push|pass|forward|sign|execute|implement|follow|do what)\w*",
    r"my part was (?:done|ready|finished)",
    r"what could i (?:have )?do(?:ne)?",
    r"i was (?:always )?against",
    r"had (?:they|you|he|she) (?:given|told|sent|asked|said)",
    r"i can't (?:change|help|influence) (?:those|that|it|them)",
    r"(?:boss|they|he|she|procurement|hr|vendor|consultants?|intern) (?:is|are) to blame",
    r"nothing to do with (?:it|us|me|that)",
    r"known (?:bug|issue|problem) (?:of|with)",
    r"nobody (?:had )?(?:booked|told me|informed|asked me|sent me|on your side)",
    r"not (?:really )?(?:a thing|something) of ours",
    r"owed to (?:the|our|your)",
    r"not us(?=[.,])",
    r"(?:they|procurement|purchasing|hr|finance|sales|legal|treasury)(?:'ve| have| had|'s| has)? (?:been sitting|sat on|fed us|given us|gave us|sent us) (?:on|the|it)",
)
"""Puts a failure on others, or says how small the own part was."""

BUT_YOU = Pattern(
    r"\bbut (?:it was |it's |that's |then )?(?:you|your)\b[^.?!]{0,40}\b(?:who|signed|approved|forgot|didn't|never|should|could)\b|\bwe share (?:it|that|the)\b|\b(?:both|two) (?:sides|of us) (?:are|were) to blame\b"
)
"""Shares a fault that was owned with the one who suffered from it."""

STAYS_HERE = any_of(
    r"(?:it|that|this) (?:stays (?:here|in|with|between)|remains (?:here|in|with|between)|ends here|is safe|goes no further)",
    r"not a word",
    r"my lips",
    r"i(?:'d| would|'ll| will)? (?:leave|keep) (?:\w+ ){0,4}?(?:out|to myself|off|between us)",
    r"no names?",
    r"(?:won't|will not|isn't going to|not going to) (?:appear|stand|turn up|show up|be|go|come|find its way) (?:in|into|on|anywhere|beyond|from me)",
    r"i (?:haven't|didn't|never) heard? (?:it|that|this)",
    r"nobody (?:will )?(?:learns?|hears?|knows?) (?:it |that )?from me",
    r"pen(?:'s| is) (?:already )?down",
    r"i(?:'ve| have) (?:crossed|struck|wiped) (?:it|that|your name)",
)
"""Says that something goes no further; it counts where something was told that should not."""

SECRET = Regex(
    r"\b(?:afraid|fear|please|honest\w*|between|confiden\w+|private\w*|secret\w*|don't|do not|shouldn't|not supposed|nobody|no one|name[ds]?|boss|director|manager|colleague|quote|write|record|off|tell|told|trust)\b"
)

PASSES_ON = any_of(
    r"(?:told|said to|admitted to|asked|confided in|confided to) me\b[^.?!]{0,60}\b(?:not to (?:tell|repeat|say|spread|mention|pass)|in (?:tears|secret|private|confidence)|privately|secretly)",
    r"i(?:'m| am) not to (?:spread|tell|say|repeat)",
    r"(?:marked|also|that's) private",
    r"made me swear",
    r"never heard (?:it|that) (?:here|from me)",
    r"(?:please )?don't (?:mention|repeat|tell) (?:it|that|him|her|them|anyone) (?:i|that i)",
    r"please don't (?:mention|repeat) (?:it|that)",
    r"keep (?:it|that|this) to yourself",
    r"i(?:'ve| have)? (?:seen|read) (?:his|her|their) (?:file|mail|review|salary|probation)",
    r"i could tell you (?:things|stories|some)",
    r"(?:he|she|they)(?:'s| is|'re| are) (?:\w+ ){0,3}?(?:a (?:bit of a )?(?:coward|windbag|crook|miser|liar|drunk|gossip|fool)|hopeless|useless|dim|incompetent|chaotic|lazy|clueless)",
    r"can't cope with",
    r"hasn't a clue",
)
"""Passes on what somebody kept for themselves, or speaks ill of who is not there."""

WILL_TELL = Pattern(
    r"\b(?:i|we)(?:'ll| will|'d| would|'ve| have|'m going to|'ve already)? (?:have to |need to |must |ought to |just |already )?(?:tell|told|mention|mentioned|pass|passed|write|put|raise|report|enter|entered|let \w+ know|ask (?:him|her|them) about) (?:\w+ )?(?:it|that|this|him|her|them|the|your|about)\b"
)
ASIDE = Pattern(
    r"\b(?:not|n't|never|without|nobody|only if|unless|may i|can i|if you|leave out|no)\b"
)


def _owns(line: Line) -> bool:
    return any(said.finds(OWNS) for said in line.said)


def limit_admitted(talk: Talk) -> Iterator[Cited]:
    """See what is not known or not to be promised said."""
    return talk.matches(NOT_KNOWN, asks=False)


def trade_off_named(talk: Talk) -> Iterator[Cited]:
    """See what a proposal costs said, where it is no threat."""
    return (
        said.cited
        for said in talk.said()
        if not said.asks and said.finds(PRICE) and not said.finds(THREATENS)
    )


def overselling(talk: Talk) -> Iterator[Cited]:
    """See a promise or a praise without limits."""
    return talk.matches(OVERSELLS, asks=False)


def blame_shifted(talk: Talk) -> Iterator[Cited]:
    """See a fault put on others, or shared with the one who suffered from it."""
    for line in talk.lines:
        pattern = BUT_YOU if _owns(line) else BLAMES
        yield from (said.cited for said in line.said if line.since and said.finds(pattern))


def confidence_kept(talk: Talk) -> Iterator[Cited]:
    """See that something goes no further said, where something was told that should not."""
    return (
        said.cited
        for line in talk.lines
        if line.since and SECRET.search(line.last.lower())
        for said in line.said
        if said.finds(STAYS_HERE) and not (said.asks or said.finds(PASSES_ON))
    )


def confidence_broken(talk: Talk) -> Iterator[Cited]:
    """See a secret passed on, ill words on the absent, or what was told in confidence to be told on."""
    for line in talk.lines:
        secret = IN_CONFIDENCE.search(line.last.lower()) is not None
        yield from (said.cited for said in line.said if _breaks(said, secret))


def _breaks(said: Said, secret: bool) -> bool:
    if said.finds(PASSES_ON):
        return True
    return secret and not said.asks and bool(said.finds(WILL_TELL)) and not said.finds(ASIDE)
