"""Read what Amazon Transcribe writes: diarized, by channel, and its call analytics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rmcoach_llm.readers.chat_exports import sent_at, talk_from_first
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk, without_speakers
from rmcoach_llm.readers.spoken_words import Word, by_time, cues_of_words

DIARIZE = "transcribe it again with ShowSpeakerLabels, or with a channel for each side"


def is_transcribe(value: object) -> bool:
    """Say whether a value has `results` as Amazon Transcribe writes them."""
    results = value.get("results") if isinstance(value, dict) else None
    own = {"speaker_labels", "channel_labels", "audio_segments", "items"}
    return bool(keys_of(results) & own)


def transcribe_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of a job; raises InputError where no word has a speaker."""
    yield ServiceTalk(_transcribe_cues(document.at("results")), document.at("jobName").identity())


def is_call_analytics(value: object) -> bool:
    """Say whether a value has the `Transcript` of Transcribe Call Analytics."""
    return isinstance(value, dict) and isinstance(value.get("Transcript"), list)


def call_analytics_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of a call or a chat; its sides are named Agent and Customer, which is no role here.

    Amazon Connect keeps who has which role in a table, and joins and the like among what is said:
    those are left out and counted.
    """
    sides = {
        str(person.at("ParticipantId").value): person.at("ParticipantRole")
        for person in document.at("Participants").each()
    }
    parts = list(document.at("Transcript").objects())
    chat = any(part.at("AbsoluteTime").given for part in parts)
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    for part in parts:
        kind = part.at("Type")
        if kind.given and not part.at("Content").given:
            left_out[kind.text().lower()] += 1
            continue
        begins = part.at("BeginOffsetMillis").seconds(1000)
        begins = sent_at(part.at("AbsoluteTime")) if begins is None else begins
        ends = part.at("EndOffsetMillis").seconds(1000)
        said = part.at("Content").text()
        cues.append(Cue(_side(part, sides), said, begins, None if chat else ends, part.place))
    own_id = document.first("JobName", "ContactId").identity()
    yield talk_from_first(cues, own_id, left_out) if chat else ServiceTalk(cues, own_id)


def _side(part: Node, sides: dict[str, Node]) -> str | None:
    role = part.at("ParticipantRole")
    if not role.given:
        role = sides.get(str(part.at("ParticipantId").value), role)
    if not role.given:
        return part.at("ParticipantId").label()
    name = role.label()
    return name.capitalize() if name and name.isupper() else name


def _transcribe_cues(results: Node) -> list[Cue]:
    if results.at("channel_labels").given:
        return _channels(results.at("channel_labels"))
    segments = results.at("audio_segments")
    if segments.given:
        cues = [
            Cue(
                part.at("speaker_label").label(),
                part.at("transcript").text(),
                *part.span("start_time", "end_time"),
                part.place,
            )
            for part in segments.objects()
        ]
        if cues and all(cue.speaker for cue in cues):
            return cues
    speakers = _speakers_by_time(results.at("speaker_labels"))
    words = list(_words(results.at("items"), speakers, None))
    if not any(word.speaker for word in words):
        raise without_speakers(results, DIARIZE)
    return list(cues_of_words(words))


def _channels(labels: Node) -> list[Cue]:
    channels: list[list[Cue]] = []
    for channel in labels.at("channels").objects():
        name = channel.at("channel_label").label()
        words = _words(channel.at("items"), {}, name)
        channels.append(list(cues_of_words(words, pauses=True)))
    return by_time(channels)


def _speakers_by_time(labels: Node) -> dict[float, str]:
    speakers: dict[float, str] = {}
    for segment in labels.at("segments").objects() if labels.given else ():
        whole = segment.at("speaker_label")
        items = segment.at("items")
        for item in items.each():
            own = item.at("speaker_label")
            started, name = item.at("start_time").seconds(), (own if own.given else whole).label()
            if started is not None and name:
                speakers[started] = name
    return speakers


def _words(items: Node, speakers: dict[float, str], channel: str | None) -> Iterator[Word]:
    for item in items.objects():
        best = next(item.at("alternatives").objects(), None)
        if best is None:
            raise item.at("alternatives").wrong("a list with an item")
        started = item.at("start_time").seconds()
        own = item.at("speaker_label").label() or channel
        punctuation = item.at("type").value == "punctuation"
        yield Word(
            own or (speakers.get(started) if started is not None else None),
            best.at("content").text(),
            started,
            item.at("end_time").seconds(),
            item.place,
            glued=punctuation,
        )
