"""The arithmetic from findings to scores, from the record alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support import authored_records as authored

from rmcoach_llm.domain import (
    CriterionScore,
    Finding,
    FrozenMap,
    RubricScore,
    criterion_sum,
    criterion_value,
    rubric_value,
)
from rmcoach_llm.evaluators.rollup import criterion_score, rubric_score


@given(authored.rubrics(), st.data())
def test_the_record_adds_up_to_the_score_that_was_given(rubric, data):
    """What is stored gives the same figures again, criterion by criterion and for the rubric."""
    found = {
        behaviour.id: _finding(behaviour.id, data.draw(st.sampled_from(["yes", "no", "none"])))
        for behaviour in rubric.behaviours
    }
    scores = {c.id: criterion_score(c, found) for c in rubric.criteria}
    given_out = rubric_score(rubric, scores)
    again = RubricScore.model_validate_json(given_out.model_dump_json())
    for criterion in again.criteria.values():
        if criterion.status == "scored":
            assert criterion_value(criterion) == criterion.score
    assert rubric_value(again) == given_out.score


def _finding(behaviour: str, seen: str) -> Finding:
    if seen == "yes":
        return Finding(behaviour=behaviour, verdict="observed", turn=0, quote="words")
    return Finding(
        behaviour=behaviour, verdict="not_observed" if seen == "no" else "no_opportunity"
    )


def test_a_sum_says_what_it_is_made_of():
    """Start, what was gained of what was possible, and what was lost."""
    findings = [
        Finding(behaviour="a", verdict="observed", turn=0, quote="words", points=2),
        Finding(behaviour="b", verdict="not_observed", points=2),
        Finding(behaviour="c", verdict="no_opportunity", points=4),
        Finding(behaviour="d", verdict="observed", turn=0, quote="words", points=-1),
    ]
    assert criterion_sum(1, findings) == (1, 2, 4, 1, 2.0)


def test_the_level_of_an_anchored_criterion_is_its_score():
    """A trainer's level from 1 to 5 counts as it stands."""
    found = Finding(behaviour="c", verdict="observed", turn=0, quote="words", level=4)
    assert criterion_value(CriterionScore(status="scored", score=4, findings=(found,))) == 4.0


def test_an_unscored_criterion_leaves_the_rubric_without_a_value():
    """There is no mean over what failed, nor over too little."""
    good = CriterionScore(status="scored", score=4, weight=1)
    lost = CriterionScore(status="unscored", reason="lost", weight=1)
    idle = CriterionScore(status="not_applicable", reason="idle", weight=3)
    made = RubricScore(
        status="unscored", reason="r", version="1", criteria=FrozenMap({}), least_share=0.5
    )
    for other in (lost, idle):
        held = FrozenMap({"good": good, "other": other})
        assert rubric_value(made.model_copy(update={"criteria": held})) is None
