from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rmcoach_llm.domain import Behaviour, Criterion, CriterionScore, Finding, Rubric
from rmcoach_llm.evaluators.rollup import (
    criterion_score,
    rubric_score,
    rubric_without_score,
    scorecard_status,
)

VERDICTS = ("observed", "not_observed", "no_opportunity", "unverified")


def _behaviour(number, sign, points):
    text = {"statement": "s", "example": "e", "counter_example": "c", "source": "x", "instead": "i"}
    return Behaviour(id=f"b{number}", sign=sign, points=points, praise="p", **text)


@st.composite
def criteria(draw):
    """Make a criterion of up to five behaviours."""
    signs = draw(st.lists(st.sampled_from("+-"), min_size=1, max_size=5))
    start = draw(st.sampled_from([0.0, 1.0, 2.5, 5.0])) if "+" in signs else 5.0
    points = st.floats(0.25, 5)
    made = tuple(_behaviour(n, sign, draw(points)) for n, sign in enumerate(signs))
    return Criterion(id="c", title="C", question="q?", start=start, behaviours=made)


def _finding(behaviour, verdict):
    quote = {"turn": 0, "quote": "q"} if verdict == "observed" else {}
    return Finding(behaviour=behaviour, verdict=verdict, **quote)


@st.composite
def judged(draw):
    """Make a criterion with a verdict for each behaviour."""
    criterion = draw(criteria())
    verdicts = {b.id: draw(st.sampled_from(VERDICTS)) for b in criterion.behaviours}
    return criterion, verdicts


def _score(criterion, verdicts):
    return criterion_score(criterion, {b: _finding(b, v) for b, v in verdicts.items()})


@given(judged())
def test_a_criterion_score_can_be_recomputed_from_its_findings(case):
    """The score is what the rule in the criterion's docstring gives, within 0 to 5."""
    criterion, verdicts = case
    result = _score(criterion, verdicts)
    helping = [b for b in criterion.behaviours if b.sign == "+"]
    possible = sum(b.points for b in helping if verdicts[b.id] != "no_opportunity")
    gained = sum(b.points for b in helping if verdicts[b.id] == "observed")
    lost = sum(
        b.points for b in criterion.behaviours if b.sign == "-" and verdicts[b.id] == "observed"
    )
    if helping and not possible and not lost:
        assert result.status == "not_applicable"
        return
    reached = (5 - criterion.start) * gained / possible if possible else 0
    assert result.score == pytest.approx(
        min(5, max(0, criterion.start + reached - lost)), abs=0.006
    )
    assert 0 <= result.score <= 5


@given(judged(), st.data())
def test_a_helping_behaviour_never_lowers_and_a_hurting_one_never_raises(case, data):
    """Seeing one more behaviour moves the score in the direction of its sign or not at all."""
    criterion, verdicts = case
    behaviour = data.draw(st.sampled_from(criterion.behaviours))
    before = _score(criterion, verdicts)
    after = _score(criterion, {**verdicts, behaviour.id: "observed"})
    assume(before.score is not None and after.score is not None)
    if behaviour.sign == "+":
        assert after.score >= before.score
    else:
        assert after.score <= before.score


@given(judged())
def test_an_unverified_claim_counts_as_not_observed(case):
    """A claim without a quote gives no credit and takes nothing off."""
    criterion, verdicts = case
    honest = {b: "not_observed" if v == "unverified" else v for b, v in verdicts.items()}
    assert _score(criterion, verdicts).score == _score(criterion, honest).score


def test_a_missing_behaviour_leaves_the_criterion_unscored_and_named():
    """What was not judged is no zero: the reason names it and the other findings stay."""
    criterion = Criterion(
        id="c", title="C", question="q?", behaviours=(_behaviour(1, "+", 1), _behaviour(2, "+", 1))
    )
    result = criterion_score(criterion, {"b1": _finding("b1", "observed")})
    assert (result.status, result.score, result.reason) == ("unscored", None, "no judgement of b2")
    assert [f.behaviour for f in result.findings] == ["b1"]


