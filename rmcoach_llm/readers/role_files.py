"""Read who has which role from a file: CSV of `name,role`, a JSON object, or a TOML table."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import get_args

from rmcoach_llm.domain import FrozenMap, Role
from rmcoach_llm.errors import InputError, did_you_mean
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import WHOLE_FILE, open_source, visible

ROLES: tuple[Role, ...] = get_args(Role)
SUFFIXES = (".csv", ".json", ".toml")


def read_roles(path: Path) -> FrozenMap[Role]:
    """Give roles by name or pattern, in the order of the file.

    Raises InputError for another ending, for what cannot be parsed, and for a role that is none of
    trainee, stakeholder, other.
    """
    text = open_source(path, ReadOptions(label=str(path))).text()
    ending = path.suffix.lower()
    try:
        if ending == ".csv":
            pairs = _of_table(text, str(path))
        elif ending in SUFFIXES:
            held = json.loads(text) if ending == ".json" else tomllib.loads(text)
            pairs = list(held.items()) if isinstance(held, dict) else []
        else:
            raise InputError(
                str(path),
                WHOLE_FILE,
                f"no file of roles ends with '{visible(path.suffix, limit=20)}'",
                remedy=f"use one of: {' '.join(SUFFIXES)}",
            )
    except (ValueError, RecursionError) as error:
        raise InputError(
            str(path),
            WHOLE_FILE,
            f"cannot be parsed: {visible(str(error), limit=120)}",
            remedy='write name and role, such as {"Ada": "trainee"}',
        ) from None
    return FrozenMap({name: _role(name, role, str(path)) for name, role in pairs})


def _of_table(text: str, label: str) -> list[tuple[str, object]]:
    rows = list(csv.reader(io.StringIO(text)))
    if rows and [cell.strip().casefold() for cell in rows[0]] == ["name", "role"]:
        rows = rows[1:]
    pairs: list[tuple[str, object]] = []
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != 2:
            raise InputError(
                label, f"row {number}", f"{len(row)} columns", remedy="write two: name,role"
            )
        pairs.append((row[0].strip(), row[1].strip()))
    return pairs


def _role(name: str, role: object, label: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    found = role if isinstance(role, str) else ""
    raise InputError(
        label,
        visible(name, limit=60) or "a name",
        f"the role '{visible(str(role), limit=40)}' is not known",
        remedy=did_you_mean(found, ROLES),
    )
