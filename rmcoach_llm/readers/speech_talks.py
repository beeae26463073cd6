"""Read what recognisers of speech write: Deepgram, AssemblyAI, Gladia, WhisperX and Whisper."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk, speaker_on, without_speakers
from rmcoach_llm.readers.spoken_words import Word, by_time, cues_of_words
from rmcoach_llm.readers.time_units import in_likely_unit


def is_deepgram(value: object) -> bool:
    """Say whether a value has `results` with channels or utterances, as Deepgram writes them."""
    results = value.get("results") if isinstance(value, dict) else None
    return bool(keys_of(results) & {"channels", "utterances"})


def deepgram_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk: by utterances, else paragraphs, else words, whichever have speakers."""
    results = document.at("results")
    cues = _utterances(list(results.at("utterances").each()), "transcript")
    if not any(cue.speaker for cue in cues):
        cues = _deepgram_channels(results)
    if not any(cue.speaker for cue in cues):
        raise without_speakers(results, "transcribe it again with diarize=true")
    yield ServiceTalk(cues, document.at("metadata", "request_id").identity())


def _utterances(parts: list[Node], text: str) -> list[Cue]:
    """Give utterances, whose words stand under the key `text`; several channels part the speakers."""
    several = len({repr(part.at("channel").value) for part in parts}) > 1
    return [
        Cue(
            speaker_on(part.at("channel") if several else None, part.at("speaker")),
            part.at(text).text(),
            *part.span(),
            part.place,
        )
        for part in parts
    ]


def _deepgram_channels(results: Node) -> list[Cue]:
    channels = list(results.at("channels").objects()) if results.at("channels").given else []
    several = len(channels) > 1
    spoken: list[list[Cue]] = []
    for number, channel in enumerate(channels):
        best = next(channel.at("alternatives").objects(), None)
        if best is None:
            continue
        side = Node(number, channel.place, channel.origin) if several else None
        paragraphs = best.at("paragraphs", "paragraphs")
        cues = list(_deepgram_paragraphs(paragraphs, side)) if paragraphs.given else []
        if not all(cue.speaker for cue in cues) or not cues:
            cues = list(cues_of_words(_deepgram_words(best.at("words"), side), pauses=several))
        spoken.append(cues)
    return by_time(spoken) if several else [cue for cues in spoken for cue in cues]


def _deepgram_paragraphs(paragraphs: Node, side: Node | None) -> Iterator[Cue]:
    for part in paragraphs.objects():
        speaker = speaker_on(side, part.at("speaker"))
        for sentence in part.at("sentences").objects():
            yield Cue(speaker, sentence.at("text").text(), *sentence.span(), sentence.place)


def _deepgram_words(words: Node, side: Node | None) -> Iterator[Word]:
    for word in words.each():
        yield Word(
            speaker_on(side, word.at("speaker")),
            word.first("punctuated_word", "word").text(),
            *word.span(),
            word.place,
        )


def is_assemblyai(value: object) -> bool:
    """Say whether a value has utterances, or words beside a link to the sound, by AssemblyAI."""
    keys = keys_of(value)
    if isinstance(value, dict) and value.get("utterances"):
        return not isinstance(value["utterances"], list) or _has_text(value["utterances"])
    return "utterances" in keys or {"words", "audio_url"} <= keys


def _has_text(utterances: list[object]) -> bool:
    return "text" in keys_of(first_of(utterances))


def assemblyai_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; times are in milliseconds, or in seconds where one of them has a fraction.

    Utterances of other services have the same form, with seconds. Raises InputError where no speaker
    is named.
    """
    utterances = document.at("utterances")
    if utterances.given and utterances.value != []:
        parts = list(utterances.objects())
        times = [part.at(key).value for part in parts for key in ("start", "end")]
        broken = any(isinstance(time, float) and not time.is_integer() for time in times)
        unit = 1.0 if broken else 1000.0
        cues = [
            Cue(
                part.first("speaker", "channel").label(),
                part.at("text").text(),
                *part.span(per_second=unit),
                part.place,
            )
            for part in parts
        ]
    else:
        cues = list(cues_of_words(_assemblyai_words(document.at("words"))))
    if not any(cue.speaker for cue in cues):
        raise without_speakers(document, "transcribe it again with speaker_labels: true")
    yield ServiceTalk(cues, document.at("id").identity())


def _assemblyai_words(words: Node) -> Iterator[Word]:
    for word in words.each():
        yield Word(
            word.at("speaker").label(),
            word.at("text").text(),
            *word.span(per_second=1000),
            word.place,
        )


def is_gladia(value: object) -> bool:
    """Say whether a value has `result.transcription.utterances`, as Gladia writes them."""
    result = value.get("result") if isinstance(value, dict) else None
    spoken = result.get("transcription") if isinstance(result, dict) else None
    return "utterances" in keys_of(spoken)


def gladia_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; where several channels have no speakers, each channel is one."""
    parts = document.at("result", "transcription", "utterances").objects()
    cues = _utterances(list(parts), "text")
    if not any(cue.speaker for cue in cues):
        raise without_speakers(document.at("result"), "transcribe it again with diarization: true")
    yield ServiceTalk(cues, document.at("id").identity())


def is_whisper(value: object) -> bool:
    """Say whether a value has `segments` with text or words, as Whisper and its kin write them."""
    segments = value.get("segments") if isinstance(value, dict) else None
    return isinstance(segments, list) and (
        not segments or bool(keys_of(segments[0]) & {"text", "words"})
    )


def whisper_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; a segment whose words have speakers of their own is split by them."""
    cues = [cue for part in document.at("segments").objects() for cue in _segment(part)]
    if not any(cue.speaker for cue in cues):
        raise without_speakers(
            document.at("segments"), "run it with speakers (whisperx --diarize), or add 'speaker'"
        )
    cues, notes = in_likely_unit(cues)
    yield ServiceTalk(cues, notes=notes)


def _segment(part: Node) -> list[Cue]:
    text = part.at("text").text()
    speaker = part.first(
        "speaker", "speaker_name", "speakerName", "speaker_label", "speaker_id"
    ).label()
    words = list(_whisper_words(part.at("words")))
    speakers = {word.speaker for word in words if word.speaker}
    whole = _bare("".join(word.text for word in words)) == _bare(text)
    if whole and len(speakers) > 1:
        words[0] = words[0]._replace(speaker=words[0].speaker or speaker)
        return list(cues_of_words(words))
    alone = next(iter(speakers)) if len(speakers) == 1 else None
    times = part.first("start", "startTime").clock(), part.first("end", "endTime").clock()
    return [Cue(speaker or alone, text, *times, part.place)]


def _whisper_words(words: Node) -> Iterator[Word]:
    found = list(words.objects()) if words.given else []
    texts = [word.first("word", "text").text() for word in found]
    spaced = any(text[:1].isspace() for text in texts)
    for word, text in zip(found, texts, strict=True):
        yield Word(
            word.at("speaker").label(),
            text.strip(),
            *word.span(),
            word.place,
            glued=spaced and not text[:1].isspace(),
        )


def _bare(text: str) -> str:
    return "".join(text.split())
