"""What a call has used: cached tokens, lost answers, and no more than two tries that are charged for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat_answers import completion
from support.chat_asking import ask, question
from support.fault_server import FaultServer

from rmcoach_llm.chat.faults import Endpoint
from rmcoach_llm.chat.openai_chat import OpenAIChat
from rmcoach_llm.chat.replies import Answer
from rmcoach_llm.chat.retry import with_retries
from rmcoach_llm.domain import Usage
from rmcoach_llm.errors import ModelError, ModelTimeout, RateLimited, ReplyCut, ServerFault
from rmcoach_llm.settings import ModelSettings

MakeSettings = Callable[..., ModelSettings]


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 64}}, 64),
        ({"prompt_cache_hit_tokens": 32, "prompt_cache_miss_tokens": 68}, 32),
        ({"prompt_tokens_details": {"cached_tokens": 0}}, 0),
        ({"prompt_tokens_details": {"cached_tokens": 1_000}}, 100),
        ({"prompt_tokens_details": {"cached_tokens": "many"}}, 0),
        ({"prompt_tokens_details": None}, None),
        ({"prompt_tokens_details": 7}, None),
        ({}, None),
    ],
)
def test_cached_tokens_are_read_where_an_endpoint_tells_them(
    usage: dict[str, object], cached: int | None
) -> None:
    """As OpenAI and DeepSeek write them, never more than the prompt; silence is not 0."""
    body = json.loads(completion())
    body["usage"] |= usage
    answer = Answer(Endpoint("host", "m"))
    answer.add_body(json.dumps(body).encode())
    assert answer.usage == Usage(
        calls=1, prompt_tokens=100, completion_tokens=12, cached_tokens=cached
    )


def test_a_record_from_before_is_read_and_has_the_same_digest() -> None:
    """Usage that was kept without the new counts loads, and is the same content."""
    old = Usage.model_validate({"calls": 1, "prompt_tokens": 2, "completion_tokens": 3})
    assert (old.cached_tokens, old.uncounted) == (None, None)
    assert old.digest == Usage(calls=1, prompt_tokens=2, completion_tokens=3).digest
    both = old + Usage(calls=1, cached_tokens=4, uncounted=1)
    assert (both.cached_tokens, both.uncounted) == (4, 1)


def test_a_try_whose_answer_was_lost_is_counted_as_such(settings: MakeSettings) -> None:
    """The answer of the second try says that there was one whose tokens nobody told."""
    outcome = ask(settings("reset:1"))
    assert outcome.reply is not None
    used = outcome.reply.usage
    assert (used.calls, used.prompt_tokens, used.uncounted) == (2, 100, 1)


def test_a_try_that_was_refused_is_not_counted_as_lost(settings: MakeSettings) -> None:
    """A 500 and a 429 were not worked on."""
    for fault in ("http_500:1", "http_429:1"):
        outcome = ask(settings(fault))
        assert outcome.reply is not None
        assert outcome.reply.usage.uncounted is None


FAULTS = {
    "429": lambda: RateLimited("slow"),
    "500": lambda: ServerFault("down"),
    "error in an answer": lambda: ServerFault("odd", maybe_billed=True),
    "timeout": lambda: ModelTimeout("silent", maybe_billed=True),
    "cut": lambda: ReplyCut("cut"),
}


@given(st.lists(st.sampled_from(sorted(FAULTS)), max_size=12), st.integers(1, 10))
def test_no_more_than_two_tries_of_a_call_are_charged_for(faults: list[str], attempts: int) -> None:
    """Whatever goes wrong in whatever order: one lost answer, and the one after it."""
    left, charged = list(faults), 0

    async def attempt() -> str:
        nonlocal charged
        if not left:
            charged += 1
            return "fine"
        error: ModelError = FAULTS[left.pop(0)]()
        charged += error.maybe_billed
        raise error

    async def scene() -> ModelError | None:
        deadline = asyncio.get_running_loop().time() + 60
        try:
            await with_retries(
                attempt, attempts=attempts, deadline=deadline, may_repeat=lambda: True
            )
        except ModelError as error:
            return error
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rmcoach_llm.chat.retry._backoff", lambda state: 0.0)
        error = asyncio.run(scene())
    assert charged <= 2
    assert error is None or error.maybe_billed == (charged > 0)


def test_a_batch_may_have_as_many_calls_at_a_time_as_it_asks_for(settings: MakeSettings) -> None:
    """With max_concurrency raised, calls are in flight together, and a Retry-After holds all of them."""
    with FaultServer() as server:
        chosen = settings(base_url=server.url("http_429_ra1:1"), max_concurrency=16, deadline_s=60)

        async def scene() -> None:
            model = OpenAIChat(chosen)
            try:
                await asyncio.gather(*(model.complete(question(str(n))) for n in range(16)))
            finally:
                await model.close()

        asyncio.run(scene())
        starts = sorted(server.starts["http_429_ra1:1"])
        assert len(starts) == 17
        # Server and caller share a busy machine: what is sure is that for a time nothing began.
        assert max(after - before for before, after in pairwise(starts)) >= 0.5
