"""The criteria of a scorecard with their findings: the detail behind the page."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.domain import CriterionScore, Finding, RubricScore, Scorecard
from rmcoach_llm.reports.terminal import shown, wrapped

BAR = 10
TITLE = 34
MARKS = {"observed": "+", "not_observed": ".", "no_opportunity": " ", "unverified": "?"}


ON_ONE = "rests on one behaviour"


def rests_on_one(score: CriterionScore) -> bool:
    """Say whether one "+" behaviour, seen or not, moves a score from its lowest to its best.

    Nothing else that helps was called for, so one finding more or less is the whole of it.

    >>> asked = Finding(behaviour="asks", verdict="observed", turn=0, quote="Could we?", points=1)
    >>> rests_on_one(CriterionScore(status="scored", score=5, findings=(asked,)))
    True
    """
    called_for = [
        f for f in score.findings if (f.points or 0) > 0 and f.verdict != "no_opportunity"
    ]
    return score.score is not None and len(called_for) == 1


def rests_on_little(score: RubricScore) -> bool:
    """Say whether half of the weight that is scored, or more, rests on one behaviour each."""
    scored = [c for c in score.criteria.values() if c.score is not None and c.findings]
    weights = [1.0 if c.weight is None else c.weight for c in scored]
    alone = [w for c, w in zip(scored, weights, strict=True) if rests_on_one(c)]
    return len(scored) > 1 and sum(alone) * 2 >= sum(weights) > 0


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
        alone = f", {ON_ONE}" if rests_on_one(score) else ""
        yield f"  {label} {bar(score.score)} {score.score:.1f} of 5{alone}"
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
