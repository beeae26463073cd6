"""What rules out a behaviour: words with which a sentence only looks like it."""

from __future__ import annotations

from collections.abc import Mapping

from rmcoach_llm.evaluators.rules_agreements import WHEN
from rmcoach_llm.evaluators.rules_candour import NOT_KNOWN, OVERSELLS
from rmcoach_llm.evaluators.rules_causes import OPEN
from rmcoach_llm.evaluators.rules_owning import OWNS
from rmcoach_llm.evaluators.rules_person import FEELS
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import plain

AGREES = Pattern(r"^[^.?!]{1,40},? (?<!for )(?:sure|of course|okay|absolutely)[.!]?$")
"""Takes up what was asked for, and claims nothing: "tablets, sure."."""

ASKS_WHO = Pattern(r"^(?:\w+,? ){0,2}?(?:who(?:se)?|which|where)\b[^.?!]*\?$")
"""Asks for a person, a thing or a place: "who has to sign it off?" presses nobody."""

DENIES_OWN_WORD = Pattern(
    r"\b(?:i|we)(?:'d| would)? (?:cannot|can't|can not|couldn't|won't|will not|wouldn't|don't|do not|not) (?:\w+ )?(?:promise|tell|say|claim|guarantee|swear|be \w+ing)\b|^it is[.,]|^(?:yes|right|true),? (?:this|that|it)(?:'s| is) (?:true|so|right|correct)\b"
)
"""Holds back what one could claim, or agrees with what was said: "I cannot promise you that"."""

RESTS = Pattern(
    r"\b(?:leave|let|drop) (?:it|that|this) (?:there|at that|here|be|rest|for (?:now|today))\b|\b(?:i|we)(?:'ll| will) (?:come|get) (?:back )?to (?:that|this|it)\b|\bhow soon\b|\b(?:we|i)(?:'ll| will) see about (?:it|that|this)\b|\bbe quick\b|\b(?:do|have) (?:it|this|that) again\b"
)
"""Lets a subject rest, or puts it off within the talk: there is nothing to date."""

SEEN = Pattern(
    r"^(?:\w+, )?i(?:'ve| have) (?:seen|heard) (?:it|that|this|(?:the|your) \w+)(?: \w+)?[.!]?$|\b(?:that|this|it) i(?:'ve| have) heard\b|^\w+, ok(?:ay)?[.!]?$"
)
"""Says what one has seen or taken up: that leans on nobody."""

EMPHASISED = Pattern(
    r"\b(?:they|he|she|it) (?:do|does|did) (?:get|have|know|see|receive|use|read|open|send|work)\b"
)
"""Flatly denies what the stakeholder told: "they do get a mail" is no case to look at."""

NO_COST = Pattern(
    r"\b(?:no|free of any|without (?:any|a)|not a single|any) (?:downside|drawback|catch|disadvantage)s?\b|\bnothing (?:speaks|really) against\b|\bin your (?:idea|plan|proposal)\b"
)
"""Denies that there is a cost, or names one of what the stakeholder has in mind."""

SUPPOSES = Pattern(
    r"\bassume (?:full|all|the) responsibility\b|\b(?:assumption|guess) of yours\b|\blet's assume\b|^i (?:suppose|assume) so\b|\bi (?:suppose|assume) (?:that )?(?:you(?:'re|'ve| are| have)? (?:\w+ )?(?:like|busy|been|glad)|they (?:like|say please))\b"
)
"""Supposes something that no claim or plan rests on."""

CONDITION = Pattern(r"^if (?:it|that|this|they|the \w+)\b[^.?!]*, (?:we|i|you)\b")
"""Sets a test with a way out: "if it isn't so by then, we forget about it"."""

UNNAMED = Pattern(
    r"\b(?:(?:paragraph|page|law) (?:something|somewhere)|somewhere|(?:statistics|studies|research|experts|people|everybody|everyone) (?:say|says|show|shows|prove|proves|report|reports)|(?:^|because |other |all |most |many )(?:companies|firms|businesses|customers|clients) (?:who|that|using|with|like)|according to (?:studies|research|statistics|experts|(?:a|some) study))\b"
)
"""A source that cannot be looked up."""

