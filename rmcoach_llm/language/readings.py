"""Every way in which a text may hide another one, undone: codes, ciphers, acrostics, look-alikes.

`disguises` looks for spans that stand out; here the whole text is read in each way, to find out
whether any reading holds something known.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator
from functools import lru_cache

from rmcoach_llm.language.disguises import LETTERS, LOOK_ALIKES, MORSE

TAGS = range(0xE0020, 0xE007F)
LEET = str.maketrans("013457@$!|", "oieastasil")
SHIFTS = tuple(str.maketrans(LETTERS, LETTERS[k:] + LETTERS[:k]) for k in range(1, 26))
ONSETS = frozenset(
    "str spr scr spl squ thr shr chr sch bl br ch cl cr dr fl fr gl gr kn ph pl pr qu sc sh sk sl"
    " sm sn sp st sw th tr tw wh wr".split()
)
"""Groups of consonants with which English words begin: what pig Latin moves to the end."""

_WORD = re.compile(r"\w+")
_CODE = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,6}")
_DOTS = re.compile(r"[.\-]+")
_DASHES = str.maketrans("\u2013\u2014\u00b7\u2022\u2212", "--..-")
_SENTENCE = re.compile(r"(?:^|[.!?]\s+)(\w)")
_HEX = re.compile(r"\b[0-9a-fA-F]{2}\b")
_BITS = re.compile(r"\b[01]{8}\b")
_NUMBER = re.compile(r"\b\d{2,3}\b")
_PLACE = re.compile(r"\b\d{1,2}\b")
_ESCAPE = re.compile(r"\\u\{?([0-9a-fA-F]{4,5})\}?|\\x([0-9a-fA-F]{2})")
_PIG = re.compile(r"\b([a-z]+)ay\b")
_SINGLES = re.compile(r"(?:(?<!\w)\w(?!\w)[\W_]{0,3}){6,}")


def folded(text: str) -> str:
    """Give small Latin letters without marks, hidden characters and look-alikes.

    >>> folded("\\uff23or\\u200bv\\u00e5ne")
    'corvane'
    """
    if text.isascii():
        return text.lower()
    kept = []
    for character in unicodedata.normalize("NFKD", text):
        code = ord(character)
        if code in TAGS:
            kept.append(chr(code - 0xE0000))
        elif character in "\n\t" or unicodedata.category(character) not in ("Cf", "Mn", "Cc", "Me"):
            kept.append(LOOK_ALIKES.get(character, character))
    return "".join(kept).casefold()


def squeezed(text: str) -> str:
    """Give the letters and digits of a text, folded and in one run.

    >>> squeezed("KESTREL - 44 71")
    'kestrel4471'
    """
    return re.sub(r"[\W_]+", "", folded(text))


def near_readings(text: str) -> Iterator[str]:
    """Yield, in small letters, what a text says without a code: of honest text the text itself.

    That is as it stands, with digits as letters, its escapes undone, its words backwards.
    """
    low = folded(text)
    yield low
    yield low.translate(LEET)
    if "&" in text:
        yield folded(html.unescape(text))
    if "%" in text:
        yield folded(urllib.parse.unquote(text))
    if "\\" in text:
        yield folded(_ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text))
    yield " ".join(reversed(low.split()))


def coded_readings(text: str) -> Iterator[str]:
    """Yield, squeezed, what a text says if it is read in each code; of honest text it is noise."""
    low = folded(text)
    run = squeezed(low)
    yield run[::-1]
    yield from (run.translate(shift) for shift in SHIFTS)
    yield run[::2]
    yield run[1::2]
    words = _WORD.findall(low)
    yield "".join(word[0] for word in words)
    yield "".join(word[-1] for word in words)
    yield "".join(line.strip()[:1] for line in low.splitlines())
    yield "".join(_SENTENCE.findall(low))
    yield "".join(squeezed(found) for found in _SINGLES.findall(low))
    for read in (_pig_latin, _morse, _hex, _binary, _decimal, _places):
        yield read(text)
    for code in _CODE.findall(text):
        yield from _decoded(code)


@lru_cache(maxsize=4_096)
def _decoded(code: str) -> tuple[str, ...]:
    """Give what a run of letters and digits holds in base 64, 32 or 16."""
    bare = code.rstrip("=")
    standard = bare.replace("-", "+").replace("_", "/")
    said = (
        _bytes(base64.b64decode, _whole(standard, 4, (0, 2, 3))),
        _bytes(base64.b32decode, _whole(bare.upper(), 8, (0, 2, 4, 5, 7))),
        _bytes(binascii.unhexlify, bare[: len(bare) // 2 * 2]),
    )
    return tuple(text for text in said if text)


def _whole(code: str, size: int, ends: tuple[int, ...]) -> str:
    """Cut a code to whole bytes, as a stream may stop anywhere, and pad it."""
    while len(code) % size not in ends:
        code = code[:-1]
    return code + "=" * (-len(code) % size)


def _bytes(read: Callable[[str], bytes], code: str) -> str:
    """Give what some bytes say, or nothing."""
    try:
        return squeezed(read(code).decode("utf-8", errors="ignore"))
    except (binascii.Error, ValueError):
        return ""


def _pig_latin(text: str) -> str:
    """Read the words that end as pig Latin does; "today" and "say" alone give noise."""
    return "".join(_unpigged(word) for word in _PIG.findall(folded(text)))


def _unpigged(word: str) -> str:
    """Put the moved consonants of a pig Latin word, "ay" cut off, to its front again.

    >>> [_unpigged(word) for word in ("orvanec", "ingstr", "isth", "everyw")]
    ['corvane', 'string', 'this', 'every']
    """
    if word[-1:] in ("w", "y") and word[:1] in "aeiou" and len(word) > 2:
        return word[:-1]
    size = next((n for n in (3, 2) if word[-n:] in ONSETS and len(word) > n), 1)
    return word[-size:] + word[:-size]


def _morse(text: str) -> str:
    return "".join(MORSE.get(sign, "") for sign in _DOTS.findall(text.translate(_DASHES)))


def _hex(text: str) -> str:
    return squeezed(bytes(int(pair, 16) for pair in _HEX.findall(text)).decode("latin-1"))


def _binary(text: str) -> str:
    return squeezed("".join(chr(int(bits, 2)) for bits in _BITS.findall(text)))


def _decimal(text: str) -> str:
    return squeezed("".join(chr(int(n)) for n in _NUMBER.findall(text) if 32 <= int(n) < 127))


def _places(text: str) -> str:
    """Read numbers as places in the alphabet."""
    return "".join(LETTERS[int(n) - 1] for n in _PLACE.findall(text) if 1 <= int(n) <= 26)
