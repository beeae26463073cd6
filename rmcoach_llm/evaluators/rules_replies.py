"""Rules for what a turn does with the turn before: answered, taken up, passed over, corrected."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_heard import NOT_ANSWERED, reacts
from rmcoach_llm.evaluators.rules_objections import BRUSH_OFF
from rmcoach_llm.evaluators.rules_talk import quote_of
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.figures import FIGURE
from rmcoach_llm.language.moves import is_check, question_type
from rmcoach_llm.language.pattern import Pattern, Regex
from rmcoach_llm.language.patterns import DAY
from rmcoach_llm.language.words import Sentence, sentences, stem_set, stems

BARE_WORDS = 3
"""A first sentence of so few words may only lead in: "Good question.", "Okay, thanks."."""

LEAST_ANSWER_WORDS = 3
LEAST_NEW_TOPIC_WORDS = 6
HALF = 0.5

FILLS = Regex(
    r"^(?:(?:okay|ok|right|alright|all right|well|good|great|fine|sure|mhm|hm+|ah|oh|so|now|yes|yeah|thanks|thank you|good question|interesting|i see|noted|perfect|cool|super)[ ,.!\u2026-]*)+$"
)
"""Says no more than "okay"."""

TAKES_UP = Pattern(
    r"\b(?:(?:that|it|this)(?:'s| is| was| must| sounds| would| makes?| hurts?| happens)|you(?:'re| are) (?:right|not alone|annoyed|worried|tired)|fair(?: enough| point)?|true|exactly|agreed|understood|good that|no wonder"
    r"|sorry|oh no|ouch|uff|poor|thanks? (?:you )?for|i(?:'m| am) glad|i (?:can )?(?:hear|understand|imagine|believe you)|point taken|with reason|they would|both of|not (?:good|easy|nice))(?!\w)"
)
NAMES_IT_AGAIN = 1
"""So many words of content of the last turn in the first sentence take it up."""

YES_OR_NO = Pattern(
    r"^(?:(?:well|hm+|honestly|oh|ah|okay|right|er|erm),? )?(?:yes|yeah|yep|no(?!,? (?:worries|problem))\b|nope|not\b|of course|certainly|sure|absolutely|partly|mostly|almost|both|neither|never|always|maybe|possibly|probably|i (?:can|can't|cannot|do|don't|would|wouldn't|will|won't|think so|hope|believe)|we (?:can|can't|cannot|do|don't|would|will|won't)|it (?:is|isn't|does|doesn't|will|won't|can|can't)|(?:that|this|it)(?:'s| is)|they (?:do|don't|are|can))\b"
)
ADMITS = Pattern(
    r"\b(?:i|we) (?:don't|do not|can't|cannot|couldn't) (?:yet |really )?(?:know|say|tell|promise|answer)|\bno idea\b|\bnot sure\b|\bi(?:'d| would)? have to (?:ask|check|look)|\bi(?:'ll| will) (?:ask|check|find out|look it up)\b|\bwhat i (?:can|could) (?:say|tell you|offer)\b|\bi haven't (?:got|seen|checked|asked)\b"
)
POSTPONES = Pattern(
    r"\b(?:(?:interesting|good|great|excellent) question\b(?=.{0,40}\b(?:but|let|first))|(?:i(?:'ll| will)|we(?:'ll| will)|let me|i) (?:get|come|return|be getting|be coming) (?:back )?to (?:that|this|it)|before i (?:answer|get|come)|let(?:'s| us| me) (?:first|look at|go|move|go on|begin|start|show you the next|get back)|(?:that|it) depends on (?:many|a lot|several|various)"
    r"|(?:later|in a (?:minute|moment)|not now)$|that(?:'s| is) not (?:the (?:point|question|issue)|important|relevant|necessary)|not necessary for you|(?:you )?(?:don't|needn't) (?:you )?(?:need to (?:know|worry)|worry)|forget (?:about )?(?:it|that)|we(?:'ll| will) (?:see|find (?:a|some)|manage|work (?:it|that) out)|let's see|it(?:'s| is) (?:what it is|state of the art|all in)|nothing big|next slide|point (?:two|three|four|five)|be that as it may"
    r"|all (?:that|this) (?:comes|will come) later|i wouldn't worry|somehow)\b"
)
ASKS_WHEN = Pattern(
    r"\b(?:when|by when|how (?:long|soon|fast|quickly)|which (?:day|week|month)|what (?:day|date|time))\b"
)
ASKS_SIZE = Pattern(
    r"\bhow (?:many|much|often|far|big|large|expensive)\b|\bwhat (?:does|will|would|do) [^?]{1,40}\bcost\b|\bprice\b"
)
ASKS_WHO = Pattern(r"\b(?:who|whose|whom)\b")
SAYS_WHEN = Pattern(
    rf"\b{DAY}|[0-9]|\b(?:an? (?:day|week|month|year)|days?|weeks?|months?|years?|hours?|minutes?|never|now|at once|immediately|tonight|spring|summer|autumn|winter|christmas|easter|(?:in|of|by|until) may)\b"
)
VAGUE = Pattern(
    r"\b(?:soon|at some point|some ?time|in due course|one of these days|sooner or later|somehow|somebody(?:'ll| will)|i know (?:someone|somebody|people)|speak to people|together|taken care of|will (?:turn up|sort itself out)|sorts itself out|we(?:'ll| will) (?:see|find)|not much|nothing big|affordable|reasonable|let's see)\b"
)
SOCIAL = Pattern(
    r"\b(?:how are you|coffee|tea|water|shall we|sit down|have you got (?:a|five) minutes?|right|isn't it|doesn't it|don't you think|you know|can you hear me|okay|ok|do you mind|may i|can i ask)\b[^?]{0,12}\?$"
)
"""Asks for nothing that would need an answer."""

TROUBLE = Pattern(
    r"\b(?:problem\w*|trouble\w*|worr\w+|afraid|fear\w*|concern(?:s|ed)?|annoy\w*|angry|tired|late|wrong|mistakes?|errors?|lost|lose|losing|fail\w*|broke\w*|broken|complain\w*|quit|stuck|hate\w*|mess|chas\w+|overwrit\w+|stress\w*|hard|difficult|hurts?|painful|too (?:slow|long|much|many|late|expensive)|never (?:works?|arrives?|replies)|nobody|missing|missed|delay\w*|scared|in tears|exhaust\w*|cannot sleep|fine of|penalt\w+|waste\w*)\b"
)
TURNS_AWAY = Pattern(
    r"^(?:(?:okay|ok|right|well|good|fine|yes|sure|thank you|thanks)[,.!]? )?(?:next question|next (?:point|topic|one|slide)|point (?:two|three|four|five)|moving on|let(?:'s| us) (?:move on|go on|get (?:on|back))|anyway|anyhow|be that as it may|another question|different question|let me (?:show|tell) you (?:wave|slide|the next)|back to (?:my|our|the))\b"
)
ASIDE = Pattern(
    r"\b(?:by the way|incidentally|speaking of|that reminds me|on another note|before i forget)\b"
)
"""Turns to another matter."""

POINTS_BACK = Pattern(
    r"\b(?:that|this|it|those|these|they|them|there|then|so|he|she|him|her|why|too|also|such|both|neither|what happened|what do you mean|how come|which (?:one|of))\b"
)
CORRECTS = Pattern(
    r"^(?:(?:hm+|well|er|sorry|stop|oh|but|miss \w+|mr\.? \w+|mrs\.? \w+)[,.!]* )*(?:no[,.!]|stop\b|that(?:'s| is)(?: simply| just)? not\b|that was not\b|not (?!sure|yet|really|bad|only|many|much|at all|every)\w+[.,]|i (?:didn't|did not|never|don't) (?:say|ask|mean|said|asked|agree|follow)|you(?:'ve| have)? (?:mis|mixed|confus|forg|got that wrong)|one at a time|slow(?:er| down)?\b|i (?:beg your pardon|said|asked)\b)"
    r"|\b(?:that(?:'s| is|'s simply| is simply) (?:not (?:right|true|correct|an answer|what i)|wrong|incorrect)|you(?:'re| are) (?:wrong|mistaken|going too fast|confusing|talking|not listening)|you (?:misunderst\w+|mixed|confuse|got (?:that|it) wrong|forgot|didn't (?:listen|answer)|haven't answered|speak (?:like|rather)|lost me)|i (?:didn't|did not|don't) (?:follow|understand)|too (?:fast|technical)|that(?:'s| is) the (?:booking|wrong)|(?:is|was|are)(?:n't| not) (?:a|an|the) [\w -]{2,30}[,.;] (?:it|that|they)|your team (?:broke|forgot|lost)|last time (?:you|your))\b"
)
TAKES_CORRECTION = Pattern(
    r"\b(?:you(?:'re| are| were)(?: quite| absolutely| perfectly)? right|(?:i(?:'m| am) )?sorry|my (?:mistake|fault|bad|error)|i stand corrected|i was wrong|i(?:'ve)? (?:mixed|misunderst\w+|mis\w+|confused)|i got (?:that|it) wrong|thank(?:s| you) for (?:saying|telling|the correction|correcting|pointing|your|being|setting)|good (?:that|thing) (?:i asked|you|we)|glad (?:that )?(?:i asked|you)|fair(?: point| enough)?[,.]|(?:that|it)(?:'s| is) fair|(?:true|point taken|granted)[,.]|i apologi[sz]e|i take (?:it|that) back|that came out|i heard myself|i(?:'ll| will) (?:correct|change|slow|put it|say it|start again|note|write)|then it(?:'s| is| was)|so it(?:'s| is| was)|once more|let me (?:say|put|try) (?:it|that)|in plain|i owe you|thank you, (?:so|then|i))\b"
)
EXCUSES = Pattern(
    r"^but\b|\b(?:but (?:you|i (?:did|had|said|only)|that(?:'s| is)|generally|still)|that(?:'s| is) what i (?:said|meant)|you misunderst\w+|as i said|haha|no worries|be that as it may|in the (?:legal|technical) sense)\b"
)


def replies(talk: Talk, *, first: bool = True) -> Iterator[Line]:
    """Yield the turns that directly follow a turn of the stakeholder.

    Without `first` the trainee's first turn is none: the opening of the talk answered nobody.
    """
    lines = talk.lines if first else talk.lines[1:]
    return (line for line in lines if line.since and line.last.strip() and line.said)


def _first(line: Line) -> Said:
    """Give the first sentence that says more than "okay"."""
    return next((said for said in line.said if not FILLS.match(said.plain)), line.said[0])


def _last_question(line: Line) -> Sentence | None:
    """Give the question that the stakeholder's turn ends with, if it wants an answer."""
    parts = sentences(line.last)
    asked = [part for part in parts[-2:] if part.plain.endswith("?")]
    if not asked or SOCIAL.search(asked[-1].plain) or question_type(asked[-1].plain) is None:
        return None
    return asked[-1]


