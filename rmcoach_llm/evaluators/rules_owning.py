"""Rules for what the trainee does with faults: owned, excused, played down, put on others."""

from __future__ import annotations

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_agreements import KEEPS
from rmcoach_llm.evaluators.rules_heard import THANKED, reacts
from rmcoach_llm.evaluators.talk import Line, Talk
from rmcoach_llm.language.pattern import Pattern

OTHERS = r"(?:vendor|supplier|provider|intern|trainer|hotline|helpdesk|help desk|service desk|contractor|consultants?|former team|former colleague|previous (?:team|owner|lead)|other team|central team|infrastructure|head office|headquarters|developers?|weather|traffic)"
SHIFTS = Pattern(
    r"\b(?:that|this|it) (?:was|were|happened|dates from)(?: all| long| well)? before (?:my|our) (?:time|day)|\bbefore (?:my|our) time\b|\bi (?:wasn't|was not) (?:there|here|on (?:the|that|this)|in (?:the|that|this)|involved|asked|told|informed)\b|\b(?:we|i) (?:weren't|wasn't|were never|was never|aren't|'re not) (?:asked|told|informed|warned|consulted)\b|\bnobody (?:told|asked|informed|warned) (?:me|us)\b"
    rf"|\b(?:it|that) (?:was|is|'s) (?:all |really |actually |only |just )?(?:the|our|your) (?:[\w-]+ )?{OTHERS}\b(?!'s (?:report|log|mail))|\b{OTHERS} (?:had |has |have )?(?:sent|delivered|forgot|missed|never|didn't|doesn't|was late|were late|failed|messed|approved|picked|changed|promised|let us)\b"
    r"|\b(?:wasn't|was not|isn't|is not|weren't) (?:us|me|our (?:fault|doing|team|people|mistake)|my (?:fault|doing|mistake|job)|on (?:us|me))\b|\b(?:not|isn't|wasn't|beyond|out of|hardly) in (?:my|our) hands\b|\bnot much (?:i|we|anybody|anyone|one|that) (?:on our side )?could(?:'ve| have)?\b|\bnothing (?:i|we|anybody|anyone|one) could(?:'ve| have)?\b|\bcouldn't have (?:known|seen|helped)\b"
    r"|\b(?:you|your (?:\w+ )?(?:people|team|colleagues?|department|reviewers?|clerks?|side|foreman|boss|staff))(?: only| just| yourself| yourselves)? (?:explained|signed|approved|could(?:'ve| have) (?:read|told|asked|said|known|checked)|should(?:'ve| have) (?:read|told|asked|said|known|checked|spoken)|didn't (?:read|tell|ask|say|send|check|answer)|never (?:read|told|asked|said|sent|checked|answered)|sent .{0,30} (?:late|wrong))\b|\bi'd say we share\b|\bit was your \w+ who\b|\bthey never (?:pass|tell|told|send|sent|ask|asked)\b"
    r"|\bwe(?:'ve| have)? (?:all )?had (?:a lot|so much|too much|other things|no time|nobody|staff|illness)\b|\bit(?:'s| has|'s been) been a (?:difficult|hard|busy)\b|\beverybody makes mistakes\b|\b(?:that|these things|it) (?:happens|can happen|do happen)(?:\.| in| with| sometimes| everywhere)"
)
"""Puts a failure on others, on the circumstances, or on the stakeholder."""

PLAYS_DOWN = Pattern(
    r"\b(?:mere(?:ly)?|purely|only|just) (?:a )?(?:manner of speaking|matter of (?:words|tidiness|taste|form)|formality|detail|technicality|hiccup|glitch|typo|wording)\b|\b(?:makes?|made) (?:no|hardly any|little|not much) difference\b|\bnothing (?:of importance|to worry|serious|dramatic|bad|big|you(?:'d| would)? (?:need|have|want) to|that you)\b|\bisn't the end of the world\b|\b(?:others|many|some) have (?:it )?(?:far |much |a lot )?worse\b|\b(?:within|inside) what (?:you'd|one would|you would|you can) expect\b|\bdon't (?:take it|be) so (?:hard|sensitive|upset)\b|\bwouldn't (?:take|make) (?:it|that|too much)\b|\bone shouldn't make too much\b|\bit's easier (?:this|that) way\b|\b(?:i (?:did )?mean(?:t)?) (?:it |that )?(?:more )?(?:in a general sense|generally|in general)\b|\byou needn't (?:check|look|worry|know)\b"
)
"""Makes little of a fault, a risk or somebody's trouble."""

