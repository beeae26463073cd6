from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.objections import OBJECTION, QUICK
from support.trainees import DISCOVERERS

from rmcoach_llm.disclosure import (
    MOST_UNHEARD,
    PATIENCE,
    TRUST,
    advance,
    begin,
    may_tell,
    why_locked,
)
from rmcoach_llm.domain import (
    Act,
    Cue,
    Earned,
    Heard,
    Match,
    Move,
    QuestionKind,
    Scenario,
    Stance,
    Unlock,
)
from rmcoach_llm.library import Library

SCENARIOS = [Library().scenario(name) for name in sorted(DISCOVERERS)]
FINANCE = Library().scenario("finance-close-report")
EVIDENCE = ("playback:", "follow_up:", "acknowledgement:", "commitment", "admitted_limit")
HOSTILE = (Move.PRESSURE, Move.GAME_TALK, Move.GIBBERISH)

Step = tuple[Stance, Heard, Stance, Cue]


def with_kinds(scenario: Scenario) -> Scenario:
    """Lock every other fact to kinds of question, so that this rule is played too."""
    kinds = (QuestionKind.PROBLEM, QuestionKind.DECISION)
    facts = tuple(
        fact.model_copy(update={"unlock": fact.unlock.model_copy(update={"kinds": kinds})})
        if place % 2
        else fact
        for place, fact in enumerate(scenario.facts)
    )
    return scenario.model_copy(update={"facts": facts})


def heards(scenario: Scenario) -> st.SearchStrategy[Heard]:
    """Give what any listener could say, true or not, ids that do not exist among it."""
    ids = st.sampled_from([*(fact.id for fact in scenario.facts), "no-such-fact"])
    some = st.lists(ids, max_size=4).map(tuple)
    return st.builds(
        Heard,
        moves=st.lists(st.sampled_from(Move), max_size=5, unique=True).map(tuple),
        kinds=st.lists(st.sampled_from(QuestionKind), max_size=3, unique=True).map(tuple),
        asked=st.lists(
            st.builds(Match, fact=ids, confidence=st.floats(0, 1)), max_size=3, unique=True
        ).map(tuple),
        unsure_between=some,
        played_back=some,
        misplayed=some,
        follows=st.none() | ids,
        speaks_to_objection=st.booleans(),
    )


@st.composite
def plays(draw: st.DrawFn) -> tuple[Scenario, list[Heard]]:
    """Draw a scenario and as many things heard as its time allows, and more."""
    scenario = draw(st.sampled_from([*SCENARIOS, *map(with_kinds, SCENARIOS), QUICK]))
    return scenario, draw(st.lists(heards(scenario), min_size=1, max_size=scenario.turns + 3))


def steps(scenario: Scenario, heard: list[Heard]) -> Iterator[Step]:
    """Play until the talk ends."""
    stance = begin(scenario)
    for turn, item in enumerate(heard):
        if stance.ended:
            return
        after, cue = advance(scenario, stance, item, turn=turn)
        yield stance, item, after, cue
        stance = after


def everything(scenario: Scenario, first: str) -> Heard:
    """Hear every move and every fact at once, save what stops an answer."""
    ids = tuple(fact.id for fact in scenario.facts)
    bad = {*HOSTILE, Move.OTHER_LANGUAGE, Move.FAREWELL, Move.PITCH}
    return Heard(
        moves=tuple(move for move in Move if move not in bad),
        kinds=tuple(QuestionKind),
        asked=tuple(Match(fact=f, confidence=1) for f in (first, *ids)),
        played_back=ids,
        follows=first,
    )


@given(plays())
@settings(max_examples=150, deadline=None)
def test_a_fact_comes_out_by_its_locks_only_and_one_a_turn(
    play: tuple[Scenario, list[Heard]],
) -> None:
    """Whatever a listener says: prerequisites, trust and kind of question hold, and none is lost."""
    scenario, heard = play
    for before, item, after, cue in steps(scenario, heard):
        new = after.known[len(before.known) :]
        assert after.earned[: len(before.earned)] == before.earned
        assert len(new) <= 1
        if cue.act is Act.TELL:
            assert cue.tell is not None
            assert (cue.tell.id,) == new
        for fact_id in new:
            unlock = scenario.fact(fact_id).unlock
            assert set(unlock.after) <= set(before.known)
            assert after.trust >= unlock.trust
            assert not unlock.kinds or set(unlock.kinds) & set(item.kinds)


