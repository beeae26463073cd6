"""What the stakeholder does about a line: the one place that lets a fact out, and ends the talk."""

from __future__ import annotations

from rmcoach_llm.disclosure.trust import evidence, spend, weigh
from rmcoach_llm.domain import (
    Act,
    Cue,
    Earned,
    Ending,
    Fact,
    Heard,
    HowKnown,
    KnownFact,
    Layer,
    Mood,
    Move,
    Scenario,
    Stance,
)

MOST_UNHEARD = 4
"""Facts that come out in a row to one who shows no sign of listening; more would be an
interrogation. Any new piece of evidence begins the count again."""

SURFACE = frozenset({Layer.WANT, Layer.SYMPTOM})
"""What a stakeholder offers to talk about, unasked, to one who was not understood."""

AGAIN = frozenset({Act.RETELL, Act.REPEAT, Act.PUZZLED})
"""Acts that tell what is out already; `puzzled` may tell nothing."""

TELLING = frozenset({Act.TELL, *AGAIN})
SPENT = frozenset(
    {Act.PITCH, Act.PRESSURE, Act.OFF_TOPIC, Act.GAME, Act.HOLLOW, Act.UNCLEAR, Act.REPEAT}
)
OBJECTING = {
    Act.RAISE_OBJECTION: "raised",
    Act.HOLD_OBJECTION: "raised",
    Act.DROP_OBJECTION: "moved",
}
"""Where the objection stands after each act that is about it."""


def begin(scenario: Scenario) -> Stance:
    """Give the stance of the stakeholder before the trainee's first line."""
    return Stance(trust=scenario.trust, patience=scenario.patience)


def advance(
    scenario: Scenario, stance: Stance, heard: Heard, *, turn: int = 0
) -> tuple[Stance, Cue]:
    """Decide what the stakeholder does about what was heard; the only place that unlocks.

    `turn` is the number of the trainee's turn in the transcript, for the ledger. A fact is told
    if all facts before it are known, trust suffices and the kind of question fits; at most one
    fact comes out a turn. Raises ValueError when the talk has already ended.
    """
    if stance.ended is not None:
        raise ValueError(f"the talk has ended ({stance.ended}): there is nothing to answer")
    heard = _possible(scenario, stance, heard)
    stance = stance.model_copy(update={"exchanges": stance.exchanges + 1, "offered": ()})
    before = stance.evidence
    stance = weigh(stance, heard)
    stance = stance.model_copy(update={"evidence": (*before, *evidence(scenario, stance, heard))})
    act, fact = _decide(scenario, stance, heard, brought=stance.evidence != before)
    if act in OBJECTING:
        stance = stance.model_copy(update={"objection": OBJECTING[act]})
    if fact is not None and act not in AGAIN:
        earned = Earned(fact=fact.id, turn=turn, how=_how(fact))
        told = {"earned": (*stance.earned, earned), "unheard": stance.unheard + 1}
        stance = stance.model_copy(update=told)
    if fact is not None:
        stance = stance.model_copy(update={"last_fact": fact.id})
    stance = spend(stance, act, heard, brought=stance.evidence != before)
    act, ended = _end(scenario, stance, act, fact)
    fact = fact if act in TELLING else None
    if ended:
        stance = stance.model_copy(update={"ended": ended})
    if act in (Act.ASK_BACK, Act.UNCLEAR):
        offered = heard.unsure_between if act is Act.ASK_BACK else _near(scenario, stance, heard)
        stance = stance.model_copy(update={"offered": offered})
    return stance, _cue(scenario, stance, heard, act, fact)


def may_tell(scenario: Scenario, stance: Stance, heard: Heard, fact_id: str) -> bool:
    """Say whether the rules let a fact out now, given that it was asked for."""
    unlock = scenario.fact(fact_id).unlock
    return (
        not stance.knows(fact_id)
        and stance.unheard < MOST_UNHEARD
        and all(stance.knows(before) for before in unlock.after)
        and stance.trust >= unlock.trust
        and (not unlock.kinds or any(kind in unlock.kinds for kind in heard.kinds))
    )


