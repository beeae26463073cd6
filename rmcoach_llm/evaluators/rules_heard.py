"""What the stakeholder's answer says of the trainee's turn: denied, confirmed, not followed, hurt.

The answer is evidence of its own kind: whoever wrote the turn, the other side heard it. So where it
bears a behaviour out, less is wanted of the model that looks at the words of the turn.
"""

from __future__ import annotations

from collections.abc import Mapping

from rmcoach_llm.evaluators.talk import Line, Talk
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import plain, sentences, stem_set

FIRST_SENTENCES = 2
"""An answer reacts where it begins."""

LEADS_IN = r"^(?:(?:hm+|well|er|erm|uh|um|oh|ah|sorry|look|stop|ha|mr|mrs|ms|miss)[,.!]* )*"

DENIES = Pattern(
    LEADS_IN
    + r"(?:no\b(?! (?:wonder|doubt|problem|worries|need))|nope\b|not (?!sure|yet|really|bad|only|many|much|at all|every|quite|always|that i)|wrong\b|but\b|or\b|neither\b|(?:does|is|do|are|did|was|were|can|has|have) (?:it|they|that|he|she)\?|really\?|sure\?|says who|who says|since when|how do you know|where did you get"
    r"|i (?:doubt|don't (?:think|believe|see)|wouldn't (?:say|think|call))|that(?:'s| is| was)(?: simply| just)?(?: not|n't)\b|that isn't|it(?:'s not| isn't| doesn't| wasn't| can't be)|they(?: do|'re not| aren't| don't| did| didn't)\b|if you (?:say so|mean))"
)
"""The answer begins with a no, a doubt or another explanation."""

CONFIRMS = Pattern(
    LEADS_IN
    + r"(?:exactly|precisely|correct\b|(?:quite |absolutely |perfectly )?right\b(?! now)|yes\b(?!,? but)|yeah\b|yep\b|indeed|true\b|just so|spot on|roughly|more or less|that(?:'s| is) (?:it|exactly|right|so|true|correct|the (?:word|point|question)|how|what|a good)|you(?:'ve| have|'d| had)? (?:got (?:it|that)|done (?:this|that|your)|been|understood|know|put it)|good (?:question|point|that you)|you see it|i (?:like|respect) that|that would be (?:it|right|the)\b|agreed\b|quite[.,]|(?!but\b|no\b|not\b)[\w'-]+(?: [\w'-]+){0,4}, (?:yes|yeah|exactly|precisely|correct|indeed)[.,!])"
)
"""The answer begins with a yes, or says that the trainee knows the matter."""

NOT_FOLLOWED = Pattern(
    r"\b(?:i (?:didn't|don't|did not|do not|couldn't) (?:get|understand|follow|catch|speak|know what)|you(?:'ve| have)? lost me|in (?:plain )?english|say that again|half of that|(?:no|not the faintest) idea what|too (?:technical|fast)|slow(?:er|ly)\b|what (?:is|are|'s) (?:an? )?[\w/-]+(?: [\w/-]+)?\?|means? nothing to me|that(?:'s| is| was) (?:greek|chinese)|say it (?:so|in)|i(?:'m| am) (?:just |only )?(?:the|a|an|no) \w+(?: \w+)?, (?:not|love))(?!\w)"
)

THANKED = Pattern(
    r"\b(?:honest\w*|decent\w*|frank(?:ly)?|candid|straight(?: with| answer)|respect (?:that|it|you)|appreciate (?:that|it|you|your)|(?:that|it)(?:'s| is| was) (?:fair|good of you|new|kind|a first)|fair (?:enough|of you)|nobody (?:else )?(?:has |ever |had )*(?:said|told|asked|says|tells|admitted)|somebody (?:saying|who says)|refreshing|thank(?:s| you) for (?:telling|saying|being|the (?:honest|warning))|don't (?:sell|tell) me|not everyone (?:does|would))(?!\w)"
)
"""The answer thanks for openness."""

NOT_ANSWERED = Pattern(
    r"\b(?:you (?:haven't|have not|didn't|did not|still haven't|don't) (?:answer\w*|told? me|tell me|say|said|given me)|(?:that|which)(?:'s| is| was)(?:n't| not| no) (?:really )?(?:an answer|answer|my question|what i (?:asked|wanted to know))|(?:that|this) (?:doesn't|does not|didn't) answer|i asked (?:you )?(?:what|when|who|how|which|whether|if|about|for|a)\b|my question was|(?:is|was) that a (?:yes|no)|yes or no\b|so (?:no|yes|when|how much|how many|who|what|which)\?|i still don't know (?:what|when|who|how|which|whether|if)|answer (?:me|my question|the question)|you(?:'re| are) (?:avoiding|dodging|evading)|that's not (?:an answer|what i asked))\b"
)
"""The answer says that its question is still open."""

