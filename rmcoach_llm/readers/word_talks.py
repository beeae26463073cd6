"""Read what recognisers of speech write word by word: ElevenLabs, Soniox, Speechmatics, Watson."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.roles import UNKNOWN
from rmcoach_llm.readers.service_talks import ServiceTalk, without_speakers
from rmcoach_llm.readers.spoken_words import Word, by_time, cues_of_words

DIARIZE = "transcribe it again with diarization (speakers)"
NOT_KNOWN = "UU"
"""Speechmatics' label for a voice that it could not tell."""
HESITATION = "%HESITATION"
"""What stands for an `er` with Watson."""


def is_elevenlabs(value: Any) -> bool:
    """Say whether a value has words with a `speaker_id`, or channels of such, by ElevenLabs."""
    holder = first_of(value.get("transcripts")) if isinstance(value, dict) else None
    words = (holder if isinstance(holder, dict) else value).get("words") if value else None
    return {"text", "speaker_id"} <= keys_of(first_of(words))


def elevenlabs_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; each channel of several is a speaker."""
    channels = document.at("transcripts")
    if channels.given:
        cues = by_time(
            list(
                cues_of_words(
                    _spaced_words(part.at("words"), part.at("channel_index").label()), pauses=True
                )
            )
            for part in channels.objects()
        )
    else:
        cues = list(cues_of_words(_spaced_words(document.at("words"), None)))
    yield _talk(cues, document, document.first("transcription_id", "request_id"))


def _spaced_words(words: Node, channel: str | None) -> Iterator[Word]:
    """Give words between which the spaces are items of their own."""
    items = list(words.objects())
    spaced = any(item.at("type").value == "spacing" for item in items)
    glued = False
    for item in items:
        if item.at("type").value == "spacing":
            glued = False
            continue
        yield Word(
            channel or item.at("speaker_id").label(),
            item.at("text").text(),
            *item.span(),
            item.place,
            glued=glued,
        )
        glued = spaced


def is_soniox(value: Any) -> bool:
    """Say whether a value has tokens with times in `start_ms`, by Soniox."""
    tokens = value.get("tokens") if isinstance(value, dict) else None
    return {"text", "start_ms"} <= keys_of(first_of(tokens))


def soniox_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; a token is a part of a word, unless it begins with a space."""
    words = (
        Word(
            token.at("speaker").label(),
            token.at("text").text().strip(),
            *token.span("start_ms", "end_ms", 1000),
            token.place,
            glued=not token.at("text").text()[:1].isspace() and not _changes(token, before),
        )
        for before, token in _with_before(document.at("tokens"))
    )
    yield _talk(cues_of_words(words), document, document.first("id", "transcription_id"))


def _with_before(tokens: Node) -> Iterator[tuple[Node | None, Node]]:
    before: Node | None = None
    for token in tokens.objects():
        yield before, token
        before = token


def _changes(token: Node, before: Node | None) -> bool:
    return before is None or before.at("speaker").value != token.at("speaker").value


def is_speechmatics(value: Any) -> bool:
    """Say whether a value has results of one word each, as Speechmatics writes them."""
    results = value.get("results") if isinstance(value, dict) else None
    return {"type", "start_time", "alternatives"} <= keys_of(first_of(results))


def speechmatics_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; with channels, each of them is a speaker."""
    results = list(document.at("results").objects())
    channels: dict[str | None, list[Word]] = defaultdict(list)
    for item in results:
        readings = item.at("alternatives")
        best = next(readings.objects(), None) if readings.given else None
        if best is None:
            continue
        channel = item.at("channel").label()
        channels[channel].append(_speechmatics_word(item, best, channel))
    several = len(channels) > 1
    cues = by_time(list(cues_of_words(words, pauses=True)) for words in channels.values())
    plain = (word for words in channels.values() for word in words)
    yield _talk(cues if several else cues_of_words(plain), document, document.at("job", "id"))


def _speechmatics_word(item: Node, best: Node, channel: str | None) -> Word:
    label = best.at("speaker").label()
    voice = UNKNOWN if label == NOT_KNOWN else label
    mark = item.at("type").value == "punctuation" or item.at("attaches_to").value == "previous"
    return Word(
        channel or voice,
        best.at("content").text(),
        *item.span("start_time", "end_time"),
        item.place,
        glued=mark,
    )


def is_watson(value: Any) -> bool:
    """Say whether a value has results with `timestamps`, or `speaker_labels`, by IBM Watson."""
    results = value.get("results") if isinstance(value, dict) else None
    first = first_of(results)
    if "alternatives" not in keys_of(first):
        return False
    best = first_of(first["alternatives"]) if isinstance(first, dict) else None
    return isinstance(value.get("speaker_labels"), list) or "timestamps" in keys_of(best)


def watson_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; a word's speaker is the label that begins when the word does."""
    speakers = {
        label.at("from").seconds(): label.at("speaker").label()
        for label in document.at("speaker_labels").each()
    }
    words = [
        word
        for result in document.at("results").objects()
        for best in list(result.at("alternatives").objects())[:1]
        for word in _watson_words(best.at("timestamps"), speakers)
    ]
    yield _talk(list(cues_of_words(words)), document, document.at("id"))


def _watson_words(stamps: Node, speakers: dict[float | None, str | None]) -> Iterator[Word]:
    for stamp in stamps.items() if stamps.given else ():
        parts = list(stamp.items())
        if len(parts) < 3:
            raise stamp.wrong("a word with its start and end")
        started = parts[1].seconds()
        if parts[0].text() != HESITATION:
            yield Word(
                speakers.get(started), parts[0].text(), started, parts[2].seconds(), stamp.place
            )


def _talk(cues: Iterable[Cue], document: Node, own: Node) -> ServiceTalk:
    cues = list(cues)
    if not any(cue.speaker for cue in cues):
        raise without_speakers(document, DIARIZE)
    return ServiceTalk(cues, own.identity())
