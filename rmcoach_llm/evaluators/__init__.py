"""Evaluators: a model judge and rules of language, on the same grounding and arithmetic."""

from __future__ import annotations

from rmcoach_llm.errors import ConfigError, UsageError
from rmcoach_llm.protocols import Evaluator, Parts

__all__ = ["create_judge", "create_language_evaluator"]


def create_judge(parts: Parts) -> Evaluator:
    """Make the evaluator that asks a model; raises ConfigError where none is configured."""
    from rmcoach_llm.evaluators.judge import Judge

    if parts.structured is None:
        raise ConfigError(
            "the judge needs a model",
            remedy="choose one with --model or RMCOACH_MODEL, or score with the language evaluator",
        )
    _require_rubrics(parts)
    prompt = parts.prompt("judge-transcript")
    return Judge(
        parts.structured,
        prompt,
        parts.rubrics,
        parts.scenario,
        options=parts.options,
        verify=parts.prompt("judge-quote") if parts.options.verify else None,
    )


def create_language_evaluator(parts: Parts) -> Evaluator:
    """Make the evaluator that needs no model; raises UsageError without a rubric."""
    from rmcoach_llm.evaluators.language import LanguageEvaluator

    _require_rubrics(parts)
    return LanguageEvaluator(parts.rubrics, parts.scenario)


def _require_rubrics(parts: Parts) -> None:
    if not parts.rubrics:
        raise UsageError("there is no rubric to score by", remedy="name one with --rubric")
