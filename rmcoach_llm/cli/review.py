"""The trainee reviews first: four short questions between the meeting and the scorecard."""

from __future__ import annotations

from collections.abc import Callable

import click

from rmcoach_llm.domain import Brief
from rmcoach_llm.practice.conversation import Conversation
from rmcoach_llm.reports.terminal import wrapped

INTRO = (
    "Before you see how it went: what did you take from this meeting? Four short answers in your own"
    " words. Enter skips a question, /skip all of them."
)
QUESTIONS = {
    "want": "What do they want?",
    "need": "What do they need, behind it?",
    "constraint": "What limits an answer?",
    "success_measure": "How will they know that it has worked?",
}
ENOUGH = frozenset({"skip", "done", "quit", "exit"})
"""What newcomers type for /skip: alone it is no answer."""
LONGEST_ANSWER = 2_000
"""Characters of one answer that are kept."""


def review(talk: Conversation, ask: Callable[[str], str | None], *, width: int, echo: bool) -> None:
    """Ask for what is still open of the brief; each answer is on disk at once.

    `ask` shows a question and gives the answer, None at the end of input. With `echo`, as when
    lines are piped, question and answer are printed once the answer is there.
    """
    brief = talk.transcript.brief or Brief()
    open_ = [part for part in QUESTIONS if getattr(brief, part) is None]
    begun = False
    for part in open_:
        if not echo and not begun:
            click.echo(wrapped(INTRO, width=width))
        answer = ask(f"{QUESTIONS[part]} ")
        if answer is None:
            return
        if echo:
            if not begun:
                click.echo(wrapped(INTRO, width=width))
            click.echo(wrapped(f"{QUESTIONS[part]} {answer}", width=width, indent="    ", first=""))
        begun = True
        if answer.startswith("/") or answer.lower() in ENOUGH:
            break
        if answer:
            brief = brief.model_copy(update={part: answer[:LONGEST_ANSWER]})
            talk.review(brief)
    if begun:
        click.echo()
