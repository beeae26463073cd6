"""Rules for persuasion: which sentence of the trainee shows each behaviour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, own_statements, shown
from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language.patterns import DAY
from rmcoach_llm.language.words import plain, sentences, stems, words

SHARED_STEMS = 2
"""Words of content that a tie shares with the stakeholder's; one may be chance."""

LEAST_ASK_WORDS = 5
"""A shorter request does not say what is asked for."""

TIE = re.compile(
    r"\byou(?:'ve| have)? (?:said|mentioned|told|described|need|want|are after)\b|\bas you (?:said|put it)\b|\b(?:since|because|given that|as) you\b"
    r"|\bgiven your\b|\bthat(?:'s| is) why\b|\bso that you\b|\bfor your\b|\byour (?:own )?\w+ (?:problem|goal|deadline|delay|close|team)\b|\bwould (?:give|save|spare) (?:you|your)\b"
)
CALLS_FOR_PROPOSAL = re.compile(
    r"\bwhat (?:do|would|can|could|will) you (?:suggest|propose|recommend|offer|advise)\b"
    r"|\b(?:your|a|any) (?:suggestion|proposal|recommendation)s?\b|\bwhat should (?:we|i) do\b"
)
"""The stakeholder asks for a proposal."""

NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
FIGURE = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|half|third|quarter|hundred|thousand)\b"
)
OWN_AGENDA = re.compile(
    r"\b(?:we|i) (?:really )?(?:need|want) (?:you|your (?:team|people|department)) (?:on|to (?:move|switch|use|adopt|migrate|take|join))\b|\bmy (?:boss|manager|target|bonus|quota)\b"
    r"|\bour (?:roadmap|strategy|target|policy|standard|programme|program)s? (?:says?|requires?|is|demands?|foresees)\b|\bcompany policy\b|\bit (?:suits|helps|is easier for) (?:us|it|our)\b"
    r"|\b(?:we|our team|it) (?:has|have|needs?|must)(?: to)? (?:switch|sunset|retire|decommission|get rid)\b"
)
EFFECT = re.compile(
    r"\b(?:sav\w+|cut\w*|reduc\w+|faster|quicker|less|fewer|more|cost\w*|gain\w*|increas\w+|drop\w*|fell|fall\w*|from .{1,40} to|down (?:to|from|by)|(?:go|goes|went|come|comes|came|bring|brings|brought|get|gets|got) (?:\w+ ){0,2}down|instead of|risk\w*|lower\w*|pay\w*|worth|takes?|took|loses?|lost)\b"
)
OBJECTION = re.compile(
    r"\b(?:not (?:sure|convinced|happy|what (?:i|we) need)|don't (?:think|see|believe|need|want|trust|like)|do not (?:think|see|believe|need|want|trust|like)|worr(?:y|ied)|concern(?:ed|s)?|afraid"
    r"|too (?:expensive|long|much|complicated|risky|late|slow|early|big)|won't work|will not work|can't afford|cannot afford|no (?:time|budget|money|people|capacity) (?:for|to)|scepti\w+|skepti\w+"
    r"|doubt\w*|never worked|tried (?:that|this|it) before|why should|why would (?:i|we)|hesita\w+|disagree|heard that before|not going to (?:happen|work)|my people (?:won't|can't|don't))\b"
)
HEARS_DOUBT = re.compile(
    r"\b(?:you(?:'re| are) (?:worried|afraid|concerned|right|not sure|hesitant|sceptical|skeptical)|you (?:worry|fear|doubt|don't|do not|cannot|can't|have no|said)|your (?:worry|concern|doubt|fear|point)"
    r"|i (?:can )?(?:hear|understand|see) (?:that|you|your|why)|so (?:the|you|your|it)|sounds like|if i understand|fair (?:point|question)|the worry is|what worries you)\b"
)
REASON = re.compile(
    r"\b(?:because|since|that(?:'s| is) why|for that reason|therefore|so (?:we|i|you) (?:would|could|can|will|only)|we (?:could|would|can) (?:start|limit|begin|change|leave|keep|move|wait|take|drop|do it|run|test|try)"
    r"|instead|to avoid|which means|in the pilot|in that case|what (?:we|they) did|it (?:would|does|will)(?: not|n't)|would not|wouldn't|only (?:two|one|three|half|after)|rather than)\b"
)
BRUSH_OFF = re.compile(
    r"\b(?:don't worry|do not worry|no worries|not (?:a|an) (?:real )?(?:problem|issue)|no problem|you(?:'ll| will) see|trust me|believe me|you(?:'re| are) wrong|that's not (?:true|right|an issue|a problem|how)"
    r"|everyone says that|you(?:'ll| will) get used|never mind|let's not worry|don't overthink|you don't understand|just (?:wait|try it|trust))\b"
)
ASK_TO_COME = re.compile(
    r"\b(?:could|can|may|might|shall|should) (?:i|we) (?:please |perhaps |just )?(?:sit|meet|talk|speak|see|join|shadow|visit|watch|come|look at)\b"
    r"|(?:^|[,;.] |\bso |\band |\bthen )(?:could|can|would|will) you (?:please |perhaps |just |kindly )?(?:ask|invite|name|bring|join|confirm|come|make time|put)\b"
)
ASKS_FOR_A_DAY = re.compile(
    rf"\b(?:would|does|could|will|is|how about|what about) (?:\w+ ){{0,4}}?{DAY}(?: \w+){{0,4}}? (?:suit|fit|work (?:for|with) you|do for you|be (?:ok|okay|fine|good|possible|convenient)|ok|okay|fine|good|possible|convenient)\b"
    rf"|(?:^|[,.;] |\bso |\band )(?:how|what) about (?:\w+ ){{0,3}}?{DAY}\b|\b(?:are you|would you be|will you be) (?:free|available|around|in) [^?]{{0,30}}?\b{DAY}\b"
    rf"|\b(?:do|would|could|have) you (?:have |spare |find |make |got )?(?:some |the )?(?:time|(?:an|half an|one) hour|\w+ minutes) [^?]{{0,40}}?\b{DAY}\b"
)
"""A day put to the stakeholder as a question is definite, however short."""

