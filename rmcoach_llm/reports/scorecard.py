"""A scorecard as a page for the terminal: what worked, what to do otherwise, what next."""

from __future__ import annotations

from collections.abc import Iterable

from rmcoach_llm.domain import (
    Behaviour,
    CriterionScore,
    Discovery,
    Earned,
    Finding,
    Rubric,
    RubricScore,
    Scenario,
    Scorecard,
)
from rmcoach_llm.reports.terminal import shown, wrapped

BAR = 10
MOST_ADVICE = 3
MEASURES = {
    "trainee_share_of_words": "your share of the words",
    "words_per_trainee_turn": "words a turn of yours",
    "open_questions": "open questions",
    "closed_questions": "closed questions",
    "playbacks": "playbacks",
}
LONGEST_QUOTE = 160
"""Characters of a trainee's line that are shown beside what it brought."""

OBJECTIONS = {
    "raised": "stood to the end: it asks for evidence, not for insistence",
    "moved": "was moved by what you brought",
}
LAYERS = {
    "want": "what is wanted",
    "symptom": "symptoms",
    "need": "needs",
    "constraint": "constraints",
    "decision": "how it is decided",
    "success_measure": "how success is measured",
}


def scorecard_page(
    card: Scorecard,
    rubrics: Iterable[Rubric],
    *,
    scenario: Scenario | None = None,
    width: int = 80,
) -> str:
    """Give the page: scores, what came out, praise and advice with quotes, measures, flags.

    `rubrics` are those of the scorecard; `scenario` adds what came out by layer. No praise
    stands without a quote. Text of the transcript is escaped for a terminal.
    """
    known = {rubric.id: rubric for rubric in rubrics}
    parts = [_scores(card, known, width)]
    if card.discovery is not None and scenario is not None:
        parts.append(_discovery(card.discovery, scenario, width))
    parts += [_praise(card, known, width), _advice(card, known, width), _measures(card, width)]
    parts.append(_flags(card, width))
    parts.append(_source(card, width))
    return "\n\n".join(part for part in parts if part)


def _scores(card: Scorecard, rubrics: dict[str, Rubric], width: int) -> str:
    lines = [f"Scorecard of {shown(card.transcript)}: {card.status}", ""]
    for name, result in card.rubrics.items():
        rubric = rubrics.get(name)
        lines.append(_line(rubric.title if rubric else name, result))
        titles = {c.id: c.title for c in rubric.criteria} if rubric else {}
        for criterion, score in result.criteria.items():
            title = titles.get(criterion, criterion.replace("-", " ").capitalize())
            lines.append("  " + _line(title, score, short=True))
            if score.reason:
                lines.append(wrapped(score.reason, width=width, indent="      "))
        told = [c.reason for c in result.criteria.values() if c.reason]
        if result.reason and not any(reason in result.reason for reason in told):
            lines.append(wrapped(result.reason, width=width, indent="    "))
    return "\n".join(lines)


def _line(title: str, result: RubricScore | CriterionScore, *, short: bool = False) -> str:
    label = shown(title)[: 34 if short else 36].ljust(34 if short else 36)
    if result.score is None:
        return f"{label} {result.status.replace('_', ' ')}"
    filled = round(result.score / 5 * BAR)
    return f"{label} {'#' * filled}{'.' * (BAR - filled)} {result.score:.1f} of 5"


def _discovery(found: Discovery, scenario: Scenario, width: int) -> str:
    lines = ["What came out"]
    earned = {item.fact: item for item in found.earned}
    for layer, title in LAYERS.items():
        facts = [fact for fact in scenario.facts if fact.layer == layer]
        told = [fact for fact in facts if fact.id in earned]
        lines.append(f"  {title:24} {len(told)} of {len(facts)}")
        for fact in told:
            line = f"- turn {earned[fact.id].turn}{_unasked(earned[fact.id])}: {fact.statement}"
            lines.append(wrapped(line, width=width, indent="        ", first="      "))
            if question := found.questions.get(fact.id):
                asked = f'You: "{_short(question)}"'
                lines.append(wrapped(asked, width=width, indent="            ", first="        "))
        # Topics are vague on purpose: whoever tries again has still to find out.
        lines += [
            wrapped(
                f"- never reached: {fact.topic}{_why(found, fact.id)}",
                width=width,
                indent="        ",
                first="      ",
            )
            for fact in facts
            if fact.id in found.missed
        ]
    root = "reached" if found.root_need_reached else "not reached"
    lines.append(f"  The need behind the want was {root}.")
    if scenario.objection is not None and found.objection != "unspoken":
        told_of = f"The objection ({scenario.objection.topic}) {OBJECTIONS[found.objection]}."
        lines.append(wrapped(told_of, width=width, indent="    ", first="  "))
    return "\n".join(lines)


