"""Rules for who decides: pushed, left free, asked for leave, or served with what suits the trainee.

Each of them counts beside the trained model: its words are forms of the language that say little else.
"""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules_heard import RUSHED, reacts_at_once
from rmcoach_llm.evaluators.talk import Talk
from rmcoach_llm.language.pattern import Pattern, any_of

LEAST_ASK_WORDS = 5

PRESSES = any_of(
    r"(?:i|we)(?:'ve| have)? (?:already )?(?:told|promised) (?:[\w.]+ ){1,4}?(?:that )?you(?:(?:'re| are) (?:in|on board|for it|willing|ready)|(?:'ll| will) (?:sign|agree|do|join|take|go|pay)|(?:'ve| have) agreed| agree\w*)",
    r"(?:hears?|heard|knows?|thinks?|been told) (?:\w+ ){0,3}?(?:that )?you(?:'re| are| agree|'ve agreed) (?:in|on board|with)",
    r"(?:need|want|expect|must have) (?:a|an|your|the) (?:clear |firm |final |quick |short )?(?:yes|answer|signature|decision|name|commitment|nod|approval|okay|ok|confirmation)\b[^.?!]*\b(?:now|today|tonight|this (?:minute|afternoon|morning)|at once|immediately|on the spot|before (?:you|i|we) (?:leave|go|hang up))",
    r"(?:say|sign|decide|agree|commit|answer)\b[^.?!]{0,25} (?:before|until) (?:you|i|we) (?:leave|get up|hang up|walk out)",
    r"(?:you(?:'d| would|'ll| will)|(?:don't|wouldn't|really) want to) be the (?:only|last|odd|one who|bottleneck)",
    r"hate to (?:tell|write|report|explain|note|put)",
    r"(?:ask|asks|asked|asking|know|hear|see|learn|wonder|note|state|mention)\b[^.?!]{0,25}\b(?:who (?:stopped|held|blocked|slowed|said no|is holding|stood|moved)|by name|(?:it|that) was you|names of (?:people|those))",
    r"(?:ask|asks|asking|wonder) why you(?!r)",
    r"(?:above|over) your head",
    r"go(?:es|ing)? (?:over|straight to) your (?:head|boss|director|manager|superior|chief)",
    r"your (?:\w+ )?(?:boss|director|manager|superior|chief) (?:already |has already |expects |wants )\w+",
    r"(?:it(?:'s| is)|they(?:'re| are)|(?:will|'ll) be) gone (?:by |on )?(?:tonight|today|tomorrow|monday|friday)",
    r"(?:otherwise|or else|or)\b,? (?:i|we)(?:'d| would|'ll| will|'m going to)? ?(?:have to|must|pull|switch|cancel|close|cut|report|escalate) (?:\w+ )?(?:it|you|your|the|this|that|off)",
    r"(?:don't say|don't complain|can't say)\b[^.?!]{0,25}\b(?:nobody|no one|warn|told)\w*",
    r"on your conscience",
    r"(?:it(?:'ll| will|'d| would) be|that(?:'s| is)) (?:thanks to|down to) you",
    r"the longer you (?:wait|hesitate|think)",
    r"every (?:day|week|hour) (?:that )?you (?:wait|hesitate|delay)",
    r"while you (?:take your|wait|hesitate)",
    r"nothing to (?:think|discuss|talk) about",
    r"(?:with or )?without your consent",
    r"you(?:'ve| have) no (?:choice|alternative|say)",
    r"i(?:'d| would) think (?:twice|hard|about it|again)",
    r"have (?:some|a lot of) explaining",
    r"you can (?:then )?explain (?:it |that )?to",
    r"explain to (?:him|her|them|all|your \w+) why",
    r"looks? (?:very |really |rather )?(?:bad|odd|strange|foolish|stupid|poor) (?:for you|if you|on you)",
    r"(?:so )?better (?:you )?(?:cooperate|sign|agree|confirm|decide)",
    r"you(?:'d| had) better",
    r"i can't protect you",
    r"your name (?:is|will be|would be|'s) on (?:it|the list|that)",
    r"you(?:'d| would) have to help me",
)
"""Pushes: a yes that was given away, shame before others, somebody above, a loss, no time."""

