"""Roles: who is the trainee, by stated rules."""

from __future__ import annotations

import pytest

from rmcoach_llm.domain import Transcript, why_unscorable
from rmcoach_llm.errors import InputError, UsageError
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.roles import RoleRules, matcher_of, roles_of

ORIGIN = Origin("a.txt")


def cast(*names: str, trainee: str | None = None, **declared: str | None) -> dict[str, str]:
    """Give the roles of speakers by name, some with a role stated by the file."""
    speakers = dict.fromkeys(names) | declared
    return dict(roles_of(speakers, RoleRules(trainee), ORIGIN, "line 1"))


@pytest.mark.parametrize("name", ["Trainee", "TRAINEE", "trainee", "Traine\u0301e", "Trainée"])
def test_the_name_trainee_says_it(name):
    """A speaker called Trainee is the trainee, and of two the other is the stakeholder."""
    assert cast(name, "Dana") == {name: "trainee", "Dana": "stakeholder"}


@pytest.mark.parametrize("option", ["Zoé", "ZOE\u0301", " zoé "])
def test_the_option_names_the_trainee_in_any_spelling(option):
    """The option finds its speaker whatever the case and the Unicode form."""
    assert cast("Dana", "Zoé", trainee=option) == {"Dana": "stakeholder", "Zoé": "trainee"}


def test_the_option_outranks_the_file():
    """The option can score the other side of a talk whose roles are stated."""
    roles = cast(Ada="trainee", Bo="stakeholder", trainee="Bo")
    assert roles == {"Ada": "stakeholder", "Bo": "trainee"}


def test_with_more_than_two_speakers_nobody_becomes_the_stakeholder_by_chance():
    """Besides the trainee only a speaker called Stakeholder is one; the rest are others."""
    assert cast("Trainee", "Dana", "Eve") == {"Trainee": "trainee", "Dana": "other", "Eve": "other"}
    assert cast("Trainee", "Eve", "Stakeholder")["Stakeholder"] == "stakeholder"


def test_a_stated_stakeholder_stays_one_among_many():
    """A role in the file counts when the option names the trainee."""
    roles = cast("Eve", Ada="trainee", Bo="stakeholder", trainee="Eve")
    assert roles == {"Eve": "trainee", "Ada": "other", "Bo": "stakeholder"}


def test_nobody_is_guessed():
    """Without a known trainee the error lists the speakers and names the option."""
    with pytest.raises(InputError, match=r"line 1: no role .* Alice, Bob: .*--trainee NAME"):
        cast("Alice", "Bob")
    with pytest.raises(InputError, match="role"):
        cast("Stakeholder", "Bob")


def test_the_list_of_speakers_stays_short():
    """A file with a hundred speakers gives one short line."""
    with pytest.raises(InputError, match="n7 and 92 more"):
        cast(*(f"n{i}" for i in range(100)))


def test_a_trainee_who_does_not_speak_is_an_error():
    """A name that is no speaker is refused, with the nearest name and all speakers."""
    with pytest.raises(InputError, match=r"'Alise' \(speakers: Alice, Bob\): did you mean 'Alice'"):
        cast("Alice", "Bob", trainee="Alise")


def test_one_unknown_speaker_is_other():
    """A single speaker who is not known as the trainee is not made one."""
    assert cast("Dana") == {"Dana": "other"}
    assert cast("Dana", trainee="dana") == {"Dana": "trainee"}


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "no turns"),
        ([("A", "stakeholder", "x")], "no trainee turn"),
        ([("A", "trainee", "x")], "no stakeholder turn"),
        ([("A", "trainee", "x"), ("B", "stakeholder", " ")], "no stakeholder turn"),
        ([("A", "trainee", "x"), ("B", "other", "y")], "no stakeholder turn: with several"),
    ],
)
def test_what_has_only_one_side_says_why_it_is_not_scored(turns, reason):
    """A talk in which one side says nothing has a reason, whatever else is in it."""
    assert (why_unscorable(Transcript.of("t", turns)) or "").startswith(reason)


def test_a_talk_of_both_sides_can_be_scored():
    """There is no reason against a talk in which both sides speak."""
    turns = [("A", "trainee", "x"), ("B", "stakeholder", "y")]
    assert why_unscorable(Transcript.of("t", turns)) is None


@pytest.mark.parametrize("wanted", ["IT *", "it*", "/^IT/", "/lead$/", "IT ?da lead"])
def test_the_option_may_be_a_pattern(wanted):
    """With `*` and `?`, or between slashes, the option finds its speaker by a part of the name."""
    assert cast("IT Ada lead", "Dana", trainee=wanted)["IT Ada lead"] == "trainee"


def test_a_pattern_that_is_none_is_said():
    """A broken expression is a wrong call, with what is wrong with it."""
    with pytest.raises(UsageError, match="no regular expression"):
        cast("Ada", "Bo", trainee="/(/")


def test_names_with_signs_of_patterns_are_names_first():
    """A name that holds a star or a question mark is found as it is written."""
    assert matcher_of("Ada*")("ada*")
    assert not matcher_of("/x")("x")


def test_a_mapping_gives_roles_by_name_and_pattern():
    """Roles by name go before what the file states, and the option before both."""
    speakers = {"Ada": None, "Bo": "trainee", "Customer 1": None, "Eve": None}
    rules = RoleRules(None, {"ada": "trainee", "bo": "other", "customer *": "stakeholder"})
    roles = roles_of(speakers, rules, ORIGIN, "line 1")
    assert list(roles.values()) == ["trainee", "other", "stakeholder", "other"]
    eve = roles_of(speakers, RoleRules("Eve", rules.mapping), ORIGIN, "line 1")
    assert (eve["Eve"], eve["Ada"]) == ("trainee", "other")
