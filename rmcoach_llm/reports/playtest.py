"""Playtests as tables, and a playtest's talk as a page to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rmcoach_llm.domain import PlaytestResult, Transcript
from rmcoach_llm.reports.terminal import shown, wrapped

COLUMNS = {
    "turns": "turns",
    "facts_earned": "facts",
    "deep_facts_earned": "deep",
    "root_need_turn": "need at",
    "wrong_topic": "wrong",
    "repeated_lines": "twice",
    "leaks": "leaks",
    "role_flips": "flips",
    "words_per_turn": "words",
    "objection": "doubt",
    "ended": "ended",
}
OF_MODELS = {
    "coaching": "coached",
    "capitulations": "gave in",
    "contradictions": "contradicted what was told",
    "fallbacks": "authored lines that stood in",
    "failed_calls": "calls that failed",
}
"""What only the voices of models do; said where there is something to say."""

WIDTHS = {"root_need_turn": 7, "objection": 6, "ended": 8}
NAME_WIDTH = 15
WIDTH = 100


def playtest_table(results: Sequence[PlaytestResult]) -> str:
    """Give the results of one scenario as a table.

    "need at" is the trainee's turn that reached the need behind the want, "wrong" counts answers
    about something else than was asked for, "twice" answers said twice, "words" is the mean
    length of an answer, "doubt" where the objection stood in the end.
    """
    head = "".join(_cell(field, title) for field, title in COLUMNS.items())
    rows = [f"  {'trainee':{NAME_WIDTH}}{head}".rstrip()]
    for result in results:
        rows.append(_row(result))
        if troubles := _troubles(result):
            rows.append(wrapped(troubles, width=WIDTH, indent=" " * (NAME_WIDTH + 4)))
    return "\n".join([shown(results[0].scenario), *rows])


def _row(result: PlaytestResult) -> str:
    name = f"  {shown(result.trainee):{NAME_WIDTH}}"
    if result.unscored is not None:
        return f"{name}  unscored: {shown(result.unscored)}"
    return (name + "".join(_cell(field, getattr(result, field)) for field in COLUMNS)).rstrip()


def _cell(field: str, value: object) -> str:
    text = "-" if value in (None, "unspoken") else str(value).replace("_", " ")
    width = WIDTHS.get(field, 5)
    return f"  {text:<{width}}" if field in ("objection", "ended") else f"  {text:>{width}}"


def _troubles(result: PlaytestResult) -> str:
    found = [f"{title}: {n}" for field, title in OF_MODELS.items() if (n := getattr(result, field))]
    if result.stopped:
        stopped = ", ".join(f"{reason} {count}" for reason, count in result.stopped.items())
        found.append(f"the guard stopped: {stopped}")
    return "; ".join(found)


def playtest_talk(
    transcript: Transcript,
    result: PlaytestResult,
    *,
    stopped: Sequence[Iterable[tuple[str, str]]] = (),
    wrong: Sequence[bool] = (),
) -> str:
    """Give a talk as text, each answer with what the rules decided.

    `stopped` holds for each of the trainee's turns the model's lines that the guard stopped, as
    (reason, line); `wrong` says for each whether it was answered with another topic.
    """
    title = f"{shown(result.scenario)}, {shown(result.trainee)}"
    parts = [f"{title}\n{'=' * len(title)}", playtest_table([result])]
    number = 0
    for turn in transcript.turns:
        if turn.role == "trainee":
            number += 1
        who = f"{number:2} {turn.speaker}: " if turn.role == "trainee" else f"   {turn.speaker}: "
        parts.append(wrapped(who + turn.text, width=WIDTH, indent=" " * 7, first=""))
        if (trace := turn.trace) is None:
            continue
        stance = trace.stance
        note = f"[{trace.act.value} {trace.tell or ''}".rstrip()
        note += f"; trust {stance.trust}, patience {stance.patience}"
        note += "; not what was asked for" if number <= len(wrong) and wrong[number - 1] else ""
        note += f"; authored line: {trace.fallback}" if trace.fallback else ""
        parts[-1] += "\n" + wrapped(note + "]", width=WIDTH, indent=" " * 7)
        for reason, line in stopped[number - 1] if number <= len(stopped) else ():
            parts[-1] += "\n" + wrapped(f"[stopped, {reason}: {line}]", width=WIDTH, indent=" " * 7)
    return "\n\n".join(parts) + "\n"
