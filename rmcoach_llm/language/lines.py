"""A line made ready to be compared: its words as stems, each with how much it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rmcoach_llm.language.layers import Shares, layer_shares
from rmcoach_llm.language.moves import is_check, question_type
from rmcoach_llm.language.vectors import Vector, meaning
from rmcoach_llm.language.words import FUNCTION_WORDS, Sentence, sentences, stem, words

ASIDE = 0.4
"""Weight of the words around a question: a greeting, an acknowledgement, what leads up to it."""

ENOUGH = 2
"""Content words of a question that stands on its own; with fewer, the rest counts in full."""

LONGEST = 80
"""Words of a line that are compared; what comes after them adds nothing."""

ASKS_FOR = frozenset({"who", "when", "where"})
"""Question words that tell what is asked for."""


class Line(NamedTuple):
    """Hold what a line says: stems, weighted terms, meaning, what it is after.

    `spoken` are all stems, `asking` those of its questions alone; `content` are the content stems
    with the weight of each.
    """

    spoken: tuple[str, ...]
    asking: tuple[str, ...]
    content: dict[str, float]
    terms: dict[str, float]
    meaning: Vector
    layers: Shares


@lru_cache(maxsize=2_048)
def read_sample(text: str) -> Line:
    """Make an author's sample question or phrase ready: all its words count."""
    return _line([(words(text), 1.0)])


def read_line(text: str, right: Callable[[str], str] = str) -> Line:
    """Make a trainee's line ready; `right` puts typing slips right.

    >>> read_line("Hello! Who signs the budget?").terms["budget"]
    1.0
    >>> round(read_line("Nice budget. Who signs the invoices?").terms["budget"], 1)
    0.4
    """
    parts = [(part, _asks(part)) for part in sentences(text) if not is_check(part.plain)]
    asked = {w for part, asks in parts if asks for w in words(part.plain)} - FUNCTION_WORDS
    aside = ASIDE if len(asked) >= ENOUGH else 1.0
    weighed: list[tuple[list[str], float]] = []
    room = LONGEST
    # What is asked is taken first, so that a long way up to it does not push it out.
    for part, asks in sorted(parts, key=lambda item: not item[1]):
        taken = words(part.plain)[:room]
        room -= len(taken)
        weighed.append(([right(word) for word in taken], 1.0 if asks else aside))
    return _line(weighed)


def _asks(part: Sentence) -> bool:
    return question_type(part.plain) is not None


def _terms(spoken: list[str]) -> list[str]:
    content = [stem(word) for word in spoken if word not in FUNCTION_WORDS]
    asked = [word for word in dict.fromkeys(spoken) if word in ASKS_FOR]
    return asked + content + [f"{a} {b}" for a, b in pairwise(content)]


def _line(weighed: Iterable[tuple[list[str], float]]) -> Line:
    spoken: list[str] = []
    asking: list[str] = []
    content: dict[str, float] = {}
    weights: Counter[str] = Counter()
    heard: list[tuple[str, float]] = []
    for taken, weight in weighed:
        found = [stem(word) for word in taken]
        spoken += found
        asking += found if weight == 1.0 else []
        for word in taken:
            if word not in FUNCTION_WORDS:
                content[stem(word)] = max(weight, content.get(stem(word), 0.0))
        heard += [(word, weight) for word in found]
        for term in _terms(taken):
            weights[term] += weight  # type: ignore[assignment]  # a Counter of shares
    return Line(
        tuple(spoken),
        tuple(asking),
        content,
        dict(weights),
        meaning(heard),
        layer_shares(asking),
    )
