"""Rules for what frames a talk and binds: purpose, agenda, summary, recap, promises, discretion."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_persuasion import ASKS_FOR_A_DAY
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.patterns import DAY
from rmcoach_llm.language.words import plain

OPENING_TURNS = 3
"""Purpose and plan stand in the first turns, or in the first third of a longer talk."""

SUMMED_UP_STEMS = 4
"""Two main points take so many words of content of the stakeholder's at least."""

HEARD_WORDS = 10

PURPOSE = Pattern(
    r"\bi(?:'d| would)? (?:just |really |only )?(?:like|want|wanted|wish|hope|need) to (?:just )?(?:understand|learn|hear|find out|see (?:how|what|where)|get (?:a picture|to know)|know (?:how|what)|talk (?:about|with you about)|ask you about|go through|collect)\b"
    r"|\bi(?:'m| am) here (?:to|about|because|for)\b|\bi(?:'ve| have)? (?:came|come) (?:because|about|for|to (?!it\b|this\b|that\b)\w+)|\bwe(?:'re| are) here (?:to|for)\b|\b(?:purpose|aim|goal|reason|point) (?:of|for|is|today)\b[^?]{0,60}|\bwhat i(?:'d| would) like to (?:learn|get|leave|understand|know|take)\b"
    r"|\bi(?:'ve| have)(?: got)? to (?:write|find out|put|work out|collect)\b|\b(?:today|this (?:talk|meeting|hour)) (?:is|i|we)\b[^?]{0,30}\b(?:about|for|want|like)\b|\bleave (?:here )?with\b|\bso that (?:i|we) (?:can|know|look|understand|build)\b|\bit's for the \w+|\bthanks? (?:you )?for [^?]{0,60}\bi(?:'d| would) like to\b"
)
AGENDA = Pattern(
    r"\bshall we (?:begin|start|first|take|go)\b|\b(?:is|would) (?:that|this|it|an hour|half an hour|\w+ minutes)(?: be)? (?:okay|ok|all right|fine|enough|good)\b|\b(?:okay|all right|fine|good|ok) (?:for|with|by) you\b|\b(?:hour|minutes|plan|order)\b[^?]{0,50}\b(?:okay|ok|all right|fine|enough|agreed|suits?)\b[^?]{0,12}\?"
    r"|\bwhere (?:would you like|shall we|should we|do you want) (?:us )?to? ?(?:begin|start)\b|\b(?:may|can|could) (?:i|we) (?:start|begin) with\b|\bwould you like to (?:start|begin) with\b|\bhow (?:much time|long) do (?:we|you) have\b|\bdo you have (?:\w+ |an |half an )*(?:minutes|hour)\b|\bwhich (?:of these|topic|point)[^?]{0,30}\bfirst\b|\banything you want (?:to )?(?:on|add|cover)\b"
)
SUMS_UP = Pattern(
    r"\b(?:to sum (?:up|it up)|sum(?:ming)? (?:it |this |that )?up|in sum|summari[sz]\w+|summary|recap\w*|i (?:take|carry|have taken) (?:with me|away|from)|(?:i|we)(?:'ve| have)? (?:got |noted|written|heard)\b|(?:what|all) i(?:'ve| have)\b|let me (?:repeat|play|read|check|see if|go through|say)|may i (?:repeat|read|sum|play|check)|on my (?:paper|list|page|notes?)|in my (?:notes|words)|my (?:notes|list) (?:say|says|so far)|so far|if i (?:put|take) (?:it|this|that|all)|did i get|what(?:'s| is) missing|anything (?:i got )?(?:wrong|missing)|have i (?:got|understood)|so i put|that makes (?:two|three|four)|(?:two|three|four) (?:things|points))\b"
)
JOINS = Pattern(r"[,;:]| and |\. ")
AGREES = Pattern(
    r"\b(?:so )?(?:we(?:'ve| have)? agreed|agreed[:,]|it(?:'s| is) agreed|we(?:'ve| have)? settled|(?:so )?(?:we|i) (?:note|keep|have noted|put down)|you have noted|so,? (?:to (?:sum|repeat|confirm)|once more)|to (?:sum|repeat|confirm|recap)|summary|recap\w*|let me (?:repeat|recap|confirm|read)|then (?:we|i) (?:say|have|note)|so (?:next|from|by|on|you(?:'ll| will)?|i(?:'ll| will)|we(?:'ll| will))|from your side|deal[:,]|tell me if you read it differently|the (?:plan|deal) is)\b"
)
THEIR_PART = Pattern(
    r"\byou(?:'ll| will)? (?:name|send|bring|get|order|sign|ask|tell|give|book|choose|check|decide|talk|invite|call|write|let|do|take|have|confirm|mail|provide|show)\b|\b(?:from|on) your side\b|\byour (?:team|people|clerks?|foremen) \w+\b"
)
OWN_PART = Pattern(
    r"\b(?:i|we)(?:'ll| will)? (?:name|send|bring|come|order|ask|tell|give|book|check|decide|talk|invite|call|write|let|do|take|have|prepare|deliver|mail|set up|build|draft|show|meet|start|stop|keep|put)\b|\b(?:from|on) (?:my|our) side\b"
)
WHEN = Pattern(
    rf"\b{DAY}|\b[0-9]{{1,2}} (?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\b(?:in|of|by|until|before) may\b|\b(?:before|by|at|from) (?:noon|five|six|nine|ten|\w+ o'clock|easter|christmas|the (?:weekend|\w+ close))\b"
)
NEXT_STEP = Pattern(
    r"\b(?:as (?:a|the|our) |our |my |so,? |the )next steps?\b|^next steps?\b|\bnext steps? (?:is|are|would|could)\b|\bshall we (?!stop|say|see|go on|continue)|\b(?:could|can) we (?:meet|agree|set|book|fix|sit|start|schedule|plan)\b|\blet's (?:meet|agree|fix|book|start|set|do it|try (?:it|that))\b|\bi(?:'d| would)? (?:suggest|propose) (?:that )?(?:we|i|you and i)\b|\b(?:does|would|will) [\w ]{1,40} work (?:for|with) you\b|\b(?:does|would|will) that work\b"
    r"|\bwhen (?:can|could|shall|should) we\b|\bi(?:'ll| will) (?:come back|be back|see you)\b[^.?!]{0,40}\b(?:on|at|next|tomorrow)\b|\bso i(?:'ll| will)\b"
)
PUTS = Pattern(
    r"\b(?:(?<!how )(?<!what )(?:would|will|can|could) you|may i (?!repeat|ask|read|check|sum)|(?:ok|okay|all right|fine) (?:if|to)|so give me|^give me|shall i|what i(?:'d| would) like from you)\b"
)
SPAN = Pattern(
    r"\b(?:for (?:\w+ ){1,3}(?:days|weeks|months)|from the \w+|(?:whole of|in) (?:january|february|march|april|may|june|july|august|september|october|november|december)|until the|from \w+ on)\b"
)
"""A request with a day or a span is a next step."""

