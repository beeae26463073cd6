"""How trust and patience move: by evidence, each piece of it once."""

from __future__ import annotations

from rmcoach_llm.domain import Act, EvidenceKind, Heard, Move, Scenario, Stance

TRUST = {
    "first_playback": 2,
    "playback": 1,
    "follow_up": 1,
    "acknowledgement": 1,
    "commitment": 1,
    "admitted_limit": 1,
    "misplayed": -1,
    "pitch": -1,
    "pressure": -2,
}
"""Points of trust (0 to 10) for each piece of evidence."""

PATIENCE = {
    "pitch": -1,
    "pressure": -2,
    "off_topic": -1,
    "game": -1,
    "language": -1,
    "hollow": -1,
    "unclear": -1,
    "repeat": -1,
    "insistence": -1,
    "hold_objection": -1,
}
"""Points of patience (0 to 20) that a turn costs."""


def weigh(stance: Stance, heard: Heard) -> Stance:
    """Move trust by the evidence in a line; nothing counts that has counted before."""
    gains: list[tuple[str, int]] = []
    for fact in heard.played_back:
        first = not any(key.startswith("playback:") for key in stance.rewarded)
        gains.append((f"playback:{fact}", TRUST["first_playback" if first else "playback"]))
        break  # one playback a turn, however many facts it holds
    if heard.follows is not None and heard.did(Move.FOLLOW_UP):
        gains.append((f"follow_up:{heard.follows}", TRUST["follow_up"]))
    if heard.follows is not None and heard.did(Move.ACKNOWLEDGEMENT):
        gains.append((f"acknowledgement:{heard.follows}", TRUST["acknowledgement"]))
    gains += [
        (move.value, TRUST[move.value])
        for move in (Move.COMMITMENT, Move.ADMITTED_LIMIT)
        if heard.did(move) and stance.rewarded  # a promise of one who has not listened is cheap
    ]
    fresh = [(key, points) for key, points in gains if key not in stance.rewarded]
    if _hostile(heard):
        fresh = []
    losses = [("misplayed", TRUST["misplayed"])] if heard.misplayed else []
    if heard.did(Move.PRESSURE):
        losses.append(("pressure", TRUST["pressure"]))
    # One turn moves trust up by two at the most: a line stuffed with phrases earns no more.
    up = min(2, sum(points for _, points in fresh))
    trust = stance.trust + up + sum(points for _, points in losses)
    return stance.model_copy(
        update={
            "trust": max(0, min(10, trust)),
            "unheard": 0 if fresh else stance.unheard,
            "rewarded": (*stance.rewarded, *(key for key, _ in fresh)),
        }
    )


def _hostile(heard: Heard) -> bool:
    return any(heard.did(m) for m in (Move.PRESSURE, Move.GAME_TALK, Move.GIBBERISH))


def evidence(scenario: Scenario, stance: Stance, heard: Heard) -> tuple[EvidenceKind, ...]:
    """Give the kinds of evidence that a line newly brings against the objection raised."""
    objection = scenario.objection
    if objection is None or stance.objection != "raised" or _hostile(heard):
        return ()
    if not heard.speaks_to_objection:
        return ()
    return tuple(
        kind
        for kind in dict.fromkeys(objection.moved_by)
        if kind not in stance.evidence and heard.did(Move(kind))
    )


def spend(stance: Stance, act: Act, heard: Heard, *, brought: bool) -> Stance:
    """Take what the turn costs: asking again for what was refused is insistence.

    Who has `brought` new evidence against an objection wastes no time, even if it is held.
    """
    cost = 0 if act is Act.HOLD_OBJECTION and brought else PATIENCE.get(act.value, 0)
    if act is Act.UNCLEAR and heard.did(Move.OPEN_QUESTION):
        cost = 0  # an open question that is not understood is no fault of the one who asks
    refused = stance.refused
    if act is Act.GUARDED:
        fact = heard.asked[0].fact
        cost = PATIENCE["insistence"] if fact in refused else 0
    if heard.asked and act in (Act.GUARDED, Act.TELL) and not stance.knows(heard.asked[0].fact):
        refused = tuple(dict.fromkeys((*refused, heard.asked[0].fact)))
    return stance.model_copy(
        update={
            "patience": max(0, stance.patience + cost),
            "trust": max(0, stance.trust + (TRUST["pitch"] if act is Act.PITCH else 0)),
            "refused": refused,
        }
    )
