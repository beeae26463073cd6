r"""Take a pattern apart: what finds any of its alternatives is a pattern of its own for each.

`\b(?:full marks|top score)\b` is `\b(?:full marks)\b` or `\b(?:top score)\b`. A text that can hold
only one of them is searched for that one alone, and only that one is compiled.
"""

from __future__ import annotations

import re

_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_PIECE = re.compile(rf"\\.|{_CLASS}|.", re.S)
_BEFORE = re.compile(r"((?:\\b|\^|\(\?<[!=][^()|]*\))*)\(\?:")
_BEHIND = re.compile(r"(?:\\b|\$|\(\?[!=][^()|]*\))*")
"""Edges take up no place in a text: which alternative comes first is the same with them."""
_REMEMBERS = re.compile(r"(?<!\\)\((?:[^?]|\?P|\?\()|\\\d|\(\?[a-zA-Z]+\)")
"""Groups that are counted or named, and flags: such a pattern stays whole."""


def alternatives(source: str) -> tuple[str, ...]:
    r"""Give patterns of which the first to match, furthest to the left, matches as the whole does.

    >>> alternatives(r"\b(?:full|top)\b|(?:a|b) c")
    ('\\b(?:full)\\b', '\\b(?:top)\\b', '(?:a|b) c')
    """
    if _REMEMBERS.search(source):
        return (source,)
    return tuple(each for branch in _branches(source) for each in _inner(branch))


def _inner(branch: str) -> list[str]:
    """Take a branch apart that is one group and its edges."""
    before = _BEFORE.match(branch)
    if before is None:
        return [branch]
    inside, behind = _group(branch[before.end() :])
    if not _BEHIND.fullmatch(behind):
        return [branch]
    return [f"{before[1]}(?:{each}){behind}" for each in _branches(inside)]


def _branches(source: str) -> list[str]:
    """Cut at each "|" that stands in no group."""
    found, depth = [""], 0
    for piece in _PIECE.findall(source):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found


def _group(source: str) -> tuple[str, str]:
    """Give what stands before the bracket that closes a group, and what behind it."""
    depth, place = 1, 0
    for piece in _PIECE.findall(source):
        depth += (piece == "(") - (piece == ")")
        if not depth:
            break
        place += len(piece)
    return source[:place], source[place + 1 :]
