"""Rules for persuasion: which sentence of the trainee shows each behaviour."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.talk import Said, Talk
from rmcoach_llm.language.figures import figures
from rmcoach_llm.language.pattern import Pattern, Regex
from rmcoach_llm.language.patterns import DAY
from rmcoach_llm.language.words import plain

SHARED_STEMS = 2
"""Words of content that a tie shares with the stakeholder's; one may be chance."""

LEAST_ASK_WORDS = 5
"""A shorter request does not say what is asked for."""

TIE = Pattern(
    r"\byou(?:'ve| have)? (?:said|mentioned|told|described|need|want|are after)\b|\bas you (?:said|put it)\b|\b(?:since|because|given that|as) you\b"
    r"|\bgiven your\b|\bthat(?:'s| is) why\b|\bso that you\b|\bfor your\b|\byour (?:own )?\w+ (?:problem|goal|deadline|delay|close|team)\b|\bwould (?:give|save|spare) (?:you|your)\b"
)
CALLS_FOR_PROPOSAL = Regex(
    r"\bwhat (?:do|would|can|could|will) you (?:suggest|propose|recommend|offer|advise)\b"
    r"|\b(?:your|a|any) (?:suggestion|proposal|recommendation)s?\b|\bwhat should (?:we|i) do\b"
)
"""The stakeholder asks for a proposal. Looked for alone, in all that they say: no sieve is quicker."""

OWN_AGENDA = Pattern(
    r"\b(?:we|i) (?:really )?(?:need|want) (?:you|your (?:team|people|department)) (?:on|to (?:move|switch|use|adopt|migrate|take|join))\b|\bmy (?:boss|manager|target|bonus|quota)\b(?! (?:has |have )?(?:already )?(?:agreed|approved|signed|allowed|allows|carries|pays|said (?:yes|no)))"
    r"|\bour (?:roadmap|strategy|target|policy|standard|programme|program)s? (?:says?|requires?|is|demands?|foresees)\b|\bcompany policy\b|\bit (?:suits|helps|is easier for) (?:us|it|our)\b"
    r"|\b(?:we|our team|it) (?:has|have|needs?|must)(?: to)? (?:switch|sunset|retire|decommission|get rid)\b"
)
EFFECT = Pattern(
    r"\b(?:sav\w+|cut\w*|reduc\w+|faster|quicker|less|fewer|more|cost\w*|gain\w*|increas\w+|drop\w*|fell|fall\w*|from .{1,40} to|down (?:to|from|by)|(?:go|goes|went|come|comes|came|bring|brings|brought|get|gets|got) (?:\w+ ){0,2}down|instead of|risk\w*|lower\w*|pay\w*|worth|takes?|took|loses?|lost)\b"
)
ASK_TO_COME = Pattern(
    r"\b(?:could|can|may|might|shall|should) (?:i|we) (?:please |perhaps |just )?(?:sit|meet|talk|speak|see|join|shadow|visit|watch|come|look at)\b"
    r"|(?:^|[,;.] |\bso |\band |\bthen )(?:could|can|would|will) you (?:please |perhaps |just |kindly )?(?:ask|invite|name|bring|join|confirm|come|make time|put)\b"
)
ASKS_FOR_A_DAY = Pattern(
    rf"\b(?:would|does|could|will|is|how about|what about) (?:\w+ ){{0,4}}?{DAY}(?: \w+){{0,4}}? (?:suit|fit|work (?:for|with) you|do for you|be (?:ok|okay|fine|good|possible|convenient)|ok|okay|fine|good|possible|convenient)\b"
    rf"|(?:^|[,.;] |\bso |\band )(?:how|what) about (?:\w+ ){{0,3}}?{DAY}\b|\b(?:are you|would you be|will you be) (?:free|available|around|in) [^?]{{0,30}}?\b{DAY}\b"
    rf"|\b(?:do|would|could|have) you (?:have |spare |find |make |got )?(?:some |the )?(?:time|(?:an|half an|one) hour|\w+ minutes) [^?]{{0,40}}?\b{DAY}\b"
)
"""A day put to the stakeholder as a question is definite, however short."""

