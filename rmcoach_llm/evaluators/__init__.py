"""Evaluators: a model judge and rules of language, on the same grounding and arithmetic."""

from __future__ import annotations

from rmcoach_llm.errors import ConfigError, UsageError
from rmcoach_llm.protocols import Evaluator, Parts

__all__ = ["create_judge", "create_language_evaluator"]


def create_judge(parts: Parts) -> Evaluator:
    """Make the evaluator that asks a model, or a panel of several runs or models.

    Raises ConfigError where no model is configured.
    """
    from rmcoach_llm.evaluators.judge import Judge
    from rmcoach_llm.evaluators.judge_prompt import Sampling
    from rmcoach_llm.evaluators.panel import PanelEvaluator

    if parts.structured is None:
        raise ConfigError(
            "the judge needs a model",
            remedy="choose one with --model or RMCOACH_MODEL, or score with the language evaluator",
        )
    _require_rubrics(parts)
    repeats = parts.options.repeats
    models = (parts.structured, *parts.panel)
    judges = [
        Judge(
            model,
            parts.prompt("judge-transcript"),
            parts.rubrics,
            parts.scenario,
            options=parts.options,
            verify=parts.prompt("judge-quote") if parts.options.verify else None,
            detectors=parts.detectors,
            sampling=Sampling.of_run(run) if repeats > 1 else Sampling(),
        )
        for model in models
        for run in range(repeats)
    ]
    if len(judges) == 1:
        return judges[0]
    return PanelEvaluator(
        judges,
        names=[model.name for model in models],
        repeats=repeats,
        rubrics=parts.rubrics,
        scenario=parts.scenario,
    )


def create_language_evaluator(parts: Parts) -> Evaluator:
    """Make the evaluator that needs no model; raises UsageError without a rubric."""
    from rmcoach_llm.evaluators.language import LanguageEvaluator

    _require_rubrics(parts)
    return LanguageEvaluator(parts.rubrics, parts.scenario, detectors=parts.detectors)


def _require_rubrics(parts: Parts) -> None:
    if not parts.rubrics:
        raise UsageError("there is no rubric to score by", remedy="name one with --rubric")
