"""Read a file line by line: of ten thousand lines one is in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import (
    LINE_FEED,
    MAX_FILE_BYTES,
    UTF16_MARKS,
    Origin,
    as_utf8,
    empty,
    guarded,
    open_source,
    regular,
    too_large,
    visible,
)

HEAD_BYTES = 65_536
"""How much of a file is looked at before it is read line by line."""


def open_lines(path: Path, options: ReadOptions) -> tuple[Origin, Iterator[tuple[int, bytes]]]:
    """Read a regular file of at most 20 MB line by line, as `Source.lines` gives them.

    Held is a line at a time, and the whole file only where its encoding must be changed or no line feed is near
    its beginning. Raises what `open_source` does, some of it when the lines are gone through.
    """
    origin = Origin(visible(options.label if options.label is not None else path.name))
    with guarded(origin):
        status = regular(path, origin)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    plain = options.encoding is None and not head.startswith(UTF16_MARKS)
    if status.st_size <= HEAD_BYTES or not plain or LINE_FEED not in head:
        return origin, open_source(path, options).lines()
    as_utf8(head, None, origin)
    return origin, _lines_of(path, origin)


def _lines_of(path: Path, origin: Origin) -> Iterator[tuple[int, bytes]]:
    read, filled = 0, False
    with guarded(origin), path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_FILE_BYTES), b""), 1):
            read += len(line)
            if read > MAX_FILE_BYTES:
                raise too_large(origin)  # it has grown
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            filled = filled or bool(text.decode(errors="ignore").strip())
            yield number, text.removesuffix(LINE_FEED).removesuffix(b"\r")
    if not filled:
        raise empty(origin)
