"""Join words with times and speakers into cues, as recognisers of speech give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rmcoach_llm.readers.cues import Cue

PAUSE_S = 1.0
"""A silence after which a speaker on a channel of their own begins anew."""


class Word(NamedTuple):
    """Hold a word: by whom, when in seconds; `glued` to the word before it, as a comma is."""

    speaker: str | None
    text: str
    started_s: float | None = None
    ended_s: float | None = None
    place: str = ""
    glued: bool = False


def cues_of_words(words: Iterable[Word], *, pauses: bool = False) -> Iterator[Cue]:
    """Give a cue for the words in a row of one speaker; with `pauses`, a silence ends it, too.

    A word without a speaker goes on with the one before it.

    >>> words = [Word("A", "Hi"), Word(None, ",", glued=True), Word("A", "Bo"), Word("B", "Yes")]
    >>> [(cue.speaker, cue.text) for cue in cues_of_words(words)]
    [('A', 'Hi, Bo'), ('B', 'Yes')]
    """
    run: list[Word] = []
    ended: float | None = None
    for word in words:
        if run and (_is_other(word, run[0]) or (pauses and _is_late(word, ended))):
            yield _cue(run)
            run, ended = [], None
        run.append(word)
        ended = ended if word.ended_s is None else word.ended_s
    if run:
        yield _cue(run)


def by_time(channels: Iterable[Iterable[Cue]]) -> list[Cue]:
    """Give the cues of several channels in the order in which they begin."""
    cues = [cue for channel in channels for cue in channel]
    return sorted(cues, key=lambda cue: cue.started_s or 0.0)


def _is_other(word: Word, first: Word) -> bool:
    return bool(word.speaker) and not word.glued and word.speaker != first.speaker


def _is_late(word: Word, ended: float | None) -> bool:
    return ended is not None and word.started_s is not None and word.started_s - ended >= PAUSE_S


def _cue(run: list[Word]) -> Cue:
    parts: list[str] = []
    for word in run:
        if parts and not word.glued:
            parts.append(" ")
        parts.append(word.text)
    return Cue(
        speaker=run[0].speaker,
        text="".join(parts),
        started_s=next((w.started_s for w in run if w.started_s is not None), None),
        ended_s=next((w.ended_s for w in reversed(run) if w.ended_s is not None), None),
        place=run[0].place,
    )
