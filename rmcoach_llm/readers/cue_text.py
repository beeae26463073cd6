"""See through the text of subtitles: voices, tags, entities, lines that roll on."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_TAG = re.compile(
    r"<(?P<end>/?)(?P<tag>v|c|i|b|u|s|ruby|rt|lang|font)(?:\.[^\s<>]*)?"
    r"(?:\s(?P<name>[^<>]*))?>|<[0-9][0-9:.]*>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_WORD_TIME = re.compile(r"<[0-9]+:[0-9:.]+>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


@dataclass(frozen=True)
class Voice:
    """Hold what one voice says in a block; None is the voice that no tag names."""

    name: str | None
    text: str


@dataclass(frozen=True)
class Voices:
    """Hold the voices of a block in their order, and how many tags within words were ignored."""

    said: tuple[Voice, ...]
    ignored: int = 0


def voices_of(text: str) -> Voices:
    r"""Split a block's text at its `<v Name>` tags, other tags taken out, entities decoded once.

    A voice begins at the start of a line or after `</v>`. A `<v Name>` amid the words of another
    voice changes nothing: those words stay with the voice that began.

    >>> voices_of("<v Ada>What &amp; why?</v>\n<v Bo>Time.").said
    (Voice(name='Ada', text='What & why?'), Voice(name='Bo', text='Time.'))
    >>> voices_of("<v Ada>hi <v Bo>I was great")
    Voices(said=(Voice(name='Ada', text='hi I was great'),), ignored=1)
    """
    pieces: list[tuple[str | None, list[str]]] = [(None, [])]
    text = _BREAK.sub("\n", text)
    ignored = at = 0
    open_voice = False
    for match in _TAG.finditer(text):
        pieces[-1][1].append(text[at : match.start()])
        at = match.end()
        if (match["tag"] or "").lower() != "v":
            continue
        if match["end"]:
            open_voice = False
            pieces.append((None, []))
        elif open_voice and not _at_line_start(pieces[-1][1]):
            ignored += 1
        else:
            open_voice = True
            pieces.append((decoded(match["name"] or "").strip() or None, []))
    pieces[-1][1].append(text[at:])
    joined = ((name, decoded("".join(parts))) for name, parts in pieces)
    return Voices(
        tuple(Voice(name, said) for name, said in joined if name or said.strip()), ignored
    )


def json_voice(text: str) -> Voice | None:
    """Give the voice of a cue that is JSON, as Teams' metadata has it; None for any other text.

    >>> json_voice('{"speakerName": "Ada", "spokenText": "Why?", "spokenLanguage": "en-us"}')
    Voice(name='Ada', text='Why?')
    """
    if not text.startswith("{") or "spokenText" not in text:
        return None
    try:
        cue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    name, said = (cue.get(key) for key in ("speakerName", "spokenText"))
    return Voice(name, said) if isinstance(name, str) and isinstance(said, str) else None


def decoded(text: str) -> str:
    """Decode the entities of a text once; what looks like one without a semicolon is text.

    >>> decoded("R&amp;D, &amp;lt; AT&T &copy")
    'R&D, &lt; AT&T &copy'
    """
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def has_word_times(lines: Sequence[str]) -> bool:
    """Say whether captions were made word by word, as those are that roll on the screen.

    >>> has_word_times(["what<00:00:01.500><c> hurts</c>"])
    True
    """
    return any(_WORD_TIME.search(line) for line in lines)


def without_repeats(blocks: Sequence[Sequence[str]]) -> list[list[str]]:
    """Take out of rolling captions the lines that repeat the last line of the block before.

    >>> without_repeats([["a"], ["a", "b<0:01><c> c</c>"], ["b c", " "], ["b c", "d"]])
    [['a'], ['b<0:01><c> c</c>'], [' '], ['d']]
    """
    shown = ""
    kept: list[list[str]] = []
    for lines in blocks:
        fresh: list[str] = []
        for line in lines:
            plain = " ".join(decoded(_TAG.sub("", line)).split())
            if plain and plain == shown and not any(part.strip() for part in fresh):
                continue
            fresh.append(line)
            shown = plain or shown
        kept.append(fresh)
    return kept


def _at_line_start(parts: list[str]) -> bool:
    said = "".join(parts).rstrip(" \t")
    return not said or said.endswith("\n")
