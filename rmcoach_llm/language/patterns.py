"""The words by which moves are known: one table, to be read and mended by authors.

All patterns run on small letters with straight quotes, one sentence at a time. None of them
nests repetitions, so that their time grows with the length of the text only.
"""

from __future__ import annotations

import re
from functools import cached_property

from rmcoach_llm.domain import Move, QuestionKind


class Pattern:
    """Hold a regular expression that is compiled when it is first used.

    All of them together take 50 ms, a tenth of what a user waits for the first prompt.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place in a text; None where there is none."""
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Match at the beginning of a text; None where it does not."""
        return self._compiled.match(text)

    def findall(self, text: str) -> list[str]:
        """Give all places in a text, not overlapping."""
        return self._compiled.findall(text)


def _any(*alternatives: str, start: bool = False) -> Pattern:
    body = "|".join(alternatives)
    return Pattern(rf"(?:{body})\b" if start else rf"\b(?:{body})\b")


LEAD_IN = Pattern(
    r"(?:okay|ok|so|and|but|well|right|alright|all right|now|then|also|sorry|thanks|thank you"
    r"|great|good|sure|yes|yeah|no|hi|hello|hm+|um+|uh|just|actually|first|before that|if i may"
    r"|i see|i understand|understood|interesting|fair enough|got it|out of curiosity|tell me(?=,|:)"
    r"|may i ask|can i ask|could i ask|i'd like to ask|i would like to (?:ask|know|understand)"
    r"|i was wondering|i wonder|i'm curious|quick question|one more thing)"
    r"(?:,| -|:|\.)?\s+(?=\S)"
)

OPEN_START = _any(
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
    start=True,
)

ASKS_UNMARKED = Pattern(
    r"(?!(?:what|how|why) (?:i|you|we|they|it|he|she|the|your|our|their|a|an|people)\b)"
)
"""Word order that asks without a question mark: "how do you", not "how you feel"."""

SHORT_ANSWER_START = _any(
    r"who(?:'s|m|se)?",
    r"when",
    r"where",
    r"which",
    r"what time",
    r"how (?:many|much|long|often|old|far|big|large|soon|late|frequently)",
    r"by when",
    r"since when",
    start=True,
)

CLOSED_START = _any(
    r"(?:is|are|was|were|am|do|does|did|can|could|would|will|shall|should|have|has|had|may|might"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|wouldn't|won't|shouldn't"
    r"|haven't|hasn't) (?:i|you|we|they|he|she|it|that|this|there|these|those|the|your|our|their"
    r"|any|anyone|anybody|everyone|somebody|someone|people|all|a|an)",
    start=True,
)

LEADING = Pattern(
    r"(?:,|\bor| -) (?:right|correct|isn't it|aren't you|don't you|doesn't it|wouldn't you"
    r"|won't you|don't we|can't we|isn't that so|no|yes|agreed|am i right|would you agree"
    r"|wouldn't it|do you not)\s*\?"
    r"|^(?:so |and |but |surely )?(?:don't you (?:think|agree|want)|wouldn't (?:you|it|that)"
    r"|isn't it (?:true|better|obvious|time|just)|surely|you (?:do )?agree that|shouldn't you)\b"
    r"|\bwouldn't you (?:say|agree|rather|like)\b|\byou'd surely\b|\bsurely you\b"
)

WH_CLAUSE = _any(
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

PLAYBACK_FRAME = Pattern(
    r"\b(?:if i (?:understand|understood|heard|hear|follow|get) (?:you|that|this|it)|what i(?:'m| am)? hear"
    r"|let me (?:just )?(?:play|summari[sz]e|repeat|recap|check|read|see if|make sure|say (?:that|it) back|reflect)"
    r"|(?:did|have|do) i (?:get|got|understand|understood|hear|heard) (?:that|this|it|you)"
    r"|to (?:summari[sz]e|recap|sum up)|in other words|so what you(?:'re| are) saying|you(?:'re| are) saying"
    r"|you (?:said|mentioned|told me|described|explained)|as you (?:said|put it)|sounds (?:like|as if|as though)"
    r"|it seems (?:like |that )?you|is that (?:right|correct|fair)|am i right|what matters (?:to you|most) is"
    r"|my understanding is|so for you|i gather|i take (?:it|from that)|what i take)\b"
    r"|^(?:okay,? |right,? |i see[.,]? |and |ah,? )*so[,:]? (?!next steps?\b|let's|(?:i|we)(?:'ll| will)\b|what|how|why|who|when|where|which|do |does|did|is |are|can|could|would|will|shall)"
)

PLAYBACK_CHECK = Pattern(
    r"^(?:(?:did|have|do) i (?:get|got|understand|understood|hear|heard) (?:that|this|it|you)"
    r"|(?:did|have|do) i (?:see|read|have) (?:that|this|it) (?:right|correctly)|is that (?:right|correct|fair|it|the (?:real|main|core) (?:issue|problem|point))|am i right|does that (?:sound right|match|fit)|(?:is|was) that (?:a )?(?:fair|right))"
)

OWN_PLAN = Pattern(
    r"\b(?:i|we)(?:'ll|'d| (?:can|could|will|would|should|shall|suggest|propose|recommend))\b"
    r"|\bour (?:new |own )?(?:tool|platform|solution|product|software|system)\b"
)
"""Speaks of what the trainee's side would do: the playback is over."""

DAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight|noon"
    r"|end of (?:the )?(?:day|week|month|quarter|year)|this week|next (?:week|month|monday|tuesday"
    r"|wednesday|thursday|friday)|january|february|march|april|june|july|august|september|october"
    r"|november|december|the \d{1,2}(?:st|nd|rd|th)|\d{1,2}(?:st|nd|rd|th)|\d{1,2} (?:a\.?m|p\.?m|o'clock)"
    r"|within (?:a|one|two|three|\d+) (?:day|days|week|weeks)|in (?:a|one|two|three|\d+) (?:day|days|week|weeks))"
)
"""A day or a span of days, by which a promise or a meeting is dated."""

_FIRST = (
    r"\b(?:i(?:'ll| will| can|'m going to| am going to| shall)|we(?:'ll| will| can))\b"
    r"(?!'t| (?:not|never|hardly|barely|only promise|have no|have nothing|be unable|see|imagine|understand|hear)\b)"
)

_JARGON = (
    r"apis?|microservices?|kubernetes|docker|containers?|cloud[- ]native|data ?lakes?|data ?mesh|lakehouse"
    r"|etl|elt|backend|back[- ]end|frontend|front[- ]end|scrum|sprints?|devops|ci/cd|saas|paas|iaas|middleware"
    r"|sso|oauth|tech stack|full[- ]stack|schemas?|rest(?:ful)?|graphql|json|latency|refactor(?:ing)?|mvp|epics?"
    r"|backlog|llms?|machine learning|neural|kafka|webhooks?|serverless|terraform|sql|nosql|orm|crud|sdk|poc"
    r"|scalab(?:le|ility)|idempotent|event[- ]driven|single pane of glass|synerg(?:y|ies|istic)|digital twin"
    r"|orchestrat(?:e|ion)|observability|pipelines?|repos?|git|deployments?|endpoints?|payloads?|caching|threads?"
)

