"""What the stakeholder discloses, when, and when the talk ends: pure code, no model.

Trust moves on evidence only, each piece of evidence once: a playback that is right (+2 the
first time, +1 for further facts), a follow-up on the last answer (+1 a fact), an
acknowledgement tied to it (+1 a fact); from one who has listened before, a dated commitment
(+1) and an admitted limit (+1).
Niceness, insistence and repetition move nothing. A pitch before the need is known, pressure
and a wrong playback cost trust; what wastes time costs patience. All figures are in `TRUST`
and `PATIENCE`.

Who has listened and asks for something that lies behind what has not come out yet is met half-way:
the first thing on the way to it is told, once. So a good question is no dead end.

Questions alone get no further than the surface: after `MOST_UNHEARD` facts in a row without a
sign of listening nothing new comes out until there is one.

A proposal after the root need is known meets the scenario's objection. It is let go when lines
that speak to it have brought each kind of evidence that it names; a further proposal without new
evidence leaves it where it is and costs patience.
"""

from rmcoach_llm.disclosure.acts import (
    MOST_UNHEARD,
    advance,
    begin,
    known_facts,
    may_tell,
    why_locked,
)
from rmcoach_llm.disclosure.trust import PATIENCE, TRUST

__all__ = [
    "MOST_UNHEARD",
    "PATIENCE",
    "TRUST",
    "advance",
    "begin",
    "known_facts",
    "may_tell",
    "why_locked",
]