FREE = any_of(
    r"(?:it(?:'s| is)|that(?:'s| is)|which is|stays?|remains?|is)(?: all| entirely| completely| really| still| quite| for)* (?:your|yours?) (?:\w+ )?(?:call|choice|decision|say|line|floor|shop|budget|ward|house)\b(?!')",
    r"yours to (?:decide|determine|say|choose|judge|make)",
    r"for you(?: lot)? to (?:decide|say|choose|judge)",
    r"(?:(?:it's|that's|is|be|all|entirely|totally|completely|really|fully) up to|rests? with|lies with) (?:you|them|each)",
    r"up to you(?=[.!]?$)",
    r"(?:your|the) (?:call|choice|decision) is yours",
    r"you(?:'re| are) (?:quite |completely |always )?(?:free|welcome) to",
    r"at your discretion",
    r"you (?:may|can|could) (?:always |still |also |just )?(?:decline|refuse|say no|bin|drop out|walk away|pull out|opt out|change your mind|turn (?:it|me|this|us) down|take it or leave)",
    r"(?:a|an honest) no,? (?:is|would be|will be|counts|stays|has)",
    r"the answer (?:may|can) be no",
    r"(?:just |simply |feel free to |and )say (?:no|nope)",
    r"no (?:hard feelings|obligation|harm done|strings|explanation (?:needed|required))",
    r"(?:if|should|when) (?:you|they|he|she|it|that|now|the \w+)\b[^.?!]{0,60}\b(?:we|i)(?:'ll| will|'d| would| can)?(?: just| simply)? (?:drop|leave|stop|forget|bin|scrap|throw|skip|undo|let) (?:it|that|this|him|there)\b(?! to)",
    r"(?:say so|tell me|a word),? (?:and|then) (?:we|i)(?:'ll| will|'d| would)? (?:drop|leave|stop|forget|bin|scrap|skip|let)",
    r"whenever you (?:like|want|feel)",
    r"(?:nobody|no one) (?:has to|is forced|forces)(?: you)?(?=[.,!])",
    r"(?<!if )you (?:don't|do not|needn't) (?:have to |need to )?(?:take it|decide (?:now|today)|accept|use it|join|agree|sign)",
    r"if you(?:'d| would) rather not",
    r"(?:is|it's|all) voluntary",
    r"you (?:decide|choose|pick),? (?:and|not)",
)
"""Says whose decision it is, that a no is all right, or that they drop it if it is not wanted."""

IF_ONLY = Pattern(
    r"\bif (?:it|this|that) (?:were|was|is) (?:only |all )?(?:up to|your)\b|\b(?:bring|brought|wasn't|weren't|put|talk|get|catch) (?:it |this |that )?up to\b"
)
"""Asks for an idea; it leaves no decision."""

MAY = r"(?:may|might|could|can) i (?:\w+ )?"
OFFERS = r"(?:tell|suggest|show|offer|propose|share|put|toss|mention|add|describe|say what)"
LEAVE = r"(?:if you(?:'re| are)? (?:like|agree|allow|permit|open|wish|fine|okay|don't mind|let me)|with your (?:leave|permission|blessing)|if i may)"
ASKS_LEAVE = any_of(
    rf"{MAY}(?:make|offer|suggest|propose|share|give|put|toss|mention|throw|bring) (?:you )?(?:a|an|one|some|something|what|how|in)\b[^.?!]*(?=\?)",
    rf"(?:{MAY}|shall i |should i )(?:tell|show|describe to) (?:you )?(?:what|how|a|an|one|about)\b[^.?!]*(?=\?)",
    r"(?:^want|(?:do|would) you (?:want|like|care|wish)) (?:me )?to (?:hear|see|tell you) (?:\w+ ){0,4}?(?:it|them|one|idea|thought|suggestion|example|what|how)\b[^.?!]*(?=\?)",
    rf"{LEAVE}\b[^.?!]*\bi(?:'d| would|'ll| will| could| can|'ve| have)? (?:like to )?(?:{OFFERS}|have (?:an|one))",
    rf"i(?:'d| would|'ll| will| could|'ve| have)? (?:like to |one more |an )?(?:{OFFERS}|idea)\b[^.?!]*\b(?:{LEAVE}|only if you|if you(?:'d| would) (?:have|like))",
)
"""Asks leave to advise, tell or show something."""

SERVES_OWN = any_of(
    r"(?:easier|simpler|easiest|simplest|convenient|cheaper|less work|more comfortable) (?:thing )?for (?:us|me|my|our)",
    r"for us (?:it's|it is|that's|that is|a|it'd be)\b[^.?!]{0,40}\b(?:easiest|easier|simplest|convenient|important|cheaper|vital|thing)",
    r"for my (?:own )?(?:numbers|figures|report|sake|statistics|targets?)",
    r"puts? us on the map",
    r"(?:help|spare|save|do) (?:me|us|my \w+|our \w+|the central \w+) (?:to )?(?:save face|a (?:big |huge )?favour|a lot of work|trouble)",
    r"(?:so|since|because|otherwise|as|and)\b[^.?!]{0,30}\b(?:my|our) (?:\w+ )?(?:boss|director|manager|board|bonus|quarterly|targets?|goals|budget|backlog|consultants|developers|analysts|helpdesk|dashboard|roadmap|licen[cs]e|contract|audit)\b[^.?!]{0,30}\b(?:wants?|needs?|promised|is|are|hangs?|depends?|measures?|counts?|ends?|runs? out|explodes?|booked|on holiday)",
    r"our (?:own )?(?:target )?(?:landscape|platform strategy|portal strategy)",
    r"counts? for (?:my|our|this year's)",
)
"""Gives as a reason what is good for the trainee's own side."""