MOVES: dict[Move, Pattern] = {
    Move.ACKNOWLEDGEMENT: _any(
        r"(?:that|this|it) (?:sounds|must (?:be|feel|hurt|have been)|seems|is|'s) (?:really |very |quite )?(?:hard|tough"
        r"|difficult|frustrating|painful|stressful|tiring|a lot|annoying|exhausting|unpleasant|not easy|worrying|uncomfortable)",
        r"(?<!if )(?<!did )(?<!do )(?<!what )i (?:can |do )?(?:understand|see|hear|appreciate|imagine)",
        r"(?:that|it) makes sense",
        r"thank you for (?:telling|sharing|explaining|being|the|your)",
        r"thanks for (?:telling|sharing|explaining|being|the|your)",
        r"no wonder",
        r"i'm sorry to hear",
    ),
    Move.PITCH: _any(
        r"(?<!if )(?:we|i|my team|our team|it) (?:can|could|will|would|should|'ll|'d) (?:easily |simply |just |quickly |also )?"
        r"(?:build|give you|offer|deliver|set up|install|provide|roll out|implement|develop|create|automate|solve|fix)",
        r"we(?:'ll|'d) (?:easily |simply |just |quickly |also )?(?:build|give you|offer|deliver|set up|install|provide"
        r"|roll out|implement|develop|create|automate|solve|fix)",
        r"our (?:new |own |great )?(?:tool|platform|solution|product|software|app|system|suite|service|dashboard)s?"
        r"(?: \w+)? (?:can|could|will|would|does|has|have|is|are|also|gives?|offers?|lets?|solves?)",
        r"(?:i|we)(?:'d| would)? (?:strongly |really )?(?:suggest|recommend|propose)",
        r"what you (?:really |actually )?need is",
        r"you (?:really |clearly |just )?(?:need|should (?:get|use|buy|have|adopt|move to)) (?:a|an|our|the|some) (?:new )?\w+",
        r"(?:how|what) about (?:a|an|our|if we (?:built|build|gave|give|set|made|make))",
        r"what if we (?:built|build|gave|give|set up|made|make|automated?|used?|put)",
        r"the (?:best |right |obvious |easy )?(?:solution|answer|fix) (?:is|would be|here)",
        r"we (?:build|make|sell|have) (?:great|the best|excellent|a great|a perfect|just the)",
        r"perfect (?:tool|solution|fit) for",
    ),
    Move.NUMBER: Pattern(
        r"(?<![\w.])\d[\d.,]*\s?(?:%|percent|per cent|euros?|eur|usd|dollars?|pounds?|k\b|m\b|million|thousand"
        r"|hours?|days?|weeks?|months?|years?|minutes?|people|times|cases|items|users|fte|\u20ac|\$|\u00a3)"
        r"|[\u20ac$\u00a3]\s?\d|\b\d{2,}\b"
        r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|half|a third|a quarter"
        r"|hundred|a dozen) (?:of |a )?(?:percent|per cent|euros?|hours?|days?|weeks?|months?|years?|people|times)\b"
    ),
    Move.SOURCE: _any(
        r"according to",
        r"(?:based on|taken from|drawn from|comes from|came from|come from) (?:the|your|our|last|this|a|what|\w+'s)",
        r"(?:in|from) (?:your|our|the|last \w+'s|this \w+'s) (?:\w+ )?(?:report|reports|ledger|log|logs|figures|data|numbers"
        r"|survey|audit|records|minutes|system|tickets|statistics|dashboard)",
        r"(?:we|i) (?:measured|counted|timed|sampled|checked|looked up|pulled|compared)",
        r"(?:a|the|one|two|recent) (?:study|studies|survey|benchmark|pilot|audit)",
        r"source",
        r"you (?:told me|said|mentioned|gave me)",
    ),
    Move.COMMITMENT: Pattern(
        rf"{_FIRST}[^?]{{0,160}}?\b(?:by|on|before|until|no later than|latest|this|next|tomorrow|today|within|in)\b[^?]{{0,40}}?{DAY}"
        rf"|{_FIRST}[^?]{{0,160}}?\b{DAY}\b"
        rf"|\bby {DAY}[^?]{{0,40}}?{_FIRST}|\byou(?:'ll| will) (?:have|get|hear)[^?]{{0,80}}?\b{DAY}\b"
    ),
    Move.ADMITTED_LIMIT: _any(
        r"i (?:don't|do not|didn't) (?:yet |really |actually )?(?:know|have (?:that|the|an|enough|any))",
        r"i(?:'m| am) (?:not|no) (?:yet |really |entirely |completely |an? )?(?:sure|certain|expert|familiar|the right person|in a position)",
        r"(?:i|we) (?:can't|cannot|can not|could not|couldn't) (?:promise|guarantee|say|commit|answer|tell|judge|do)",
        r"i(?:'d| would)? (?:have|need) to (?:check|look|ask|find out|verify)",
        r"(?:that|this|it)(?:'s| is) (?:outside|beyond|not) (?:my|our|something (?:i|we))",
        r"i (?:may|might|could) be wrong",
        r"(?:what )?i don't understand yet",
        r"honestly,? (?:i|we) don't",
        r"that is a guess|that's a guess|only a guess|i was wrong|my mistake|i got that wrong",
    ),
    Move.HEDGE: _any(
        r"might",
        r"perhaps",
        r"probably",
        r"roughly",
        r"approximately",
        r"i think",
        r"i believe",
        r"i guess",
        r"as far as i (?:know|can see|can tell)",
        r"it depends",
        r"likely",
        r"my (?:estimate|guess|assumption)",
        r"i assume",
        r"in (?:most|many|some) cases",
        r"about \d",
        r"between \d+ and \d+",
        r"if that holds",
        r"assuming",
        r"seems to",
    ),
    Move.OVERCLAIM: Pattern(
        r"\b(?:definitely|guaranteed?|i guarantee|we guarantee|absolutely certain|100 ?(?:%|percent)|without (?:a |any )?doubt|trust me"
        r"|believe me|no risk|zero risk|risk[- ]free|never fails?|always works?|solves? (?:all|everything|every)|all your (?:problems|worries)"
        r"|(?:the )?best (?:\w+ )?(?:on the market|in the world|in class|there is|ever)|world[- ]class|game[- ]chang\w+|revolutionary"
        r"|effortless(?:ly)?|no effort|instant(?:ly)?|everything will be|no problem at all|piece of cake|can't go wrong|cannot go wrong"
        r"|everyone (?:loves|uses|wants)|everybody (?:loves|uses|wants)|magic(?:ally)?|perfect(?:ly)?|flawless(?:ly)?|in no time|overnight)(?!\w)"
    ),
    Move.TRADE_OFF: _any(
        r"trade[- ]?offs?",
        r"downsides?",
        r"drawbacks?",
        r"the catch is|the (?:price|cost) (?:is that|of that|for that|of this|would be)",
        r"at the (?:cost|expense|price) of",
        r"on the other hand",
        r"in (?:exchange|return)",
        r"(?:that|this|it) (?:would|will|does|does mean|would mean|means) (?:also )?(?:mean )?(?:less|fewer|more work|slower|longer|giving up|later|that (?:we|you) (?:lose|can't|cannot|give up|have to wait))",
        r"it (?:won't|will not|does not|doesn't|would not|wouldn't) (?:solve|cover|fix|help with|include|give|do|be)",
        r"what you (?:would )?(?:lose|give up)",
        r"you(?:'d| would) (?:lose|give up|have to give up)",
        r"the other option",
        r"either .{3,80} or",
        r"not both",
    ),
    Move.REQUEST: _any(
        r"(?:could|can|shall|should|may) we (?:meet|agree|set|book|fix|sit|start|try|plan|schedule|talk|speak|run|do)",
        r"(?<!when )(?<!how )(?<!what )(?<!where )(?<!who )(?<!why )(?:could|can|would|will) you (?:please )?(?:send|share|introduce|forward|give me access|put me|arrange|invite|lend|let me (?:see|have|speak|talk|sit)|nominate|sign|agree|approve|spare|set)",
        r"(?:would|are) you (?:be )?(?:willing|open|ready|prepared) to",
        r"would it be (?:possible|all right|okay|ok|fine)",
        r"may i (?:talk|speak|meet|see|sit|have|shadow|join|send)",
        r"i(?:'d| would) like (?:you )?to (?:meet|talk to|speak with|sit with|see|come back|show you|agree|shadow|propose)",
        r"let's (?:meet|agree|fix|book|start|set|say)",
        r"next step",
        r"do we have (?:a deal|agreement)",
        r"i(?:'m| am) asking (?:you )?(?:for|to)",
        r"what i (?:need|ask) from you",
    ),
    Move.PRESSURE: Pattern(
        r"\b(?:you (?:have|need) to (?:(?:tell|answer|give) me|(?:decide|sign|accept|commit|act) (?:now|today|this))|you must (?:tell|decide|sign|answer|give|accept|act|buy)"
        r"|last chance|now or never|(?:just|now) (?:tell|give|answer) me|answer (?:me|the question|my question)|i insist|stop (?:wasting|dodging|avoiding|hiding|stalling)"
        r"|don't waste|only (?:today|this week)|(?:offer|price) (?:ends|expires)|before it(?:'s| is) too late|you(?:'ll| will) (?:regret|be sorry|lose your|look bad|be left)"
        r"|(?:or|otherwise) (?:i|we)(?:'ll| will) (?:go to|escalate|tell|report|walk|leave)|i(?:'ll| will) (?:escalate|go over|report you|tell your boss)"
        r"|you(?:'d| would) be (?:stupid|crazy|foolish|a fool)|everyone else (?:has|is|already)|all your competitors|no excuse|come on,? (?:just )?(?:tell|say|spill)"
        r"|tell me everything|spill|what (?:aren't|are) you (?:not telling|hiding)|i know (?:there's|there is|you're|you are) (?:something|hiding|lying|more)|you owe me|sign (?:here|now|today)"
        r"|are you (?:stupid|deaf|lying|useless)|this is ridiculous|shut up|idiot|incompetent|useless|i don't care what you)\b"
    ),
    Move.GAME_TALK: Pattern(
        r"\b(?:system prompt|your (?:system )?prompt|(?:your|the|these|all|any|previous|prior|above|initial|hidden|secret) instructions? (?:you|were|are|above|say|given|and|verbatim|in|to)|(?:ignore|forget|disregard|override|repeat|print|reveal|show|translate|output)[^.?!]{0,40}(?:instructions?|prompt|everything above|text above|the above|rules|briefing|the role)"
        r"|your (?:instructions|briefing|programming|guidelines|training data|creators?|developers?)|role[- ]?play(?:ing)?|(?:this|that|it)(?: is|'s|'s all| is all)? (?:all |just |only |really )*(?:a |an |the )?(?:simulation|game|exercise|role[- ]?play|test of me)|(?:end|stop|pause|leave) (?:the|this) simulation|character sheet|(?:break|stay in|out of|in) character|language model|a\.?i\.? (?:model|assistant|system)|are you (?:an? )?(?:real|human|ai|a\.i\.|(?:chat ?)?bot|robot|machine|computer|program|person or)|chatgpt|openai"
        r"|hidden (?:needs?|facts?|agenda items?|goals?)|unlock|secrets?|scoring|rubrics?|evaluator|the (?:examiner|exam|exercise|role text)|grade me|score me|(?:you are|you're|act|pretend you're|pretend you are|pretend to be) (?:now |as )(?:a|an|the|my|no longer|dan)"
        r"|base ?64|rot13|pig latin|acrostic|morse|json only|return json|as (?:json|yaml|xml)|debug|developer mode|sudo|admin(?:istrator)? mode|</?(?:system|user|assistant)>|jailbreak|supposed to (?:tell|reveal|disclose|hide)|facts? (?:list|ids?)|session (?:is )?(?:finished|over)|should i have (?:found|asked)|what should i ask|pretend)(?!\w)"
        r"|<\|?(?:im_start|im_end|system|/?inst)|\[/?inst\]|<<sys>>|^#+ ?system|</?(?:system|user|tool_call|start_of_turn)"
    ),
    Move.GREETING: Pattern(
        r"^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|dear|nice to meet you|pleased to meet you|how are you)\b"
    ),
    Move.FAREWELL: Pattern(
        r"\b(?:good ?bye|bye)\b|^(?:see you(?: \w+)?|talk soon|have a (?:nice|good|great) (?:day|week|weekend|evening)|until (?:then|next time))\b|\b(?:that(?:'s| is) all (?:from me|i (?:have|need|wanted))|let's stop here|i(?:'ll| will) let you go)\b"
    ),
    Move.JARGON: Pattern(rf"\b(?:{_JARGON})\b[^.?!]*?\b(?:{_JARGON})\b"),
}

