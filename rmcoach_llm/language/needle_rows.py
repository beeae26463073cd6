"""What each pattern needs, as it is written down in a table: to find it anew takes long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rmcoach_llm.language.needles import ways
from rmcoach_llm.language.sieve import Way

TABLE = Path(__file__).parent / "data" / "needles.json"
"""By `key_of` a pattern its alternatives, each with its ways as `written`; a missing row is found, which
takes long."""


def key_of(source: str) -> str:
    """Give the name of a pattern in the table."""
    return sha256(source.encode()).hexdigest()[:16]


def parts_of(source: str, parts: Callable[[str], Sequence[str]]) -> Mapping[str, str]:
    """Give the parts of a pattern, each with its ways as `written`."""
    return table().get(key_of(source)) or {part: written(ways(part)) for part in parts(source)}


def written(found: Sequence[Way]) -> str:
    r"""Write down ways, one a line: a tab between sets, a space between needles.

    Where none is known there is one without a needle: the empty line. So written they are read as
    they are needed: a list for each of 4,000 sets would keep the collector of garbage busy.

    >>> written([[["full", "top"], ["mark"]], [["5/5"]]])
    'full top\tmark\n5/5'
    """
    return "\n".join("\t".join(" ".join(sorted(needles)) for needles in way) for way in found)


def read_ways(text: str) -> Iterator[Way]:
    """Yield ways that are `written` down."""
    return ([needles.split(" ") for needles in way.split("\t") if way] for way in text.split("\n"))


def number_of_ways(text: str) -> int:
    """Give the number of ways that are `written` down."""
    return text.count("\n") + 1


def whole(source: str) -> tuple[str, ...]:
    """Give a pattern as its only part."""
    return (source,)


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, str]]:
    """Read the table that comes with the package, once."""
    found: Mapping[str, Mapping[str, str]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found
