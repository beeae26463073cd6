"""The JSON Schema of a record, in the part of the language that strict endpoints take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rmcoach_llm.domain import Record

DROPPED = frozenset(
    {
        "default",
        "discriminator",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "multipleOf",
        "pattern",
        "title",
        "uniqueItems",
    }
)
"""Keywords that grammars ignore or refuse; the record itself checks what they say."""

MOST_CHOICES = 21
_NAMES_OF_ONE_KIND = ("properties", "$defs")


@cache
def strict_schema(shape: type[Record]) -> dict[str, Any]:
    """Give the schema of a record: all fields required, no others, small ranges as `enum`.

    >>> class Mark(Record):
    ...     value: int = 3
    >>> strict_schema(Mark)["required"], strict_schema(Mark)["additionalProperties"]
    (['value'], False)
    """
    schema: dict[str, Any] = _strict(shape.model_json_schema())
    return schema


def is_strict(schema: object) -> bool:
    """Say whether a schema has no object with free keys, which strict endpoints refuse."""
    if isinstance(schema, Mapping):
        return not isinstance(schema.get("additionalProperties"), Mapping) and all(
            map(is_strict, schema.values())
        )
    return all(map(is_strict, schema)) if isinstance(schema, list) else True


@cache
def fits_strict(shape: type[Record]) -> bool:
    """Say whether strict endpoints take the schema of a record."""
    return is_strict(strict_schema(shape))


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {_keyword(k): _value(k, v) for k, v in node.items() if k not in DROPPED}
    if node.get("type") == "integer" and (choices := _choices(node)):
        kept["enum"] = choices
    if "properties" in node:
        kept |= {"additionalProperties": False, "required": list(node["properties"])}
    return kept


def _keyword(name: str) -> str:
    return "anyOf" if name == "oneOf" else name


def _value(keyword: str, value: Any) -> Any:
    if keyword in _NAMES_OF_ONE_KIND:
        return {name: _strict(schema) for name, schema in value.items()}
    return _strict(value)


def _choices(node: Mapping[str, Any]) -> list[int]:
    low = node.get(
        "minimum", node.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in node else None
    )
    high = node.get(
        "maximum", node.get("exclusiveMaximum", 0) - 1 if "exclusiveMaximum" in node else None
    )
    if low is None or high is None or not 0 <= high - low < MOST_CHOICES:
        return []
    return list(range(low, high + 1))