@given(plays())
@settings(max_examples=150, deadline=None)
def test_a_cue_holds_nothing_locked(play: tuple[Scenario, list[Heard]]) -> None:
    """What a voice gets to see is what is out, and vague names of topics."""
    scenario, heard = play
    for _, _, after, cue in steps(scenario, heard):
        assert tuple(fact.id for fact in cue.known) == after.known
        assert cue.tell is None or cue.tell in cue.known
        text = cue.model_dump_json()
        for fact in scenario.facts:
            if not after.knows(fact.id):
                assert fact.statement not in text
                assert not any(line in text for line in fact.says)


@given(plays())
@settings(max_examples=150, deadline=None)
def test_trust_rises_on_evidence_and_each_piece_counts_once(
    play: tuple[Scenario, list[Heard]],
) -> None:
    """No gain without a new entry among the rewarded, at most two a turn, none for the hostile."""
    scenario, heard = play
    for before, item, after, _ in steps(scenario, heard):
        fresh = after.rewarded[len(before.rewarded) :]
        assert after.rewarded[: len(before.rewarded)] == before.rewarded
        assert len(set(after.rewarded)) == len(after.rewarded)
        assert all(key.startswith(EVIDENCE) for key in fresh)
        assert after.trust - before.trust <= (2 if fresh else 0)
        assert not (fresh and any(item.did(move) for move in HOSTILE))
        for key in fresh:
            assert ":" not in key or before.knows(key.split(":")[1])
        assert 0 <= after.trust <= 10


@given(plays())
@settings(max_examples=100, deadline=None)
def test_patience_never_grows_and_a_talk_ends_in_time(play: tuple[Scenario, list[Heard]]) -> None:
    """Time is out after `turns`, patience may be out before; the last cue says so."""
    scenario, heard = play
    played = list(steps(scenario, heard))
    for before, _, after, cue in played:
        assert 0 <= after.patience <= before.patience
        assert after.exchanges == before.exchanges + 1 <= scenario.turns
        assert cue.ends is (after.ended is not None)
        if after.patience == 0:
            assert after.ended in ("walk_out", "farewell")
    if len(heard) >= scenario.turns:
        assert played[-1][2].ended


@given(plays())
@settings(max_examples=50, deadline=None)
def test_the_same_play_gives_the_same_stances(play: tuple[Scenario, list[Heard]]) -> None:
    """There is no chance in it."""
    assert list(steps(*play)) == list(steps(*play))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_a_listener_that_hears_everything_opens_no_lock_at_once(scenario: Scenario) -> None:
    """Even then facts come out one a turn, those before the root need first."""
    root = scenario.root_need.id
    after, cue = advance(scenario, begin(scenario), everything(scenario, root))
    assert cue.act is Act.GUARDED
    assert not after.known
    assert after.trust == scenario.trust


def test_nothing_is_answered_after_the_end() -> None:
    """An ended talk refuses, and says how it ended."""
    ended = begin(FINANCE).model_copy(update={"ended": "walk_out"})
    with pytest.raises(ValueError, match="walk_out"):
        advance(FINANCE, ended, Heard())


@pytest.mark.parametrize(
    "heard",
    [
        Heard(moves=(Move.ACKNOWLEDGEMENT,)),
        Heard(moves=(Move.ACKNOWLEDGEMENT, Move.FOLLOW_UP)),
        Heard(moves=(Move.GREETING,)),
        Heard(moves=(Move.COMMITMENT,)),
        Heard(moves=(Move.ADMITTED_LIMIT,)),
        Heard(moves=(Move.PLAYBACK,)),
        Heard(asked=(Match(fact="figure-to-sign", confidence=1),)),
    ],
)
def test_niceness_and_insistence_move_no_trust(heard: Heard) -> None:
    """A phrase without a tie to what was told earns nothing, however often it is said."""
    assert max(after.trust for _, _, after, _ in steps(FINANCE, [heard] * 30)) == FINANCE.trust


