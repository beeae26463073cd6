"""The page of a scorecard: what it says, and what it never says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import authored_records as authored
from support import records
from support.fixed_records import scenario_data, scorecard_data
from support.golden import check_golden
from support.objections import OBJECTION

from rmcoach_llm.domain import Scenario, Scorecard
from rmcoach_llm.reports.explain import explanation
from rmcoach_llm.reports.findings import bar
from rmcoach_llm.reports.scorecard import scorecard_page
from rmcoach_llm.reports.terminal import shown

HERE = Path(__file__).parent
SCENARIO = Scenario.model_validate(scenario_data())
Data = dict[str, Any]


def _page(data: Data, **options: Any) -> str:
    return scorecard_page(Scorecard.model_validate(data), **options)


def _listening(data: Data) -> Data:
    result: Data = data["rubrics"]["listening"]
    return result


def _feedback() -> Data:
    """Give feedback with one of each."""
    praise = {"rubric": "listening", "behaviour": "open-question", "turn": 0}
    fault = {"rubric": "listening", "behaviour": "leading", "turn": 4, "cost": 0.62}
    gap = {"rubric": "listening", "behaviour": "follow-up", "cost": 0.04}
    return {
        "course": "You asked about the problem from turn 0 on.",
        "worked": [{**praise, "quote": "What hurts most?", "why": "It opens the door."}],
        "otherwise": [
            {
                **fault,
                "quote": "Surely it is the stock?",
                "what": "Puts the answer into their mouth.",
                "instead": "What stands in the queue?",
                "why": "With the stakeholder this turn cost 1 of trust.",
                "written_by": "model",
            }
        ],
        "missing": [{**gap, "what": "Follows up.", "instead": "Ask on.", "why": "It is near."}],
        "next_step": {
            "rubric": "listening",
            "behaviour": "leading",
            "what": "Puts the answer into their mouth.",
            "instead": "Leave the answer open.",
            "scenario": "toy-shop",
        },
    }


def _scored() -> Data:
    """Give a scored card with titles, feedback, a brief and a panel."""
    data = scorecard_data()
    _listening(data).update(
        title="Listening", interval=[3.0, 3.5], pass_mark=3.1, decision="undecided"
    )
    data["rubrics"]["persuasion"] = {
        "status": "not_applicable",
        "title": "Persuasion",
        "reason": "too little to judge: 1 of 4 criteria had an opportunity",
        "version": "1",
        "criteria": {},
    }
    data["brief"] = [
        {
            "part": "want",
            "verdict": "matches",
            "written": "An app.",
            "facts": ["app"],
            "known": True,
        },
        {"part": "need", "verdict": "differs", "written": "Money.", "facts": ["stock"]},
        {"part": "constraint", "verdict": "missing", "note": "Nothing of it came out."},
    ]
    data["panel"] = {
        "judges": ["model-1"],
        "repeats": 3,
        "runs": 3,
        "failed": 1,
        "method": "exact",
        "level": 0.95,
        "statistic": "alpha",
        "agreement": {"listening": 0.81, "persuasion": None},
    }
    data["provenance"]["options"] = {"coach": "model-2"}
    return {**data, "feedback": _feedback()}


def _partial() -> Data:
    """Give a card of which one rubric is scored; its model asked for nothing."""
    data = scorecard_data()
    _listening(data)["criteria"]["playback"] = {
        "status": "not_applicable",
        "reason": "there was no opportunity for any of it",
    }
    data["rubrics"]["own-rubric"] = {
        "status": "unscored",
        "reason": "the answer was cut",
        "version": "1",
        "criteria": {"own-criterion": {"status": "unscored", "reason": "the answer was cut"}},
    }
    data["provenance"]["requested_model"] = None
    data["flags"] = [
        {"kind": "grader", "detail": "this line speaks to the grader", "turn": 2},
        {"kind": "short", "detail": "the talk is short"},
    ]
    return {
        **data,
        "status": "partial",
        "discovery": None,
        "measures": {"words_per_trainee_turn": 12.52},
    }


def _unscored() -> Data:
    """Give a card without any score."""
    data = scorecard_data()
    result = {"status": "unscored", "reason": "the model did not answer: try again later"}
    data["rubrics"] = {"listening": {**result, "version": "1", "criteria": {}}}
    return {**data, "status": "unscored", "measures": {}, "discovery": None}


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("scored", _scored(), {"scenario": SCENARIO}),
        ("partial", _partial(), {"width": 60, "details": True}),
        ("unscored", _unscored(), {}),
    ],
)
def test_the_page_is_as_kept(name: str, data: Data, options: Data) -> None:
    """The page of a scored, a partial and an unscored card does not change unseen."""
    check_golden(HERE / f"{name}.txt", _page(data, **options))


def test_the_page_that_explains_is_the_kept_one() -> None:
    """A change of what `rmcoach explain` shows is seen in the diff of a kept file."""
    card = Scorecard.model_validate(_scored())
    check_golden(HERE / "explained.txt", explanation(card))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_page_is_safe_and_praises_only_what_the_card_praises(data: st.DataObject) -> None:
    """Whatever a card holds, nothing steers the terminal, and praise stands where the card has it."""
    rubrics = tuple(
        rubric.model_copy(update={"id": f"r{number}"})
        for number, rubric in enumerate(data.draw(authored.some(authored.rubrics(), least=1)))
    )
    card = data.draw(records.scorecards(of=rubrics))
    scenario = data.draw(authored.maybe(authored.scenarios()))
    page = scorecard_page(card, scenario=scenario, details=data.draw(st.booleans()))
    assert shown(page, lines=True) == page
    praised = card.feedback is not None and bool(card.feedback.worked)
    assert ("\nWhat worked\n" in page) == praised


def _section(page: str, title: str) -> str:
    """Give the lines of a part of the page up to the next empty line."""
    return page.partition(f"\n{title}\n")[2].partition("\n\n")[0]


def test_the_parts_stand_in_the_order_in_which_a_trainee_reads() -> None:
    """Result, course, what worked, what not, what was missing, the next step, then the rest."""
    page = _page(_scored(), scenario=SCENARIO, details=True)
    parts = (
        "Scorecard of", "How it went", "What worked", "What to do otherwise", "What was missing",
        "Next time, one thing:", "What came out", "What you took from it", "In detail",
        "Measures:", "Judged by",
    )  # fmt: skip
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_what_was_not_tried_is_one_line_without_zeros() -> None:
    """A rubric without opportunity is no row of zeros; why stands in the details."""
    page = _page(_scored())
    (line,) = [line for line in page.splitlines() if line.startswith("Persuasion")]
    assert line.split() == ["Persuasion", "not", "tried"]
    assert "too little to judge" not in page
    assert "too little to judge" in _page(_scored(), details=True)


def test_a_result_has_its_interval_and_decision() -> None:
    """What is undecided says so beside its score."""
    page = _page(_scored())
    assert "3.2 of 5 (3.0 to 3.5), undecided" in page
    assert "The mean of 3 runs, 1 failed, with 95% intervals (exact)." in " ".join(page.split())
    assert "Agreement on Listening: 0.81 (alpha)." in " ".join(page.split())


def test_advice_has_turn_quote_line_reason_and_cost() -> None:
    """Each fault says where, in which words, what instead, by whom, why, and what it cost."""
    otherwise = _section(_page(_scored()), "What to do otherwise")
    assert 'Turn 4: "Surely it is the stock?"' in otherwise
    assert "Puts the answer into their mouth (it cost 0.6 of 5 in Listening)." in otherwise
    assert "Instead (by the model): What stands in the queue?" in otherwise
    assert "Why: With the stakeholder this turn cost 1 of trust." in otherwise
    missing = _section(_page(_scored()), "What was missing")
    assert "- Follows up.\n      Ask on." in missing  # 0.04 would show as nothing


def test_the_next_step_names_the_command_that_trains_it() -> None:
    """One thing, and how to practise it; without a scenario no command is made up."""
    data = _scored()
    assert (
        "Next time, one thing: Leave the answer open.\n"
        "  It is about: Puts the answer into their mouth.\n"
        "  To train it: rmcoach practice toy-shop" in _page(data)
    )
    data["feedback"]["next_step"]["scenario"] = None
    assert "rmcoach practice" not in _page(data)
    data["feedback"]["next_step"] = None
    assert "Next time" not in _page(data)


def test_criteria_are_shown_only_with_details() -> None:
    """The page for a trainee holds no list of criteria; the details hold every finding."""
    data = scorecard_data()
    assert "Questions" not in _page(data)
    told = _page(data, details=True)
    assert "Questions" in told
    assert '+ open-question Turn 0: "What hurts most?"' in told
    assert "? sums-up" in told
    assert ". checks" in told


def _called_for(number: int) -> Data:
    """Give a card in whose criteria so many "+" behaviours had an opportunity."""
    data = scorecard_data()
    for criterion in _listening(data)["criteria"].values():
        criterion["findings"] = [
            {"behaviour": f"b{place}", "verdict": "not_observed", "points": 1}
            if place < number
            else {"behaviour": f"b{place}", "verdict": "no_opportunity", "points": 1}
            for place in range(3)
        ]
    return data


def test_a_score_that_rests_on_one_behaviour_says_so() -> None:
    """Where one "+" behaviour alone moves a criterion, detail, explanation and result say it."""
    one, two = _called_for(1), _called_for(2)
    criteria = len(_listening(one)["criteria"])
    page = _page(one, details=True)
    assert page.count("rests on one behaviour") == criteria > 1
    assert "of 5, rests on little" in page
    assert "\n    rests on little" in _page(one, width=40)
    assert "rests on one behaviour" in explanation(Scorecard.model_validate(one))
    assert "rests on" not in _page(two, details=True)
    assert "rests on" not in explanation(Scorecard.model_validate(two))


def test_what_rules_did_not_see_is_not_said_to_have_been_missing_for_sure() -> None:
    """Rules miss what is said in other words, and the page says so; a judge's page does not."""
    data = {**scorecard_data(), "feedback": _feedback()}
    assert "\nWhat was missing\n" in _page(data)
    data["provenance"]["requested_model"] = None
    assert "\nMissing, as far as rules can tell\n" in _page(data)


