"""Judge a transcript with a model: one request, evidence before verdict, all quotes verified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rmcoach_llm.domain import (
    ChatReply,
    Finding,
    Flag,
    FrozenMap,
    Prompt,
    Provenance,
    Rubric,
    Scorecard,
    Transcript,
    clean_text,
    digest_of,
)
from rmcoach_llm.errors import (
    AccessDenied,
    ModelError,
    ModelNotFound,
    ModelUnreachable,
    QuotaExhausted,
)
from rmcoach_llm.evaluators.assembly import (
    Case,
    Judged,
    ScenarioLookup,
    open_case,
    scorecard,
    unscored_scorecard,
)
from rmcoach_llm.evaluators.grounding import Cited, Claim, ground
from rmcoach_llm.evaluators.judge_prompt import (
    SEED,
    TEMPERATURE,
    Answer,
    JudgedBehaviour,
    judge_request,
    keyed_behaviours,
)
from rmcoach_llm.evaluators.screening import MAX_TURN_CHARACTERS, refusal, screen
from rmcoach_llm.protocols import StructuredModel
from rmcoach_llm.version import __version__

VERSION = "2"
"""Counts up when the same answer would give another scorecard."""

CONFIDENCE = {"high": 0.9, "medium": 0.6, "low": 0.3}
SAMPLING = FrozenMap({"temperature": TEMPERATURE, "seed": float(SEED)})
STOPS_A_BATCH = (QuotaExhausted, AccessDenied, ModelNotFound, ModelUnreachable)
"""Errors that the next transcript would meet as well: they are raised."""


class Judge:
    """Score transcripts with a model; keeps to `protocols.Evaluator`.

    An answer that cannot be had or read leaves the scorecard unscored, with the reason; only
    errors that would meet every transcript (no credit, no access, no such model, no
    connection) are raised. `fingerprint` covers rubrics, prompt, model, sampling and version.
    """

    name = "judge"

    def __init__(
        self,
        model: StructuredModel,
        prompt: Prompt,
        rubrics: Sequence[Rubric],
        scenario: ScenarioLookup | None = None,
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._rubrics = tuple(rubrics)
        self._scenario = scenario
        self.fingerprint = digest_of(
            {
                "evaluator": self.name,
                "version": VERSION,
                "rubrics": [rubric.digest for rubric in self._rubrics],
                "prompt": prompt.digest,
                "model": model.name,
                "sampling": dict(SAMPLING),
            }
        )

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard of a transcript, after at most one request to the model."""
        case = open_case(transcript, screen(transcript), self._scenario)
        reason = refusal(transcript, turn_limit=MAX_TURN_CHARACTERS)
        if reason is not None:
            return unscored_scorecard(case, self._rubrics, reason, self._provenance(transcript))
        request = judge_request(self._prompt, self._rubrics, transcript)
        try:
            answer = await self._model.ask(request, Answer)
        except STOPS_A_BATCH:
            raise
        except ModelError as error:
            reason = f"the model gave no judgement ({type(error).__name__}): {error}"
            return unscored_scorecard(case, self._rubrics, reason, self._provenance(transcript))
        judged = read_answer(answer.value, self._rubrics, case)
        provenance = self._provenance(transcript, answer.reply)
        return scorecard(case, self._rubrics, judged, provenance)

    def _provenance(self, transcript: Transcript, reply: ChatReply | None = None) -> Provenance:
        asked = Provenance(
            transcript=transcript.digest,
            evaluator=self.name,
            fingerprint=self.fingerprint,
            rubrics=FrozenMap({rubric.id: rubric.digest for rubric in self._rubrics}),
            prompts=FrozenMap({self._prompt.id: self._prompt.digest}),
            scenario=transcript.scenario.sha256 if transcript.scenario else None,
            requested_model=self._model.name,
            sampling=SAMPLING,
            package_version=__version__,
        )
        if reply is None:
            return asked
        return asked.model_copy(update={"served_models": (reply.model,), "usage": reply.usage})


def read_answer(answer: Answer, rubrics: Sequence[Rubric], case: Case) -> Judged:
    """Ground each claim of an answer; what it leaves out or contradicts has no finding.

    An id that no rubric has is ignored and flagged. A behaviour given twice with different
    verdicts is flagged and has no finding, so that its criterion is unscored.
    """
    findings: dict[str, dict[str, Finding]] = {rubric.id: {} for rubric in rubrics}
    flags: list[Flag] = []
    known = {key: (rubric, behaviour) for key, rubric, behaviour in keyed_behaviours(rubrics)}
    for key, (rubric, behaviour) in known.items():
        given = [item for item in answer.behaviours if item.id == key]
        if len({item.verdict for item in given}) > 1:
            detail = f"'{key}' was judged twice, with different verdicts"
            flags.append(Flag(kind="contradictory-judgement", detail=detail))
        elif given:
            claim = _claim(behaviour.id, given)
            findings[rubric.id][behaviour.id] = ground(claim, case.transcript, case.screening)
    return Judged(findings, (*flags, *_unknown(answer.behaviours, known)))


def _unknown(given: Iterable[JudgedBehaviour], known: Iterable[str]) -> Iterable[Flag]:
    for key in dict.fromkeys(item.id for item in given if item.id not in set(known)):
        detail = f"the judge gave '{clean_text(key[:80])}', which no rubric has"
        yield Flag(kind="unknown-behaviour", detail=detail)


def _claim(behaviour: str, given: Sequence[JudgedBehaviour]) -> Claim:
    """Join entries that agree: all their quotes, the least confidence."""
    return Claim(
        behaviour=behaviour,
        verdict=given[0].verdict,
        cited=tuple(Cited(q.turn, q.quote) for item in given for q in item.evidence),
        confidence=min(CONFIDENCE[item.confidence] for item in given),
    )
