"""Rules for credibility: which sentence of the trainee shows each behaviour."""

from __future__ import annotations

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.rules import Missing, Rule, shown
from rmcoach_llm.evaluators.rules_owning import FOREIGN, OWNS
from rmcoach_llm.evaluators.rules_persuasion import own_numbers, sourced_numbers
from rmcoach_llm.evaluators.talk import Talk
from rmcoach_llm.language.pattern import Pattern

LEAST_CLAIM_WORDS = 5

CALIBRATED = Pattern(
    r"\b(?:between (?:[0-9]\S*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|half) (?:\w+ )?and|\w+ to \w+ (?:days|weeks|months|hours|percent|people)|roughly|approximately|probably|likely|my estimate|as far as i|it depends|depends on|assuming|i(?:'d| would) expect|in most cases"
    r"|provided (?:that )?|as long as|if that holds|on condition|i(?:'m| am) (?:fairly|quite|reasonably) (?:sure|confident)|should take|may take|might take|about \d+)(?!\w)"
)
ASSUMPTION = Pattern(
    r"\b(?:i(?:'m| am)? assum\w+|i suppose|(?:my|an?|one) (?:assumption|hypothesis|guess)|that(?:'s| is) (?:an assumption|a guess|my guess)|(?:that|which|this|what)(?:'s| is) still open|not (?:yet )?(?:confirmed|verified|proven)|(?:have|had) (?:only )?seen (?:it |this |that )?(?:for|in|with|at)|i(?:'ve| have)(?:n't| not)(?: yet)? (?:seen|tried|tested|measured|timed) (?:it|that|this)(?: (?:with|on|in|at|for|of|yet|myself))?"
    r"|what (?:we|i) (?:know|don't know) (?:is|so far|yet)|we know .{3,80} we don't)\b"
)
ASSUMES = Pattern(r"\bi(?:'m| am)? assum\w+|\bmy (?:assumption|hypothesis|guess)\b")
"""An assumption may be put as a question: "I assume it is free, right?"."""

CERTAIN = Pattern(
    r"\b(?:definitely|guaranteed?|absolutely|certainly|(?:100|(?:a|one) hundred) ?(?:%|per ?cent)|(?:it|that|this)(?:'s| is) proven|without (?:a |any )?doubt|trust me(?!,? i(?:'d|'m| am| would| was)\b)|believe me(?!,? i(?:'d|'m| am| would| was)\b)|i promise|for sure|no risk|zero risk|risk[- ]free|never fails?|always works?|can't go wrong|no doubt|will solve (?:all|every))(?!\w)"
)
CHECKABLE = Pattern(
    r"\byou (?:can|could|may|might) (?:call|ask|see|visit|read|talk to|speak (?:to|with)|look at|check)\b|\bpage \d+\b|\b(?:in|it's|that's|is) (?:clause|section|exhibit|appendix|article) (?:\d+|[a-d])\b|\b(?:it|that|which)(?:'s| is| are) (?:from|in) (?:your|our|the|their) (?:own )?(?:[\w'-]+ ){0,2}(?:report|log|audit|minutes|manual|contract|handbook)\b|\b(?:i(?:'ll| will| can| could)|let me) (?:show|send|bring|share with) you (?:the|their|its|our|that) (?:\w+ )?(?:report|log|data|case|results?|figures|minutes|study|numbers)\b"
    r"|\b(?:the|our|a|their) (?:\w+ )?(?:pilot|warehouse|plant|branch|site|office|depot|lab|rollout) (?:in|at|with) (?:the )?\w+\b|\b(?:audit|incident|ticket|project|annual) (?:report|log) of (?:\w+)\b"
)
VAGUE_AUTHORITY = Pattern(
    r"\b(?:(?:many |some |recent |several )?studies (?:show|say|prove|by|have|suggest)|research (?:shows|says|proves)|experts (?:say|agree|recommend)|best[- ]practice|industry[- ]standard|(?:everyone|everybody) (?:does|uses|knows|is doing|agrees|has)"
    r"|other \w+s (?:all )?(?:run|use) (?:it|this|that)|put money on it|in my experience|my gut|we always (?:do|find)|(?:that|it)(?:'s| is) (?:a problem|the same|like that|true) for (?:everyone|everybody)|all (?:the )?(?:big|leading|major|other|serious) (?:companies|firms|players|banks|vendors)|it(?:'s| is) (?:well[- ])?known|as we all know|gartner|state of the art)\b"
)
FINDS_OUT = Pattern(
    r"\b(?:i|we)(?:'ll| will| can|'d| would| am going to)? (?:like to |need to |have to )?(?:check|find out|ask|look (?:it|that|this) up|look into|verify|come back|get back|clarify|test)\b|\blet me (?:check|find out|ask|verify)\b"
)