@pytest.mark.parametrize("what", ["A promise without a day", "Puts it into their mouth."])
def test_a_title_reads_as_a_sentence_on_the_page(what: str) -> None:
    """What advice is about ends with one mark, whether the rubric wrote a title or a statement."""
    told = _feedback()
    told["otherwise"][0].update(what=what, cost=None)
    told["next_step"]["what"] = what
    page = _page({**scorecard_data(), "feedback": told}, width=200)
    assert f"{what.rstrip('.')}.\n" in page
    assert f"It is about: {what.rstrip('.')}.\n" in page


def test_hostile_text_is_escaped() -> None:
    """A quote, a name, a flag or a model's name cannot move the cursor or turn the line."""
    hostile = "So\x1b[2J\x07\u202eevil\u200b\r"
    data = _scored()
    _listening(data)["criteria"]["questions"]["findings"][0]["quote"] = hostile
    _listening(data)["criteria"]["questions"]["reason"] = hostile
    _listening(data)["criteria"][hostile] = {"status": "unscored", "reason": hostile}
    data["rubrics"][hostile] = {
        "status": "unscored",
        "reason": hostile,
        "version": "1",
        "criteria": {},
    }
    data["flags"] = [{"kind": "odd", "detail": hostile}]
    data["transcript"] = data["provenance"]["requested_model"] = "a\u3164b"
    data["feedback"]["course"] = hostile
    for part in ("worked", "otherwise", "missing"):
        data["feedback"][part][0] |= {"quote": hostile, "why": hostile}
    for name in ("what", "instead"):
        data["feedback"]["otherwise"][0][name] = data["feedback"]["next_step"][name] = hostile
    data["brief"][0] |= {"written": hostile, "note": hostile}
    page = _page(data, scenario=SCENARIO, details=True)
    assert not set("\x1b\x07\u202e\u200b\u3164\r") & set(page)
    assert page.count(r"\x1b[2J\x07\u202eevil") >= 14
    assert page.count(r"a\u3164b") == 2


