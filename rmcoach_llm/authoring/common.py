"""The words of English that everybody knows, from a list that lies beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from rmcoach_llm.language.words import stem


@cache
def common_stems(most: int | None = None) -> frozenset[str]:
    """Give the stems of the commonest words of five letters or more, `most` of them or all.

    >>> stem("colleague") in common_stems(), stem("intercompany") in common_stems()
    (True, False)
    """
    text = files("rmcoach_llm.authoring").joinpath("common_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(stem(word) for word in [w for line in lines for w in line.split()][:most])
