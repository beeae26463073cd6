"""Read a record out of what a model wrote: bare, fenced, or with words around it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import TypeVar

from pydantic import ValidationError

from rmcoach_llm.domain import Record, clean_text
from rmcoach_llm.errors import BadReply

R = TypeVar("R", bound=Record)

MOST_STARTS = 20
MOST_ERRORS = 5
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_BRACE = re.compile(r"\{")
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n?(.*?)```", re.DOTALL)


def read_record(text: str, shape: type[R]) -> R:
    """Give the first JSON object in the text that is a valid `shape`.

    Raises BadReply that says which fields are wrong, for the model to read; whatever the text.

    >>> class Mark(Record):
    ...     value: int
    >>> read_record('Sure: {"value": 3}. Bye', Mark).value
    3
    """
    problem = "holds no JSON object"
    # What cannot be stored stands there itself or behind an escape.
    may_be_unclean = "\\u" in text or clean_text(text) != text
    try:
        for value in _objects(_THOUGHTS.sub("", text)):
            try:
                return shape.model_validate(_cleaned(value) if may_be_unclean else value)
            except ValidationError as error:
                problem = _fields(error)
    except RecursionError:
        problem = "is nested too deep"
    raise BadReply(f"the answer {problem}", maybe_billed=True)


def _objects(text: str) -> Iterator[dict[str, object]]:
    for part in chain([text], (match[1] for match in _FENCE.finditer(text))):
        starts = (match.start() for match in islice(_BRACE.finditer(part), MOST_STARTS))
        end = 0
        for start in starts:
            if start < end:
                continue
            try:
                value, end = _DECODER.raw_decode(part, start)
            except ValueError:
                continue
            yield value


def _with_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Give an object; of a name that stands there twice all values, as a list: none is preferred."""
    held = dict(pairs)
    if len(held) == len(pairs):
        return held
    counts = Counter(name for name, _ in pairs)
    repeated = {name: [v for n, v in pairs if n == name] for name in counts if counts[name] > 1}
    return held | repeated


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_with_repeats)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(name): _cleaned(item) for name, item in value.items()}
    return value


def _fields(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, e['loc'])) or 'whole'}: {e['msg']}" for e in found[:MOST_ERRORS]]
    return clean_text(f"has wrong fields: {'; '.join(lines)}")
