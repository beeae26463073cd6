"""Read a plain subset of YAML: mappings, lists and text, each with its place in the file.

Every scalar stays text, so that `no`, `012`, `1.10` and `12:30:45` mean what they say; the
record that the data are for decides what is a number. Only a bare `~`, `null` or nothing at all
is None. Anchors, aliases, merge keys and tags are refused: they can run code, hang, or hide
what a file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from rmcoach_llm.library.problem import InvalidFile, Level, Problem, one_line, quoted

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
FieldPath: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]

MAX_DEPTH = 64
MAX_VALUES = 20_000
"""A file of 1 MB may hold half a million values; a real one holds about a thousand."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where PyYAML has it: ten times as fast, the same events."""

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[0-9]+")
_STEERS = re.compile(
    "[^\t\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ADVICE = (
    ("mapping values", "put text that holds ': ' into quotes, or on a new line after '>-'"),
    ("block end", "indent the items of a list or mapping alike, and close the quotes before"),
    ("end of stream", "close the quote or bracket that was opened before"),
    ("cannot start any token", "put text that begins with a special character into quotes"),
)


@dataclass(frozen=True)
class Document:
    """Hold what a file says: plain `data`, and the `places` (line, column; from 1) by path."""

    data: Value
    places: Mapping[FieldPath, Place]

    def place(self, path: FieldPath) -> Place:
        """Give the place of a value, or of the nearest one around it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def problem(self, file: str, path: FieldPath, message: str, level: Level = "error") -> Problem:
        """Give a problem at the place of a value; `file` is the name that messages show."""
        line, column = self.place(path)
        return Problem(file, line, column, ".".join(map(str, path)), message, level)


def read_yaml(
    text: str, file: str, *, first_line: int = 1, until: frozenset[str] = frozenset()
) -> Document:
    """Read YAML text; `file` is the name that messages show, `first_line` its first line.

    With `until`, reading stops as soon as these top-level keys are known: what comes after is
    not looked at. Raises InvalidFile with the place of the first fault.

    >>> document = read_yaml("id: 012\\nlist:\\n- a: no\\n", "x.yaml")
    >>> document.data
    {'id': '012', 'list': [{'a': 'no'}]}
    >>> document.place(("list", 0, "a"))
    (3, 3)
    """
    reader = _Reader(text, file, first_line, until)
    reader.refuse_unreadable()
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        raise reader.reworded(error) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise reader.fault(None, f"is no valid YAML: {one_line(str(error))}") from None


class _Reader:
    """Walk the parser's events; nothing is ever constructed from a tag."""

    def __init__(self, text: str, file: str, first_line: int, until: frozenset[str]) -> None:
        self.text = text
        self.file = file
        self.first_line = first_line
        self.until = until
        self.places: dict[FieldPath, Place] = {}
        self.count = 0
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=LOADER))

    def refuse_unreadable(self) -> None:
        found = _STEERS.search(self.text)
        if found is None:
            return
        before = self.text[: found.start()]
        place = (before.count("\n") + self.first_line, found.start() - before.rfind("\n"))
        code = f"U+{ord(found.group()):04X}"
        raise self.invalid(place, f"found the control character {code}; take it out")

    def document(self) -> Document:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise self.fault(None, "is empty; see 'rmcoach library schema' for what belongs in it")
        data = self.value(next(self.events), ())
        if self.until and isinstance(data, dict) and self.until <= data.keys():
            return Document(data, self.places)
        next(self.events)
        again = next(self.events)
        if isinstance(again, yaml.DocumentStartEvent):
            raise self.fault(again, "found a second document ('---'); write one document a file")
        return Document(data, self.places)

    def value(self, event: yaml.Event, path: FieldPath) -> Value:
        self.refuse(event, path)
        self.places.setdefault(path, self.place(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fault(event, "is no valid YAML; check the indentation")
        bare = event.implicit[0]
        return None if bare and event.value in ("", "~", "null") else str(event.value)

    def mapping(self, path: FieldPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path)
            if key in values:
                line = self.places[(*path, key)][0]
                raise self.fault(
                    event, f"found the duplicate key {quoted(key)}, as in line {line}; keep one"
                )
            self.places[(*path, key)] = self.place(event)
            values[key] = self.value(next(self.events), (*path, key))
            if not path and self.until and self.until <= values.keys():
                break
        return values

    def sequence(self, path: FieldPath) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.value(event, (*path, len(values))))
        return values

    def key(self, event: yaml.Event, path: FieldPath) -> str:
        self.refuse(event, path)
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fault(event, "found a list or mapping as a key; a key must be a plain name")
        if event.value == "<<":
            raise self.fault(event, "found the merge key '<<'; write the fields out")
        if not _KEY.fullmatch(event.value):
            raise self.fault(
                event,
                f"found the key {quoted(event.value)}; a key is a name of letters, digits, "
                "'_' and '-'; put text that holds ':' into quotes",
            )
        return str(event.value)

    def refuse(self, event: yaml.Event, path: FieldPath) -> None:
        self.count += 1
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            raise self.fault(
                event, f"found the anchor or alias {quoted(anchor)}; write the text out again"
            )
        if tag is not None:
            name = quoted(tag.replace("tag:yaml.org,2002:", "!!"))
            raise self.fault(event, f"found the tag {name}; take it out, tags are not read")
        if len(path) > MAX_DEPTH:
            raise self.fault(event, f"is nested deeper than {MAX_DEPTH} levels; flatten it")
        if self.count > MAX_VALUES:
            raise self.fault(event, f"holds more than {MAX_VALUES:,} values; split the file")

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return (mark.line + self.first_line, mark.column + 1) if mark else (self.first_line, 1)

    def fault(self, event: yaml.Event | None, message: str) -> InvalidFile:
        return self.invalid(self.place(event) if event else (None, None), message)

    def invalid(self, place: Place | tuple[None, None], message: str) -> InvalidFile:
        return InvalidFile((Problem(self.file, place[0], place[1], "", message),))

    def reworded(self, error: yaml.MarkedYAMLError) -> InvalidFile:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "cannot be read"
        if mark is None:
            return self.fault(None, f"is no valid YAML: {one_line(problem)}")
        message = f"is no valid YAML: {one_line(problem)}; {self.advice(mark.index, problem)}"
        if "nesting depth" in problem:  # newer C parsers stop by themselves
            message = f"is nested deeper than {MAX_DEPTH} levels; flatten it"
        return self.invalid((mark.line + self.first_line, mark.column + 1), message)

    def advice(self, index: int, problem: str) -> str:
        if self.text[index : index + 1] == "\t":
            return "this is a tab: indent with spaces"
        if "tag handle" in problem:
            return "take the tag out, tags are not read"
        fitting = (advice for words, advice in _ADVICE if words in problem)
        return next(fitting, "check quotes, colons and indentation here and in the line before")