def told(*facts: str, **changes: object) -> Stance:
    """Give a stance in which facts are out."""
    earned = tuple(Earned(fact=fact, turn=1, how="earned") for fact in facts)
    last = facts[-1] if facts else None
    return begin(FINANCE).model_copy(update={"earned": earned, "last_fact": last, **changes})


LAST = "close-length"


@pytest.mark.parametrize(
    ("heard", "gain"),
    [
        (Heard(played_back=(LAST,)), TRUST["first_playback"]),
        (Heard(follows=LAST, moves=(Move.FOLLOW_UP,)), TRUST["follow_up"]),
        (Heard(follows=LAST, moves=(Move.ACKNOWLEDGEMENT,)), TRUST["acknowledgement"]),
        (
            Heard(played_back=(LAST,), follows=LAST, moves=(Move.FOLLOW_UP, Move.ACKNOWLEDGEMENT)),
            2,
        ),
        (Heard(misplayed=(LAST,)), TRUST["misplayed"]),
        (Heard(moves=(Move.PITCH,)), TRUST["pitch"]),
        (Heard(moves=(Move.PRESSURE,)), TRUST["pressure"]),
        (Heard(played_back=(LAST,), moves=(Move.PRESSURE,)), TRUST["pressure"]),
        (Heard(played_back=("june-miss",)), 0),
        (Heard(follows="june-miss", moves=(Move.FOLLOW_UP,)), 0),
    ],
)
def test_what_evidence_is_worth(heard: Heard, gain: int) -> None:
    """As the table says; evidence about facts that are not out is none."""
    before = told(LAST)
    after, _ = advance(FINANCE, before, heard)
    assert after.trust - before.trust == gain


def test_a_promise_counts_from_one_who_has_listened() -> None:
    """And once."""
    before = told(LAST, rewarded=("playback:close-length",))
    promise = Heard(moves=(Move.COMMITMENT,))
    after, cue = advance(FINANCE, before, promise)
    assert cue.act is Act.COMMITMENT
    assert after.trust == before.trust + 1
    assert advance(FINANCE, after, promise)[0].trust == after.trust


def test_a_second_playback_is_worth_less_and_the_same_one_nothing() -> None:
    """The first shows a way of working, later ones a fact each."""
    stance = told("chasing", LAST)
    gains = []
    for fact in (LAST, "chasing", LAST):
        after, _ = advance(FINANCE, stance, Heard(played_back=(fact,)))
        gains.append(after.trust - stance.trust)
        stance = after
    assert gains == [2, 1, 0]


def ask(fact: str) -> tuple[Match, ...]:
    """Ask for one fact."""
    return (Match(fact=fact, confidence=0.9),)


