"""Open a ZIP archive safely: nothing is written to disk, and no size in it is believed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from rmcoach_llm.readers.files import MAX_FILE_BYTES, WHOLE_FILE, Origin, visible

MAX_EXPANDED = 512_000_000
"""All that an archive states, or is unpacked of it."""
MAX_RATIO = 100
SMALL_BYTES = 5_000_000
"""What may be packed as well as it likes."""
CHUNK_BYTES = 65_536

MEMBER_MARK = b"PK\x01\x02"
ENCRYPTED_FLAG = 1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Limits:
    """Hold what an archive of a kind may have: files, and bytes in one of them."""

    members: int
    member_bytes: int = MAX_FILE_BYTES


@dataclass
class Archive:
    """Hold an open archive; what is read of it counts against its caps."""

    origin: Origin
    members: dict[str, zipfile.ZipInfo]
    remedy: str
    _zipped: zipfile.ZipFile
    _limits: Limits
    _read_bytes: int = field(default=0)

    def origin_of(self, name: str) -> Origin:
        """Name a file of the archive, for messages."""
        return Origin(f"{self.origin.label}/{visible(name, limit=200)}")

    def content(self, name: str) -> bytes:
        """Give the content of a file; raises InputError as `chunks` does."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a file and count what comes out, whatever the archive says of its size.

        Raises InputError for one that is damaged or too large: over the limit of its kind, over
        a hundred times its packed size, or over 512 MB with all that was read before.
        """
        member = self.members[name]
        if member.compress_type not in PACKED:
            self.refuse(name, "is packed in a way that is not read")
        most = min(self._limits.member_bytes, max(SMALL_BYTES, MAX_RATIO * member.compress_size))
        size = 0
        try:
            with self._zipped.open(member) as file:
                while chunk := file.read(CHUNK_BYTES):
                    size += len(chunk)
                    self._read_bytes += len(chunk)
                    if size > most or self._read_bytes > MAX_EXPANDED:
                        self.refuse(name, f"too large when unpacked: more than {most:,} bytes")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
            self.refuse(name, "is damaged: it does not have the size or checksum that is stated")

    def refuse(self, name: str, found: str) -> NoReturn:
        """Raise InputError for a file of the archive."""
        raise self.origin.error(visible(name, limit=120), found, remedy=self.remedy)


def open_archive(data: bytes, origin: Origin, limits: Limits, remedy: str) -> Archive:
    """Open an archive by its bytes.

    Raises InputError for one that is damaged or protected by a password, has more files than
    `limits` allows, states more than 512 MB in all, or two files of one name.
    """
    count = data.count(MEMBER_MARK)
    if count > limits.members:
        found = f"has {count:,} members, at most {limits.members:,}"
        raise origin.error(WHOLE_FILE, found, remedy=remedy)
    try:
        zipped = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise origin.error(WHOLE_FILE, "is no ZIP archive, or is cut off", remedy=remedy) from None
    files = [info for info in zipped.infolist() if not info.is_dir()]
    archive = Archive(origin, {info.filename: info for info in files}, remedy, zipped, limits)
    if any(info.flag_bits & ENCRYPTED_FLAG for info in files):
        raise origin.error(WHOLE_FILE, "is protected by a password", remedy="save it without one")
    names = Counter(info.filename for info in files)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        archive.refuse(twice, "stands twice in the archive")
    total = sum(info.file_size for info in files)
    if total > MAX_EXPANDED:
        largest = max(files, key=lambda info: info.file_size).filename
        archive.refuse(largest, f"too large: {total:,} bytes in all parts when unpacked")
    return archive
