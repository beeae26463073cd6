"""What is wrong in a library file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rmcoach_llm.errors import LibraryError

Level = Literal["error", "warning"]

LONGEST_QUOTE = 60
"""Characters of a file's own text that a message repeats."""


@dataclass(frozen=True)
class Problem:
    """Hold one fault: file, line and column (from 1, None for the whole file), field, message.

    >>> print(Problem("a.yaml", 3, 1, "title", "found nothing; write a title"))
    a.yaml: line 3: title: found nothing; write a title
    """

    file: str
    line: int | None
    column: int | None
    field: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        place = "whole file" if self.line is None else f"line {self.line}"
        kind = "warning: " if self.level == "warning" else ""
        field = f"{one_line(self.field)}: " if self.field else ""
        return f"{one_line(self.file)}: {place}: {kind}{field}{self.message}"


class InvalidFile(LibraryError):
    """Report a file of the library with each of its faults; `faults` holds them as data."""

    def __init__(self, faults: tuple[Problem, ...]) -> None:
        rest = len(faults) - 1
        more = f" (and {rest} more)" if rest else ""
        super().__init__(f"{faults[0]}{more}", problems=tuple(str(fault) for fault in faults))
        self.faults = faults


def one_line(text: str) -> str:
    r"""Escape what is not printable, line breaks included.

    >>> print(one_line("a\nb\x1b"))
    a\nb\x1b
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def quoted(text: str) -> str:
    r"""Repeat text from a file in a message: in quotes, escaped, at most 60 characters of it.

    >>> print(quoted("a\x1b[2J"))
    'a\x1b[2J'
    >>> quoted("x" * 1000) == "'" + "x" * 60 + "...'"
    True
    """
    cut = text[:LONGEST_QUOTE] + "..." if len(text) > LONGEST_QUOTE else text
    return f"'{one_line(cut)}'"
