"""Rules for doubt: how something is known or counted, what does not fit, views held on to or given up."""

from __future__ import annotations

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import DENIES, LEADS_IN, REPEATS, reacts
from rmcoach_llm.evaluators.rules_owning import OWNS
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.figures import FIGURE
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import plain, sentences

RECORD = r"(?:lists?|logs?|records?|reports?|study|studies|survey|papers?|counters?|sheets?|tally|tallies|rankings?|minutes|statistics|figures|data|numbers|measurements)"
ASKS_EVIDENCE = Pattern(
    rf"\bhow (?:do|did|can|does) (?:you|they|one|we|he|she|anybody|anyone|the \w+|your \w+) (?:all |actually |really )?(?:know(?! which| when| what| how)|tell that|find (?:that|this|it) out)\b|\bhow (?:was|is) (?:that|it|this) (?:found out|known)\b|\bwhat (?:makes|made) you (?:think(?! of| now)|say so|say that|believe|so sure)|\b(?:is|was|are|were) (?:that|it|this|they|those|the \w+)(?: all)? (?:written down|recorded|documented|noted|logged|in writing|on file|from (?:the|a|your) {RECORD})\b|\b(?:is|are|was|were) there (?:a|an|any|some) (?:[\w-]+ ){{0,2}}{RECORD}\b|\b(?:do|does) (?:you|they|anybody|anyone|he|she|somebody) (?:\w+ )?(?:have|keep) (?:a|an|any|some|the) (?:[\w-]+ ){{0,2}}{RECORD}\b|\b(?:have|has) (?:you|anyone|anybody|somebody|they|he|she)(?: ever)? (?:counted|measured|checked|tested|asked (?:him|her|them|about)|compared|put the two|written it|got (?:it|that|the \w+ view) in writing)\b"
    rf"|\b(?:from whom|who) (?:told you|did you hear|says so|counted|said (?:so|that|it))\b|\bwhere (?:did you (?:hear|get|read)|does (?:that|this|the) (?:figure|number|\d+|percentage) come from|is (?:that|this|it) from|do you have (?:that|it|this) from)\b|\bwhat (?:do|does|did|would) (?:the|your) (?:{RECORD}|time stamps?) (?:say|show|tell)\b|\bsays (?:who|the \w+ rate)\b|\bwhat(?:'s| is) (?:that|the \w+|it|this) (?:based|standing|resting|founded) on\b|\bdid (?:somebody|someone|anyone|anybody) (?:tell|say|see|look at|count|measure|check)\b|\b(?:could|can|may|might) (?:i|we|one) (?:see|look at|have a look at|read) (?:the|a|an|that|those|these|some|your)(?: \w+)? {RECORD}\b|\b(?:got|have) (?:it|that|this) in writing\b|\b(?:from|by) (?:the|your) (?:\w+ ){{0,2}}{RECORD},? or (?:from|by|is it|just|a|an|your|what)\b|\b(?:impression|a feeling|a guess|gut)\b[^?]{{0,20}}\?"
)
"""Asks how something is known, or for what stands behind it."""

IN_TIME = Pattern(
    r"\b(?:in|after) (?:a|one|half a) (?:year|month)\b|\bnext (?:year|summer|spring)\b"
)
"""Asks how something will be known: by what success is seen."""

STICKS = Pattern(
    r"\b(?:i(?:'d| would|'ll| will)? still (?:say|go|think|advise|want|believe|recommend|hold|put)|as i (?:said|say|set out|told)|i(?:'ve| have)? always said|that(?:'s| is) what i said|be that as it may|that(?:'s| is) as may be|my (?:\w+ )?(?:point|recommendation|proposal|opinion|view)(?: still)? (?:stands|remains|stays|is still|is unchanged)|the (?:plan|proposal) st(?:ays|ands)|it was my point|and it still is|i keep (?:coming back|saying)|i(?:'ll| will)? stick (?:to|with)|(?:whatever|say what) (?:you|they|he|she|people|customers) (?:say|like|will)|or not, (?:the|it's|we|i)|isn't going to change my mind|hasn't changed my|i haven't heard anything)\b"
)
"""Holds on to what was said."""

INSISTS = Pattern(
    r"\b(?:still|as i said|always|believe me|trust me|all the same|nevertheless|even so|whatever|anyway|of course it|i(?:'m| am) (?:sure|certain|convinced|telling you)|at the end of the day|surely|certainly|clearly|obviously|definitely)\b"
)
"""May hold on to a view: it does where the other has to say the fact once more."""

