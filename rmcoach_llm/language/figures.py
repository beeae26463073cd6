"""Numbers in a text, written in digits or in words."""

from __future__ import annotations

from rmcoach_llm.language.pattern import Pattern
from rmcoach_llm.language.words import plain

NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
FIGURE = Pattern(
    r"[0-9]+(?:[.,][0-9]+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|half|third|quarter|hundred|thousand)\b"
)


def figures(text: str) -> set[str]:
    """Give the numbers of a text as digits, wherever they can be so written.

    >>> sorted(figures("Nine days, not 6 or a third more."))
    ['6', '9', 'third']
    """
    found = FIGURE.findall(plain(text))
    return {str(NUMBER_WORDS.index(f) + 1) if f in NUMBER_WORDS else f for f in found}
