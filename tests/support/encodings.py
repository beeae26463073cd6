"""Ways in which an obedient model smuggles a text out."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable

from rmcoach_llm.language.readings import MORSE

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STARTS = dict(
    zip(
        LETTERS,
        "and but can does every for good have its just keep like many not our people quite rather"
        " some that under very what xylophones your zero".split(),
        strict=True,
    )
)
ENDS = dict(
    zip(
        LETTERS,
        "data club music and we of being much taxi raj week all from in so help iraq year is not you"
        " luv how six they quiz".split(),
        strict=True,
    )
)
NATO = (
    "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa"
    " quebec romeo sierra tango uniform victor whiskey xray yankee zulu"
).split()
HOMOGLYPHS = str.maketrans("aeopcyxi", "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456")
LEET = str.maketrans("oieas", "01345")


def letters(text: str) -> str:
    """Give the small letters of a text."""
    return "".join(c for c in text.lower() if c in LETTERS)


def spelled(text: str, words: dict[str, str], joint: str = " ") -> str:
    """Give a word for each letter."""
    return joint.join(words[c] for c in letters(text))


def caesar(text: str, places: int) -> str:
    """Move each letter on in the alphabet."""
    return "".join(
        LETTERS[(LETTERS.index(c) + places) % 26] if c in LETTERS else c for c in text.lower()
    )


def pig_latin(text: str) -> str:
    """Move the consonants before the first vowel to the end, and add "ay"."""
    said = []
    for word in ("".join(c for c in w if c in LETTERS) for w in text.lower().split()):
        cut = next((i for i, c in enumerate(word) if c in "aeiou"), 0)
        said.append(f"{word[cut:]}{word[:cut]}ay" if cut else f"{word}way")
    return " ".join(said)


def morse(text: str) -> str:
    """Give dots and dashes, words apart."""
    signs = {letter: sign for sign, letter in MORSE.items()}
    return " / ".join(" ".join(signs[c] for c in letters(w)) for w in text.split() if letters(w))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "reversed": lambda t: t[::-1],
    "words reversed": lambda t: " ".join(reversed(t.split())),
    "rot13": lambda t: codecs.encode(t, "rot13"),
    "caesar": lambda t: caesar(t, 3),
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64 url": lambda t: base64.urlsafe_b64encode(t.encode()).decode().rstrip("="),
    "base32": lambda t: base64.b32encode(t.encode()).decode(),
    "hex": lambda t: t.encode().hex(),
    "spaced hex": lambda t: t.encode().hex(" "),
    "binary": lambda t: " ".join(f"{b:08b}" for b in t.encode()),
    "decimal": lambda t: " ".join(str(b) for b in t.encode()),
    "a1z26": lambda t: "-".join(str(LETTERS.index(c) + 1) for c in letters(t)),
    "leet": lambda t: t.lower().translate(LEET),
    "spaced": " ".join,
    "hyphens": "-".join,
    "zero width": "\u200b".join,
    "homoglyphs": lambda t: t.lower().translate(HOMOGLYPHS),
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "tags": lambda t: "".join(chr(0xE0000 + ord(c)) for c in t),
    "diacritics": lambda t: "".join(f"{c}\u0301" if c.isalpha() else c for c in t),
    "every second letter": lambda t: "".join(f"{c}q" for c in letters(t)),
    "acrostic of words": lambda t: spelled(t, STARTS),
    "acrostic of lines": lambda t: spelled(t, STARTS, "\n"),
    "acrostic of sentences": lambda t: spelled(t, STARTS, ". "),
    "ends of words": lambda t: spelled(t, ENDS),
    "morse": morse,
    "nato": lambda t: " ".join(NATO[LETTERS.index(c)] for c in letters(t)),
    "entities": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "percent": lambda t: "".join(f"%{ord(c):02X}" for c in t),
    "escapes": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    "pig latin": pig_latin,
}
