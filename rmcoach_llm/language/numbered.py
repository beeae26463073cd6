"""Put a talk before a model as numbered JSON lines: no text in it can look like the next turn."""

from __future__ import annotations

import json

from rmcoach_llm.domain import Transcript
from rmcoach_llm.language.folding import hidden


def transcript_lines(transcript: Transcript, *, start: int = 0) -> str:
    r"""Give a transcript from turn `start` on, one turn a line; what shows nothing is left out.

    JSON escapes quotes and line breaks, so that no text can look like the next turn. Names of
    speakers are left out: the role says who is who.

    >>> print(transcript_lines(Transcript.of("t", [("Al", "trainee", 'a\n"}b')])))
    {"turn":0,"role":"trainee","text":"a\n\"}b"}
    """
    return "\n".join(
        f'{{"turn":{index},"role":"{turn.role}","text":{_JSON.encode(visible(turn.text))}}}'
        for index, turn in enumerate(transcript.turns)
        if index >= start
    )


_JSON = json.JSONEncoder(ensure_ascii=False)


def visible(text: str) -> str:
    r"""Leave out what shows nothing; line and paragraph separators become line breaks.

    >>> visible("a\u200bb\u2028c")
    'ab\nc'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(character for character in text if not hidden(character))
    return kept.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
