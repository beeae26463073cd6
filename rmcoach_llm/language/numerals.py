"""Numbers in a text, as digits or spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rmcoach_llm.language.words import plain

NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {word: value for value, word in enumerate(UNITS)} | {
    word: 10 * place for place, word in enumerate(TENS, start=2)
}


def numbers(text: str) -> set[str]:
    """Give the numbers in a text as digits, number words below a hundred included, but not "one".

    >>> sorted(numbers("Nine days, twenty-seven firms, 1,400 euros and 2.6 million."))
    ['1400', '2.6', '27', '9']
    """
    low = plain(text)
    found = {n.rstrip(".,").replace(",", "") for n in NUMERAL.findall(low)}
    return found | {str(value) for value in _spelled_out(low)}


def _spelled_out(low: str) -> Iterator[int]:
    """Yield the numbers written as words; "one" is mostly no number, "hundred" says how many."""
    tens = 0
    for word in [*re.findall(r"[a-z]+", low), ""]:
        value = NUMBER_WORDS.get(word, 0)
        if tens and 0 < value < 10:
            yield tens + value
            tens = 0
            continue
        if tens:
            yield tens
        tens = value if value >= 20 else 0
        if 1 < value < 20:
            yield value
        elif word == "hundred":
            yield 100
