"""What the small classifiers look at: pairs of words, stems, the turn before, and a few marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, filterfalse, pairwise
from operator import attrgetter
from typing import NamedTuple

from rmcoach_llm.domain import Move
from rmcoach_llm.language.moves import question_type
from rmcoach_llm.language.words import FUNCTION_WORDS, TYPOGRAPHIC, sentences, stem

TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?!$%]")
NUMBER = "#"
LONGEST = 400
"""Tokens of a text that are looked at; more tell nothing new and cost time."""

SELF = frozenset("i i'm i've i'd i'll me my mine myself we we're we've our us let's".split())
YOU = frozenset("you you're you've you'd you'll your yours yourself".split())

ANSWERS = {
    "agrees": frozenset(
        "yeah yes right exactly yep definitely absolutely true totally correct precisely".split()
    ),
    "denies": frozenset("no not nope never".split()),
    "accepts": frozenset("okay ok sure thanks fine great good alright".split()),
    "hums": frozenset("mm hmm hm uh huh mhm um".split()),
}
"""What an answer begins with, by its first two words."""

WORDS, STEMS, ASKED, LAST, BEFORE, AFTER = "words", "stems", "asked", "last", "before", "after"
"""The kinds of n-grams: of the text, of what it asks, and of what stands around it."""

Marks = Mapping[str, float]


class Said(NamedTuple):
    """Hold a text, the partner's last turn, and the sentences around it in the same turn."""

    text: str
    last: str = ""
    before: str = ""
    after: str = ""


@lru_cache(maxsize=2_048)
def tokens(text: str) -> tuple[str, ...]:
    """Give the words in small letters, "#" for each number, and the marks "?", "!", "$", "%".

    >>> tokens("You lost 9 days?")
    ('you', 'lost', '#', 'days', '?')
    """
    straight = text if text.isascii() else text.translate(TYPOGRAPHIC)
    found = TOKEN.findall(straight.lower())[:LONGEST]
    return tuple([NUMBER if token[0].isdigit() else token for token in found])


def pairs(items: Sequence[str]) -> frozenset[str]:
    """Give the items of a sentence and its neighbours in pairs, begin and end marked.

    >>> sorted(pairs(("so", "you")))
    ['< so', 'so', 'so you', 'you', 'you >']
    """
    return frozenset(chain(items, neighbours(items)))


def neighbours(items: Sequence[str]) -> Iterator[str]:
    """Yield the neighbours of a sentence in pairs, begin and end marked.

    >>> list(neighbours(("so", "you")))
    ['< so', 'so you', 'you >']
    """
    return map(" ".join, pairwise(("<", *items, ">")))


def grams(kind: str, said: Said) -> frozenset[str]:
    """Give the n-grams of a kind.

    >>> sorted(grams("last", Said("You lost days.", last="Nine days!")))
    ['!', 'days', 'nine']
    """
    return GRAMS[kind](said)


def _words(text: str) -> frozenset[str]:
    return pairs(tokens(text))


def _stems(text: str) -> frozenset[str]:
    return pairs([stem(token) for token in tokens(text) if token[0].isalpha()])


def _asked(text: str) -> frozenset[str]:
    if "?" not in text:
        return frozenset()
    asked = (part.plain for part in sentences(text) if part.plain.endswith("?"))
    return frozenset().union(*map(_words, asked))


@lru_cache(maxsize=2_048)
def bag(text: str) -> frozenset[str]:
    """Give the words of a text, in no order."""
    return frozenset(tokens(text))


AROUND: Mapping[str, Callable[[Said], str]] = {
    LAST: attrgetter("last"),
    BEFORE: attrgetter("before"),
    AFTER: attrgetter("after"),
}
"""The texts of which several sentences share one."""


GRAMS: Mapping[str, Callable[[Said], frozenset[str]]] = {
    WORDS: lambda said: _words(said.text),
    STEMS: lambda said: _stems(said.text),
    ASKED: lambda said: _asked(said.text),
    LAST: lambda said: bag(said.last),
    BEFORE: lambda said: bag(said.before),
    AFTER: lambda said: bag(said.after),
}


