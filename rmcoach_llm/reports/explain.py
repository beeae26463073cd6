"""Explain a score from its record alone: question, findings, quotes, rule, arithmetic, provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rmcoach_llm.domain import (
    CriterionScore,
    Finding,
    Flag,
    Panel,
    Provenance,
    RubricScore,
    Run,
    Scorecard,
    criterion_sum,
    criterion_value,
    rubric_value,
)
from rmcoach_llm.reports.findings import ON_ONE, rests_on_one
from rmcoach_llm.reports.scorecard import feedback_part
from rmcoach_llm.reports.terminal import shown, wrapped

Pick = Callable[[Run], RubricScore | CriterionScore | None]

VERDICTS = {
    "observed": "observed",
    "not_observed": "not observed",
    "no_opportunity": "no opportunity",
    "unverified": "claimed, not verified: no credit",
}


def explanation(card: Scorecard, criterion: str | None = None, *, width: int = 80) -> str:
    """Give the page that explains a scorecard, or one criterion (`id` or `rubric.id`) of it.

    The whole page tells once more what the trainee was told, the one criterion does not.
    All that it says comes from the record; nothing is asked of a model or of the library.
    """
    parts = [f"Scorecard of {shown(card.transcript)}: {card.status.replace('_', ' ')}"]
    for name, score in card.rubrics.items():
        chosen = {
            key: value
            for key, value in score.criteria.items()
            if criterion in (None, name, key, f"{name}.{key}")
        }
        if not chosen:
            continue
        if criterion is None or criterion == name:
            parts.append(_rubric(name, score, card, width))
        parts += [_criterion(name, key, value, card.runs, width) for key, value in chosen.items()]
    if card.panel is not None:
        parts.append(_panel(card.panel, width))
    if criterion is None and (told := feedback_part(card, width)):
        parts.append(told)
    if card.flags:
        parts.append(_flags(card.flags, width))
    parts.append(_provenance(card.provenance, card, width))
    return "\n\n".join(parts)


def criteria_of(card: Scorecard) -> tuple[str, ...]:
    """Give what `explanation` can be asked for: each rubric and each `rubric.criterion`."""
    held = [
        [name, *(f"{name}.{key}" for key in score.criteria)] for name, score in card.rubrics.items()
    ]
    return tuple(name for names in held for name in names)


def names_in(card: Scorecard, criterion: str) -> bool:
    """Say whether a scorecard holds a criterion of this name."""
    known = criteria_of(card)
    return criterion in known or any(name.endswith(f".{criterion}") for name in known)


def _result(score: RubricScore | CriterionScore) -> str:
    if score.score is None:
        return f"{score.status.replace('_', ' ')} ({shown(score.reason or '')})"
    text = f"{score.score:.2f} of 5"
    if score.interval is not None:
        text += f", interval {score.interval[0]:.2f} to {score.interval[1]:.2f}"
    return text


def _rubric(name: str, score: RubricScore, card: Scorecard, width: int) -> str:
    title = shown(score.title or name)
    lines = [wrapped(f"{title} ({name} {score.version}): {_result(score)}", width=width)]
    if score.pass_mark is not None:
        decision = score.decision or "not decided"
        lines.append(
            wrapped(f"Pass mark {score.pass_mark:g}: {decision}.", width=width, indent="  ")
        )
    lines.append("  rule: the mean of the criteria that have a score, by their weights;")
    lines.append(f"  at least {score.least_share or 0:.0%} of the weight must have one")
    lines += [wrapped(line, width=width, indent="    ", first="  ") for line in _weighing(score)]
    lines += _runs_of(card.runs, lambda run: run.rubrics.get(name), width)
    return "\n".join(lines)


def _weighing(score: RubricScore) -> Iterator[str]:
    weights = {name: 1.0 if c.weight is None else c.weight for name, c in score.criteria.items()}
    scored = {name: c.score for name, c in score.criteria.items() if c.score is not None}
    total = sum(weights[name] for name in scored)
    yield (
        f"weight with a score: {total:g} of {sum(weights.values()):g}"
        f" ({len(scored)} of {len(weights)} criteria)"
    )
    if scored and score.score is not None:
        terms = " + ".join(f"{weights[name]:g} x {value:.2f}" for name, value in scored.items())
        yield f"({terms}) / {total:g} = {_figure(rubric_value(score))}"


def _criterion(
    rubric: str, name: str, score: CriterionScore, runs: Sequence[Run] | None, width: int
) -> str:
    title = shown(score.title or name)
    lines = [wrapped(f"{title} ({rubric}.{name}): {_result(score)}", width=width)]
    if score.question:
        lines.append(wrapped(f"question: {score.question}", width=width, indent="    ", first="  "))
    for finding in score.findings:
        lines += _finding(finding, width)
    lines += [wrapped(text, width=width, indent="    ", first="  ") for text in _adding(score)]
    if score.known_error:
        known = f"known error: {score.known_error}"
        lines.append(wrapped(known, width=width, indent="    ", first="  "))
    lines += _runs_of(
        runs,
        lambda run: run.rubrics[rubric].criteria.get(name) if rubric in run.rubrics else None,
        width,
    )
    return "\n".join(lines)


def _finding(finding: Finding, width: int) -> Iterator[str]:
    points = "" if finding.points is None else f"{finding.points:+.3g} "
    level = "" if finding.level is None else f", level {finding.level} of 5"
    said = f"[{points}{finding.behaviour}] {VERDICTS[finding.verdict]}{level}"
    if finding.confidence is not None:
        said += f", confidence {finding.confidence:.2f}"
    if finding.checked is not None:
        said += f", {finding.checked} by a second look"
    yield wrapped(said, width=width, indent="      ", first="  ")
    if finding.statement:
        yield wrapped(finding.statement, width=width, indent="      ")
    if finding.turn is not None:
        yield wrapped(f'turn {finding.turn}: "{finding.quote}"', width=width, indent="      ")
    for place in finding.also:
        yield wrapped(f'turn {place.turn}: "{place.quote}"', width=width, indent="      ")
    if finding.note:
        yield wrapped(f"note: {finding.note}", width=width, indent="      ")


def _adding(score: CriterionScore) -> Iterator[str]:
    if any(finding.level is not None for finding in score.findings):
        yield f"rule: the score is the level; level = {_figure(criterion_value(score))}"
        return
    if not score.findings:
        return
    if score.status == "unscored":
        yield "no arithmetic: something that it needs was not judged, see the reason above"
        return
    held = criterion_sum(score.start or 0.0, score.findings)
    yield (
        "rule: start + (5 - start) x points seen of + / points of + that had an opportunity"
        " - points seen of -, kept within 0 to 5"
    )
    if held.score is None:
        yield "no + behaviour had an opportunity"
        return
    yield (
        f"{held.start:g} + {5 - held.start:g} x {held.gained:.4g} / {held.possible:.4g}"
        f" - {held.lost:.4g} -> {_figure(held.score)}"
    )
    if rests_on_one(score):
        yield f"{ON_ONE}: of what helps nothing else had an opportunity, so one finding moves all of it"


def _figure(value: float | None) -> str:
    return "no score" if value is None else f"{value:.2f}"


def _runs_of(runs: Sequence[Run] | None, pick: Pick, width: int) -> list[str]:
    if not runs:
        return []
    said = [
        f"{shown(run.judge)} {_figure(held.score if (held := pick(run)) else None)}" for run in runs
    ]
    return [
        wrapped(
            f"runs: {', '.join(said)}; the score is their mean",
            width=width,
            indent="    ",
            first="  ",
        )
    ]


def _panel(panel: Panel, width: int) -> str:
    how = "all resamples of the runs" if panel.method == "exact" else "2,000 drawn resamples"
    agreement = ", ".join(
        f"{name} {'undefined' if value is None else f'{value:.2f}'}"
        for name, value in panel.agreement.items()
    )
    text = (
        f"Panel: {panel.runs} runs ({panel.repeats} each of {', '.join(panel.judges)}),"
        f" {panel.failed} failed. Intervals: {panel.level:.0%} of the means over {how}; with few"
        f" runs they are too narrow. Agreement on the findings ({panel.statistic}): {agreement}."
    )
    return wrapped(text, width=width)


def _flags(flags: Sequence[Flag], width: int) -> str:
    told = (
        f"{flag.kind}{'' if flag.turn is None else f', turn {flag.turn}'}: {shown(flag.detail)}"
        for flag in flags
    )
    lines = [wrapped(line, width=width, indent="    ", first="  ") for line in told]
    return "\n".join(["Flags", *lines])


def _provenance(made: Provenance, card: Scorecard, width: int) -> str:
    rate = "no behaviour was claimed" if card.evidence_rate is None else f"{card.evidence_rate:.0%}"
    model = made.requested_model or "none: rules on the language"
    pairs: Mapping[str, str] = {
        "evaluator": f"{made.evaluator}, rmcoach-llm {made.package_version}",
        "model": model
        + (f" (answered: {', '.join(made.served_models)})" if made.served_models else ""),
        "sampling": ", ".join(f"{k} {v:g}" for k, v in made.sampling.items()) or "none",
        "options": ", ".join(f"{k} {v}" for k, v in (made.options or {}).items()) or "none",
        "calls and tokens": (
            f"{made.usage.calls} calls, {made.usage.prompt_tokens} in,"
            f" {made.usage.completion_tokens} out"
        ),
        "quotes verified": rate,
        "transcript": made.transcript,
        "rubrics": ", ".join(f"{k} {v[:12]}" for k, v in made.rubrics.items()),
        "prompts": ", ".join(f"{k} {v[:12]}" for k, v in made.prompts.items()) or "none",
        "fingerprint": made.fingerprint,
        "key": card.key,
    }
    lines = [
        wrapped(f"{name}: {value}", width=width, indent="    ", first="  ")
        for name, value in pairs.items()
    ]
    return "\n".join(["Provenance", *lines])
