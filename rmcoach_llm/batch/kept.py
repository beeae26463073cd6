"""Take a scorecard that is kept of what an evaluator did before, for another that builds upon it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rmcoach_llm.batch.run import state_of
from rmcoach_llm.domain import Scorecard, Transcript, work_key
from rmcoach_llm.protocols import Evaluator, Expected, Ledger, expected_of


class Kept:
    """Judge what a ledger does not have, and keep it there; to `protocols.Evaluator` and `Priced`.

    For an evaluator that goes on from another's scorecard, as the coach does: its own work has its
    own key, and what it builds upon is kept under the key of the one within, so that each can be
    asked for without the other. Only whole work counts: what failed is judged again. Raises what the
    evaluator and the ledger raise.
    """

    def __init__(self, evaluator: Evaluator, ledger: Ledger) -> None:
        self._evaluator = evaluator
        self._ledger = ledger
        self.name = evaluator.name
        self.fingerprint = evaluator.fingerprint

    async def evaluate(self, transcript: Transcript) -> Scorecard:
        """Give the kept scorecard under the transcript's own id, or else a new one."""
        key = self._key_of_kept(transcript)
        if key is None:
            card = await self._evaluator.evaluate(transcript)
            if state_of(card, asked=True) == "done":
                own = work_key(transcript.digest, self.fingerprint)
                kept = asyncio.ensure_future(self._ledger.finish(own, card, state="done"))
                await asyncio.shield(kept)
            return card
        return self._ledger.scorecard(key).model_copy(update={"transcript": transcript.id})

    def expects(self, transcript: Transcript) -> Sequence[Expected] | None:
        """Say that nothing is asked for what is kept, and else what the evaluator expects."""
        if self._key_of_kept(transcript) is not None:
            return ()
        return expected_of(self._evaluator, transcript)

    def _key_of_kept(self, transcript: Transcript) -> str | None:
        key = work_key(transcript.digest, self.fingerprint)
        return key if self._ledger.states([key]).get(key) == "done" else None
