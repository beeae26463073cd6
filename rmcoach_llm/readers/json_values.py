"""Walk through a JSON value with its place at hand, so that what is wrong can be named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rmcoach_llm.domain import is_control
from rmcoach_llm.readers.files import MAX_ID_LENGTH, Origin, visible
from rmcoach_llm.readers.strict_json import EXPORT_AGAIN, kind_of, step
from rmcoach_llm.readers.times import clock_of

MISSING = "nothing"
"""What stands where a key is not there: `kind_of` says it as it is."""

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)


@dataclass(frozen=True)
class _Missing:
    """Stand for the value of a key that is not there."""

    def __str__(self) -> str:
        return MISSING


_NOTHING = _Missing()


class Node(NamedTuple):
    """Hold a JSON value and its place in the file; a key that is not there gives a node, too.

    >>> talk = Node({"start": "1.5", "who": 0}, "$", Origin("a.json"))
    >>> talk.at("start").seconds(), talk.at("who").label(), talk.at("end").given
    (1.5, 'Speaker 0', False)
    """

    value: object
    place: str
    origin: Origin

    @property
    def given(self) -> bool:
        """Say whether there is a value that is not null."""
        return self.value is not None and self.value is not _NOTHING

    def at(self, *keys: str) -> Node:
        """Go down the keys of objects; raises InputError on the way through anything else."""
        node = self
        for key in keys:
            found = node.value
            if isinstance(found, dict):
                node = Node(found.get(key, _NOTHING), node.place + step(key), self.origin)
            elif node is not self and not node.given:
                node = Node(_NOTHING, node.place + step(key), self.origin)
            else:
                raise node.wrong("an object")
        return node

    def first(self, *keys: str) -> Node:
        """Give the first of several keys that has a value, else one that is null, else the first."""
        empty: Node | None = None
        for key in keys:
            node = self.at(key)
            if node.given:
                return node
            if empty is None or (node.value is None and empty.value is not None):
                empty = node
        return empty or self.at(*keys)

    def items(self) -> Iterator[Node]:
        """Give the items of a list; raises InputError where it is none."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        for index, item in enumerate(self.value):
            yield Node(item, f"{self.place}[{index}]", self.origin)

    def objects(self) -> Iterator[Node]:
        """Give the items of a list, each of which must be an object."""
        for item in self.items():
            if not isinstance(item.value, dict):
                raise item.wrong("an object")
            yield item

    def each(self) -> Iterator[Node]:
        """Give the objects of a list, none where there is no list."""
        return self.objects() if self.given else iter(())

    def text(self) -> str:
        """Give a text; raises InputError where it is none."""
        if not isinstance(self.value, str):
            raise self.wrong("text")
        return self.value

    def text_or(self, default: str) -> str:
        """Give a text, or what is to stand where there is none."""
        return self.text() if self.given else default

    def seconds(self, per_second: float = 1.0) -> float | None:
        """Give a time in seconds, or None where there is none; `per_second` of its units are one.

        A number in a text counts, with an `s` after it or not. Raises InputError for all else.
        """
        if not self.given:
            return None
        found = self.value
        if isinstance(found, str) and _NUMBER.fullmatch(found.removesuffix("s")):
            found = float(found.removesuffix("s"))
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise self.wrong("a time as a number")
        if not math.isfinite(found) or not 0 <= found <= 1e15:
            raise self.origin.error(
                self.place, "a time of zero or more is wanted", remedy=EXPORT_AGAIN
            )
        return float(found) if per_second == 1.0 else round(found / per_second, 6)

    def span(
        self, start: str = "start", end: str = "end", per_second: float = 1.0
    ) -> tuple[float | None, float | None]:
        """Give the times under two keys in seconds, as `seconds` gives each."""
        return self.at(start).seconds(per_second), self.at(end).seconds(per_second)

    def clock(self) -> float | None:
        """Give a time such as `hh:mm:ss`, or a number, in seconds; raises InputError for others."""
        clock = clock_of(self.value) if isinstance(self.value, str) else None
        return self.seconds() if clock is None else clock

    def moment(self) -> float | None:
        """Give a point in time in seconds since some day; None for a text that is no number."""
        if isinstance(self.value, str) and not _NUMBER.fullmatch(self.value):
            return None
        return self.seconds()

    def label(self) -> str | None:
        """Give the name of a speaker: as the file has it, a bare number or letter as `Speaker 0`.

        None where there is none; raises InputError for what is neither text nor a whole number.
        """
        if not self.given:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, (int, str)):
            raise self.wrong("a speaker as text or a number")
        return speaker_name(str(self.value))

    def identity(self) -> str | None:
        """Give an id, a text or a whole number; None where there is none, or it is empty."""
        if not self.given or self.value == "":
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, (int, str)):
            raise self.wrong("an id as text or a number")
        name = str(self.value).strip()
        if not name or len(name) > MAX_ID_LENGTH or any(map(is_control, name)):
            raise self.origin.error(
                self.place,
                f"'{visible(name, limit=60)}' cannot be an id",
                remedy="use 1 to 512 visible characters",
            )
        return name

    def wrong(self, wanted: str) -> Exception:
        """Give the error for a value of another kind."""
        return self.origin.error(
            self.place, f"{wanted} is wanted, found {kind_of(self.value)}", remedy=EXPORT_AGAIN
        )


def speaker_name(label: str) -> str:
    """Give the name of a speaker whom a service calls so.

    >>> [speaker_name(label) for label in ("0", "A", "spk_0", "Ada")]
    ['Speaker 0', 'Speaker A', 'spk_0', 'Ada']
    """
    label = " ".join(label.split())
    bare = label.isdecimal() or (len(label) == 1 and label.isalpha())
    return f"Speaker {label}" if bare else label


def keys_of(value: object) -> frozenset[str]:
    """Give the keys of an object; anything else has none."""
    return frozenset(value) if isinstance(value, dict) else frozenset()


def first_of(value: object) -> object:
    """Give the first item of a list, or None."""
    return value[0] if isinstance(value, list) and value else None
