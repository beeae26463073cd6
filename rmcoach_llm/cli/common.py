"""What several commands share: options, settings, library, store and model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from contextlib import ExitStack

    from rmcoach_llm.domain import Scenario, Transcript
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import ChatModel, Store
    from rmcoach_llm.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


ANY_PATH = click.Path(path_type=Path, readable=False)
"""A path of several: one that cannot be read is said like any other problem, and the others are read."""


def model_options(command: F) -> F:
    """Add --model and --base-url."""
    command = click.option(
        "--base-url",
        metavar="URL",
        help="An OpenAI-compatible endpoint (else OPENAI_BASE_URL), such as"
        " http://localhost:11434/v1 for Ollama.",
    )(command)
    return click.option(
        "--model", metavar="NAME", help="The language model to use (else RMCOACH_MODEL)."
    )(command)


library_option = click.option(
    "--library",
    "library",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder with scenarios, rubrics and prompts of your own, which win by id.",
)
store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where sessions are kept (else RMCOACH_STORE, else your data folder).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")

details_option = click.option(
    "--details", is_flag=True, help="Show each criterion with what was found of it, too."
)


WIDEST = 100
"""Longer lines are hard to read, however wide a terminal is."""


def page_width() -> int:
    """Give the width of a page in characters: the terminal's, 80 where there is none, 100 at most."""
    import shutil

    return min(shutil.get_terminal_size().columns, WIDEST)


def settings_of(**given: object) -> Settings:
    """Give the settings of this call: command line, environment, config file, defaults.

    Variables that begin like ours and are unknown are named on standard error.
    """
    from rmcoach_llm.reports.terminal import shown
    from rmcoach_llm.settings import load_settings, unknown_variables

    if "_RMCOACH_COMPLETE" not in os.environ:  # a shell that completes has the line on screen
        for unknown in unknown_variables(os.environ):
            click.echo(f"note: {shown(unknown)}", err=True)
    return load_settings(given, os.environ)


def library_of(settings: Settings) -> Library:
    """Open the library, with the user's own folder over it."""
    from rmcoach_llm.library import Library

    return Library((settings.library,) if settings.library else ())


def store_of(settings: Settings) -> Store:
    """Open the store of practice sessions; `plugin:path` takes the store of a plugin."""
    from rmcoach_llm import plugins

    name, path = "sqlite", settings.store
    before, colon, rest = str(path).partition(":")
    if colon and before in plugins.entries("stores"):
        name, path = before, Path(rest)
    return plugins.make("stores", name, path)


def model_of(settings: Settings, *, late: bool = False) -> ChatModel | None:
    """Give the model that is configured, or None for scripted practice and rules.

    With `late` what speaks to it is loaded when it is first needed.
    """
    if settings.model.model is None and "base_url" not in settings.sources:
        return None  # the usual case without a model: spares the import of what speaks to one
    import asyncio

    from rmcoach_llm.wiring import find_model

    return asyncio.run(find_model(settings, late=late))


def played_in(transcript: Transcript, library: Library) -> Scenario | None:
    """Give the scenario of a practice session; None for other transcripts, and where it is gone."""
    from rmcoach_llm.errors import LibraryError, UsageError

    if transcript.scenario is None:
        return None
    try:
        return library.scenario(transcript.scenario.id)
    except (UsageError, LibraryError):
        return None  # a session outlives its scenario: the page shows what is left


def from_standard_input(stack: ExitStack) -> Path:
    """Give what stands on standard input as a private file, gone with `stack`.

    Its ending says what it looks like: JSON (`[{` first, or an object that goes over its first
    line), JSON Lines (`{`), WebVTT, or text.
    """
    import sys
    import tempfile

    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rmcoach-"))
    data = sys.stdin.buffer.read()
    start = b"".join(data[:4_096].removeprefix(b"\xef\xbb\xbf").split())
    endings = ((b"[{", ".json"), (b"{", ".jsonl"), (b"WEBVTT", ".vtt"))
    ending = next((ending for sign, ending in endings if start.startswith(sign)), ".txt")
    if ending == ".jsonl" and not data.split(b"\n", 1)[0].rstrip().endswith(b"}"):
        ending = ".json"
    path = Path(folder) / f"standard-input{ending}"
    path.write_bytes(data)
    return path
