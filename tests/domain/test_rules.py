"""What each record refuses, and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError
from support import authored_records as authored
from support import records
from support.fixed_records import (
    behaviour_data,
    fact,
    fixed_records,
    rubric_data,
    scenario_data,
    scorecard_data,
)

from rmcoach_llm.domain import (
    Act,
    Behaviour,
    Criterion,
    Earned,
    Finding,
    Heard,
    Layer,
    Lines,
    Move,
    Participant,
    Prompt,
    Record,
    Role,
    Rubric,
    RubricScore,
    Scenario,
    Scorecard,
    Stance,
    Transcript,
    Turn,
    Usage,
    participants_of,
    why_unscorable,
)

Data = dict[str, Any]


def _refused(shape: type[Record], data: Data) -> str:
    with pytest.raises(ValidationError) as raised:
        shape.model_validate(data)
    return str(raised.value)


SCENARIO_FAULTS: dict[str, tuple[Callable[[Data], object], str]] = {
    "twice": (
        lambda d: d["facts"].append(fact("app", "want")),
        "facts.3.id: 'app' is the id of two facts; rename one",
    ),
    "no root": (lambda d: d["facts"][2].update(root=False), "exactly one fact must be marked"),
    "two roots": (lambda d: d["facts"][0].update(root=True), "exactly one fact must be marked"),
    "unknown after": (
        lambda d: d["facts"][1].update(unlock={"after": ["till"]}),
        "facts.1.unlock.after: 'queue' waits for 'till', which is no fact; choose one of: app, stock",
    ),
    "cycle": (
        lambda d: d["facts"][0].update(unlock={"after": ["stock"]}),
        "waits for 'app': none can be reached; take one of these out",
    ),
    "itself": (
        lambda d: d["facts"][2].update(unlock={"after": ["stock"]}),
        "facts.2.unlock.after: 'stock' waits for 'stock': none can be reached",
    ),
    "few facts": (lambda d: d["facts"].pop(), "at least 3 items"),
    "few lines": (lambda d: d["lines"]["guarded"].pop(), "at least 4 items"),
    "language": (lambda d: d.update(language="fr"), "Input should be 'en'"),
    "trust": (lambda d: d.update(trust=11), "less than or equal to 10"),
}


@pytest.mark.parametrize("fault", SCENARIO_FAULTS)
def test_a_scenario_that_cannot_be_played_is_refused(fault: str) -> None:
    """Each fault of the facts is named: a need that nobody could reach is no exercise."""
    data = scenario_data()
    Scenario.model_validate(data)
    break_it, message = SCENARIO_FAULTS[fault]
    break_it(data)
    assert message in _refused(Scenario, data)


def test_a_scenario_gives_its_facts() -> None:
    """Facts are found by id; the root need is the one that is marked."""
    scenario = Scenario.model_validate(scenario_data())
    assert scenario.fact("queue").topic == "the queue"
    assert scenario.root_need.id == "stock"
    with pytest.raises(KeyError, match="till"):
        scenario.fact("till")


@settings(max_examples=10, deadline=None)
@given(authored.scenarios())
def test_each_fact_of_a_scenario_can_be_reached(scenario: Scenario) -> None:
    """In any valid scenario some order of telling reaches every fact, the root need too."""
    known: set[str] = set()
    for _ in scenario.facts:
        known |= {f.id for f in scenario.facts if set(f.unlock.after) <= known}
    assert known == {f.id for f in scenario.facts}
    assert scenario.fact(scenario.root_need.id).root


def test_what_lies_deep_has_to_be_earned() -> None:
    """Only wants and symptoms lie at the surface."""
    assert {layer for layer in Layer if not layer.deep} == {Layer.WANT, Layer.SYMPTOM}


def test_each_act_without_a_fact_has_its_lines() -> None:
    """All acts but the first nine name a list in `Lines`, and no list is without its act."""
    others = ["tell", "ask_back", "greet", "retell", "unclear", "puzzled"]
    others += ["raise_objection", "hold_objection", "drop_objection"]
    assert [act.value for act in Act][:9] == others
    assert {act.value for act in list(Act)[9:]} == set(Lines.model_fields)


RUBRIC_FAULTS: dict[str, tuple[Callable[[Data], object], str]] = {
    "behaviour twice": (
        lambda d: d["criteria"][1]["behaviours"].append(behaviour_data("leading")),
        "the id 'leading' is used twice",
    ),
    "criterion as behaviour": (
        lambda d: d["criteria"][1].update(id="leading"),
        "the id 'leading' is used twice",
    ),
    "no praise": (
        lambda d: d["criteria"][0]["behaviours"][0].update(praise=None),
        "a '+' behaviour needs a line that says why it works",
    ),
    "never above zero": (
        lambda d: d["criteria"][0].update(behaviours=[behaviour_data("leading", "-")]),
        "without a '+' behaviour 'start' must be 5",
    ),
    "no criteria": (lambda d: d.update(criteria=[]), "at least 1 item"),
    "no points": (
        lambda d: d["criteria"][0]["behaviours"][0].update(points=0),
        "greater than 0",
    ),
}


@pytest.mark.parametrize("fault", RUBRIC_FAULTS)
def test_a_rubric_that_cannot_score_is_refused(fault: str) -> None:
    """Each fault of a rubric is named."""
    data = rubric_data()
    Rubric.model_validate(data)
    break_it, message = RUBRIC_FAULTS[fault]
    break_it(data)
    assert message in _refused(Rubric, data)


def test_a_criterion_of_faults_only_starts_at_five() -> None:
    """Without a "+" behaviour the score starts full and loses points."""
    data = rubric_data()
    data["criteria"][0].update(behaviours=[behaviour_data("leading", "-")], start=5)
    assert Rubric.model_validate(data).behaviours[0].id == "leading"


@pytest.mark.parametrize(
    ("variables", "template", "message"),
    [
        (("who",), "Hi", "differ in who"),
        ((), "Hi $who", "differ in who"),
        (("a",), "$b", "differ in a, b"),
        ((), "costs 5 $", "neither '\\$name' nor '\\$\\$'"),
    ],
)
def test_a_prompt_declares_what_it_uses(
    variables: tuple[str, ...], template: str, message: str
) -> None:
    """A variable that is missing on either side is named."""
    with pytest.raises(ValidationError, match=message):
        Prompt(id="p", version="1", purpose="try", variables=variables, template=template)


def test_a_prompt_expands_no_value() -> None:
    """What is filled in stays as it is, whatever the variable is called; none may be missing."""
    prompt = Prompt(
        id="p", version="1", purpose="try", variables=("self", "x"), template="$self ${x} $$5"
    )
    assert prompt.render(self="$x {0} %s", x="${self}") == "$x {0} %s ${self} $5"
    with pytest.raises(KeyError, match="x"):
        prompt.render(self="a")


@pytest.mark.parametrize(
    "data",
    [
        {"verdict": "observed"},
        {"verdict": "observed", "turn": 1},
        {"verdict": "observed", "quote": "so"},
        {"verdict": "not_observed", "turn": 1, "quote": "so"},
        {"verdict": "unverified", "turn": 1, "quote": "so"},
        {"verdict": "no_opportunity", "turn": 1, "quote": "so"},
        {"verdict": "observed", "turn": 1, "quote": ""},
        {"verdict": "observed", "turn": 1, "quote": " \n"},
        {"verdict": "observed", "turn": -1, "quote": "so"},
        {"verdict": "observed", "turn": 1, "quote": "so", "also": [{"turn": 1, "quote": ""}]},
        {"verdict": "perhaps"},
    ],
)
def test_an_observed_behaviour_and_no_other_is_quoted(data: Data) -> None:
    """No credit without words, and no quote that would look like credit."""
    Finding(behaviour="b", verdict="observed", turn=0, quote="so")
    assert "for Finding" in _refused(Finding, {"behaviour": "b", **data})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"status": "scored"}, "a scored result, and no other, has a score"),
        ({"status": "unscored", "score": 0, "reason": "cut"}, "and no other, has a score"),
        ({"status": "not_applicable", "score": 1, "reason": "x"}, "and no other, has a score"),
        ({"status": "unscored"}, "what is not scored says why"),
        ({"status": "not_applicable", "reason": ""}, "what is not scored says why"),
        ({"status": "scored", "score": 5.1}, "less than or equal to 5"),
        ({"status": "scored", "score": -0.1}, "greater than or equal to 0"),
    ],
)
def test_there_is_a_score_or_a_reason(data: Data, message: str) -> None:
    """A failed judgement is never a number, and says why there is none."""
    assert message in _refused(RubricScore, {"version": "1", "criteria": {}, **data})


def test_a_scorecard_says_the_path_of_a_fault() -> None:
    """A fault deep in a scorecard is named with rubric, criterion and finding."""
    data = scorecard_data()
    data["rubrics"]["listening"]["criteria"]["playback"]["findings"][0]["verdict"] = "observed"
    with pytest.raises(ValidationError) as raised:
        Scorecard.model_validate(data)
    assert raised.value.errors()[0]["loc"] == (
        *("rubrics", "listening", "criteria", "playback", "findings", 0),
    )


def test_a_speaker_has_one_role() -> None:
    """A speaker who is no participant, or in another role, or named twice, is refused."""
    ada = {"name": "Ada", "role": "trainee"}
    line = {"speaker": "Ada", "role": "trainee", "text": "Hi"}
    assert "turns.0: 'Ada' as trainee is not among the participants" in _refused(
        Transcript, {"id": "t", "participants": [], "turns": [line]}
    )
    assert "turns.1: 'Ada' as other" in _refused(
        Transcript,
        {"id": "t", "participants": [ada], "turns": [line, {**line, "role": "other"}]},
    )
    assert "a name stands there twice" in _refused(
        Transcript, {"id": "t", "participants": [ada, {**ada, "role": "other"}], "turns": []}
    )


@settings(max_examples=20, deadline=None)
@given(records.transcripts())
def test_turns_of_a_role_keep_their_numbers(talk: Transcript) -> None:
    """The roles part the turns; each number leads back to its turn; speakers come in order."""
    parted = [item for role in ("trainee", "stakeholder", "other") for item in talk.of_role(role)]
    assert sorted(number for number, _ in parted) == list(range(len(talk.turns)))
    assert all(talk.turns[number] is turn for number, turn in parted)
    assert set(participants_of(talk.turns)) <= set(talk.participants)


def test_participants_come_in_the_order_of_their_first_word() -> None:
    """Who speaks first stands first, once."""
    said: list[tuple[str, Role]] = [("Bo", "other"), ("Ada", "trainee"), ("Bo", "other")]
    turns = tuple(Turn(speaker=name, role=role, text="x") for name, role in said)
    assert participants_of(turns) == (
        Participant(name="Bo", role="other"),
        Participant(name="Ada", role="trainee"),
    )


def test_a_stance_knows_what_is_out() -> None:
    """Known facts come in the order in which they came out."""
    held = tuple(Earned(fact=name, turn=1, how="earned") for name in ("b", "a"))
    stance = Stance(trust=1, patience=1, earned=held)
    assert stance.known == ("b", "a")
    assert stance.knows("a")
    assert not stance.knows("c")


def test_heard_says_what_a_line_did() -> None:
    """Only the moves that were heard were made."""
    heard = Heard(moves=(Move.PITCH,))
    assert heard.did(Move.PITCH)
    assert not heard.did(Move.PLAYBACK)


@given(records.usages(), records.usages())
def test_usage_adds_up(one: Usage, two: Usage) -> None:
    """Calls and tokens of two counts are summed, each for itself; what neither knows stays unknown."""
    total = one + two
    assert total == two + one
    for name in Usage.model_fields:
        known = [n for n in (getattr(one, name), getattr(two, name)) if n is not None]
        assert getattr(total, name) == (sum(known) if known else None)


def test_the_fixed_records_are_of_all_kinds_with_a_format() -> None:
    """Each record that is kept in a file carries the number of its form."""
    assert all(record.model_dump()["format"] == 1 for record in fixed_records().values())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "no turns"),
        ([("Bo", "stakeholder", "Hi")], "no trainee turn"),
        ([("Ada", "trainee", " \n"), ("Bo", "stakeholder", "Hi")], "no trainee turn"),
        ([("Ada", "trainee", "Hi")], "no stakeholder turn"),
        ([("Ada", "trainee", "Hi"), ("Bo", "stakeholder", " ")], "no stakeholder turn"),
        (
            [("Ada", "trainee", "Hi"), ("Bo", "other", "Hi"), ("Cy", "other", "Hi")],
            "no stakeholder turn: with several other speakers, call one of them Stakeholder",
        ),
        ([("Ada", "trainee", "Hi"), ("Bo", "stakeholder", "Hi")], None),
    ],
)
def test_a_talk_needs_two_sides_to_be_scored(
    said: list[tuple[str, Role, str]], why: str | None
) -> None:
    """Silence counts as no turn; the reason says which side is missing."""
    assert why_unscorable(Transcript.of("t", said)) == why


def test_a_criterion_has_behaviours_or_anchors() -> None:
    """A trainer's 1 to 5 levels stand instead of behaviours: never both, never neither."""
    told = {"id": "c", "title": "T", "question": "q?"}
    anchored = Criterion.model_validate({**told, "anchors": {1: "never", "5": "always"}})
    assert anchored.anchors == {"1": "never", "5": "always"}
    with pytest.raises(ValidationError, match="either behaviours or anchors"):
        Criterion.model_validate(told)


@pytest.mark.parametrize(
    ("anchors", "said"),
    [
        ({1: "a"}, "levels 1 and 5"),
        ({1: "a", 5: "b", 6: "c"}, "'6' is no level"),
        ([], "dictionary"),
    ],
)
def test_anchors_describe_both_ends_of_the_scale(anchors: object, said: str) -> None:
    """Levels 1 and 5 are described, and there is no other level than 1 to 5."""
    told = {"id": "c", "title": "T", "question": "q?", "anchors": anchors}
    with pytest.raises(ValidationError, match=said):
        Criterion.model_validate(told)


def test_a_behaviour_that_hurts_has_no_occasion():
    """An occasion on a "-" would change nothing, so it is refused with what to do."""
    text = dict.fromkeys(("statement", "example", "counter_example", "source", "instead"), "x")
    with pytest.raises(ValidationError, match="take the line out"):
        Behaviour(id="b", sign="-", occasion="it rains", **text)
    kept = Behaviour(id="b", sign="+", praise="p", occasion="it rains", **text)
    plain = kept.model_copy(update={"occasion": None})
    assert kept.digest != plain.digest
