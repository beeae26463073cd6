"""The words by which questions are known: their forms, and what they are after.

The patterns run as those of `patterns` do: small letters, straight quotes, one sentence at a time.
"""

from __future__ import annotations

from rmcoach_llm.domain import QuestionKind
from rmcoach_llm.language.pattern import Pattern, Regex, any_of, begins_with

LEAD_IN = Regex(
    r"(?:okay|ok|so|and|but|well|right|alright|all right|now|then|also|sorry|thanks|thank you"
    r"|great|good|sure|yes|yeah|no|hi|hello|hm+|um+|uh|just|actually|first|before that|if i may"
    r"|i see|i understand|understood|interesting|fair enough|got it|out of curiosity|tell me(?=,|:)"
    r"|may i ask|can i ask|could i ask|i'd like to ask|i would like to (?:ask|know|understand)"
    r"|i was wondering|i wonder|i'm curious|quick question|one more thing)"
    r"(?:,| -|:|\.)?\s+(?=\S)"
)

OPEN_START = begins_with(
    r"what(?! (?:time|an?)\b)",
    r"how(?! (?:many|much|long|often|old|far|big|large|soon|late|frequently)\b)",
    r"why",
    r"in (?:what|which) way",
    r"for what",
    r"to what extent",
    r"(?:can|could|would|will|might) you (?:please |just |perhaps |maybe |briefly |kindly )?"
    r"(?:tell|describe|walk|talk|explain|say|elaborate|expand|help me|show|give me (?:an|some)"
    r"|share|take me|paint|go through|unpack|outline|run me)",
    r"(?:please )?(?:tell me (?:about|more|how|what|why)|walk me|talk me|take me through|describe"
    r"|explain|help me (?:understand|see)|give me an example|say more|paint me|run me through"
    r"|let's talk about|i'd (?:like|love) to (?:hear|understand|learn|know)|i want to understand)",
)

ASKS_UNMARKED = Regex(
    r"(?!(?:what|how|why) (?:i|you|we|they|it|he|she|the|your|our|their|a|an|people)\b)"
)
"""Word order that asks without a question mark: "how do you", not "how you feel"."""

ASKS_LATE_UNMARKED = Regex(
    r"(?:what|how|why|where|which \w+)(?:'s| (?:is|are|do|does|did|was|were|would|will|can|could|should|happens))\b"
    r"(?! (?:said|done|needed|left|known))"
)
"""The same for a question at the end of a run-on line: "so the screen, what should be on it"."""

WHEN_CLAUSE = begins_with(
    r"when(?:ever)? (?:the|a|an|you|we|i|it|they|he|she|this|that|your|our|my|there)\b"
)
"""Where nothing marks a question, this begins a clause: "when the system is connected, ..."."""

SHORT_ANSWER_START = begins_with(
    r"who(?:'s|m|se)?",
    r"when",
    r"where",
    r"which",
    r"what time",
    r"how (?:many|much|long|often|old|far|big|large|soon|late|frequently)",
    r"by when",
    r"since when",
)

CLOSED_START = begins_with(
    r"(?:is|are|was|were|am|do|does|did|can|could|would|will|shall|should|have|has|had|may|might"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|wouldn't|won't|shouldn't"
    r"|haven't|hasn't) (?:i|you|we|they|he|she|it|that|this|there|these|those|the|your|our|their"
    r"|any|anyone|anybody|everyone|somebody|someone|people|all|a|an)",
)

LEADING = Pattern(
    r"(?:,|\bor| -) (?:right|correct|isn't it|aren't you|don't you|doesn't it|wouldn't you"
    r"|won't you|don't we|can't we|isn't that so|no|yes|agreed|am i right|would you agree"
    r"|wouldn't it|do you not)\s*\?"
    r"|^(?:so |and |but |surely )?(?:don't you (?:think|agree|want)|wouldn't (?:you|it|that)"
    r"|isn't it (?:true|better|obvious|time|just)|surely|you (?:do )?agree that|shouldn't you)\b"
    r"|\bwouldn't you (?:say|agree|rather|like)\b|\byou'd surely\b|\bsurely you\b"
    r"|^(?:\w+,? ){0,3}(?:why|how come)\b[^?]{1,60}, because\b[^?]*$"
)

WH_CLAUSE = any_of(
    r"(?:what|why|who|when|where|which|how)(?='s|'re| (?:is|are|do|does|did|was|were|would|will"
    r"|can|could|should|has|have|had|many|much|long|often|else|happens|about)\b)"
)

