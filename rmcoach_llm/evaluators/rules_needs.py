"""Rules for needs discovery: which sentence of the trainee shows each behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rmcoach_llm.domain import Move, QuestionKind
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.nods import checks_a_fact, takes_for_yes
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.figures import FIGURE, figures
from rmcoach_llm.language.moves import is_check
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import FUNCTION_WORDS, plain, sentences, stem, stems

LEAST_TO_PLAY_BACK_WORDS = 10
"""With less from the stakeholder there is nothing to say back."""

WORK_TODAY = Pattern(
    r"\b(?:walk|talk|take|lead) me (?:through|(?:down|along|round|around) (?:the|your|her|his|their))\b|\bwhat (?:do|does) (?:(?:your |the |their )?\w+) do with (?:it|them|that|those|these)\b|\bstep by step|(?<!cannot )(?<!can't )\b(?:works?|do|does|done|runs?|handled?|looks?|goes|happens?|used?|managed?) (?:\w+ ){0,4}(?:today|at the moment|currently|right now|now|these days|nowadays)\b"
    r"|\bhow (?:do|does|did) (?:you|your|the|it|that|this|they|people|a|an)\b[^?]{0,60}\b(?:work|works|do|run|runs|handle|go|goes"
    r"|happen|close|process|manage|get|use|come|start|prepare|check|decide on|look)\b"
    r"|\bthe last (?:time|one|case|\w+)\b|\ba (?:typical|normal|usual) (?:day|week|month|case|\w+)\b|\bwhat happens (?:between|after|first|next)\b"
)
SIZE = Pattern(
    r"\bhow (?:many|much|often|long|big|large|late|far|frequently)\b|\bwhat (?:share|percentage|proportion|number|volume|part) of\b"
    r"|\bwhat (?:does|did|do|would|is the) [^?]{0,60}\bcost\b|\bwhat does it cost\b|\bin (?:euros|hours|days|money|numbers)\b"
)
ASKS_BEHIND_WANT = Pattern(
    r"\bwhat (?:would|will|do|could) you (?:want to |like to |hope to )?do (?:differently )?(?:with|once you (?:have|had)|if you had)\b|\bwhat (?:would|will|do|could) you (?:want to )?(?:use|need|want) [^?]{1,40} for\b"
    r"|\bwhy (?:do|did|would) (?:you|your team|they) (?:really |actually )?(?:want|need|ask|wish|prefer|look for)\b|\bwhy do you think (?:that )?you (?:want|need)\b"
    r"|\b(?:behind|reason for) (?:the|this|that|your) (?:request|wish|idea|question|demand|note)\b|\bbehind [^?]{1,40} you (?:asked|are asking|wish|want)\b"
    r"|\b(?:you|your (?:team|people)) (?:really |actually )?trying to (?:achieve|solve|get|find|do|fix)\b|\bwhat (?:made|led|prompted|brought) you (?:to )?(?:ask|want|think|look|request|write|raise|come)\b|\b(?:you|your (?:team|people)) hop(?:e|ing) (?:to|for|that)\b"
    r"|\bwhat (?:is it (?:that )?|do |would )?you (?:really |actually |truly )?need\b|\bwhat are you (?:really |actually )?after\b|\bwhat matters (?:most )?to you\b"
    r"|\bwhat (?:should|would|will|could) (?:it|that|this|a|an|the)\b[^?]{0,60}\b(?:let|help|give|allow|change|solve|do for|tell|show)\b|\bwhat (?:should|would) be different\b"
    r"|\b(?:which|what) problems? [^?]{0,30}\b(?:solve|fix|address)\b|\bwhat (?:is|was|would be) (?:it|that|this) for\b|^(?:and |but |so )*what for\?"
    r"|\bwhat is it (?:that )?(?:you|they|he|she) (?:can't|cannot|couldn't) do\b|\b(?:put|brought) (?:[\w-]+ ){1,4}on the (?:table|agenda)\b|\bwhat would you do (?:on|in|at) [\w' ]{1,20} with\b"
)
STATES_WANT = Pattern(
    r"\b(?:i|we|they|my \w+) (?:really |just |only |would |'d )*(?:want|need|wish|like to have|would like|(?:am|are) (?:asking|looking) for|asked for|request)|\b(?:i|we)'d (?:really )?like\b"
)
ASKS_WHY_OF_WANT = Pattern(
    r"^(?:\w+,? ){0,2}?(?:why(?: is that| so| now| exactly)?\?|what(?:'s| is| lies| stands)? behind (?:that|this|it)\?|why (?:a|an|the|this|that) (?P<a>[^?]{2,40})\?"
    r"|what(?:'s| is| would) (?:the|this|that|a|your) (?P<b>[^?]{2,40}?)(?: be)? for\?|what(?:'s| is| lies| stands) behind (?:the|this|that|your) (?P<c>[^?]{2,40})\?)"
)
"""Asks why of anything: of a want only where the stakeholder has just stated one."""

PAYOFF = Pattern(
    r"\b(?:what|how) (?:would|could|will) (?:that|this|it|you|they|we|having \w+|getting \w+|fixing \w+|solving \w+|(?:a|an|the|your|any) [\w-]+(?: [\w-]+){0,3}?) (?:then |also )?(?:help|gain|enable|allow|change|let|free|save|benefit|give (?!up)|make possible|be (?:different|better)|do (?:with|differently|then|instead|first)|be worth)\b"
    r"|\bif (?:you|we|they|that|this|it|the [\w -]{2,30}?) (?:could|had|were|was|knew|got|went|worked|ran|came|only|took|did)\b[^?]{0,80}\b(?:what|how|who|which|would)\b|\bwhat would (?:change|be different|be better|become possible|get better)\b"
    r"|\bwhat difference (?:would|will|could)\b|\b(?:would|will|could) [^?]{0,40}be worth\b|\bimagine\b|\bmagic wand\b|\bin an ideal world\b|\b(?:what|which|how|who) [^?]{0,40}\bbenefits?\b"
)
NO_PAYOFF = Pattern(
    r"\b(?:fail\w*|late|later|miss(?:ed|es)?|wrong|slip\w*|broke\w*|breaks?|lost|lose|stop\w*|worse|nothing|nobody|not|\w+n't|down|respect|must)\b|\bhow (?:will|would|do|could) (?:you|we|they|anyone) (?:know|tell|notice|see|measure|recogni[sz]e)\b"
)
"""Asks for what goes wrong, a limit or a measure: no question for the worth of a solution."""

PRAISES = Pattern(
    r"\bwe(?:'ve| have) (?:just )?(?:got |bought |built |evaluated |licen[sc]ed )?(?:this|a|an|the|our|some) (?:\w+ )?(?:brand[- ]new|new|great|fantastic|amazing|modern|state[- ]of[- ]the[- ]art)\b"
    r"|\b(?:best in class|market leader|state[- ]of[- ]the[- ]art|you(?:'re| are) going to love|you(?:'ll| will) love)\b"
)
"""Praises a thing that the trainee's side has to give."""

