"""Parse JSON strictly: no duplicate keys, no NaN, no number out of range, no deep nesting."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from rmcoach_llm.readers.files import Origin, visible

MAX_DEPTH = 64
MAX_DIGITS = 300

EXPORT_AGAIN = "correct the file, or export it again"


@dataclass(frozen=True)
class _Fault:
    """Stand in for a value that is refused, until the place of it is known."""

    found: str
    key: str | None = None


def parse_json(text: str, origin: Origin) -> object:
    """Give the value of a JSON text.

    Raises InputError with the line and column of a syntax error, or the `$` locator of a value
    that is refused: a key that stands twice, NaN or an infinite number, an integer of more than
    300 digits, more than 64 levels.

    >>> parse_json('{"a": [1]}', Origin("a.json"))
    {'a': [1]}
    """
    try:
        value = _SURE.decode(text)
    except (_RefusedError, json.JSONDecodeError, RecursionError):
        return _with_places(text, origin)
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_deep(value):
        _refuse_faults(value, origin)
    return value


class _RefusedError(Exception):
    """End the first, quick look at a text: it holds a value that is refused."""


def _with_places(text: str, origin: Origin) -> object:
    """Parse a text again to say where it is at fault; the quick look does not know places."""
    try:
        value = _CAREFUL.decode(text)
    except json.JSONDecodeError as error:
        _refuse_syntax(error, origin)
    except RecursionError:
        raise _too_deep("$", origin) from None
    _refuse_faults(value, origin)
    return value


def kind_of(value: object) -> str:
    """Say in words what a JSON value is; anything else says it itself.

    >>> [kind_of(value) for value in (None, True, 1.5, "a", [], {})]
    ['null', 'true', 'a number', 'text', 'a list', 'an object']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = ((str, "text"), (list, "a list"), (dict, "an object"))
    found = next((name for kind, name in names if isinstance(value, kind)), None)
    return found or ("a number" if isinstance(value, (int, float)) else str(value))


def step(key: str) -> str:
    """Give the locator of a key: `.text`, or quoted where it is no plain word."""
    return f".{key}" if key.isidentifier() else f"['{visible(key, limit=40)}']"


def _object(pairs: list[tuple[str, object]]) -> object:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
    return _Fault("duplicate key: it stands twice in one object", key=twice)


def _constant(name: str) -> _Fault:
    return _Fault(f"{name} is no JSON number: a finite one is wanted")


def _float(digits: str) -> float | _Fault:
    number = float(digits)
    return number if math.isfinite(number) else _Fault("a number is too large: not finite")


def _integer(digits: str) -> int | _Fault:
    if len(digits) > MAX_DIGITS:
        return _Fault(f"a number of {len(digits):,} digits, at most {MAX_DIGITS}")
    return int(digits)


def _sure(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """Give what a hook gives, but end the parsing where it refuses a value."""

    def given(found: Any) -> object:
        value = hook(found)
        if type(value) is _Fault:
            raise _RefusedError
        return value

    return given


_CAREFUL = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
)
"""Puts a fault in the place of what is refused, so that its place can be said."""

_SURE = json.JSONDecoder(
    object_pairs_hook=_sure(_object),
    parse_constant=_sure(_constant),
    parse_float=_sure(_float),
    parse_int=_sure(_integer),
)
"""Refuses the same, and just ends there."""


def _refuse_syntax(error: json.JSONDecodeError, origin: Origin) -> NoReturn:
    column = f"column {error.colno}"
    several = error.msg == "Extra data" and origin.line is None
    raise origin.error(
        column if origin.line is not None else f"line {error.lineno} {column}",
        f"not valid JSON ({error.msg})",
        remedy="name the file .jsonl if each line is a record" if several else EXPORT_AGAIN,
    ) from None


def _refuse_faults(value: object, origin: Origin) -> None:
    pending: list[tuple[object, str, int]] = [(value, "$", 1)]
    while pending:
        node, place, depth = pending.pop()
        if isinstance(node, _Fault):
            place += step(node.key) if node.key is not None else ""
            raise origin.error(place, node.found, remedy=EXPORT_AGAIN)
        if depth > MAX_DEPTH:
            raise _too_deep(place, origin)
        if isinstance(node, dict):
            pending += [(v, place + step(k), depth + 1) for k, v in node.items() if _inner(v)]
        elif isinstance(node, list):
            pending += [(v, f"{place}[{i}]", depth + 1) for i, v in enumerate(node) if _inner(v)]


def _is_deep(value: object) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _inner(value: object) -> bool:
    return isinstance(value, (dict, list, _Fault))


def _too_deep(place: str, origin: Origin) -> Exception:
    return origin.error(
        visible(place, limit=80), f"nested deeper than {MAX_DEPTH} levels", remedy=EXPORT_AGAIN
    )
