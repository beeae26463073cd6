"""What the shell offers where a word is completed: names of the library, of plugins, of sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import click
from click.shell_completion import CompletionItem


def complete_scenarios(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the scenarios that begin like this, those of the user's own folder among them."""
    return _of_library("scenario", context, incomplete)


def complete_rubrics(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the rubrics that begin like this, those of the user's own folder among them."""
    return _of_library("rubric", context, incomplete)


def complete_files_or_scenarios(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give files, which the shell lists, and scenarios."""
    return [_files(incomplete), *complete_scenarios(context, parameter, incomplete)]


def complete_files_or_sessions(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give files, which the shell lists, and kept sessions."""
    return [_files(incomplete), *complete_sessions(context, parameter, incomplete)]


def complete_names(
    _context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the installed evaluators, listeners or voices, by the name of the option."""
    from rmcoach_llm import plugins

    return _beginning(plugins.entries(f"{parameter.name}s"), incomplete)


def complete_sessions(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the kept sessions that begin like this, newest first; none where there is no store."""
    from rmcoach_llm.cli.common import settings_of, store_of
    from rmcoach_llm.errors import RmcoachError

    try:
        settings = settings_of(store=context.params.get("store"))
        if not settings.store.exists():
            return []  # looking makes none
        store = store_of(settings)
        try:
            return _beginning([talk.id for talk in store.sessions()], incomplete)
        finally:
            store.close()
    except RmcoachError:
        return []  # the command itself says what is wrong


def _files(incomplete: str) -> CompletionItem:
    """Let the shell list files; of bash's script it has to come first, as it empties the list."""
    return CompletionItem(incomplete, type="file")


def _of_library(
    kind: Literal["scenario", "rubric"], context: click.Context, incomplete: str
) -> list[CompletionItem]:
    from rmcoach_llm.cli.common import library_of, settings_of
    from rmcoach_llm.errors import RmcoachError

    try:
        library = library_of(settings_of(library=context.params.get("library")))
        return _beginning(library.ids(kind), incomplete)
    except RmcoachError:
        return []  # the command itself says what is wrong


def _beginning(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