NAMED_SOURCE = Pattern(
    r"\b(?:your|our|the|their) (?:own )?(?:[\w-]+ ){0,3}(?:log|logs|report|reports|ledger|data|records|figures|statistics|survey|audit|pilot) (?:shows?|says?|lists?|counts?|has|have|gave|found)\b"
)
OPTIONS = Pattern(
    r"\beither\b.{3,120}\bor\b|\bwe could\b.{3,120}\bor (?:we|with|start|go|do|keep|for|all|just|only|by)\b|\b(?:first |one |second )?option (?:a|b|one|two|1|2)\b|\b(?:two|three|several) (?:ways|options|possibilities|routes|choices)\b"
    r"|\balternatively\b|\bone way\b.{3,160}\b(?:other|another)\b|\bthe other (?:option|way|possibility)\b"
)


BURDENS = (
    r"(?:have to|need to|lose|wait|swear|grumble|moan|type|key in|tag|read over|carry|look twice)"
)
DOWNSIDE = Pattern(
    r"\b(?:the|its|one|a|an|that's|another) (?:bad|weak|awkward|flip|ugly|tricky|weaker) (?:part|side|spot)\b(?! is your)|\b(?:one|the|a|another) (?:catch|snag|hitch|drawback|downside|rub)\b(?! (?:with|in|of) (?:what|your))|\b(?:it has its|comes at a|comes with a|it's the|that's the|there's a) (?:price|cost)\b|\bwhat (?:i like less|i don't like about|speaks against (?:it|that|this)|it (?:can't|won't|doesn't|cannot) (?:do|see|catch|tell|show|cover))\b|\b(?:i don't want to hide|i can't get round|before you get too fond|i grant you that)\b"
    rf"|\b(?:someone|somebody|(?:your|the) (?!boss|board|law)[a-z]+s|the guard|each of (?:you|them)|each \w+|every \w+)(?:'d| would|'ll| will)(?: then| still| also)? {BURDENS}\b|\b(?:your \w+|somebody|someone|everybody|each \w+|every \w+) (?:has|have) to be (?:\w+ed|read|typed|done)\b|(?<!if )\byou(?:'d| would|'ll| will) (?:still |then |also )?(?:lose|have to (?!tell|say|decide|ask|sign|go|replace)\w+|need to (?!tell|say|decide|ask|sign)\w+|wait|pay)\b(?![^.?!]*\bif you don't)[^.?!]{{0,60}}\b(?:more|longer|by hand|again|twice|extra|yourself|each time|until|till|though)\b"
    r"|(?<!that )\b(?:it|this) (?:won't|will not|can't|cannot|wouldn't|couldn't) (?:yet |always |really )?(?:see|catch|know|work (?:in|for|on|with|where|at)|fit|cover|tell|save|read|reach|stop|prevent|handle|replace|show|find|spare)\b|\bit doesn't (?:yet |always |really )?(?:see|catch|know|cover|stop|prevent|replace|spare)\b|(?:\bwould|\bwill|'d|'ll) (?:cost|take) (?:your \w+|them|each \w+|every \w+|the \w+s) (?:about |around |some |roughly |perhaps |up to )?(?:an?|half|two|three|four|five|six|ten|twenty|thirty|\d+)\b|\b(?:costs|takes) (?:your|the) \w+s (?:about |around |some |roughly |perhaps |up to )?(?:an?|half|two|three|four|five|six|ten|twenty|thirty|\d+)\b|\b(?:more|longer|slower|dearer|fewer|less|blind|rough|rougher|weaker|louder)\b[^.?!]{0,20}, (?:though|i'm afraid|unfortunately|to be fair|admittedly)\b|\bi (?:must|should|have to) warn\b"
)
"""Says what a proposal costs the other side, or cannot do."""

