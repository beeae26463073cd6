"""Rules for how the trainee treats the person: judged, belittled, denied; valued, heard, put right.

The stakeholder's answer counts as well: who is hurt, or says that they were not heard, tells of the turn before.
"""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules_freedom import PRESSES
from rmcoach_llm.evaluators.rules_heard import HURT, UNHEARD, reacts_at_once
from rmcoach_llm.evaluators.rules_objections import BRUSH_OFF, doubts
from rmcoach_llm.evaluators.rules_owning import OWNS
from rmcoach_llm.evaluators.rules_replies import questions_put, troubled
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern, Regex, any_of
from rmcoach_llm.language.words import sentences

FIRST_SAID = 2
"""A doubt is said back where the reply begins."""

JUDGES = any_of(
    r"(?:you|he|she|they|your (?:\w+ )?\w+|someone|somebody) (?:really |surely |just |simply )?(?:should|ought to)(?:'ve| have) (?:\w+ )?(?:checked|noticed|known|seen|asked|told|done|thought|read|said|planned|come|started|kept|written|looked|learnt|learned|trained|caught|stopped|acted|spoken)",
    r"that(?:'s| is) (?:how|what) (?:you get|it ends|happens when|one gets|comes of)",
    r"self-inflicted",
    r"your own (?:fault|doing|making)",
    r"you(?:'ve| have)? (?:only )?(?:got )?(?:only )?(?:yourself|yourselves) to blame",
    r"you(?:'ve| have)? (?:just )?let (?:it|that|this) (?:happen|slide)",
    r"(?:you|they) (?:just |simply )?(?:never|don't|didn't) (?:even )?(?:care|bother|bothered)\b(?! about me)",
    r"how (?:could|can) (?:you|anyone|they) (?:not|let|miss|possibly)",
    r"why on earth",
    r"shame(?:ful|fully)",
    r"(?:amateur(?:s|ish)?|dinosaurs?|unprofessional|irresponsible|disgrace|sloppiness|backward|childish|pathetic)\b(?! of (?:me|us))",
    r"(?<!face )(?<!grin )says it all",
    r"what a culture",
    r"attitude problem",
    r"what (?:legal|you|they|hr) (?:actually |all )*do(?:es)? all day",
    r"any (?:\w+ )?(?:child|fool|beginner|trainee|student|idiot|controller|manager|\w+er|\w+or) (?:would|could|can|knows|should) (?:have )?(?:know|see|look|check|tell|do|notice|seen|known)\w*",
    r"anyone with (?:a|an|half)\b[^.?!]{0,30}\b(?:can|could|would|knows|sees)",
    r"(?:your (?:\w+ )?\w+|he|she|they) (?:is|are|'s|'re) (?:simply |just |plainly )?(?:mistaken|wrong|confused)",
    r"(?:hardly|not exactly|not very|not what i(?:'d| would) call) (?:efficient|professional|modern|clean|clever|smart)",
    r"you(?:'re| are) (?:doing|using|holding) it wrong",
    r"i(?:'d| would) (?:be ashamed|expect (?:more|better))",
    r"a (?:sensible|normal|proper) (?:person|manager|\w+) (?:would|changes|checks|knows)",
    r"you(?:'re| are) (?:obviously |simply |just |clearly )?(?:exaggerating|overreacting|imagining|seeing ghosts|the problem|to blame)",
    r"you(?:'ve| have) (?:had all|slept|waited too|caused)",
)
"""Says what they ought to have done, or what kind of people they are."""

MOCKS = any_of(
    r"bless (?:them|him|her)",
    r"get over (?:it|yourself)",
    r"who(?:'s counting| cares| bothers)",
    r"what(?:'s| is) (?:all )?the (?:fuss|drama)",
    r"are you (?:twelve|kidding|joking|deaf)",
    r"did (?:they|he|she|you) cry",
    r"not in (?:the |a )?kindergarten",
    r"they're grown-?ups",
    r"peanuts",
    r"i don't do (?!the )\w+(?= \w+|[.!]?$)",
    r"pure emotion",
    r"come on(?=[,.!])",
    r"seriously(?=\?)",
    r"no offen[cs]e,? but",
    r"you wouldn't understand",
    r"what else have you got",
    r"spare me",
    r"not my (?:problem|department)",
    r"here we go again",
    r"isn't the end of the world",
    r"others have (?:it )?(?:far |much )?worse",
    r"hardly worth",
    r"old hat",
    r"(?:they|you|people)(?:'ll| will) (?:soon |just )?get (?:used to|over) (?:it|that)",
)
"""Makes fun or light of what the other said."""

