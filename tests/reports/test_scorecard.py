"""The page of a scorecard: what it says, and what it never says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import authored_records as authored
from support import records
from support.fixed_records import rubric_data, scenario_data, scorecard_data
from support.golden import check_golden
from support.objections import OBJECTION

from rmcoach_llm.domain import Rubric, Scenario, Scorecard
from rmcoach_llm.reports.scorecard import scorecard_page
from rmcoach_llm.reports.terminal import shown

HERE = Path(__file__).parent
RUBRIC = Rubric.model_validate(rubric_data())
SCENARIO = Scenario.model_validate(scenario_data())
Data = dict[str, Any]


def _page(data: Data, **options: Any) -> str:
    return scorecard_page(Scorecard.model_validate(data), [RUBRIC], **options)


def _listening(data: Data) -> Data:
    result: Data = data["rubrics"]["listening"]
    return result


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
        ("scored", scorecard_data(), {"scenario": SCENARIO}),
        ("partial", _partial(), {"width": 60}),
        ("unscored", _unscored(), {}),
    ],
)
def test_the_page_is_as_kept(name: str, data: Data, options: Data) -> None:
    """The page of a scored, a partial and an unscored card does not change unseen."""
    check_golden(HERE / f"{name}.txt", _page(data, **options))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_page_is_safe_and_praises_only_with_a_quote(data: st.DataObject) -> None:
    """Whatever a card holds, nothing steers the terminal and each praise follows its quote."""
    rubrics = tuple(
        rubric.model_copy(update={"id": f"r{number}"})
        for number, rubric in enumerate(data.draw(authored.some(authored.rubrics(), least=1)))
    )
    card = data.draw(records.scorecards(of=rubrics))
    page = scorecard_page(card, rubrics, scenario=data.draw(authored.maybe(authored.scenarios())))
    assert shown(page, lines=True) == page
    known = {b.id: b for rubric in rubrics for b in rubric.behaviours}
    praised = sum(
        finding.verdict == "observed" and known[finding.behaviour].sign == "+"
        for result in card.rubrics.values()
        for score in result.criteria.values()
        for finding in score.findings
    )
    assert ("\nWhat worked\n" in page) == bool(praised)


def _section(page: str, title: str) -> str:
    """Give the lines of a part of the page up to the next empty line."""
    return page.partition(f"\n{title}\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize("verdict", ["not_observed", "no_opportunity", "unverified"])
def test_without_a_quote_there_is_no_praise(verdict: str) -> None:
    """What was only claimed earns no kind word."""
    data = scorecard_data()
    assert "It opens the door: open-question." in _section(_page(data), "What worked")
    _listening(data)["criteria"]["questions"]["findings"][0] = {
        "behaviour": "open-question",
        "verdict": verdict,
    }
    page = _page(data)
    assert "It opens the door" not in page
    assert "What worked" not in page


def test_what_hurt_is_quoted_and_never_praised() -> None:
    """A "-" behaviour stands with its quote under what to do otherwise, and comes first."""
    page = _page(scorecard_data())
    otherwise = _section(page, "What to do otherwise")
    assert 'Turn 4: "Surely it is the stock?"' in otherwise
    assert "Try this for leading." in otherwise
    assert "Surely" not in _section(page, "What worked")
    assert "Next time, one thing: Try this for leading." in page


def test_what_was_missing_stands_by_weight() -> None:
    """The three that weigh most are named, the others counted; the first is for next time."""
    data = scorecard_data()
    del _listening(data)["criteria"]["questions"]["findings"][2]
    page = _page(data)
    missing = _section(page, "What was missing")
    places = [missing.index(f"Try this for {name}.") for name in ("follow-up", "checks", "sums-up")]
    assert places == sorted(places)
    assert "names-why" not in missing
    assert "and 1 more; --json lists all" in missing
    assert "Next time, one thing: Try this for follow-up." in page


def test_what_hurt_needs_nothing_missing() -> None:
    """With nothing missing, what hurt stands alone and is the one thing for next time."""
    data = scorecard_data()
    del _listening(data)["criteria"]["playback"]
    del _listening(data)["criteria"]["questions"]["findings"][1]
    page = _page(data)
    assert "What to do otherwise" in page
    assert "What was missing" not in page
    assert "Next time, one thing: Try this for leading." in page


def test_a_card_without_fault_gets_no_advice() -> None:
    """Where nothing hurt and nothing was missing, there is nothing to advise."""
    data = scorecard_data()
    for criterion in _listening(data)["criteria"].values():
        criterion["findings"] = criterion["findings"][:1]
    del _listening(data)["criteria"]["playback"]["findings"]
    page = _page(data)
    assert "What worked" in page
    assert "otherwise" not in page
    assert "Next time" not in page


def test_hostile_text_is_escaped() -> None:
    """A quote, a name, a flag or a model's name cannot move the cursor or turn the line."""
    hostile = "So\x1b[2J\x07\u202eevil\u200b\r"
    data = scorecard_data()
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
    page = _page(data)
    assert not set("\x1b\x07\u202e\u200b\u3164\r") & set(page)
    assert page.count(r"\x1b[2J\x07\u202eevil") >= 5
    assert page.count(r"a\u3164b") == 2


