"""What a file of a service holds: talks as cues, which become transcripts by the common rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rmcoach_llm.domain import FrozenMap, Transcript
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import Cue, transcript_of_cues
from rmcoach_llm.readers.files import MAX_ID_LENGTH, Origin
from rmcoach_llm.readers.json_values import Node
from rmcoach_llm.readers.roles import composed


@dataclass(frozen=True)
class ServiceTalk:
    """Hold one talk of a file: its cues, its own id if it has one, and what is to be noted."""

    cues: Iterable[Cue]
    id: str | None = None
    notes: Mapping[str, str] = field(default_factory=FrozenMap)


def transcript_of_talk(
    talk: ServiceTalk, shape: str, origin: Origin, options: ReadOptions, default_id: str
) -> Transcript:
    """Give the transcript of a talk; the metadata `shape` names the form of the file.

    An end before its start is no time: it is left out, and `ends_left_out` counts them. Raises
    InputError as `transcript_of_cues` does.
    """
    cues = list(talk.cues)
    _refuse_long_names(cues, origin)
    early = sum(_ends_early(cue) for cue in cues)
    if early:
        cues = [replace(cue, ended_s=None) if _ends_early(cue) else cue for cue in cues]
    notes = {"shape": shape, **talk.notes} | ({"ends_left_out": str(early)} if early else {})
    return transcript_of_cues(cues, origin, options, talk.id or default_id, metadata=notes)


def without_speakers(place: Node, remedy: str) -> Exception:
    """Give the error for a talk in which no word has a speaker."""
    return place.origin.error(place.place, "no speaker is named in it", remedy=remedy)


def speaker_on(channel: Node | None, speaker: Node) -> str | None:
    """Name a speaker; where sides have channels, by the channel: `Speaker 1`, or `Speaker 1.0`."""
    own = speaker.label()
    side = channel.label() if channel is not None else None
    return f"{side}.{speaker.value}" if side and own else side or own


def named_by(cues: Iterable[Cue], names: dict[str, str]) -> Iterator[Cue]:
    """Put the names of a table in the place of the labels that cues have as speakers."""
    for cue in cues:
        yield replace(cue, speaker=names.get(cue.speaker or "", cue.speaker))


def _refuse_long_names(cues: list[Cue], origin: Origin) -> None:
    for cue in cues:
        length = len(composed(cue.speaker)) if cue.speaker else 0
        if length > MAX_ID_LENGTH:
            raise origin.error(
                cue.place,
                f"the speaker's name has {length:,} characters, at most {MAX_ID_LENGTH}",
                remedy="shorten it",
            )


def _ends_early(cue: Cue) -> bool:
    return cue.started_s is not None and cue.ended_s is not None and cue.ended_s < cue.started_s