def _why(found: Discovery, fact_id: str) -> str:
    why = found.held_back.get(fact_id)
    return f" ({why})" if why else ""


def _unasked(item: Earned) -> str:
    return ", unasked" if item.how == "volunteered" else ""


def _short(text: str) -> str:
    """Give the end of a line: the question mostly stands there."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_QUOTE:
        return text
    return "... " + text[-LONGEST_QUOTE:].partition(" ")[2]


def _findings(card: Scorecard, rubrics: dict[str, Rubric]) -> list[tuple[Behaviour, Finding]]:
    """Give each behaviour with what was found, in the order of the rubrics."""
    known = {b.id: b for rubric in rubrics.values() for b in rubric.behaviours}
    return [
        (known[finding.behaviour], finding)
        for result in card.rubrics.values()
        for score in result.criteria.values()
        for finding in score.findings
        if finding.behaviour in known
    ]


def _praise(card: Scorecard, rubrics: dict[str, Rubric], width: int) -> str:
    seen = [
        (behaviour, finding)
        for behaviour, finding in _findings(card, rubrics)
        if behaviour.sign == "+" and finding.verdict == "observed"
    ]
    if not seen:
        return ""
    lines = ["What worked"]
    for behaviour, finding in seen:
        lines.append(_quoted(finding, width))
        lines.append(wrapped(behaviour.praise or "", width=width, indent="      "))
    return "\n".join(lines)


def _quoted(finding: Finding, width: int) -> str:
    text = f'Turn {finding.turn}: "{finding.quote}"'
    return wrapped(text, width=width, indent="    ", first="  ")


def _advice(card: Scorecard, rubrics: dict[str, Rubric], width: int) -> str:
    """Name what to do otherwise, what hurt before what was missing, and one next behaviour."""
    found = _findings(card, rubrics)
    hurt = [(b, f) for b, f in found if b.sign == "-" and f.verdict == "observed"]
    missed = [
        (b, f) for b, f in found if b.sign == "+" and f.verdict in ("not_observed", "unverified")
    ]
    if not hurt and not missed:
        return ""
    lines = ["What to do otherwise"] if hurt else []
    for behaviour, finding in hurt:
        lines.append(_quoted(finding, width))
        lines.append(wrapped(behaviour.instead, width=width, indent="      "))
    missed.sort(key=lambda item: -item[0].points)
    if missed:
        lines.append("What was missing" if not lines else "\nWhat was missing")
        for behaviour, _ in missed[:MOST_ADVICE]:
            lines.append(
                wrapped(f"- {behaviour.statement}", width=width, indent="    ", first="  ")
            )
            lines.append(wrapped(behaviour.instead, width=width, indent="      "))
        if len(missed) > MOST_ADVICE:
            lines.append(f"  and {len(missed) - MOST_ADVICE} more; --json lists all")
    first = (hurt or missed)[0][0]
    lines.append(
        "\n" + wrapped(f"Next time, one thing: {first.instead}", width=width, indent="  ", first="")
    )
    return "\n".join(lines)


def _measures(card: Scorecard, width: int) -> str:
    named = [
        f"{title} {_number(name, value)}"
        for name, title in MEASURES.items()
        if (value := card.measures.get(name)) is not None
    ]
    return wrapped(f"Measures: {', '.join(named)}.", width=width) if named else ""


def _number(name: str, value: float) -> str:
    return f"{value:.0%}" if "_share_of_" in name else f"{round(value, 1):g}"


def _flags(card: Scorecard, width: int) -> str:
    return "\n".join(
        wrapped(
            f"Note{f' (turn {flag.turn})' if flag.turn is not None else ''}: {flag.detail}",
            width=width,
            indent="    ",
            first="",
        )
        for flag in card.flags
    )


def _source(card: Scorecard, width: int) -> str:
    made = card.provenance
    if card.status == "unscored":
        return ""  # nobody has judged; each reason stands above
    if made.requested_model:
        by = f"Judged by the model {made.requested_model}; each quote was checked by code."
        by += f" {_verified(card)}" if card.evidence_rate is not None else ""
    else:
        by = (
            "Judged by rules on the language, without a model: a rough guide. They see words, not"
            " whether what was said is true or wise."
        )
    return wrapped(by, width=width)


def _verified(card: Scorecard) -> str:
    """Say how many quotes were found, and how many a second look bore out, where there was one."""
    told = [f"{card.evidence_rate:.0%} of what it claimed had words that were really said"]
    looked = [
        finding.checked
        for result in card.rubrics.values()
        for score in result.criteria.values()
        for finding in score.findings
        if finding.checked is not None
    ]
    if looked:
        told.append(
            f"{looked.count('confirmed')} of {len(looked)} quotes were confirmed by a second look"
        )
    return "; ".join(told) + "."