ASKS_FOR = any_of(
    r"(?:can|could|may|might|shall) (?:i|we) (?:please |perhaps |just )?(?:have|get|borrow|take|fit|put|ask (?!you)|draft|bring|sit|come (?!back)|meet|run|start|try|use|send|watch|join|copy|book|fix|spend)\b[^.?!]{10,}(?=\?)",
    r"(?:would|could|can|will) you (?:please |perhaps |just |kindly )?(?:let (?:me|us)|lend|give (?:me|us)|send|bring|sign|name|come|join|pick|choose|hold|keep|set|block|spare|introduce|invite|release|put (?:me|us|it|your)|ask (?!yourself))\b[^.?!]{6,}(?=\?)",
    r"(?:i(?:'d| would)? (?:need|ask|like)|i(?:'m| am) asking|my ask is|i ask|what i(?:'d| would) (?:ask|need|like) (?:from you|of you)? ?is|all i(?:'d| would)? (?:ask|need) is|one thing:) (?:you |for |from you |from your side |of you )?(?:for |to )?(?:your|an?|the|one|two|three|four|half) \w+",
)
"""Asks for one thing to be done, lent or agreed."""

TIES = any_of(
    r"spares? (?:you|them|your|him|her|us)",
    r"(?<!to )takes? (?:the |that |this )?(?:\w+ ){1,2}off (?:you|your|them)",
    r"that(?:'s| is) (?:exactly |just |precisely )?(?:where|what) (?:you(?! (?:call|say|told))|your|hurts you|costs you)",
    r"(?:for the reason you|as you (?:ask|said|asked|want|wanted|told)|which you (?:want|said|named|asked))",
    r"(?:with|since|because|given|as) you (?:want|wanted|said|told|need|named|asked|lack|can't|don't)",
    r"(?:the thing|what|just what|the one) you(?:'d| had|'ve| have)? (?:wanted|asked for|keep asking|named|put at the top|complained)",
    r"you (?:want(?:ed)?|named|asked for|told me|said)\b[^.?!]*\b(?:hence|therefore|that's why)",
    r"(?:hurts|costs) you\b[^.?!]*, (?:so|hence|therefore)",
)
"""Gives what they want, lack or said as a reason."""

PUTS_FORWARD = Pattern(
    r"\b(?:would|could|(?:i|we|it|that|they|this|you)(?:'d|'ll| will)|i suggest|i propose|my (?:proposal|suggestion|plan)|what about|how about|let's|let us|start|go for|put|take)\b"
)
MUST = Pattern(
    r"^(?:(?:so|then|and|but|well|no|look|sorry|first|now|please)[,.]? ){0,2}(?:you|your (?:\w+ )?\w+|they)(?:'re| are|'ll| will)? (?:must|have to|(?<=are )to|(?<='re )to|obliged to|supposed to|shall)\b(?! (?:be|have|feel|think|know|like|love|hate|want|admit|understand|sign for|answer for|stand|explain|face)\b)|^first,? you\b"
)
"""Says at once what they are to do; further on in a sentence it may be told of others, or said back."""

NO_ORDER = Pattern(r"\b(?:if|would|needn't|when(?:ever)?|unless)\b")
"""Tells what depends on something."""


def pressure(talk: Talk) -> Iterator[Cited]:
    """See words that push, and a turn after which the stakeholder says that they are pushed."""
    for line in talk.lines:
        found = [said for said in line.said if said.finds(PRESSES)]
        if not found and line.said and reacts_at_once(line, RUSHED):
            found = [line.said[-1]]
        yield from (said.cited for said in found)


def choice_stressed(talk: Talk) -> Iterator[Cited]:
    """See the decision left to the stakeholder, in a sentence that pushes nobody."""
    return (
        said.cited
        for said in talk.said()
        if not said.asks
        and said.finds(FREE)
        and not said.finds(PRESSES)
        and not said.finds(IF_ONLY)
    )


def specific_ask(talk: Talk) -> Iterator[Cited]:
    """See a request for one thing; one that pushes is none."""
    return (
        said.cited
        for said in talk.said()
        if said.words >= LEAST_ASK_WORDS and said.finds(ASKS_FOR) and not said.finds(PRESSES)
    )


def permission_asked(talk: Talk) -> Iterator[Cited]:
    """See leave asked before an idea is told or something is shown."""
    return talk.matches(ASKS_LEAVE)


def own_agenda(talk: Talk) -> Iterator[Cited]:
    """See the trainee's side given as the reason."""
    return talk.matches(SERVES_OWN, asks=False)


def claim_tied_to_need(talk: Talk) -> Iterator[Cited]:
    """See a reason that is theirs, with a word of theirs, in a turn that puts something forward."""
    for line in talk.lines:
        if any(said.finds(PUTS_FORWARD) and not said.asks for said in line.said):
            yield from (
                said.cited
                for said in line.said
                if not said.asks and said.finds(TIES) and said.stems & line.earlier_stems
            )


def ordering(talk: Talk) -> Iterator[Cited]:
    """See what they or their people are to do told, unasked and not as their own words."""
    for line in talk.lines:
        if not line.last.rstrip().endswith("?"):
            yield from (
                said.cited
                for said in line.said
                if said.finds(MUST)
                and not (said.asks or said.finds(NO_ORDER) or line.says_back(said))
            )
