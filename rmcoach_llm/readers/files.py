"""Open a transcript file safely and give its content as UTF-8."""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rmcoach_llm.domain import clean_text, is_control
from rmcoach_llm.errors import InputError, UsageError
from rmcoach_llm.protocols import ReadOptions

MAX_FILE_BYTES = 20_000_000
MAX_LINE_BYTES = 1_000_000
MAX_TURNS = 20_000
MAX_ID_LENGTH = 512

WHOLE_FILE = "whole file"
LINE_FEED = b"\n"
NumberedLine = tuple[int, str]

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document (DOCX, XLSX)"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office document"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh91AY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
"""First bytes of files that are often taken for text, and what they are."""


@dataclass(frozen=True)
class Origin:
    """Name where a value comes from, for messages: the file, and the part of it.

    `line` is set where each line is a record of its own, `root` is the locator of the record in
    a JSON document. `trainee` is how the caller names the speaker who is scored, for remedies.

    >>> print(Origin("a.jsonl", line=3).error("$.id", "is empty"))
    a.jsonl: line 3 $.id: is empty
    """

    label: str
    line: int | None = None
    root: str = "$"
    trainee: str = "--trainee {}"

    def error(self, place: str, found: str, *, remedy: str = "") -> InputError:
        """Give the error for a place; a locator that starts with `$` is taken from `root`."""
        if place.startswith("$"):
            place = self.root + place[1:]
        if self.line is not None:
            place = f"line {self.line} {place.removeprefix(WHOLE_FILE)}".rstrip()
        return InputError(self.label, place, found, remedy=remedy)

    def identity(self) -> str:
        """Give the file's name as an id; raises InputError where it is too long for one."""
        name = self.label.strip() or "unnamed"
        if len(name) > MAX_ID_LENGTH:
            raise self.error(
                WHOLE_FILE,
                f"the path has more than {MAX_ID_LENGTH} characters, too many for an id",
                remedy="rename the file, or start nearer to it",
            )
        return name


