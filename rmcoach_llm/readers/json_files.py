"""Read transcripts from JSON and JSON Lines files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import Origin, Source, decoded_line, open_source
from rmcoach_llm.readers.json_talks import transcript_of
from rmcoach_llm.readers.roles import composed
from rmcoach_llm.readers.strict_json import EXPORT_AGAIN, kind_of, parse_json


class JsonReader:
    """Read one transcript, or a list of them, from a JSON document."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield each transcript; in a list, an InputError takes the place of a bad one.

        Raises InputError where the document as a whole cannot be read.
        """
        source = open_source(path, options)
        value = parse_json(source.text(), source.origin)
        records = _Records(source.origin, options.trainee)
        if not isinstance(value, list):
            yield records.transcript(value, source.origin, 1)
            return
        if not any(isinstance(item, dict) for item in value):
            found = f"a list with {kind_of(value[0])}" if value else "an empty list"
            raise source.origin.error("$", f"a list of transcripts is wanted, found {found}")
        for index, item in enumerate(value):
            origin = Origin(source.origin.label, root=f"$[{index}]")
            try:
                yield records.transcript(item, origin, index + 1)
            except InputError as error:
                yield error


class JsonLinesReader:
    """Read one transcript from each line; blank lines are left out."""

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield a transcript or an InputError for each line, as the file is read."""
        source = open_source(path, options)
        records = _Records(source.origin, options.trainee)
        filled = ((number, line) for number, line in source.lines() if line.strip())
        for ordinal, (number, line) in enumerate(filled, 1):
            _refuse_document(ordinal, number, line, source)
            try:
                origin = Origin(source.origin.label, line=number)
                value = _value_of(line, origin, number)
                yield records.transcript(value, origin, ordinal)
            except InputError as error:
                yield error


@dataclass
class _Records:
    """Make transcripts of the records of one file, whose ids must all differ."""

    file: Origin
    trainee: str | None
    places: dict[str, str] = field(default_factory=dict)

    def transcript(self, value: object, origin: Origin, ordinal: int) -> Transcript:
        """Give the transcript of a record (counted from 1); raises InputError."""
        own_id = isinstance(value, dict) and value.get("id") is not None
        name = "" if own_id else self.file.identity() + (f"#{ordinal}" if ordinal > 1 else "")
        made = transcript_of(value, origin, self.trainee, name)
        here = origin.root if origin.line is None else f"line {origin.line}"
        first = self.places.setdefault(composed(made.id), here)
        if first != here:
            raise origin.error(
                "$.id",
                f"duplicate id, already used in {first}",
                remedy="give each transcript an id of its own",
            )
        return made


def _refuse_document(ordinal: int, number: int, line: bytes, source: Source) -> None:
    if ordinal == 1 and line.strip() in (b"{", b"["):
        raise source.origin.error(
            f"line {number}",
            "not JSON on a line of its own: a document over several lines",
            remedy="name the file .json",
        )


def _value_of(line: bytes, origin: Origin, number: int) -> object:
    text = decoded_line(line, number, Origin(origin.label))
    if text.startswith("\ufeff"):
        raise origin.error("", "begins with a byte order mark (BOM)", remedy=EXPORT_AGAIN)
    return parse_json(text, origin)