def known_facts(scenario: Scenario, stance: Stance) -> tuple[KnownFact, ...]:
    """Give what is out, in the order in which it came: all that a voice may know."""
    return tuple(_known(scenario.fact(fact_id)) for fact_id in stance.known)


def _known(fact: Fact) -> KnownFact:
    return KnownFact(id=fact.id, topic=fact.topic, statement=fact.statement)


def _possible(scenario: Scenario, stance: Stance, heard: Heard) -> Heard:
    """Drop what cannot be: facts that the scenario has not, playback of what was never told."""
    ids = {fact.id for fact in scenario.facts}
    unsure = tuple(fact for fact in dict.fromkeys(heard.unsure_between) if fact in ids)
    return heard.model_copy(
        update={
            "asked": tuple(match for match in heard.asked if match.fact in ids),
            "unsure_between": unsure[:2] if len(unsure) > 1 else (),
            "played_back": tuple(fact for fact in heard.played_back if stance.knows(fact)),
            "misplayed": tuple(fact for fact in heard.misplayed if stance.knows(fact)),
            "follows": heard.follows if heard.follows == stance.last_fact else None,
        }
    )


def _on_the_way(scenario: Scenario, stance: Stance, heard: Heard) -> Fact | None:
    """Give the first fact that may be told on the way to the one asked for, or None.

    Only to one who has shown that they listen, and only for the first asking: insistence gets
    nowhere.
    """
    asked = heard.asked[0].fact
    if not stance.rewarded or stance.knows(asked) or asked in stance.refused:
        return None
    missing = [asked]
    for name in missing:
        missing += [b for b in scenario.fact(name).unlock.after if not stance.knows(b)]
    ways = (name for name in reversed(missing[1:]) if may_tell(scenario, stance, heard, name))
    return next((scenario.fact(name) for name in ways), None)


def _near(scenario: Scenario, stance: Stance, heard: Heard) -> tuple[str, ...]:
    """Give two things to offer to one who was not understood, or none where there are not two.

    Only from the surface: what the last answer led to, then in the order of the scenario. To think
    of needs, limits and decisions is the trainee's part.
    """
    open_ones = [
        fact
        for fact in scenario.facts
        if fact.layer in SURFACE and may_tell(scenario, stance, heard, fact.id)
    ]
    open_ones.sort(key=lambda fact: stance.last_fact not in fact.unlock.after)
    return tuple(fact.id for fact in open_ones[:2]) if len(open_ones) > 1 else ()


def why_locked(scenario: Scenario, stance: Stance, heard: Heard, fact_id: str) -> str:
    """Say in plain words which lock kept a fact back that was asked for, the first that did."""
    unlock = scenario.fact(fact_id).unlock
    if not all(stance.knows(before) for before in unlock.after):
        return "something that leads there had not come out yet"
    if stance.trust < unlock.trust:
        return "there was not enough trust yet"
    if stance.unheard >= MOST_UNHEARD:
        return "too many questions in a row without a sign of listening"
    if unlock.kinds and not set(unlock.kinds) & set(heard.kinds):
        return "another kind of question opens it"
    return "the talk was about something else at that moment"


def _about_objection(
    scenario: Scenario, stance: Stance, heard: Heard, *, brought: bool
) -> Act | None:
    """Say what a proposal or evidence does about the objection, or None where it does nothing."""
    if scenario.objection is None or stance.objection == "moved":
        return None
    if brought and set(scenario.objection.moved_by) <= set(stance.evidence):
        return Act.DROP_OBJECTION
    if stance.objection == "raised":
        return Act.HOLD_OBJECTION if brought or heard.did(Move.PITCH) else None
    proposes = heard.did(Move.PITCH) and stance.knows(scenario.root_need.id)
    return Act.RAISE_OBJECTION if proposes else None


