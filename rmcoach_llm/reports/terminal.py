"""Make text safe and readable in a terminal: what steers is shown, never executed."""

from __future__ import annotations

import textwrap
import unicodedata

JOINERS = "\u200c\u200d"
LATIN = "\u02ff"
"""The last letter of the Latin blocks and of those that modify them."""
NO_TEXT = ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")
"""Unicode categories of what steers, cannot be seen, or is no character."""
NO_GLYPH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
VARIATIONS = range(0xE0100, 0xE01F0)
"""Letters and marks that show nothing (Unicode: Default_Ignorable_Code_Point).

The variation selectors U+FE00 to U+FE0F are let through: emoji need them.
"""
MOST_COMBINING = 8
"""Marks upon one letter that are still shown; scripts need up to about four."""


def shown(text: str, *, lines: bool = False) -> str:
    r"""Give text with every control, bidi, invisible or unpaired character escaped.

    With `lines` true, line breaks and tabs are kept. Joiners within non-Latin text and emoji
    are kept, and more than eight combining marks upon one letter are cut. Text that was made
    safe stays as it is.

    >>> print(shown("a\x1b[2Jb\u202ec"))
    a\x1b[2Jb\u202ec
    >>> shown("two\nlines", lines=True)
    'two\nlines'
    """
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    marks = 0
    for place, character in enumerate(text):
        if character in JOINERS and _joins(out, text[place + 1 : place + 2], marks):
            out.append(character)
        elif unseen(character) and not (lines and character in "\n\t"):
            out.append(_escape(character))
            marks = 0
        else:
            marks = marks + 1 if _is_mark(character) else 0
            if marks <= MOST_COMBINING:
                out.append(character)
    return "".join(out)


def unseen(character: str) -> bool:
    """Say whether a character steers, cannot be seen, or is no character at all.

    >>> [unseen(c) for c in ("a", "\u00e9", "\u200b", "\u3164")]
    [False, False, True, True]
    """
    return (
        unicodedata.category(character) in NO_TEXT
        or character in NO_GLYPH
        or ord(character) in VARIATIONS
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _joins(before: list[str], after: str, marks: int) -> bool:
    """Say whether a joiner means something: it stands between two visible non-Latin characters.

    A mark after it goes on counting, so that joiners cannot pile up marks.
    """
    if not before or before[-1] <= LATIN or after <= LATIN:
        return False
    return not unseen(after) and not (_is_mark(after) and marks >= MOST_COMBINING)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def wrapped(text: str, *, width: int, indent: str = "", first: str | None = None) -> str:
    r"""Give safe text in lines of at most `width` (20 or more) characters; paragraphs are kept.

    >>> print(wrapped("one two three four five", width=20, indent="  "))
      one two three four
      five
    """
    start = indent if first is None else first
    paragraphs = shown(text, lines=True).split("\n")
    out: list[str] = []
    for paragraph in paragraphs:
        lines = textwrap.wrap(
            paragraph,
            width=max(width, 20),
            initial_indent=indent if out else start,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        out.extend(lines or [""])
    return "\n".join(out)