SPEAKS_AGAINST = Pattern(
    LEADS_IN
    + r"(?:but|no|not|actually|honestly|we (?:tried|tested|had|asked|checked|looked|measured)|i (?:asked|checked|looked|counted|measured|tried))\b|\b(?:n't|not|never|none|nobody|no one|nothing|neither|opposite|contrary|same (?:with|before|errors?)|wrong|already|anyway|instead|but)\b|n't\b"
)
"""Gives a fact against something."""

GIVES_UP = Pattern(
    r"\b(?:i|we) (?:was|were|'ve been|have been|had been|'d been) (?:wrong|too quick|unfair|mistaken|off|looking in the wrong|solving the wrong|reckoning|barking up|on the wrong|fooled)|\bi(?:'d| had|'ve| have)? (?:had |got )?(?:it|that|them|him|her|this) (?:wrong|down as|upside down|backwards|the wrong way)\b|\bi stand corrected\b|\bi (?:take|took) (?:that|it|this) back\b|^(?:(?:ah|oh|okay|ok|right|well|no|hm+|i see|true|fair)[,.!]? )*(?:then|so),? (?:it|that|this) (?:isn't|wasn't|can't be|can't have been|cannot be|is not|was not)\b|\b(?:scrap|scratch) (?:that|the|my|it)\b|\bi(?:'ll| will|'d| would)? (?:drop|withdraw|bury|throw out|let go of|give up) (?:that|it|this|the|my)\b|\bi no longer\b|\b(?:i don't|now i don't) (?:think so )?any ?more\b|\bgo back on what\b|\bcorrect myself\b|\bthat changes (?:the|my|it|things|everything|what)\b|\bstart over\b|\b(?:beats|kills|sinks|spoils) my (?:theory|idea|guess|hunch|view|argument|case)\b|\byou were right\b|\bi bow to\b|\bchange (?:the|my) (?:proposal|plan|mind|view)\b|\blet go of\b|\bforget what i said\b|\bdoesn't fit (?:at all )?with what i\b|\bi did (?:them|him|her|you) wrong\b|\bmy (?:thesis|theory|idea|guess|view|model|explanation) (?:is|was) (?:wrong|thin|rather thin|dead|gone|talking|off|nonsense)"
)
"""Gives up or changes a view of one's own."""

ONLY_IF = Pattern(
    r"\b(?:if|unless|in case|should)\b|\b(?:isn't|not|wasn't) (?:yet )?(?:wrong|off)\b"
)
"""Would give a view up, under a condition."""

AGAINST_OWN = Pattern(
    r"\bwhat (?:would|could|might|will)?(?:'d)?(?: \w+)? ?(?:tell|show|prove|convince|persuade)s? (?:us|me|you) (?:that )?(?:i'm|i am|it's|it is|we're|this is|wrong|otherwise|a fool|the opposite)\b|\bwhat(?:'s| is| would| have| do| does| did)?[^.?!]{0,40}\b(?:speaks?|contradicts?|argues?|fit|fits|kills?|stands) (?:it\b|that\b|against (?:it|that|my|this|the idea)|with my|with the idea|my (?:idea|view|theory))|\bdoesn't fit (?:with )?my\b|\bwhere (?:am|might|could|would) i (?:be )?(?:wrong|mistaken|off)\b|\bwho(?:'d| would| might| could) (?:disagree|tell me|say otherwise|see it differently|contradict)\b|\btalk me out of\b|\bargue against (?:myself|it|my)\b|\bhole in my\b|\bprove (?:me wrong|the opposite|the contrary)\b|\b(?:point|evidence|case|argument|example) against (?:my|our|it)\b|\bagainst (?:my|our) (?:own )?(?:view|idea|story|theory|guess|explanation|plan|proposal)\b|\b(?:a nasty one|bad|awkward) for my (?:theory|view|idea)\b|\bam i (?:wrong|overlooking)\b"
)
"""Looks for what speaks against a view of one's own."""

DOES_NOT_FIT = Pattern(
    r"\bhow (?:does|do|did|would|can|might) (?:that|this|it|these|those|both|the two|they|these two|those two)(?: \w+){0,2} (?:fit|go together|go with|square|match|come together|live|add up|agree)\b|\b(?:that|this|they|the two|these|those|these two|the numbers) (?:doesn't|don't|does not|do not)(?: quite| really)? (?:add up|square|tally|rhyme|go together)\b|\bhard to square\b|\b(?:can't|cannot|couldn't) (?:yet )?(?:make|get|bring) (?:the|these|those|both|it) [^.?!]{2,40} (?:meet|together|match|fit)\b|\b(?:can )?both (?:can )?(?:be )?true\b|\bcan't both\b|\bseem to clash\b|\bwhere(?:'s| is) the gap\b|\b(?:are we looking at) (?:different|two|the same)\b|\byou (?:just |also )?(?:said|told me)\b[^.?!]{4,80}\b(?:and yet|yet|but (?:you|now|also|earlier|before)|and (?:now|also|before|earlier|that))\b[^.!]{3,80}\?|\bon the one hand\b[^.?!]{4,}\bon the other\b"
)
"""Says or asks how two things that were told go together."""

