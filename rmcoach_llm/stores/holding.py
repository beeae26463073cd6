"""Hold a file for one process: a lock of the operating system, gone with the process."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from pathlib import Path

from rmcoach_llm.errors import StoreError
from rmcoach_llm.stores.database import now

if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


MOST_BYTES = 1_000
LOOKED_AT_S = 0.05
"""Who only looks whether a file is held has it for a moment: so long, who wants it waits and tries again."""
AT = 1
"""Where the holder's name begins: the byte before it is the one that is locked on Windows."""


def is_held(path: Path) -> bool:
    """Say whether a process holds a store now; also where that cannot be known."""
    beside = _beside(path)
    if not beside.exists():
        return False
    try:
        handle = os.open(beside, os.O_RDWR)
    except OSError:
        return True
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


def _beside(path: Path) -> Path:
    real = Path(os.path.realpath(path))  # a link to a store is the same store
    return real.with_name(f"{real.name}.lock")


class Hold:
    """Hold the file beside a store that says who writes to it, `NAME.lock`.

    A lock of SQLite itself would end with each transaction. Raises StoreError where another
    process holds it: who, and since when.
    """

    def __init__(self, path: Path) -> None:
        self._path = _beside(path)
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(
                f"{self._path}: cannot be opened: {error.strerror}",
                remedy="make its folder writable, or choose another file with --store",
            ) from None
        if not (_locked(self._handle) or self._locked_later()):
            holder = self._holder()
            os.close(self._handle)
            raise StoreError(
                f"{path}: is held by {holder}",
                remedy="wait until it has ended, or choose another file with --store;"
                " --status shows how far it is",
            )
        own = {"process": os.getpid(), "host": socket.gethostname(), "since": now()}
        os.ftruncate(self._handle, AT)
        os.lseek(self._handle, AT, os.SEEK_SET)  # Windows has no pwrite and pread
        os.write(self._handle, json.dumps(own).encode())

    def _locked_later(self) -> bool:
        time.sleep(LOOKED_AT_S)
        return _locked(self._handle)

    def _holder(self) -> str:
        try:
            os.lseek(self._handle, AT, os.SEEK_SET)
            said = json.loads(os.read(self._handle, MOST_BYTES))
            return f"process {int(said['process'])} on {said['host']!s:.80} since {said['since']!s:.40}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"  # it is about to write its name

    def close(self) -> None:
        """Let it go; may be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
