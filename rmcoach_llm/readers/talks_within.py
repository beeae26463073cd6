"""Find in a JSON document the talks that stand within it: a list of them, or one that is text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.json_shapes import OWN_KEYS, shape_of
from rmcoach_llm.readers.json_values import Node, first_of
from rmcoach_llm.readers.spoken_lists import piece_list
from rmcoach_llm.readers.table_cells import holds_turns, lines_of_cell
from rmcoach_llm.readers.table_columns import MEANINGS, WHOLE_TALK, Row, plain_heading
from rmcoach_llm.readers.table_talks import talks_of_rows

NAME = "text in JSON"
CONTAINERS = (
    *("conversations", "transcripts", "calls", "meetings", "interviews", "sessions", "dialogues"),
    *("dialogs", "chats", "talks", "episodes", "records", "data", "items", "results"),
)
"""Keys under which a list of talks may stand, case and signs aside."""
WRAPPERS = frozenset(
    (
        *("call", "message", "data", "payload", "body", "result", "response", "meeting"),
        *(
            "conversation",
            "interview",
            "dialogue",
            "session",
            "transcript",
            "attributes",
            "recording",
        ),
    )
)
"""Keys under which a talk may stand alone."""
DEPTH = 3
"""So many wrappers are opened at most."""
_IDS = (
    *(name for name in MEANINGS["id"] if name.endswith("id")),
    *("contactid", "interactionid", "recordingid", "uuid"),
)


def wrapped_talk(value: Any, deep: int = DEPTH) -> tuple[dict[str, Any], str] | None:
    """Give what an object wraps that is a talk or wraps one, and its locator, as messages to a webhook do.

    >>> wrapped_talk({"event": "ended", "call": {"transcript": "Ada: Hi.\\nBo: Hi."}})[1]
    '$.call'
    """
    if not isinstance(value, dict):
        return None
    held = ((key, value[key]) for key in value if plain_heading(key) in WRAPPERS)
    return next(
        (
            (inner, f"$.{key}")
            for key, inner in held
            if _is_talk(inner) or (deep > 1 and wrapped_talk(inner, deep - 1))
        ),
        None,
    )


def talk_list(value: Any) -> tuple[list[Any], str] | None:
    """Give a list of talks within an object, and its locator, if its first item is a talk.

    >>> talk_list({"calls": [{"transcript": [{"speaker": "Ada", "text": "Hi"}]}]})[1]
    '$.calls'
    """
    if not isinstance(value, dict):
        return None
    plain = {plain_heading(key): key for key in reversed(value)}
    for name in CONTAINERS:
        key = plain.get(name)
        if key is not None and _is_talk(first_of(value[key])):
            return value[key], f"$.{key}"
    return None


def is_whole_talk(value: Any) -> bool:
    r"""Say whether an object holds a talk as text, with two `Name: text` lines or more.

    >>> is_whole_talk({"transcript": "Ada: Hi.\nBo: Hi."}), is_whole_talk({"text": "Hi."})
    (True, False)
    """
    return isinstance(value, dict) and _talk_key(value) is not None


def talks_in_text(record: Node, options: ReadOptions) -> Iterator[Transcript | InputError]:
    """Yield the talk that an object holds as text, as if it stood in a cell of a table."""
    value = record.value if isinstance(record.value, dict) else {}
    talk = _talk_key(value)
    cells = {
        key: str(item)
        for key, item in value.items()
        if plain_heading(key) in MEANINGS["id"] and isinstance(item, (str, int))
    }
    cells |= {talk: _text(value[talk]) or ""} if talk else {}
    origin = record.origin
    rows = [Row(origin.root, list(cells)), Row(origin.root, list(cells.values()))]
    yield from talks_of_rows(rows, origin, options, even=False, notes={"shape": NAME})


def record_id(record: Any, origin: Origin) -> str | None:
    """Give the id that an object has beside its talk, such as `call_id`; raises InputError for a bad one.

    >>> record_id({"callId": 7, "transcript": []}, Origin("a.json"))
    '7'
    """
    if not isinstance(record, dict):
        return None
    plain = {plain_heading(key): key for key in reversed(record)}
    keys = (plain[name] for name in _IDS if name in plain)
    key = next((key for key in keys if type(record[key]) in (str, int)), None)
    return None if key is None else Node(record[key], f"$.{key}", origin).identity()


def _is_talk(value: Any) -> bool:
    return isinstance(value, dict) and bool(
        OWN_KEYS & value.keys() or shape_of(value) or piece_list(value) or is_whole_talk(value)
    )


def _talk_key(value: dict[str, Any]) -> str | None:
    plain = {plain_heading(key): key for key in reversed(value)}
    keys = (plain[name] for name in WHOLE_TALK if name in plain)
    return next((key for key in keys if holds_turns(_text(value[key]) or "")), None)


def _text(value: Any) -> str | None:
    """Give a text, or the lines of a list of texts, not indented; None for anything else."""
    if isinstance(value, list) and value and all(isinstance(line, str) for line in value):
        value = "\n".join(value)
    if not isinstance(value, str):
        return None
    return "\n".join(line.strip() for line in lines_of_cell(value))
