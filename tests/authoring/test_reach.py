"""What never comes out, and how soon the rest does, by the rules of the talk."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.authoring import fact, findings, good, only, page_of

from rmcoach_llm.authoring.reach import ideal_course
from rmcoach_llm.domain import Scenario
from rmcoach_llm.library import Library


@pytest.mark.parametrize("name", Library().ids("scenario"))
def test_every_fact_of_a_shipped_scenario_comes_out(name: str) -> None:
    """The ideal trainee hears all facts, and the root need in a third of the turns."""
    scenario = Library().scenario(name)
    course = ideal_course(scenario)
    assert set(course.told) == {f.id for f in scenario.facts}
    assert course.told[scenario.root_need.id] <= scenario.turns / 3


def test_trust_that_cannot_be_earned_is_an_error() -> None:
    """A lock above what all that comes before it can earn is named with both figures."""
    data = good()
    data["trust"] = 0
    for item in data["facts"]:
        item["unlock"] = {"after": ["the-request"], "trust": 8}
    fact(data, "the-request")["unlock"] = {}
    found = findings(data)
    (about,) = [line for line in found if "'first-symptom' never comes out" in line]
    assert "it asks for trust 8, and all that can be told before it earns 6" in about
    assert "lower 'trust'" in about
    assert "facts.1.unlock" in about


def test_who_waits_for_the_unreachable_is_unreachable() -> None:
    """A fact behind one that never comes out is reported as waiting for it."""
    data = good()
    data["trust"] = 0
    for item in data["facts"]:
        item["unlock"] = {"after": ["the-request"], "trust": 9}
    fact(data, "the-request")["unlock"] = {}
    fact(data, "the-need")["unlock"] = {"after": ["who-decides"], "trust": 0}
    assert any(
        "'the-need' never comes out, as it waits for 'who-decides'" in f for f in findings(data)
    )


def test_kinds_that_no_sample_question_is_of_are_an_error() -> None:
    """A lock on a kind of question needs a sample that is heard as one."""
    data = good()
    fact(data, "first-symptom")["unlock"] = {"kinds": ["success"]}
    found = only(data)
    assert "none of the questions is heard as of kind success" in found
    fact(data, "good-result")["unlock"]["kinds"] = ["success"]
    fact(data, "first-symptom").pop("unlock")
    assert findings(data) == []


def test_a_root_need_that_comes_late_is_a_warning() -> None:
    """If even the best need most of the turns, nobody will get there."""
    data = good()
    data["turns"] = 8
    assert "the root need comes out at turn 5 at the earliest, and the talk ends after 8" in only(
        data
    )


@st.composite
def locked(draw: st.DrawFn) -> Scenario:
    """Give the example with other locks: each fact waits for some of those before it."""
    data = good()
    names = [item["id"] for item in data["facts"]]
    for place, item in enumerate(data["facts"]):
        after = (
            draw(st.lists(st.sampled_from(names[:place]), unique=True, max_size=2)) if place else []
        )
        item["unlock"] = {"after": after, "trust": draw(st.integers(0, 10))}
    data["trust"] = draw(st.integers(0, 4))
    return page_of(data).scenario


@settings(max_examples=25, deadline=None)
@given(locked())
def test_the_ideal_course_keeps_the_rules(scenario: Scenario) -> None:
    """Whatever the locks: each fact comes out once, after what it waits for, and the play ends."""
    course = ideal_course(scenario)
    assert len(set(course.told.values())) == len(course.told)
    for name, turn in course.told.items():
        assert all(course.told[before] < turn for before in scenario.fact(name).unlock.after)
    for item in scenario.facts:
        if item.id not in course.told:
            waits = any(before not in course.told for before in item.unlock.after)
            assert waits or item.unlock.trust > course.last.trust
