"""Numbers by digest, for as many digests as a batch has transcripts: packed, as they are kept to the end."""

from __future__ import annotations

from array import array

WIDTH = 16
"""Bytes of a digest that are kept: no two texts share them by chance."""

FIRST_SLOTS = 64


class DigestMap:
    """Map digests to numbers from 0 on, in 30 to 60 bytes each; a dict takes 150 and more.

    A table with open addressing: a digest is even by itself, so its first bytes say where it stands. Digests are
    of `WIDTH` bytes or more, of which the first count. Nothing is taken out again.

    >>> seen = DigestMap()
    >>> seen.setdefault(b"a" * 16, 7), seen.setdefault(b"a" * 16, 8)
    (7, 7)
    >>> b"a" * 16 in seen, b"b" * 16 in seen, len(seen)
    (True, False, 1)
    """

    def __init__(self) -> None:
        self._count = 0
        self._make_room(FIRST_SLOTS)

    def __len__(self) -> int:
        """Give how many digests are there."""
        return self._count

    def __contains__(self, digest: bytes) -> bool:
        """Say whether a digest is there."""
        return self._numbers[self._slot(digest[:WIDTH])] > 0

    def setdefault(self, digest: bytes, number: int) -> int:
        """Give the number of a digest, which is this one where it had none."""
        key = digest[:WIDTH]
        slot = self._slot(key)
        held = self._numbers[slot]
        if held:
            return held - 1
        self._put(slot, key, number + 1)
        self._count += 1
        if 3 * self._count > 2 * len(self._numbers):
            self._grow()
        return number

    def _slot(self, key: bytes) -> int:
        """Give where a key stands, or the empty place where it would."""
        numbers, keys = self._numbers, self._keys
        slot = int.from_bytes(key[:8], "big") % len(numbers)
        while numbers[slot] and keys[WIDTH * slot : WIDTH * (slot + 1)] != key:
            slot = (slot + 1) % len(numbers)
        return slot

    def _put(self, slot: int, key: bytes, number: int) -> None:
        self._keys[WIDTH * slot : WIDTH * (slot + 1)] = key
        self._numbers[slot] = number

    def _make_room(self, slots: int) -> None:
        self._keys = bytearray(WIDTH * slots)
        self._numbers = array("Q", bytes(8 * slots))  # one more than the number; 0 where none is

    def _grow(self) -> None:
        keys, numbers = self._keys, self._numbers
        self._make_room(2 * len(numbers))
        for old, number in enumerate(numbers):
            if number:
                key = bytes(keys[WIDTH * old : WIDTH * (old + 1)])
                self._put(self._slot(key), key, number)
