"""`rmcoach library`: list, show and check scenarios, rubrics and prompts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from rmcoach_llm.cli.common import ANY_PATH

if TYPE_CHECKING:
    from rmcoach_llm.library import Kind, Library, LibraryFile, Summary

KINDS = ("scenario", "rubric", "prompt")

overlays = click.option(
    "--library",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder with files of your own, which win by id. May be given again; the last wins.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
of_kind = click.option("--kind", type=click.Choice(KINDS), help="Only this kind.")


def complete_ids(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the ids that begin like this; none where a library cannot be read."""
    from rmcoach_llm.errors import RmcoachError

    kind = context.params.get("kind")
    try:
        library = _open(tuple(context.params.get("overlays") or ()))
        names = [name for k in KINDS if kind in (None, k) for name in library.ids(_kind(k))]
    except RmcoachError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.group()
def library() -> None:
    """List, show and check scenarios, rubrics and prompts."""


@library.command("list")
@of_kind
@overlays
@as_json
def list_files(kind: str | None, overlays: tuple[Path, ...], as_json: bool) -> None:
    """List what there is, and where it comes from."""
    found = _open(overlays)
    kinds = [_kind(name) for name in KINDS if kind in (None, name)]
    summaries = [summary for name in kinds for summary in found.summaries(name)]
    if as_json:
        _echo_json([_summary_data(summary) for summary in summaries])
        return
    for name in kinds:
        _echo_summaries(name, [summary for summary in summaries if summary.file.kind == name])


@library.command()
@click.argument("name", metavar="ID", shell_complete=complete_ids)
@of_kind
@click.option("--spoilers", is_flag=True, help="Show the facts of a scenario, too.")
@overlays
@as_json
def show(
    name: str, kind: str | None, spoilers: bool, overlays: tuple[Path, ...], as_json: bool
) -> None:
    """Show a scenario, rubric or prompt."""
    from rmcoach_llm.cli.common import page_width
    from rmcoach_llm.library.outline import outline, plain_data
    from rmcoach_llm.reports.terminal import wrapped

    found = _open(overlays)
    record = found.load(_find(found, name, kind)).record
    if as_json:
        _echo_json(plain_data(record, spoilers=spoilers))
        return
    width = page_width()
    for depth, text in outline(record, spoilers=spoilers):
        click.echo(wrapped(text, width=width, indent="  " * depth))


@library.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=ANY_PATH)
@overlays
@as_json
@click.pass_context
def check(
    context: click.Context, paths: tuple[Path, ...], overlays: tuple[Path, ...], as_json: bool
) -> None:
    """Check the library, or the files and folders given.

    All files are checked. Each problem is one line: file, line, field, what was found, what is
    allowed, what to do. The exit status is 4 where a file is not valid; warnings do not count.
    """
    from dataclasses import asdict

    from rmcoach_llm.errors import LibraryError
    from rmcoach_llm.library.check import check_library, check_paths
    from rmcoach_llm.reports.terminal import shown

    report = check_paths(paths) if paths else check_library(_open(overlays))
    if as_json:
        problems = [asdict(problem) for problem in report.problems]
        _echo_json({"files": report.files, "errors": report.errors, "problems": problems})
    else:
        for problem in report.problems:
            click.echo(shown(str(problem)))
        warnings = len(report.problems) - report.errors
        click.echo(f"files: {report.files}, errors: {report.errors}, warnings: {warnings}")
    if report.errors:
        context.exit(LibraryError.exit_code)


@library.command()
@click.argument("kind", type=click.Choice(KINDS))
def schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for editors.

    Write it to a file, and name that file in the first line of your YAML:

    \b
      rmcoach library schema scenario > scenario.schema.json
      # yaml-language-server: $schema=../scenario.schema.json

    Of a prompt it describes the front matter.
    """
    from rmcoach_llm.library.schema import editor_schema

    _echo_json(editor_schema(_kind(kind)))


def _open(overlays: tuple[Path, ...]) -> Library:
    """Open the library with the folders given, or else with the one of the settings."""
    from rmcoach_llm.cli.common import library_of, settings_of
    from rmcoach_llm.library import Library

    return Library(overlays) if overlays else library_of(settings_of())


def _kind(name: str) -> Kind:
    from rmcoach_llm.library.catalogue import KINDS as ALL

    return next(kind for kind in ALL if kind == name)


def _find(found: Library, name: str, kind: str | None) -> LibraryFile:
    """Find a file by id, in all kinds where none is given."""
    from rmcoach_llm.errors import UsageError

    if kind is not None:
        return found.file(_kind(kind), name)
    kinds = found.kinds(name)
    if len(kinds) == 1:
        return found.file(kinds[0], name)
    if kinds:
        choices = " or ".join(f"--kind {choice}" for choice in kinds)
        raise UsageError(f"{name!r} is the id of several files", remedy=f"add {choices}")
    hint = found.suggestion(name, *(_kind(choice) for choice in KINDS))
    raise UsageError(f"unknown id {name!r}", remedy=hint)


def _summary_data(summary: Summary) -> dict[str, str | None]:
    file = summary.file
    return {
        "kind": file.kind,
        "id": file.id,
        **summary.fields,
        "source": file.source,
        "problem": summary.problem,
    }


def _echo_summaries(kind: str, summaries: list[Summary]) -> None:
    from rmcoach_llm.reports.terminal import shown

    click.echo(f"{kind}s:")
    longest = max((len(summary.file.id) for summary in summaries), default=0)
    for summary in summaries:
        fields = summary.fields
        title = fields.get("title") or fields.get("purpose") or ""
        details = [fields[name] for name in ("business_function", "difficulty") if name in fields]
        details += ["start here"] if fields.get("first") == "true" else []
        details += [f"parallel to {fields['parallel']}"] if "parallel" in fields else []
        text = f"{title} ({', '.join(details)})" if details else title
        if summary.problem:
            text = f"not valid: {summary.problem}"
        source = "" if summary.file.source == "packaged" else f" [{summary.file.source}]"
        click.echo(shown(f"  {summary.file.id:<{longest}}  {text}{source}"))


def _echo_json(data: Any) -> None:
    import json

    click.echo(json.dumps(data, indent=2))
