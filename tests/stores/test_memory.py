"""The store in memory keeps the promises of a store, but for the disk."""

from __future__ import annotations

import inspect

import pytest
from support.fixed_records import scorecard_data, transcript

from rmcoach_llm.domain import Brief, Scorecard, Turn
from rmcoach_llm.errors import SessionConflict, StoreError, UsageError
from rmcoach_llm.protocols import Store
from rmcoach_llm.stores.memory import MemoryStore

TALK = transcript()


def test_it_is_a_store() -> None:
    """It has each method of the protocol."""
    wanted = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if name[0] != "_"}
    assert wanted <= set(dir(MemoryStore))


def test_what_goes_in_comes_back() -> None:
    """Turns in order, sessions newest first and without turns, scorecards oldest first."""
    store: Store = MemoryStore()
    bare = TALK.model_copy(update={"turns": ()})
    store.begin(bare)
    for number, turn in enumerate(TALK.turns):
        store.append(TALK.id, turn, number=number)
    other = bare.model_copy(update={"id": "other"})
    store.begin(other)
    assert store.load(TALK.id) == TALK
    assert store.sessions() == (other, bare)
    card = Scorecard.model_validate(scorecard_data())
    store.keep_scorecard(TALK.id, card)
    store.keep_scorecard(TALK.id, card)
    assert store.scorecards(TALK.id) == (card, card)
    store.keep_brief(TALK.id, Brief(want="An app."))
    assert store.load(TALK.id) == TALK.model_copy(update={"brief": Brief(want="An app.")})
    store.delete(TALK.id)
    assert store.sessions() == (other,)
    assert store.scorecards(TALK.id) == ()
    store.close()
    store.close()


def test_what_cannot_be_is_refused() -> None:
    """A taken id, an unknown one, a turn that is not the next."""
    store = MemoryStore()
    store.begin(TALK)
    with pytest.raises(StoreError, match="exists"):
        store.begin(TALK)
    with pytest.raises(SessionConflict):
        store.append(TALK.id, Turn(speaker="A", role="trainee", text="x"), number=0)
    for call in (store.load, store.delete):
        with pytest.raises(UsageError, match="unknown session"):
            call("nobody")
    with pytest.raises(UsageError, match="unknown session"):
        store.keep_brief("nobody", Brief())
