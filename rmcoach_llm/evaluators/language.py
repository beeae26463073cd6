"""Score a transcript by rules of language, with no model: same findings, same grounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rmcoach_llm.domain import (
    Finding,
    FrozenMap,
    Provenance,
    Rubric,
    Scorecard,
    Transcript,
    digest_of,
)
from rmcoach_llm.evaluators import rules_credibility, rules_needs, rules_persuasion, rules_terms
from rmcoach_llm.evaluators.assembly import (
    Case,
    Judged,
    ScenarioLookup,
    open_case,
    scorecard,
    unscored_scorecard,
)
from rmcoach_llm.evaluators.detecting import joined, marks_of
from rmcoach_llm.evaluators.discovery import scenario_of
from rmcoach_llm.evaluators.grounding import Cited, Claim, ground
from rmcoach_llm.evaluators.rules import Missing, Rule
from rmcoach_llm.evaluators.screening import refusal, screen
from rmcoach_llm.evaluators.talk import Talk, read_talk
from rmcoach_llm.protocols import Detector
from rmcoach_llm.version import __version__

VERSION = "4"
"""Counts up when a rule changes."""

RULES: Mapping[str, Rule] = {
    **rules_needs.RULES,
    **rules_persuasion.RULES,
    **rules_credibility.RULES,
    **rules_terms.RULES,
}
"""The rule that sees each behaviour, by the behaviour's id."""


class LanguageEvaluator:
    """Score transcripts by rules; keeps to `protocols.Evaluator`.

    A criterion with a behaviour that no rule and none of `detectors` sees is unscored, and so is
    its rubric. A detector goes before the rule for the same behaviour. The rules
    know English only. They see words, not sense: a model's judgement goes deeper.
    """

    name = "language"

    def __init__(
        self,
        rubrics: Sequence[Rubric],
        scenario: ScenarioLookup | None = None,
        rules: Mapping[str, Rule] = RULES,
        *,
        detectors: Mapping[str, Detector] = FrozenMap(),
    ) -> None:
        self._rubrics = tuple(rubrics)
        self._scenario = scenario
        self._rules = rules
        self._detectors = detectors
        self.fingerprint = digest_of(
            {
                "evaluator": self.name,
                "version": VERSION,
                "rules": sorted(rules),
                "rubrics": [rubric.digest for rubric in self._rubrics],
                **({"detectors": marks_of(detectors)} if detectors else {}),
            }
        )

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard of a transcript; nothing is asked of anybody."""
        case = open_case(transcript, screen(transcript), self._scenario)
        provenance = self._provenance(transcript)
        reason = refusal(transcript)
        if reason is not None:
            return unscored_scorecard(case, self._rubrics, reason, provenance)
        played = scenario_of(transcript, self._scenario)
        brief = "\n".join(played.brief) if played else ""
        talk = read_talk(transcript, case.screening, brief=brief)
        if talk.foreign:
            reason = "not in English: the rules know English only; score it with a model"
            return unscored_scorecard(case, self._rubrics, reason, provenance)
        judged = Judged(
            {rubric.id: self._findings(rubric, talk, case) for rubric in self._rubrics},
            unjudged="no rule sees",
            why={rubric.id: _needs_a_model(rubric) for rubric in self._rubrics},
        )
        judged = joined(judged, self._detectors, self._rubrics, case)
        return scorecard(case, self._rubrics, judged, provenance)

    def _findings(self, rubric: Rubric, talk: Talk, case: Case) -> dict[str, Finding]:
        """Give a finding for each behaviour that a rule sees, by behaviour id."""
        return {
            behaviour.id: ground(
                _claim(behaviour.id, self._rules[behaviour.id](talk)),
                case.transcript,
                case.screening,
            )
            for behaviour in rubric.behaviours
            if behaviour.id in self._rules
        }

    def _provenance(self, transcript: Transcript) -> Provenance:
        return Provenance(
            transcript=transcript.digest,
            evaluator=self.name,
            fingerprint=self.fingerprint,
            rubrics=FrozenMap({rubric.id: rubric.digest for rubric in self._rubrics}),
            scenario=transcript.scenario.sha256 if transcript.scenario else None,
            package_version=__version__,
        )


def _needs_a_model(rubric: Rubric) -> dict[str, str]:
    """Say of each criterion with levels why rules give none."""
    reason = "needs a model: rules see behaviours, no levels"
    return {c.id: reason for c in rubric.criteria if c.anchors is not None}


def _claim(behaviour: str, result: list[Cited] | Missing) -> Claim:
    if isinstance(result, str):
        return Claim(behaviour, result)
    return Claim(behaviour, "observed", tuple(result))