NAMED_SOURCE = re.compile(
    r"\b(?:your|our|the|their) (?:own )?(?:[\w-]+ ){0,3}(?:log|logs|report|reports|ledger|data|records|figures|statistics|survey|audit|pilot) (?:shows?|says?|lists?|counts?|has|have|gave|found)\b"
)
OPTIONS = re.compile(
    r"\beither\b.{3,120}\bor\b|\bwe could\b.{3,120}\bor (?:we|with|start|go|do|keep|for|all|just|only|by)\b|\b(?:first |one |second )?option (?:a|b|one|two|1|2)\b|\b(?:two|three|several) (?:ways|options|possibilities|routes|choices)\b"
    r"|\balternatively\b|\bone way\b.{3,160}\b(?:other|another)\b|\bthe other (?:option|way|possibility)\b"
)


def claim_tied_to_need(talk: Talk) -> list[Cited] | Missing:
    """See a proposal or request in whose turn the stakeholder's own words give the reason."""
    found = (
        said.cited
        for line in talk.lines
        if line.does(Move.PITCH, Move.TRADE_OFF, Move.REQUEST)
        for said in line.said
        if not said.asks
        and TIE.search(said.plain)
        and len(said.stems & line.earlier_stems) >= SHARED_STEMS
    )
    return _of_proposal(talk, shown(found))


def their_figure_used(talk: Talk) -> list[Cited] | Missing:
    """See a figure of the stakeholder's in a turn that proposes something."""
    found = (
        said.cited
        for line in talk.lines
        if line.does(Move.PITCH)
        for said in line.said
        if not said.asks and figures(said.plain) & figures(line.earlier)
    )
    return _of_proposal(talk, shown(found))


def own_numbers(talk: Talk) -> Iterator[Said]:
    """Yield own statements with a number that the stakeholder had not given."""
    for line, said in own_statements(talk):
        if Move.NUMBER in said.does and figures(said.plain) - figures(line.earlier):
            yield said


def figures(text: str) -> set[str]:
    """Give the numbers of a text as digits, wherever they can be so written.

    >>> sorted(figures("Nine days, not 6 or a third more."))
    ['6', '9', 'third']
    """
    found = FIGURE.findall(plain(text))
    return {str(NUMBER_WORDS.index(f) + 1) if f in NUMBER_WORDS else f for f in found}


def benefit_quantified(talk: Talk) -> list[Cited] | Missing:
    """See an effect stated as a number of one's own; dates of promises and requests are none."""
    found = (
        said.cited
        for said in own_numbers(talk)
        if EFFECT.search(said.plain) and said.does.isdisjoint({Move.COMMITMENT, Move.REQUEST})
    )
    return _of_proposal(talk, shown(found))


