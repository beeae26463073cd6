"""Choose by behaviour whether the rule on words counts, the trained model, either or both.

`benchmarks.train_behaviours` calls it with what models say of the lines of an author on whom they were
not fitted. What reaches the best F-measure on them stands in `fitted.json` under `seen`; precision
counts more than recall, as talks hold far more sentences that show nothing than these files do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.language import RULES
from rmcoach_llm.evaluators.rules_learned import TABLE
from rmcoach_llm.evaluators.screening import Screening, screen
from rmcoach_llm.evaluators.talk import read_talk

LEAST = (0.5, 0.6, 0.7, 0.8, 0.9)
OF_RECALL = 0.7
"""Recall counts so much beside precision (van Rijsbergen's beta)."""

FEW = 10
"""Of fewer lines nothing is chosen."""

Option = tuple[str, float]

BY_WORDS = (
    "problem-question behind-the-want implication-question need-payoff-question constraint-question"
    " decision-question success-question follow-up size-question work-today-question"
    " several-questions leading-question pitch-before-need playback-wrong question-dodged"
    " function-term stakeholder-term point-first reaction-asked"
).split()
"""Of questions these files hold few; the others take more of a talk than one line, and of the last two
the model is right in a quarter and in under half of what it sees (the rules in nearly all)."""

BESIDE = (
    "term-misused cause-guessed rivals-named cause-tested blame-shifted judging background-first"
    " message-named example-given feature-list meaning-confirmed evidence-asked view-defended"
    " view-revised counter-evidence mismatch-raised measure-questioned"
).split()
"""Seen by the model, and by rules that look at the stakeholder's answer as well: one line has none."""

BY_HAND: Mapping[str, Option] = {
    **dict.fromkeys(BY_WORDS, ("rule", 0.5)),
    **dict.fromkeys(BESIDE, ("either", 0.5)),
    "dismissive": ("either", 0.6),
    "person-acknowledged": ("either", 0.4),
    "jargon": ("either", 0.6),
    "reckoned": ("either", 0.6),
    "objection-brushed-off": ("either", 0.9),
}
"""Chosen by hand; the last as the counter-example of its rubric is taken for it otherwise, the two
before `jargon` by the development talks, out of three settings."""


class Line(Protocol):
    """Hold what the trainee says to the stakeholder's `last`."""

    last: str
    text: str


def by_rules(lines: Sequence[Line]) -> list[frozenset[str]]:
    """Give what the rules on words see in each line."""
    clean = screen(Transcript.of("t", [("Bo", "stakeholder", "Hello.")]))
    return [_seen(line, clean) for line in lines]


def _seen(line: Line, clean: Screening) -> frozenset[str]:
    turns = [("Bo", "stakeholder", line.last)] if line.last.strip() else []
    talk = read_talk(Transcript.of("t", [*turns, ("Al", "trainee", line.text)]), clean)
    return frozenset(name for name, rule in RULES.items() if isinstance(rule(talk), list))


def options(name: str) -> Iterator[Option]:
    """Give all ways to see a behaviour; without a rule on words, the model counts alone."""
    if name in RULES:
        yield "rule", 0.5
        yield from ((how, least) for how in ("model", "either", "both") for least in LEAST)
    else:
        yield from (("model", least) for least in LEAST)


def found(option: Option, words: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Say of each line whether the behaviour is seen."""
    how, least = option
    model = likely >= least
    ways = {"rule": words, "model": model, "either": words | model, "both": words & model}
    return np.asarray(ways[how])


def measure(truth: np.ndarray, told: np.ndarray) -> float:
    """Give the F-measure, 0 to 1."""
    right = float((truth & told).sum())
    weighed = OF_RECALL**2 * truth.sum() + told.sum()
    return (1 + OF_RECALL**2) * right / weighed if right else 0.0


def choose(
    labels: Sequence[str],
    lines: Sequence[Line],
    truth: np.ndarray,
    asked: np.ndarray,
    likely: np.ndarray,
) -> dict[str, Option]:
    """Give the best option by behaviour; of equal ones the first.

    `truth` says by line and label whether it is shown, `asked` whether the author had it in
    mind, `likely` how likely a model finds it that did not know the author.
    """
    words = by_rules(lines)
    chosen: dict[str, Option] = {}
    for place, name in enumerate(labels):
        use = asked[:, place]
        right = truth[use, place]
        by_word = np.array([name in seen for seen, kept in zip(words, use, strict=True) if kept])
        if name in BY_HAND or right.sum() < FEW:
            chosen[name] = BY_HAND.get(name, ("either", 0.5))
            continue
        chosen[name] = max(
            options(name),
            key=lambda option: measure(right, found(option, by_word, likely[use, place])),
        )
    return chosen


def write(chosen: Mapping[str, Option]) -> None:
    """Write the choice into the table of what was fitted."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    table["seen"] = {name: list(option) for name, option in sorted(chosen.items())}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
