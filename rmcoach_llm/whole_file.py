"""A file that is written whole or not at all: under another name first, synced, then put in place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rmcoach_llm.errors import UsageError

PART = ".rmcoach-"
"""How the name of a file that is not whole yet begins."""


@contextmanager
def whole_file(
    path: Path, *, over: bool = True, name: Callable[[], Path] | None = None
) -> Iterator[Path]:
    """Give the name of a private file (0600) to write; it becomes `path` if all goes well.

    Where the block raises, `path` stays as it was. `name`, asked when all is written, may give
    another name in the same folder. Raises UsageError where its folder cannot be
    written to or `path` is a directory; unless `over`, FileExistsError where it is there by then.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole_file(Path(folder, "a.txt")) as part:
    ...         _ = part.write_text("all of it")
    ...     [file.name for file in Path(folder).iterdir()]
    ['a.txt']
    """
    try:
        handle, part_name = tempfile.mkstemp(dir=path.parent, prefix=PART, suffix=path.suffix)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written: {error.strerror}",
            remedy="make its folder, or name a file in another"
            if isinstance(error, FileNotFoundError)
            else "name a file in another folder",
        ) from None
    os.close(handle)
    part = Path(part_name)
    try:
        yield part
        with part.open("r+b") as written:
            os.fsync(written.fileno())  # Windows syncs only what is open for writing
        path = path if name is None else name()
        if not over:
            _put_beside(part, path)
            return
        if path.is_dir():
            raise UsageError(f"{path}: is a directory", remedy="name a file")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _put_beside(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename, it refuses a file that is there
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        part.replace(path)
