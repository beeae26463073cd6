"""How the rules on the language stand to what the readers saw: precision and recall, no truth.

A behaviour is there where more than half of the readers of a talk credited it, after both looks; where
they are even, it is left out. So are talks with attacks.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from benchmarks.judge_trials.kept import TALKS, Json, Reader, lines_of
from rmcoach_llm.domain import Finding, Transcript
from rmcoach_llm.evaluators import create_language_evaluator
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import Evaluator, Parts

WHO = {
    (True, True): "both",
    (True, False): "rules_alone",
    (False, True): "readers_alone",
    (False, False): "neither",
}
"""Whether the rules, and whether most readers, saw a behaviour."""

CORE = ("needs-discovery", "persuasion", "credibility")


def against(found: Sequence[Reader]) -> Json:
    """Count, overall and by behaviour, what rules and readers saw of the same talks.

    `both`, `rules_alone` and `readers_alone` are numbers of behaviours in talks; precision is
    both / (both + rules_alone), recall both / (both + readers_alone), None where nothing was seen.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    talks = 0
    for talk in lines_of(TALKS):
        if talk["kind"].startswith("attack"):
            continue
        seen = _by_most(talk["id"], found)
        talks += bool(seen)
        for behaviour, there in _by_rules(talk) if seen else ():
            if seen.get(behaviour) is not None:
                counts[behaviour][WHO[there, bool(seen[behaviour])]] += 1
    total = sum(counts.values(), Counter[str]())
    by_behaviour = {name: _figures(held) for name, held in sorted(counts.items())}
    return {"talks": talks, **_figures(total), "by behaviour": by_behaviour}


LEAST_TALKS = 10
"""With fewer talks a share of what is missed says nothing."""


def missed(rounds: Mapping[str, Sequence[Reader]]) -> dict[str, float]:
    """Give how often most readers saw a "+" behaviour where the rules, called on, saw none.

    By behaviour, the share of such talks, 0 to 1, over all rounds. It stands in `fitted.json` under
    `missed`: what is missed too often is not said to be missing.
    """
    unseen, there = Counter[str](), Counter[str]()
    for found in rounds.values():
        for talk in lines_of(TALKS):
            seen = {} if talk["kind"].startswith("attack") else _by_most(talk["id"], found)
            for finding in _findings(talk) if seen else ():
                if finding.verdict != "not_observed" or (finding.points or 0) <= 0:
                    continue
                if (credited := seen.get(finding.behaviour)) is not None:
                    unseen[finding.behaviour] += 1
                    there[finding.behaviour] += credited
    return {
        name: round(there[name] / number, 2)
        for name, number in sorted(unseen.items())
        if number >= LEAST_TALKS
    }


def _by_most(talk: str, found: Sequence[Reader]) -> Mapping[str, bool | None]:
    """Give what most readers of a talk credited; None where they are even."""
    said: dict[str, list[bool]] = defaultdict(list)
    for reader in found:
        for rubric in reader.cards.get(talk, {"rubrics": {}})["rubrics"].values():
            for criterion in rubric["criteria"].values():
                for finding in criterion["findings"]:
                    said[finding["behaviour"]].append(finding["verdict"] == "observed")
    return {
        name: None if 2 * sum(votes) == len(votes) else 2 * sum(votes) > len(votes)
        for name, votes in said.items()
    }


def _by_rules(talk: Json) -> Iterator[tuple[str, bool]]:
    return ((found.behaviour, found.verdict == "observed") for found in _findings(talk))


def _findings(talk: Json) -> Iterator[Finding]:
    turns = [(turn["speaker"], turn["role"], turn["text"]) for turn in talk["turns"]]
    card = asyncio.run(_rules().evaluate(Transcript.of(talk["id"], turns)))
    for rubric in card.rubrics.values():
        for criterion in rubric.criteria.values():
            yield from criterion.findings


@cache
def _rules() -> Evaluator:
    library = Library()
    rubrics = tuple(library.rubric(name) for name in CORE)
    return create_language_evaluator(Parts(rubrics=rubrics, prompt=library.prompt))


def _figures(held: Counter[str]) -> Json:
    both, rules, readers = (held[name] for name in ("both", "rules_alone", "readers_alone"))
    return {
        "precision": round(both / (both + rules), 2) if both + rules else None,
        "recall": round(both / (both + readers), 2) if both + readers else None,
        "both": both,
        "rules_alone": rules,
        "readers_alone": readers,
    }
