"""Plugins by entry points; built-ins come through the same door.

Groups: `rmcoach.commands`, `.models`, `.listeners`, `.voices`, `.evaluators`, `.detectors`,
`.stores`, `.readers`. A name that two packages claim, or a plugin that does not load, is an error that
names the package: nothing is swallowed, nothing is renamed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from rmcoach_llm.errors import PluginError, RmcoachError, UsageError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from rmcoach_llm.protocols import (
        ChatModel,
        Detector,
        Evaluator,
        Listener,
        Parts,
        Store,
        TranscriptReader,
        Voice,
    )
    from rmcoach_llm.settings import ModelSettings

GROUPS = (
    "commands",
    "models",
    "listeners",
    "voices",
    "evaluators",
    "detectors",
    "stores",
    "readers",
)
OURS = "rmcoach-llm"


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
    folders = tuple(sys.path if path is None else path)
    for entry in _scan(folders, tuple(map(_changed, folders))):
        if entry.group == f"rmcoach.{group}":
            found[entry.name] = (*found.get(entry.name, ()), entry)
    return dict(sorted(found.items()))


def load(group: str, name: str) -> object:
    """Give the object behind a name.

    Raises UsageError for an unknown name, PluginError for one that two packages claim or that
    does not load.
    """
    return _load(_only(group, name))


@overload
def make(group: Literal["models"], name: str, settings: ModelSettings, /) -> ChatModel: ...
@overload
def make(group: Literal["listeners"], name: str, parts: Parts, /) -> Listener: ...
@overload
def make(group: Literal["voices"], name: str, parts: Parts, /) -> Voice: ...
@overload
def make(group: Literal["evaluators"], name: str, parts: Parts, /) -> Evaluator: ...
@overload
def make(group: Literal["stores"], name: str, path: Path, /) -> Store: ...
@overload
def make(group: Literal["readers"], name: str, /) -> TranscriptReader: ...
def make(group: str, name: str, /, *given: object) -> object:
    """Make what stands behind a name: load the factory, call it, check what it makes.

    Raises UsageError for an unknown name; PluginError, naming the package, where the factory
    does not load, is none, fails, or makes something that does not keep to the group's protocol.
    An error of this package that a factory raises passes as it is.

    >>> make("readers", "json").suffixes
    ('.json',)
    """
    entry = _only(group, name)
    factory = _load(entry)
    if not callable(factory):
        raise _broken(entry, f"is {_a(factory)} and makes nothing")
    try:
        made: object = factory(*given)
        fault = _departure(group, made)
    except RmcoachError:
        raise
    except (Exception, SystemExit) as error:  # a plugin may fail in any way; it is named below
        if entry.package == OURS:
            raise  # a fault of ours is no broken plugin
        raise _broken(entry, f"cannot be made: {type(error).__name__}: {error}") from error
    if fault:
        raise _broken(entry, f"makes {_a(made)} that is no {group[:-1]}: {fault}")
    return made


def detector(behaviour: str) -> Detector:
    """Give the function that sees a behaviour, by the behaviour's id: it is no factory.

    Raises as `load` does, and PluginError for what cannot be called.
    """
    entry = _only("detectors", behaviour)
    found = _load(entry)
    if not callable(found):
        raise _broken(entry, f"is {_a(found)} and sees nothing")
    return found


def _departure(group: str, made: object) -> str:
    """Say how an object departs from the protocol of a group; nothing where it keeps to it."""
    from inspect import get_annotations, isfunction

    from rmcoach_llm import protocols

    protocol = {
        "models": protocols.ChatModel,
        "listeners": protocols.Listener,
        "voices": protocols.Voice,
        "evaluators": protocols.Evaluator,
        "stores": protocols.Store,
        "readers": protocols.TranscriptReader,
    }[group]
    if isinstance(made, type):
        return "it is a class, not an object of it"
    for name, hint in get_annotations(protocol, eval_str=True).items():
        shape: Any = getattr(hint, "__origin__", hint)
        if not isinstance(getattr(made, name, None), shape):
            return f"'{name}' is {_a(getattr(made, name, None))}, not a {shape.__name__}"
    calls = [n for n, v in vars(protocol).items() if isfunction(v) and not n.startswith("_")]
    missing = [name for name in calls if not callable(getattr(made, name, None))]
    return f"it has no {' and no '.join(missing)}" if missing else ""


def _a(thing: object) -> str:
    name = type(thing).__name__
    return "None" if thing is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _only(group: str, name: str) -> Entry:
    """Give the one entry of a name."""
    offered = entries(group)
    if name not in offered:
        raise UsageError(f"unknown {group[:-1]} '{name}'", remedy=did_you_mean(name, offered))
    claims = offered[name]
    if len(claims) > 1:
        packages = " and ".join(entry.package for entry in claims)
        raise PluginError(
            f"the {group[:-1]} '{name}' is claimed by {packages}", remedy="uninstall one of them"
        )
    return claims[0]


def _broken(entry: Entry, fault: str) -> PluginError:
    kind = entry.group.removeprefix("rmcoach.")[:-1]
    return PluginError(
        f"the {kind} '{entry.name}' of {entry.package} {fault}",
        remedy=f"update or uninstall {entry.package}",
    )


def _load(entry: Entry) -> object:
    module, _, attribute = entry.value.partition(":")
    try:
        target: object = import_module(module)
        for part in attribute.split(".") if attribute else ():
            target = getattr(target, part)
    except (Exception, SystemExit) as error:  # a plugin may fail in any way; it is named below
        raise _broken(entry, f"does not load: {type(error).__name__}: {error}") from error
    return target


def _changed(folder: str) -> int:
    """Give when something was last put into a folder or taken out of it."""
    try:
        return os.stat(folder or ".").st_mtime_ns  # noqa: PTH116 - pathlib is slow to import
    except OSError:
        return 0  # sys.path may name folders and archives that are not there


@lru_cache(maxsize=8)
def _scan(path: tuple[str, ...], changed: tuple[int, ...]) -> tuple[Entry, ...]:
    """Read the entry points of all installed packages: once, until something is installed.

    importlib.metadata does the same, but its import alone takes as long as click's: too long
    for `rmcoach --help`. As there, the first copy of a package on the path counts.
    """
    del changed
    return tuple(_found(path))


def _found(path: tuple[str, ...]) -> Iterator[Entry]:
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
