"""Judge more than once: repeats and several judges give a mean, an interval and agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import TypeVar

from rmcoach_llm.calibration.agreement import ALPHA, nominal_alpha
from rmcoach_llm.calibration.resampling import LEVEL, MOST_EXACT, mean_interval
from rmcoach_llm.domain import (
    CriterionScore,
    Finding,
    FrozenMap,
    Panel,
    Rubric,
    RubricScore,
    Run,
    Scorecard,
    Status,
    Transcript,
    Usage,
    Verdict,
    digest_of,
)
from rmcoach_llm.errors import UsageError
from rmcoach_llm.evaluators.assembly import ScenarioLookup
from rmcoach_llm.evaluators.discovery import scenario_of
from rmcoach_llm.evaluators.feedback import feedback_of
from rmcoach_llm.evaluators.rollup import decided, scorecard_status
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.protocols import Evaluator, Expected, expected_of

T = TypeVar("T")

VERSION = "1"
"""Counts up when the same runs would give another scorecard."""

MOST_RUNS = 50


class PanelEvaluator:
    """Let several evaluators judge a transcript, or one several times; keeps to `protocols.Evaluator`.

    Each of `judges` stands for one run. A score is the mean of the runs that gave one, with an
    interval over resamples of them; a run that failed is left out and counted, never averaged.
    `rubrics` and `scenario` are what the feedback on the joined scorecard draws on.
    """

    name = "panel"

    def __init__(
        self,
        judges: Sequence[Evaluator],
        *,
        names: Sequence[str],
        repeats: int,
        rubrics: Sequence[Rubric] = (),
        scenario: ScenarioLookup | None = None,
    ) -> None:
        if not 1 <= len(judges) <= MOST_RUNS:
            raise UsageError(
                f"a panel of {len(judges)} runs", remedy=f"1 to {MOST_RUNS} runs are allowed"
            )
        self._judges = tuple(judges)
        self._names = tuple(names)
        self._repeats = repeats
        self._rubrics = tuple(rubrics)
        self._scenario = scenario
        self.fingerprint = digest_of(
            {
                "evaluator": self.name,
                "version": VERSION,
                "judges": [judge.fingerprint for judge in self._judges],
            }
        )

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard that the runs add up to; errors that stop a batch are raised."""
        cards = await together(judge.evaluate(transcript) for judge in self._judges)
        card = joined(cards, self._names, self._repeats, self.fingerprint)
        played = scenario_of(transcript, self._scenario)
        found = feedback_of(card, transcript, self._rubrics, scenario=played)
        return card.model_copy(update={"feedback": found})

    def expects(self, transcript: Transcript) -> tuple[Expected, ...] | None:
        """Say what all runs will ask of their models; None where one of them cannot say."""
        each = [expected_of(judge, transcript) for judge in self._judges]
        known = [calls for calls in each if calls is not None]
        return None if len(known) < len(each) else tuple(c for calls in known for c in calls)


def joined(
    cards: Sequence[Scorecard], judges: Sequence[str], repeats: int, fingerprint: str
) -> Scorecard:
    """Make one scorecard of several of the same transcript and rubrics."""
    first = cards[0]
    rubrics = {name: _rubric([card.rubrics[name] for card in cards]) for name in first.rubrics}
    runs = tuple(
        Run(
            judge=judge,
            rubrics=card.rubrics,
            evidence_rate=card.evidence_rate,
            usage=card.provenance.usage,
        )
        for judge, card in zip(_each(judges, len(cards)), cards, strict=True)
    )
    good = [card for card in cards if card.status != "unscored"]
    rates = [card.evidence_rate for card in good if card.evidence_rate is not None]
    panel = Panel(
        judges=tuple(judges),
        repeats=repeats,
        runs=len(cards),
        failed=len(cards) - len(good),
        method="exact" if len(cards) <= MOST_EXACT else "bootstrap",
        level=LEVEL,
        statistic=ALPHA,
        agreement=FrozenMap(
            {name: _agreement([card.rubrics[name] for card in cards]) for name in first.rubrics}
        ),
    )
    provenance = first.provenance.model_copy(
        update={
            "evaluator": PanelEvaluator.name,
            "fingerprint": fingerprint,
            "usage": reduce(add, (card.provenance.usage for card in cards), Usage()),
            "served_models": _once(
                name for card in cards for name in card.provenance.served_models
            ),
            "prompts": FrozenMap(
                {k: v for card in cards for k, v in card.provenance.prompts.items()}
            ),
            "requested_model": ", ".join(dict.fromkeys(judges)) or None,
        }
    )
    return first.model_copy(
        update={
            "status": scorecard_status(rubrics),
            "rubrics": FrozenMap(rubrics),
            "flags": _once(flag for card in cards for flag in card.flags),
            "evidence_rate": round(sum(rates) / len(rates), 4) if rates else None,
            "panel": panel,
            "runs": runs,
            "feedback": None,
            "provenance": provenance,
        }
    )