REPEATS = Pattern(
    LEADS_IN
    + r"(?:(?:as|like) i (?:was saying|just said|said|told you|say)\b|i (?:just |already |did |only )?(?:said|told you)\b|i(?:'ve| have) (?:just |already |only )?(?:said|told you)\b|that(?:'s| is) (?:not )?what i (?:just |was )?(?:said|saying|told you)|you(?:'re| are) not listening|you (?:don't|didn't|never) listen|are you listening|once more\b|listen\b)"
)
"""The answer says once more what was said before, or that nobody listened."""

PLEASED = Pattern(LEADS_IN + r"(?:good|thanks?|fine|great|nice|okay|ok)\b")
"""The answer begins kindly: what follows speaks of something else."""

RUSHED = Pattern(
    r"\b(?:(?:don't|do not|stop|please don't) (?:push|rush|press|threaten|hurry|corner)(?:ing)?\b|(?:like|want|care|going|prepared) to be (?:rushed|pushed|pressed|hurried|threatened|bullied|cornered)|(?:like|appreciate|enjoy) being (?:rushed|pushed|pressed|hurried|threatened|bullied|cornered)|won't be (?:rushed|pushed|pressed|hurried|threatened|bullied|cornered)|(?:is|was|sounds like|that's) (?:that |this )?(?:a threat|blackmail|an ultimatum)|are you threatening|you(?:'re| are) (?:pushing|rushing|pressing|threatening|cornering|blackmailing)|on the spot|tell them what you like|no need to (?:push|threaten))(?!\w)"
)
"""The answer says that it was pushed."""

HURT = Pattern(
    r"^(?:i beg your pardon|how dare|charming|pardon me)\b|\b(?:(?:that|this)(?:'s| is| was) (?:rude|unfair|harsh|uncalled|insulting|offensive|not (?:fair|nice|kind|necessary|funny)|below the belt|out of line|a cheap shot|unkind|hurtful)|(?:no|isn't any) need (?:to be (?:rude|sarcastic|nasty|personal)|for that tone)|(?:mind|watch) your (?:tone|words|language|mouth|step)|(?:don't|do not) (?:talk|speak) (?:to me|about (?:my|them|her|him|us)|like that)|(?:don't|do not|you(?:'re| are)) (?:blam(?:e|ing)|insult(?:ing)?|mock(?:ing)?|lectur(?:e|ing)|laugh(?:ing)? at|judg(?:e|ing)|patroni[sz](?:e|ing)) (?:me|my|us|them|her|him)?"
    r"|don't need (?:a lecture|lecturing|lessons|to be told)|who are you to|easy for you to say|so (?:it|now it)(?:'s| is) (?:my|our) (?:own )?fault|are you (?:calling|saying|telling me) (?:that )?(?:i|we|me|us|my)|do you think (?:i'm|we're|i am) (?:stupid|an idiot|a child|lazy)|(?:we|they|i)(?:'re|'m| are| am) (?:not|no) (?:stupid|idiots?|child(?:ren)?|lazy|fools?)|i take offen[cs]e|ouch|that hurts?|you(?:'ve| just)? cut me (?:off|short)|let me finish|(?:may|can|could|if) i (?:please |may |just )?finish|(?:don't|stop) interrupt(?:ing)?|i (?:wasn't|hadn't) (?:finished|done))(?!\w)"
)
"""The answer says that it was hurt."""

UNHEARD = Pattern(
    r"\b(?:that(?:'s| is| was)(?: not|n't) (?:what (?:i|we) (?:asked|said|meant|wanted|want)|an answer|my (?:question|point|worry)|the (?:question|point|answer))|(?:that|this) (?:doesn't|does not|didn't) answer|i (?:was|am|'m) (?:speaking|talking|asking) (?:of|about|whether|if|for|what|how)|(?:i|we) (?:just|already) (?:said|told you|asked|explained)|(?:i|we) asked (?:you )?(?:whether|if|what|how|when|who|why|for|about)|you(?:'re| are| were)(?: not|n't) (?:even )?(?:listening|answering|hearing)|you (?:didn't|did not|haven't|have not|never|don't) (?:answer|answered|listen|listened|hear|heard)\b|are you (?:even )?listening|did you (?:even )?(?:hear|listen)|let me (?:ask|say|repeat|try) (?:it |that |this )?(?:again|once more)|i(?:'ll| will) (?:ask|say|repeat) (?:it |that )?again|(?:so|still|then) (?:that's )?no answer|i (?:still )?(?:don't|do not) (?:have|hear|get) an answer)(?!\w)"
)
"""The answer says that the trainee did not take up what was said or asked."""