@pytest.mark.parametrize(
    ("heard", "act"),
    [
        (Heard(moves=(Move.OTHER_LANGUAGE,)), Act.LANGUAGE),
        (Heard(moves=(Move.GIBBERISH,)), Act.HOLLOW),
        (Heard(moves=(Move.GAME_TALK,), asked=ask("chasing")), Act.GAME),
        (Heard(moves=(Move.PRESSURE,), asked=ask("chasing")), Act.PRESSURE),
        (Heard(moves=(Move.FAREWELL,)), Act.FAREWELL),
        (Heard(moves=(Move.FAREWELL,), asked=ask("chasing")), Act.TELL),
        (Heard(misplayed=(LAST,), asked=ask("chasing")), Act.WRONG),
        (Heard(moves=(Move.PITCH,), asked=ask("chasing")), Act.PITCH),
        (Heard(asked=ask("chasing")), Act.TELL),
        (Heard(asked=ask("figure-to-sign")), Act.GUARDED),
        (Heard(asked=ask(LAST)), Act.REPEAT),
        (Heard(asked=ask("close-dashboard")), Act.RETELL),
        (Heard(moves=(Move.COMMITMENT,), asked=ask("close-dashboard")), Act.COMMITMENT),
        (Heard(unsure_between=("chasing", "limits")), Act.ASK_BACK),
        (Heard(unsure_between=("chasing", "no-such-fact")), Act.HOLLOW),
        (Heard(asked=ask("no-such-fact")), Act.HOLLOW),
        (Heard(played_back=(LAST,)), Act.THANKS),
        (Heard(moves=(Move.PLAYBACK,)), Act.PUZZLED),
        (Heard(moves=(Move.CLOSED_QUESTION, Move.PLAYBACK)), Act.PUZZLED),
        (Heard(moves=(Move.ACKNOWLEDGEMENT, Move.PLAYBACK)), Act.PUZZLED),
        (Heard(moves=(Move.PLAYBACK, Move.COMMITMENT)), Act.COMMITMENT),
        (Heard(moves=(Move.PLAYBACK,), asked=ask("chasing")), Act.TELL),
        (Heard(moves=(Move.PLAYBACK,), asked=ask(LAST)), Act.PUZZLED),
        (Heard(moves=(Move.PLAYBACK,), asked=ask(LAST), played_back=(LAST,)), Act.REPEAT),
        (Heard(moves=(Move.OFF_TOPIC,)), Act.OFF_TOPIC),
        (Heard(moves=(Move.GREETING,)), Act.GREET),
        (Heard(moves=(Move.ACKNOWLEDGEMENT,)), Act.THANKS),
        (Heard(moves=(Move.ADMITTED_LIMIT,)), Act.THANKS),
        (Heard(moves=(Move.REQUEST,)), Act.THANKS),
        (Heard(moves=(Move.OPEN_QUESTION,)), Act.UNCLEAR),
        (Heard(), Act.HOLLOW),
    ],
)
def test_what_the_stakeholder_does(heard: Heard, act: Act) -> None:
    """Noise and games before all, then the question, then the rest."""
    assert advance(FINANCE, told("close-dashboard", LAST), heard)[1].act is act


def test_what_cannot_be_told_to_be_right_brings_nothing_and_costs_nothing() -> None:
    """Who checks their understanding does well to; only what was told can be confirmed."""
    before = told("close-dashboard", LAST)
    after, cue = advance(FINANCE, before, Heard(moves=(Move.CLOSED_QUESTION, Move.PLAYBACK)))
    assert cue.act is Act.PUZZLED
    assert cue.tell is None
    assert (after.trust, after.patience) == (before.trust, before.patience)
    assert (after.rewarded, after.known) == (before.rewarded, before.known)


def test_what_is_said_anew_is_out_already_and_earned_once() -> None:
    """A fact that a playback means is told in other words: the ledger stays as it is."""
    before = told("close-dashboard", LAST)
    meant = Heard(moves=(Move.PLAYBACK,), asked=ask("close-dashboard"))
    after, cue = advance(FINANCE, before, meant)
    assert cue.tell is not None
    assert (cue.act, cue.tell.id) == (Act.PUZZLED, "close-dashboard")
    assert (after.earned, after.trust, after.patience) == (
        before.earned,
        before.trust,
        before.patience,
    )


def test_a_solution_after_the_need_is_no_pitch() -> None:
    """Who knows the need may propose, and is thanked by a stakeholder without an objection."""
    heard = Heard(moves=(Move.PITCH,))
    without = FINANCE.model_copy(update={"objection": None})
    assert advance(without, told("figure-to-sign"), heard)[1].act is Act.THANKS


