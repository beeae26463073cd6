"""`rmcoach scenario check`: whether scenarios will work, and what to mend where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rmcoach_llm.cli.common import json_option, library_option
from rmcoach_llm.cli.completion import complete_files_or_scenarios

if TYPE_CHECKING:
    from rmcoach_llm.authoring.check import Report
    from rmcoach_llm.domain import Scenario
    from rmcoach_llm.library import InvalidFile, Library
    from rmcoach_llm.library.files import Entry


@click.command()
@click.argument(
    "names", nargs=-1, metavar="[PATH_OR_ID]...", shell_complete=complete_files_or_scenarios
)
@library_option
@json_option
@click.pass_context
def check(
    context: click.Context, names: tuple[str, ...], library: Path | None, as_json: bool
) -> None:
    """Check whether scenarios will work; without a name all of the library.

    Looks for facts that can never come out, for what gives the need away, for sample questions
    that are taken for another fact, and for lines, terms and evidence that do not fit. Each
    finding is one line: file, line, field, what was found, what to do. The exit status is 4
    where there is an error; warnings do not count.
    """
    from rmcoach_llm.cli.common import library_of, settings_of
    from rmcoach_llm.errors import LibraryError

    shelf = library_of(settings_of(library=library))
    reports = _reports(shelf, names)
    if as_json:
        _print_json(reports)
    else:
        _print(reports)
    if any(report.errors for report in reports):
        context.exit(LibraryError.exit_code)


def _reports(library: Library, names: tuple[str, ...]) -> tuple[Report, ...]:
    from rmcoach_llm.authoring.check import check_scenarios
    from rmcoach_llm.domain import Scenario
    from rmcoach_llm.library.files import Entry

    files = [path for name in names if _is_path(name) for path in _files(Path(name))]
    entries = [_read(path) for path in files]
    ids = [name for name in names if not _is_path(name)] if names else library.ids("scenario")
    entries += [_load(library, name) for name in ids]
    given = [e.record for e in entries if isinstance(e, Entry) and isinstance(e.record, Scenario)]
    folders = {path.parent for path in files}

    def look_up(name: str) -> Scenario | None:
        beside = (folder / f"{name}.yaml" for folder in folders)
        found = [_read(path) for path in beside if path.is_file()]
        if name in library.ids("scenario"):
            found.append(_load(library, name))
        others = [e.record for e in found if isinstance(e, Entry)]
        return next(
            (s for s in (*given, *others) if isinstance(s, Scenario) and s.id == name), None
        )

    known = sorted({*(scenario.id for scenario in given), *library.ids("scenario")})
    return check_scenarios(entries, look_up, known, whole=not names)


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml")) or Path(name).exists()


def _files(path: Path) -> list[Path]:
    """Give the file of this path, or the scenarios of a library folder."""
    from rmcoach_llm.errors import UsageError
    from rmcoach_llm.library.catalogue import files_in
    from rmcoach_llm.library.problem import quoted

    if not path.is_dir():
        return [path]
    found = [Path(str(file.path)) for file in files_in(path, str(path)) if file.kind == "scenario"]
    if not found:
        raise UsageError(
            f"the folder {quoted(str(path))} holds no scenarios",
            remedy="name a file, or a folder that has a folder 'scenarios'",
        )
    return found


def _read(path: Path) -> Entry | InvalidFile:
    from rmcoach_llm.library import InvalidFile
    from rmcoach_llm.library.files import read_file

    try:
        return read_file(path, "scenario")
    except InvalidFile as error:
        return error


def _load(library: Library, name: str) -> Entry | InvalidFile:
    from rmcoach_llm.library import InvalidFile

    file = library.file("scenario", name)
    try:
        return library.load(file)
    except InvalidFile as error:
        return error


def _print(reports: tuple[Report, ...]) -> None:
    from rmcoach_llm.reports.terminal import shown

    for report in reports:
        for problem in report.problems:
            click.echo(shown(str(problem)))
    for report in reports:
        if report.scenario is not None:
            click.echo(shown(_course(report)))
    errors = sum(report.errors for report in reports)
    warnings = sum(len(report.problems) for report in reports) - errors
    click.echo(f"scenarios: {len(reports)}, errors: {errors}, warnings: {warnings}")


def _course(report: Report) -> str:
    reached = f"at turn {report.root_turn}" if report.root_turn else "never"
    return (
        f"{report.scenario}: played as well as can be, {report.told} of {report.facts} facts come "
        f"out, the root need {reached} (the talk has {report.turns} turns)"
    )


def _print_json(reports: tuple[Report, ...]) -> None:
    import json
    from dataclasses import asdict

    data = [asdict(report) | {"errors": report.errors} for report in reports]
    click.echo(json.dumps(data, indent=2))
