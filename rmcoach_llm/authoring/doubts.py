"""Whether the objection can be spoken to, and moved, by lines that people say."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.authoring.page import Page
from rmcoach_llm.domain import Move, Objection
from rmcoach_llm.language.moves import moves_of
from rmcoach_llm.language.words import stems
from rmcoach_llm.library.problem import Problem, quoted

MOST_EVIDENCE = 3
"""Kinds of evidence that a talk has time to bring after the need is known."""

ORDINARY = {
    "number": "About {cue}: in the trial it was 12 percent.",
    "source": "About {cue}: according to the audit report it holds.",
    "commitment": "About {cue}: I will send you the list by Friday.",
    "admitted_limit": "About {cue}: I don't know yet, I have to check that first.",
    "trade_off": "About {cue}: it takes longer at first, in exchange it is safer later.",
}
"""A plain line for each kind of evidence, as the rules of `language.moves` hear it."""


def doubt_problems(page: Page) -> Iterator[Problem]:
    """Yield cues that any line may hold, and evidence that no ordinary line could bring."""
    objection = page.scenario.objection
    if objection is None:
        return
    for index, cue in enumerate(objection.cues):
        if len(cue.split()) == 1 and not stems(cue):
            message = f"{quoted(cue)} stands in any line; name what the doubt is about"
            yield page.warn(("objection", "cues", index), message)
    for index, kind in enumerate(objection.moved_by):
        if kind in objection.moved_by[:index]:
            message = f"{quoted(kind)} stands there twice; take one out"
            yield page.warn(("objection", "moved_by", index), message)
        elif not _can_be_brought(objection, kind):
            message = (
                f"no plain line that holds one of the 'cues' is heard as {quoted(kind)}; "
                "choose cues that people say beside it, or another kind of evidence"
            )
            yield page.fault(("objection", "moved_by", index), message)
    if len(set(objection.moved_by)) > MOST_EVIDENCE:
        message = f"asks for {len(objection.moved_by)} kinds of evidence; {MOST_EVIDENCE} at most"
        yield page.warn(("objection", "moved_by"), message)


def _can_be_brought(objection: Objection, kind: str) -> bool:
    lines = (ORDINARY[kind].format(cue=cue) for cue in objection.cues)
    blocked = {Move.GAME_TALK, Move.GIBBERISH, Move.OTHER_LANGUAGE, Move.PRESSURE}
    return any(
        Move(kind) in found and not blocked & found
        for found in (set(moves_of(line).moves) for line in lines)
    )