SEVERAL = 3
ASKED = Pattern(r"(?:^|[,;:] |\band |\bor )(?:who|what|how|when|where|which|why)\b")
WHAT_FOLLOWS = Pattern(
    r"\bwhat happen(?:s|ed) (?:further|down|elsewhere|if|when|to|then|the last time)\b[^?]{0,80}\b(?:late|slow|wrong|miss\w*|fail\w*|slip\w*|break\w*|nothing|lost|stays?|stop\w*)\b"
    r"|\bhow (?:does|did|do|will|would) (?:that|this|it|they) (?:fall|land|weigh|hit)\b"
)
HOW_KNOWN = Pattern(r"\bhow do (?:you|we|they) know(?: that| this| it)?\s*\?")
MUST_STAY = Pattern(r"\b(?:must|has to|have to|should) (?:stay|remain)\b")
POINTS_BACK = Pattern(
    r"\b(?:how|why|what|who|where|when|which)\b[^?]{0,40}\b(?:does|did|do|is|are|was|were|would|will|has|have|about|behind|from|with) (?:that|this|those|these)\b"
    r"|^(?:and|so|but),? (?:what|how|why|where) (?:does|do|did|is|are|was) (?:it|they|he|she)\b(?! (?:that|in|again|about|you)\b)"
)
TESTS_OWN_IDEA = Pattern(r"\bwould (?:it|that|this) (?:help|work|do)\b")
CHECK = Pattern(
    r"\b(?:did|have|do) i (?:get|got|understand|understood|hear|heard|miss|missed|capture|captured|summari[sz]e)\b|\bis (?:that|this|it) (?:right|correct|fair|accurate|what you mean)\b"
    r"|\bam i right\b|\bcorrect me\b|\bwhat (?:have|did|am) i (?:miss|missed|missing)\b|\b(?:anything|something) (?:missing|wrong|to add|i missed|else)\b|\bdoes (?:that|this) (?:sound|match|fit|reflect|cover)\b"
    r"|\bwould you (?:add|correct|change)\b"
)
COUNTED = Pattern(rf"({FIGURE.pattern}) ([a-z]+)")
MEASURE = Pattern(r"^if [^?]+, (?:then )?it(?:'s| is) (?:passed|a success|good enough)\b")
"""Offers a measure: "if six of ten get through, it's passed"."""

