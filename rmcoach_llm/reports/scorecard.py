"""A scorecard as a page for a trainee: the result, how it went, what worked, what to do otherwise.

All that it says stands in the scorecard: no rubric is needed. Text of the transcript is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable

from rmcoach_llm.domain import Advice, Feedback, NextStep, RubricScore, Scenario, Scorecard
from rmcoach_llm.reports.findings import bar, in_detail, rests_on_little, title_of
from rmcoach_llm.reports.session import what_came_out, what_you_took
from rmcoach_llm.reports.terminal import shown, wrapped

TITLE = 30
BESIDE = 20
"""Characters that a bar and a score take beside a title."""

UNSEEN = "Missing, as far as rules can tell"

ON_LITTLE = "rests on little"

OF_THE_MODEL = frozenset({"coach-refused", "brief-refused"})
"""Flags on what of a model's was not taken: nothing that a trainee could do anything about."""

MEASURES = {
    "trainee_share_of_words": "your share of the words",
    "trainee_share_of_seconds": "of the time",
    "words_per_trainee_turn": "words a turn of yours",
    "longest_monologue_words": "longest stretch in words",
    "open_questions": "open questions",
    "closed_questions": "closed questions",
    "playbacks": "playbacks",
}


def scorecard_page(
    card: Scorecard, *, scenario: Scenario | None = None, width: int = 80, details: bool = False
) -> str:
    """Give the page of a scorecard, in lines of at most `width` characters where words allow.

    `scenario` adds what came out of a session, by layer. With `details` each criterion follows
    with its findings.
    """
    parts = [_results(card, width), feedback_part(card, width)]
    if card.discovery is not None and scenario is not None:
        parts.append(what_came_out(card.discovery, scenario, width, whole=details))
    if card.brief is not None and scenario is not None:
        parts.append(what_you_took(card.brief, scenario, width))
    parts.append(in_detail(card, width) if details else "")
    parts += [_measures(card, width), _notes(card, width, details), _source(card, width)]
    return "\n\n".join(part for part in parts if part)


def feedback_part(card: Scorecard, width: int) -> str:
    """Give what the page says of the talk: how it went, what worked, what to do; empty if nothing."""
    told = card.feedback or Feedback()
    parts = [_course(told, width), _worked(told, width), _otherwise(told, card, width)]
    parts += [_missing(told, card, width), _next(told, width)]
    return "\n\n".join(part for part in parts if part)


def _results(card: Scorecard, width: int) -> str:
    state = "" if card.status == "scored" else f": {card.status.replace('_', ' ')}"
    lines = [f"Scorecard of {shown(card.transcript)}{state}", ""]
    told = {"unscored", card.status}
    results = list(card.rubrics.items())
    for number, (name, result) in enumerate(results, start=1):
        lines.append(_result(title_of(name, result), result, width))
        again = number < len(results) and results[number][1].reason == result.reason
        if result.reason and result.status in told and not again:
            lines.append(wrapped(result.reason, width=width, indent="    "))
    return "\n".join(lines)


def _result(title: str, result: RubricScore, width: int) -> str:
    label = shown(title)[:TITLE].ljust(min(TITLE, width - BESIDE))
    if result.score is None:
        return f"{label} {'not tried' if result.status == 'not_applicable' else 'no score'}"
    low_high = result.interval
    between = f" ({low_high[0]:.1f} to {low_high[1]:.1f})" if low_high else ""
    decided = f", {result.decision}" if result.decision else ""
    line = f"{label} {bar(result.score)} {result.score:.1f} of 5{between}{decided}"
    if not rests_on_little(result):
        return line
    return (
        f"{line}, {ON_LITTLE}"
        if len(f"{line}, {ON_LITTLE}") <= width
        else f"{line}\n    {ON_LITTLE}"
    )


def _course(told: Feedback, width: int) -> str:
    if not told.course:
        return ""
    return "How it went\n" + wrapped(told.course, width=width, indent="  ")


def _worked(told: Feedback, width: int) -> str:
    if not told.worked:
        return ""
    lines = ["What worked"]
    for praise in told.worked:
        lines.append(_quoted(praise.turn, praise.quote, width))
        lines.append(wrapped(praise.why, width=width, indent="      "))
    return "\n".join(lines)


def _quoted(turn: int | None, quote: str | None, width: int) -> str:
    return wrapped(f'Turn {turn}: "{quote}"', width=width, indent="    ", first="  ")


def _otherwise(told: Feedback, card: Scorecard, width: int) -> str:
    if not told.otherwise:
        return ""
    lines = ["What to do otherwise"]
    for advice in told.otherwise:
        lines.append(_quoted(advice.turn, advice.quote, width))
        lines.append(_said(_what(advice, card, "it cost"), width))
        lines.append(_said(f"Instead{_author(advice)}: {advice.instead}", width))
        if advice.why:
            lines.append(_said(f"Why: {advice.why}", width))
    return "\n".join(lines)


