"""Rules that were learned: which sentence shows a behaviour, by the model of `language.behaviours`.

What was fitted on talks is a table in `data/fitted.json`: by behaviour, whether the rule on words
counts, the model, either or both, and from what likelihood.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from rmcoach_llm.domain import Move
from rmcoach_llm.evaluators.grounding import Cited
from rmcoach_llm.evaluators.ruled_out import RULED_OUT, ruled_out
from rmcoach_llm.evaluators.rules import MOST_CITED, Missing, Rule
from rmcoach_llm.evaluators.rules_heard import BORNE_OUT, by_turn, chooses, reacts
from rmcoach_llm.evaluators.rules_needs import can_be_played_back
from rmcoach_llm.evaluators.rules_sure import SURE, Sure
from rmcoach_llm.evaluators.talk import Talk
from rmcoach_llm.language.behaviours import model
from rmcoach_llm.language.moves import question_type
from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import plain, sentences

TABLE = Path(__file__).parent.parent / "language" / "data" / "fitted.json"

How = Literal["rule", "model", "either", "both"]
"""What counts for a behaviour: the rule on words, the model, either of them, or both together."""

PROPOSES = (
    "pitch-before-need",
    "advice-unasked",
    "scope-stated",
    "claim-tied-to-need",
    "benefit-quantified",
    "benefit-sourced",
    "overselling",
    "specific-ask",
    "trade-off-named",
    "feature-list",
    "their-measure-used",
    "options-compared",
)
"""Who shows one of these proposes, reports or asks for something."""

ASK = "specific-ask"

OF_PROPOSAL = frozenset(
    {
        "claim-tied-to-need",
        "their-figure-used",
        "benefit-quantified",
        "benefit-sourced",
        "trade-off-named",
        "options-compared",
        "specific-ask",
    }
)
"""Where something is proposed there is an opportunity for each of these, and for an ask where one is made."""

OWN_OFFER = frozenset({"trade-off-named", "options-compared", "benefit-quantified"})
"""What is said back, or asked, is none of these: it offers nothing."""

MEETS_DOUBT = ("objection-answered", "objection-brushed-off", "objection-restated")
OF_DOUBT = frozenset({"objection-answered", "objection-restated"})
USUAL_SENTENCES = 15
LENGTH = 0.75
"""Chosen by the development talks of the gold set, out of 0, 0.25, 0.5, 0.75 and 1."""

CALLED_FOR: Mapping[str, Callable[[Talk], bool]] = {"playback": can_be_played_back}
"""Rules that take long: where the model sees nothing and both are to, this alone is asked of them."""

ASKS_OPENLY = ("-question", "-asked", "-invitation")
"""How the ids of behaviours end that ask the stakeholder for something."""

BINDS = Pattern(r"\b(?:i|we|me|us|my|our|you(?:'ll| will) (?:have|get|hear|receive|see))\b")
DEMANDS = Pattern(r"\b(?:i|we) (?:\w+ )?(?:need|want|expect|require)\b")
"""A promise binds who makes it: to ask, or to want something by a day, binds the other."""

PLEADS = Pattern(r"^(?:(?:okay|ok|right|fine|thanks),? )?(?:please|pls) \w+")
"""Asks for something, and says nothing back."""

LESS_WANTED = 0.3
"""A likelihood that is enough where the stakeholder's answer bears a behaviour out."""

OFFERS = frozenset({"terms-told-apart"})
"""Who answers with one of two words that were offered bears out that they were told apart."""

PROPOSES_FROM = 0.4
DOUBT_FROM = 0.5


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """Read the table of what was fitted, once."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def with_learned(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Give the rule of each behaviour that words, the model or both can see."""
    seen: Mapping[str, tuple[How, float]] = table()["seen"]
    made = dict(rules)
    for name in model().labels:
        how, least = seen.get(name, ("either", 0.5))
        if how != "rule":
            made[name] = partial(_joined, name, how, least, rules.get(name))
    for name in RULED_OUT.keys() & rules.keys():
        if made[name] is rules[name]:
            made[name] = partial(_but_ruled_out, name, rules[name])
    for name, sure in SURE.items():
        made[name] = partial(_beside, name, sure, made.get(name, _sees_nothing))
    return made


def _sees_nothing(talk: Talk) -> Missing:  # noqa: ARG001 - the form of a rule
    return "not_observed"


def _beside(name: str, sure: Sure, rule: Rule, talk: Talk) -> list[Cited] | Missing:
    """See a behaviour by rules that are sure of it, and by whatever else sees it."""
    seen, others = (c for c in sure(talk) if not ruled_out(name, c.quote)), rule(talk)
    found = islice(seen, MOST_CITED)
    told = others if isinstance(others, list) else []
    return list(dict.fromkeys([*told, *found]))[:MOST_CITED] or others


def _but_ruled_out(name: str, rule: Rule, talk: Talk) -> list[Cited] | Missing:
    found = rule(talk)
    if not isinstance(found, list):
        return found
    return [cited for cited in found if not ruled_out(name, cited.quote)] or "not_observed"