OWNS = Pattern(
    r"\b(?:(?:it|that|this|the \w+(?: \w+)?) (?:was|is|'s) (?:my|our) (?:mistake|fault|error|failing|doing|slip|oversight|omission|mix-up)|(?:my|our) (?:mistake|fault|error|failing|slip|oversight|mix-up)\b|(?:it|that|this|the \w+) (?:was|is|'s) (?:mine|ours|on (?:me|us))(?: to (?:fix|mend|answer))?\b|i (?:had|have|got|'d|'ve) (?:it |that |this )?(?:got )?wrong|i (?:was|were) wrong|we (?:were|got it) wrong|i (?:mis(?:read|took|understood|judged|counted|heard|calculated)|mixed (?:it|that|them|up)|overlooked|forgot|missed (?:it|that))"
    r"|(?:i|we) should(?:'ve| have) (?:\w+ed|told|said|asked|known|seen|written|come|sent|been|kept|spoken|had|taken|thought)|you should(?:'ve| have) (?:heard|had|been told|got|known) (?:it |that |this )?(?:from (?:me|us)|sooner|earlier|first)|(?:which|that|it|this) (?:was|is)(?:n't| not) right (?:of|from|by) (?:me|us)|which (?:was|is)(?:n't| not) right\b|(?:that|it|this) was (?:wrong|bad|careless|sloppy|unfair|rude|thoughtless|clumsy) of (?:me|us)|i (?:took|left|kept) (?:it|that|the \w+|them) out, (?:which|and)|i(?:'m| am) to blame|blame me|i (?:owe|apologi[sz]e)|we let you down|i let you down|nobody (?:on our side )?answered you, which)(?!\w)"
)
"""Owns a mistake."""

FOREIGN = Pattern(
    r"\b(?:foreign ground|new to me|not (?:at home|my (?:field|trade|home|strong))|i(?:'m| am) (?:no|not an?|new to|learning|still learning|a (?:layman|beginner))\b|unknown (?:to me)?[.,]|i (?:couldn't|can't|cannot|can not|wouldn't|haven't|have not|hadn't|don't|didn't|won't) (?:yet )?(?:prove|proved|calculate|vouch|swear|say for (?:sure|certain)|measured|tell for)|i(?:'d| would) not (?:order|sign|bet|swear|promise)|i don't have (?:a |the |any )(?:figure|number|answer|data)|(?:no|without a) (?:figure|measurement|number) (?:of (?:ours|mine)|beneath|behind|for)|(?:the )?\w+ i can't promise|i can't (?:put|give) (?:a|you a) (?:figure|number))\b"
)
"""Says what is not known or not sure."""

LOOKS_DOWN = Pattern(
    r"\byou (?:\w+ )?(?:folks|lot|people|guys) (?:have|has|had|are|always|never|just|don't|can't|need|should)\b|\b(?:you|they|he|she)(?:'ve| have| has| had)? never (?:held|touched|worked|learnt|learned|understood)\b"
    r"|\byou(?:'re| are) (?:a bit |rather |quite |just |simply |too |all )+(?:slow|sloppy|careless|naive|stubborn|difficult|behind|old-fashioned|sensitive|negative)\b|\bteach \w+(?: \w+)? to (?:read|write|count|think)\b|\bshamefully\b|\b(?:your|those) (?:people|clerks|drivers|nurses|reps|planners|users|teams?|staff|colleagues?) are (?:just |simply |too |all )*(?:lazy|slow|careless|sloppy)\b"
)
"""Judges the stakeholder or their people."""


def _in_reply(talk: Talk, *patterns: Pattern) -> list[Cited] | Missing:
    return shown(
        said.cited
        for line in talk.lines
        for said in line.said
        if any(said.finds(pattern) for pattern in patterns)
        and not (_owned(line) or said.finds(KEEPS))
    )


def _owned(line: Line) -> bool:
    """Say whether a turn owns a mistake: a circumstance named beside it is no excuse."""
    return any(said.finds(OWNS) for said in line.said) or reacts(line, THANKED)


BLAMES_USERS = Pattern(
    r"\buser (?:problem|error|mistake)s?\b|\b(?:a |of )discipline(?: (?:thing|problem|issue|matter))?\b|\b(?:people|users|they|everybody|your \w+|the \w+s|\w+ers) (?:just|simply) (?:don't|do not|won't|will not|have to|need to|must|should) (?:follow|read|listen|look|click|care|bother|check|fill|stick|learn|train|do|use|try|pay)\b"
    r"|\b(?:people|users|they|your \w+) (?:always|never) (?:make mistakes|read|listen|learn|follow|click|check|bother|pay attention)\b|\byour (?:people|team|users|staff|clerks|colleagues)(?:'s?) (?:own )?fault\b"
)
"""Puts a trouble on those who have to live with it: "people just don't follow the process"."""


def blame_shifted(talk: Talk) -> list[Cited] | Missing:
    """See a failure put on others or played down, in a turn that owns nothing."""
    return _in_reply(talk, SHIFTS, PLAYS_DOWN)


def judging(talk: Talk) -> list[Cited] | Missing:
    """See the stakeholder or their people looked down upon."""
    return shown([*talk.matches(LOOKS_DOWN), *talk.matches(BLAMES_USERS, asks=False)])


RULES: dict[str, Rule] = {"blame-shifted": blame_shifted, "judging": judging}