BARE_FOLLOW_UP = Pattern(
    r"^(?:and |so |but |okay,? |hm,? |i see[.,]? )*(?:why(?: is that| so| not| exactly)?|how so"
    r"|how come|such as|like what|for example|for instance|in what way|and then|meaning|what else"
    r"|(?:can|could|would) you (?:say|tell me) (?:a bit |a little |some )?more(?: about (?:that|this|it))?"
    r"|tell me more(?: about (?:that|this|it))?|say more|go on|what (?:do|did) you mean(?: by (?:that|this|it))?"
    r"|what (?:makes|made) (?:you say|it|that|this)[^?]*|what's behind (?:that|this|it)"
    r"|what do you think (?:is the reason|causes it)|where does (?:that|this|it) come from"
    r"|what happened(?: then| next| there)?|why does (?:that|this|it) [a-z]+)\s*[?.!]*$"
)

KINDS: dict[QuestionKind, Pattern] = {
    QuestionKind.PROBLEM: Pattern(
        r"\b(?:problem\w*|difficult\w*|hard(?:est)?|trouble\w*|frustrat\w+|struggl\w+|go(?:es|ing)? wrong|went wrong|break\w*|annoy\w*|pain\w*|hurt\w*"
        r"|stuck|worr\w+|concern\w*|issues?|bother\w*|bottleneck\w*|challeng\w+|slow\w*|delay\w*|late|lose|losing|lost|waste\w*|fail\w*|miss(?:ing|ed)?|dissatisf\w+"
        r"|complain\w*|not work\w*|doesn't work|does not work|error\w*|mistake\w*|rework|fall\w* (?:down|short|apart)|keeps? you (?:up|awake)|headache\w*|drives? (?:you|your \w+|them|him|her) (?:up the wall|mad|crazy|nuts)|obstacle\w*|mess\w*|weak\w*)\b"
    ),
    QuestionKind.IMPLICATION: Pattern(
        r"\b(?:what (?:happens|happened|would happen|will happen|does happen) (?:if|when|then|to|after|next)|happens? if|consequen\w+|impacts?|effects?|affect\w*|leads? to|led to|as a result"
        r"|results? in|(?:does|do|did|will|would) (?:that|this|it|they|these|\w+ \w+) cost|cost (?:you|us|them|the)|what(?:'s| is) the cost|knock[- ]on|mean(?:s)? for (?:you|your|the|them|others)"
        r"|nothing changes|stays? (?:the same|as it is|like this)|goes on like|keep(?:s)? (?:going|happening)|at stake|risks?|who (?:else )?(?:is|gets|notices|feels|suffers|pays)|what (?:does|do|did|would|will) (?:it|that|this|they|\w+ \w+) do to|what follows|worst case|expos\w+|(?:do|does|did) (?:any |much )?damage|suffers?)\b"
    ),
    QuestionKind.NEED_PAYOFF: Pattern(
        r"\b(?:(?:what|how) (?:would|could|will) (?:that|this|it|you|they|having|getting|fixing|solving|a|an|the)[^?]{0,60}(?:help|gain|enable|allow|mean|change|worth|let you|free|save|benefit|do with)"
        r"|worth (?:to you|it)|be worth|would (?:it|that|this) help|if (?:you|we|they|that|this|it|the \w+) (?:could|had|were|was|did|didn't|knew|got|went|worked|came|only|took)|what would (?:change|be different|be better|become possible|you do)"
        r"|imagine|benefits?|useful|value|in an ideal world|ideal(?:ly)?|magic wand|wish(?:ed)?|what do you (?:really |actually )?need|what would you (?:really |actually )?need|why (?:is|does) (?:that|this|it) (?:matter|important)|what matters|important to you|trying to (?:achieve|get|solve)|behind (?:that|the|this|it|your)|hoping (?:to|for)|hope to|what for|want (?:it|that|this|the \w+|a \w+|an \w+) for|purpose|goal|in the end)\b"
    ),
    QuestionKind.CONSTRAINT: Pattern(
        r"\b(?:budget\w*|deadline\w*|by when|limit\w*|constrain\w*|restrict\w*|must(?: not|n't)|can't (?:change|touch|move)|cannot (?:change|touch|move)|regulat\w+|complian\w+|capacity|rules?|policy|policies"
        r"|stand\w* in the way|get\w* in the way|in the way|what stops|what prevents|hold\w* (?:you|it|us|this) back|off[- ]limits|have to (?:respect|keep|observe|stay|live with|work around)|fixed|non-negotiable|red lines?|contract\w*|works council|union|legal\w*|freeze|resources?|how much (?:time|money)|available|afford|allowed|boundar\w+|careful (?:of|about|with)|watch out|data protection|privacy|tried (?:before|already|this)|previous(?:ly)? (?:attempt\w*|tr\w+))\b"
    ),
    QuestionKind.DECISION: Pattern(
        r"\b(?:who (?:can|may|could|must) (?:change|sign|approve|release|stop)|decid\w+|decision\w*|approv(?:es?|ed|ing|ers?)|(?<!which )(?<!these )(?<!those )approvals?|sign\w*[- ]?off|signs?|sponsor\w*|say(?:s)? (?:yes|no)|convinc\w+|persuad\w+|buy[- ]?in|board|steering|committee|who(?:se)? (?:else )?(?:has|have|needs?|need|would|will|must|should|is|are) (?:the last|a say|a word|to (?:agree|be|approve|say|decide)|involved|on board|the budget|against|for it|agree\w*|oppose\w*|object\w*)|stakeholders?|final (?:say|word)|last word|get (?:this|it|that) (?:through|approved|agreed)|holds? the (?:purse|budget)|green light|go[- ]ahead|authori[sz]\w+|veto|vote)\b"
    ),
    QuestionKind.SUCCESS: Pattern(
        r"\b(?:how (?:would|will|do|could) (?:you|we|they|anyone|he|she) (?:know|tell|notice|see|recogni[sz]e|measure|judge)|measur\w+|success\w*|good look like|what (?:would|will) an? (?:really )?good \w+ look like|look(?:s)? like (?:success|if|when|in|a year|to you)|kpis?|targets?|metrics?|in (?:six|twelve|three|\d+) months|a year from now|next year|(?:be|makes? (?:you|her|him|them)) (?:happy|satisfied|pleased|proud|content)|what (?:would|must|will) (?:you|she|he|they) (?:have to |need to |want to )see(?! to (?:think|say no)\b)|how (?:will|would|do) (?:we|you) (?:know|tell)|call (?:it|this|that) (?:a )?(?:success|win|done)|worth (?:doing|the)|criteri\w+|improv\w+ (?:by|from)|figure (?:would|should|do|must)|what number|which number|number (?:would|should|do|must)|point to|evidence|proof|pay(?:s)? off|count(?:s)? as)\b"
    ),
}

