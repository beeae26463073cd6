"""Turn files into items to judge: read one at a time, known ones not parsed again."""

from __future__ import annotations

import hashlib
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rmcoach_llm.batch.digests import WIDTH, DigestMap
from rmcoach_llm.batch.inputs import Entry, Found, Skipped
from rmcoach_llm.batch.run import Item
from rmcoach_llm.domain import Transcript, work_key
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import Ledger
from rmcoach_llm.version import __version__

Read = Callable[[Found], Iterator[Transcript | InputError]]
"""Reads a file with the reader of its ending; raises InputError where it cannot be read."""

AT_ONCE = 500
"""So many results are taken out of the ledger at a time."""

MOST_BYTES = 20_000_000
"""Files above this are refused by every reader: nothing to remember."""


@dataclass
class Source:
    """Read what was found, one file at a time.

    `manner` names what decides how a file is read (trainee, roles, encoding). With a `ledger`, a
    file whose transcripts are all done for the evaluator of `fingerprint` is known by its
    content and not parsed again, unless some failed and `retry_failed` asks for them; a file that
    changed while it was read is not remembered.
    Transcripts with the id of another one come as InputError. `skipped` counts what was skipped,
    by reason; `done` what `items` left out, as it was asked for what is new.
    """

    read: Read
    manner: str = ""
    ledger: Ledger | None = None
    fingerprint: str = ""
    retry_failed: bool = False
    skipped: dict[str, int] = field(default_factory=dict)
    done: int = 0
    _places: DigestMap = field(default_factory=DigestMap)
    _labels: list[str] = field(default_factory=list)

    def items(
        self, found: Iterable[Entry], *, new_only: bool = False
    ) -> Iterator[Item | InputError]:
        """Give an item for each transcript, an InputError for each that cannot be read.

        With `new_only` files of which all is done are counted in `done` and left out.
        """
        for entry in found:
            if isinstance(entry, Skipped):
                self.skipped[entry.why] = self.skipped.get(entry.why, 0) + 1
            elif isinstance(entry, InputError):
                yield entry
            else:
                for item in self._of_file(entry, new_only=new_only):
                    yield item if isinstance(item, InputError) else self._once(item)

    def _of_file(self, found: Found, *, new_only: bool) -> Iterator[Item | InputError]:
        content = self._content(found)
        known = self._known(content)
        if known is not None and new_only:
            self.done += len(known)
            return
        if known is not None:
            yield from self._kept(found, known)
            return
        talks: list[tuple[str, str]] = []
        whole = True
        try:
            for read in self.read(found):
                if isinstance(read, InputError):
                    whole = False
                    yield read
                    continue
                item = Item.of(found.label, read)
                talks.append((item.id, item.digest))
                yield item
        except InputError as error:
            whole = False
            yield error
        if self.ledger and content and whole and self._content(found) == content:
            self.ledger.remember(content, talks)

    def _known(self, content: str | None) -> list[tuple[str, str, str]] | None:
        """Give key, id and digest of what a file holds, if it was read before and all is done."""
        talks = self.ledger.reading(content) if self.ledger is not None and content else None
        if self.ledger is None or talks is None:
            return None
        known = [(work_key(digest, self.fingerprint), name, digest) for name, digest in talks]
        states = self.ledger.states([key for key, _, _ in known])
        if not all(key in states for key, _, _ in known):
            return None
        return None if self.retry_failed and "failed" in states.values() else known

    def _kept(self, found: Found, known: Sequence[tuple[str, str, str]]) -> Iterator[Item]:
        """Give what is done with what came of it, some hundred at a time."""
        assert self.ledger is not None  # noqa: S101 - it knows them
        for start in range(0, len(known), AT_ONCE):
            some = known[start : start + AT_ONCE]
            kept = self.ledger.outcomes([key for key, _, _ in some])
            for key, name, digest in some:
                yield Item(found.label, name, digest, key=key, kept=kept.get(key))

    def _content(self, found: Found) -> str | None:
        """Digest a file with all else that decides what is read from it; None where it cannot be."""
        if self.ledger is None:
            return None
        head = f"{__version__}\0{self.manner}\0{found.label}\0".encode(errors="surrogateescape")
        try:
            if not found.path.is_file() or found.path.stat().st_size > MOST_BYTES:
                return None
            with found.path.open("rb") as file:
                return hashlib.file_digest(file, lambda: hashlib.sha256(head)).hexdigest()
        except OSError:
            return None  # the reader says what is wrong with it

    def _once(self, item: Item) -> Item | InputError:
        # Equal ids in two Unicode spellings look the same: they are one id.
        same = _short(unicodedata.normalize("NFC", item.id))
        if not self._labels or self._labels[-1] != item.label:
            self._labels.append(item.label)
        known = len(self._places)
        first = self._labels[self._places.setdefault(same, len(self._labels) - 1)]
        if len(self._places) > known:
            return item
        return InputError(
            item.label, "$.id", f"duplicate id, already in {first}", remedy="give each its own id"
        )


def _short(text: str) -> bytes:
    """Give what stands for a text of any length: 16 bytes, which no two texts share by chance."""
    return hashlib.blake2b(text.encode(errors="surrogateescape"), digest_size=WIDTH).digest()


def limited(items: Iterable[Item | InputError], most: int) -> Iterator[Item | InputError]:
    """Give the first `most` items, and what cannot be read before the last of them.

    >>> broken = InputError("b.txt", "line 1", "no speaker")
    >>> found = [broken, Item("a", "t1", "d1"), Item("c", "t2", "d2")]
    >>> [item.label for item in limited(found, 1) if isinstance(item, Item)]
    ['a']
    """
    count = 0
    for item in items:
        yield item
        count += isinstance(item, Item)
        if count == most:
            return


def sampled(
    items: Iterable[Item | InputError], size: int, seed: int
) -> Iterator[Item | InputError]:
    """Give `size` items drawn at random, each as likely as any other, in the order of the input.

    All of the input is read for it; only the items drawn are held (reservoir sampling, algorithm R of
    Vitter 1985, ACM TOMS 11(1)). Input that cannot be read is given as it comes.

    >>> items = [Item(f"f{n}", f"t{n}", "d") for n in range(100)]
    >>> [item.id for item in sampled(items, 3, seed=1)] == [
    ...     item.id for item in sampled(items, 3, seed=1)
    ... ]
    True
    """
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
    held: list[tuple[int, Item]] = []
    seen = 0
    for item in items:
        if isinstance(item, InputError):
            yield item
            continue
        seen += 1
        if len(held) < size:
            held.append((seen, item))
        elif (place := draw.randrange(seen)) < size:
            held[place] = (seen, item)
    for _, item in sorted(held, key=lambda pair: pair[0]):
        yield item
