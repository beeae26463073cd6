"""Read what Google Speech-to-Text writes, in which words come more than once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk, without_speakers
from rmcoach_llm.readers.spoken_words import Word, cues_of_words

DIARIZE = "transcribe it again with speaker diarization, or with a channel for each side"


def is_google(value: Any) -> bool:
    """Say whether a value has a list of results with alternatives, by itself or as a `response`."""
    keys = keys_of(value)
    whole = value if "results" in keys else value.get("response") if "response" in keys else None
    results = whole.get("results") if isinstance(whole, dict) else None
    return isinstance(results, list) and any("alternatives" in keys_of(item) for item in results)


def google_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk, each word of it once.

    With diarization a result repeats words: one that begins with all words so far takes their
    place. Where just the last has speakers, it alone counts; it must then have all the words.
    Without, the channel of each result is its speaker. Raises InputError where neither is there.
    """
    whole = document if "results" in keys_of(document.value) else document.at("response")
    results = [_Result(result) for result in whole.at("results").objects()]
    cues = list(cues_of_words(_told_once(results, whole.at("results"))))
    if not cues:
        cues = [cue for result in results for cue in result.channel()]
    if not cues:
        raise without_speakers(whole.at("results"), DIARIZE)
    yield ServiceTalk(cues, document.first("requestId", "name").identity())


class _Result:
    """Hold a result: its words, or its text as that of a channel."""

    def __init__(self, node: Node) -> None:
        alternatives = node.at("alternatives")
        best = next(alternatives.objects(), None) if alternatives.given else None
        self.node, self.best = node, best
        self.words = list(_words(best.at("words"))) if best is not None else []
        self.spoken = any(word.speaker for word in self.words)

    @property
    def size(self) -> int:
        """Count the words of the result, which may have a text alone."""
        if self.words or self.best is None:
            return len(self.words)
        return len(self.best.at("transcript").text_or("").split())

    def channel(self) -> list[Cue]:
        """Give the cue of a result that has a channel of its own."""
        channel = self.node.first("channelTag", "channel_tag")
        if self.best is None or not channel.given:
            return []
        transcript = self.best.at("transcript").text_or(" ".join(w.text for w in self.words))
        started = next((w.started_s for w in self.words), None)
        end = self.node.first("resultEndTime", "resultEndOffset", "result_end_time")
        return [Cue(channel.label(), transcript, started, _seconds(end), self.node.place)]


def _told_once(results: list[_Result], whole: Node) -> list[Word]:
    words: list[Word] = []
    silent = 0
    for result in results:
        if not result.spoken:
            silent += result.size
        elif len(result.words) >= len(words) and all(map(_same, result.words, words)):
            words = list(result.words)
        else:
            words.extend(result.words)
    if words and silent > len(words):
        raise whole.origin.error(
            whole.place,
            f"{silent:,} words have no speaker, and just {len(words):,} are told again with one",
            remedy=DIARIZE,
        )
    return words


def _same(one: Word, two: Word) -> bool:
    return (one.text, one.started_s) == (two.text, two.started_s)


def _words(words: Node) -> Iterator[Word]:
    for word in words.each():
        label = word.first("speakerLabel", "speaker_label", "speakerTag", "speaker_tag")
        yield Word(
            None if label.value == 0 else label.label(),
            word.at("word").text(),
            _seconds(word.first("startTime", "startOffset", "start_time", "start_offset")),
            _seconds(word.first("endTime", "endOffset", "end_time", "end_offset")),
            word.place,
        )


def _seconds(time: Node) -> float | None:
    """Give a time that is a text with an `s`, a number, or an object of seconds and nanoseconds."""
    if not isinstance(time.value, dict):
        return time.seconds()
    return (time.at("seconds").seconds() or 0.0) + (time.at("nanos").seconds(1e9) or 0.0)
