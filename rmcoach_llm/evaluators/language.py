"""Score a transcript by rules of language, with no model: same findings, same grounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rmcoach_llm.domain import (
    Finding,
    FrozenMap,
    Provenance,
    Rubric,
    Scenario,
    Scorecard,
    Transcript,
    digest_of,
)
from rmcoach_llm.evaluators import (
    rules_agreements,
    rules_causes,
    rules_credibility,
    rules_doubt,
    rules_message,
    rules_needs,
    rules_objections,
    rules_owning,
    rules_person,
    rules_persuasion,
    rules_presenting,
    rules_reckoning,
    rules_replies,
    rules_senses,
    rules_talk,
    rules_terms,
)
from rmcoach_llm.evaluators.assembly import (
    Case,
    Judged,
    ScenarioLookup,
    open_case,
    refused_scorecard,
    scorecard,
)
from rmcoach_llm.evaluators.detecting import joined, marks_of
from rmcoach_llm.evaluators.discovery import scenario_of
from rmcoach_llm.evaluators.fitted import for_length, reweighted, with_known_errors
from rmcoach_llm.evaluators.grounding import Cited, Claim, Grounds, ground
from rmcoach_llm.evaluators.rules import Missing, Rule
from rmcoach_llm.evaluators.rules_learned import sought, table, with_learned
from rmcoach_llm.evaluators.screening import Refusal, Screening, refusal, screen
from rmcoach_llm.evaluators.talk import Talk, read_talk
from rmcoach_llm.protocols import Detector, Expected
from rmcoach_llm.version import __version__

VERSION = "15"
"""Counts up when a rule changes."""

RULES: Mapping[str, Rule] = {
    **rules_needs.RULES,
    **rules_persuasion.RULES,
    **rules_credibility.RULES,
    **rules_terms.RULES,
    **rules_senses.RULES,
    **rules_causes.RULES,
    **rules_owning.RULES,
    **rules_person.RULES,
    **rules_presenting.RULES,
    **rules_message.RULES,
    **rules_reckoning.RULES,
    **rules_doubt.RULES,
    **rules_talk.RULES,
    **rules_replies.RULES,
    **rules_objections.RULES,
    **rules_agreements.RULES,
}
"""The rule on words that sees each behaviour, by the behaviour's id; the learned ones come on top."""


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
        rules: Mapping[str, Rule] | None = None,
        *,
        detectors: Mapping[str, Detector] = FrozenMap(),
    ) -> None:
        self._rubrics = tuple(rubrics)
        self._weighed = tuple(reweighted(rubric) for rubric in self._rubrics)
        self._scenario = scenario
        self._rules = with_learned(RULES) if rules is None else rules
        self._seen = sorted(
            {b.id for rubric in self._rubrics for b in rubric.behaviours} & self._rules.keys()
        )
        # Rules of others may look at whatever the model sees.
        self._sought = sought(set(self._seen)) if rules is None else None
        self._detectors = detectors
        self.fingerprint = digest_of(
            {
                "evaluator": self.name,
                "version": VERSION,
                "rules": sorted(self._rules),
                "fitted": digest_of(table()),
                "rubrics": [rubric.digest for rubric in self._rubrics],
                **({"detectors": marks_of(detectors)} if detectors else {}),
            }
        )

    def expects(self, transcript: Transcript) -> tuple[Expected, ...]:  # noqa: ARG002 - the seam's
        """Say that no model is asked; keeps to `protocols.Priced`."""
        return ()

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard of a transcript; nothing is asked of anybody."""
        provenance = self._provenance(transcript)
        screening = screen(transcript)
        refused = refusal(transcript)
        if refused is not None:
            case = open_case(transcript, screening, self._scenario)
            return refused_scorecard(case, self._rubrics, refused, provenance)
        talk = self._read(transcript, screening, scenario_of(transcript, self._scenario))
        # Measures count all words of the stakeholder, the rules none that are suspect.
        moves = tuple((line.turn, line.moves) for line in talk.lines)
        heard = None if screening.suspects else moves
        case = open_case(transcript, screening, self._scenario, heard)
        if talk.foreign:
            reason = "not in English: the rules know English only; score it with a model"
            refused = Refusal("unscored", reason)
            return refused_scorecard(case, self._rubrics, refused, provenance)
        findings = self._findings(talk, case)
        judged = Judged(
            {
                rubric.id: {b.id: findings[b.id] for b in rubric.behaviours if b.id in findings}
                for rubric in self._rubrics
            },
            unjudged="no rule sees",
            why={rubric.id: _needs_a_model(rubric) for rubric in self._rubrics},
        )
        judged = joined(judged, self._detectors, self._rubrics, case)
        weighed = tuple(for_length(rubric, talk.different_sentences) for rubric in self._weighed)
        return with_known_errors(scorecard(case, weighed, judged, provenance), self._rubrics)

    def findings(self, case: Case) -> Mapping[str, Finding]:
        """Give what the rules see by the behaviour's id, for who else judges; English alone."""
        talk = self._read(case.transcript, case.screening, case.scenario)
        return {} if talk.foreign else self._findings(talk, case)

    def _read(self, transcript: Transcript, screening: Screening, played: Scenario | None) -> Talk:
        brief = "\n".join(played.brief) if played else ""
        return read_talk(transcript, screening, brief=brief, sought=self._sought)

    def _findings(self, talk: Talk, case: Case) -> dict[str, Finding]:
        """Give a finding for each behaviour that a rule sees, by its id; all rubrics share it."""
        grounds = Grounds(case.transcript, case.screening)
        return {name: ground(_claim(name, self._rules[name](talk)), grounds) for name in self._seen}

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