def _missing(told: Feedback, card: Scorecard, width: int) -> str:
    if not told.missing:
        return ""
    lines = ["What was missing" if card.provenance.requested_model else UNSEEN]
    for advice in told.missing:
        what = f"- {_what(advice, card, 'worth')}"
        lines.append(wrapped(what, width=width, indent="    ", first="  "))
        lines.append(_said(f"{advice.instead}", width))
        if advice.why:
            lines.append(_said(f"Why: {advice.why}", width))
    return "\n".join(lines)


def _said(text: str, width: int) -> str:
    return wrapped(text, width=width, indent="      ")


def _what(advice: Advice, card: Scorecard, verb: str) -> str:
    """Say what it was, and what it cost where that shows in the one decimal of the page."""
    result = card.rubrics.get(advice.rubric)
    if not advice.cost or advice.cost < 0.05 or result is None:
        return ended(advice.what)
    cost = f"({verb} {advice.cost:.1f} of 5 in {title_of(advice.rubric, result)})"
    return ended(f"{advice.what.rstrip('. ')} {cost}")


def ended(text: str) -> str:
    """Give a text with one mark at its end, as a sentence has."""
    return text if text.endswith((".", "!", "?", '."', '?"')) else f"{text}."


def _author(advice: Advice | NextStep) -> str:
    return " (by the model)" if advice.written_by == "model" else ""


def _next(told: Feedback, width: int) -> str:
    step = told.next_step
    if step is None:
        return ""
    text = f"Next time, one thing{_author(step)}: {step.instead}"
    about = wrapped(ended(f"It is about: {step.what}"), width=width, indent="    ", first="  ")
    line = f"{wrapped(text, width=width, indent='  ', first='')}\n{about}"
    if step.scenario is None:
        return line
    return f"{line}\n  To train it: rmcoach practice {step.scenario}"


def _measures(card: Scorecard, width: int) -> str:
    named = [
        f"{title} {_number(name, value)}"
        for name, title in MEASURES.items()
        if (value := card.measures.get(name)) is not None
    ]
    return wrapped(f"Measures: {', '.join(named)}.", width=width) if named else ""


def _number(name: str, value: float) -> str:
    return f"{value:.0%}" if "_share_of_" in name else f"{round(value, 1):g}"


def _notes(card: Scorecard, width: int, details: bool) -> str:
    return "\n".join(_noted(card, width, details))


def _noted(card: Scorecard, width: int, details: bool) -> Iterable[str]:
    for flag in card.flags:
        if flag.kind in OF_THE_MODEL and not details:
            continue
        place = f" (turn {flag.turn})" if flag.turn is not None else ""
        yield wrapped(f"Note{place}: {flag.detail}", width=width, indent="    ", first="")


def _source(card: Scorecard, width: int) -> str:
    made = card.provenance
    if card.status == "unscored" or not _judged(card):
        return ""  # nobody has judged; each reason stands above
    if made.requested_model:
        by = f"Judged by the model {made.requested_model}; each quote was checked by code."
        by += f" {_verified(card)}" if card.evidence_rate is not None else ""
    else:
        by = (
            "Judged by rules on the language, without a model: a rough guide. They see words, not"
            " whether what was said is true or wise."
        )
    return wrapped(" ".join([by, *_coach(card), *_panel(card)]), width=width)


def _judged(card: Scorecard) -> bool:
    return any(score.findings for r in card.rubrics.values() for score in r.criteria.values())


def _coach(card: Scorecard) -> Iterable[str]:
    """Say whose lines to say instead stand there, where one is a model's."""
    told = card.feedback or Feedback()
    authors = {advice.written_by for advice in told.otherwise}
    if told.next_step is not None:
        authors.add(told.next_step.written_by)
    if "model" in authors:
        options = card.provenance.options
        name = options.get("coach", "unnamed") if options is not None else "unnamed"
        yield f"Lines by the model: {name}, checked by code."


def _panel(card: Scorecard) -> Iterable[str]:
    if card.panel is None:
        return
    panel = card.panel
    failed = f", {panel.failed} failed" if panel.failed else ""
    yield f"The mean of {panel.runs} runs{failed}, with {panel.level:.0%} intervals ({panel.method})."
    for name, agreement in panel.agreement.items():
        if agreement is not None:
            title = title_of(name, card.rubrics[name]) if name in card.rubrics else name
            yield f"Agreement on {title}: {agreement:.2f} ({panel.statistic})."


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
