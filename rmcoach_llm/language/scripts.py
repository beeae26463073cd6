"""Tell English from other languages and from keyboard noise, without a dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from rmcoach_llm.language.words import FUNCTION_WORDS, plain

LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN_LETTERS = re.compile("[a-z]+")
VOWELS = frozenset("aeiouy")
CONSONANT_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}")
OTHER_FUNCTION_WORDS = frozenset(
    """der die das und ist nicht ich sie wir ein eine mit auf f\u00fcr den dem zu von wie was warum
    haben k\u00f6nnen le la les et est pas je vous nous un une avec pour du des que qui dans pourquoi
    comment el los las y es yo usted nosotros con para por qu\u00e9 c\u00f3mo una del se il lo gli e non
    io lei noi per perch\u00e9 come di o os n\u00e3o eu voc\u00ea com uma em para de het een en ik niet wij
    met voor van waarom hoe jest nie w na co jak czy""".split()
)
OTHERS_ALONE = OTHER_FUNCTION_WORDS - frozenset(
    "die was an in on o e w y do me no so he per come le los la en es".split()
)
"""Those that are no English words."""


@lru_cache(maxsize=16)
def _runs(text: str) -> tuple[str, ...]:
    """Give the runs of letters of a text: who asks for its script also asks for its noise."""
    letters = _PLAIN_LETTERS if text.isascii() else LETTERS
    return tuple(letters.findall(plain(text)[:4_000]))


def is_gibberish(text: str) -> bool:
    """Say whether a line is keyboard noise: no words, one word over and over, no vowels.

    >>> [is_gibberish(t) for t in ("asdkjfh qwlkjrtzx", "...!!", "Why?", "no no no no no no")]
    [True, True, False, True]
    """
    found = _runs(text)
    if not found:
        return not any(character.isdigit() for character in text)
    least = 0.6 * len(found)
    again = len(found) - len(set(found))  # so often, and once more, one word can stand at most
    if len(found) >= 5 and again + 1 > least and max(Counter(found).values()) > least:
        return True
    if not FUNCTION_WORDS.isdisjoint(found):
        return False
    return sum(map(_unpronounceable, found)) * 2 >= len(found)


@lru_cache(maxsize=16_384)
def _unpronounceable(word: str) -> bool:
    if not word.isascii():
        return False
    if len(word) > 30 or CONSONANT_RUN.search(word):
        return True
    return len(word) > 4 and not VOWELS & set(word)


def is_other_language(text: str) -> bool:
    """Say whether a line is written in another language than English.

    >>> [is_other_language(t) for t in ("Was kostet das und wie lange?", "What hurts most?")]
    [True, False]
    """
    found = _runs(text)
    letters = "" if text.isascii() else "".join(found)
    if (
        len(letters) >= 4
        and not letters.isascii()
        and sum(not _latin(c) for c in letters) > 0.5 * len(letters)
    ):
        return True
    if OTHERS_ALONE.isdisjoint(found):
        return False
    other = sum(map(OTHERS_ALONE.__contains__, found))
    return other >= 2 and other > sum(map(FUNCTION_WORDS.__contains__, found))


def _latin(character: str) -> bool:
    return character.isascii() or "LATIN" in unicodedata.name(character, "")
