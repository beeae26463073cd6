"""Sessions in memory: for playtests, and for embedders who keep nothing."""

from __future__ import annotations

from rmcoach_llm.domain import Brief, Scorecard, Transcript, Turn
from rmcoach_llm.errors import SessionConflict, StoreError, UsageError


class MemoryStore:
    """Keep sessions as long as the object lives."""

    def __init__(self) -> None:
        self._talks: dict[str, Transcript] = {}
        self._cards: dict[str, tuple[Scorecard, ...]] = {}

    def begin(self, transcript: Transcript) -> None:
        """Keep a new session; raises StoreError when its id is taken."""
        if transcript.id in self._talks:
            raise StoreError(f"the session '{transcript.id}' exists")
        self._talks[transcript.id] = transcript

    def append(self, session_id: str, turn: Turn, *, number: int) -> None:
        """Keep a turn as turn `number`; raises SessionConflict where that is not the next."""
        talk = self.load(session_id)
        if number != len(talk.turns):
            raise SessionConflict(f"'{session_id}' has {len(talk.turns)} turns, not {number}")
        self._talks[session_id] = talk.model_copy(update={"turns": (*talk.turns, turn)})

    def load(self, session_id: str) -> Transcript:
        """Give a session as it stands; raises UsageError for an unknown id."""
        if session_id not in self._talks:
            raise UsageError(f"unknown session '{session_id}'")
        return self._talks[session_id]

    def sessions(self) -> tuple[Transcript, ...]:
        """Give all sessions without their turns, newest first."""
        return tuple(t.model_copy(update={"turns": ()}) for t in reversed(self._talks.values()))

    def keep_brief(self, session_id: str, brief: Brief) -> None:
        """Keep a brief of a session; raises UsageError for an unknown id."""
        talk = self.load(session_id)
        self._talks[session_id] = talk.model_copy(update={"brief": brief})

    def keep_scorecard(self, session_id: str, scorecard: Scorecard) -> None:
        """Keep a scorecard of a session; raises UsageError for an unknown id."""
        self.load(session_id)
        self._cards[session_id] = (*self.scorecards(session_id), scorecard)

    def scorecards(self, session_id: str) -> tuple[Scorecard, ...]:
        """Give the scorecards of a session, oldest first."""
        return self._cards.get(session_id, ())

    def delete(self, session_id: str) -> None:
        """Forget a session and its scorecards; raises UsageError for an unknown id."""
        self.load(session_id)
        del self._talks[session_id]
        self._cards.pop(session_id, None)

    def close(self) -> None:
        """Do nothing: there is no connection."""
