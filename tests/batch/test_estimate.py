"""An estimate says what it rests on, holds for the judge that is asked, and makes nothing up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from support.judging import (
    GOOD,
    JudgingModel,
    answer_to,
    asked_in,
    core_rubrics,
    judge_prompt,
    talk,
)

from rmcoach_llm.batch.estimate import SAMPLE, Estimate, compared, estimated
from rmcoach_llm.batch.spending import Spending
from rmcoach_llm.domain import Price, Transcript, Usage
from rmcoach_llm.evaluators.coach import Coached
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.language import LanguageEvaluator
from rmcoach_llm.evaluators.panel import PanelEvaluator
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import JudgeOptions, expected_of

PRICE = Price(input=1.0, output=10.0)
TALK = talk(GOOD)


def a_judge(**options: object) -> Judge:
    """Make a judge of the core rubrics."""
    model = JudgingModel(lambda request: answer_to(request, core_rubrics()))
    verify = Library().prompt("judge-quote") if options.pop("verify", False) else None
    judging = JudgeOptions(**options)  # type: ignore[arg-type]
    return Judge(model, judge_prompt(), core_rubrics(), options=judging, verify=verify)


@pytest.mark.parametrize(("calls", "requests"), [("one", 1), ("rubric", 3), ("criterion", 15)])
def test_the_estimate_is_of_the_very_requests_that_are_sent(calls: str, requests: int) -> None:
    """As many calls as the judge makes, and their characters by the same rule."""
    judge = a_judge(calls=calls)
    found = estimated([TALK] * 3, judge, lambda model: PRICE)
    assert found is not None
    assert found.calls == (3 * requests, 3 * requests)
    asyncio.run(judge.evaluate(TALK))
    sent = judge._model.requests  # type: ignore[attr-defined]
    characters = sum(len(m.content) for request in sent for m in request.messages)
    assert 3 * characters / 5.1 <= found.prompt_tokens[0] <= 3 * characters / 4.9
    assert found.prompt_tokens[1] >= 3 * characters / 3.6
    questions = sum(len(asked_in(request)) for request in sent)
    assert found.answer_tokens == (3 * 24 * questions, 3 * 55 * questions)


def test_a_second_look_repeats_and_a_coach_are_in_it() -> None:
    """Each option adds the calls that it makes; the rules of language make none."""
    plain = estimated([TALK], a_judge(), lambda model: PRICE)
    looked = estimated([TALK], a_judge(verify=True), lambda model: PRICE)
    twice = PanelEvaluator([a_judge(), a_judge()], names=["m"], repeats=2)
    repeated = estimated([TALK], twice, lambda model: PRICE)
    coached = Coached(a_judge(), JudgingModel(lambda request: None), Library().prompt)
    led = estimated([TALK], coached, lambda model: PRICE)
    rules = estimated([TALK], LanguageEvaluator(core_rubrics()), lambda model: None)
    assert plain is not None
    assert looked is not None
    assert repeated is not None
    assert led is not None
    assert rules is not None
    assert looked.calls[0] == plain.calls[0] + 1
    assert repeated.prompt_tokens == tuple(2 * n for n in plain.prompt_tokens)
    assert led.calls == (plain.calls[0], plain.calls[1] + 2)
    assert (rules.calls, rules.dollars) == ((0, 0), (0, 0))


def test_an_evaluator_that_cannot_say_has_no_estimate() -> None:
    """A plugin without the seam is unknown, and so is a panel or a coach with one in it."""

    class Plugin:
        name, fingerprint = "plugin", "f"

    plugin = Plugin()
    assert expected_of(plugin, TALK) is None  # type: ignore[arg-type]
    assert estimated([TALK], plugin, lambda model: PRICE) is None  # type: ignore[arg-type]
    mixed = PanelEvaluator([a_judge(), plugin], names=["m"], repeats=1)  # type: ignore[list-item]
    assert estimated([TALK], mixed, lambda model: PRICE) is None
    assert "there was no estimate" in compared(None, Spending(), 3)


def test_an_unknown_price_is_said_and_tokens_are_still_estimated() -> None:
    """No price, no dollars: the model is named."""
    found = estimated([TALK], a_judge(), lambda model: None)
    assert found is not None
    assert found.dollars is None
    assert found.prompt_tokens[0] > 0
    assert (
        found.lines()[0].endswith("unknown price of judge-model")
        or "unknown price of" in (found.lines()[0])
    )


def test_where_the_number_is_known_only_a_sample_is_read() -> None:
    """The first fifty stand for all, with more doubt the more they differ."""
    read = 0

    def talks() -> Iterator[Transcript]:
        nonlocal read
        for number in range(10_000):
            read += 1
            yield talk([*GOOD] * (1 + number % 3), talk_id=f"t{number}")

    found = estimated(talks(), a_judge(), lambda model: PRICE, count=10_000)
    assert found is not None
    assert (read, found.read, found.transcripts) == (SAMPLE, SAMPLE, 10_000)
    assert found.dollars is not None
    assert found.lines()[1] == "read 50 of 10,000: the rest is taken to be like them"
    middle = talk([*GOOD] * 2)
    alike = estimated([middle] * SAMPLE, a_judge(), lambda model: PRICE, count=10_000)
    assert alike is not None
    width = [e.prompt_tokens[1] / e.prompt_tokens[0] for e in (found, alike)]
    assert width[0] > width[1]


def test_actual_is_put_beside_what_was_estimated_for_so_many() -> None:
    """Half of the transcripts are compared with half of the estimate; doubt and gaps are said."""
    estimate = Estimate(10, 10, (10, 10), (10_000, 12_000), (1_000, 2_000), (1.0, 2.0))
    used = Usage(calls=5, prompt_tokens=6_000, completion_tokens=500)
    assert compared(estimate, Spending(known=0.25, usage=used), 5) == (
        "used 6,500 tokens, estimated 5,500 to 7,000; cost $0.25, estimated $0.50 to $1.00: 50 % less"
    )
    lost = Spending(known=0.5, uncertain=0.2, usage=used)
    assert "cost $0.50 and up to $0.20 for lost answers" in compared(estimate, lost, 5)
    assert compared(estimate, lost, 0).endswith("no transcript was finished")
    assert compared(estimate, Spending(unpriced=5, usage=used), 5).endswith("cost unknown price")
