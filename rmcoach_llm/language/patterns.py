"""The words by which moves are known: one table, to be read and mended by authors.

All patterns run on small letters with straight quotes, one sentence at a time. None of them
nests repetitions, so that their time grows with the length of the text only.
"""

from __future__ import annotations

from rmcoach_llm.domain import Move
from rmcoach_llm.language.pattern import Pattern, any_of

PLAYBACK_FRAME = Pattern(
    r"\b(?:if i(?:'ve| have)? (?:understand|understood|heard|hear|follow|get|got) (?:you|that|this|it)|what i(?:'m| am)? hear"
    r"|let me (?:just )?(?:play|summari[sz]e|repeat|recap|check|read|see if|make sure|say (?:that|it) back|reflect)"
    r"|(?:did|have|do) i (?:get|got|understand|understood|hear|heard) (?:that|this|it|you)"
    r"|to (?:summari[sz]e|recap|sum up)|in other words|so what you(?:'re| are) saying|you(?:'re| are) saying"
    r"|you (?:said|mentioned|told me|described|explained)|as you (?:said|put it)|sounds (?:like|as if|as though)"
    r"|it seems (?:like |that )?you|is that (?:right|correct|fair)|am i right|what matters (?:to you|most) is"
    r"|my understanding is|so for you|i gather|i take (?:it|from that)|what i take)\b"
    r"|^(?:okay,? |right,? |i see[.,]? |and |ah,? )*so[,:]? (?!next steps?\b|let's|(?:i|we)(?:'ll| will)\b|what|how|why|who|when|where|which|do |does|did|is |are|can|could|would|will|shall)"
)

PLAYBACK_SAID = Pattern(
    r"\bif i(?:'ve| have)? (?:got|get|have|understand|understood|hear|heard|follow)(?: you| that| this| it| all){1,2} (?:right|correctly)\b"
    r"|\blet me (?:just )?(?:play|say|give) (?:that|this|it) back\b|\blet me (?:just )?(?:summari[sz]e|recap)\b"
    r"|\bwhat i(?:'m| am) hearing\b|\bmy understanding is\b"
)
"""Says outright that what follows is what the partner said."""