CLEAR_KINDS: dict[QuestionKind, Pattern] = {
    QuestionKind.SUCCESS: Pattern(
        r"\bhow (?:will|would|do|could) (?:you|we|they|anyone|your \w+) (?:\w+ )?(?:know|tell|see|notice|measure|recogni[sz]e)\b"
        r"|\bwhat (?:would|does|will) (?:good|success|a good \w+|better) (?:look|be)\b|\bcall (?:it|this|that) a success\b"
        r"|\bwhat (?:a )?(?:good|better|success)(?: \w+)? (?:looks?|would look|would be|means?)\b"
    ),
    QuestionKind.CONSTRAINT: Pattern(
        r"\b(?:have|has|need) to (?:respect|live with|work around|stay (?:as|the way)|leave alone)\b|\bmust (?:stay|remain|not change|not touch)\b"
        r"|\boff[- ]limits\b|\bwhat (?:limits|constraints|stands in the way|rules)\b|\b(?:any|which) (?:limits|constraints|restrictions|rules)\b"
    ),
    QuestionKind.DECISION: Pattern(
        r"\bwho (?:else )?(?:\w+ )?(?:decides?|signs?|approves?|(?:has|have|needs?|would have) to (?:agree|sign|approve|say yes)|has the (?:last|final) (?:word|say))\b"
        r"|\bwhose (?:decision|approval|call)\b"
    ),
    QuestionKind.NEED_PAYOFF: Pattern(
        r"\bwhat (?:is it (?:that )?|do |would )?you (?:really |actually |truly )?need\b|\bwhat(?:'s| is| lies)? (?:really |actually )?behind\b"
        r"|\bwhat are you (?:really |actually )(?:after|trying)\b|\bwhat matters most\b"
    ),
}
"""Ways to ask that leave no doubt what kind of thing is asked for, whatever words go with them."""