@lru_cache(maxsize=1_024)
def wanted_likelihood(least: float, sentences: int) -> float:
    """Give the likelihood that a sentence needs in a talk of so many sentences of the trainee.

    Among more sentences one is likelier to look like a behaviour by chance, so the odds that are
    wanted grow with their number, from 15 on: least / (1 - least) * (sentences / 15) ** 0.75. Else
    the score would follow the length of the talk. Sentences that are repeated count once.

    >>> [round(wanted_likelihood(0.5, number), 2) for number in (10, 15, 30)]
    [0.5, 0.5, 0.63]
    """
    odds = least / (1 - least) * (max(sentences, USUAL_SENTENCES) / USUAL_SENTENCES) ** LENGTH
    return float(odds / (1 + odds))


def sought(behaviours: Set[str]) -> frozenset[str]:
    """Give what the model has to look for so that the rules `with_learned` see some behaviours."""
    seen: Mapping[str, tuple[How, float]] = table()["seen"]
    learned = [name for name in behaviours if name not in seen or seen[name][0] != "rule"]
    return frozenset((*learned, *PROPOSES, *MEETS_DOUBT))


def proposes(talk: Talk) -> bool:
    """Say whether the trainee proposes, reports or asks for something."""
    return talk.proposes or any(_reaches(talk, name, PROPOSES_FROM) for name in PROPOSES)


def _argues_for(talk: Talk) -> bool:
    """Say whether something is proposed or claimed that wants a reason, backing or a price.

    To ask for a small thing, such as to watch the work, is no proposal; nor is what is said back.
    """
    return talk.proposes or any(
        likely >= PROPOSES_FROM and not _only_said_back(talk, cited)
        for name in PROPOSES
        if name != ASK
        for likely, cited in talk.shows.get(name, ())
    )


def _only_said_back(talk: Talk, cited: Cited) -> bool:
    line = next(line for line in talk.lines if line.turn == cited.turn)
    parts = [said for said in line.said if said.text in cited.quote]
    return any(Move.PLAYBACK in said.does for said in parts) or all(said.asks for said in parts)


def _reaches(talk: Talk, name: str, least: float) -> bool:
    return any(likely >= least for likely, _ in talk.shows.get(name, ()))


def _joined(
    name: str, how: How, least: float, rule: Rule | None, talk: Talk
) -> list[Cited] | Missing:
    """See a behaviour by words, by the model, by either, or by both."""
    found = sorted(_likely(name, least, talk), key=lambda place: -place[0])
    learned = [cited for _, cited in found if _holds(name, cited, talk)][:MOST_CITED]
    if how == "model" and learned:
        return list(dict.fromkeys(learned))
    if how == "both" and not learned and name in CALLED_FOR:
        return "not_observed" if CALLED_FOR[name](talk) else "no_opportunity"
    by_words = rule(talk) if rule is not None else "not_observed"
    told = (
        [c for c in by_words if not ruled_out(name, c.quote)] if isinstance(by_words, list) else []
    )
    if how == "both" and not (told and learned):
        told = learned = []
    if how == "model":
        told = []
    seen = list(dict.fromkeys([*told, *learned]))[:MOST_CITED]
    return seen or _missing(name, by_words, talk)


def _likely(name: str, least: float, talk: Talk) -> Iterator[tuple[float, Cited]]:
    """Yield the places that are likely enough, given what the stakeholder answers to them."""
    wanted = wanted_likelihood(least, talk.different_sentences)
    borne_out = BORNE_OUT.get(name)
    for value, cited in talk.shows.get(name, ()):
        if value < wanted and borne_out is not None and value >= LESS_WANTED:
            line = talk.once(by_turn)[cited.turn]
            if reacts(line, borne_out) or (name in OFFERS and chooses(line, cited.quote)):
                yield value, cited
        elif value >= wanted:
            yield value, cited


def _holds(name: str, cited: Cited, talk: Talk) -> bool:
    """Say whether what looks like a behaviour to the model may be one by its form."""
    quote = cited.quote
    if ruled_out(name, quote):
        return False
    if name in OWN_OFFER and _only_said_back(talk, cited):
        return False
    if name.endswith(ASKS_OPENLY) and name != "leading-question":
        return not any(question in quote for question in talk.leading)  # it asks for nothing
    if name == "playback":
        return talk.takes_up(quote) and PLEADS.search(plain(quote)) is None
    if name == "commitment-dated":
        return any(BINDS.search(part.plain) for part in sentences(quote) if _tells(part.plain))
    return True


def _tells(sentence: str) -> bool:
    return question_type(sentence) is None and DEMANDS.search(sentence) is None


def _missing(name: str, by_words: list[Cited] | Missing, talk: Talk) -> Missing:
    if name in OF_PROPOSAL and by_words == "no_opportunity":
        called_for = proposes(talk) if name == ASK else talk.once(_argues_for)
        return "not_observed" if called_for else "no_opportunity"
    if name in OF_DOUBT and by_words == "no_opportunity":
        met = any(_reaches(talk, other, DOUBT_FROM) for other in MEETS_DOUBT)
        return "not_observed" if met else "no_opportunity"
    return "not_observed" if isinstance(by_words, list) else by_words