def _rubric(discovery_weight=0.0):
    made = tuple(
        Criterion(id=name, title="T", question="q?", weight=w, behaviours=(_behaviour(n, "+", 1),))
        for n, (name, w) in enumerate([("one", 1), ("two", 3)])
    )
    return Rubric(
        id="r",
        version="1",
        title="R",
        purpose="p",
        criteria=made,
        discovery_weight=discovery_weight,
    )


SCORED = {
    "one": CriterionScore(status="scored", score=1.0),
    "two": CriterionScore(status="scored", score=5.0),
}


def test_a_rubric_score_is_the_weighted_mean():
    """Weights count, and a criterion that is not applicable is left out."""
    assert rubric_score(_rubric(), SCORED).score == 4.0
    left_out = CriterionScore(status="not_applicable", reason="r")
    assert rubric_score(_rubric(), SCORED | {"one": left_out}).score == 5.0
    none = rubric_score(_rubric(), {"one": left_out, "two": left_out})
    assert (none.status, none.score) == ("not_applicable", None)


@given(st.lists(st.sampled_from([1, 2, 3]), min_size=2, max_size=6), st.data())
def test_a_rubric_needs_half_of_its_weight(weights, data):
    """Where less than half of the weight had an opportunity, there is no score but a reason."""
    names = [f"c{n}" for n in range(len(weights))]
    made = tuple(
        Criterion(id=name, title="T", question="q?", weight=w, behaviours=(_behaviour(n, "+", 1),))
        for n, (name, w) in enumerate(zip(names, weights, strict=True))
    )
    rubric = _rubric().model_copy(update={"criteria": made})
    applies = {name: data.draw(st.booleans()) for name in names}
    assume(any(applies.values()))
    left_out = CriterionScore(status="not_applicable", reason="r")
    scores = {name: SCORED["one"] if applies[name] else left_out for name in names}
    result = rubric_score(rubric, scores)
    share = sum(w for w, name in zip(weights, names, strict=True) if applies[name]) / sum(weights)
    assert (result.status == "scored") is (share >= 0.5)
    held = {
        name: score.model_copy(update={"weight": None}) for name, score in result.criteria.items()
    }
    assert held == scores
    if share < 0.5:
        told = f"{sum(applies.values())} of {len(names)} criteria had an opportunity"
        assert result.reason == f"too little to judge: {told}"


def test_one_unscored_criterion_leaves_the_rubric_unscored_and_keeps_the_rest():
    """A failed criterion is never averaged away; what was scored is still there."""
    result = rubric_score(
        _rubric(), SCORED | {"one": CriterionScore(status="unscored", reason="lost")}
    )
    assert (result.status, result.score, result.reason) == ("unscored", None, "one: lost")
    assert result.criteria["two"].score == 5.0


def test_the_ledger_counts_by_its_weight():
    """Discovery is one more criterion where the rubric gives it a weight, and none where not."""
    ledger = {"discovery": CriterionScore(status="scored", score=0.0)}
    assert rubric_score(_rubric(4.0), SCORED | ledger).score == 2.0
    assert rubric_score(_rubric(4.0), SCORED).score == 4.0
    assert "discovery" not in rubric_score(_rubric(), SCORED | ledger).criteria


def test_the_status_of_a_scorecard_sums_up_its_rubrics():
    """The status follows from the rubrics; what does not apply counts only where nothing else is."""
    scored, failed = (
        rubric_score(_rubric(), SCORED),
        rubric_without_score(_rubric(), "unscored", "lost"),
    )
    left_out = rubric_score(
        _rubric(), dict.fromkeys(SCORED, CriterionScore(status="not_applicable", reason="r"))
    )
    assert scorecard_status({"a": scored, "b": left_out}) == "scored"
    assert scorecard_status({"a": scored, "b": failed}) == "partial"
    assert scorecard_status({"a": failed, "b": left_out}) == "unscored"
    assert scorecard_status({"a": left_out, "b": left_out}) == "not_applicable"
    assert scorecard_status({}) == "unscored"
