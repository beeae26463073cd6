"""`rmcoach scenario new`: a new scenario, from a few questions or drafted from notes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rmcoach_llm.cli.common import library_option, model_options

if TYPE_CHECKING:
    from rmcoach_llm.authoring.draft import Draft
    from rmcoach_llm.authoring.skeleton import Answers
    from rmcoach_llm.settings import Settings

FOLDER = Path("library")
"""Where scenarios of one's own go if no folder is named."""

ID_QUESTION = "Id, the name of the file, as in room-booking"
QUESTIONS = {
    "function": "Business function, as in Facilities",
    "name": "Who is talked with: first name and family name",
    "role": "Their role and company",
    "want": "What do they ask for? As in: She wants an app that shows free rooms",
    "need": "What do they need behind it, and why?",
    "symptom_1": "A symptom: how things run today, with a number",
    "symptom_2": "A second one: what goes wrong",
    "symptom_3": "A third one: what it means for their people",
    "limit": "A limit that any answer has to respect",
    "decides": "Who decides, and when?",
    "measure": "How would they know that it worked: a figure, and by when",
    "objection": "Their doubt when they hear a proposal",
}


class _Asker:
    """Ask one question after the other; when standard input ends, the rest is left for later."""

    def __init__(self) -> None:
        self._open = True
        self._terminal = sys.stdin.isatty()

    def ask(self, question: str) -> str:
        """Give the answer on one line; empty for "later"."""
        if not self._open:
            return ""
        if self._terminal:
            try:
                return input(f"{question}: ").strip()
            except EOFError:
                click.echo()
                self._open = False
                return ""
        line = sys.stdin.readline()
        self._open = bool(line)
        return line.strip()


@click.command()
@click.argument("name", required=False, metavar="[ID]")
@library_option
@click.option(
    "--from",
    "notes",
    type=click.Path(path_type=Path),
    metavar="NOTES",
    help="Draft the whole scenario from a file of notes, with a language model.",
)
@model_options
def new(name: str | None, notes: Path | None, **given: Any) -> None:
    """Write a new scenario, ready to be filled in.

    Asks for the few things that matter; each may be left empty for later, and the answers may be
    piped, one a line. With --from a model drafts all of it from notes. The file goes into the
    folder of --library (else RMCOACH_LIBRARY, else ./library); a file that is there is never
    touched. What is left to write is marked TODO: `rmcoach scenario check` finds it.
    """
    from rmcoach_llm.authoring.placing import scenario_path, write_new
    from rmcoach_llm.authoring.skeleton import skeleton
    from rmcoach_llm.cli.common import settings_of
    from rmcoach_llm.reports.terminal import shown

    settings = settings_of(**given)
    folder = settings.library or FOLDER
    asker = _Asker()
    path = scenario_path(folder, name or asker.ask(ID_QUESTION))
    text = _drafted(settings, notes, path) if notes else skeleton(path.stem, _answers(asker))
    write_new(path, text)
    click.echo(shown(f"Written: {path}"))
    click.echo(shown(f"What is left to do:  rmcoach scenario check {path}"))
    click.echo(shown(f"Play it:             rmcoach practice {path.stem} --library {folder}"))


def _answers(asker: _Asker) -> Answers:
    from rmcoach_llm.authoring.skeleton import Answers

    if sys.stdin.isatty():
        click.echo("In the third person, please; leave empty what you do not know yet.")
    return Answers(**{name: _clean(asker.ask(question)) for name, question in QUESTIONS.items()})


def _clean(answer: str) -> str:
    """Refuse what would make a file that nobody can read or trust; spaces are evened out."""
    from rmcoach_llm.domain.base import is_control
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.library.problem import quoted

    if any(is_control(character) for character in answer.replace("\t", " ")):
        raise UsageError(
            f"the answer {quoted(answer)} holds a control character",
            remedy="type it again; nothing was written",
        )
    return " ".join(answer.split())


def _drafted(settings: Settings, notes: Path, path: Path) -> str:
    """Let a model draft the scenario; an answer that is no use is kept beside its place."""
    import asyncio

    from rmcoach_llm.authoring.draft import drafted_file

    text = _notes(notes)
    return drafted_file(path.stem, asyncio.run(_draft(settings, text, path)))


async def _draft(settings: Settings, notes: str, path: Path) -> Draft:
    from rmcoach_llm.authoring.draft import PROMPT_ID, Recorder, draft_of
    from rmcoach_llm.chat import create_structured_model
    from rmcoach_llm.cli.common import library_of
    from rmcoach_llm.errors import ConfigError, ModelError
    from rmcoach_llm.library import Library
    from rmcoach_llm.wiring import find_model

    model = await find_model(settings)
    if model is None:
        raise ConfigError(
            "drafting from notes needs a model",
            remedy="choose one with --model or RMCOACH_MODEL, or leave --from out",
        )
    # A folder that is still to be made cannot be laid over.
    there = settings.library is not None and settings.library.is_dir()
    library = library_of(settings) if there else Library()
    recorder = Recorder(model)
    structured = create_structured_model(recorder, settings.model)
    try:
        return await draft_of(
            structured, library.prompt(PROMPT_ID), notes, deadline_s=settings.model.deadline_s
        )
    except ModelError as error:
        if recorder.last:
            error.remedy = _kept(recorder.last, path)
        raise
    finally:
        await recorder.close()


def _kept(answer: str, path: Path) -> str:
    """Keep an answer that is no scenario, and say where."""
    from rmcoach_llm.authoring.placing import write_new

    names = (path.with_suffix(f".draft{n}.txt") for n in ("", *(f"-{i}" for i in range(2, 100))))
    place = next(name for name in names if not name.exists())
    write_new(place, answer)
    return f"the answer is kept in {place}; mend it by hand, or run again, or take another model"


def _notes(path: Path) -> str:
    """Read the notes; raises UsageError for what is no text to draft from."""
    from rmcoach_llm.authoring.draft import LONGEST_NOTES
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.library import InvalidFile
    from rmcoach_llm.library.files import read_text

    try:
        text = read_text(path, str(path))
    except InvalidFile as error:
        raise UsageError(error.message, remedy="name a text file with your notes") from None
    if not text.strip() or len(text) > LONGEST_NOTES:
        raise UsageError(
            f"the notes hold {len(text.strip()):,} characters",
            remedy=f"write some, {LONGEST_NOTES:,} characters at the most",
        )
    return text
