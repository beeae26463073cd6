"""Judge a transcript with a model: evidence before verdict, all quotes verified by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rmcoach_llm.domain import (
    ChatReply,
    FrozenMap,
    Prompt,
    Provenance,
    Rubric,
    Scorecard,
    Transcript,
    Usage,
    digest_of,
)
from rmcoach_llm.errors import STOPS_A_BATCH, ModelError
from rmcoach_llm.evaluators.assembly import (
    ScenarioLookup,
    open_case,
    refused_scorecard,
    scorecard,
)
from rmcoach_llm.evaluators.detecting import joined, left_to_judge, marks_of
from rmcoach_llm.evaluators.expecting import expected_looks, expected_request, verdict_tokens
from rmcoach_llm.evaluators.judge_prompt import Asking, Sampling, asking_of, judge_request
from rmcoach_llm.evaluators.judge_questions import questions_of, requests_of
from rmcoach_llm.evaluators.judge_reading import Read, judged_of, read_answer
from rmcoach_llm.evaluators.screening import (
    MAX_TURN_CHARACTERS,
    Screening,
    refusal,
    screen,
    withheld,
)
from rmcoach_llm.evaluators.silence import WholeLook
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.evaluators.verify import SecondLook
from rmcoach_llm.protocols import Detector, Expected, JudgeOptions, StructuredModel
from rmcoach_llm.version import __version__

VERSION = "7"
"""Counts up when the same answer would give another scorecard."""


@dataclass(frozen=True)
class _Reply:
    """Hold what came of one request; `reply` is None where it failed."""

    read: Read
    reply: ChatReply | None = None


class Judge:
    """Score transcripts with a model; keeps to `protocols.Evaluator`.

    `options.calls` says in how many requests, which run at the same time. One that fails or
    cannot be read leaves what it asked unscored, with the reason, and nothing else; only errors
    that would meet every transcript (no credit, no access, no such model, no connection) are
    raised. With `verify`, the prompt of the second look, each credited quote is asked about
    again, alone, and what it passed over where code finds far more. `fingerprint` covers rubrics, prompts, model, sampling, options and version.
    """

    name = "judge"

    def __init__(
        self,
        model: StructuredModel,
        prompt: Prompt,
        rubrics: Sequence[Rubric],
        scenario: ScenarioLookup | None = None,
        *,
        options: JudgeOptions = JudgeOptions(),  # noqa: B008 - a frozen record
        verify: Prompt | None = None,
        detectors: Mapping[str, Detector] = FrozenMap(),
        sampling: Sampling = Sampling(),  # noqa: B008 - a frozen record
    ) -> None:
        self._model = model
        self._sampling = sampling
        self._rubrics = tuple(rubrics)
        self._scenario = scenario
        second = {"verify": "yes"} if verify else {}
        self._options = FrozenMap({"calls": str(options.calls), **second})
        self._prompts = (prompt, verify) if verify else (prompt,)
        self._detectors = detectors
        self._questions = questions_of(left_to_judge(self._rubrics, detectors))
        self._second_look = (
            WholeLook(SecondLook(model, verify, rubrics), rubrics, detectors) if verify else None
        )
        self._askings = tuple(
            asking_of(prompt, questions)
            for questions in requests_of(self._questions, options.calls)
        )
        self.fingerprint = digest_of(
            {
                "evaluator": self.name,
                "version": VERSION,
                "rubrics": [rubric.digest for rubric in self._rubrics],
                "prompts": [one.digest for one in self._prompts],
                "model": model.name,
                "sampling": vars(sampling),
                "options": dict(self._options),
                **({"detectors": marks_of(detectors)} if detectors else {}),
                **({"finder": self._second_look.fingerprint} if self._second_look else {}),
            }
        )
        # What does not change from talk to talk is checked once.
        self._made_by = Provenance(
            transcript="none",
            evaluator=self.name,
            fingerprint=self.fingerprint,
            rubrics=FrozenMap({rubric.id: rubric.digest for rubric in self._rubrics}),
            prompts=FrozenMap({one.id: one.digest for one in self._prompts}),
            requested_model=model.name,
            sampling=FrozenMap({k: float(v) for k, v in vars(sampling).items()}),
            options=self._options,
            package_version=__version__,
        )

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the scorecard of a transcript; one that cannot be judged costs no request."""
        screening = screen(transcript)
        refused = refusal(transcript, turn_limit=MAX_TURN_CHARACTERS)
        if refused is not None:
            case = open_case(transcript, screening, self._scenario)
            return refused_scorecard(case, self._rubrics, refused, self._provenance(transcript))
        answers = await self._ask_all(transcript, screening)
        # Not before: many talks wait for their answers at a time, and each would hold its case.
        case = open_case(transcript, screening, self._scenario)
        judged = judged_of(self._rubrics, self._questions, [answer.read for answer in answers])
        judged = joined(judged, self._detectors, self._rubrics, case)
        replies = [answer.reply for answer in answers if answer.reply is not None]
        if self._second_look is not None:
            judged, looked = await self._second_look.check(judged, case)
            replies += looked
        return scorecard(case, self._rubrics, judged, self._provenance(transcript, replies))

    async def _ask_all(self, transcript: Transcript, screening: Screening) -> list[_Reply]:
        """Ask all requests at the same time."""
        asked = (self._ask(asking, transcript, screening) for asking in self._askings)
        return await together(asked)

    def expects(self, transcript: Transcript) -> tuple[Expected, ...]:
        """Say what judging a transcript will ask of the model; keeps to `protocols.Priced`."""
        if refusal(transcript, turn_limit=MAX_TURN_CHARACTERS) is not None:
            return ()
        shown = withheld(transcript, screen(transcript))
        first = tuple(
            expected_request(
                self._model.name,
                judge_request(asking, shown, self._sampling),
                asking.shape,
                verdict_tokens(asking.questions),
            )
            for asking in self._askings
        )
        looks = self._prompts[1:]
        return first + tuple(
            expected_looks(self._model.name, prompt, self._questions) for prompt in looks
        )

    async def _ask(self, asking: Asking, transcript: Transcript, screening: Screening) -> _Reply:
        request = judge_request(asking, withheld(transcript, screening), self._sampling)
        try:
            answer = await self._model.ask(request, asking.shape)
        except STOPS_A_BATCH:
            raise
        except ModelError as error:
            why = f"the model gave no judgement ({type(error).__name__}): {error}"
            return _Reply(Read({}, dict.fromkeys((q.key for q in asking.questions), why)))
        read = read_answer(answer.value, asking.questions, transcript, screening)
        return _Reply(read, answer.reply)

    def _provenance(self, transcript: Transcript, replies: Sequence[ChatReply] = ()) -> Provenance:
        return self._made_by.model_copy(
            update={
                "transcript": transcript.digest,
                "scenario": transcript.scenario.sha256 if transcript.scenario else None,
                "served_models": tuple(dict.fromkeys(reply.model for reply in replies)),
                "usage": sum((reply.usage for reply in replies), Usage()),
            }
        )