def acknowledged_first(talk: Talk) -> list[Cited] | Missing:
    """See at least half of the replies begin with a word on what was just said."""
    answered = list(replies(talk, first=False))
    if len(answered) < 2:
        return "no_opportunity"
    taking = [line for line in answered if _takes_up(line)]
    if len(taking) < HALF * len(answered):
        return "not_observed"
    return shown(cited for line in taking for cited in quote_of(line))


def _takes_up(line: Line) -> bool:
    first = _first(line)
    if first.finds(BRUSH_OFF) or first.finds(TURNS_AWAY):
        return False
    if Move.ACKNOWLEDGEMENT in first.does or Move.PLAYBACK in first.does:
        return True
    shared = len(first.stems & line.last_stems)
    if shared >= NAMES_IT_AGAIN and not first.asks:
        return True
    return bool(first.finds(TAKES_UP)) or (
        first.asks and first.words <= BARE_WORDS + 1 and shared > 0
    )


def question_answered(talk: Talk) -> list[Cited] | Missing:
    """See a question of the stakeholder answered in the first sentence of the reply."""
    asked = list(questions_put(talk))
    if not asked:
        return "no_opportunity"
    return shown(said.cited for line, question in asked if (said := _answer(line, question)))


def questions_put(talk: Talk) -> Iterator[tuple[Line, Sentence]]:
    """Yield the replies to a turn that ends with a question, with the question."""
    for line in replies(talk):
        question = _last_question(line)
        if question is not None:
            yield line, question