def _each(judges: Sequence[str], runs: int) -> Iterable[str]:
    """Give the judge of each run: all repeats of one, then those of the next."""
    return (judges[i * len(judges) // runs] for i in range(runs))


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _rubric(given: Sequence[RubricScore]) -> RubricScore:
    criteria = {
        name: _criterion([score.criteria[name] for score in given if name in score.criteria])
        for name in given[0].criteria
    }
    update = {"criteria": FrozenMap(criteria), **_in_common(given)}
    return decided(given[0].model_copy(update=update))


def _criterion(given: Sequence[CriterionScore]) -> CriterionScore:
    return given[0].model_copy(update={"findings": _findings(given), **_in_common(given)})


def _in_common(given: Sequence[RubricScore | CriterionScore]) -> dict[str, object]:
    """Give what scores of several runs have in common: status, reason, mean and interval."""
    status, reason = _majority([(score.status, score.reason) for score in given])
    if status != "scored":
        return {"status": status, "score": None, "interval": None, "reason": reason}
    values = [score.score for score in given if score.score is not None]
    interval = mean_interval(values)
    ends = (round(interval.low, 2), round(interval.high, 2))
    mean = round(sum(values) / len(values), 2)
    return {"status": status, "score": mean, "interval": ends, "reason": None}


def _majority(given: Sequence[tuple[Status, str | None]]) -> tuple[Status, str | None]:
    """Give the status of most runs that did not fail, and its reason; a tie is scored.

    A mean is only over runs that gave a score: with none, and none that found it not
    applicable, it is unscored.
    """
    held = Counter(status for status, _ in given if status != "unscored")
    if not held:
        return "unscored", given[0][1]
    status: Status = "scored" if held["scored"] >= held["not_applicable"] else "not_applicable"
    return status, next((reason for found, reason in given if found == status), None)


def _findings(given: Sequence[CriterionScore]) -> tuple[Finding, ...]:
    """Give each behaviour the verdict of most runs, with a run's quote that bears it out."""
    by_name: dict[str, list[Finding]] = {}
    for score in given:
        for finding in score.findings:
            by_name.setdefault(finding.behaviour, []).append(finding)
    return tuple(_finding(found) for found in by_name.values())


def _finding(found: Sequence[Finding]) -> Finding:
    votes = Counter(finding.verdict for finding in found)
    # Where two verdicts are as frequent the cautious one counts: no credit on half the votes.
    order: tuple[Verdict, ...] = ("not_observed", "no_opportunity", "unverified", "observed")
    verdict = max(order, key=lambda name: (votes[name], -order.index(name)))
    chosen = next(finding for finding in found if finding.verdict == verdict)
    note = f"{votes[verdict]} of {len(found)} runs"
    return chosen.model_copy(update={"confidence": votes[verdict] / len(found), "note": note})


def _agreement(given: Sequence[RubricScore]) -> float | None:
    """Give the agreement of the runs on the verdicts of a rubric's behaviours."""
    said: dict[tuple[str, str], list[str | None]] = {}
    for run, score in enumerate(given):
        for name, criterion in score.criteria.items():
            for finding in criterion.findings:
                unit = said.setdefault((name, finding.behaviour), [None] * len(given))
                unit[run] = finding.verdict if finding.level is None else str(finding.level)
    return nominal_alpha(said.values())
