"""Find a quote in a text: verbatim but for white space, case and typographic signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rmcoach_llm.language.folding import Folded, fold, hidden

MIN_WORDS = 3
MIN_CHARACTERS = 12

_TYPOGRAPHIC = str.maketrans(
    "\u2018\u2019\u201a\u201b\u2032\u00b4`\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "'" * 7 + '"' * 7 + "-" * 7,
)


@lru_cache(maxsize=4_096)
def _alike(character: str) -> str:
    if character.isspace():
        return " "
    return "" if hidden(character) else character.translate(_TYPOGRAPHIC).casefold()


@lru_cache(maxsize=1_024)
def _folded(text: str) -> Folded:
    if text.isascii() and text.isprintable() and "  " not in text:
        # What folding gives there, at once.
        return Folded(text.replace("`", "'").lower(), range(len(text)))
    return fold(text, _alike)


def occurrences(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield each span of `text` where `quote` stands as whole words.

    White space, case, characters that show nothing, and typographic quotes and dashes are
    forgiven; a changed word is not.

    >>> list(occurrences("it\u2019s  FINE", "Well, it's fine. It's finer."))
    [(6, 15)]
    """
    sought = _folded(quote).text.strip()
    if not sought:
        return
    folded = _folded(text)
    start = folded.text.find(sought)
    while start >= 0:
        end = start + len(sought)
        if _whole(folded.text, start, end):
            yield folded.span(start, end)
            start = folded.text.find(sought, end)
        else:
            start = folded.text.find(sought, start + 1)


def folded_together(texts: Iterable[str]) -> str:
    """Give texts as quotes are compared with them, in one, for `may_stand_in`."""
    return "\0".join(_folded(text).text for text in texts)


def may_stand_in(quote: str, together: str) -> bool:
    """Say whether a quote may stand in one of the texts put together; a quick no.

    >>> may_stand_in("it\u2019s  FINE", folded_together(["Well.", "Well, it's fine."]))
    True
    """
    return _folded(quote).text.strip() in together


def _whole(text: str, start: int, end: int) -> bool:
    """Say whether no word is cut at either end of a span that is not empty."""
    cut_before = start > 0 and text[start].isalnum() and _in_word(text[start - 1])
    cut_behind = end < len(text) and text[end - 1].isalnum() and _in_word(text[end])
    return not cut_before and not cut_behind


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def long_enough(quote: str, text: str) -> bool:
    """Say whether a quote is long enough to prove anything: 3 words, 12 characters, or all.

    >>> long_enough("you", "How are you?"), long_enough("Why?", " why? ")
    (False, True)
    """
    sought = _folded(quote).text.strip()
    if not re.search(r"\w", sought):
        return False
    if len(sought) >= MIN_CHARACTERS or len(re.findall(r"\w+", sought)) >= MIN_WORDS:
        return True
    return sought == _folded(text).text.strip()
