"""Blind talks: what is counted of them, and that their lines can be counted."""

from __future__ import annotations

import pytest

from benchmarks.questions import scenarios
from benchmarks.talks import FITS, OUTCOMES, Spoken, outcome, play, spoken_lines, summary
from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import Act, Cue, Earned, Heard, Match
from rmcoach_llm.library import Library

FINANCE = Library().scenario("finance-close-report")
START = begin(FINANCE)
TOLD = START.model_copy(update={"earned": (Earned(fact="limits", turn=1, how="earned"),)})
LIMITS = frozenset({"limits"})
ASKED = Heard(asked=(Match(fact="limits", confidence=0.9),))
OTHER = Heard(asked=(Match(fact="chasing", confidence=0.9),))


def test_each_line_says_what_it_is_and_is_about_facts_of_its_scenario():
    """Else it could never be heard, and the figures would be too low."""
    for scenario in scenarios():
        ids = {fact.id for fact in scenario.facts}
        for part, count in (("first", 25), ("second", 20)):
            lines = list(spoken_lines(scenario.id, part))
            assert len(lines) == count
            for line in lines:
                assert line.facts <= ids
                assert bool(line.facts) is (line.what not in FITS), line


@pytest.mark.parametrize(
    ("what", "facts", "stance", "heard", "act", "found"),
    [
        ("asks", LIMITS, START, ASKED, Act.GUARDED, "heard"),
        ("asks", LIMITS, START, OTHER, Act.TELL, "beside"),
        ("asks", LIMITS, START, Heard(unsure_between=("limits", "chasing")), Act.ASK_BACK, "asked back"),
        ("asks", LIMITS, START, Heard(), Act.UNCLEAR, "not heard"),
        ("back", LIMITS, START, Heard(), Act.PUZZLED, "not out"),
        ("back", LIMITS, TOLD, Heard(), Act.PUZZLED, "not heard"),
        ("back", LIMITS, TOLD, Heard(played_back=("limits",)), Act.THANKS, "heard"),
        ("hints", LIMITS, TOLD, Heard(follows="limits"), Act.THANKS, "heard"),
        ("bye", frozenset(), START, Heard(), Act.FAREWELL, "heard"),
        ("bye", frozenset(), START, ASKED, Act.TELL, "beside"),
    ],
)  # fmt: skip
def test_a_line_is_counted_as_what_became_of_it(what, facts, stance, heard, act, found):
    """By the facts that were heard, not by what was answered."""
    assert outcome(Spoken(what, facts, "so"), stance, heard, Cue(act=act)) == found


def test_every_line_is_played_and_counted_once():
    """However the talk goes, it goes on to its last line."""
    played = list(play(FINANCE, "first"))
    rows = summary(played)
    assert len(played) == rows["all"]["lines"] == 25
    assert all(sum(row[name] for name in OUTCOMES) == row["lines"] for row in rows.values())
