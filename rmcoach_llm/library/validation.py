"""Turn plain data into a record, or say everything that is wrong with them in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rmcoach_llm.domain import Record
from rmcoach_llm.errors import did_you_mean
from rmcoach_llm.library.problem import InvalidFile, Problem, one_line, quoted
from rmcoach_llm.library.yaml_text import Document, FieldPath

R = TypeVar("R", bound=Record)

_SLUG = "small letters, digits and single hyphens are allowed, as in 'month-end-close'"
_LIST = "a list is allowed; write '[a, b]', or one item a line after '- '"
_TEXT = "text is allowed; put it into quotes if it holds ': '"
_WHOLE = "a whole number is allowed; write digits only"
_FIELDS = "fields are allowed; write one 'name: value' a line"
_ALLOWED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "bool_parsing": lambda _: "'true' or 'false' is allowed",
    "bool_type": lambda _: "'true' or 'false' is allowed",
    "finite_number": lambda _: "a finite number is allowed",
    "float_parsing": lambda _: "a number is allowed, such as 1.5",
    "float_type": lambda _: "a number is allowed, such as 1.5",
    "greater_than": lambda c: f"a number above {c['gt']:g} is allowed",
    "greater_than_equal": lambda c: f"{c['ge']:g} or more is allowed",
    "int_from_float": lambda _: _WHOLE,
    "int_parsing": lambda _: _WHOLE,
    "int_parsing_size": lambda _: _WHOLE,
    "int_type": lambda _: _WHOLE,
    "less_than": lambda c: f"a number below {c['lt']:g} is allowed",
    "less_than_equal": lambda c: f"{c['le']:g} or less is allowed",
    "model_type": lambda _: _FIELDS,
    "string_pattern_mismatch": lambda _: _SLUG,
    "string_too_long": lambda c: f"at most {c['max_length']:,} characters are allowed; shorten it",
    "string_too_short": lambda c: f"at least {c['min_length']:,} are needed; write it out",
    "string_type": lambda _: _TEXT,
    "too_long": lambda c: f"at most {c['max_length']} items are allowed; take some out",
    "too_short": lambda c: f"at least {c['min_length']} are needed; add some",
    "tuple_type": lambda _: _LIST,
}


def validated(shape: type[R], document: Document, file: str, *, stem: str) -> R:
    """Give the record that a document holds; raises InvalidFile with all of its faults.

    `stem` is the file's name without its ending, which the id must equal.
    """
    data = document.data
    if not isinstance(data, dict):
        raise InvalidFile((document.problem(file, (), f"found {_found(data)}; {_FIELDS}"),))
    problems = _stem_problems(document, file, stem)
    try:
        record = shape.model_validate(data)
    except ValidationError as error:
        details = _telling(error.errors(include_url=False))
        problems += [_translated(shape, document, file, detail) for detail in details]
    if problems:
        raise InvalidFile(tuple(sorted(problems, key=lambda p: (p.line or 0, p.column or 0))))
    return record


def _telling(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out "too short" for a list whose items are there, but not valid themselves."""
    within = {detail["loc"][:end] for detail in details for end in range(len(detail["loc"]))}
    return [d for d in details if not (d["type"] == "too_short" and d["loc"] in within)]


def _stem_problems(document: Document, file: str, stem: str) -> list[Problem]:
    data = document.data
    found = data.get("id") if isinstance(data, dict) else None
    if not isinstance(found, str) or found == stem:
        return []
    message = f"found {quoted(found)}; the id must equal the file's name {quoted(stem)}; change one"
    return [document.problem(file, ("id",), message)]


def _translated(
    shape: type[Record], document: Document, file: str, detail: ErrorDetails
) -> Problem:
    path, kind = detail["loc"], detail["type"]
    if kind == "missing":
        message = f"found nothing; this field is needed; add '{path[-1]}: ...'"
    elif kind == "extra_forbidden":
        message = f"found an unknown field; {_field_advice(shape, document, path)}"
    elif kind in ("literal_error", "enum"):
        message = _choice_message(detail)
    elif kind == "value_error":
        path, message = _own_message(shape, path, detail)
    else:
        allowed = _ALLOWED.get(kind)
        ending = allowed(detail.get("ctx", {})) if allowed else one_line(detail["msg"])
        message = f"found {_measured(detail)}; {ending}"
    return document.problem(file, path, message)


def _choice_message(detail: ErrorDetails) -> str:
    found, expected = detail["input"], detail["ctx"]["expected"]
    names = expected.replace(" or ", ", ").replace("'", "").split(", ")
    guess = did_you_mean(str(found), names) if found is not None else ""
    hint = f"; {guess}" if guess.startswith("did you mean") else ""
    return f"found {_found(found)}; allowed: {', '.join(names)}{hint}"


def _own_message(
    shape: type[Record], path: FieldPath, detail: ErrorDetails
) -> tuple[FieldPath, str]:
    """Word a rule of the record itself; its text may begin with the field that it is about."""
    text = one_line(str(detail["ctx"]["error"]))
    field, _, rest = text.partition(": ")
    inner: FieldPath = tuple(int(p) if p.isdecimal() else p for p in field.split("."))
    record = _record_at(shape, path)
    if record and inner[0] in record.model_fields:
        return (*path, *inner), rest
    return path, f"found {_found(detail['input'])}, which {text}"


def _field_advice(shape: type[Record], document: Document, path: FieldPath) -> str:
    record = _record_at(shape, path[:-1])
    fields = record.model_fields if record else {}
    unused = [name for name in fields if (*path[:-1], name) not in document.places]
    return f"{did_you_mean(str(path[-1]), unused)}, or take it out"


def _record_at(shape: type[Record], path: FieldPath) -> type[Record] | None:
    """Give the record class at a path, None where a plain value stands there."""
    found: type[Record] | None = shape
    for part in path:
        if isinstance(part, str) and found is not None:
            field = found.model_fields.get(part)
            found = _record_in(field.annotation) if field else None
    return found


def _record_in(annotation: object) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    inner = (_record_in(part) for part in get_args(annotation))
    return next((record for record in inner if record), None)


def _measured(detail: ErrorDetails) -> str:
    value = detail["input"]
    if detail["type"] in ("string_too_long", "string_too_short"):
        return f"{len(value):,} characters"
    if detail["type"] in ("too_long", "too_short"):
        return f"{len(value):,}"
    return _found(value)


def _found(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, dict):
        return "fields" if value else "no fields"
    return quoted(str(value))
