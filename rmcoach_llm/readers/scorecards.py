"""Read scorecards as `rmcoach score --json` prints them: one JSON document, a list, or lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from rmcoach_llm.domain import Scorecard
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import Origin, Source, decoded_line, open_source
from rmcoach_llm.readers.strict_json import parse_json

NAME_STORE = (
    "write its scorecards with `rmcoach score --store FILE --out cards.jsonl`, and name those"
)
SCORE_AGAIN = "give a scorecard as `rmcoach score --json` prints it"


def read_scorecards(path: Path, *, label: str | None = None) -> Iterator[Scorecard]:
    """Yield the scorecards of a file; raises InputError with line and field at the first bad one."""
    try:
        source = open_source(path, ReadOptions(label=label or str(path)))
    except InputError as error:
        if "SQLite" not in error.found:
            raise
        found = "is not text but a store"
        raise InputError(error.path, error.place, found, remedy=NAME_STORE) from None
    lines = [(number, line) for number, line in source.lines() if line.strip()]
    if len(lines) > 1 and lines[0][1].strip() not in (b"{", b"["):
        for number, line in lines:
            origin = Origin(source.origin.label, line=number)
            yield _card(_parsed(decoded_line(line, number, origin), origin), origin)
        return
    yield from _document(source)


def _document(source: Source) -> Iterator[Scorecard]:
    value = _parsed(source.text(), source.origin)
    if not isinstance(value, list):
        yield _card(value, source.origin)
        return
    for index, item in enumerate(value):
        yield _card(item, Origin(source.origin.label, root=f"$[{index}]"))


def _parsed(text: str, origin: Origin) -> object:
    try:
        return parse_json(text, origin)
    except InputError as error:  # perhaps a transcript: say what is wanted here
        raise InputError(error.path, error.place, error.found, remedy=SCORE_AGAIN) from None


def _card(value: object, origin: Origin) -> Scorecard:
    try:
        return Scorecard.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "$" + "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
        )
        raise origin.error(place, f"no scorecard: {first['msg']}", remedy=SCORE_AGAIN) from None
