"""Write plain data as YAML that an author likes to edit: comments kept, long text folded."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from rmcoach_llm.library.yaml_text import Document, FieldPath, Value

Comments: TypeAlias = Mapping[FieldPath, tuple[str, ...]]
"""The comment lines above a field, with their `#`; an empty line is a blank one."""

WIDTH = 100
_PLAIN = re.compile(r"\d+|[A-Za-z][\w ,.'()%/?!;+=€£$-]*", re.ASCII)
"""Text that needs no quotes: a number, or begun with a letter and without what YAML reads."""


def comments_of(text: str, document: Document) -> dict[FieldPath, tuple[str, ...]]:
    """Give the comments and blank lines of a file, each with the field that stands below them.

    A comment behind the last field, or behind text on a line, is left out.
    """
    below: dict[int, FieldPath] = {}
    for path, (place, _) in document.places.items():  # outer ones come before what is in them
        if path:
            below.setdefault(place, path)
    found: dict[FieldPath, tuple[str, ...]] = {}
    held: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            held.append(bare)
        elif held:
            if number in below:
                found[below[number]] = tuple(held)
            held = []
    return found


def write_yaml(data: Mapping[str, Value], comments: Comments | None = None) -> str:
    """Write a mapping as YAML that `read_yaml` reads back as the same data.

    Text must be on one line, without control characters.

    >>> print(write_yaml({"a": ["yes: no", "b"]}, {("a",): ("# why",)}), end="")
    # why
    a:
      - "yes: no"
      - b
    """
    return "\n".join(_mapping(data, (), comments or {})) + "\n"


def _mapping(data: Mapping[str, Value], path: FieldPath, comments: Comments) -> Iterator[str]:
    indent = "  " * len(path)
    for name, value in data.items():
        yield from _above((*path, name), comments, indent)
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:"
            yield from _mapping(value, (*path, name), comments)
        elif isinstance(value, list) and value:
            yield f"{indent}{name}:"
            yield from _sequence(value, (*path, name), comments)
        else:
            yield from _scalar(f"{indent}{name}:", value, indent)


def _sequence(items: list[Value], path: FieldPath, comments: Comments) -> Iterator[str]:
    indent = "  " * len(path)
    for index, item in enumerate(items):
        yield from _above((*path, index), comments, indent)
        if isinstance(item, dict) and item:
            lines = list(_mapping(item, (*path, index), comments))
            yield f"{indent}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield from _scalar(f"{indent}-", item, indent)


def _above(path: FieldPath, comments: Comments, indent: str) -> Iterator[str]:
    for line in comments.get(path, ()):
        yield f"{indent}{line}".rstrip()


def _scalar(start: str, value: Value, indent: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{start} {json.dumps(value, ensure_ascii=False)}"
        return
    plain = _PLAIN.fullmatch(value) and value == value.strip() and value != "null"
    text = value if plain else json.dumps(value, ensure_ascii=False)
    if len(start) + 1 + len(text) <= WIDTH or "  " in value or not value.strip():
        yield f"{start} {text}"
        return
    yield f"{start} >-"
    inner = indent + "  "
    yield from textwrap.wrap(
        value,
        WIDTH,
        initial_indent=inner,
        subsequent_indent=inner,
        break_long_words=False,
        break_on_hyphens=False,
    )
