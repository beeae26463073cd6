"""Check data against the part of JSON Schema that our records use; any other keyword fails."""

from __future__ import annotations

import re
from typing import Any

SILENT = {"$schema", "$defs", "title", "description", "default"}


def accepts(schema: dict[str, Any], data: Any, root: dict[str, Any] | None = None) -> bool:
    """Say whether the schema accepts the data."""
    root = root or schema
    return all(_holds(key, schema, data, root) for key in schema if key not in SILENT)


def _is(kind: str, data: Any) -> bool:
    types = {
        "string": str,
        "boolean": bool,
        "object": dict,
        "array": list,
        "null": type(None),
        "integer": int,
        "number": (int, float),
    }
    number = kind in ("integer", "number")
    return isinstance(data, types[kind]) and not (number and isinstance(data, bool))


def _holds(key: str, schema: dict[str, Any], data: Any, root: dict[str, Any]) -> bool:
    rule = schema[key]
    text, number = isinstance(data, str), _is("number", data)
    rules = {
        "type": lambda: any(_is(k, data) for k in ([rule] if isinstance(rule, str) else rule)),
        "$ref": lambda: accepts(root["$defs"][rule.rpartition("/")[2]], data, root),
        "anyOf": lambda: any(accepts(part, data, root) for part in rule),
        "enum": lambda: data in rule,
        "const": lambda: data == rule,
        "pattern": lambda: not text or bool(re.search(rule, data)),
        "minLength": lambda: not text or len(data) >= rule,
        "maxLength": lambda: not text or len(data) <= rule,
        "minimum": lambda: not number or data >= rule,
        "maximum": lambda: not number or data <= rule,
        "exclusiveMinimum": lambda: not number or data > rule,
        "minItems": lambda: not isinstance(data, list) or len(data) >= rule,
        "items": lambda: all(accepts(rule, part, root) for part in data),
        "required": lambda: all(name in data for name in rule),
        "properties": lambda: all(
            accepts(part, data[name], root) for name, part in rule.items() if name in data
        ),
        "additionalProperties": lambda: set(data) <= set(schema["properties"]),
    }
    return rules[key]()
