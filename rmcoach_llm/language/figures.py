"""Numbers in a text, written in digits or in words."""

from __future__ import annotations

from rmcoach_llm.language.pattern import Pattern, Regex
from rmcoach_llm.language.words import plain, remembered

NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
FIGURE = Pattern(
    r"[0-9]+(?:[.,][0-9]+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|half|third|quarter|hundred|thousand)\b"
)
_FIGURES = Regex(FIGURE.pattern)
"""Most turns hold one: to look first whether a match is possible costs more than it saves."""

_DIGITS = {word: str(number) for number, word in enumerate(NUMBER_WORDS, start=1)}


@remembered
def figures(text: str) -> frozenset[str]:
    """Give the numbers of a text as digits, wherever they can be so written.

    >>> sorted(figures("Nine days, not 6 or a third more."))
    ['6', '9', 'third']
    """
    found = _FIGURES.findall(plain(text))
    return frozenset(_DIGITS.get(each, each) for each in found)