DENIES_IT = Pattern(
    r"^(?:(?:well|oh|sorry|look|ah|but|actually)[,.!]* (?:but )?)?(?:no,? no,? (?:it|they|he|she|the|there|you|we)\b|that(?:'s| is)(?: simply| just| plainly)? (?:not (?:true|right|correct|so|the case)|wrong|incorrect|nonsense)|impossible\b|nah\b|i don't buy|it(?:'s| is) not[.!]|no (?:it|they|he|she|you|we) (?:isn't|aren't|don't|doesn't|didn't|wasn't|can't|haven't)|yes,? (?:it|they|he|she|we|you) (?:is|are|can|do|does|did|has|have)\b|you(?:'re| are) (?:wrong|mistaken|exaggerating))"
    r"|\bthat(?:'s| is| (?:just|simply) is) (?:just |simply )?not the case\b|\bjust isn't (?:so|true)\b|\bthere(?:'s| is) no such thing\b"
)
"""Begins by denying; to a question that is an answer, to anything else a contradiction."""

WAVES_AWAY = Pattern(
    r"^(?:nah|bah|pah|ah,? (?:come|that)|oh,? come|(?:trust|believe) me)\b|\bthat(?:'s| is) how (?:it(?:'s| is)|one|we|everybody|everyone) (?:done|does?|starts?|works?)\b|\b(?:everybody|everyone) (?:does|starts|has|says) (?:it |so |that |like )"
    r"|\b(?:neither here nor there|ancient history|end of story|peanuts|nothing to think about|there(?:'s| is) always (?:one|someone)|every (?:system|tool|project|one) has (?:that|it|them|its)|no one (?:reads|cares|notices)|not on the agenda|not going to happen|(?:won't|never) happens?\b|let's be (?:open|positive|brave|bold)|think positive|don't bother(?! me)|don't overthink|is really only|it's (?:really )?only a (?!matter)|people always say|they always (?:say|object)|(?:always |will )?sorts? (?:itself|themselves) out"
    r"|we(?:'ll| will) (?:tick|cross) (?:that|it)|it's that easy|(?:will|you'll) (?:manage|cope|thank|love it|see it)|one shouldn't make too much|don't let (?:that|it) |(?:just|only) (?:nerves|habit|fear|a phase|politics|talk)|every beginning|all good things|growing pains|teething|with other eyes|doubts are normal|i(?:'d| would) not (?:worry|bother)|i wouldn't (?:worry|bother|think about|lose sleep|make too much|be so)|(?:is|are) relative|that(?:'s| is) (?:something )?for later|nothing ever happens)\b"
)
"""Waves away, where the other has just said no, doubted or told of something bad."""

NEGATES = Regex(
    r"\b(?:not|no|never|nobody|none|nothing|cannot|without|hate|fear|afraid|worr\w+|doubt\w*|too|but|against|risk\w*|refuse|reluctant|scared|unsure|tired|fed up|flood|kill\w*|lose|hardly|\w+n't)\b"
)

HEARS_NO = Pattern(
    r"\b(?:you(?:'re| are) (?:worried|afraid|concerned|not sure|telling me|saying|scared|against)|you (?:worry|fear|doubt|don't (?:want|fancy|see|trust|like|believe|think)|hate|refuse|expect|say|dread)|your (?:worry|concern|doubt|fear|no|objection|point)(?: is|'s|,| was)|what (?:you|they|bugs|worries|bothers|stops) (?:you|fear|hate)?|fears? (?:your|the|he|she|they)|that(?:'s| is) (?:your|the) (?:no|worry|fear|line|nightmare|snag|doubt|point)|it(?:'s| is) the \w+,? (?:then|that)"
    r"|that(?:'d| would) be your point|i(?:'d| would) be (?:wary|careful|cautious|doubtful|sceptical|worried|afraid|unsure) (?:as well|too|there)|(?:is|are) a good reason|has a point|have a point|(?:he|she|they)(?:'s| is|'re| are) right|why i(?:'d| would)? (?:wouldn't|won't|not))\b"
)
"""Says whose doubt it is, or that there is something in it."""

STANDS_CORRECTED = any_of(
    r"i (?:stand|'m) corrected",
    r"i(?:'ve| have)? (?:mixed|misread|misunderstood|misheard|muddled|confused)",
    r"thank(?:s| you) for (?:the correction|correcting|putting me right|setting me (?:right|straight)|pointing (?:it|that) out)",
    r"i(?:'ll| will) (?:correct|change|strike|fix) (?:it|that) (?:now|at once|right away|in my notes|today)",
    r"(?:my|our) (?:mistake|slip|error|mix-up)(?=[.,])",
    r"i take (?:it|that) back",
    r"you(?:'re| are) (?:quite |absolutely |perfectly )?right(?=[,.])",
    r"point taken",
    r"fair (?:point|criticism|cop)",
    r"i (?:had|got) (?:it|that) wrong",
    r"i deserved? that",
)

