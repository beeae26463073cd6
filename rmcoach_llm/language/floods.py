"""Find one sentence, sign or run of words many times over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rmcoach_llm.language.glances import Glance
from rmcoach_llm.language.pattern import Regex
from rmcoach_llm.language.suspects import Suspect, clauses

FLOOD_REPEATS = 10
"""From so many times on, one sentence over and over is a flood."""

LEAST_GAPS = 2 * (FLOOD_REPEATS + 1)
"""So many words of a run that is a flood have a space or a comma behind them."""

LONGEST_RUN = 200
"""Of one sign: so many are a flood."""

LEAST_AGAIN = 2 * FLOOD_REPEATS - 1
"""So many words of such a run have come before; its first one may be joined to a mark."""

_ONE_SIGN = Regex(rf"(\S)\1{{{LONGEST_RUN - 1},}}")
_REPEATED_WORDS = Regex(rf"\b((?:\w+[ ,]+){{2,6}}?)(?:\1){{{FLOOD_REPEATS},}}", re.I)


def floods(text: str, glance: Glance) -> Iterator[Suspect]:
    """See one sentence, or one run of up to six words, many times over."""
    places: dict[str, list[tuple[int, int]]] = {}
    # Each clause but the last ends with a sign.
    for start, end in clauses(text) if _signs_of_ends(text) >= FLOOD_REPEATS - 1 else ():
        places.setdefault(text[start:end].casefold(), []).append((start, end))
    for clause, spans in places.items():
        if len(spans) >= FLOOD_REPEATS and len(clause) > 3:
            yield Suspect("flood", spans[0][0], spans[-1][1], f"one sentence {len(spans)} times")
    for long in _ONE_SIGN.finditer(text) if len(text) >= LONGEST_RUN else ():
        yield Suspect("flood", *long.span(), "one sign over and over")
    again = _REPEATED_WORDS.search(text) if _says_often(text, glance) else None
    if again:
        yield Suspect("flood", *again.span(), "the same words over and over")


def _signs_of_ends(text: str) -> int:
    return text.count(".") + text.count("?") + text.count("!") + text.count("\n")


def _says_often(text: str, glance: Glance) -> bool:
    """Say whether a text has so many words, and one of them so often, as a run that is a flood."""
    commas = text.count(",")
    # Each comma may part one word more, and make a word of two that has stood before.
    if glance.again is not None and glance.again + 2 * commas < LEAST_AGAIN:
        return False
    if text.count(" ") + commas < LEAST_GAPS:
        return False
    small = text.casefold()
    if small.isascii():  # most are ruled out by how few of their words come again
        parts = small.replace(",", " ").split()
        if len(parts) - len(set(parts)) < LEAST_AGAIN:
            return False
    said = Counter(re.findall(r"\w+", small))
    return max(said.values(), default=0) > FLOOD_REPEATS
