"""Read what Azure's speech service writes: batch transcription of each version, and the fast one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk, speaker_on, without_speakers
from rmcoach_llm.readers.spoken_words import by_time

DIARIZE = "transcribe it again with diarization, or with a channel for each side"
TICKS = 10_000_000
"""Ticks of 100 nanoseconds in a second."""

_LISTS = ("recognizedPhrases", "RecognizedPhrases", "SegmentResults", "phrases")
_LENGTH = re.compile(
    r"PT(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?", re.ASCII
)


def is_azure(value: Any) -> bool:
    """Say whether a value has the phrases of Azure's speech service, in any of its versions."""
    keys = keys_of(value)
    if "AudioFileResults" in keys:
        return "SegmentResults" in keys_of(first_of(value["AudioFileResults"]))
    return bool(keys & set(_LISTS[:3])) or {"combinedPhrases", "phrases"} <= keys


def azure_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of each sound file: phrases in the order of time, of their best reading.

    Raises InputError where neither speakers nor several channels are there.
    """
    files = document.at("AudioFileResults")
    for talk in files.objects() if files.given else [document]:
        phrases = talk.first(*_LISTS)
        found = list(phrases.objects())
        several = len({repr(_channel(phrase).value) for phrase in found}) > 1
        cues = by_time([[cue for phrase in found if (cue := _cue(phrase, several))]])
        if not any(cue.speaker for cue in cues):
            raise without_speakers(phrases, DIARIZE)
        yield ServiceTalk(cues)


def _cue(phrase: Node, several: bool) -> Cue | None:
    """Give the cue of a phrase, or None where nothing was understood."""
    readings = phrase.first("nBest", "NBest")
    best = next(readings.objects(), None) if readings.given else phrase
    if best is None:
        return None
    text = best.first("display", "Display", "text", "lexical", "Lexical")
    if not text.given:
        return None
    started = _time(phrase, "offset")
    length = _time(phrase, "duration")
    ended = None if started is None or length is None else round(started + length, 6)
    return Cue(_speaker(phrase, best, several), text.text(), started, ended, phrase.place)


def _channel(phrase: Node) -> Node:
    return phrase.first("channel", "Channel", "ChannelNumber")


def _speaker(phrase: Node, best: Node, several: bool) -> str | None:
    own = phrase.first("speaker", "Speaker", "SpeakerId")
    own = own if own.given else best.first("speaker", "Speaker")
    return speaker_on(_channel(phrase) if several else None, own)


def _time(phrase: Node, name: str) -> float | None:
    """Give a time in seconds: ticks, milliseconds, or a length such as `PT1M2.5S`.

    A bare number is milliseconds in a phrase of the fast form, ticks in the oldest one.
    """
    ticks = phrase.first(f"{name}InTicks", f"{name.capitalize()}InTicks")
    if ticks.given:
        return ticks.seconds(TICKS)
    milliseconds = phrase.at(f"{name}Milliseconds")
    if milliseconds.given:
        return milliseconds.seconds(1000)
    bare = phrase.first(name, name.capitalize())
    length = _LENGTH.fullmatch(bare.value) if isinstance(bare.value, str) else None
    if length:
        hours, minutes, seconds = (float(part or 0) for part in length.groups())
        return hours * 3600 + minutes * 60 + seconds
    return bare.seconds(1000 if phrase.at(name).given else TICKS)
