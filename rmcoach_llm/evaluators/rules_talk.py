"""Rules for what only the whole talk shows: how long, how much, how many questions at once.

Each quotes a sentence of the trainee that stands for the whole, as its statement says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.moves import is_check
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.quotes import long_enough

LEAST_TURNS = 3
"""Of fewer turns no share is taken."""

SHORT_TURN_WORDS = 45
MONOLOGUE_WORDS = 120
LONG_QUESTION_WORDS = 40
HIGH_SHARE = 0.65
MOST_OF_THE_TURNS = 0.8
"""The bounds that the statements name."""

WRAPPED_WORDS = 90
REMARK_WORDS = 20
"""A question is hard to find in a turn of so many words with so many before it and behind it."""

POINT_WORDS = 45
POINT_SENTENCES = 3
"""More is seldom one point."""

LEAST_PLAYED_BACK = 2
BEGINNING_WORDS = 20
HEARD_WORDS = 10
"""With less from the stakeholder there is nothing to say back."""

ASKED = Pattern(
    r"(?:^|[,;:] |\band |\bor )(?:who|whose|what|how|when|where|which|why)\b"
    r"|[,;] (?:and |or )?(?:do|does|did|is|are|can|could|would|will|have|has) (?:you|they|it|we|there|the|your|people)\b"
    r"|\band (?:do|does|did|is|are|can|could|would|will|have|has) (?:you|they|it|we|there|the|your|people)\b"
)
"""Each question that is strung together with others in one sentence."""

ANOTHER_POINT = Pattern(
    r"\b(?:by the way|another (?:thing|point)|one more thing|and then there(?:'s| is| are)|besides|apart from that|secondly|thirdly|second point|next point|oh,? and|while we're at it)\b"
)


def quote_of(line: Line) -> list[Cited]:
    """Give the first sentence of a turn that is long enough to be quoted, or all of the turn."""
    whole = " ".join(said.text for said in line.said)
    for text in (*(said.text for said in line.said), whole):
        if long_enough(text, whole):
            return [Cited(line.turn, text)]
    return []


def shortest_of(lines: Iterable[Line]) -> list[Cited]:
    """Quote the shortest turn that can be quoted."""
    ranked = sorted((line for line in lines if line.said), key=lambda line: line.words)
    return next((quote for line in ranked if (quote := quote_of(line))), [])


def _whole(talk: Talk, holds: bool, quote: list[Cited]) -> list[Cited] | Missing:
    if len(talk.lines) < LEAST_TURNS:
        return "no_opportunity"
    return shown(quote) if holds else "not_observed"


def _own_words(talk: Talk) -> int:
    return sum(line.words for line in talk.lines)


def short_turns(talk: Talk) -> list[Cited] | Missing:
    """See a mean of at most 45 words a turn."""
    short = _own_words(talk) <= SHORT_TURN_WORDS * len(talk.lines)
    return _whole(talk, short, shortest_of(talk.lines))


def asked_in(line: Line) -> int:
    """Count the questions of a turn; those strung together in one sentence count each."""
    asking = [said for said in line.said if said.asks and not is_check(said.plain)]
    return sum(max(1, len(ASKED.findall(said.plain))) for said in asking)


def one_point(talk: Talk) -> list[Cited] | Missing:
    """See one point or question a turn in at least four turns of five."""
    single = [line for line in talk.lines if _one_point(line)]
    return _whole(talk, len(single) >= MOST_OF_THE_TURNS * len(talk.lines), shortest_of(single))


def _one_point(line: Line) -> bool:
    stated = [said for said in line.said if not said.asks and said.words > 2]
    return (
        asked_in(line) <= 1
        and len(stated) <= POINT_SENTENCES
        and line.words <= POINT_WORDS
        and not any(said.finds(ANOTHER_POINT) for said in line.said)
    )


def one_question_a_turn(talk: Talk) -> list[Cited] | Missing:
    """See one question only in at least four of five turns that ask; of one turn no share is taken."""
    counts = [(line, n) for line in talk.lines if (n := asked_in(line))]
    if len(counts) < 2:
        return "no_opportunity"
    single = [line for line, n in counts if n == 1]
    if len(single) < MOST_OF_THE_TURNS * len(counts):
        return "not_observed"
    asked = (said.cited for line in single for said in line.said if said.asks)
    return shown(list(asked)[:1])


def leaves_the_floor(talk: Talk) -> list[Cited] | Missing:
    """See more words of the stakeholder than of the trainee."""
    more = talk.stakeholder_words > _own_words(talk)
    return _whole(talk, more, shortest_of(talk.lines))


def talk_share_high(talk: Talk) -> list[Cited] | Missing:
    """See more than 65 % of the words on the trainee's side."""
    own = _own_words(talk)
    if own <= HIGH_SHARE * (own + talk.stakeholder_words):
        return "not_observed"
    return shown(quote_of(max(talk.lines, key=lambda line: line.words)))


