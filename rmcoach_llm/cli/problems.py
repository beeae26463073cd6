"""Say what cannot be read: the same problem of many files once, with the first of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import click

from rmcoach_llm.errors import InputError, RmcoachError

FILES_SHOWN = 3
MOST_SHOWN = 100
"""So many problems of one kind are shown, where few files have all of them."""

_OF_THE_CALL = ("no speaker is called ", "no role is known ")
"""How problems begin that an option mends for all records at once: a few places are enough."""

_OF_ONE_FILE = re.compile(
    r"'[^']*'|\([^()]*\)|[0-9][0-9,.]*|(?<=already in ).*|(?<=the speakers ).*"
)


@dataclass
class _Kind:
    """Hold what was said of a kind of problem; the last two count what was not shown."""

    found: str
    files: list[str] = field(default_factory=list)
    remedies: set[str] = field(default_factory=set)
    shown: int = 0
    problems: int = 0
    others: int = 0
    last: str = ""


@dataclass
class Problems:
    """Print problems as they come, and at the end how many more there were of each kind.

    Two are of a kind if they differ in names, numbers and what is in brackets alone. Of a kind, all
    problems of the first three files are shown, a hundred at most, and each remedy once; of one that
    an option mends, three in all.
    """

    kinds: dict[str, _Kind] = field(default_factory=dict)

    def say(self, error: RmcoachError, label: str = "") -> int:
        """Print a problem, or count it; gives its exit code. `label` names the file if it does not."""
        from rmcoach_llm.reports.terminal import shown

        file, found = (
            (error.path, error.found) if isinstance(error, InputError) else (label, error.message)
        )
        kind = self.kinds.setdefault(_kind_of(error, found), _Kind(found))
        if file not in kind.files and len(kind.files) < FILES_SHOWN:
            kind.files.append(file)
        most = FILES_SHOWN if found.startswith(_OF_THE_CALL) else MOST_SHOWN
        if file not in kind.files or kind.shown == most:
            kind.problems += 1
            kind.others += file not in (*kind.files, kind.last)
            kind.last = file
            return error.exit_code
        kind.shown += 1
        named = isinstance(error, InputError) or not label
        click.echo(
            f"error: {shown(error.message if named else f'{label}: {error.message}')}", err=True
        )
        if error.remedy and error.remedy not in kind.remedies:
            click.echo(f"  what to do: {shown(error.remedy)}", err=True)
        kind.remedies.add(error.remedy)
        return error.exit_code

    def end(self) -> None:
        """Print how many more problems there were of each kind."""
        from rmcoach_llm.reports.terminal import shown

        for kind in self.kinds.values():
            if kind.problems:
                files = f" in {kind.others:,} more files" if kind.others else ""
                click.echo(
                    f"error: {kind.problems:,} more like it{files}: {shown(kind.found)}", err=True
                )
        self.kinds.clear()


def _kind_of(error: RmcoachError, found: str) -> str:
    """Give what problems of one kind have in common.

    >>> one, two = (InputError("a", "line 1", f"no speaker is called 'A' ({n})") for n in "xy")
    >>> _kind_of(one, one.found) == _kind_of(two, two.found)
    True
    """
    common = _OF_ONE_FILE.sub("", found)
    if isinstance(error, InputError):
        common = common.partition(": ")[0]  # behind it stands what one file holds
    return f"{type(error).__name__} {common}"
