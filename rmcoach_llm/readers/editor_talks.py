"""Read what editors of transcripts write: a table of speakers beside monologues or segments."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of, speaker_name
from rmcoach_llm.readers.service_talks import ServiceTalk, named_by
from rmcoach_llm.readers.spoken_words import Word, cues_of_words


def is_rev(value: object) -> bool:
    """Say whether a value has `monologues`, as Rev writes them."""
    return isinstance(value, dict) and isinstance(value.get("monologues"), list)


def rev_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk: elements of the service, or spans of its editor.

    Elements bring the spaces between them; spans of which none does are words.
    """
    names = _names(document.at("speakers"))
    cues = [_monologue(part, names) for part in document.at("monologues").objects()]
    yield ServiceTalk(cues, document.first("id", "job_id").identity())


def _monologue(part: Node, names: dict[str, str]) -> Cue:
    spans = part.at("spans")
    pieces = list((spans if spans.given else part.at("elements")).objects())
    texts = [piece.at("value").text() for piece in pieces]
    bare = spans.given and not any(text != text.strip() for text in texts)
    starts = [piece.first("ts", "start_ts", "timestamp").clock() for piece in pieces]
    ends = [piece.first("end_ts", "endTs", "end_timestamp").clock() for piece in pieces]
    given = part.first("speaker_name", "speaker")
    stated = part.at("speaker_info", "display_name")
    label = stated.label() if stated.given and stated.value != "" else given.label()
    return Cue(
        names.get(label or "", label),
        (" " if bare else "").join(texts),
        next((time for time in starts if time is not None), None),
        next((time for time in reversed(ends) if time is not None), None),
        part.place,
    )


def is_amberscript(value: object) -> bool:
    """Say whether a value has a list of speakers beside segments of words, as by Amberscript."""
    return (
        isinstance(value, dict)
        and "words" in keys_of(first_of(value.get("segments")))
        and isinstance(value.get("speakers"), list)
    )


def amberscript_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; the table of speakers gives the names."""
    names = _names(document.at("speakers"))
    cues: list[Cue] = []
    for segment in document.at("segments").objects():
        speaker = segment.at("speaker").label()
        cues += cues_of_words(_amberscript_words(segment.at("words"), speaker))
    yield ServiceTalk(list(named_by(cues, names)), document.first("id", "recordId").identity())


def _amberscript_words(words: Node, speaker: str | None) -> Iterator[Word]:
    for word in words.objects():
        yield Word(speaker, word.at("text").text(), *word.span(), word.place)


def is_speaker_table(value: object) -> bool:
    """Say whether a value has segments whose labels a table of `speakers` names."""
    return isinstance(value, dict) and "speakerLabel" in keys_of(first_of(value.get("segments")))


def speaker_table_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of a published podcast transcript (podwhisperer's form)."""
    names = _names(document.at("speakers"))
    cues = [
        Cue(part.at("speakerLabel").label(), part.at("text").text(), *part.span(), part.place)
        for part in document.at("segments").objects()
    ]
    yield ServiceTalk(list(named_by(cues, names)), document.at("id").identity())


def _names(table: Node) -> dict[str, str]:
    """Give names by label: a table is an object, or a list of objects with an id and a name."""
    if not table.given:
        return {}
    if isinstance(table.value, dict):
        pairs = [(label, table.at(label).label()) for label in table.value]
        return {speaker_name(label): name for label, name in pairs if name}
    names: dict[str, str] = {}
    for index, row in enumerate(table.items()):
        if isinstance(row.value, dict):
            label = row.first("spkid", "id", "speaker").label() or speaker_name(str(index))
            name = row.first("name", "display_name").label()
        else:
            label, name = speaker_name(str(index)), row.label()
        if name:
            names[label] = name
    return names