PROMISE = Pattern(
    r"\b(?:i|we)(?:'ll| will| can| am going to) (?:\w+ )?(?:get back|look into|see what|come back|be in touch|try|do (?:my|our) best|think about|take care|figure|sort|send|let you know|deal with|handle|fix|arrange|organi[sz]e|check|follow up|find (?:a|some|out)|have a look|speak to|talk to|ask|have it|get you|mail|prepare)\b"
    r"|\bi sort (?:it|that) (?:all )?out\b|\b(?:it|that)(?:'ll| will) be (?:taken care|done|sorted|fixed|arranged)\b|\bwe(?:'ll| will) be in touch\b|\bshould be doable\b|\byou(?:'ll| will) (?:hear|get|have) (?:from me|it|them|that|news|an answer)\b"
)
LOOSE = Pattern(
    r"\b(?:(?<!how )soon|at some point|some ?time|in due course|one of these days|sooner or later|before long|in a bit|asap)\b"
)
NO_PROMISE = Pattern(
    r"\b(?:if|unless|until|when(?:ever)?)\b|\b(?:i|we)(?:'ll| will) (?:not|never)\b"
)
OTHERS_PROMISE = Pattern(
    r"\b(?:(?:our|the|my|your) (?:[\w-]+ ){0,2}?(?:team|colleagues?|department|boss|vendor|supplier|board|council|management|manager|director|developers?|infrastructure|finance|hr|legal|people)|he|she|they|everybody|everyone|somebody)(?:'ll| will| can) (?:surely |certainly |just |gladly |of course )?(?:do|fix|deliver|make|have|handle|take|agree|sign|approve|pay|come round|love|find|build|help|manage|accept|go along|wait|give)\b"
    r"|\bthat gets paid\b|\b(?:i(?:'ll| will)?|we(?:'ll| will)?) (?:arrange|make sure|see to it) (?:it|that (?:he|she|they|the|you))\b|\b(?:he|she|they) (?:owe me|won't say no|won't mind)\b|\b(?:that|it)(?:'s| is) as good as (?:approved|signed|done)\b|\bthat we(?:'ll| will) get you\b|\bmoney has always turned up\b"
)
CONDITIONAL = Pattern(
    r"\b(?:if|unless|whether|provided|ask|asked|could|would|once|may|might|until)\b|\?"
)
KEEPS = Pattern(
    r"\b(?:keep|leave) (?:that|this|it|your name|the name|names?) (?:to myself|between us|out|off|confidential|in this room|private)|\b(?:stays?|remains?) (?:between|with me|in this room|here with us|confidential)\b|\b(?:doesn't|does not|won't|will not) (?:go (?:on|into|further|beyond)|leave this room|be in my)|\bi (?:won't|will not|don't|'d not) (?:pass|tell|mention|write|name|quote|repeat|say who)\b"
    r"|\bwithout (?:your|the|any) names?\b|\b(?:may i|can i|could i|am i allowed to|might i) (?:mention|quote|pass (?:it|that|this) on|use (?:it|that|this)|name you|share (?:it|that|this)|tell \w+|write (?:it|that|this))\b|\boff the record\b|\bin confidence\b|\bconfidential\b|\bout of my notes\b|\bnobody (?:hears|will hear|learns) (?:it|that|this)? ?from me\b|\banonym\w+\b"
)
BREAKS = Pattern(
    r"\b(?:told|said to|confided (?:in|to)) me (?:in confidence|under|in private|not to|privately|that (?:he|she|they) (?:does|do|don't|doesn't|is|are|can't|thinks?))|\bbetween (?:us|you and me|ourselves)\b(?!\?)[^.?!]{0,30}\b(?:your|mr|mrs|ms|miss|he|she|the|i)\b|\b(?:under the )?seal of secrecy\b|\b(?:i(?:'m| am)|we(?:'re| are)) not supposed to (?:tell|say|know|pass)\b|\byou didn't hear (?:it|that|this) from me\b|\bdon't tell (?:him|her|them|anyone|anybody) (?:i|that i|it)\b"
    r"|\b(?:i(?:'ve| have)?|we(?:'ve| have)?) (?:got|heard) (?:it |that |this )?from (?!you|your|the (?:log|report|data))\w+ (?:upstairs|in|from)\b|\b(?:isn't|is not|aren't) (?:really )?up to (?:the|his|her|their) (?:task|job)\b|\b(?:doesn't|does not) trust your\b"
)
IN_CONFIDENCE = Pattern(
    r"\b(?:between us|between you and me|stays? in this room|in confidence|confidential|off the record|(?:don't|do not|please don't) (?:tell|quote|write (?:that|it|this)|pass|mention|repeat)|not for (?:the minutes|everybody|others)|nobody (?:knows|is to know|should know)|i shouldn't (?:say|tell)|you didn't hear)\b"
)