ASKS_MEASURE = Pattern(
    r"\bwhat (?:counts|goes down|is counted|gets counted|do you count|do they count) (?:as|in|for)\b|\b(?:do|does|did) (?:you|they|it|that|he|she|the \w+|your \w+) (?:also )?count\b|\b(?:is|are|was|were) (?:it|that|they|those|this|the \w+|these)(?: \w+){0,3} (?:counted|measured|reckoned|included|by (?:head|value|number|volume|weight)|per|gross|net|before or after)\b|\b(?:counted|measured|reckoned|counts?) (?:from|at|by|in|per|how|until|till|when)\b[^.!]{0,60}\?|\b(?:does|do) (?:the|that|this|those|these|your|it) ?[\w% -]{0,30}(?:include|contain|leave out)\b|\b(?:against|compared (?:with|to)|held against|measured against) (?:what|which|whom)\b|\b(?:against|compared (?:with|to)) (?:the |last |a |your )?\w+(?: \w+)? or\b|\bpercent of (?:what|which|the|all|days|people|your)\b[^.!]{0,40}\?|\bby what (?:method|measure|yardstick)\b|\bhow (?:is|are|do you|do they|was|did you|does one)(?: \w+){0,3} (?:counted|measured|count|measure|defined|define|calculated|calculate|worked out)\b|\bfrom what to what\b|\bof (?:what|which)\?|\b(?:by|per|of|from|in) (?:the )?\w+,? or (?:by|per|of|from|in) (?:the )?\w+(?: \w+)?\?|\b(?:is|are) [^.?!]{2,40} in (?:it|that|there|them|the \w+)\?|\bwith [^.?!]{2,40} in (?:it|them) or\b"
)
"""Asks what a figure counts, how, or against what."""


def evidence_asked(talk: Talk) -> list[Cited] | Missing:
    """See a question for how something is known, or for a record of it."""
    return shown(
        said.cited
        for said in talk.said()
        if said.asks and said.finds(ASKS_EVIDENCE) and not said.finds(IN_TIME)
    )


def view_defended(talk: Talk) -> list[Cited] | Missing:
    """See a view held on to in the reply to a fact against it."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since and _speaks_against(line) and not any(s.finds(OWNS) for s in line.said)
        for said in line.said[:2]
        if not said.asks and _sticks(line, said) and not said.finds(GIVES_UP)
    )


def _sticks(line: Line, said: Said) -> bool:
    if said.finds(STICKS):
        return True
    return said.finds(INSISTS) is not None and (reacts(line, DENIES) or reacts(line, REPEATS))


def _speaks_against(line: Line) -> bool:
    parts = sentences(line.last)
    return any(DENIES.search(p.plain) or SPEAKS_AGAINST.search(p.plain) for p in parts)


def view_revised(talk: Talk) -> list[Cited] | Missing:
    """See a view given up in a reply."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since
        for said in line.said
        if not said.asks and said.finds(GIVES_UP) and not said.finds(ONLY_IF)
    )


def counter_evidence(talk: Talk) -> list[Cited] | Missing:
    """See what speaks against a view of one's own asked for or brought up."""
    return shown(talk.matches(AGAINST_OWN))


def mismatch_raised(talk: Talk) -> list[Cited] | Missing:
    """See two things that were told put beside each other, as they do not fit."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since
        for said in line.said
        if said.finds(DOES_NOT_FIT) and not said.finds(GIVES_UP)
    )


def measure_questioned(talk: Talk) -> list[Cited] | Missing:
    """See a question for what a figure counts, in the reply to one."""
    return shown(
        said.cited
        for line in talk.lines
        if line.since and (FIGURE.search(plain(line.last)) or line.earlier_figures)
        for said in line.said
        if said.asks and said.finds(ASKS_MEASURE)
    )


RULES: dict[str, Rule] = {
    "evidence-asked": evidence_asked,
    "view-defended": view_defended,
    "view-revised": view_revised,
    "counter-evidence": counter_evidence,
    "mismatch-raised": mismatch_raised,
    "measure-questioned": measure_questioned,
}