def _answer(line: Line, question: Sentence) -> Said | None:
    """Give the first sentence, where it answers: fully enough to be quoted, and no putting off."""
    said = line.said[0]
    if said.words < LEAST_ANSWER_WORDS and len(line.said) > 1 and not line.said[1].finds(POSTPONES):
        bare, said = said, line.said[1]
        if not (bare.finds(YES_OR_NO) or bare.finds(FIGURE)) and not FILLS.match(bare.plain):
            return said if _answers(bare, question) else None
    return said if _answers(said, question) else None


def _answers(said: Said, question: Sentence) -> bool:
    if said.finds(POSTPONES) or said.finds(VAGUE):
        return False
    if said.finds(ADMITS) or Move.ADMITTED_LIMIT in said.does:
        return True
    if said.asks:
        return False
    asked = question.plain
    if ASKS_WHEN.search(asked):
        return bool(said.finds(SAYS_WHEN) or said.finds(FIGURE))
    if ASKS_SIZE.search(asked):
        return bool(said.finds(FIGURE))
    if question_type(asked) is Move.CLOSED_QUESTION and not ASKS_WHO.search(asked):
        return bool(said.finds(YES_OR_NO)) or bool(said.stems & set(stems(asked)))
    return said.words >= LEAST_ANSWER_WORDS