def test_questions_alone_open_no_more_than_four_facts() -> None:
    """After that nothing new comes out until there is a sign of listening, new and not hostile."""
    stance = begin(QUICK)
    ids = [fact.id for fact in QUICK.facts]
    for fact in ids[:MOST_UNHEARD]:
        stance, cue = advance(QUICK, stance, Heard(asked=ask(fact)))
        assert cue.act is Act.TELL
    stance, cue = advance(QUICK, stance, Heard(asked=ask(ids[4])))
    assert cue.act is Act.GUARDED
    pushed, cue = advance(
        QUICK, stance, Heard(asked=ask(ids[4]), moves=(Move.PRESSURE,), played_back=(ids[0],))
    )
    assert pushed.unheard == stance.unheard
    stance, cue = advance(QUICK, stance, Heard(asked=ask(ids[4]), played_back=(ids[0],)))
    assert cue.act is Act.TELL
    assert stance.unheard == 1


CHAIN = {"who-decides": ("close-dashboard",), "figure-to-sign": ("who-decides", "chasing")}


def chained(trust: int = 0) -> Scenario:
    """Give a scenario where one thing leads to the next, with the same lock of trust on each."""
    facts = tuple(
        fact.model_copy(update={"unlock": Unlock(after=CHAIN.get(fact.id, ()), trust=trust)})
        for fact in FINANCE.facts
    )
    return FINANCE.model_copy(update={"facts": facts})


def test_one_who_listens_is_met_half_way_once() -> None:
    """What is asked for lies behind something else: that is told, the furthest back first."""
    scenario, wanted = chained(), Heard(asked=ask("figure-to-sign"))
    listened = begin(scenario).model_copy(update={"rewarded": ("follow_up:x",)})
    stance, cue = advance(scenario, listened, wanted)
    assert (cue.act, cue.tell and cue.tell.id) == (Act.TELL, "close-dashboard")
    assert advance(scenario, stance, wanted)[1].act is Act.GUARDED
    assert advance(scenario, begin(scenario), wanted)[1].act is Act.GUARDED


def test_the_way_to_a_fact_has_its_own_locks() -> None:
    """Trust is asked for on the way as it is at the end."""
    scenario = chained(trust=5)
    listened = begin(scenario).model_copy(update={"rewarded": ("follow_up:x",), "trust": 4})
    assert advance(scenario, listened, Heard(asked=ask("figure-to-sign")))[1].act is Act.GUARDED


@pytest.mark.parametrize(
    ("changes", "unlock", "why"),
    [
        ({}, Unlock(after=("chasing",)), "had not come out yet"),
        ({"trust": 2}, Unlock(trust=3), "not enough trust"),
        ({"unheard": MOST_UNHEARD}, Unlock(), "without a sign of listening"),
        ({}, Unlock(kinds=(QuestionKind.DECISION,)), "another kind of question"),
        ({}, Unlock(), "something else"),
    ],
)
def test_why_a_fact_stays_locked_is_said(
    changes: dict[str, object], unlock: Unlock, why: str
) -> None:
    """The first lock that held, in words for a trainee."""
    facts = (FINANCE.root_need.model_copy(update={"unlock": unlock}), *FINANCE.facts)
    scenario = FINANCE.model_copy(update={"facts": facts})
    stance = begin(scenario).model_copy(update=changes)
    assert why in why_locked(scenario, stance, Heard(), FINANCE.root_need.id)


def test_a_question_that_was_not_understood_costs_no_patience() -> None:
    """It is no fault of the one who asks; noise is."""
    before = begin(FINANCE)
    asks = Heard(moves=(Move.OPEN_QUESTION,))
    assert advance(FINANCE, before, asks)[0].patience == before.patience
    assert advance(FINANCE, before, Heard())[0].patience == before.patience - 1


def test_one_who_is_not_understood_is_offered_what_is_near() -> None:
    """Two things of the surface that may be told now, first what the last answer led to."""
    lost = Heard(moves=(Move.OPEN_QUESTION,))
    stance, cue = advance(FINANCE, begin(FINANCE), lost)
    assert stance.offered == ("close-dashboard", "close-length")
    assert cue.choices == tuple(FINANCE.fact(fact).topic for fact in stance.offered)
    after, _ = advance(FINANCE, told("close-length", trust=4, last_fact="close-length"), lost)
    assert after.offered == ("bank-estimate", "close-dashboard")


