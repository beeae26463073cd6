"""Plugins by entry points; built-ins come through the same door.

Groups: `rmcoach.commands`, `.models`, `.listeners`, `.voices`, `.evaluators`, `.stores`,
`.readers`. A name that two packages claim, or a plugin that does not load, is an error that
names the package: nothing is swallowed, nothing is renamed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import NamedTuple

from rmcoach_llm.errors import PluginError, UsageError, did_you_mean

GROUPS = ("commands", "models", "listeners", "voices", "evaluators", "stores", "readers")


class Entry(NamedTuple):
    """Name what a package offers: `value` is `module:attribute`."""

    group: str
    name: str
    value: str
    package: str


def entries(group: str, *, path: Iterable[str] | None = None) -> dict[str, tuple[Entry, ...]]:
    """Give all that is offered in a group, by name; more than one under a name is a clash.

    >>> "openai" in entries("models")
    True
    """
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in _scan(tuple(sys.path if path is None else path)):
        if entry.group == f"rmcoach.{group}":
            found[entry.name] = (*found.get(entry.name, ()), entry)
    return dict(sorted(found.items()))


def load(group: str, name: str) -> object:
    """Give the object behind a name.

    Raises UsageError for an unknown name, PluginError for one that two packages claim or that
    does not load.
    """
    offered = entries(group)
    if name not in offered:
        raise UsageError(f"unknown {group[:-1]} '{name}'", remedy=did_you_mean(name, offered))
    claims = offered[name]
    if len(claims) > 1:
        packages = " and ".join(entry.package for entry in claims)
        raise PluginError(
            f"the {group[:-1]} '{name}' is claimed by {packages}", remedy="uninstall one of them"
        )
    return _load(claims[0])


def _load(entry: Entry) -> object:
    module, _, attribute = entry.value.partition(":")
    kind = entry.group.removeprefix("rmcoach.")[:-1]
    try:
        target: object = import_module(module)
        for part in attribute.split(".") if attribute else ():
            target = getattr(target, part)
    except (Exception, SystemExit) as error:  # a plugin may fail in any way; it is named below
        raise PluginError(
            f"the {kind} '{entry.name}' of {entry.package} does not load:"
            f" {type(error).__name__}: {error}",
            remedy=f"update or uninstall {entry.package}",
        ) from error
    return target


def _scan(path: tuple[str, ...]) -> Iterator[Entry]:
    """Read the entry points of all installed packages.

    importlib.metadata does the same, but its import alone takes as long as click's: too long
    for `rmcoach --help`. As there, the first copy of a package on the path counts.
    """
    seen: set[str] = set()
    for folder in path:
        try:
            names = sorted(os.listdir(folder or "."))  # noqa: PTH208 - pathlib is slow to import
        except OSError:
            continue  # sys.path may name folders and archives that are not there
        for name in names:
            stem, dot, ending = name.rpartition(".")
            if not dot or ending not in ("dist-info", "egg-info"):
                continue
            package = stem.split("-")[0].replace("_", "-").lower()
            if package in seen:
                continue
            seen.add(package)
            yield from _read(os.path.join(folder, name, "entry_points.txt"), package)  # noqa: PTH118 - pathlib is slow to import


def _read(file: str, package: str) -> Iterator[Entry]:
    try:
        # One byte that is not UTF-8 must not hide all that a package offers.
        with open(file, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - as above
            text = lines.read()
    except OSError:
        return  # most packages have no entry points
    group = ""
    for line in text.splitlines() if "rmcoach." in text else ():
        line = line.strip()  # noqa: PLW2901
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif group.startswith("rmcoach.") and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield Entry(group, name.strip(), value.split("[")[0].strip(), package)
