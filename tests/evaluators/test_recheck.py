"""Each figure of a scorecard follows from its record, or it is named."""

from __future__ import annotations

import asyncio
import json

from support.judging import GOOD, JudgingModel, answer_of, core_rubrics, judge_prompt, talk

from rmcoach_llm.domain import Scorecard
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.panel import PanelEvaluator
from rmcoach_llm.evaluators.recheck import mismatches

RUBRICS = core_rubrics()
SEEN = {"problem-question": [(2, "What goes wrong with the accruals most often?")]}


def _panel_card() -> Scorecard:
    judges = [
        Judge(JudgingModel(lambda _, s=seen: answer_of(RUBRICS, s)), judge_prompt(), RUBRICS)
        for seen in (SEEN, {}, SEEN)
    ]
    return asyncio.run(PanelEvaluator(judges, names=["m"], repeats=3).evaluate(talk(GOOD)))


def test_a_panels_figures_follow_from_its_runs() -> None:
    """Means, intervals and each run's own scores are reckoned again, after a trip through JSON."""
    card = Scorecard.model_validate_json(_panel_card().model_dump_json())
    assert mismatches(card) == ()


def test_a_changed_run_or_interval_is_named() -> None:
    """Whatever was changed by hand is found at its place."""
    data = json.loads(_panel_card().model_dump_json())
    need = data["rubrics"]["needs-discovery"]["criteria"]["need"]
    need["interval"] = [0, 5]
    data["runs"][0]["rubrics"]["needs-discovery"]["criteria"]["need"]["score"] = 4.0
    places = [m.place for m in mismatches(Scorecard.model_validate(data))]
    assert "needs-discovery.need interval" in places
    assert "run 0: needs-discovery.need" in places
    assert "needs-discovery.need" in places