PARTS = frozenset({"half", "third", "quarter"})
"""Words that are as often an order or a time of day as a number."""

RECKONS = Pattern(r"\b(?:times|each|together|altogether|in all|in total|makes?|adds? up)\b")
"""A figure worked out from others is new, and no misstatement."""


def questions(*kinds: QuestionKind) -> Rule:
    """Make the rule that sees questions of these kinds; a leading one is not asked openly."""
    return lambda talk: shown(talk.cites(*kinds, without=(Move.LEADING_QUESTION,)))


def _matching_questions(pattern: Pattern) -> Rule:
    return lambda talk: shown(said.cited for said in _open_to_answers(talk) if said.finds(pattern))


def _open_to_answers(talk: Talk) -> Iterator[Said]:
    """Yield the questions that do not give their own answer."""
    return (said for said in talk.said() if _answerable(said))


def _answerable(said: Said) -> bool:
    return said.asks and Move.LEADING_QUESTION not in said.does


def need_payoff_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for the worth of a solution; "would that help?" only tests one's own idea."""
    return shown(
        said.cited
        for said in _open_to_answers(talk)
        if said.finds(PAYOFF) and not said.finds(NO_PAYOFF) and not said.finds(TESTS_OWN_IDEA)
    )


def behind_the_want(talk: Talk) -> list[Cited] | Missing:
    """See a question for what a want is for; why of a symptom is no such question."""
    return shown(
        said.cited
        for line in talk.lines
        for said in line.said
        if _answerable(said)
        and (said.finds(ASKS_BEHIND_WANT) or _asks_why_of_want(said, line.last))
    )


def _asks_why_of_want(asked: Said, last: str) -> bool:
    """See why asked of a want in the last answer: of the whole, or of a thing in it."""
    match = asked.finds(ASKS_WHY_OF_WANT)
    if match is None:
        return False
    wants = [part.plain for part in sentences(last) if STATES_WANT.search(part.plain)]
    if not wants:
        return False
    thing = next((name for name in match.groups() if name), "")
    return not thing or bool(set(stems(thing)) & set(stems(" ".join(wants))))


def work_today_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for how the work is done; "how long does it take today?" sizes it only."""
    return shown(
        said.cited
        for said in _open_to_answers(talk)
        if said.finds(WORK_TODAY) and not said.finds(SIZE)
    )


def several_questions(talk: Talk) -> list[Cited] | Missing:
    """See three questions or more in one turn, or strung together in one sentence."""
    strung = (s.cited for s in talk.said() if s.asks and len(ASKED.findall(s.plain)) >= SEVERAL)
    return shown([*talk.cites(Move.SEVERAL_QUESTIONS, asks=True), *strung])


def implication_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for what follows from a problem."""
    return shown(
        said.cited
        for said in _open_to_answers(talk)
        if (QuestionKind.IMPLICATION in said.does or said.finds(WHAT_FOLLOWS))
        and not said.finds(MUST_STAY)
    )


def decision_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for who decides; "can you sign the form?" and a threat ask for a decision."""
    cited = talk.cites(
        QuestionKind.DECISION, without=(Move.LEADING_QUESTION, Move.REQUEST, Move.PRESSURE)
    )
    return shown(cited)


def success_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for how success will be known, or a measure of it put to them.

    "How do you know?" asks for evidence.
    """
    return shown(
        said.cited
        for said in talk.said()
        if said.finds(MEASURE)
        or (_answerable(said) and QuestionKind.SUCCESS in said.does and not said.finds(HOW_KNOWN))
    )