def test_a_quote_cannot_forge_a_part_of_the_page() -> None:
    """Lines within a quote are indented: none can pass for a heading or a score."""
    data = _scored()
    forged = "Yes.\n\nWhat worked\n  Turn 9: all\nScorecard of me: scored"
    data["feedback"]["worked"][0]["quote"] = forged
    data["feedback"]["otherwise"][0]["quote"] = forged
    data["brief"][0]["written"] = forged
    _listening(data)["criteria"]["questions"]["findings"][0]["quote"] = forged
    lines = _page(data, scenario=SCENARIO, details=True).split("\n")
    assert lines.count("What worked") == 1
    assert [line for line in lines if line.startswith("Scorecard of")] == [lines[0]]


def test_what_came_out_needs_the_scenario_and_the_ledger() -> None:
    """The part stands only where both are there, and says whether the root need was reached."""
    data = scorecard_data()
    assert "What came out" not in _page(data)
    page = _page(data, scenario=SCENARIO)
    assert "turn 3: The truth about the queue." in page
    assert 'You: "What stands in the queue?"' in page
    assert "turn 1, told freely:" in page
    why = "(asked at turn 5: there was not enough trust yet)"
    assert f"never reached: {SCENARIO.fact('stock').topic} {why}" in " ".join(page.split())
    assert "The truth about the stock." not in page
    assert "was not reached" in page
    data["discovery"]["root_need_reached"] = True
    assert "The need behind the want was reached" in _page(data, scenario=SCENARIO)
    data["discovery"] = None
    assert "What came out" not in _page(data, scenario=SCENARIO)