ACCEPTS = Pattern(
    LEADS_IN
    + r"(?:all right|alright|fine\b|okay\b|ok\b|good\b|fair enough|deal\b|agreed|why not|(?:that|this|it|they|she|he|i|we)(?:'d| would| could| might| can)? (?:live with|do|work|help|be (?:fine|enough|worth|better|fair|something))|(?:that|this|it) (?:helps|works|sounds (?:better|fair|reasonable|good|sensible))|then (?:do|let's|we)|you can have|in that case)"
)
"""The answer gives in to a reason, or takes what is put forward."""

AGREES_FULLY = Pattern(
    LEADS_IN
    + r"(?:(?:yes|yeah|right|ha|well)[,.!]* )*(?:exactly|precisely|that(?:'s| is) (?:exactly|just|how it is|the word|what i)|just so|spot on|you(?:'ve| have) (?:got it|understood)|how (?:did|do) you know|(?:rather )?well put|i (?:couldn't|could not) have (?:said|put) it)"
)
"""The answer says more than yes to what was said back or guessed."""

RELIEVED = Pattern(
    r"\b(?:thank(?:s| you) for (?:asking|saying|noticing|seeing|understanding|listening)|(?:kind|good|nice|sweet) of you|(?:that's|that is) (?:kind|nice|sweet|good of you)|nobody (?:else )?(?:has |ever |had )*(?:asks?|asked|noticed|notices|sees|saw|thanked|said)|at least (?:you|somebody|someone) (?:says?|sees?|asks?|notices?|listens?|understands?)|you(?:'ve)? (?:noticed|remembered|understand)|rather well put|well put)(?!\w)"
)
"""The answer thanks for having been seen."""

BORNE_OUT: Mapping[str, Pattern] = {
    "pressure": RUSHED,
    **dict.fromkeys(("judging", "dismissive"), HURT),
    **dict.fromkeys(("objection-brushed-off", "answer-ignored"), UNHEARD),
    "objection-answered": ACCEPTS,
    **dict.fromkeys(("person-acknowledged", "concern-named", "affirmed"), RELIEVED),
    "limit-admitted": THANKED,
    **dict.fromkeys(("cause-guessed", "view-defended"), DENIES),
    **dict.fromkeys(
        ("function-term", "meaning-confirmed", "terms-told-apart", "cause-named"), CONFIRMS
    ),
}
"""By behaviour, where an answer begins with what bears it out."""


def answer_to(line: Line) -> str:
    """Give the stakeholder's turn after one of the trainee's; nothing at the end of a talk."""
    return "".join(line.heard.texts[line.before : line.before + 1])


def reacts(line: Line, pattern: Pattern) -> bool:
    """Say whether a pattern stands where the answer to a turn begins."""
    return any(pattern.search(part.plain) for part in sentences(answer_to(line))[:FIRST_SENTENCES])


def chooses(line: Line, quote: str) -> bool:
    """Say whether the answer to a turn begins with a word of what stands on one side of an "or"."""
    before, joint, after = plain(quote).rpartition(" or ")
    told = (
        stem_set(sentences(answer_to(line))[0].plain)
        if joint and answer_to(line).strip()
        else frozenset()
    )
    last = stem_set(before.rpartition(",")[2] if "," in before else before)
    return bool(told & (stem_set(after) ^ last))


def reacts_at_once(line: Line, pattern: Pattern) -> bool:
    """Say whether a pattern stands where the answer begins, and nothing kind stands before it."""
    for part in sentences(answer_to(line))[:FIRST_SENTENCES]:
        if pattern.search(part.plain):
            return True
        if CONFIRMS.search(part.plain) or PLEASED.search(part.plain):
            return False
    return False


def by_turn(talk: Talk) -> Mapping[int, Line]:
    """Give the trainee's turns by their number."""
    return {line.turn: line for line in talk.lines}