PLAYBACK_CHECK = Pattern(
    r"^(?:(?:did|have|do) i (?:get|got|understand|understood|hear|heard) (?:that|this|it|you)"
    r"|(?:did|have|do) i (?:see|read|have) (?:that|this|it) (?:right|correctly)|is that (?:right|correct|fair|it|the (?:real|main|core) (?:issue|problem|point))|am i right|does that (?:sound right|match|fit)|(?:is|was) that (?:a )?(?:fair|right)"
    r"|(?:did|have) i (?:miss(?:ed)?|get|got|understand|understood|forgot|forgotten) (?:something|anything|(?:it|that|this|any of (?:it|that)) wrong)"
    r"|what (?:did|have) i (?:get|got|miss(?:ed)?|(?:mis)?underst(?:and|ood))(?: wrong)?\b)"
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
    r"|november|december|the [0-9]{1,2}(?:st|nd|rd|th)|the (?:(?:twenty|thirty)-\w+|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|twentie|thirtie)th)|[0-9]{1,2}(?:st|nd|rd|th)|[0-9]{1,2} (?:a\.?m|p\.?m|o'clock)"
    r"|within (?:a|one|two|three|[0-9]+) (?:day|days|week|weeks)|in (?:a|one|two|three|[0-9]+) (?:day|days|week|weeks))"
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

IT_JARGON = Pattern(rf"\b(?:{_JARGON})\b")
"""Words of IT that a business function need not know."""

MOVES: dict[Move, Pattern] = {
    Move.ACKNOWLEDGEMENT: any_of(
        r"(?:that|this|it) (?:sounds|must (?:be|feel|hurt|have been)|seems|is|'s) (?:really |very |quite )?(?:hard|tough"
        r"|difficult|frustrating|painful|stressful|tiring|a lot|annoying|exhausting|unpleasant|not easy|worrying|uncomfortable)",
        r"(?<!if )(?<!did )(?<!do )(?<!what )i (?:can |do )?(?:understand|see|hear|appreciate|imagine)",
        r"(?:that|it) makes sense",
        r"thank you for (?:telling|sharing|explaining|being|the|your)",
        r"thanks for (?:telling|sharing|explaining|being|the|your)",
        r"no wonder",
        r"i'm sorry to hear",
    ),
    Move.PITCH: any_of(
        r"(?<!if )(?:we|i|my team|our team|it) (?:can|could|will|would|should|'ll|'d) (?:easily |simply |just |quickly |also )?"
        r"(?:build|give you|offer|deliver|set up|install|provide|roll out|implement|develop|create|automate|solve|fix)",
        r"we(?:'ll|'d) (?:easily |simply |just |quickly |also )?(?:build|give you|offer|deliver|set up|install|provide"
        r"|roll out|implement|develop|create|automate|solve|fix)",
        r"our (?:new |own |great )?(?:tool|platform|solution|product|software|app|system|suite|service|dashboard)s?"
        r"(?: \w+)? (?:can|could|will|would|does|has|have|is|are|also|gives?|offers?|lets?|solves?)",
        r"(?<!before )(?<!until )(?:i|we)(?:'d| would)? (?:strongly |really )?(?:suggest|recommend|propose)(?! (?:anything|something|nothing))",
        r"(?:we|i)(?:'ve| have)(?: got)? (?:this|a|an|our|the) (?:brand[- ]new|new|great|fantastic|shiny) (?:\w+ ){0,2}"
        r"(?:tool|platform|solution|product|software|app|system|suite|service|dashboard|portal|bot)s?",
        r"(?:take|try|have a look at) our (?:new |own |great )?(?:\w+[- ])?(?:tool|platform|solution|product|software|app|system|suite|service|dashboard|hub|bot|portal)s?",
        r"what you (?:really |actually )?need is",
        r"you (?:really |clearly |just )?(?:need|should (?:get|use|buy|have|adopt|move to)) (?:a|an|our|the|some) (?:new )?\w+",
        r"(?:how|what) about (?:a|an|our|if we (?:built|build|gave|give|set|made|make))",
        r"what if we (?:built|build|gave|give|set up|made|make|automated?|used?|put)",
        r"the (?:best |right |obvious |easy )?(?:solution|answer|fix) (?:is|would be|here)",
        r"we (?:build|make|sell|have) (?:great|the best|excellent|a great|a perfect|just the)",
        r"perfect (?:tool|solution|fit) for",
        r"(?:my|our) (?:proposal|suggestion|idea)(?:'s| is| would be| for (?:this|that|it|you))",
        r"our standard(?:'s| is) (?:the|a|an)",
        r"i(?:'ve| have)(?: got)? the (?:answer|solution)",
        r"(?<!if )this is our (?:[\w-]+ ){0,3}(?:tool|platform|solution|product|software|app|system|suite|service|dashboard|portal|bot)",
        r"what (?:i|we)(?:'d| would| could) (?:put to you|propose|suggest|offer(?: you)?|(?:try|do) is)",
        r"we(?:'d| would| could) (?:then |first )?(?:start|begin|try|pilot|run|test) (?:it |this |that )?(?:with|in|out|a|an|one)",
        r"(?:could|should|can|shall|may|might|let's|let us)(?: we)? (?:please |perhaps |maybe |first |just )?"
        r"(?:run|pilot|trial|try out|set up|do|start (?:small )?with) (?:a|an|one|this as a) (?:\w+ )?(?:pilot|trial|test|experiment|prototype|proof)",
    ),
    Move.NUMBER: Pattern(
        r"(?<![\w.])[0-9][0-9.,]*\s?(?:%|percent|per cent|euros?|eur|usd|dollars?|pounds?|k\b|m\b|million|thousand"
        r"|hours?|days?|weeks?|months?|years?|minutes?|people|times|cases|items|users|fte|\u20ac|\$|\u00a3)"
        r"|[\u20ac$\u00a3]\s?[0-9]|\b[0-9]{2,}\b"
        r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|half|a third|a quarter"
        r"|hundred|a dozen) (?:of |a )?(?:percent|per cent|euros?|hours?|days?|weeks?|months?|years?|people|times)\b"
    ),
    Move.SOURCE: any_of(
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
        rf"|^(?:(?:and|then|so|okay|good|right),? )*i (?:come|bring|send|tell|give|call|write|show|report|mail|hand|ring|deliver|ask(?! (?:you|\w+ for|\w+ \w+ for)\b))\b(?! that\b)(?![^?]{{0,30}}\bevery\b)[^?]{{0,120}}\b{DAY}\b"
        rf"|^(?:(?:and|then|so|okay|good|right),? )*(?:on |by )?{DAY},? (?:noon |morning |afternoon |evening |at \w+ )?i (?!(?:am|was|had|have|thought|saw|don't|didn't|can't|couldn't|need|want|think|guess|mean|said|told|got|went|came|wrote|asked|would|could|should|might|may|guarantee)\b)\w+(?<!ed)\b"
        rf"|\bi go and (?:see|ask|tell|find)\b[^?]{{0,60}}\b{DAY}\b"
        rf"|\bby {DAY}[^?]{{0,40}}?{_FIRST}|\byou(?:'ll| will) (?:have|get|hear)[^?]{{0,80}}?\b{DAY}\b"
    ),
    Move.ADMITTED_LIMIT: any_of(
        r"(?<!, )i (?:don't|do not|didn't) (?:yet |really |actually )?(?:know|have (?:that|the|an|enough|any))",
        r"(?<=, )i (?:don't|do not|didn't) (?:yet |really |actually )?(?:know(?!,)|have (?:that|the|an|enough|any))",
        r"i(?:'m| am) (?:not|no) (?:yet |really |entirely |completely |an? )?(?:sure|certain|expert|familiar|the right person|in a position)",
        r"(?:i|we) (?:can't|cannot|can not|could not|couldn't) (?:promise|guarantee|say|commit|answer|tell|judge|do)",
        r"i(?:'d| would)? (?:have|need) to (?:check|look|ask|find out|verify)",
        r"(?:that|this|it)(?:'s| is) (?:outside|beyond|not) (?:my|our|something (?:i|we))",
        r"i (?:may|might|could) be wrong",
        r"(?:what )?i don't understand yet",
        r"honestly,? (?:i|we) don't",
        r"that is a guess|that's a guess|only a guess|i was wrong|my mistake|i got that wrong",
    ),
    Move.HEDGE: any_of(
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
        r"\b(?:definitely|guaranteed?|i guarantee|we guarantee|absolutely certain|(?:100|(?:a|one) hundred) ?(?:%|per ?cent)|you(?:'ll| will) never (?:again )?have|(?:it|this|that|tool|system) (?:\w+ ){0,2}(?:runs?|sells|explains|pays for) itself|without (?:a |any )?doubt|trust me"
        r"|believe me|no risk|zero risk|risk[- ]free|never fails?|always works?|solves? (?:all|everything|every)|all your (?:problems|worries)"
        r"|(?:the )?best (?:\w+ )?(?:on the market|in the world|in class|there is|ever)|world[- ]class|game[- ]chang\w+|revolutionary"
        r"|effortless(?:ly)?|no effort|instant(?:ly)?|everything will be|no problem at all|piece of cake|can't go wrong|cannot go wrong"
        r"|everyone (?:loves|uses|wants)|everybody (?:loves|uses|wants)|magic(?:ally)?|perfect(?:ly)?|flawless(?:ly)?|in no time|overnight)(?!\w)"
    ),
    Move.TRADE_OFF: any_of(
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
    Move.REQUEST: any_of(
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
        r"|don't waste|only (?:today|this week)|(?:offer|price|discount|deal) (?:ends|expires|runs out)|(?:no|isn't|is not) (?:really |real |any )?time (?:to (?:think|discuss|wait|lose)|for (?:that|this|doubts?))|time is running out|before it(?:'s| is) too late|you(?:'ll| will) (?:regret|be sorry|lose your|look bad|be left)"
        r"|(?:or|otherwise) (?:i|we)(?:'ll| will) (?:go to|escalate|tell|report|walk|leave)|i(?:'ll| will) (?:escalate|go over|report you|tell your boss)"
        r"|you(?:'d| would) be (?:stupid|crazy|foolish|a fool)|you (?:really )?want to be the (?:one|person|only|last)|everyone else (?:has (?:already|one|it|signed|moved|switched)|is (?:already|using|doing|on)|already)|all your competitors|no excuse|come on,? (?:just )?(?:tell|say|spill)"
        r"|tell me everything|spill|what (?:aren't|are) you (?:not telling|hiding)|i know (?:there's|there is|you're|you are) (?:something|hiding|lying|more)|sign (?:here|now|today)|if you (?:don't|do not|won't|refuse to) (?:say yes|sign|decide|agree|move|join|act|buy|accept|want it)|(?:have|get|see) (?:it|this|that) (?:pushed|forced|imposed) (?:up)?on you"
        r"|are you (?:stupid|deaf|lying|useless)|this is ridiculous|shut up|idiot|incompetent|useless|i don't care what you)\b"
    ),
    Move.GAME_TALK: Pattern(
        r"\b(?:system prompt|your (?:system )?prompt|(?:your|the|these|all|any|previous|prior|above|initial|hidden|secret) instructions? (?:you|were|are|above|say|given|and|verbatim|in|to)|(?:ignore|forget|disregard|override|repeat|print|reveal|show|translate|output)[^.?!]{0,40}(?:instructions?|prompt|everything above|text above|the above|rules|briefing|the role)"
        r"|your (?:instructions|briefing|programming|guidelines|training data|creators?|developers?)|role[- ]?play(?:ing)?|(?:this|that|it)(?: is|'s|'s all| is all)? (?:all |just |only |really )*(?:a |an |the )?(?:simulation|game|exercise|role[- ]?play|test of me)|(?:end|stop|pause|leave) (?:the|this) simulation|character sheet|(?:break|stay in|out of|in) character|language model|a\.?i\.? (?:model|assistant|system)|are you (?:an? )?(?:real|human|ai|a\.i\.|(?:chat ?)?bot|robot|machine|computer|program|person or)|chatgpt|openai"
        r"|hidden (?:needs?|facts?|agenda items?|goals?)|unlock|(?:your|the|hidden|those|these) secrets?|(?:your|the|my) scoring (?:team|rules|criteria|key|guide|sheet)|rubrics?|evaluator|the (?:examiner|exam|exercise|role text)|grade me|score me|(?:you are|you're|act|pretend you're|pretend you are|pretend to be) (?:now |as )(?:a|an|the|my|no longer|dan)"
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
