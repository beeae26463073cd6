"""A reply that is begun while the listener still thinks, held back until it is known to fit.

With a listener and a voice that both ask a model, a turn would wait for two calls in a row. So
the voice begins at once, under a cue that tells nothing new. What it says is shown only if it
fits what the listener then hears; it is dropped unseen where a fact comes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from rmcoach_llm.disclosure import advance, known_facts
from rmcoach_llm.domain import Act, Cue, Heard, Move, Scenario, Speech, Stance
from rmcoach_llm.protocols import Listener, OnText, Voice

STARTS_OVER = " ... [starts over] "
"""What a voice says on the stream when a line is stopped half-way and another one begins."""

FREELY_SERVED = frozenset(
    {
        Act.GUARDED,
        Act.HOLLOW,
        Act.UNCLEAR,
        Act.PUZZLED,
        Act.THANKS,
        Act.COMMITMENT,
        Act.GREET,
        Act.RETELL,
        Act.PITCH,
    }
)
"""Acts that a free reaction to the line serves as well as a directed one."""

SEEN_AT_ONCE = frozenset({Act.WRONG, Act.PRESSURE, Act.GAME, Act.LANGUAGE})
"""Acts that rules see as surely as a model does: a reply may begin under them. None ends the
talk or threatens to: that is for the listener to cause."""


def asks_model(part: Listener | Voice) -> bool:
    """Say whether a listener or voice waits for a model: those that do set `asks_model`."""
    return bool(getattr(part, "asks_model", False))


def provisional_cue(scenario: Scenario, stance: Stance, guess: Heard) -> Cue:
    """Give the cue to begin under, by which nothing new comes out.

    What is asked for a model hears better than rules do, so the stakeholder is mostly to react
    freely: `guarded` without a topic. Only what is out in `stance` is in the cue.
    """
    foreign = guess.did(Move.OTHER_LANGUAGE) and scenario.any_language
    cue = advance(scenario, stance, guess)[1]
    if not foreign and cue.act in SEEN_AT_ONCE:
        return cue
    known = known_facts(scenario, stance)
    doubt = cue.objection if stance.objection != "unspoken" else None
    return Cue(act=Act.GUARDED, known=known, objection=doubt, mood=cue.mood)


def fits(begun: Cue, cue: Cue) -> bool:
    """Say whether a reply that was begun under one cue serves another."""
    if begun.act is Act.GUARDED and not begun.guarded_topics:
        return cue.act in FREELY_SERVED and not cue.ends
    same = (begun.act, begun.tell, begun.choices, begun.ends)
    return same == (cue.act, cue.tell, cue.choices, cue.ends)


class Begun:
    """Hold a reply that is being spoken, unseen until `show` or for ever after `drop`."""

    def __init__(self, cue: Cue, speak: Callable[[OnText], Awaitable[Speech]]) -> None:
        self.cue = cue
        self._held: list[str] = []
        self._on_text: OnText | None = None
        self._speaking = asyncio.ensure_future(speak(self._hear))

    async def show(self, on_text: OnText | None) -> Speech:
        """Pass on what was held back and all that follows; raises what the voice raises."""
        while on_text is not None and self._held:
            piece = "".join(self._held)
            self._held.clear()
            await on_text(piece)
        self._on_text = on_text
        return await self._speaking

    async def drop(self) -> None:
        """Stop speaking and let the connection go; what went wrong in it no longer matters."""
        self._speaking.cancel()
        await asyncio.gather(self._speaking, return_exceptions=True)

    async def _hear(self, piece: str) -> None:
        if self._on_text is not None:
            await self._on_text(piece)
        elif piece == STARTS_OVER:
            self._held.clear()  # nobody has seen what is taken back
        else:
            self._held.append(piece)
