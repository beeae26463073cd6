"""Read what recorders of meetings keep for themselves: Otter's speech and Zoom's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.roles import UNKNOWN
from rmcoach_llm.readers.service_talks import ServiceTalk

OTTER_PER_SECOND = 16_000
"""Otter's offsets count samples of the sound, not milliseconds: public clients of it divide by this."""


def is_otter(value: Any) -> bool:
    """Say whether a value is a speech of Otter, or holds one."""
    keys = keys_of(value)
    speech = value["speech"] if "speech" in keys else value
    first = (
        keys_of(first_of(speech.get("transcripts"))) if isinstance(speech, dict) else frozenset()
    )
    return "transcript" in first and bool(first & {"speaker_id", "speaker_model_label"})


def otter_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; a speaker without a name is `Speaker 1`, by the voice, or unknown."""
    speech = document.at("speech") if "speech" in keys_of(document.value) else document
    names = {
        row.at("id").identity(): row.first("speaker_name", "name").label()
        for row in speech.at("speakers").each()
    }
    cues = [_otter_cue(part, names) for part in speech.at("transcripts").objects()]
    yield ServiceTalk(cues, speech.first("otid", "speech_id").identity())


def _otter_cue(part: Node, names: dict[str | None, str | None]) -> Cue:
    own = part.at("speaker_id").identity()
    named = names.get(own) if own else None
    label = named or part.first("speaker_name", "speaker_model_label").label()
    return Cue(
        label or UNKNOWN,
        part.at("transcript").text_or(""),
        *part.span("start_offset", "end_offset", OTTER_PER_SECOND),
        part.place,
    )


def is_zoom(value: Any) -> bool:
    """Say whether a value has Zoom's `timeline` with what was said."""
    first = keys_of(first_of(value.get("timeline"))) if isinstance(value, dict) else frozenset()
    return {"text", "ts"} <= first


def zoom_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; where several people speak at once, their names stand together."""
    cues = [
        Cue(
            _zoom_names(part.at("users")),
            part.at("text").text_or(""),
            part.at("ts").clock(),
            part.at("end_ts").clock(),
            part.place,
        )
        for part in document.at("timeline").objects()
    ]
    yield ServiceTalk(cues, document.first("recording_id", "meeting_id").identity())


def _zoom_names(users: Node) -> str | None:
    named = (
        (user.first("username", "user_id").label() for user in users.objects())
        if users.given
        else ()
    )
    return ", ".join(name for name in named if name) or None