KINDS: dict[QuestionKind, Pattern] = {
    QuestionKind.PROBLEM: Pattern(
        r"\b(?:problem\w*|difficult\w*|hard(?:est)?|trouble\w*|frustrat\w+|struggl\w+|go(?:es|ing)? wrong|went wrong|break\w*|annoy\w*|pain\w*|hurt\w*"
        r"|stuck|worr\w+|concern\w*|issues?|bother\w*|bottleneck\w*|challeng\w+|slow\w*|delay\w*|late|lose|losing|lost|waste\w*|fail\w*|miss(?:ing|ed)?|dissatisf\w+"
        r"|complain\w*|not work\w*|doesn't work|does not work|error\w*|mistake\w*|rework|fall\w* (?:down|short|apart)|keeps? you (?:up|awake)|headache\w*|obstacle\w*|mess\w*|weak\w*)\b"
    ),
    QuestionKind.IMPLICATION: Pattern(
        r"\b(?:what (?:happens|happened|would happen|will happen|does happen) (?:if|when|then|to|after|next)|happens? if|consequen\w+|impacts?|effects?|affect\w*|leads? to|led to|as a result"
        r"|results? in|(?:does|do|did|will|would) (?:that|this|it|they|these|\w+ \w+) cost|cost (?:you|us|them|the)|what(?:'s| is) the cost|knock[- ]on|mean(?:s)? for (?:you|your|the|them|others)"
        r"|nothing changes|stays? (?:the same|as it is|like this)|goes on like|keep(?:s)? (?:going|happening)|at stake|risks?|who (?:else )?(?:is|gets|notices|suffers|pays)|what follows|worst case|expos\w+|(?:do|does|did) (?:any |much )?damage|suffers?)\b"
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
        r"\b(?:decid\w+|decision\w*|approv\w+|sign\w*[- ]?off|signs?|sponsor\w*|say(?:s)? (?:yes|no)|convinc\w+|persuad\w+|buy[- ]?in|board|steering|committee|who(?:se)? (?:else )?(?:has|have|needs?|need|would|will|must|should|is|are) (?:the last|a say|a word|to (?:agree|be|approve|say|decide)|involved|on board|the budget|against|for it|agree\w*|oppose\w*|object\w*)|stakeholders?|final (?:say|word)|last word|get (?:this|it|that) (?:through|approved|agreed)|holds? the (?:purse|budget)|green light|go[- ]ahead|authori[sz]\w+|veto|vote)\b"
    ),
    QuestionKind.SUCCESS: Pattern(
        r"\b(?:how (?:would|will|do|could) (?:you|we|they|anyone|he|she) (?:know|tell|notice|see|recogni[sz]e|measure|judge)|measur\w+|success\w*|good look like|look(?:s)? like (?:success|if|when|in|a year|to you)|kpis?|targets?|metrics?|in (?:six|twelve|three|\d+) months|a year from now|next year|be (?:happy|satisfied|pleased|proud)|how (?:will|would|do) (?:we|you) (?:know|tell)|call (?:it|this|that) (?:a )?(?:success|win|done)|worth (?:doing|the)|criteri\w+|improv\w+ (?:by|from)|figure (?:would|should|do|must)|what number|which number|number (?:would|should|do|must)|point to|evidence|proof|pay(?:s)? off|count(?:s)? as)\b"
    ),
}

CLEAR_KINDS: dict[QuestionKind, Pattern] = {
    QuestionKind.SUCCESS: Pattern(
        r"\bhow (?:will|would|do|could) (?:you|we|they|anyone|your \w+) (?:\w+ )?(?:know|tell|see|notice|measure|recogni[sz]e)\b"
        r"|\bwhat (?:would|does|will) (?:good|success|a good \w+|better) (?:look|be)\b|\bcall (?:it|this|that) a success\b"
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
