"""The judge's answer, item by item: what is spoilt in it takes nothing else along."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from rmcoach_llm.domain import Record, clean_text

NO_TURN = -1
"""Stands for a turn number that is none: the words must then be found in one turn alone."""

MOST_QUOTES = 5
"""The prompt asks for 2 at most; more prove nothing more."""

SHOWN_CHARACTERS = 60
_MARKED = re.compile(r"^[+-]\s+|^levels\s+|\s*:$")
_TURN = re.compile(r"\D{0,8}(\d{1,7})")


def _turn(given: object) -> int:
    """Take a whole number, also written as text, such as "4" or "turn 4"; nothing is guessed."""
    if isinstance(given, str) and (written := _TURN.fullmatch(given.strip())):
        return int(written[1])
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return given if isinstance(given, int) and not isinstance(given, bool) else NO_TURN


def _quotes(given: object) -> object:
    """Keep what can be a quote: an entry with words, or bare words."""
    items = given if isinstance(given, list | tuple) else [given]
    kept = [{"quote": item} if isinstance(item, str) else item for item in items]
    return [item for item in kept if isinstance(item, JudgedQuote) or _has_words(item)][
        :MOST_QUOTES
    ]


def _has_words(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("quote"), str)


def _word(given: object) -> object:
    if not isinstance(given, str):
        return given
    return given.strip().lower().replace(" ", "_").replace("-", "_")


def _level(given: object) -> object:
    """Take a whole number for the level's name; a fraction is no level."""
    if isinstance(given, int | float) and not isinstance(given, bool) and given in range(1, 6):
        return str(int(given))
    return _word(given)


def _confidence(given: object) -> object:
    """Take only the words asked for: another confidence is none."""
    word = _word(given)
    return word if word in ("high", "medium", "low") else None


def _key(given: object) -> object:
    """Take the id out of a line that was copied whole, such as `+ follow-up:`."""
    if not isinstance(given, str):
        return given
    name = given.strip()
    return name if name.isidentifier() or name.replace("-", "").isalnum() else _MARKED.sub("", name)


def _entries(given: object) -> object:
    """Take an object by id for a list of entries; an id that stands there twice gives two."""
    if not isinstance(given, Mapping):
        return given
    return [
        {**entry, "id": name} if isinstance(entry, Mapping) else {"id": name, "verdict": entry}
        for name, found in given.items()
        for entry in (found if isinstance(found, list) else [found])
    ]


def _shown(value: object) -> str:
    """Give what stood in place of a verdict, short."""
    if value is None:
        return "nothing"
    plain = isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 10**9)
    return clean_text(repr(value) if plain else type(value).__name__)[:SHOWN_CHARACTERS]


Confidence = Annotated[
    Literal["high", "medium", "low"] | None,
    BeforeValidator(_confidence),
    WithJsonSchema({"type": "string", "enum": ["high", "medium", "low"]}),
]


class _Lenient(Record):
    model_config = ConfigDict(extra="ignore")


class JudgedQuote(_Lenient):
    """Hold a quote as the model gives it: turn and words may be wrong."""

    turn: Annotated[int, BeforeValidator(_turn)] = NO_TURN
    quote: str


Quotes = Annotated[tuple[JudgedQuote, ...], BeforeValidator(_quotes)]


class JudgedBehaviour(_Lenient):
    """Hold what the model says of one behaviour: evidence first, then the verdict."""

    id: SkipJsonSchema[Annotated[str, BeforeValidator(_key)]]
    evidence: Quotes = ()
    verdict: Annotated[
        Literal["observed", "not_observed", "no_opportunity"], BeforeValidator(_word)
    ]
    confidence: Confidence = None


class JudgedLevel(_Lenient):
    """Hold the level, 1 to 5, that the model gives one criterion: evidence first."""

    id: SkipJsonSchema[Annotated[str, BeforeValidator(_key)]]
    evidence: Quotes = ()
    level: Annotated[Literal["1", "2", "3", "4", "5", "no_opportunity"], BeforeValidator(_level)]
    confidence: Confidence = None


class Spoilt(Record):
    """Hold what is left of an entry that cannot be read: its id, if any, and what stood there."""

    id: str = ""
    found: str

    @model_validator(mode="before")
    @classmethod
    def _of_anything(cls, given: Any) -> Any:
        if isinstance(given, Spoilt):
            return given
        if not isinstance(given, Mapping):
            return {"found": _shown(given)}
        name = _key(given.get("id"))
        found = _shown(given.get("verdict", given.get("level")))
        return {"id": name if isinstance(name, str) else "", "found": found}


Behaviours = Annotated[
    tuple[
        Annotated[JudgedBehaviour | SkipJsonSchema[Spoilt], Field(union_mode="left_to_right")], ...
    ],
    BeforeValidator(_entries),
]
Levels = Annotated[
    tuple[Annotated[JudgedLevel | SkipJsonSchema[Spoilt], Field(union_mode="left_to_right")], ...],
    BeforeValidator(_entries),
]


class Answer(_Lenient):
    """Hold the model's answer, one entry a behaviour: an object by id, or a list of entries.

    An entry that cannot be read is kept as `Spoilt`; an answer without any other is none.
    """

    behaviours: Behaviours = ()

    @property
    def given_levels(self) -> Levels:
        """Give the levels, where any were asked for."""
        return ()

    @model_validator(mode="after")
    def _something_is_readable(self) -> Answer:
        if all(isinstance(entry, Spoilt) for entry in (*self.behaviours, *self.given_levels)):
            raise ValueError("no entry has an id and a verdict that is allowed")
        return self


class AnswerWithLevels(Answer):
    """Hold an answer that also gives levels, one entry a criterion with levels."""

    levels: Levels = ()

    @property
    def given_levels(self) -> Levels:
        """Give the levels."""
        return self.levels


def answer_shape(behaviours: Sequence[str], levels: Sequence[str]) -> type[Answer]:
    """Give the shape of an answer that has an entry for each id: its schema leaves none out.

    >>> shape = answer_shape(["follow-up"], [])
    >>> shape.model_json_schema()["properties"]["behaviours"]["required"]
    ['follow-up']
    """
    base = AnswerWithLevels if levels else Answer
    asked = {"behaviours": behaviours, "levels": levels}

    def by_id(schema: dict[str, Any]) -> None:
        for part, names in asked.items():
            if part in schema["properties"]:
                entry = schema["properties"][part]["items"]
                schema["properties"][part] = {
                    "type": "object",
                    "properties": dict.fromkeys(names, entry),
                    "required": list(names),
                    "additionalProperties": False,
                }

    return type(base.__name__, (base,), {"model_config": ConfigDict(json_schema_extra=by_id)})
