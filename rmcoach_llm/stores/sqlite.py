"""Sessions in one SQLite file: each turn is on disk before the call returns."""

from __future__ import annotations

from pathlib import Path

from rmcoach_llm.domain import Brief, Scorecard, Transcript, Turn
from rmcoach_llm.errors import SessionConflict, UsageError, did_you_mean
from rmcoach_llm.stores.database import Database, now

HEADS = "select head, brief.record from session left join brief on brief.session = id"


class SqliteStore:
    """Keep sessions in a file that only its owner may read (0600), in WAL mode, synced fully.

    Raises StoreError when the file cannot be opened, is no store of ours, or comes from a newer
    version; nothing is changed then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Database(path)
        self._db = self._file.connection

    def begin(self, transcript: Transcript) -> None:
        """Keep a new session; raises StoreError when its id is taken."""
        head = transcript.model_copy(update={"turns": (), "brief": None})
        with (
            self._file.guarded(taken=f"the session '{transcript.id}' exists"),
            self._file.writing(),
        ):
            self._db.execute(
                "insert into session values (?, ?, ?)",
                (transcript.id, now(), head.model_dump_json()),
            )
            for number, turn in enumerate(transcript.turns):
                self._insert(transcript.id, number, turn)
            if transcript.brief is not None:
                self._put_brief(transcript.id, transcript.brief)

    def append(self, session_id: str, turn: Turn, *, number: int) -> None:
        """Keep turn `number` (from 0) of a session; it is on disk when this returns.

        Raises SessionConflict, and keeps nothing, where it is not the next one.
        """
        with self._file.guarded(), self._file.writing():
            kept = self._db.execute(
                "select count(turn.number) from session left join turn on turn.session = id"
                " where id = ? group by id",
                (session_id,),
            ).fetchone()
            if kept is not None and kept[0] != number:
                raise SessionConflict(
                    f"the session '{session_id}' goes on in another window",
                    remedy=f"see what was said there: rmcoach session show {session_id}",
                )
            self._insert(session_id, number, turn)

    def _insert(self, session_id: str, number: int, turn: Turn) -> None:
        self._db.execute(
            "insert into turn values (?, ?, ?, ?)",
            (session_id, number, now(), turn.model_dump_json()),
        )

    def load(self, session_id: str) -> Transcript:
        """Give a session as it stands; raises UsageError for an unknown id."""
        with self._file.guarded():
            row = self._db.execute(f"{HEADS} where id = ?", (session_id,)).fetchone()
            turns = self._db.execute(
                "select record from turn where session = ? order by number", (session_id,)
            ).fetchall()
        if row is None:
            raise self._unknown(session_id)
        head = self._head(*row)
        return head.model_copy(update={"turns": tuple(self._file.read(Turn, t[0]) for t in turns)})

    def _head(self, head: str, brief: str | None) -> Transcript:
        read = self._file.read(Transcript, head)
        if brief is None:
            return read
        return read.model_copy(update={"brief": self._file.read(Brief, brief)})

    def _unknown(self, session_id: str) -> UsageError:
        with self._file.guarded():
            names = [row[0] for row in self._db.execute("select id from session").fetchall()]
        return UsageError(f"unknown session '{session_id}'", remedy=did_you_mean(session_id, names))

    def sessions(self) -> tuple[Transcript, ...]:
        """Give all sessions without their turns, newest first."""
        with self._file.guarded():
            rows = self._db.execute(
                f"{HEADS} order by started_at desc, session.rowid desc"
            ).fetchall()
        return tuple(self._head(*row) for row in rows)

    def keep_brief(self, session_id: str, brief: Brief) -> None:
        """Keep what the trainee took from a session, in the place of what was kept before."""
        with self._file.guarded(), self._file.writing():
            self._put_brief(session_id, brief)

    def _put_brief(self, session_id: str, brief: Brief) -> None:
        self._db.execute(
            "insert or replace into brief values (?, ?, ?)",
            (session_id, now(), brief.model_dump_json()),
        )

    def keep_scorecard(self, session_id: str, scorecard: Scorecard) -> None:
        """Keep a scorecard of a session."""
        with self._file.guarded(), self._file.writing():
            self._db.execute(
                "insert into scorecard (session, kept_at, record) values (?, ?, ?)",
                (session_id, now(), scorecard.model_dump_json()),
            )

    def scorecards(self, session_id: str) -> tuple[Scorecard, ...]:
        """Give the scorecards of a session, oldest first."""
        with self._file.guarded():
            rows = self._db.execute(
                "select record from scorecard where session = ? order by number", (session_id,)
            ).fetchall()
        return tuple(self._file.read(Scorecard, row[0]) for row in rows)

    def delete(self, session_id: str) -> None:
        """Forget a session with all that hangs on it; raises UsageError for an unknown id."""
        with self._file.guarded(), self._file.writing():
            gone = self._db.execute("delete from session where id = ?", (session_id,)).rowcount
        if not gone:
            raise self._unknown(session_id)

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self._file.close()