WITHHELD = Pattern(
    r"\b(?:i|we) (?:can't|cannot|can not|may not|won't|will not) (?:share|disclose|name|say which(?=[,.!]|$))(?!\w)|\b(?:i|we) (?:can't|cannot|can not|may not) (?:say|give|tell you) (?:\w+ )?names?\b|\bndas?\b[^.?!]*\bnames?\b|\bconfidential\b|\bnever mind\b|\btell you that, but\b|\bnot sure (?:that )?i (?:like|want)\b"
)
"""A source that is kept back is no limit admitted."""

LIKELY_CAUSES = Pattern(r"^(?:or|could be|might be|maybe)\b")
"""Goes through what may be the cause: no ways to choose from."""

NO_TERM = Pattern(r"\blooks? like\b|\bwhat(?:'s| is| are) your\b")
"""Asks for the work or for a figure, not for what a word means."""

GUESSES = Pattern(
    r"\b(?:it|that) (?:might|may|could|would) be (?:less|more) (?:about|a (?:question|matter))\b"
)
"""Offers another reading of what was told: no price of a proposal."""

TAGGED = Pattern(
    r"\b(?:would|do|did|is|are|have|has|can|could|should|will)n't (?:you|it|they|that)(?: know)?\?$|, (?:wouldn't|don't|won't) you,|\byou(?:'d| would) agree\b|\b(?:is it|would it be) fair to say\b|^(?:so )?(?:presumably|surely)\b"
)
"""Asks for nothing but a yes."""

OFFERED = Pattern(
    r"\bwith (?:this one|(?:this|the|our|my|a) (?:new )?[\w-]+),? (?:you|they|he|she|it) (?:don't|won't|can|can't|never|get|just|will|simply)\b"
)
"""Says what an offered thing would do: "with the queue they don't call" gives nothing back."""

ASKS_LEAVE = Pattern(
    r"\b(?:can|could|may|shall) (?:i|we) (?!(?:just |perhaps |quickly )?(?:check|repeat|say|play|read|sum|see|recap|make sure|confirm|try|ask|put (?:it|that|this)))[^?]*\?"
    r"|\bi (?:feel|find)\b[^?]*, (?:no|right|yes)\?"
)
"""Asks for leave to do something, or for a nod to a view of one's own: that checks no playback."""

ASKS_WHICH = Pattern(
    r"^(?!.*\b(?:play\w*|check|leave|left|miss\w*|right|correct\w*|wrong|forg\w+|overlook\w*)\b).*(?:^|[.!?] )(?:and |but |so )?(?:from |for |to |by )?(?:who|whom|whose|where|when(?! (?:i|you|we|they)\b)|which|how|why)\b[^?]*\?$"
)
"""Asks on behind what is said back: "Four vans. And who drives them?"."""

ASKS_TO_TELL = Pattern(
    r"\b(?:could|can|would|will|might) you (?:please |perhaps |just |briefly )?(?:tell|explain|describe|walk me|take me through|talk me|give me an (?:idea|example)|say)\b"
)
"""Asks for information: "could you tell me what happens?" asks for no action."""

MEANING = Pattern(r"\bwhat (?:do|did) you mean by\b")
"""Asks for what a word means, whatever the word is about."""

PRESSES = Pattern(
    r"\bi need (?:it|that|this|your [\w-]+)(?: back)? (?:by |before |until )?(?:tonight|today|now|noon|this (?:morning|afternoon|evening))\b|\bonly need (?:a|your) (?:yes|signature|okay|ok|nod)\b"
    r"|\bif you (?:don't|do not|won't|can't|refuse to) (?:say|sign|decide|agree|move|join|go|act|buy|accept|give)\b"
)
"""An ask or a plan with a threat in it, or that makes little of what is asked for."""

ANNOUNCES = Pattern(r"\b(?:i|we)(?:'ll| will) [^.?!]*\band (?:then )?you (?:can|could|may)\b")
"""Says what one does and what is open to the other: nothing is asked for."""

ASKS_FACTS = Pattern(r"\bdo you (?:use|work|keep)\b[^?]*\?$")
"""Asks how things are, which is no request."""

STOPS = Pattern(r"(?:^|[.!?] )if [^,.?]+, or [^,.?]+, (?:we|i|you|it)\b")
"""Two conditions of one plan are no two ways to choose from."""

DUTY = Pattern(r"\b(?:mandatory|compulsory|obligatory|not optional)\b")
"""What is a duty is not agreed on."""

TALKED_AWAY = Pattern(
    r"\b(?:fee|price|cost|charge)s?\b[^.?!]*\bbut (?:\w+ ){1,5}(?:so )?you (?:don't|won't|never|hardly|barely) (?:even )?(?:notice|see|feel|pay|need|mind)\b"
)
"""A price that is named and talked away in one breath."""

