"""What all records share: frozen, strict about keys, with a digest of their content."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import CoreSchema, core_schema

V = TypeVar("V")

MAX_ID_LENGTH = 512


class Record(BaseModel):
    """Hold one plain, immutable piece of data; unknown keys are refused.

    >>> class Point(Record):
    ...     x: int
    >>> Point(x=1) == Point.model_validate_json(Point(x=1).model_dump_json())
    True
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ignored_types=(cached_property,)
    )

    digest_excludes: ClassVar[frozenset[str]] = frozenset()
    """Fields that are no content: a copy under another name has the same digest."""

    @cached_property
    def digest(self) -> str:
        """Give the SHA-256 (64 hex digits) of the canonical JSON of the record's content.

        Absent and null are the same, so that a new optional field changes no digest.
        """
        content = self.model_dump(
            mode="json", exclude_none=True, exclude=set(self.digest_excludes) or None
        )
        return digest_of({"record": type(self).__name__, "content": content})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Give a copy with some fields replaced, unchecked; its digest is its own."""
        if deep:
            return super().model_copy(deep=True).model_copy(update=update)
        changed = update or {}
        held = {**self.__dict__, **changed}
        held.pop("digest", None)
        return _made(type(self), held, {*self.model_fields_set, *changed})

    @classmethod
    def of_valid(cls, **fields: Any) -> Self:
        """Give the record of fields that are valid already: their values are not looked at again.

        For what code makes of parts of other records, many times a talk; what comes from outside is
        validated. Raises TypeError where a field is missing or there is none of a name.

        >>> class Point(Record):
        ...     x: int
        ...     y: int = 0
        >>> Point.of_valid(x=1) == Point(x=1)
        True
        """
        defaults, needed = _fields_of(cls)
        held = {**defaults, **fields}
        if len(held) != len(defaults) or not needed <= fields.keys():
            wrong = sorted((needed - fields.keys()) | (fields.keys() - defaults.keys()))
            raise TypeError(f"{cls.__name__}: missing or unknown: {', '.join(wrong)}")
        return _made(cls, held, set(fields))


R = TypeVar("R", bound=BaseModel)


def _made(record: type[R], fields: dict[str, Any], given: set[str]) -> R:
    """Make a record as pydantic does, of fields in their order."""
    made = object.__new__(record)
    _set(made, "__dict__", fields)
    _set(made, "__pydantic_fields_set__", given)
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    return made


_set = object.__setattr__


@cache
def _fields_of(record: type[BaseModel]) -> tuple[dict[str, Any], frozenset[str]]:
    """Give the fields of a record in their order, with defaults, and the names of those without."""
    fields = record.model_fields
    needed = frozenset(name for name, field in fields.items() if field.is_required())
    return {
        name: None if name in needed else field.get_default(call_default_factory=True)
        for name, field in fields.items()
    }, needed


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
"""Made once: `json.dumps` makes one each time it is called with options."""


def digest_of(content: object) -> str:
    """Give the SHA-256 (64 hex digits) of a JSON value, the order of keys left out.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(_CANONICAL.encode(content).encode()).hexdigest()


class FrozenMap(Mapping[str, V], Generic[V]):
    """Map names to values, never to change: hashable, and it pickles.

    >>> FrozenMap({"a": 1})["a"]
    1
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, V] | None = None) -> None:
        self._values: dict[str, V] = dict(values or {})

    def __getitem__(self, key: str) -> V:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    # The methods of `Mapping` look each value up anew, by two more calls.
    def get(self, key: str, default: Any = None) -> Any:
        """Give the value of a name, or `default`."""
        return self._values.get(key, default)

    def keys(self) -> KeysView[str]:
        """Give the names."""
        return self._values.keys()

    def values(self) -> ValuesView[V]:
        """Give the values."""
        return self._values.values()

    def items(self) -> ItemsView[str, V]:
        """Give names with their values."""
        return self._values.items()

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._values!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (FrozenMap, (self._values,))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        arguments = get_args(source)
        values = handler.generate_schema(arguments[0] if arguments else Any)
        as_dict = core_schema.dict_schema(core_schema.str_schema(), values)
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.no_info_before_validator_function(_plain_dict, as_dict),
            serialization=core_schema.plain_serializer_function_ser_schema(
                dict, return_schema=as_dict
            ),
        )


def _plain_dict(value: object) -> object:
    return dict(value.items()) if isinstance(value, Mapping) else value


def is_control(character: str) -> bool:
    """Say whether a character steers instead of showing: C0, C1, bidi, zero-width, tags.

    >>> [is_control(c) for c in ("a", "\\x1b", "\\u202e", "\\u200b")]
    [False, True, True, True]
    """
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def clean_text(text: str) -> str:
    """Replace what no store can hold: NUL and lone surrogates become U+FFFD.

    All else is kept as it came; each place that shows text escapes what steers.

    >>> clean_text("a\\x00b\\ud800c")
    'a\\ufffdb\\ufffdc'
    """
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _storable(text: str) -> str:
    if not (text.isascii() and "\0" not in text) and text != clean_text(text):
        raise ValueError("holds NUL or a lone surrogate, which no store can keep")
    return text


def _visible(text: str) -> str:
    plain = text.isascii() and text.isprintable()
    for place, character in enumerate("" if plain else text):
        if is_control(character):
            raise ValueError(f"holds the control character U+{ord(character):04X} at {place}")
    if text != text.strip() or not text:
        raise ValueError("is empty, or begins or ends with a space")
    return text


def _written(text: str) -> str:
    if text.isspace():
        raise ValueError("holds white space only; write it out")
    return text


Text = Annotated[str, AfterValidator(_storable)]
"""Text that any store can hold: no NUL, no lone surrogate. It may still steer a terminal."""

Name = Annotated[str, StringConstraints(max_length=MAX_ID_LENGTH), AfterValidator(_visible)]
"""A name or opaque id: 1 to 512 visible characters. Never a path."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""An id in a library file: small letters, digits and single hyphens, at most 80."""

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2_000),
    AfterValidator(_storable),
    AfterValidator(_written),
]
"""A line that an author writes: 1 to 2,000 characters, not all of them white space."""

Format = Annotated[Literal[1], BeforeValidator(lambda value: 1 if value == "1" else value)]
"""The number of a record's form; files may write it as text. A newer form is refused."""
