"""Give JSON Schemas of library files, for editors."""

from __future__ import annotations

from typing import Any

from rmcoach_llm.library.files import SHAPES, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def editor_schema(kind: Kind) -> dict[str, Any]:
    """Give the JSON Schema of a kind of file; of a prompt, that of its front matter.

    A number or a bare `no` where text belongs is read as text, so the schema accepts it.

    >>> editor_schema("rubric")["title"]
    'rmcoach rubric'
    """
    schema = SHAPES[kind].model_json_schema()
    if kind == "prompt":
        del schema["properties"]["template"]
        schema["required"].remove("template")
        schema["properties"]["variables"]["type"] = ["array", "string"]
    return {"$schema": DIALECT, **_permissive(schema), "title": f"rmcoach {kind}"}


def _permissive(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_permissive(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: _permissive(part) for name, part in schema.items()}
    if isinstance(parts.get("description"), str):
        parts["description"] = parts["description"].partition("\n\n>>>")[0]
    if parts.get("type") == "string" and "enum" not in parts and "const" not in parts:
        parts["type"] = ["string", "number", "boolean"]
    return parts