@pytest.mark.parametrize(
    "stance",
    [
        told("close-dashboard", "close-length", "late-differences", "chasing"),
        begin(FINANCE).model_copy(update={"unheard": MOST_UNHEARD}),
    ],
)
def test_nothing_is_offered_that_would_not_be_told(stance: Stance) -> None:
    """Neither what is locked, nor a need, limit or decision, nor anything to one who only asks."""
    stance, cue = advance(FINANCE, stance, Heard(moves=(Move.OPEN_QUESTION,)))
    assert cue.act is Act.UNCLEAR
    assert stance.offered == cue.choices == ()


def proposing(*moves: Move, about: bool = True) -> Heard:
    """Hear a line that proposes, or brings evidence."""
    return Heard(moves=moves, speaks_to_objection=about)


def objecting(*heard: Heard) -> tuple[list[Act], Stance]:
    """Let lines be heard by one whose need is known; give the acts, and where it ends."""
    stance, acts = told("figure-to-sign"), []
    for item in heard:
        if stance.ended:
            break
        stance, cue = advance(QUICK, stance, item)
        acts.append(cue.act)
    return acts, stance


def test_the_first_proposal_after_the_need_meets_the_objection() -> None:
    """It is in the cue from then on, and never before."""
    stance, cue = advance(QUICK, told("figure-to-sign"), Heard(moves=(Move.ACKNOWLEDGEMENT,)))
    assert (cue.act, cue.objection) == (Act.THANKS, None)
    stance, cue = advance(QUICK, stance, proposing(Move.PITCH))
    assert (cue.act, cue.objection) == (Act.RAISE_OBJECTION, OBJECTION.statement)
    assert (stance.objection, stance.evidence) == ("raised", ())


def test_each_kind_of_evidence_is_needed_to_move_the_objection() -> None:
    """They may come in several lines; what was brought before the objection does not count."""
    acts, stance = objecting(
        proposing(Move.PITCH, Move.SOURCE), proposing(Move.TRADE_OFF), proposing(Move.SOURCE)
    )
    assert acts == [Act.RAISE_OBJECTION, Act.HOLD_OBJECTION, Act.DROP_OBJECTION]
    assert (stance.objection, stance.evidence) == ("moved", ("trade_off", "source"))
    assert advance(QUICK, stance, proposing(Move.PITCH))[1].act is Act.THANKS


@pytest.mark.parametrize(
    "heard",
    [
        proposing(Move.ACKNOWLEDGEMENT, Move.GREETING),
        proposing(Move.PITCH),
        proposing(Move.PITCH, Move.OVERCLAIM),
        proposing(Move.NUMBER, Move.COMMITMENT, Move.ADMITTED_LIMIT),
        proposing(Move.SOURCE, Move.TRADE_OFF, about=False),
        proposing(Move.SOURCE, Move.TRADE_OFF, Move.PRESSURE),
    ],
)
def test_nothing_but_its_evidence_moves_the_objection(heard: Heard) -> None:
    """Not charm, not insistence, not other evidence, not evidence beside the point or with a push."""
    _, stance = objecting(proposing(Move.PITCH), *[heard] * 6)
    assert stance.objection == "raised"
    assert stance.evidence == ()


def test_proposing_again_costs_patience_and_evidence_does_not() -> None:
    """To insist is to waste time, to bring half of the proof is not."""
    _, before = objecting(proposing(Move.PITCH))
    insisted = advance(QUICK, before, proposing(Move.PITCH))[0]
    brought = advance(QUICK, before, proposing(Move.PITCH, Move.SOURCE))[0]
    assert insisted.patience == before.patience - 1
    assert brought.patience == before.patience


