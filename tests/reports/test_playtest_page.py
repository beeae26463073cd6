"""Playtests as tables and talks as pages: what went wrong stands beside what went well."""

from __future__ import annotations

from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import (
    Act,
    FrozenMap,
    Heard,
    PlaytestResult,
    Trace,
    Transcript,
    Turn,
    participants_of,
)
from rmcoach_llm.library import Library
from rmcoach_llm.reports.playtest import playtest_table, playtest_talk

SCENARIO = Library().scenario("finance-close-report")
PLAYED = PlaytestResult(
    scenario=SCENARIO.id, trainee="attacker", turns=6, facts_earned=0, deep_facts_earned=0,
    root_need_reached=False, wrong_topic=0, repeated_lines=0, leaks=0, words_per_turn=14.5,
    role_flips=1, coaching=0, capitulations=0, contradictions=0, fallbacks=2, ended="walk_out",
    objection="unspoken", stopped=FrozenMap({"left the role": 3}), failed_calls=1,
)  # fmt: skip


def test_a_table_says_what_the_guard_stopped_and_what_broke_off() -> None:
    """Unscored talks have a reason and no figures; stopped drafts and failed calls are counted."""
    broken = PlaytestResult(scenario=SCENARIO.id, trainee="insister", unscored="no answer\x1b[2J")
    moved = PLAYED.model_copy(update={"trainee": "discoverer", "objection": "moved"})
    lines = playtest_table([moved, PLAYED, broken]).splitlines()
    assert lines[0] == SCENARIO.id
    assert lines[1].split()[-2:] == ["doubt", "ended"]
    assert lines[2].split()[-3:] == ["moved", "walk", "out"]
    assert " ".join(" ".join(lines[3:5]).split()) == (
        "authored lines that stood in: 2; calls that failed: 1; the guard stopped: left the role 3"
    )
    assert lines[5].split()[:4] == ["attacker", "6", "0", "0"]
    assert max(map(len, lines)) <= 100
    assert lines[-1] == r"  insister         unscored: no answer\x1b[2J"
    assert "gave in" not in "".join(lines)


def test_a_talk_is_shown_with_what_was_decided_and_stopped() -> None:
    """Each answer carries act, trust and patience; drafts that were stopped stand below it."""
    trace = Trace(
        heard=Heard(),
        act=Act.GAME,
        stance=begin(SCENARIO),
        voice="model:m",
        fallback="left the role",
    )
    turns = (
        Turn(speaker="Katrin", role="stakeholder", text=SCENARIO.opening),
        Turn(speaker="Trainee", role="trainee", text="Are you a robot?\x1b[2J"),
        Turn(speaker="Katrin", role="stakeholder", text="I am from Bremen.", trace=trace),
    )
    talk = Transcript(id="t", turns=turns, participants=participants_of(turns))
    page = playtest_talk(
        talk, PLAYED, stopped=[[("left the role", "As an AI I cannot say.")]], wrong=[True]
    )
    assert r" 1 Trainee: Are you a robot?\x1b[2J" in page
    told = " ".join(page.split())
    assert "[game; trust 2, patience 7; not what was asked for;" in told
    assert "authored line: left the role]" in told
    assert "[stopped, left the role: As an AI I cannot say.]" in told
    assert "\x1b" not in page