def benefit_sourced(talk: Talk) -> list[Cited] | Missing:
    """See a number and its source in one sentence."""
    return _of_proposal(talk, shown(sourced_numbers(talk)))


def sourced_numbers(talk: Talk) -> Iterator[Cited]:
    """Yield statements that give a number of one's own together with its source."""
    return (
        said.cited
        for said in own_numbers(talk)
        if Move.SOURCE in said.does or NAMED_SOURCE.search(said.plain)
    )


def overselling(talk: Talk) -> list[Cited] | Missing:
    """See a promise without limits; a bare "perfect, thanks" is none."""
    return shown(
        said.cited
        for said in talk.said()
        if Move.OVERCLAIM in said.does and not said.asks and len(words(said.plain)) > 3
    )


def objection_restated(talk: Talk) -> list[Cited] | Missing:
    """See a doubt said back, with a word of it, in the answer to it."""
    return _in_answers(
        talk,
        lambda line, doubt: (
            said.cited
            for said in line.said
            if HEARS_DOUBT.search(said.plain) and said.stems & set(stems(doubt))
        ),
    )


def objection_answered(talk: Talk) -> list[Cited] | Missing:
    """See a reason or a change of the proposal in the answer to a doubt."""
    return _in_answers(
        talk,
        lambda line, _: (
            said.cited
            for said in line.said
            if not said.asks and REASON.search(said.plain) and not BRUSH_OFF.search(said.plain)
        ),
    )


def objection_brushed_off(talk: Talk) -> list[Cited] | Missing:
    """See a doubt waved away in the answer to it."""
    return _in_answers(
        talk, lambda line, _: (said.cited for said in line.said if BRUSH_OFF.search(said.plain))
    )


def _in_answers(talk: Talk, see: Callable[[Line, str], Iterator[Cited]]) -> list[Cited] | Missing:
    """Look at the turns that follow an objection; without one there is no call for an answer."""
    answers = list(_objections(talk))
    if not answers:
        return "no_opportunity"
    return shown(cited for line, doubt in answers for cited in see(line, doubt))


def _objections(talk: Talk) -> Iterator[tuple[Line, str]]:
    """Yield each turn that answers a doubt raised after a proposal or request, and the doubt."""
    proposed = False
    for line in talk.lines:
        doubts = [part.plain for part in sentences(line.last) if OBJECTION.search(part.plain)]
        if proposed and doubts:
            yield line, " ".join(doubts)
        proposed = proposed or line.does(Move.PITCH, Move.REQUEST)


def _of_proposal(talk: Talk, result: list[Cited] | Missing) -> list[Cited] | Missing:
    """Turn "not observed" into "no opportunity" where nothing was proposed nor asked for."""
    called_for = talk.proposes or CALLS_FOR_PROPOSAL.search(plain(talk.stakeholder))
    return "no_opportunity" if result == "not_observed" and not called_for else result


def options_compared(talk: Talk) -> list[Cited] | Missing:
    """See two ways put side by side."""
    return _of_proposal(talk, shown(talk.matches(OPTIONS)))


def trade_off_named(talk: Talk) -> list[Cited] | Missing:
    """See a downside or limit named."""
    return _of_proposal(talk, shown(talk.cites(Move.TRADE_OFF, asks=False)))


def specific_ask(talk: Talk) -> list[Cited] | Missing:
    """See a request that says what is asked for; who only asks for needs owes none."""
    result = shown(
        said.cited
        for said in talk.said()
        if (said.asks and ASKS_FOR_A_DAY.search(said.plain))
        or (
            (Move.REQUEST in said.does or ASK_TO_COME.search(said.plain))
            and len(words(said.plain)) >= LEAST_ASK_WORDS
        )
    )
    asks = any(line.does(Move.REQUEST, Move.PRESSURE) for line in talk.lines)
    return result if asks else _of_proposal(talk, result)


RULES: dict[str, Rule] = {
    "claim-tied-to-need": claim_tied_to_need,
    "their-figure-used": their_figure_used,
    "own-agenda": lambda talk: shown(talk.matches(OWN_AGENDA, asks=False)),
    "benefit-quantified": benefit_quantified,
    "benefit-sourced": benefit_sourced,
    "overselling": overselling,
    "objection-restated": objection_restated,
    "objection-answered": objection_answered,
    "objection-brushed-off": objection_brushed_off,
    "trade-off-named": trade_off_named,
    "options-compared": options_compared,
    "specific-ask": specific_ask,
    "pressure": lambda talk: shown(talk.cites(Move.PRESSURE)),
}