def _opening(talk: Talk) -> tuple[Line, ...]:
    return talk.lines[: max(OPENING_TURNS, len(talk.lines) // 3)]


def _in(lines: tuple[Line, ...]) -> Iterator[Said]:
    return (said for line in lines for said in line.said)


def purpose_stated(talk: Talk) -> list[Cited] | Missing:
    """See in the opening what the talk is for."""
    return shown(said.cited for said in _in(_opening(talk)) if said.finds(PURPOSE))


def agenda_agreed(talk: Talk) -> list[Cited] | Missing:
    """See in the opening a plan for time, topics or order put to the stakeholder."""
    return shown(said.cited for said in _in(_opening(talk)) if said.finds(AGENDA))


def closing_summary(talk: Talk) -> list[Cited] | Missing:
    """See in the last third two points or more of the stakeholder's summed up."""
    if talk.stakeholder_words < HEARD_WORDS:
        return "no_opportunity"
    last = talk.lines[-max(1, len(talk.lines) // 3) :]
    return shown(said.cited for line in last for said in _summing(line))


def _summing(line: Line) -> Iterator[Said]:
    framed = line.does(Move.PLAYBACK) or any(said.finds(SUMS_UP) for said in line.said)
    if framed:
        yield from (
            said
            for said in line.said
            if said.finds(JOINS) and len(said.stems & line.earlier_stems) >= SUMMED_UP_STEMS
        )


def agreement_recapped(talk: Talk) -> list[Cited] | Missing:
    """See what was agreed summed up with two of what, who and when; nothing agreed, no call for it."""
    found = shown(
        said.cited
        for line in talk.lines
        if any(said.finds(AGREES) for said in line.said)
        for said in line.said
        if _recaps(said)
    )
    binds = any(line.does(Move.COMMITMENT, Move.REQUEST) for line in talk.lines)
    return found if binds or found != "not_observed" else "no_opportunity"


def _recaps(said: Said) -> bool:
    """Say whether a sentence beside one that speaks of an agreement holds two of its parts."""
    if said.asks and not said.finds(AGREES):
        return False
    own, theirs = bool(said.finds(OWN_PART)), bool(said.finds(THEIR_PART))
    dates = len(WHEN.findall(said.plain))
    return (own and theirs) or ((own or theirs) and dates > 0) or dates > 1


def next_step_agreed(talk: Talk) -> list[Cited] | Missing:
    """See a next step, or a day for it, put to the stakeholder."""
    return shown(
        said.cited
        for said in talk.said()
        if said.finds(NEXT_STEP)
        or (said.asks and said.finds(ASKS_FOR_A_DAY))
        or (said.finds(PUTS) and (said.finds(WHEN) or said.finds(SPAN)))
    )


def vague_promise(talk: Talk) -> list[Cited] | Missing:
    """See a promise without a date: none beside it, and none in a later word on the same."""
    return shown(
        said.cited
        for place, line in enumerate(talk.lines)
        for said in line.said
        if _promises(said) and not _dated(talk, place, said)
    )


def _promises(said: Said) -> bool:
    promises = said.finds(PROMISE) or (said.finds(LOOSE) and Move.ADMITTED_LIMIT not in said.does)
    if not promises or said.asks or Move.COMMITMENT in said.does:
        return False
    return not (said.finds(WHEN) or said.finds(NO_PROMISE))


def _dated(talk: Talk, place: int, said: Said) -> bool:
    line = talk.lines[place]
    at = line.said.index(said)
    if any(each.finds(WHEN) for each in line.said[max(0, at - 1) : at + 2]):
        return True
    return any(
        each.finds(WHEN) and len(each.stems & said.stems) >= 2
        for other in talk.lines
        for each in other.said
        if each is not said
    )


def promise_not_theirs(talk: Talk) -> list[Cited] | Missing:
    """See a promise for others, without an if and without asking them."""
    return shown(
        said.cited
        for said in talk.said()
        if not said.asks and said.finds(OTHERS_PROMISE) and not said.finds(CONDITIONAL)
    )


def confidence_kept(talk: Talk) -> list[Cited] | Missing:
    """See discretion promised or leave asked; where nothing was told in confidence, nobody owes it."""
    found = shown(
        said.cited for said in talk.said() if said.finds(KEEPS) and not said.finds(BREAKS)
    )
    asked_for = IN_CONFIDENCE.search(plain(talk.stakeholder))
    return found if asked_for or found != "not_observed" else "no_opportunity"


def confidence_broken(talk: Talk) -> list[Cited] | Missing:
    """See what was told in confidence passed on, or bad words on somebody absent."""
    return shown(
        said.cited
        for said in talk.said()
        if not said.asks and said.finds(BREAKS) and not said.finds(KEEPS)
    )


RULES: dict[str, Rule] = {
    "purpose-stated": purpose_stated,
    "agenda-agreed": agenda_agreed,
    "closing-summary": closing_summary,
    "agreement-recapped": agreement_recapped,
    "next-step-agreed": next_step_agreed,
    "vague-promise": vague_promise,
    "promise-not-theirs": promise_not_theirs,
    "confidence-kept": confidence_kept,
    "confidence-broken": confidence_broken,
}
