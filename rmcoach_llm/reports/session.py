"""What a session brought: the facts that came out, and what the trainee took from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rmcoach_llm.domain import BriefItem, Discovery, Fact, Scenario
from rmcoach_llm.reports.terminal import wrapped

LONGEST_QUOTE = 160
"""Characters of a trainee's line that are shown beside what it brought."""

END = re.compile(r"(?<=[.!?])\s+(?=\S)")

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


def what_came_out(found: Discovery, scenario: Scenario, width: int, *, whole: bool = False) -> str:
    """Give what came out of a session, by layer, with the lines that brought it.

    Of a fact its first sentence, of a line its end; all of both with `whole`. What never came out
    is named by its vague topic, with the lock that held where it was asked for.
    """
    lines = ["What came out"]
    for layer, title in LAYERS.items():
        facts = [fact for fact in scenario.facts if fact.layer == layer]
        if facts:
            out = sum(item.fact in {fact.id for fact in facts} for item in found.earned)
            lines.append(f"  {title:24} {out} of {len(facts)}")
        for fact in facts:
            lines.extend(_fact(fact, found, width, whole=whole))
    root = "reached" if found.root_need_reached else "not reached"
    lines.append(f"  The need behind the want was {root}.")
    if scenario.objection is not None and found.objection != "unspoken":
        told_of = f"The objection ({scenario.objection.topic}) {OBJECTIONS[found.objection]}."
        lines.append(wrapped(told_of, width=width, indent="    ", first="  "))
    return "\n".join(lines)


def _fact(fact: Fact, found: Discovery, width: int, *, whole: bool) -> Iterator[str]:
    item = next((item for item in found.earned if item.fact == fact.id), None)
    if item is not None:
        freely = ", told freely" if item.how == "volunteered" else ""
        told = fact.statement if whole else END.split(fact.statement)[0]
        yield wrapped(
            f"- turn {item.turn}{freely}: {told}", width=width, indent="        ", first="      "
        )
        if question := found.questions.get(fact.id):
            asked = f'You: "{_short(question, whole=whole)}"'
            yield wrapped(asked, width=width, indent="            ", first="        ")
    elif fact.id in found.missed:
        # Topics are vague on purpose: whoever tries again has still to find out.
        why = found.held_back.get(fact.id)
        told = f"- never reached: {fact.topic}{f' ({why})' if why else ''}"
        yield wrapped(told, width=width, indent="        ", first="      ")


def _short(text: str, *, whole: bool) -> str:
    """Give the end of a line, where the question mostly stands."""
    text = " ".join(text.split())
    if not whole:
        text = END.split(text)[-1]
    if len(text) <= LONGEST_QUOTE:
        return text
    return "... " + text[-LONGEST_QUOTE:].partition(" ")[2]


PARTS = {
    "want": "What they want",
    "need": "What they need",
    "constraint": "What limits an answer",
    "success_measure": "How they will know",
}
VERDICTS = {
    "matches": "right",
    "partly": "in part",
    "differs": "otherwise than it is",
    "missing": "left open",
}


def what_you_took(brief: Sequence[BriefItem], scenario: Scenario, width: int) -> str:
    """Compare the trainee's brief with what is true, as far as it came out.

    Of what did not come out only the vague topic is said, and not whether a guess was right:
    whoever tries again has still to find out.
    """
    lines = ["What you took from it"]
    for item in brief:
        facts = [fact for fact in scenario.facts if fact.id in item.facts]
        verdict = VERDICTS[item.verdict]
        if not item.known:
            topics = ", ".join(fact.topic for fact in facts)
            verdict = "did not come out" + (f" ({topics})" if topics else "")
        lines.append(wrapped(f"{PARTS[item.part]}: {verdict}", width=width, indent="  "))
        told = [f'You wrote: "{item.written}"'] if item.written else []
        if item.known:
            told += [fact.statement for fact in facts] + ([item.note] if item.note else [])
        lines += [wrapped(text, width=width, indent="        ", first="      ") for text in told]
    return "\n".join(lines)