@lru_cache(maxsize=2_048)
def marks(text: str, last: str = "") -> Marks:
    """Give the marks of a text: length, who is spoken of, questions, words shared with `last`.

    Each is between 0 and 1.

    >>> marks("So nine days, then.", last="It takes nine days.")["shares"]
    1.0
    """
    found, before = tokens(text), tokens(last)
    said = [token for token in found if token[0].isalpha()]
    size = max(len(said), 1)
    own = content(text)
    shared = len(own & content(last))
    you = [] if YOU.isdisjoint(said) else [at for at, token in enumerate(said) if token in YOU]
    self = 0 if SELF.isdisjoint(said) else len([token for token in said if token in SELF])
    asks = [question_type(part.plain) for part in sentences(text)]
    statement = not any(asks)
    return {
        "one or two words": float(size <= 2),
        "up to four words": float(size <= 4),
        "up to eight words": float(size <= 8),
        "up to sixteen words": float(size <= 16),
        "over thirty words": float(size > 30),
        "asks openly": float(Move.OPEN_QUESTION in asks),
        "asks": float(Move.CLOSED_QUESTION in asks),
        "asks only": float(bool(asks) and all(asks)),
        "ends in a question": float(text.rstrip().endswith("?")),
        "shared": min(shared, 4) / 4,
        "share": shared / max(len(own), 1),
        "shares": float(shared > 0),
        "no content": float(not own),
        "you": float(bool(you)),
        "you, share": min(1.0, 3 * len(you) / size),
        "you first": float(you[:1] == [0]),
        "you early": float(bool(you) and you[0] <= 3),
        "self": float(self > 0),
        "self, share": min(1.0, 3 * self / size),
        "you, not self": float(bool(you) and not self),
        "you, not self, no question": float(bool(you) and not self and statement),
        "shares, no question": float(shared > 0 and statement),
        "words of the partner": len(bag(last).intersection(said)) / size,
        "partner asks": float(last.rstrip().endswith("?")),
        "partner, words": min(len(before), 40) / 40,
        "number": float(NUMBER in found),
    }


def answered(answer: str) -> Marks:
    """Give the marks of the partner's answer: how it begins, how long it is.

    >>> [mark for mark, value in answered("Exactly. It never ends.").items() if value]
    ['agrees']
    """
    found = tokens(answer)
    size = sum(token[0].isalpha() for token in found)
    return {
        **{mark: float(not begin.isdisjoint(found[:2])) for mark, begin in ANSWERS.items()},
        "one word": float(size <= 1),
        "up to three words": float(size <= 3),
        "over twelve words": float(size > 12),
        "asks back": float(answer.rstrip().endswith("?")),
        "nothing": float(size == 0),
    }


@lru_cache(maxsize=2_048)
def style(text: str) -> Marks:
    """Give how a longer text is written, whatever its length: words, stops, capitals, voice.

    >>> style("WOW!!!")["exclaims"] > style("That holds.")["exclaims"]
    True
    """
    found = tokens(text)
    said = [token for token in found if token[0].isalpha()]
    size = max(len(said), 1)
    letters = max(len(text), 1)
    return {
        "word length": sum(map(len, said)) / size / 5,
        "long words": 5 * sum(len(word) > 7 for word in said) / size,
        "different words": len(set(said[:50])) / min(size, 50),
        "function words": sum(word in FUNCTION_WORDS for word in said) / size,
        "capitals": 10 * sum(letter.isupper() for letter in text) / letters,
        "commas": 10 * text.count(",") / size,
        "stops": 10 * text.count(".") / size,
        "exclaims": 10 * text.count("!") / size,
        "asks": 10 * text.count("?") / size,
        "trails off": 10 * text.count("...") / size,
        "numbers": 10 * found.count(NUMBER) / size,
        "quotes": 10 * text.count('"') / size,
        "link": float("http" in text),
        "begins with a capital": float(text[:1].isupper()),
        "ends with a stop": float(text.rstrip()[-1:] in tuple('.!?"')),
        "self": 10 * sum(word in SELF for word in said) / size,
        "you": 10 * sum(word in YOU for word in said) / size,
    }


@lru_cache(maxsize=2_048)
def content(text: str) -> frozenset[str]:
    """Give the stems of the words of a text that carry content.

    >>> sorted(content("You lost 9 days?"))
    ['day', 'lost']
    """
    return content_of(tokens(text))


def content_of(found: Iterable[str]) -> frozenset[str]:
    """Give the same of a tokenized text."""
    telling = filterfalse(FUNCTION_WORDS.__contains__, found)
    return frozenset([stem(token) for token in telling if token[0].isalpha()])