def _decide(
    scenario: Scenario, stance: Stance, heard: Heard, *, brought: bool
) -> tuple[Act, Fact | None]:
    """Choose what to do, and the fact to tell, if one is; `brought` says: new evidence."""
    if (blocked := _blocked(stance, scenario, heard)) is not None:
        return blocked, None
    # Only the fact that was asked for may come out, or what leads to it: no other was meant.
    if heard.asked and may_tell(scenario, stance, heard, heard.asked[0].fact):
        return Act.TELL, scenario.fact(heard.asked[0].fact)
    if heard.asked and (before := _on_the_way(scenario, stance, heard)) is not None:
        return Act.TELL, before
    objecting = _about_objection(scenario, stance, heard, brought=brought)
    if objecting is not None:
        return objecting, None
    if heard.unsure_between:
        return Act.ASK_BACK, None
    if heard.asked:
        asked = scenario.fact(heard.asked[0].fact)
        if not stance.knows(asked.id):
            return Act.GUARDED, None
        if heard.did(Move.COMMITMENT):
            return Act.COMMITMENT, None
        if heard.did(Move.PLAYBACK) and not heard.played_back:
            return Act.PUZZLED, asked  # what may be right is said anew, not confirmed
        return (Act.REPEAT if stance.last_fact == asked.id else Act.RETELL), asked
    return _without_a_question(heard), None


def _blocked(stance: Stance, scenario: Scenario, heard: Heard) -> Act | None:
    """See what stands before any answer: noise, games, pressure, a ready-made solution."""
    if heard.did(Move.OTHER_LANGUAGE):
        return Act.LANGUAGE
    if heard.did(Move.GIBBERISH):
        return Act.HOLLOW
    if heard.did(Move.GAME_TALK):
        return Act.GAME
    if heard.did(Move.PRESSURE):
        return Act.PRESSURE
    if heard.did(Move.FAREWELL) and not heard.asked:
        return Act.FAREWELL
    if heard.misplayed:
        return Act.WRONG
    if heard.did(Move.PITCH) and not stance.knows(scenario.root_need.id):
        return Act.PITCH
    return None


def _without_a_question(heard: Heard) -> Act:
    if heard.played_back:
        return Act.THANKS
    if heard.did(Move.COMMITMENT):
        return Act.COMMITMENT
    if heard.did(Move.PLAYBACK) and heard.follows is None:
        return (
            Act.PUZZLED
        )  # nothing that is out bears it out, and nobody confirms what they did not say
    if heard.did(Move.OFF_TOPIC):
        return Act.OFF_TOPIC
    if heard.did(Move.GREETING):
        return Act.GREET
    if heard.did(Move.ACKNOWLEDGEMENT) or heard.did(Move.ADMITTED_LIMIT):
        return Act.THANKS
    if heard.did(Move.PITCH) or heard.did(Move.REQUEST):
        return Act.THANKS
    if heard.did(Move.OPEN_QUESTION) or heard.did(Move.CLOSED_QUESTION):
        return Act.UNCLEAR
    return Act.HOLLOW


def _how(fact: Fact) -> HowKnown:
    return "volunteered" if fact.layer is Layer.WANT else "earned"


def _end(
    scenario: Scenario, stance: Stance, act: Act, fact: Fact | None
) -> tuple[Act, Ending | None]:
    """Say whether the talk ends with this turn, and how."""
    if act is Act.FAREWELL:
        return act, "farewell"
    if stance.patience <= 0:
        return Act.WALK_OUT, "walk_out"
    if stance.exchanges >= scenario.turns:
        return (act if fact is not None else Act.TIME_OUT), "time_out"
    if stance.patience == 1 and act in SPENT:
        return Act.IMPATIENT, None
    return act, None


def _cue(scenario: Scenario, stance: Stance, heard: Heard, act: Act, fact: Fact | None) -> Cue:
    guarded = [m.fact for m in heard.asked[:1]] if act is Act.GUARDED else []
    return Cue(
        act=act,
        tell=_known(fact) if fact is not None else None,
        known=known_facts(scenario, stance),
        guarded_topics=tuple(scenario.fact(f).topic for f in guarded),
        choices=tuple(scenario.fact(f).topic for f in stance.offered),
        objection=scenario.objection.statement
        if scenario.objection is not None and stance.objection != "unspoken"
        else None,
        mood=_mood(scenario, stance),
        ends=stance.ended is not None,
    )


def _mood(scenario: Scenario, stance: Stance) -> Mood:
    if stance.trust >= 5:
        return "open"  # who has listened is forgiven what went wrong before
    if stance.patience * 3 <= scenario.patience:
        return "irritated"
    return "guarded" if stance.trust < scenario.trust else "neutral"
