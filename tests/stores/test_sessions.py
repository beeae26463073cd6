"""Sessions: what goes in comes back, whatever it is called and whatever it says."""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import ValidationError
from support import authored_records as authored
from support import records
from support.fixed_records import scorecard_data, transcript

from rmcoach_llm.domain import Participant, Scorecard, Transcript, Turn
from rmcoach_llm.errors import SessionConflict, StoreError, UsageError
from rmcoach_llm.protocols import Store
from rmcoach_llm.stores import sqlite
from rmcoach_llm.stores.sqlite import SqliteStore

PEOPLE = (Participant(name="Ada", role="trainee"), Participant(name="Bo", role="stakeholder"))
HOSTILE = (
    "../../etc/passwd",
    "/etc/passwd",
    "'; drop table turn; --",
    "%s {0} $x ?",
    ":memory:",
    "\U0001f600 ünïcode 日本",
    "x" * 512,
)


class Sessions(RuleBasedStateMachine):
    """Do anything with a store and hold it against plain dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "s.db"
        self.store = SqliteStore(self.path)
        self.talks: dict[str, Transcript] = {}
        self.cards: dict[str, tuple[Scorecard, ...]] = {}

    def teardown(self) -> None:
        """Let the file go."""
        self.store.close()
        self.folder.cleanup()

    @rule(talk=records.transcripts(most_turns=2), name=authored.names() | st.sampled_from(HOSTILE))
    def begin(self, talk: Transcript, name: str) -> None:
        """A new id is kept; a taken one is refused and changes nothing."""
        talk = talk.model_copy(update={"id": name, "participants": (*talk.participants,)})
        if name in self.talks:
            with pytest.raises(StoreError, match="exists"):
                self.store.begin(talk)
        else:
            self.store.begin(talk)
            self.talks[name], self.cards[name] = talk, ()

    @precondition(lambda self: self.talks)
    @rule(data=st.data())
    def append(self, data: st.DataObject) -> None:
        """A turn goes to the end."""
        name = data.draw(st.sampled_from(sorted(self.talks)))
        talk = self.talks[name]
        turn = data.draw(records.turns(st.sampled_from(talk.participants)))
        self.store.append(name, turn, number=len(talk.turns))
        self.talks[name] = talk.model_copy(update={"turns": (*talk.turns, turn)})

    @precondition(lambda self: self.talks)
    @rule(data=st.data())
    def score(self, data: st.DataObject) -> None:
        """A scorecard goes to the end."""
        name = data.draw(st.sampled_from(sorted(self.talks)))
        card = data.draw(records.scorecards())
        self.store.keep_scorecard(name, card)
        self.cards[name] = (*self.cards[name], card)

    @precondition(lambda self: self.talks)
    @rule(data=st.data())
    def review(self, data: st.DataObject) -> None:
        """A brief takes the place of the one before."""
        name = data.draw(st.sampled_from(sorted(self.talks)))
        brief = data.draw(records.briefs())
        self.store.keep_brief(name, brief)
        self.talks[name] = self.talks[name].model_copy(update={"brief": brief})

    @precondition(lambda self: self.talks)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A session goes with its scorecards, and may begin anew."""
        name = data.draw(st.sampled_from(sorted(self.talks)))
        self.store.delete(name)
        del self.talks[name], self.cards[name]

    @rule()
    def open_again(self) -> None:
        """Another process sees the same."""
        self.store.close()
        self.store = SqliteStore(self.path)

    @invariant()
    def holds_what_was_put_in(self) -> None:
        """All sessions, turns and scorecards are there, equal, newest session first."""
        for name, talk in self.talks.items():
            assert self.store.load(name) == talk
            assert self.store.load(name).digest == talk.digest
            assert self.store.scorecards(name) == self.cards[name]
        heads = [talk.model_copy(update={"turns": ()}) for talk in self.talks.values()]
        assert list(self.store.sessions()) == heads[::-1]