@pytest.mark.parametrize(
    ("state", "told"), [("unspoken", ""), ("raised", "stood to the end"), ("moved", "was moved")]
)
def test_the_objection_is_told_once_it_was_raised(state: str, told: str) -> None:
    """A trainee who never met it learns nothing of it."""
    data = scorecard_data()
    data["discovery"]["objection"] = state
    page = _page(data, scenario=SCENARIO.model_copy(update={"objection": OBJECTION}))
    assert (OBJECTION.topic in page) is bool(told)
    assert told in page


def test_a_long_question_is_told_by_its_end() -> None:
    """There the question stands; no more than a few lines of it, even in the details."""
    data = scorecard_data()
    data["discovery"]["questions"] = {"queue": "well, " * 100 + "what stands in it?"}
    page = " ".join(_page(data, scenario=SCENARIO, details=True).split())
    assert 'You: "... well,' in page
    assert 'what stands in it?"' in page
    assert page.count("well,") < 30
    data["discovery"]["questions"] = {"queue": "I see. You wait. What stands in it?"}
    assert 'You: "What stands in it?"' in _page(data, scenario=SCENARIO)


def test_the_brief_never_tells_what_did_not_come_out() -> None:
    """The truth stands beside what was written only where it was told; else the vague topic."""
    took = _section(_page(_scored(), scenario=SCENARIO), "What you took from it")
    assert "The truth about the app." in took
    assert f"What they need: did not come out ({SCENARIO.fact('stock').topic})" in took
    assert "The truth about the stock." not in took
    assert "otherwise than it is" not in took


def test_who_judged_is_said() -> None:
    """A reader sees whether a model or rules judged, and which model; where none did, no claim."""
    data = scorecard_data()
    told = " ".join(_page(data).split())
    assert (
        "Judged by the model model-1; each quote was checked by code. 50% of what it claimed"
        in told
    )
    data["provenance"]["requested_model"] = None
    assert "without a model: a rough guide" in _page(data)
    assert "Judged" not in _page(_unscored())


def test_a_second_look_is_told_with_its_count() -> None:
    """How many quotes were looked at again, and how many were borne out."""
    data = scorecard_data()
    found = _listening(data)["criteria"]["questions"]["findings"]
    found[0]["checked"], found[2]["checked"] = "confirmed", "refused"
    assert "1 of 2 quotes were confirmed by a second look" in " ".join(_page(data).split())


def test_absent_measures_are_left_out() -> None:
    """A measure that is null or unknown to the page is not shown as a number."""
    measures = _page(scorecard_data()).partition("Measures: ")[2].partition("\n")[0]
    assert measures == "your share of the words 40%, open questions 3."
    data = scorecard_data()
    data["measures"] = {"trainee_share_of_words": None, "odd": 1}
    assert "Measures" not in _page(data)


@pytest.mark.parametrize(
    ("score", "drawn"), [(0, "." * 10), (0.25, "#" + "." * 9), (2.5, "#####....."), (5, "#" * 10)]
)
def test_the_bar_shows_the_score(score: float, drawn: str) -> None:
    """Ten places stand for 0 to 5; half a place is drawn."""
    assert bar(score) == drawn
