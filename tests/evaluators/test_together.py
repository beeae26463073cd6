"""Calls side by side: what is under way is not thrown away because another one was not made."""

from __future__ import annotations

import asyncio

import pytest

from rmcoach_llm.errors import BudgetSpent, QuotaExhausted, RmcoachError
from rmcoach_llm.evaluators.together import together

ended: list[int] = []


async def _work(number: int, error: Exception | None = None) -> int:
    await asyncio.sleep(0.01 * number)
    if error is not None:
        raise error
    ended.append(number)
    return number


@pytest.fixture(autouse=True)
def nothing_ended() -> None:
    """Begin with nothing done."""
    ended.clear()


def test_results_come_in_the_order_of_the_work() -> None:
    """Who ends first does not stand first."""
    assert asyncio.run(together(_work(n) for n in (3, 1, 2))) == [3, 1, 2]


@pytest.mark.parametrize("error", [BudgetSpent("spent"), RmcoachError("the batch ends")])
def test_a_call_that_is_not_made_lets_the_others_end(error: RmcoachError) -> None:
    """They are paid for, so their answers are waited for; the error comes then."""
    with pytest.raises(type(error)):
        asyncio.run(together([_work(0, error), _work(2), _work(3)]))
    assert ended == [2, 3]


def test_a_model_that_fails_for_good_stops_the_others() -> None:
    """No credit: the others would meet the same."""
    with pytest.raises(QuotaExhausted):
        asyncio.run(together([_work(0, QuotaExhausted("none")), _work(2)]))
    assert ended == []


def test_who_is_cancelled_cancels_all() -> None:
    """A batch that drops its work drops all of it."""

    async def scene() -> None:
        async with asyncio.timeout(0.01):
            await together([_work(100), _work(200)])

    with pytest.raises(TimeoutError):
        asyncio.run(scene())
    assert ended == []


@pytest.mark.parametrize("error", [BudgetSpent("spent"), QuotaExhausted("none"), OSError("disk")])
def test_one_alone_gives_what_it_gives(error: Exception) -> None:
    """A single call is no other case: its result in a list, its error as it is."""
    assert asyncio.run(together([_work(1)])) == [1]
    with pytest.raises(type(error)) as raised:
        asyncio.run(together([_work(0, error)]))
    assert raised.value is error
    assert asyncio.run(together([])) == []
