"""A scorecard that is kept stands in for judging once more, and only that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.fixed_records import scorecard_data

from rmcoach_llm.batch.kept import Kept
from rmcoach_llm.domain import Scorecard, Transcript, WorkState, work_key
from rmcoach_llm.protocols import Expected, expected_of
from rmcoach_llm.stores.ledger import SqliteLedger

CARD = Scorecard.model_validate(scorecard_data())
TALK = Transcript.of("here", [("A", "trainee", "Why?"), ("B", "stakeholder", "So.")])


class Judging:
    """Judge by handing out a card, and count how often."""

    name, fingerprint = "judging", "f1"
    asked = 0
    card = CARD

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the card under another id."""
        self.asked += 1
        return self.card.model_copy(update={"transcript": "new"})

    def expects(self, transcript: Transcript) -> tuple[Expected, ...]:
        """Say that one call comes."""
        return (Expected("m", (1, 2), (1, 2)),)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Open a ledger."""
    made = SqliteLedger(tmp_path / "run.db")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("state", "by", "kept"),
    [("done", "f1", True), ("failed", "f1", False), ("done", "f2", False), (None, "f1", False)],
)
def test_only_finished_work_of_the_same_evaluator_counts(
    ledger: SqliteLedger, state: WorkState | None, by: str, kept: bool
) -> None:
    """What failed, or another evaluator's, is judged and expected anew; what is kept has this id."""
    if state is not None:
        asyncio.run(ledger.finish(work_key(TALK.digest, by), CARD, state=state))
    judging = Judging()
    found = Kept(judging, ledger)
    assert expected_of(found, TALK) == (() if kept else judging.expects(TALK))
    card = asyncio.run(found.evaluate(TALK))
    assert (judging.asked == 0) is kept
    assert card == CARD.model_copy(update={"transcript": "here" if kept else "new"})
    assert (found.name, found.fingerprint) == (judging.name, judging.fingerprint)


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_judged_is_kept_under_the_judges_own_key_if_it_is_whole(
    ledger: SqliteLedger, *, whole: bool
) -> None:
    """Who asks later for the judge alone finds its scorecard; what is unscored is judged again."""
    judging = Judging()
    if not whole:
        judging.card = Scorecard.model_validate(unscored())
    for _ in range(2):
        asyncio.run(Kept(judging, ledger).evaluate(TALK))
    key = work_key(TALK.digest, judging.fingerprint)
    assert ledger.states([key]) == ({key: "done"} if whole else {})
    assert judging.asked == (1 if whole else 2)
    if whole:
        assert ledger.scorecard(key) == CARD.model_copy(update={"transcript": "new"})


def unscored() -> dict[str, Any]:
    """Give the data of a scorecard of which one criterion is left unscored."""
    data = scorecard_data()
    rubric = next(iter(data["rubrics"].values()))
    criterion = next(iter(rubric["criteria"].values()))
    criterion |= {"status": "unscored", "score": None, "reason": "no answer", "findings": []}
    return data
