"""Tell a name of many words, with a title, a firm or a department, from a sentence."""

from __future__ import annotations

import re

MAX_WORDS = 8
"""A name with a title or a firm has so many words at most."""

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PARTICLES = frozenset(
    "a al and at bin da de del della der di do dos du e el ibn la le of the to und van von y zu".split()
)


def is_title(name: str) -> bool:
    """Say whether no word begins with a small letter, particles and what is in brackets aside.

    A mail address is a title, and so is a word with a capital within, such as iPhone.

    >>> [is_title(name) for name in ("Ada van Roy (host)", "דנה", "iPhone", "The point is", "()")]
    [True, True, True, False, False]
    """
    words = re.sub(r"\([^()]*\)", "", name).split()
    return bool(words) and not any(
        word[0].islower() and word[1:].islower() and not _MAIL.fullmatch(word)
        for word in words
        if word.casefold() not in _PARTICLES
    )