NO_DOWNSIDE = Pattern(
    r"\b(?:no|any|without (?:a|any)|free of (?:any|all)?|hardly (?:a|any)|not a|looked for a) ?(?:real |big |true )?(?:downsides?|drawbacks?|catch|snag|hitch)\b|\bnothing speaks against\b|^(?:people |it's |they |that's )?either\b|\beither the one or\b|\b(?:your|in your) (?:idea|plan|proposal)\b|\blose nothing\b|\b(?:you lost|i'm afraid i|sorry)\b"
)
"""Says that there is no downside, or speaks of something else."""


def claim_tied_to_need(talk: Talk) -> list[Cited] | Missing:
    """See a proposal or request in whose turn the stakeholder's own words give the reason."""
    found = (
        said.cited
        for line in talk.lines
        if line.does(Move.PITCH, Move.TRADE_OFF, Move.REQUEST)
        for said in line.said
        if not said.asks
        and said.finds(TIE)
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
        if not said.asks and figures(said.plain) & line.earlier_figures
    )
    return _of_proposal(talk, shown(found))


def own_numbers(talk: Talk) -> tuple[Said, ...]:
    """Give own statements with a number that the stakeholder had not given."""
    return tuple(
        said
        for line, said in talk.own_statements
        if Move.NUMBER in said.does and figures(said.plain) - line.earlier_figures
    )


def benefit_quantified(talk: Talk) -> list[Cited] | Missing:
    """See an effect stated as a number of one's own; dates of promises and requests are none."""
    found = (
        said.cited
        for said in talk.once(own_numbers)
        if said.finds(EFFECT) and said.does.isdisjoint({Move.COMMITMENT, Move.REQUEST})
    )
    return _of_proposal(talk, shown(found))


def benefit_sourced(talk: Talk) -> list[Cited] | Missing:
    """See a number and its source in one sentence."""
    return _of_proposal(talk, shown(sourced_numbers(talk)))


def sourced_numbers(talk: Talk) -> Iterator[Cited]:
    """Yield statements that give a number of one's own together with its source."""
    return (
        said.cited
        for said in talk.once(own_numbers)
        if Move.SOURCE in said.does or said.finds(NAMED_SOURCE)
    )


def overselling(talk: Talk) -> list[Cited] | Missing:
    """See a promise without limits; a bare "perfect, thanks" is none."""
    return shown(
        said.cited
        for said in talk.said()
        if Move.OVERCLAIM in said.does and not said.asks and said.words > 3
    )


def _of_proposal(talk: Talk, result: list[Cited] | Missing) -> list[Cited] | Missing:
    """Turn "not observed" into "no opportunity" where nothing was proposed nor asked for."""
    called_for = result != "not_observed" or talk.proposes or talk.once(_asked_to_propose)
    return result if called_for else "no_opportunity"


def _asked_to_propose(talk: Talk) -> bool:
    return CALLS_FOR_PROPOSAL.search(plain(talk.stakeholder)) is not None


def options_compared(talk: Talk) -> list[Cited] | Missing:
    """See two ways put side by side."""
    return _of_proposal(talk, shown(talk.matches(OPTIONS)))


def trade_off_named(talk: Talk) -> list[Cited] | Missing:
    """See a downside or limit named; that there is none, and one of two causes, are no downside."""
    return _of_proposal(
        talk,
        shown(
            said.cited
            for said in talk.said()
            if not said.asks
            and (said.finds(DOWNSIDE) or Move.TRADE_OFF in said.does)
            and not said.finds(NO_DOWNSIDE)
        ),
    )


def specific_ask(talk: Talk) -> list[Cited] | Missing:
    """See a request that says what is asked for; who only asks for needs owes none."""
    result = shown(
        said.cited
        for said in talk.said()
        if (said.asks and said.finds(ASKS_FOR_A_DAY))
        or (
            (Move.REQUEST in said.does or said.finds(ASK_TO_COME)) and said.words >= LEAST_ASK_WORDS
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
    "trade-off-named": trade_off_named,
    "options-compared": options_compared,
    "specific-ask": specific_ask,
    "pressure": lambda talk: shown(talk.cites(Move.PRESSURE)),
}
