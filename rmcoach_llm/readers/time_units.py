"""Tell milliseconds from seconds where a file does not say which it writes: by the words said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rmcoach_llm.readers.cues import Cue

ENOUGH = 2
"""So many pieces of speech must have a start and an end."""
FEWEST_WORDS_A_SECOND = 0.02
"""Who says less than a word in 50 s within a piece of speech does not speak; people say two or three a second."""


def in_likely_unit(cues: Sequence[Cue]) -> tuple[list[Cue], dict[str, str]]:
    """Give cues whose times are taken for milliseconds, and a note, where they can be no seconds.

    That is so where all are whole numbers, pieces have starts and ends, and as seconds less than a
    word in 50 s would be said in them, but not as milliseconds.

    >>> cues = [Cue("Ada", "How are you?", 0.0, 1500.0), Cue("Bo", "Fine.", 2100.0, 3000.0)]
    >>> in_likely_unit(cues)[0][1].started_s
    2.1
    """
    pieces = [
        (len(cue.text.split()), cue.ended_s - cue.started_s)
        for cue in cues
        if cue.text.strip() and cue.started_s is not None and cue.ended_s is not None
    ]
    words, lasting = (sum(part) for part in zip(*pieces, strict=True)) if pieces else (0, 0.0)
    times = [time for cue in cues for time in (cue.started_s, cue.ended_s) if time is not None]
    if len(pieces) < ENOUGH or lasting <= 0 or not all(time.is_integer() for time in times):
        return list(cues), {}
    rate = words / lasting
    if not rate < FEWEST_WORDS_A_SECOND <= 1000 * rate:
        return list(cues), {}
    note = f"read as milliseconds: as seconds, a word would take {lasting / words:,.0f} s"
    scaled = [
        replace(cue, started_s=_scaled(cue.started_s), ended_s=_scaled(cue.ended_s)) for cue in cues
    ]
    return scaled, {"times": note}


def _scaled(time: float | None) -> float | None:
    return None if time is None else time / 1000