VALUES = any_of(
    r"(?:that|this|it|which) (?:took|must have taken) (?:a lot|some|courage|guts|patience|nerve|skill|stamina|real|care|doing|discipline)",
    r"quite (?:a|an) (?:record|feat|achievement|effort|job|performance)",
    r"no (?:small|mean) (?:feat|thing|achievement)",
    r"not (?:many|everyone|everybody|every \w+|a lot of) (?:\w+ ){0,3}?(?:can|could|would|do|does|manages?|have|has|keeps?|dares?) (?!have)",
    r"(?:i|we) couldn't have (?:done|managed|kept)",
    r"hats off to",
    r"(?:compliments?|kudos|credit) (?:to|for) (?:you|your|the|them)",
    r"worth (?:more than|its weight)",
    r"(?:that|this|it)(?:'s| is| was) (?:really |quite |very )?(?:real|careful|thorough|solid|remarkable|impressive|proper|good|excellent|fine|clever) (?:work|thinking|craft|discipline|engineering|eye|catch|record|groundwork|housekeeping)",
    r"speaks (?:well|volumes) (?:of|for)",
    r"it(?:'s| is|'s not| isn't| is not)(?: not)? (?:many|everybody|everyone|every \w+) who",
    r"(?:plenty|others|many|most)(?: \w+)? would have",
    r"you(?:'ve| have)?(?: got)? an? (?:\w+ )?(?:eye|ear|nose|feel|hand) for",
    r"(?:are|is) lucky (?:to have|with)",
    r"without sparing",
    r"(?:that's|it's) (?:all )?(?:down|thanks) to you",
    r"you(?:'ve| have)? (?:clearly|obviously) (?:got|built|kept|thought|looked|put)",
    r"which is more than (?:most|many|i|we)",
    r"(?:nobody|no one)(?: else)? (?:has ever|ever) (?:done|managed)",
    r"you(?:'ve| have)? (?:kept|held|got|run|ran|managed|carried|built|saved) [^.?!]{3,50}\b(?:with (?:only |just )?(?:two|three|four|half|one) (?:people|\w+ers|fewer|less)|despite|in spite of|all by yourself|single-handed|on top of|without a single|without losing)",
)
"""Says what something took, or what it is worth."""

SHARES_WORRY = Pattern(
    r"\b(?:fall\w* back on you|on your (?:head|shoulders|plate)|you (?:have|need) to (?:sign|answer|stand|explain|face)|you(?:'re| are) the one (?:who|they)|lands? (?:on|with) you|comes? to you first|your (?:name|face|neck|head) (?:is|on|in|that)|it(?:'s| is) you who (?:has|have|pays?|stands?|answers?|gets?|must|would)|weighs? on you|worries you|keeps you|your (?:worry|fear|concern|nightmare)|you(?:'re| are) (?:afraid|worried|scared|liable)|you (?:fear|worry|dread)|(?:would|could|'d) cost you|blame(?:s)? you|you(?:'d| would) (?:be the one|stand|end up|have to explain|hate))\b"
)
SEES_MOOD = any_of(
    r"you(?:'ve| have) gone (?:pale|quiet|red|white|silent)",
    r"you (?:look|sound|seem) (?:\w+ )?(?:tired|worried|exhausted|upset|unsure|uneasy|sad|angry|cross|annoyed|worn|pale|hesitant|unhappy|doubtful|pressed|rushed)",
    r"i (?:can )?(?:hear|see|feel|sense|notice) (?:how (?:much|hard|tired)|that you(?:'re| are)|(?:it|this) (?:weighs|gets|hurts))",
    r"(?:weighs|gnaws|wears) (?:\w+ )?(?:on|at) you",
    r"(?:catch your breath|get some (?:sleep|rest)|look after yourself)",
    r"that(?:'s| is) (?:a lot|too much) (?:to carry|for one person|at once|to take|on your plate)",
    r"no wonder (?:you|that you)(?:'re| are) (?:tired|angry|cross|worried|fed up|exhausted|upset|annoyed|careful)",
)
"""Says what mood or load the trainee notices."""

TOO_MUCH = Pattern(r"\b(?:worry too much|don\'t (?:you )?worry|you can explain|be the one who)\b")

ASKS_VIEW = any_of(
    r"(?:what do you (?:make of (?:it|that|this)|say to|think (?:of|about) (?:it|that|this))|how (?:does|would|do|did) (?:that|it|this|they) (?:sound|sit|land|go down|feel|look|strike)|does (?:that|it|this) (?:sit|sound|feel|strike)|how(?:'d| would) (?:that|it|this) (?:go|sit|sound)|(?:your|any) (?:view|reaction|feeling|thoughts|doubts|objections|first impression)|what(?:'s| is| would be) (?:wrong with|against) (?:it|that|this)|what speaks against|where would (?:it|that|this) (?:pinch|break|fall|hurt|not)|do you see (?:a|any|it|that) (?:snag|problem|catch|hole|working|flying|risk)|(?:can|could) you live with|what (?:in|about) (?:it|that|this) (?:would|bothers|worries|doesn't|does not)|how do you (?:find|like|feel about) (?:it|that|this|part|the)|i(?:'d| would) be curious)\b[^!]*",
)
"""Asks what they think of something, or hold against it."""


