"""The judge's answer, item by item: what is spoilt in it takes nothing else along."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import ConfigDict, WithJsonSchema, WrapValidator, model_validator
from pydantic.json_schema import SkipJsonSchema

from rmcoach_llm.domain import Record, clean_text

NO_TURN = -1
"""Stands for a turn number that is none: the words must then be found in one turn alone."""

MOST_QUOTES = 5
"""The prompt asks for 2 at most; more prove nothing more."""

SHOWN_CHARACTERS = 60
_MARKED = re.compile(r"^[+-]\s+|^levels\s+|\s*:$")
_TURN = re.compile(r"\D{0,8}(\d{1,7})")


# No records: an answer holds a hundred of these, and `_read` has checked what stands in them.
@dataclass(kw_only=True, slots=True)
class JudgedQuote:
    """Hold a quote as the model gives it: turn and words may be wrong."""

    turn: int = NO_TURN
    quote: str


Sureness = Literal["high", "medium", "low"]
Verdict = Literal["observed", "not_observed", "no_opportunity"]
Level = Literal["1", "2", "3", "4", "5", "no_opportunity"]

Confidence = Annotated[
    Sureness | None, WithJsonSchema({"type": "string", "enum": list(get_args(Sureness))})
]


@dataclass(kw_only=True, slots=True)
class JudgedBehaviour:
    """Hold what the model says of one behaviour: evidence first, then the verdict."""

    id: SkipJsonSchema[str]
    evidence: tuple[JudgedQuote, ...] = ()
    verdict: Verdict
    confidence: Confidence = None


@dataclass(kw_only=True, slots=True)
class JudgedLevel:
    """Hold the level, 1 to 5, that the model gives one criterion: evidence first."""

    id: SkipJsonSchema[str]
    evidence: tuple[JudgedQuote, ...] = ()
    level: Level
    confidence: Confidence = None


@dataclass(kw_only=True, slots=True)
class Spoilt:
    """Hold what is left of an entry that cannot be read: its id, if any, and what stood there."""

    id: str = ""
    found: str


Judgement = JudgedBehaviour | JudgedLevel | Spoilt
Reader = Callable[[Mapping[str, Any], str], Judgement | None]

SURENESS: Mapping[str, Sureness] = {word: word for word in get_args(Sureness)}
VERDICTS: Mapping[str, Verdict] = {word: word for word in get_args(Verdict)}
LEVELS: Mapping[str, Level] = {word: word for word in get_args(Level)}
W = TypeVar("W")


def _behaviours(given: object, refuse: Callable[[object], object]) -> object:
    """Read the entries for behaviours; what can hold none is left for the record to refuse."""
    return _read(given, _behaviour, refuse)


def _levels(given: object, refuse: Callable[[object], object]) -> object:
    """Read the entries for criteria with levels."""
    return _read(given, _level, refuse)


def _read(given: object, read: Reader, refuse: Callable[[object], object]) -> object:
    entries = _entries(given)
    if not isinstance(entries, list | tuple):
        return refuse(given)
    return tuple([_entry(entry, read) for entry in entries])


def _entries(given: object) -> object:
    """Take an object by id for a list of entries; an id that stands there twice gives two."""
    if not isinstance(given, Mapping):
        return given
    return [
        {**entry, "id": name} if isinstance(entry, Mapping) else {"id": name, "verdict": entry}
        for name, found in given.items()
        for entry in (found if isinstance(found, list) else [found])
    ]


def _entry(given: object, read: Reader) -> Judgement:
    if not isinstance(given, dict):
        return given if isinstance(given, Judgement) else Spoilt(found=_shown(given))
    name = _key(given.get("id"))
    judged = read(given, name) if name is not None else None
    if judged is not None:
        return judged
    return Spoilt(id=name or "", found=_shown(given.get("verdict", given.get("level"))))


def _behaviour(given: Mapping[str, Any], name: str) -> JudgedBehaviour | None:
    verdict = _named(given.get("verdict"), VERDICTS)
    if verdict is None:
        return None
    return JudgedBehaviour(
        id=name,
        evidence=_quotes(given.get("evidence")),
        verdict=verdict,
        # Another confidence than the words asked for is none.
        confidence=_named(given.get("confidence"), SURENESS),
    )


def _level(given: Mapping[str, Any], name: str) -> JudgedLevel | None:
    level = _named(_level_word(given.get("level")), LEVELS)
    if level is None:
        return None
    return JudgedLevel(
        id=name,
        evidence=_quotes(given.get("evidence")),
        level=level,
        # Another confidence than the words asked for is none.
        confidence=_named(given.get("confidence"), SURENESS),
    )


def _level_word(given: object) -> object:
    """Take a whole number for the level's name; a fraction is no level."""
    if isinstance(given, int | float) and not isinstance(given, bool) and given in range(1, 6):
        return str(int(given))
    return given


def _key(given: object) -> str | None:
    """Take the id out of a line that was copied whole, such as `+ follow-up:`."""
    if not isinstance(given, str):
        return None
    name = given.strip()
    return name if name.isidentifier() or name.replace("-", "").isalnum() else _MARKED.sub("", name)


def _named(given: object, words: Mapping[str, W]) -> W | None:
    """Take the word that is meant, however it is written; what is none of them gives None."""
    if not isinstance(given, str):
        return None
    if given in words:
        return words[given]
    return words.get(given.strip().lower().replace(" ", "_").replace("-", "_"))


def _quotes(given: object) -> tuple[JudgedQuote, ...]:
    """Keep what can be a quote: an entry with words, or bare words."""
    if given == []:
        return ()  # as most are
    quotes = []
    for item in given if isinstance(given, (list, tuple)) else [given]:
        words, turn = (
            (item.get("quote"), item.get("turn")) if isinstance(item, dict) else (item, None)
        )
        if isinstance(words, str):
            turn = turn if type(turn) is int else _turn(turn)
            quotes.append(JudgedQuote(turn=turn, quote=words))
    return tuple(quotes[:MOST_QUOTES])


def _turn(given: object) -> int:
    """Take a whole number, also written as text, such as "4" or "turn 4"; nothing is guessed."""
    if isinstance(given, int):
        return NO_TURN if isinstance(given, bool) else given
    if isinstance(given, str) and (written := _TURN.fullmatch(given.strip())):
        return int(written[1])
    return int(given) if isinstance(given, float) and given.is_integer() else NO_TURN


def _shown(value: object) -> str:
    """Give what stood in place of a verdict, short."""
    if value is None:
        return "nothing"
    plain = isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 10**9)
    return clean_text(repr(value) if plain else type(value).__name__)[:SHOWN_CHARACTERS]


Behaviours = Annotated[
    tuple[JudgedBehaviour | SkipJsonSchema[Spoilt], ...], WrapValidator(_behaviours)
]
Levels = Annotated[tuple[JudgedLevel | SkipJsonSchema[Spoilt], ...], WrapValidator(_levels)]


class Answer(Record):
    """Hold the model's answer, one entry a behaviour: an object by id, or a list of entries.

    An entry that cannot be read is kept as `Spoilt`; an answer without any other is none.
    """

    model_config = ConfigDict(extra="ignore")

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
