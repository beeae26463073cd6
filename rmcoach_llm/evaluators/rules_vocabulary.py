"""Rules for the words of a trade: terms of the stakeholder's work, and of IT that nobody explained.

Both are lists of words (`language/data/trade_terms.txt`, `it_terms.txt`), written for this project.
Who names a term does not always use it rightly, so these rules see vocabulary and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from rmcoach_llm.evaluators.talk import Line, Said, Talk
from rmcoach_llm.language import words as of_words

DATA = Path(of_words.__file__).parent / "data"


@cache
def _terms(name: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Read a list of terms: by first word, the words of each, the longest first."""
    text = (DATA / f"{name}_terms.txt").read_text(encoding="utf-8")
    parts = text.replace("\n", ";").split(";") if ";" in text else text.split()
    found: dict[str, set[tuple[str, ...]]] = {}
    for part in parts:
        if term := tuple(of_words.words(part)):
            found.setdefault(term[0], set()).add(term)
    return {
        first: tuple(sorted(terms, key=lambda t: (-len(t), t))) for first, terms in found.items()
    }


def terms_in(text: str, name: str) -> list[str]:
    """Give the terms of a list, `trade` or `it`, that a text names, in order.

    >>> terms_in("Is the cut-off for accruals the same?", "trade")
    ['cut off', 'accruals']
    """
    known, own = _terms(name), of_words.words(text)
    return [
        " ".join(term)
        for place, word in enumerate(own)
        if word in known
        for term in known[word]
        if tuple(own[place : place + len(term)]) == term
    ]


def named_terms(talk: Talk, name: str) -> Iterator[tuple[Line, Said, set[str], set[str]]]:
    """Yield each sentence that names terms: those the stakeholder had named before, and the others."""
    heard: set[str] = set()
    for line in talk.lines:
        heard.update(terms_in(line.new, name))
        for said in line.said:
            if own := set(terms_in(said.plain, name)):
                yield line, said, own & heard, own - heard
