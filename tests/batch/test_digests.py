"""Numbers by digest, packed."""

from __future__ import annotations

import hashlib
import sys

from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.batch.digests import DigestMap

# Few first bytes, so that many stand in one another's way.
CLOSE = st.builds(
    lambda head, tail: bytes([head]) * 8 + tail.to_bytes(8, "big"),
    st.sampled_from((0, 1, 255)),
    st.integers(0, 40),
)


@given(st.lists(st.tuples(CLOSE, st.integers(0, 1_000)), max_size=200))
def test_it_keeps_what_a_dict_keeps(given_pairs: list[tuple[bytes, int]]) -> None:
    """Each digest has the number that was given first, also where all want the same place."""
    packed, plain = DigestMap(), dict[bytes, int]()
    for digest, number in given_pairs:
        assert (digest in packed) == (digest in plain)
        assert packed.setdefault(digest, number) == plain.setdefault(digest, number)
        assert len(packed) == len(plain)
    assert all(digest in packed for digest in plain)


def test_only_the_first_bytes_count() -> None:
    """A SHA-256 and its first half are one digest."""
    whole = hashlib.sha256(b"talk").digest()
    packed = DigestMap()
    assert packed.setdefault(whole, 3) == 3
    assert whole[:16] in packed
    assert packed.setdefault(whole[:16] + bytes(16), 4) == 3


def test_a_digest_takes_less_than_a_hundred_bytes() -> None:
    """A hundred thousand digests take at most 80 bytes each."""
    packed = DigestMap()
    for number in range(100_000):
        packed.setdefault(hashlib.blake2b(b"%d" % number, digest_size=16).digest(), number)
    held = sum(map(sys.getsizeof, vars(packed).values()))
    assert held < 80 * len(packed)
