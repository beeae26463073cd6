"""Make plain JSON values of what a program hands in, whatever it is, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rmcoach_llm.domain import Record
from rmcoach_llm.readers.files import MAX_FILE_BYTES, Origin, visible
from rmcoach_llm.readers.strict_json import MAX_DEPTH, MAX_DIGITS, kind_of, step

MAX_VALUES = 1_000_000
FIELDS = ("role", "content", "speaker", "text", "started_s", "ended_s")
"""What is read from an object that is neither a dict nor a record of ours."""

LONGEST_KEY_SHOWN = 60
_MAX_BITS = int(MAX_DIGITS * 3.32)


@dataclass(frozen=True)
class Foreign:
    """Stand for a value that no transcript holds: it is refused where it is read, and only there."""

    kind: str

    def __str__(self) -> str:
        return self.kind


def plain(given: object, origin: Origin) -> Any:
    """Give the dicts, lists, text and numbers that something is made of.

    Objects with fields of a message or turn become dicts; anything else becomes `Foreign`, so
    that what is never read does no harm. Raises InputError for what is nested more than 64
    levels deep (or holds itself), for more than a million values or 20 MB of text, and for keys
    that are no text.

    >>> plain([("Ada", "Hi")], Origin("a"))
    [['Ada', 'Hi']]
    """
    return _Walk(origin).value(given, "$", 1)


def kind_of_value(value: object) -> str:
    """Say in words what a value of Python is.

    >>> [kind_of_value(value) for value in (None, 1.5, "a", b"", {})]
    ['None', 'a number', 'text', 'bytes', 'a dict']
    """
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, Foreign):
        return value.kind
    if isinstance(value, (str, int, float, list)):
        return kind_of(value)
    name = type(value).__name__
    if name in ("bytes", "bytearray"):
        return name
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {visible(name, limit=60)}"


@dataclass
class _Walk:
    origin: Origin
    values: int = 0
    characters: int = 0

    def value(self, given: object, place: str, depth: int) -> Any:
        self._count(given, place, depth)
        if given is None or isinstance(given, (bool, float)):
            return given
        if isinstance(given, str):
            return str.__str__(given)
        if isinstance(given, int):
            return given if given.bit_length() <= _MAX_BITS else Foreign("a number too large")
        if isinstance(given, Record):
            given = given.model_dump(mode="json", exclude_none=True)
        elif not isinstance(given, (dict, list, tuple)):
            given = _fields(given) or Foreign(kind_of_value(given))
        if isinstance(given, dict):
            return {
                self._key(key, place): self.value(part, place + _step(key), depth + 1)
                for key, part in given.items()
            }
        if isinstance(given, (list, tuple)):
            return [self.value(p, f"{place}[{i}]", depth + 1) for i, p in enumerate(given)]
        return given

    def _count(self, given: object, place: str, depth: int) -> None:
        self.values += 1
        self.characters += len(given) if isinstance(given, str) else 0
        if depth > MAX_DEPTH:
            raise self._error(place, f"nested deeper than {MAX_DEPTH} levels, or holds itself")
        if self.values > MAX_VALUES:
            raise self._error(place, f"too large: more than {MAX_VALUES:,} values")
        if self.characters > MAX_FILE_BYTES:
            raise self._error(place, f"too large: more than {MAX_FILE_BYTES:,} characters")

    def _key(self, key: object, place: str) -> str:
        if not isinstance(key, str):
            raise self._error(place, f"a key is {kind_of_value(key)}, text is wanted")
        self.characters += len(key)
        return str.__str__(key)

    def _error(self, place: str, found: str) -> Exception:
        return self.origin.error(
            visible(place, limit=80), found, remedy="hand in the turns of one talk, nothing else"
        )


def _step(key: str) -> str:
    return step(key if len(key) <= LONGEST_KEY_SHOWN else f"{key[:LONGEST_KEY_SHOWN]} ...")


def _fields(given: object) -> dict[str, object]:
    """Give the fields of an object that look like those of a message or turn."""
    found = {}
    for name in FIELDS:
        try:
            found[name] = getattr(given, name)
        except Exception:  # noqa: BLE001, S112 - an object of others may fail in any way: no field
            continue
    return found