BARE_PRICE = Pattern(r"\bcosts?: |\b(?:it|that)(?:'d| would) be better for you\b")
"""A price and no more, or what is said to be best for the other: no downside."""

PROVEN = Pattern(
    r"\b(?:that|it|this)(?:'s| is| has been) (?:been )?proven\b|\byou(?:'d| would) (?:save|gain|win|spare),? i(?:'d| would) (?:say|guess)\b"
)
"""A number that rests on its being asserted, or on a guess, is reckoned from nothing."""

PAST_ONLY = Pattern(
    r"\b(?:i|we) (?:checked|looked|verified|asked)\b(?!.*(?:'ll\b|\bwill\b|'d ask\b|\b(?:tomorrow|monday|tuesday|wednesday|thursday|friday|would|can|could|again|until|by)\b))"
)
"""Tells what was looked up before: that finds out nothing that is not known."""

WILL_ASK = Pattern(r"\bi(?:'ll| will) ask (?:him|her|them)\b")
"""Promises to ask somebody, who is no case that the stakeholder could look at."""

LEFT_OPEN = Pattern(r"\byou (\w+) (?:it|that|this)? ?or you (?:don't|do not)\b")
"""Says that a no is as good as a yes."""

SUPPOSED = Pattern(r"^(?:\w+,? )?(?:even )?if (?:it|that|this|we|they|you)\b")
"""Reckons with a case that is only supposed: that gives nothing back, rightly or wrongly."""

MY_QUESTIONS = Pattern(
    r"\bask (?:you )?(?:some|a few|two|three|lots of|many|a couple of) (?:\w+ )?(?:things|questions)\b"
)
"""Tells what one will ask in the talk itself: there is nothing to date."""

ASKING = (
    "work-today-question",
    "size-question",
    "problem-question",
    "implication-question",
    "need-payoff-question",
    "constraint-question",
    "decision-question",
    "success-question",
    "follow-up",
)

RULED_OUT: Mapping[str, tuple[Pattern, ...]] = {
    **dict.fromkeys(("judging", "dismissive", "contradicting"), (FEELS, OWNS)),
    **dict.fromkeys(ASKING, (TAGGED,)),
    **dict.fromkeys(("constraint-question", "decision-question"), (TAGGED, MEANING)),
    "blame-shifted": (OWNS,),
    "view-defended": (OWNS,),
    "cause-guessed": (OPEN,),
    "unsupported-certainty": (AGREES, DENIES_OWN_WORD, RESTS),
    "objection-answered": (EMPHASISED,),
    "term-clarified": (NO_TERM,),
    "playback": (OFFERED,),
    "playback-checked": (ASKS_LEAVE, ASKS_WHICH),
    "playback-wrong": (SUPPOSED,),
    "pressure": (ASKS_WHO, LEFT_OPEN),
    "vague-promise": (RESTS, WHEN, MY_QUESTIONS),
    "vague-authority": (SEEN,),
    "checkable-case": (EMPHASISED, UNNAMED, WILL_ASK),
    "number-with-source": (EMPHASISED, UNNAMED),
    "benefit-sourced": (UNNAMED,),
    "benefit-quantified": (UNNAMED, PROVEN),
    "limit-admitted": (WITHHELD, OVERSELLS),
    "own-agenda": (NOT_KNOWN,),
    "limit-followed-up": (PAST_ONLY,),
    "trade-off-named": (NO_COST, GUESSES, TALKED_AWAY, BARE_PRICE),
    "assumption-named": (SUPPOSES,),
    "objection-brushed-off": (CONDITION,),
    "options-compared": (LIKELY_CAUSES, STOPS, TALKED_AWAY),
    "specific-ask": (PRESSES, ANNOUNCES, ASKS_FACTS, ASKS_TO_TELL),
    "commitment-dated": (PRESSES,),
    "next-step-agreed": (PRESSES, DUTY),
}
"""By behaviour, words that it cannot be said with, whatever words or model hold of the sentence."""


def ruled_out(behaviour: str, quote: str) -> bool:
    """Say whether a quote cannot show a behaviour, for a word in it.

    >>> ruled_out("vague-promise", "We can leave it there.")
    True
    """
    return any(pattern.search(plain(quote)) for pattern in RULED_OUT.get(behaviour, ()))
