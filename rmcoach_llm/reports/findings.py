"""The criteria of a scorecard with their findings: the detail behind the page."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.domain import CriterionScore, Finding, RubricScore, Scorecard
from rmcoach_llm.reports.terminal import shown, wrapped

BAR = 10
TITLE = 34
MARKS = {"observed": "+", "not_observed": ".", "no_opportunity": " ", "unverified": "?"}


def bar(score: float) -> str:
    """Draw a score from 0 to 5.

    >>> bar(2.5)
    '#####.....'
    """
    filled = int(score / 5 * BAR + 0.5)
    return "#" * filled + "." * (BAR - filled)


def title_of(name: str, result: RubricScore | CriterionScore) -> str:
    """Give the title of a rubric or criterion, or its id as words where the record has none."""
    return result.title or name.replace("-", " ").capitalize()


def in_detail(card: Scorecard, width: int) -> str:
    """Give each criterion with its score and what was found of each of its behaviours."""
    lines = ["In detail (+ seen, - seen and hurts, . not seen, ? claimed without a quote)"]
    for name, result in card.rubrics.items():
        lines += ["", shown(title_of(name, result))]
        if result.status == "not_applicable":
            lines.append(wrapped(result.reason or "", width=width, indent="    "))
        for criterion, score in result.criteria.items():
            lines.extend(_criterion(criterion, score, width))
    return "\n".join(lines)


def _criterion(name: str, score: CriterionScore, width: int) -> Iterator[str]:
    label = shown(title_of(name, score))[:TITLE].ljust(TITLE)
    if score.score is None:
        yield f"  {label} {score.status.replace('_', ' ')}"
        yield wrapped(score.reason or "", width=width, indent="      ")
    else:
        yield f"  {label} {bar(score.score)} {score.score:.1f} of 5"
    for finding in score.findings:
        yield wrapped(_told(finding), width=width, indent="          ", first="      ")


def _told(finding: Finding) -> str:
    mark = MARKS[finding.verdict]
    if finding.verdict == "observed" and (finding.points or 0) < 0:
        mark = "-"
    said = finding.statement or finding.behaviour
    level = f" level {finding.level}" if finding.level is not None else ""
    quote = f' Turn {finding.turn}: "{finding.quote}"' if finding.quote is not None else ""
    return f"{mark} {said}{level}{quote}"
