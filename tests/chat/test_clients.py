"""Calls are spread over clients of few connections each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from rmcoach_llm.chat.client import CALLS_A_CLIENT, Clients
from rmcoach_llm.settings import ModelSettings


def test_no_client_has_more_calls_than_it_can_look_through(
    settings: Callable[..., ModelSettings],
) -> None:
    """A client lends itself to so many calls at a time; one that has a place free goes first."""
    clients = Clients(settings())
    with ExitStack() as calls:
        lent = [calls.enter_context(clients.one()) for _ in range(3 * CALLS_A_CLIENT)]
        assert all(lent.count(client) == CALLS_A_CLIENT for client in lent)
    with clients.one() as again:
        assert again is lent[0]
    asyncio.run(clients.close())
    assert all(client.is_closed() for client in lent)


def test_a_call_that_fails_gives_its_place_back(settings: Callable[..., ModelSettings]) -> None:
    """After any number of failed calls there is still one client."""
    clients = Clients(settings())
    lent = set()

    def fail() -> None:
        with clients.one() as client:
            lent.add(id(client))
            raise OSError("gone")

    for _ in range(3 * CALLS_A_CLIENT):
        with pytest.raises(OSError, match="gone"):
            fail()
    assert len(lent) == 1
    asyncio.run(clients.close())
