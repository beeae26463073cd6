"""Rules for causes: settled without a look, put beside others, tested, or left open."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import CONFIRMS, DENIES, reacts
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern

SETTLES = Pattern(
    r"\b(?:(?:what|who) else\b[.!?]?$|what else (?:could|would|should) it be|(?:that|this|it|there)(?:'s| is)(?: simply| just| quite| clearly)? (?:typical\b(?! of)|the (?:whole|plain|simple|only|real) (?:story|reason|cause|explanation)|your (?:cause|reason|answer)|why they|logic(?:al)?|how you read)|so that(?:'s| is) that|one knows (?:this|that|it|how)"
    r"|(?:that|which|\w+) proves (?:it|that)\b|(?:it|that)(?:'s| is) proved\b|(?:i|we) (?:see|need|know) no other (?:reason|cause|explanation)|no other (?:reason|explanation|cause)|(?:i'd|i would|i'll) (?:put money|bet)|(?:it|that)(?:'s| is| has| must| has to be|'s got)? (?:gotta|got to|bound to) be\b|must have been the|simple as that|no (?:doubt|question|two ways) about (?:it|that)|no wonder(?:,| then)|plain as day|clear as day|(?:clearly|obviously|plainly|evidently),? (?:it|that|they|the|your|a)\b|it(?:'s| is) always (?:the|them)\b|always (?:the|them)[.!]?$"
    r"|(?:it|that) (?:can't|cannot|couldn't) be anything else|(?:that|this) can only be|(?:that|it)(?:'s| is) down to (?:the|your|their)|it follows (?:from|that)|(?:there|here) you have (?:it|the reason|your)|(?:write|put|note|take|book) (?:that|it|this)(?: down)? as (?:the|your) (?:cause|reason)|(?:is|are|'s|'re) (?:clearly|obviously|surely|simply|plainly) (?:the|your|a|their|an)\b)(?!\w)"
)
"""Says that a matter is settled."""

BLAMES = Pattern(
    r"^(?:(?:well|then|so|okay|ok|right|sure|ah|oh),? )*(?:people|users|(?:the|your|these|those) (?:\w+ )?(?:\w+s|staff|people|team|crew|juniors?|folks?)|they) (?:just |simply |always |probably don't |are just |can't be bothered to )?(?:forget|don't (?:care|read|listen|know how|tag|like|want|take)|never (?:read|listen|learn|check)|can't (?:be bothered|do|read|count|type)|aren't (?:careful|trained|interested)|are (?:lazy|careless|sloppy|slow|tired|not trained|too (?:lazy|slow|old)))\b"
)
"""Puts a trouble down to people's failings."""

CONCLUDES = Pattern(
    r"^(?:(?:okay|ok|right|well|ah|oh|yes|sure|hm+|and|um|uh),? )*(?:so|then|hence|therefore|thus),? (?:it|that)(?:'s| is|'ll be| must be| has to be| would be) (?:all )?(?:the|your|just|only|simply|a|an|because|about|down to|them|him|her|their)\b"
    r"|^(?:(?:okay|ok|right|well|ah|oh|yes|sure|hm+|and|um|uh),? )*(?:then|so) (?:it's|that's|the|your|our|their) \w+(?: \w+)? (?:that|who|which) (?:is|are|causes?|makes?|does|do|loses?|fails?|breaks?)\b"
    r"|\b(?:since|because) (?:then|the two|that week|that day),? (?:so )?it(?:'s| is) (?:the|your)\b|, so it(?:'s| is) (?:the|your|them|a|an)\b|^(?:(?:well|ah|oh|yes|no|right|okay)[,.]? )*(?:that|this|it)(?:'s| is| happens| comes)(?: all| only| just| simply)? because\b|\bcame in\b.{0,60}\bso (?:that|it)(?:'s| is)\b"
)
"""Draws the conclusion that something is the cause."""

OPEN = Pattern(
    r"\b(?:might|may|(?<!else )could|perhaps|maybe|probably|possibly|likely|seems?|sounds?|looks?|i (?:think|guess|suppose|assume|suspect|believe|take it|gather|understand)|my (?:guess|hunch|impression)|if|whether|either|or (?:is|was|are|do|does|it)|known that|you (?:said|say|told|mean|think)|not (?:the|your))\b|\?$"
)