def _claims(talk: Talk) -> bool:
    """Say whether the trainee states anything that may be true or false of the matter."""
    return talk.proposes or bool(talk.once(own_numbers))


def _of_claim(talk: Talk, result: list[Cited] | Missing) -> list[Cited] | Missing:
    return "no_opportunity" if result == "not_observed" and not _claims(talk) else result


def calibrated_claim(talk: Talk) -> list[Cited] | Missing:
    """See an estimate with a range, a condition or a degree of sureness."""
    found = (
        said.cited
        for _, said in talk.own_statements
        if said.finds(CALIBRATED) and said.words >= LEAST_CLAIM_WORDS
    )
    return _of_claim(talk, shown(found))


def assumption_named(talk: Talk) -> list[Cited] | Missing:
    """See an assumption or open point called one, in the trainee's own words."""
    stated = (said.cited for _, said in talk.own_statements if said.finds(ASSUMPTION))
    put = talk.matches(ASSUMES, asks=True)
    return _of_claim(talk, shown([*stated, *put]))


def number_with_source(talk: Talk) -> list[Cited] | Missing:
    """See a number and its source in one sentence."""
    return _of_claim(talk, shown(sourced_numbers(talk)))


def checkable_case(talk: Talk) -> list[Cited] | Missing:
    """See a case or document that the stakeholder can look at."""
    return _of_claim(talk, shown(talk.matches(CHECKABLE, asks=False)))


def limit_admitted(talk: Talk) -> list[Cited] | Missing:
    """See a limit admitted; with no claim and no question from the stakeholder none is called for."""
    owned = (said.cited for said in talk.said() if said.finds(OWNS) or said.finds(FOREIGN))
    result = shown(dict.fromkeys([*talk.cites(Move.ADMITTED_LIMIT, asks=False), *owned]))
    if result == "not_observed" and "?" not in talk.stakeholder and not _claims(talk):
        return "no_opportunity"
    return result


def limit_followed_up(talk: Talk) -> list[Cited] | Missing:
    """See, in the turn that admits a limit, how or by when it will be lifted."""
    admitting = [line for line in talk.lines if line.does(Move.ADMITTED_LIMIT)]
    if not admitting:
        return "no_opportunity"
    return shown(
        said.cited
        for line in admitting
        for said in line.said
        if Move.COMMITMENT in said.does or said.finds(FINDS_OUT)
    )


RULES: dict[str, Rule] = {
    "calibrated-claim": calibrated_claim,
    "assumption-named": assumption_named,
    "unsupported-certainty": lambda talk: shown(talk.matches(CERTAIN, asks=False)),
    "number-with-source": number_with_source,
    "checkable-case": checkable_case,
    "vague-authority": lambda talk: shown(talk.matches(VAGUE_AUTHORITY)),
    "limit-admitted": limit_admitted,
    "limit-followed-up": limit_followed_up,
    "commitment-dated": lambda talk: shown(
        talk.cites(Move.COMMITMENT, without=(Move.OVERCLAIM,), asks=False)
    ),
}
