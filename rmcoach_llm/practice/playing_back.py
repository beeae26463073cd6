"""Say an answer back as a listener would: its weightiest sentences, turned from "I" to "you"."""

from __future__ import annotations

import re

from rmcoach_llm.language.numerals import NUMBER_WORDS, numbers
from rmcoach_llm.language.words import FUNCTION_WORDS, sentences, stems, words

LEAST_WORDS, MOST_WORDS = 8, 26
"""Words of a playback: fewer show nothing, more are parroting."""

CLAUSE_WORDS = 4
"""Least words of a clause that is taken up by itself."""

ASIDE = re.compile(
    r"^(?:(?:and|but|so|as i said|once more|like before|let me tell you|to be honest)\b[,.:]?\s+"
    r"|(?:you know|between the two of us|between us|well|well, still|look|yes|no|oh|ah|hm|fine|fair question"
    r"|honestly|frankly)[,.:]\s+)",
    re.I,
)
ABOUT_TALK = re.compile(
    r"\b(?:i do not like to|i don't like to|i will say|it hurts to say|let us|let me)\b", re.I
)
TURNED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you",
    "my": "your", "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're",
    "we've": "you've", "we'd": "you'd", "we'll": "you'll", "us": "you", "our": "your",
    "ours": "yours", "ourselves": "yourselves", "am": "are",
}  # fmt: skip
_PRONOUN = re.compile(
    r"\b(?:" + "|".join(sorted(TURNED, key=len, reverse=True)) + r")\b(?!')", re.I
)
_SAID_OF_ME = re.compile(r"\b(i) was\b", re.I)


def turned(text: str) -> str:
    """Turn what somebody says of themselves into what one says to them.

    >>> turned("I was late, and my team told me.")
    'you were late, and your team told you.'
    """
    text = _SAID_OF_ME.sub(r"\1 were", text)
    return _PRONOUN.sub(lambda match: TURNED[match.group().lower()], text)


def said_back(answer: str) -> str:
    """Shorten an answer to its weightiest sentences, said to the one who gave it.

    >>> said_back("Well, it hurts to say. Of my 412 people 128 were gone within 90 days.")
    'of your 412 people 128 were gone within 90 days'
    """
    kept = [part for part in _statements(answer) if not ABOUT_TALK.search(part)] or [answer]
    best = max(range(len(kept)), key=lambda place: _weight(kept[place]))
    chosen = kept[best]
    for after in kept[best + 1 :]:
        if len(words(chosen)) >= LEAST_WORDS:
            break
        chosen = f"{chosen}, {_low_start(after)}"
    return _low_start(turned(_shortened(chosen)))


def taken_up(answer: str) -> str:
    """Give the clause of an answer that weighs most, to be repeated in passing.

    >>> taken_up("It took nine working days, where my plan says six. I am used to it.")
    'it took nine working days'
    """
    clauses = [
        clause
        for sentence in _statements(answer)
        for clause in map(_without_aside, re.split(r"[,;:]\s", sentence))
        if len(words(clause)) >= CLAUSE_WORDS
    ]
    if not clauses:
        return said_back(answer)
    return _low_start(turned(max(clauses, key=lambda c: _weight(c) / (3 + len(words(c))))))


def _statements(answer: str) -> list[str]:
    """Give the sentences that state something, without asides and end marks."""
    found = []
    for place in sentences(answer):
        text = answer[place.start : place.end]
        if not text.endswith("?"):
            found.append(_without_aside(text).rstrip(".!\u2026 "))
    return found


def _without_aside(text: str) -> str:
    """Drop "well,", "you know," and the like from the front."""
    text = text.strip()
    while (aside := ASIDE.match(text)) is not None and aside.end() < len(text):
        text = text[aside.end() :]
    return text


def _weight(text: str) -> int:
    """Weigh a text by what it tells: numbers count double."""
    return len(set(stems(text))) + 2 * len(numbers(text))


def _shortened(text: str) -> str:
    """Drop clauses from the end until a text is short enough to be said in one breath."""
    clauses = re.split(r"(?<=[,;:])\s", text)
    while len(clauses) > 1 and len(words(" ".join(clauses))) > MOST_WORDS:
        clauses.pop()
    return " ".join(clauses).rstrip(",;:.?! ")


def _low_start(text: str) -> str:
    first, _, rest = text.partition(" ")
    plain = first.lower().strip(",")
    if plain in FUNCTION_WORDS or plain in NUMBER_WORDS or plain in TURNED.values():
        return f"{first.lower()} {rest}".strip()
    return text