def monologue(talk: Talk) -> list[Cited] | Missing:
    """See a turn of more than 120 words; its beginning is quoted."""
    long = [line for line in talk.lines if line.words > MONOLOGUE_WORDS]
    return shown(Cited(line.turn, _beginning(line.said[0].text)) for line in long)


def _beginning(text: str) -> str:
    """Give the first words of a sentence: of a monologue it may be all."""
    return " ".join(text.split()[:BEGINNING_WORDS])


def long_question(talk: Talk) -> list[Cited] | Missing:
    """See a question of more than 40 words, or one that is hidden among remarks."""
    asking = [line for line in talk.lines if any(said.asks for said in line.said)]
    if not asking:
        return "no_opportunity"
    return shown(
        said.cited
        for line in asking
        for place, said in enumerate(line.said)
        if said.asks and (_long(said) or _wrapped(line, line.said, place))
    )


def _long(said: Said) -> bool:
    return said.words > LONG_QUESTION_WORDS and said.plain.endswith("?")


def _wrapped(line: Line, said: Sequence[Said], place: int) -> bool:
    ahead = sum(each.words for each in said[:place])
    behind = sum(each.words for each in said[place + 1 :])
    return line.words > WRAPPED_WORDS and min(ahead, behind) >= REMARK_WORDS


def reflects_as_often(talk: Talk) -> list[Cited] | Missing:
    """See things said back at least as often as questions are asked, and twice at least."""
    if talk.stakeholder_words < HEARD_WORDS:
        return "no_opportunity"
    asked = sum(asked_in(line) for line in talk.lines)
    back = [said for line in talk.lines for said in _said_back(line)]
    holds = len(back) >= max(asked, LEAST_PLAYED_BACK)
    return _whole(talk, holds, [said.cited for said in back][:1])


SPOKEN_TO = Pattern(r"\b(?:you|your|yours|yourself|you're|you've|you'd)\b")


def _said_back(line: Line) -> list[Said]:
    """Give the sentences of a turn that say back, by rules, else the one that the classifier sees."""
    found = [
        said
        for said in line.said
        if Move.PLAYBACK in said.does or (not said.asks and line.says_back(said))
    ]
    return found or ([line.reflection] if line.reflection is not None else [])


def meaning_reflected(talk: Talk) -> list[Cited] | Missing:
    """See a reflection of which at least half of the content is not the stakeholder's wording.

    It is about the stakeholder: it shares a word with what they said, or speaks to them.
    """
    if talk.stakeholder_words < HEARD_WORDS:
        return "no_opportunity"
    return shown(
        said.cited
        for line in talk.lines
        if (said := line.reflection) is not None and not said.asks
        if 2 * len(said.stems & line.earlier_stems) <= len(said.stems)
        if said.stems & line.earlier_stems or said.finds(SPOKEN_TO)
    )


RULES: dict[str, Rule] = {
    "meaning-reflected": meaning_reflected,
    "short-turns": short_turns,
    "one-point": one_point,
    "one-question-a-turn": one_question_a_turn,
    "leaves-the-floor": leaves_the_floor,
    "talk-share-high": talk_share_high,
    "monologue": monologue,
    "long-question": long_question,
    "reflects-as-often": reflects_as_often,
}