UNDECIDED = Pattern(
    r"\b(?:can't|cannot|couldn't|can not|don't|do not|doesn't|won't) (?:yet )?(?:tell|say|know|decide|separate|distinguish|show)(?: me| us| you| yet)? (?:which|the (?:two|three|four)|them apart|what causes?|one from|from (?:this|that|these|my))|\b(?:the )?(?:two|three|both) (?:are|of them are|were) (?:mixed|tangled|possible)|\btell(?:s|ing)? (?:the (?:two|three|four)|them|these) apart\b"
    r"|\b(?:two|three|several|a few|a couple of) (?:possible )?(?:explanations|causes|suspects|candidates|possibilities|things come to mind|stories)\b|\b(?:could|may|might|can) be [^.?!]{2,60}?,? (?:or (?:it |that |the |just )?(?:could|may|might|can|maybe|perhaps|even|also)|(?:or|and) it (?:could|may|might)|could be|might be|may be)\b|\beither (?:it's |it is |the |you've |they |you )[^.?!]{2,70}? or\b"
    r"|\b(?:it|that) (?:needn't|need not|doesn't have to|might not|may not) (?:be|mean|come)\b|\bnot necessarily (?:the|because|that|your)\b|\b(?:fell|falls?|came|comes?|happened|started|began) (?:in|on|at|into) the same (?:week|weeks|month|months|day|time|quarter|year)\b|\bat the same time,? so\b|\bso both at once\b|\bwhich of (?:the|these|those) (?:two|three)\b[^.!]{0,20}\b(?:is|was|did|does|drives?|causes?)\b[^.!]{0,20}\?|\b(?:or (?:is it|was it|it's|it is) (?:the|that|just|more|rather|about))\b[^.!]{0,80}\?"
    r"|\bapart from [^,.]{2,40}? it (?:could|may|might)\b|\bthere(?:'s| is| may be| might be) (?:another|a second|more than one) (?:explanation|cause|reason|possibility)\b|\bthat(?:'s| is) (?:one|only one) (?:explanation|possibility|reading)\b|\b(?:correlation|coincidence)\b(?! (?:rules|proves))"
)
"""Leaves open which of several causes it is, or names them side by side."""

IF_IT_IS = Pattern(
    r"^(?:so |and |then )?(?:if|should|were) (?:it|that|they|the|both|plain|\w+(?: stops?)?)(?:'s| is| are| were| was| be|\w*)? [^.?!]{3,120}?,? (?:then )?(?:it|they|the|you|we|day|others|those|\w+)(?:'s|'d|'ll| is| would| should| ought| will| must| won't| wouldn't| may| does| do)\b"
)
"""Says what would be seen if a cause held: two such sentences in a row decide between causes."""

TESTS = Pattern(
    r"\bwhat(?:'s|'ve| has| have| had| else| was| is)? (?:else |then |also |just )?(?:been |was |got |have |has |had |is )*(?:changed|different|new)\b|\bdid (?:anything|something) (?:else )?change\b|\bor since (?:something|when|the)\b|\b(?:was|were|has|have|did|is) (?:it|that|they|this) always\b[^.!]{0,60}\?|\b(?:did|does|has|do) (?:it|that|they|this) (?:also |always |ever |only |just )(?:happen|break|occur|start|been|go)\w*\b|\bsince (?:when|what) (?:is|has|does|did|do|was)\b"
    r"|\b(?:is|are|was|were) there (?:any |a |an |some |one |also |ever )?(?:\w+ ){0,2}?(?:anybody|anyone|ones?|who|that|where|without|which|ward|line|week|month|day|site|team|region|country|shift|office|store|shop|place|plant|group|branch|depot|customer|department)s? (?:where|who|that|which|without|with)\b[^.!]{0,80}\b(?:not|n't|no|hardly|never|nothing|none|didn't|doesn't|don't|isn't|aren't|fewer|less|fine|works?|better|without)\b"
    r"|\b(?:anybody|anyone|somebody|someone|any \w+) (?:\w+ing )?(?:who|that|where)(?: \w+)? (?:didn't|doesn't|don't|hasn't|haven't|isn't|aren't|never)\b|\b(?:which|what|where|when|who) (?:\w+ )?(?:does it not|do they not|doesn't|don't|didn't|isn't|aren't|never|loses? none|have none|has none|was it (?:okay|fine)|were they (?:okay|fine)|works?(?: fine| well)?\b)[^.!]{0,60}\?|\b(?:only|just) (?:on|at|in|with|for|after|during) [^.!?]{2,40}?, or (?:also|always|on|at|in|with|everywhere|all)\b|\b(?:also|too|as well|either) (?:in|on|at|with|for|without) (?:the )?[\w ]{2,40}\?|\b(?:are|is|were|was|do|did) (?:they|it|those|these|he|she) [\w ]{1,20}(?:as well|too|either)\?"
    r"|\b(?:looked|checked|look|check|see|know|tell|asked|ask)(?:ed)? (?:whether|if) (?:it|that|this|they)(?:'s| is| was| are| were| happens?| happened)? (?:just|only|also|the same|any different|really|everywhere)\b"
    r"|\b(?:compare|compared|comparing|put|hold|look at) [^.?!]{2,60}? (?:with|to|against|next to|beside) (?:the )?(?:ones?|those|same|old|other|weeks?|months?|lines?|days?|without|paper|districts?|last)\b|\bsame (?:weather|weeks?|drivers?|people|line|team|product|month)[,:;][^.]{2,60}|\bglass with glass\b|\blike with like\b|\bnothing (?:on|in|at|from) (?:the )?(?:other|line|ward|day|night)\b[^.!]{0,30}\?|\b(?:with and without|before and after) (?:the|a|that|it)\b"
)
"""Asks or looks where, when or for whom it is otherwise, and what changed."""