SETTINGS = settings(
    max_examples=12,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_any_sequence_of_calls_gives_back_what_was_put_in() -> None:
    """Begin, append, score, review, delete and open again in any order: what was kept is there."""
    run_state_machine_as_test(Sessions, settings=SETTINGS)


def test_the_store_is_a_store() -> None:
    """Every call of the protocol is there, with the same arguments."""
    for name, call in inspect.getmembers(Store, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(SqliteStore, name)) == inspect.signature(call)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_id_is_only_a_name(store: SqliteStore, name: str) -> None:
    """An id that looks like a path, a command or a pattern is kept, found and deleted as it is."""
    before = sorted(store.path.parent.iterdir())
    talk = transcript().model_copy(update={"id": name})
    store.begin(talk)
    store.append(name, talk.turns[0], number=len(talk.turns))
    assert store.load(name).turns == (*talk.turns, talk.turns[0])
    assert sorted(store.path.parent.iterdir()) == before
    store.delete(name)
    assert store.sessions() == ()


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\udfffb"])
def test_text_that_no_store_can_keep_does_not_get_this_far(store: SqliteStore, text: str) -> None:
    """The record refuses it, so that no turn can fail on its way to the disk."""
    with pytest.raises(ValidationError):
        Turn(speaker="Ada", role="trainee", text=text)
    store.begin(Transcript(id="t", participants=PEOPLE, turns=()))
    hostile = Turn(speaker="Ada", role="trainee", text="\x1b[2J\u202e\uffff\U0010ffff\r\n\x01")
    store.append("t", hostile, number=0)
    assert store.load("t").turns == (hostile,)


def test_sessions_of_one_moment_come_newest_first(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later one stands first, even where the clock shows the same time or an earlier id."""
    monkeypatch.setattr(sqlite, "now", lambda: "2024-01-01T00:00:00.000+00:00")
    for name in ("b", "a", "c"):
        store.begin(transcript().model_copy(update={"id": name}))
    assert [head.id for head in store.sessions()] == ["c", "a", "b"]


def test_an_unknown_session_gets_a_suggestion(store: SqliteStore) -> None:
    """Load and delete name the session that was meant; an empty store says that it is empty."""
    with pytest.raises(UsageError, match="unknown session 'talk-2': there are none"):
        store.load("talk-2")
    store.begin(transcript())
    for call in (store.load, store.delete):
        with pytest.raises(UsageError, match=r"unknown session 'talk-2': did you mean 'talk-1'\?"):
            call("talk-2")
    assert store.load("talk-1") == transcript()


def test_nothing_is_kept_of_an_unknown_session(store: SqliteStore) -> None:
    """A turn or a scorecard without its session is refused; scorecards of none are none."""
    card = Scorecard.model_validate(scorecard_data())
    with pytest.raises(StoreError, match="there is no such session: see: rmcoach session list"):
        store.append("none", transcript().turns[0], number=0)
    with pytest.raises(StoreError, match="there is no such session"):
        store.keep_scorecard("none", card)
    assert store.scorecards("none") == ()


@pytest.mark.parametrize("number", [-1, 0, 1, 3])
def test_a_turn_that_is_not_the_next_is_refused(store: SqliteStore, number: int) -> None:
    """Another number than the next means that another window was quicker: nothing is kept."""
    store.begin(transcript())
    with pytest.raises(SessionConflict) as raised:
        store.append("talk-1", transcript().turns[1], number=number)
    assert raised.value.message == "the session 'talk-1' goes on in another window"
    assert "rmcoach session show talk-1" in raised.value.remedy
    assert store.load("talk-1") == transcript()
    store.append("talk-1", transcript().turns[1], number=2)


def test_two_stores_on_one_session_do_not_mix_turns(store: SqliteStore) -> None:
    """The window that comes second is refused until it has seen what the first one added."""
    store.begin(transcript())
    other = SqliteStore(store.path)
    other.append("talk-1", transcript().turns[0], number=2)
    with pytest.raises(SessionConflict):
        store.append("talk-1", transcript().turns[1], number=2)
    assert store.load("talk-1").turns == (*transcript().turns, transcript().turns[0])
    store.append("talk-1", transcript().turns[1], number=3)
    other.close()


def test_a_taken_id_changes_nothing(store: SqliteStore) -> None:
    """The first session of an id stays as it is, and the store goes on working."""
    store.begin(transcript())
    with pytest.raises(StoreError, match="the session 'talk-1' exists"):
        store.begin(transcript().model_copy(update={"turns": ()}))
    store.append("talk-1", transcript().turns[1], number=2)
    assert len(store.load("talk-1").turns) == 3


def test_a_deleted_session_leaves_no_turn_and_no_scorecard(store: SqliteStore) -> None:
    """All that hangs on a session goes with it; a new one of the same id is empty."""
    store.begin(transcript())
    store.keep_scorecard("talk-1", Scorecard.model_validate(scorecard_data()))
    store.delete("talk-1")
    store.begin(transcript().model_copy(update={"turns": ()}))
    assert store.load("talk-1").turns == ()
    assert store.scorecards("talk-1") == ()
