"""Several requests for one transcript: what each asks, what a failed one takes along."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import (
    GOOD,
    JudgingModel,
    anchored_rubric,
    answer_to,
    asked_in,
    core_rubrics,
    judge_prompt,
    talk,
)

from rmcoach_llm import errors
from rmcoach_llm.domain import Usage
from rmcoach_llm.evaluators.judge import STOPS_A_BATCH, Judge
from rmcoach_llm.evaluators.judge_questions import questions_of, requests_of
from rmcoach_llm.protocols import JudgeOptions

RUBRICS = core_rubrics()
TALK = talk(GOOD)


def _judge(answer, calls, rubrics=RUBRICS):
    model = JudgingModel(answer)
    return Judge(model, judge_prompt(), rubrics, options=JudgeOptions(calls=calls)), model


def _good(request):
    return answer_to(request, RUBRICS)


@pytest.mark.parametrize(("calls", "requests"), [("one", 1), ("rubric", 3), ("criterion", 15)])
def test_each_way_asks_the_same_in_another_number_of_requests(calls, requests):
    """All behaviours are asked once, whatever the number of requests; usage is summed."""
    judge, model = _judge(_good, calls)
    card = asyncio.run(judge.evaluate(TALK))
    assert len(model.requests) == requests
    asked = [key for request in model.requests for key in asked_in(request)]
    assert sorted(asked) == sorted(b.id for r in RUBRICS for b in r.behaviours)
    assert card.status == "scored"
    assert card.provenance.usage == Usage(
        calls=requests, prompt_tokens=10 * requests, completion_tokens=5 * requests
    )
    assert card.provenance.served_models == ("served-1",)
    assert card.provenance.options == {"calls": calls}


def test_a_request_of_its_own_sees_nothing_of_the_others():
    """One a criterion: only its question is asked, and the transcript is the same in all."""
    judge, model = _judge(_good, "criterion")
    asyncio.run(judge.evaluate(TALK))
    for request in model.requests:
        assert sum(line.startswith("# ") for line in request.messages[0].content.splitlines()) == 1
    assert len({request.messages[1].content for request in model.requests}) == 1


def test_the_requests_of_a_transcript_run_at_the_same_time():
    """No request waits for another: all have begun before the first is answered."""
    begun: list[str] = []

    class Slow(JudgingModel):
        async def ask(self, request, shape):
            begun.append("asked")
            while len(begun) < 3:
                await asyncio.sleep(0)
            return await super().ask(request, shape)

    judge = Judge(Slow(_good), judge_prompt(), RUBRICS, options=JudgeOptions(calls="rubric"))
    card = asyncio.run(asyncio.wait_for(judge.evaluate(TALK), timeout=10))
    assert card.status == "scored"


def test_a_failed_request_leaves_the_rest_scored():
    """The rubric whose request failed is unscored with the reason, told once; others are kept."""

    def answer(request):
        return errors.ReplyCut("cut") if "pressure" in asked_in(request) else _good(request)

    judge, _ = _judge(answer, "rubric")
    card = asyncio.run(judge.evaluate(TALK))
    assert card.status == "partial"
    assert card.rubrics["persuasion"].reason == "the model gave no judgement (ReplyCut): cut"
    assert card.rubrics["credibility"].status == "scored"
    assert card.provenance.usage.calls == 2


def test_a_failed_request_for_one_criterion_names_it():
    """With one request a criterion only that criterion lacks a score."""

    def answer(request):
        return errors.BadReply("no JSON") if "pressure" in asked_in(request) else _good(request)

    judge, _ = _judge(answer, "criterion")
    card = asyncio.run(judge.evaluate(TALK))
    persuasion = card.rubrics["persuasion"]
    assert persuasion.reason == "ask: the model gave no judgement (BadReply): no JSON"
    assert persuasion.criteria["relevance"].status == "scored"
    assert persuasion.score is None


@pytest.mark.parametrize("kind", STOPS_A_BATCH)
def test_an_error_that_would_meet_every_transcript_stops_the_other_requests(kind):
    """No credit, no access, no model, no connection: raised as it is, and nothing runs on."""
    stopped: list[bool] = []

    class Waits(JudgingModel):
        async def ask(self, request, shape):
            if "pressure" not in asked_in(request):
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    stopped.append(True)
                    raise
            return await super().ask(request, shape)

    judge = Judge(Waits(kind("no")), judge_prompt(), RUBRICS, options=JudgeOptions(calls="rubric"))
    with pytest.raises(kind):
        asyncio.run(asyncio.wait_for(judge.evaluate(TALK), timeout=10))
    assert stopped == [True, True]


def test_the_number_of_requests_is_part_of_the_fingerprint():
    """The same judge with other calls is another judge."""
    prints = {_judge(_good, calls)[0].fingerprint for calls in ("one", "rubric", "criterion")}
    assert len(prints) == 3


def test_other_calls_are_refused_with_what_is_allowed():
    """What is none of the three is named, with the three."""
    with pytest.raises(errors.UsageError, match=r"calls: found 'each': .*one, rubric, criterion"):
        JudgeOptions(calls="each")  # type: ignore[arg-type]  # what no type checker has seen


@given(st.lists(st.sampled_from([*RUBRICS, anchored_rubric()]), max_size=5, unique=True))
def test_requests_are_a_partition_of_the_questions(rubrics):
    """Whatever the rubrics, each way asks each question exactly once, and keys are unique."""
    questions = questions_of(rubrics)
    assert len({(q.key, q.levelled) for q in questions}) == len(questions)
    for calls in ("one", "rubric", "criterion"):
        parts = requests_of(questions, calls)
        assert sorted(q.key for part in parts for q in part) == sorted(q.key for q in questions)
        assert all(parts)