@dataclass(frozen=True)
class Source:
    """Hold the content of a file as UTF-8 without a byte order mark; it is not decoded yet.

    Lines end with a line feed, a carriage return before it being part of the end. Only in a file
    without any line feed do carriage returns end lines: elsewhere one is text, and cannot fake
    the start of a turn.
    """

    origin: Origin
    data: bytes

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Give each line without its end, with its number from 1."""
        for number, line in enumerate(io.BytesIO(self.data), 1):
            yield number, line.removesuffix(LINE_FEED).removesuffix(b"\r")

    def text_lines(self) -> Iterator[tuple[int, str]]:
        """Give each line as text; raises InputError for one that cannot be read."""
        for number, line in self.lines():
            yield number, decoded_line(line, number, self.origin)

    def text(self) -> str:
        """Give the whole text; raises InputError with the line of the first bad character."""
        return _decoded(self.data, 1, self.origin)


def open_source(path: Path, options: ReadOptions) -> Source:
    """Read a regular file of at most 20 MB.

    Raises InputError for a file that is missing, forbidden, not regular (a device or pipe is
    never opened), too large, empty, no text, or in an encoding that is not known; UsageError
    for an encoding that does not exist.
    """
    origin, data = read_bytes(path, options)
    return _source(origin, as_utf8(data, options.encoding, origin))


def read_bytes(path: Path, options: ReadOptions) -> tuple[Origin, bytes]:
    """Read a regular file of at most 20 MB as it is; raises InputError as `open_source` does."""
    origin = Origin(visible(options.label if options.label is not None else path.name))
    return origin, _read_bytes(path, origin)


def text_source(text: str, origin: Origin) -> Source:
    """Take text of at most 20 MB as if it stood in a file; what no store can hold is replaced.

    Raises InputError for text that is too large or empty.
    """
    if len(text) > MAX_FILE_BYTES:
        raise too_large(origin)
    return _source(origin, clean_text(text).removeprefix("\ufeff").encode())


def bytes_source(data: bytes, origin: Origin, encoding: str | None) -> Source:
    """Take bytes as the content of a file; raises InputError and UsageError as `open_source`."""
    return _source(origin, as_utf8(data, encoding, origin))


def _source(origin: Origin, data: bytes) -> Source:
    if LINE_FEED not in data:
        data = data.replace(b"\r", LINE_FEED)
    source = Source(origin, data)
    if not any(line.decode(errors="ignore").strip() for _, line in source.lines()):
        raise empty(origin)
    return source


def empty(origin: Origin) -> InputError:
    """Give the error for a file without content."""
    return origin.error(WHOLE_FILE, "is empty", remedy="leave it out, or fill it")


def decoded_line(line: bytes, number: int, origin: Origin) -> str:
    """Give a line as text; raises InputError where it is too long or not UTF-8."""
    if len(line) > MAX_LINE_BYTES:
        raise InputError(
            origin.label,
            f"line {number}",
            f"line too long: {len(line):,} bytes, at most {MAX_LINE_BYTES:,}",
            remedy="break the line",
        )
    return _decoded(line, number, origin)


def visible(text: str, *, limit: int = 4_096) -> str:
    r"""Give text on one line in which nothing steers a terminal, cut to `limit` characters.

    >>> print(visible("new\nline\x1b[2J"))
    new\x0aline\x1b[2J
    """
    escaped = "".join(_escape(char) if is_control(char) else char for char in text[: limit + 1])
    return escaped if len(escaped) <= limit else escaped[: limit - 3] + "..."


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _read_bytes(path: Path, origin: Origin) -> bytes:
    with guarded(origin):
        regular(path, origin)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise too_large(origin)
    return data


def regular(path: Path, origin: Origin) -> os.stat_result:
    """Give what the system says of a file; raises InputError for what is not to be opened."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise origin.error(WHOLE_FILE, "is a directory", remedy="name a file")
    if not stat.S_ISREG(status.st_mode):
        raise origin.error(
            WHOLE_FILE, "is not a regular file", remedy="copy its content into a file"
        )
    if status.st_size > MAX_FILE_BYTES:
        raise too_large(origin)
    return status


@contextmanager
def guarded(origin: Origin) -> Iterator[None]:
    """Turn what the system raises for a file into an InputError that says what to do."""
    try:
        yield
    except FileNotFoundError:
        raise origin.error(WHOLE_FILE, "not found", remedy="check the path") from None
    except PermissionError:
        raise origin.error(
            WHOLE_FILE, "permission denied", remedy="make the file readable"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise origin.error(
            WHOLE_FILE, f"cannot be opened ({reason})", remedy="check the path"
        ) from None


def too_large(origin: Origin) -> InputError:
    """Give the error for a file of more than 20 MB."""
    return origin.error(
        WHOLE_FILE, f"too large: more than {MAX_FILE_BYTES:,} bytes", remedy="split the file"
    )


def as_utf8(data: bytes, encoding: str | None, origin: Origin) -> bytes:
    """Give text as UTF-8 without a byte order mark; raises InputError and UsageError as `open_source`."""
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            raise origin.error(
                WHOLE_FILE, f"is not text but {what}", remedy="export the transcript as text"
            )
    if encoding is None:
        if data.startswith(UTF16_MARKS):
            encoding = "utf-16"
        else:
            _refuse_unmarked_utf16(data, origin)
            return data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise origin.error(
            f"byte {getattr(error, 'start', 0)}",
            f"is not {visible(encoding, limit=40)}",
            remedy="name another encoding with --encoding",
        ) from None
    except (LookupError, ValueError):
        raise UsageError(
            f"unknown encoding '{visible(encoding, limit=40)}'",
            remedy="name one with --encoding, such as cp1252, latin-1, utf-16-le or shift_jis",
        ) from None
    # A lone surrogate, which a few codecs let through, is then refused with its line.
    return text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")


def _refuse_unmarked_utf16(data: bytes, origin: Origin) -> None:
    if len(data) < 2 or (data[0] == 0) == (data[1] == 0):
        return
    place, name = (0, "utf-16-be") if data[0] == 0 else (1, "utf-16-le")
    raise origin.error(
        f"byte {place}",
        "is NUL: this looks like UTF-16 without a byte order mark",
        remedy=f"save it as UTF-8, or name its encoding, such as --encoding {name}",
    )


def _decoded(data: bytes, first_line: int, origin: Origin) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        raise InputError(
            origin.label,
            _line_of(nul, data, first_line),
            "holds a NUL character",
            remedy="the file is damaged or no text: export it again",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            origin.label,
            _line_of(error.start, data, first_line),
            f"the byte 0x{data[error.start]:02x} is not UTF-8",
            remedy="save it as UTF-8, or name its encoding, such as --encoding cp1252",
        ) from None


def _line_of(position: int, data: bytes, first_line: int) -> str:
    return f"line {first_line + data.count(LINE_FEED, 0, position)}"