def test_a_quote_cannot_forge_a_part_of_the_page() -> None:
    """Lines within a quote are indented: none can pass for a heading or a score."""
    data = scorecard_data()
    forged = "Yes.\n\nWhat worked\n  Turn 9: all\nScorecard of me: scored"
    _listening(data)["criteria"]["questions"]["findings"][0]["quote"] = forged
    lines = _page(data).split("\n")
    assert lines.count("What worked") == 1
    assert [line for line in lines if line.startswith("Scorecard of")] == [lines[0]]


def test_what_came_out_needs_the_scenario_and_the_ledger() -> None:
    """The part stands only where both are there, and says whether the root need was reached."""
    data = scorecard_data()
    assert "What came out" not in _page(data)
    page = _page(data, scenario=SCENARIO)
    assert "turn 3: The truth about the queue." in page
    assert 'You: "What stands in the queue?"' in page
    assert "turn 1, unasked:" in page
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
    """There the question stands; no more than a few lines of it."""
    data = scorecard_data()
    data["discovery"]["questions"] = {"queue": "well, " * 100 + "what stands in it?"}
    page = " ".join(_page(data, scenario=SCENARIO).split())
    assert 'You: "... well,' in page
    assert 'what stands in it?"' in page
    assert page.count("well,") < 30


def test_who_judged_is_said() -> None:
    """A reader sees whether a model or rules judged, and which model; where none did, no claim."""
    data = scorecard_data()
    assert "Judged by the model model-1; each quote was checked by code." in _page(data)
    data["provenance"]["requested_model"] = None
    assert "without a model: a rough guide" in _page(data)
    assert "Judged" not in _page(_unscored())


def test_absent_measures_are_left_out() -> None:
    """A measure that is null or unknown to the page is not shown as a number."""
    measures = _page(scorecard_data()).partition("Measures: ")[2].partition("\n")[0]
    assert measures == "your share of the words 40%, open questions 3."
    data = scorecard_data()
    data["measures"] = {"trainee_share_of_words": None, "odd": 1}
    assert "Measures" not in _page(data)


@pytest.mark.parametrize(("score", "bar"), [(0, "." * 10), (2.5, "#" * 5), (5, "#" * 10)])
def test_the_bar_shows_the_score(score: float, bar: str) -> None:
    """The bar fills with the score; 0 is a score, shown as such."""
    data = scorecard_data()
    _listening(data)["score"] = score
    line = next(line for line in _page(data).split("\n") if line.startswith("Listening"))
    assert bar in line
    assert line.endswith(f"{score:.1f} of 5")
    assert line.count("#") == bar.count("#")
