"""Rules for needs discovery: which sentence of the trainee shows each behaviour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rmcoach_llm.domain import Move, QuestionKind
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Talk
from rmcoach_llm.language.words import words

LEAST_TO_PLAY_BACK_WORDS = 10
"""With less from the stakeholder there is nothing to say back."""

WORK_TODAY = re.compile(
    r"\b(?:walk|talk|take) me through|\bstep by step|(?<!cannot )(?<!can't )\b(?:works?|do|does|done|runs?|handled?|looks?|goes|happens?|used?|managed?) (?:\w+ ){0,4}(?:today|at the moment|currently|right now|now|these days|nowadays)\b"
    r"|\bhow (?:do|does|did) (?:you|your|the|it|that|this|they|people|a|an)\b[^?]{0,60}\b(?:work|works|do|run|runs|handle|go|goes"
    r"|happen|close|process|manage|get|use|come|start|prepare|check|decide on|look)\b"
    r"|\bthe last (?:time|one|case|\w+)\b|\ba (?:typical|normal|usual) (?:day|week|month|case|\w+)\b|\bwhat happens (?:between|after|first|next)\b"
)
SIZE = re.compile(
    r"\bhow (?:many|much|often|long|big|large|late|far|frequently)\b|\bwhat (?:share|percentage|proportion|number|volume|part) of\b"
    r"|\bwhat (?:does|did|do|would|is the) [^?]{0,60}\bcost\b|\bwhat does it cost\b|\bin (?:euros|hours|days|money|numbers)\b"
)
BEHIND_WANT = re.compile(
    r"\bwhat (?:would|will|do|could) you (?:do|use|need|want|hope)\b[^?]{0,80}\b(?:with|it|that|for|from|to)\b|\bwhat(?:'s| is| was| would be)? (?:it|that|this|\w+ \w+) for\b"
    r"|\bwhy (?:do|did|would|are|is) (?:you|your team|it|that|this|a|the)\b|\bwhat for\b|\b(?:lies|is|'s|stands) behind\b|\bbehind (?:the|this|that|your) (?:request|wish|idea|question)\b"
    r"|\btrying to (?:achieve|solve|get|find|do|fix)\b|\bwhat (?:made|led|prompted|brought) you\b|\bhop(?:e|ing) (?:to|for|that)\b|\bwhat do you (?:really |actually )?need\b"
    r"|\bwhat (?:should|would|will|could) (?:it|that|this|a|an|the)\b[^?]{0,60}\b(?:let|help|give|allow|change|solve|do for|tell|show)\b|\bwhat (?:should|would) be different\b"
    r"|\bwhat matters\b|\bwhich problem\b|\bwhat problem\b"
)
SEVERAL = 3
ASKED = re.compile(r"(?:^|[,;:] |\band |\bor )(?:who|what|how|when|where|which|why)\b")
WHAT_FOLLOWS = re.compile(
    r"\bwhat happens (?:further|down|elsewhere|if|when|to|then)\b[^?]{0,80}\b(?:late|slow|wrong|miss\w*|fail\w*|slip\w*|break\w*|nothing|lost|stays?|stop\w*)\b"
)
TESTS_OWN_IDEA = re.compile(r"\bwould (?:it|that|this) (?:help|work|do)\b", re.I)
CHECK = re.compile(
    r"\b(?:did|have|do) i (?:get|got|understand|understood|hear|heard|miss|missed|capture|captured|summari[sz]e)\b|\bis (?:that|this|it) (?:right|correct|fair|accurate|what you mean)\b"
    r"|\bam i right\b|\bcorrect me\b|\bwhat (?:have|did|am) i (?:miss|missed|missing)\b|\b(?:anything|something) (?:missing|wrong|to add|i missed|else)\b|\bdoes (?:that|this) (?:sound|match|fit|reflect|cover)\b"
    r"|\bwould you (?:add|correct|change)\b"
)


def questions(*kinds: QuestionKind) -> Rule:
    """Make the rule that sees questions of these kinds; a leading one is not asked openly."""
    return lambda talk: shown(talk.cites(*kinds, without=(Move.LEADING_QUESTION,)))


def _matching_questions(pattern: re.Pattern[str]) -> Rule:
    return lambda talk: shown(
        said.cited
        for said in talk.said()
        if said.asks and Move.LEADING_QUESTION not in said.does and pattern.search(said.plain)
    )


def need_payoff_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for the worth of a solution; "would that help?" only tests one's own idea."""
    asked = talk.cites(QuestionKind.NEED_PAYOFF, without=(Move.LEADING_QUESTION,))
    return shown(cited for cited in asked if not TESTS_OWN_IDEA.search(cited.quote))