def leading_question(talk: Talk) -> list[Cited] | Missing:
    """See a question that gives its own answer; "you have two vans, right?" only checks a fact."""
    return shown(
        said.cited
        for said in talk.said()
        if Move.LEADING_QUESTION in said.does and not checks_a_fact(said)
    )


def pitch_before_need(talk: Talk) -> list[Cited] | Missing:
    """See a solution offered or praised before any playback that the stakeholder could confirm."""
    found: list[Cited] = []
    for line in talk.lines:
        if line.does(Move.PLAYBACK):
            break
        found.extend(s.cited for s in line.said if Move.PITCH in s.does or s.finds(PRAISES))
    return shown(found)


def follow_up(talk: Talk) -> list[Cited] | Missing:
    """See a question on the stakeholder's last answer; without an answer there is no call for it.

    The opening answers nobody: a question on it is a first question.
    """
    answered = [line for line in talk.lines[1:] if line.last.strip()]
    if not answered:
        return "no_opportunity"
    return shown(
        said.cited
        for line in answered
        for said in line.said
        if _answerable(said)
        and not is_check(said.plain)
        and (Move.FOLLOW_UP in said.does or said.finds(POINTS_BACK))
    )


def playback(talk: Talk) -> list[Cited] | Missing:
    """See what the stakeholder said given back, with at least two of their words."""
    return shown(_with_their_words(talk)) if can_be_played_back(talk) else "no_opportunity"


def can_be_played_back(talk: Talk) -> bool:
    """Say whether the stakeholder has said enough to say back."""
    return talk.stakeholder_words >= LEAST_TO_PLAY_BACK_WORDS


def _with_their_words(talk: Talk) -> Iterator[Cited]:
    for line in talk.lines:
        for said in line.said:
            if Move.PLAYBACK in said.does and said.stems & line.earlier_stems:
                yield said.cited
        if all(said.asks or not said.stems & line.earlier_stems for said in line.said):
            continue  # sooner told than which sentence the classifier takes
        likely = line.reflection
        if likely is not None and not likely.asks and likely.stems & line.earlier_stems:
            yield likely.cited


def playback_checked(talk: Talk) -> list[Cited] | Missing:
    """See the question whether a playback is right, in the turn of the playback."""
    if not can_be_played_back(talk):
        return "no_opportunity"
    return shown(
        said.cited
        for line in talk.lines
        if line.does(Move.PLAYBACK)
        for said in line.said
        if said.asks and said.finds(CHECK)
    )


def playback_wrong(talk: Talk) -> list[Cited] | Missing:
    """See a figure said back that the stakeholder gave otherwise, or a yes that they did not give."""
    return shown(
        said.cited
        for line in talk.lines
        for said in line.said
        if (Move.PLAYBACK in said.does and _misstates(said, line)) or takes_for_yes(said, line)
    )


def _misstates(told: Said, line: Line) -> bool:
    """See a number that was never said, of a thing that was counted otherwise."""
    new = [(n, thing) for n, thing in _counts(told.plain) if not figures(n) <= line.earlier_figures]
    if not new or told.finds(RECKONS):
        return False
    counted = {thing for text in line.heard.texts[: line.before] for thing in _counted(text)}
    return any(thing in counted for _, thing in new)


@lru_cache(maxsize=4_096)
def _counted(text: str) -> frozenset[str]:
    return frozenset(thing for _, thing in _counts(plain(text)))


def _counts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each number with the stem of the word behind it.

    >>> list(_counts("nine days and 2 companies"))
    [('nine', 'day'), ('2', 'compani')]
    """
    for match in COUNTED.finditer(text):
        number, thing = match.groups()
        if thing not in FUNCTION_WORDS and number not in PARTS:
            yield number, stem(thing)


RULES: dict[str, Rule] = {
    "work-today-question": work_today_question,
    "size-question": _matching_questions(SIZE),
    "several-questions": several_questions,
    "problem-question": questions(QuestionKind.PROBLEM),
    "behind-the-want": behind_the_want,
    "leading-question": leading_question,
    "pitch-before-need": pitch_before_need,
    "implication-question": implication_question,
    "need-payoff-question": need_payoff_question,
    "constraint-question": questions(QuestionKind.CONSTRAINT),
    "decision-question": decision_question,
    "success-question": success_question,
    "follow-up": follow_up,
    "playback": playback,
    "playback-checked": playback_checked,
    "playback-wrong": playback_wrong,
}
