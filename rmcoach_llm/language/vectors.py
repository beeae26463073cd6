"""What words mean: a small table of word vectors, and the meaning of a sentence by it.

The table is made by `benchmarks/word_table.py`; `data/NOTICE.md` says from what.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from functools import lru_cache
from operator import mul
from pathlib import Path

Vector = tuple[float, ...]

TABLE = Path(__file__).parent / "data" / "words.bin"
HEADER = b"rmcoach words 1"


class WordTable:
    """Give the vector and the rarity of word stems, from the bytes of a table.

    First line: the header, the count of stems and of dimensions. Second line: the stems. Then one
    byte of rarity a stem, and one signed byte a dimension of each.
    """

    def __init__(self, data: bytes) -> None:
        head, stems, self._body = data.split(b"\n", 2)
        name, count, self._size = head.rsplit(b" ", 2)[0], *map(int, head.split()[-2:])
        self._place = {word: place for place, word in enumerate(stems.decode().split(" "))}
        if (
            name != HEADER
            or len(self._place) != count
            or len(self._body) != count * (1 + self._size)
        ):
            raise ValueError("no table of word vectors")

    def __contains__(self, stem: str) -> bool:
        return stem in self._place

    def __len__(self) -> int:
        return len(self._place)

    def rarity(self, stem: str) -> float:
        """Say how much a word tells, from 0 (in every sentence) to 1 (rare, or unknown)."""
        place = self._place.get(stem)
        return 1.0 if place is None else self._body[place] / 255

    def vector(self, stem: str) -> Vector | None:
        """Give the vector of a stem, of length one, or None for an unknown one."""
        place = self._place.get(stem)
        if place is None:
            return None
        start = len(self._place) + place * self._size
        return unit(array("b", self._body[start : start + self._size]))


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    """Load the table that comes with the package, once."""
    return WordTable(TABLE.read_bytes())


@lru_cache(maxsize=16_384)
def _word(stem: str) -> tuple[float, Vector] | None:
    vector = word_table().vector(stem)
    return None if vector is None else (word_table().rarity(stem), vector)


def meaning(weighted_stems: Iterable[tuple[str, float]]) -> Vector:
    """Give the mean of the words' vectors, each by its weight and rarity, of length one.

    Words that the table has not are left out; of none it gives an empty vector, which is like no
    other.

    >>> near = dot(meaning([("budget", 1.0)]), meaning([("money", 1.0)]))
    >>> near > dot(meaning([("budget", 1.0)]), meaning([("eleph", 1.0)]))
    True
    """
    known = [(weight, found) for stem, weight in weighted_stems if (found := _word(stem))]
    if not known:
        return ()
    total = [0.0] * len(known[0][1][1])
    for weight, (rarity, vector) in known:
        scale = weight * rarity
        total = [sum_ + scale * value for sum_, value in zip(total, vector, strict=True)]
    return unit(total)


def mean(vectors: Iterable[Vector]) -> Vector:
    """Give the mean of vectors, of length one; empty ones are left out."""
    return unit([sum(values) for values in zip(*filter(None, vectors), strict=True)])


def unit(values: Iterable[float]) -> Vector:
    """Give a vector of length one in the direction of these values."""
    values = tuple(values)
    length = math.sqrt(sum(map(mul, values, values))) or 1.0
    return tuple([value / length for value in values])


def dot(one: Vector, other: Vector) -> float:
    """Give the cosine of two vectors of length one; an empty vector is like none."""
    return float(sum(map(mul, one, other)))
