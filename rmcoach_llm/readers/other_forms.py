"""Tell a text that is of another form than its ending says: its own reader knows what no talk is."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from rmcoach_llm.readers.files import NumberedLine, Origin
from rmcoach_llm.readers.table_columns import Row, is_header
from rmcoach_llm.readers.talk_bounds import HEADER_LINES

SEPARATORS = ("\t", ";", ",")
WIDEST = 1000
"""A line of more characters is no line of headings."""


def refuse_other_form(lines: Sequence[NumberedLine], origin: Origin) -> None:
    """Raise InputError for subtitles, HTML, JSON or a table under the name of a text; it says which name fits."""
    filled = [(number, line.strip()) for number, line in lines[:HEADER_LINES] if line.strip()]
    found = form_of([line for _, line in filled])
    if found is not None:
        form, suffix = found
        raise origin.error(
            f"line {filled[0][0]}", f"begins as {form} does", remedy=f"name the file {suffix}"
        )


def form_of(lines: Sequence[str]) -> tuple[str, str] | None:
    """Give the form in which filled lines begin, and its ending, where it is no text.

    >>> form_of(["WEBVTT"]), form_of(['{"speaker": "Ada", "text": "Hi."}'])
    (('WebVTT', '.vtt'), ('JSON', '.json'))
    >>> form_of(["Speaker,Text", "Ada,Hi."]), form_of(["Ada: Hi."])
    (('a table', '.csv'), None)
    """
    first, second = [*lines[:2], "", ""][:2]
    if first == "WEBVTT":
        return "WebVTT", ".vtt"
    if first.isdecimal() and " --> " in second:
        return "SubRip", ".srt"
    if first.lower().startswith(("<!doctype html", "<html")):
        return "HTML", ".html"
    if first.startswith(('{"', '[{"')) or (first in ("{", "[") and second[:1] in ('"', "{")):
        several = first.endswith("}") and second.startswith('{"')
        return ("JSON Lines", ".jsonl") if several else ("JSON", ".json")
    return ("a table", ".csv") if _is_table(first, second) else None


def _is_table(first: str, second: str) -> bool:
    if len(first) > WIDEST or ":" in first:
        return False
    return any(
        sign in second and is_header(Row("", next(csv.reader([first], delimiter=sign), [])))
        for sign in SEPARATORS
        if sign in first
    )