def _owns(line: Line) -> bool:
    return any(said.finds(OWNS) for said in line.said)


def judging(talk: Talk) -> Iterator[Cited]:
    """See a verdict on them, or a turn that they take for one; who owns a fault judges nobody."""
    for line in talk.lines:
        if not _owns(line):
            found = [said for said in line.said if said.finds(JUDGES)]
            yield from (said.cited for said in found or _hurting(line))


def dismissive(talk: Talk) -> Iterator[Cited]:
    """See what they said made light of, or a turn that hurts them."""
    for line in talk.lines:
        if not _owns(line):
            found = [said for said in line.said if line.since and said.finds(MOCKS)]
            yield from (said.cited for said in found or _hurting(line))


def _hurting(line: Line) -> list[Said]:
    return [line.said[-1]] if line.said and reacts_at_once(line, HURT) else []


def contradicting(talk: Talk) -> Iterator[Cited]:
    """See a reply that begins by denying what was said and not asked."""
    return (
        said.cited
        for line in talk.lines
        if line.since and not line.last.rstrip().endswith("?")
        for said in line.said[:FIRST_SAID]
        if said.finds(DENIES_IT) and not said.asks
    )


def _objects(last: str) -> bool:
    """Say whether a turn holds a no, a doubt or something bad, and asks nothing."""
    if last.rstrip().endswith("?"):
        return False
    return any(NEGATES.search(part.plain) for part in sentences(last))


def objection_brushed_off(talk: Talk) -> Iterator[Cited]:
    """See a no or a doubt waved away, or a reply to a doubt of which they say that it is no answer."""
    for line in talk.lines:
        if line.since and not _owns(line) and (_objects(line.last) or troubled(line.last)):
            yield from (said.cited for said in line.said if said.finds(WAVES_AWAY))
    for doubt in talk.once(doubts):
        if reacts_at_once(doubt.reply, UNHEARD) and not doubt.reply.last.rstrip().endswith("?"):
            yield doubt.reply.said[0].cited


def objection_restated(talk: Talk) -> Iterator[Cited]:
    """See a no or a doubt said back, with a word of it, where the reply begins."""
    for line in talk.lines:
        if not (line.since and _objects(line.last)):
            continue
        for said in line.said[:FIRST_SAID]:
            if said.stems & line.last_stems and said.finds(HEARS_NO) and not _waves(said):
                yield said.cited


def _waves(said: Said) -> bool:
    against = (BRUSH_OFF, DENIES_IT, WAVES_AWAY, MOCKS, PRESSES)
    return said.asks or any(said.finds(pattern) for pattern in against)


def question_dodged(talk: Talk) -> Iterator[Cited]:
    """See a reply to a question of which they say that it is no answer."""
    return (line.said[0].cited for line, _ in questions_put(talk) if reacts_at_once(line, UNHEARD))


def answer_ignored(talk: Talk) -> Iterator[Cited]:
    """See a trouble told, and a turn after which they come back to it as unheard."""
    return (
        line.said[0].cited
        for line in talk.lines
        if line.since and line.said and troubled(line.last) and reacts_at_once(line, UNHEARD)
    )


def correction_taken(talk: Talk) -> Iterator[Cited]:
    """See a correction taken in so many words."""
    return (
        said.cited
        for line in talk.lines[1:]
        if line.since
        for said in line.said[:FIRST_SAID]
        if said.finds(STANDS_CORRECTED)
    )


def affirmed(talk: Talk) -> Iterator[Cited]:
    """See what they did valued."""
    return talk.matches(VALUES, asks=False)


def concern_named(talk: Talk) -> Iterator[Cited]:
    """See a worry or load named as theirs."""
    return (
        said.cited
        for said in talk.said()
        if not said.asks
        and said.finds(SHARES_WORRY)
        and not (said.finds(TOO_MUCH) or said.finds(PRESSES))
    )


def person_acknowledged(talk: Talk) -> Iterator[Cited]:
    """See a mood or a load noticed aloud."""
    return (
        said.cited
        for line in talk.lines
        if line.since
        for said in line.said
        if said.finds(SEES_MOOD)
    )


def reaction_asked(talk: Talk) -> Iterator[Cited]:
    """See their view of what was put to them asked for."""
    return talk.matches(ASKS_VIEW, asks=True)