def several_questions(talk: Talk) -> list[Cited] | Missing:
    """See three questions or more in one turn, or strung together in one sentence."""
    strung = (s.cited for s in talk.said() if s.asks and len(ASKED.findall(s.plain)) >= SEVERAL)
    return shown([*talk.cites(Move.SEVERAL_QUESTIONS, asks=True), *strung])


def implication_question(talk: Talk) -> list[Cited] | Missing:
    """See a question for what follows from a problem."""
    by_kind = talk.cites(QuestionKind.IMPLICATION, without=(Move.LEADING_QUESTION,))
    return shown([*by_kind, *talk.matches(WHAT_FOLLOWS, asks=True)])


def leading_question(talk: Talk) -> list[Cited] | Missing:
    """See a question that gives its own answer."""
    return shown(talk.cites(Move.LEADING_QUESTION))


def pitch_before_need(talk: Talk) -> list[Cited] | Missing:
    """See a solution offered before any playback that the stakeholder could confirm."""
    found: list[Cited] = []
    for line in talk.lines:
        if line.does(Move.PLAYBACK):
            break
        found.extend(s.cited for s in line.said if Move.PITCH in s.does)
    return shown(found)


def follow_up(talk: Talk) -> list[Cited] | Missing:
    """See a question on the stakeholder's last turn; without such a turn there is no call for it."""
    if not any(line.last.strip() for line in talk.lines):
        return "no_opportunity"
    return shown(talk.cites(Move.FOLLOW_UP, without=(Move.LEADING_QUESTION,), asks=True))


def playback(talk: Talk) -> list[Cited] | Missing:
    """See what the stakeholder said given back, with at least two of their words."""
    if len(words(talk.stakeholder)) < LEAST_TO_PLAY_BACK_WORDS:
        return "no_opportunity"
    return shown(_with_their_words(talk))


def _with_their_words(talk: Talk) -> Iterator[Cited]:
    for line in talk.lines:
        for said in line.said:
            if Move.PLAYBACK in said.does and said.stems & line.earlier_stems:
                yield said.cited


def playback_checked(talk: Talk) -> list[Cited] | Missing:
    """See the question whether a playback is right, in the turn of the playback."""
    if len(words(talk.stakeholder)) < LEAST_TO_PLAY_BACK_WORDS:
        return "no_opportunity"
    return shown(
        said.cited
        for line in talk.lines
        if line.does(Move.PLAYBACK)
        for said in line.said
        if said.asks and CHECK.search(said.plain)
    )


RULES: dict[str, Rule] = {
    "work-today-question": _matching_questions(WORK_TODAY),
    "size-question": _matching_questions(SIZE),
    "several-questions": several_questions,
    "problem-question": questions(QuestionKind.PROBLEM),
    "behind-the-want": _matching_questions(BEHIND_WANT),
    "leading-question": leading_question,
    "pitch-before-need": pitch_before_need,
    "implication-question": implication_question,
    "need-payoff-question": need_payoff_question,
    "constraint-question": questions(QuestionKind.CONSTRAINT),
    "decision-question": questions(QuestionKind.DECISION),
    "success-question": questions(QuestionKind.SUCCESS),
    "follow-up": follow_up,
    "playback": playback,
    "playback-checked": playback_checked,
}
