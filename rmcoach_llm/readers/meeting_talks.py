"""Read what recorders of meetings and calls write: Gong, Fireflies and Fathom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk


def is_gong(value: Any) -> bool:
    """Say whether a value has Gong's `callTranscripts`, or is one of them."""
    keys = keys_of(value)
    if "callTranscripts" in keys:
        return True
    return "transcript" in keys and "sentences" in keys_of(first_of(value["transcript"]))


def gong_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of each call; times are in milliseconds, names come from `parties`."""
    calls = document.at("callTranscripts")
    shared = _gong_names(document.at("parties"))
    for call in document.at("calls").each():
        shared |= _gong_names(call.at("parties"))
    for call in calls.objects() if calls.given else [document]:
        names = shared | _gong_names(call.at("parties"))
        yield ServiceTalk(_gong_cues(call, names), call.at("callId").identity())


def _gong_cues(call: Node, names: dict[str, str]) -> Iterator[Cue]:
    for monologue in call.at("transcript").objects():
        label = monologue.at("speakerId").label()
        # What copies answers of Gong into a store of its own may keep the text alone.
        whole = not monologue.at("sentences").given and monologue.at("text").given
        for sentence in [monologue] if whole else monologue.at("sentences").objects():
            yield Cue(
                names.get(label or "", label),
                sentence.at("text").text(),
                sentence.first("start", "start_ms").seconds(1000),
                sentence.first("end", "end_ms").seconds(1000),
                sentence.place,
            )


def _gong_names(parties: Node) -> dict[str, str]:
    names: dict[str, str] = {}
    for party in parties.each():
        label, name = party.at("speakerId").label(), party.at("name").label()
        if label and name:
            names[label] = name
    return names


def is_fireflies(value: Any) -> bool:
    """Say whether a value has sentences as Fireflies gives them: alone, or in its answers."""
    keys = keys_of(value)
    if "data" in keys:
        held = value["data"]
        several = keys_of(first_of(held.get("transcripts"))) if isinstance(held, dict) else {}
        return "sentences" in several or (
            "transcript" in keys_of(held) and not isinstance(held["transcript"], list)
        )
    if "transcript" in keys:
        return "sentences" in keys_of(value["transcript"])
    first = keys_of(first_of(value["sentences"])) if "sentences" in keys else frozenset()
    return "sentences" in keys and not ("transcript" in first and "text" not in first)


def is_fireflies_list(items: list[Any]) -> bool:
    """Say whether a list is that of the sentences of a talk."""
    keys = keys_of(first_of(items))
    return "speaker_name" in keys and bool(keys & {"text", "raw_text", "sentence"})


def fireflies_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of each transcript; an answer to a query may hold several."""
    if isinstance(document.value, list):
        yield ServiceTalk(_fireflies_cues(document))
        return
    holder = document.at("data") if "data" in keys_of(document.value) else document
    several = holder.at("transcripts")
    one = holder.at("transcript") if "transcript" in keys_of(holder.value) else holder
    for talk in several.objects() if several.given else [one]:
        yield ServiceTalk(_fireflies_cues(talk.at("sentences")), talk.at("id").identity())


def _fireflies_cues(sentences: Node) -> Iterator[Cue]:
    for sentence in sentences.objects():
        yield Cue(
            sentence.first("speaker_name", "speaker_id").label(),
            sentence.first("text", "raw_text", "sentence").text(),
            sentence.first("start_time", "startTime").clock(),
            sentence.first("end_time", "endTime").clock(),
            sentence.place,
        )


def is_fathom(value: Any) -> bool:
    """Say whether a value has a transcript whose speakers have a `display_name`, by Fathom."""
    return isinstance(value, dict) and is_fathom_list(value.get("transcript"))


def is_fathom_list(items: Any) -> bool:
    """Say whether a list is that of the lines of a talk by Fathom."""
    first = first_of(items)
    return isinstance(first, dict) and "display_name" in keys_of(first.get("speaker"))


def fathom_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of a meeting; times are `hh:mm:ss` from its start."""
    if isinstance(document.value, list):
        yield ServiceTalk(_fathom_cues(document))
    else:
        own = document.first("recording_id", "id").identity()
        yield ServiceTalk(_fathom_cues(document.at("transcript")), own)


def _fathom_cues(lines: Node) -> Iterator[Cue]:
    for line in lines.objects():
        yield Cue(
            line.at("speaker", "display_name").label(),
            line.at("text").text(),
            line.at("timestamp").clock(),
            None,
            line.place,
        )
