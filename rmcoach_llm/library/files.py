"""Read one file of the library: bytes to text to a record, with the places of its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from rmcoach_llm.domain import Prompt, Record, Rubric, Scenario
from rmcoach_llm.library.problem import InvalidFile, Level, Problem
from rmcoach_llm.library.validation import validated
from rmcoach_llm.library.yaml_text import Document, FieldPath, read_yaml

Kind = Literal["scenario", "rubric", "prompt"]

SHAPES: dict[Kind, type[Record]] = {"scenario": Scenario, "rubric": Rubric, "prompt": Prompt}
MAX_BYTES = 1_000_000

TELLING: dict[Kind, frozenset[str]] = {
    "rubric": frozenset({"criteria", "rule", "pass_mark"}),
    "scenario": frozenset({"facts", "persona", "lines", "opening", "objection"}),
}
"""Top-level fields that only files of this kind have."""

_FRONT_MATTER = re.compile(r"---[ ]*\n(?P<fields>.*?)^---[ ]*(\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """Hold a valid file: its kind, its record, and the document with the places of fields."""

    kind: Kind
    file: str
    record: Record
    document: Document

    def problem(self, path: FieldPath, message: str, level: Level = "error") -> Problem:
        """Give a problem at the place of a field."""
        return self.document.problem(self.file, path, message, level)


def read_text(path: Traversable, file: str) -> str:
    """Give the text of a file, with `\\n` at line ends; `file` is the name messages show.

    Raises InvalidFile for what is no regular file, over 1 MB, or not UTF-8.
    """
    if not path.is_file():
        there = path.is_dir() or (isinstance(path, Path) and path.exists())
        raise _whole(
            file, "is not a regular file; name one" if there else "was not found; check the path"
        )
    try:
        with path.open("rb") as stream:
            raw: bytes = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _whole(file, f"cannot be read: {error.strerror}; check its permissions") from None
    if len(raw) > MAX_BYTES:
        raise _whole(file, f"is too large; at most {MAX_BYTES:,} bytes are allowed")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"found the byte 0x{raw[error.start]:02X}, wrong encoding; save the file as UTF-8"
        raise InvalidFile((Problem(file, line, None, "", message),)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(maxsize=64)  # records are frozen: who scores many talks reads a rubric once
def parse(text: str, file: str, *, stem: str, kind: Kind | None = None) -> Entry:
    """Give the record in the text of a file; `stem` is its name without the ending.

    Without a kind, the top-level fields decide: those in TELLING. Raises InvalidFile with all
    faults; a file that claims to be neither, and is none of the library, has a warning alone.
    """
    document = _prompt_document(text, file) if kind == "prompt" else read_yaml(text, file)
    kind = kind or _kind_of(document, file)
    return Entry(kind, file, validated(SHAPES[kind], document, file, stem=stem), document)


def read_file(path: Path, kind: Kind | None = None) -> Entry:
    """Read a file, whatever library it belongs to; raises InvalidFile with all faults."""
    return parse(read_text(path, str(path)), str(path), stem=path.stem, kind=kind)


def read_head(
    text: str, file: str, kind: Kind, fields: frozenset[str], also: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Give some top-level text fields without reading on once they are there.

    Those in `also` are given where they stand before the last of the others.
    Raises InvalidFile where the file cannot be read so far.

    >>> read_head("id: a\\ntitle: A\\nfacts: [", "a.yaml", "scenario", frozenset({"title"}))
    {'title': 'A'}
    """
    if kind == "prompt":
        found = _front_matter(text, file)
        document = read_yaml(found["fields"], file, first_line=2, until=fields)
    else:
        document = read_yaml(text, file, until=fields)
    data = document.data if isinstance(document.data, dict) else {}
    wanted = fields | also
    return {
        name: value for name, value in data.items() if name in wanted and isinstance(value, str)
    }


def _kind_of(document: Document, file: str) -> Kind:
    fields = set(document.data) if isinstance(document.data, dict) else set()
    kind = next((kind for kind, telling in TELLING.items() if fields & telling), None)
    if kind is not None:
        return kind
    neither = "is neither a scenario (no 'facts') nor a rubric (no 'criteria')"
    if "format" in fields:
        raise _whole(file, f"{neither}; write them, or take 'format' out")
    message = f"{neither}: not checked; `rmcoach scenario new` begins a scenario"
    raise InvalidFile((Problem(file, None, None, "", message, "warning"),))


def _prompt_document(text: str, file: str) -> Document:
    """Give front matter and template as one document; `variables: a, b` is a list, too."""
    found = _front_matter(text, file)
    head = read_yaml(found["fields"], file, first_line=2)
    fields = head.data if isinstance(head.data, dict) else {}
    if "template" in fields:
        message = "the template is the text below the front matter; take this field out"
        raise InvalidFile((head.problem(file, ("template",), message),))
    variables = fields.get("variables")
    if isinstance(variables, str):
        fields = {**fields, "variables": [name.strip() for name in variables.split(",")]}
    body = text[found.end() :]
    line = text.count("\n", 0, found.end()) + 1 + len(body) - len(body.lstrip("\n"))
    data = {**fields, "template": body.strip("\n")}
    return Document(data, {**head.places, ("template",): (line, 1)})


def _front_matter(text: str, file: str) -> re.Match[str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        message = (
            "found no front matter; begin with a line '---', then id, version, purpose and "
            "variables, then a line '---'"
        )
        raise InvalidFile((Problem(file, 1, 1, "", message),))
    return found


def _whole(file: str, message: str) -> InvalidFile:
    return InvalidFile((Problem(file, None, None, "", message),))