@given(plays())
@settings(max_examples=100, deadline=None)
def test_an_objection_goes_its_way_once(play: tuple[Scenario, list[Heard]]) -> None:
    """Unspoken, raised after the root need, moved by all of its evidence; no step back or over."""
    scenario, heard = play
    order = ("unspoken", "raised", "moved")
    for before, item, after, cue in steps(scenario, heard):
        step = order.index(after.objection) - order.index(before.objection)
        assert step in (0, 1)
        assert (cue.objection is None) == (after.objection == "unspoken")
        if after.objection == "raised":
            assert after.knows(scenario.root_need.id)
        if step and after.objection == "moved":
            assert scenario.objection is not None
            assert set(after.evidence) == set(scenario.objection.moved_by)
        if after.evidence != before.evidence:
            assert before.objection == "raised"
            assert item.speaks_to_objection


def test_a_cue_for_a_guarded_fact_names_its_topic_only() -> None:
    """So that the voice can deflect without contradicting itself later."""
    after, cue = advance(FINANCE, begin(FINANCE), Heard(asked=ask("figure-to-sign")))
    assert cue.guarded_topics == (FINANCE.fact("figure-to-sign").topic,)
    assert after.refused == ("figure-to-sign",)
    again, _ = advance(FINANCE, after, Heard(asked=ask("figure-to-sign")))
    assert again.patience == after.patience + PATIENCE["insistence"]


def test_asking_back_offers_two_topics_for_one_turn() -> None:
    """The next line, whatever it says, closes the offer."""
    heard = Heard(unsure_between=("chasing", "limits", "no-owner"))
    after, cue = advance(FINANCE, begin(FINANCE), heard)
    assert after.offered == ("chasing", "limits")
    assert cue.choices == (FINANCE.fact("chasing").topic, FINANCE.fact("limits").topic)
    assert advance(FINANCE, after, Heard(moves=(Move.GREETING,)))[0].offered == ()


def test_a_last_warning_comes_before_the_walk_out() -> None:
    """The trainee sees it coming."""
    acts = [cue.act for *_, cue in steps(FINANCE, [Heard()] * 20)]
    assert acts[-2:] == [Act.IMPATIENT, Act.WALK_OUT]
    assert len(acts) == FINANCE.patience


def test_time_out_lets_a_last_fact_be_told() -> None:
    """An answer that was earned in the last minute is still given."""
    late = begin(FINANCE).model_copy(update={"exchanges": FINANCE.turns - 1})
    after, cue = advance(FINANCE, late, Heard(asked=ask("chasing")))
    assert (cue.act, cue.ends, after.ended) == (Act.TELL, True, "time_out")
    assert advance(FINANCE, late, Heard(moves=(Move.GREETING,)))[1].act is Act.TIME_OUT


@pytest.mark.parametrize(
    ("changes", "mood"),
    [
        ({}, "neutral"),
        ({"trust": 5}, "open"),
        ({"trust": 1}, "guarded"),
        ({"patience": 2}, "irritated"),
    ],
)
def test_mood_shows_trust_and_patience(changes: dict[str, int], mood: str) -> None:
    """A voice is told how the person feels, not the figures."""
    stance = begin(FINANCE).model_copy(update=changes)
    heard = Heard(moves=(Move.GREETING,))
    assert advance(FINANCE, stance, heard)[1].mood == mood


def test_wants_are_volunteered_and_all_else_is_earned() -> None:
    """To be told the request is no merit."""
    for fact, how in (("close-dashboard", "volunteered"), ("chasing", "earned")):
        after, _ = advance(FINANCE, begin(FINANCE), Heard(asked=ask(fact)), turn=7)
        assert after.earned == (Earned(fact=fact, turn=7, how=how),)  # type: ignore[arg-type]  # a literal


def test_a_kind_of_question_can_be_a_lock() -> None:
    """A fact with `kinds` is reached by those questions only."""
    locked = FINANCE.fact("chasing").model_copy(update={"unlock": Unlock(kinds=("decision",))})
    facts = tuple(locked if fact.id == "chasing" else fact for fact in FINANCE.facts)
    scenario = FINANCE.model_copy(update={"facts": facts})
    stance = begin(scenario)
    assert not may_tell(scenario, stance, Heard(kinds=(QuestionKind.PROBLEM,)), "chasing")
    assert may_tell(scenario, stance, Heard(kinds=(QuestionKind.DECISION,)), "chasing")