DECIDES = Pattern(
    r"\bif (?:it|that|this|they|these|those|theirs|(?:the |your |those |one |both |a )?[\w-]+(?: [\w-]+){0,3}?)(?:'s| is| are| was| were| also| too| do| does| don't| doesn't| did| didn't| isn't| aren't| wasn't| weren't| has| have| hasn't| haven't| fell| rose| went| goes| falls| rises| drops| stays| happens| comes| stumbles?)\b[^.?!,:]{0,60}[,:] (?:then )?(?:(?:it|that|this)(?:'s| is| was|'d be| would be| must be| has to be| wasn't| isn't| can't be| couldn't be| wouldn't be)(?: not| n't| hardly| rather| probably| more likely)? (?:the|your|down to|about|because|in the|with)\b|(?:it|that) (?:speaks|points) (?:for|against|to)\b|(?:the|your) [\w-]+ (?:is|are|was|were)(?: not|n't)? (?:the cause|to blame|out|it|innocent)\b|i was wrong\b)"
    r"|\bif it(?:'s| is| was| were|'d be) (?:really |only |just |down to |because of |about )?(?:the|your|a lack of|leave|training)\b[^.?!,:]{0,50}[,:] (?:then )?[^.?!]{2,60}?(?:\b(?:would|should|ought to|must|won't|wouldn't|shouldn't)|'d|'ll)\b (?!be (?:easy|good|nice|fine)|i\b|we\b|need|suggest|take|cost)"
)
"""Says what would be seen if a cause held, or which cause it would be if something were seen."""


def cause_guessed(talk: Talk) -> list[Cited] | Missing:
    """See a cause settled in so many words, people blamed, or a conclusion that the answer denies."""
    return shown(said.cited for line in talk.lines for said in _guesses(line))


def _guesses(line: Line) -> Iterator[Said]:
    if reacts(line, CONFIRMS):
        return
    denied = reacts(line, DENIES)
    for said in line.said:
        if said.asks or said.finds(OPEN):
            continue
        if (
            said.finds(SETTLES)
            or said.finds(BLAMES)
            or (said.finds(CONCLUDES) and (denied or _new(line, said)))
        ):
            yield said


def _new(line: Line, said: Said) -> bool:
    """Say whether a conclusion names what the stakeholder had not spoken of."""
    return not line.says_back(said) and not said.stems & line.earlier_stems


def rivals_named(talk: Talk) -> list[Cited] | Missing:
    """See causes left open side by side, or what two of them would lead to."""
    return shown(said.cited for line in talk.lines for said in _rivals(line))


def _rivals(line: Line) -> Iterator[Said]:
    for place, said in enumerate(line.said):
        after = line.said[place + 1 : place + 2]
        if (
            said.finds(UNDECIDED)
            or said.finds(DECIDES)
            or (said.finds(IF_IT_IS) and any(other.finds(IF_IT_IS) for other in after))
        ):
            yield said


def cause_tested(talk: Talk) -> list[Cited] | Missing:
    """See a look at where or when the trouble is not there, or at what changed."""
    return shown(said.cited for said in talk.said() if said.finds(TESTS))


RULES: dict[str, Rule] = {
    "cause-guessed": cause_guessed,
    "rivals-named": rivals_named,
    "cause-tested": cause_tested,
}
