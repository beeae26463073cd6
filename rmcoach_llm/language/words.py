"""Words, stems and sentences of English text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import filterfalse
from typing import NamedTuple, TypeVar

from Stemmer import Stemmer

T = TypeVar("T")

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
SENTENCE_END = re.compile(
    r"[.!?\u2026](?<!\bmr\.)(?<!\bms\.)(?<!\bdr\.)(?<!\bmrs\.)[.!?\u2026]*[\"')\]]*(?=\s|$)|\n+"
)
"""A dot after a title of address ends nothing: "Mrs. Adeyemi does it"."""

TYPOGRAPHIC = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})

KEPT_CHARACTERS = 2_000
"""What a longer text holds is not remembered."""

FUNCTION_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been
    before being below between both but by can can't could couldn't did didn't do does doesn't
    doing don't down during each else ever every few for from further get gets getting give go
    going got had has have having he he'd he'll he's her here hers him his how i i'd i'll i'm
    i've if in into is isn't it it's its itself just let let's like lot make me more most much
    my no nor not now of off on once one only or other our ours out over own please quite
    really same say see she she's should so some still such take tell than that that's the
    their them then there there's these they they'd they'll they're they've thing things think
    this those through to today too under until up us very want was wasn't way we we'd we'll
    we're we've well were what what's when where which while who whom why will with without
    won't would wouldn't yes you you'd you'll you're you've your yours actually bit maybe okay
    ok oh hi hello thanks thank right sure kind sort mean understand know""".split()
)


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """Remember what a function gives for the last 1,024 texts of up to 2,000 characters."""
    kept = lru_cache(maxsize=1_024)(function)

    @wraps(function)
    def given(text: str) -> T:
        return kept(text) if len(text) <= KEPT_CHARACTERS else function(text)

    return given


class Sentence(NamedTuple):
    """Locate a sentence: its place in the text, end excluded, and its plain small letters."""

    start: int
    end: int
    plain: str


def plain(text: str) -> str:
    """Give small letters with straight quotes, each character in its old place.

    >>> plain("Don’t")
    "don't"
    """
    if text.isascii():
        return text.lower()
    # lower() may lengthen rare letters; then places would shift, so such text is kept as it is.
    small = text.translate(TYPOGRAPHIC).lower()
    return small if len(small) == len(text) else text.translate(TYPOGRAPHIC)


def words(text: str) -> list[str]:
    """Give the words of a text in small letters.

    >>> words("It's 9 days, isn't it?")
    ["it's", '9', 'days', "isn't", 'it']
    """
    return list(_words(text))


@remembered
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(plain(text)))


def count_words(text: str) -> int:
    """Give the number of the words of a text.

    >>> count_words("It's 9 days, isn't it?")
    5
    """
    return len(_words(text))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Give the stem of an English word (Porter2; Porter 2001).

    >>> stem("invoices") == stem("invoicing")
    True
    """
    # A stemmer keeps state while it works: one of its own for each word is safe in threads.
    return str(Stemmer("english", 0).stemWord(word.removesuffix("'s")))


def stems(text: str) -> list[str]:
    """Give the stems of the words that carry content, in order.

    >>> stems("What are the invoices for?")
    ['invoic']
    """
    return list(_content_stems(text))


def stem_set(text: str) -> frozenset[str]:
    """Give the stems of the words that carry content."""
    return frozenset(_content_stems(text))


@remembered
def _content_stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, filterfalse(FUNCTION_WORDS.__contains__, _words(text))))


def all_stems(text: str) -> list[str]:
    """Give the stems of all words, in order."""
    return list(map(stem, _words(text)))


def sentences(text: str) -> list[Sentence]:
    """Split a text into its sentences, white space at the ends left out.

    >>> [text_of.plain for text_of in sentences("Fine. Who decides?")]
    ['fine.', 'who decides?']
    """
    return list(_sentences(text))


@remembered
def _sentences(text: str) -> tuple[Sentence, ...]:
    low = plain(text)
    found: list[Sentence] = []
    start = 0
    for end in [match.end() for match in SENTENCE_END.finditer(low)] + [len(low)]:
        piece = low[start:end]
        inner = piece.strip()
        if inner:
            left = start + len(piece) - len(piece.lstrip())
            found.append(Sentence(left, left + len(inner), inner))
        start = end
    return tuple(found)