def question_dodged(talk: Talk) -> list[Cited] | Missing:
    """See a question put off, waved away, or answered with no day, person or figure asked for."""
    asked = list(questions_put(talk))
    if not asked:
        return "no_opportunity"
    return shown(cited for line, question in asked for cited in _dodge(line, question))


def _dodge(line: Line, question: Sentence) -> list[Cited]:
    if any(s.finds(ADMITS) or Move.ADMITTED_LIMIT in s.does for s in line.said):
        return []
    for said in line.said[:2]:
        if said.finds(POSTPONES):
            return [said.cited] if said.words >= LEAST_ANSWER_WORDS else quote_of(line)
    if reacts(line, NOT_ANSWERED) or _turns_aside(line, question):
        return quote_of(line)
    asked = question.plain
    wanted = next(
        (
            given
            for asks, given in ((ASKS_WHEN, SAYS_WHEN), (ASKS_SIZE, FIGURE))
            if asks.search(asked)
        ),
        None,
    )
    vague = [said for said in line.said if said.finds(VAGUE)]
    if vague and (wanted is None or not any(s.finds(wanted) for s in line.said)):
        return [vague[0].cited] if vague[0].words >= LEAST_ANSWER_WORDS else quote_of(line)
    return []


def _turns_aside(line: Line, question: Sentence) -> bool:
    """Say whether the first sentence is on something else, and says so."""
    first = line.said[0]
    return (
        bool(first.finds(ASIDE)) and not first.asks and not first.stems & stem_set(question.plain)
    )


def answer_ignored(talk: Talk) -> list[Cited] | Missing:
    """See another topic right after an answer that told of a trouble, a worry or a figure."""
    told = [line for line in replies(talk, first=False) if _tells(line.last)]
    if not told:
        return "no_opportunity"
    return shown(cited for line in told if _ignores(line) for cited in quote_of(line))


def _tells(last: str) -> bool:
    return troubled(last) or any(FIGURE.search(part.plain) for part in sentences(last))


def troubled(last: str) -> bool:
    """Say whether a turn tells of a trouble or a worry."""
    return any(TROUBLE.search(part.plain) for part in sentences(last))


def _ignores(line: Line) -> bool:
    """See a turn that says so, or one of which no sentence has to do with the trouble told."""
    if any(said.stems & line.last_stems for said in line.said):
        return False
    if line.said[0].finds(TURNS_AWAY) or _first(line).finds(TURNS_AWAY):
        return True
    asks_back = _last_question(line) is not None
    if asks_back or line.words < LEAST_NEW_TOPIC_WORDS or not troubled(line.last):
        return False
    return not any(
        said.finds(POINTS_BACK)
        or said.finds(TAKES_UP)
        or is_check(said.plain)
        or not said.does.isdisjoint(_TAKING)
        for said in line.said
    )


_TAKING = (Move.ACKNOWLEDGEMENT, Move.PLAYBACK, Move.FOLLOW_UP, Move.FAREWELL, Move.COMMITMENT)


def correction_taken(talk: Talk) -> list[Cited] | Missing:
    """See a correction or criticism met with thanks, agreement or a change, and no excuse."""
    corrected = [
        line
        for line in replies(talk, first=False)
        if any(CORRECTS.search(part.plain) for part in sentences(line.last))
    ]
    if not corrected:
        return "no_opportunity"
    return shown(
        cited
        for line in corrected
        if not any(said.finds(EXCUSES) for said in line.said[:3])
        for said in line.said[:2]
        if said.finds(TAKES_CORRECTION)
        for cited in ([said.cited] if said.words >= LEAST_ANSWER_WORDS else quote_of(line))
    )


RULES: dict[str, Rule] = {
    "acknowledged-first": acknowledged_first,
    "question-answered": question_answered,
    "question-dodged": question_dodged,
    "answer-ignored": answer_ignored,
    "correction-taken": correction_taken,
}
