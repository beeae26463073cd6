"""Cues: pieces of speech with times, as recorders and subtitles give them, made into turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rmcoach_llm.domain import (
    FrozenMap,
    Role,
    Transcript,
    Turn,
    clean_text,
    participants_of,
)
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import MAX_ID_LENGTH, MAX_TURNS, WHOLE_FILE, Origin, visible
from rmcoach_llm.readers.roles import UNKNOWN, RoleRules, composed, roles_of
from rmcoach_llm.readers.speakers import refuse_steering

MOST_UNKNOWN = 3
"""So many cues before the first speaker, such as an announcement, are an unknown speaker's."""


@dataclass(frozen=True)
class Cue:
    """Hold a piece of speech: by whom, if that is said; times in seconds from the start.

    `place` is the locator of the piece in its file, for messages; `role` the one that the file
    states for the speaker.
    """

    speaker: str | None
    text: str
    started_s: float | None = None
    ended_s: float | None = None
    place: str = ""
    role: Role | None = None


Cues = tuple[list[Cue], dict[str, str]]
"""The cues of a talk, and what is to be noted of it."""


@dataclass
class _Draft:
    """Hold a turn that is being put together."""

    speaker: str
    started_s: float | None
    ended_s: float | None
    place: str
    texts: list[str] = field(default_factory=list)


def transcript_of_cues(
    cues: Iterable[Cue],
    origin: Origin,
    options: ReadOptions,
    default_id: str,
    *,
    metadata: Mapping[str, str] = FrozenMap(),
) -> Transcript:
    """Give the talk that cues make up: cues of one speaker in a row are one turn.

    A cue without a speaker goes on with the one before it, and one without words is left out;
    the metadata `cues_continued` and `cues_empty` count them. Up to three cues before the first
    speaker are by `Unknown Speaker`. Raises InputError where more words have no speaker, where nobody is known as the trainee, for a name that steers a
    terminal, and for more than 20,000 turns.

    >>> cues = [Cue("Ada", "What", 0.0, 1.0), Cue(None, "hurts?", 1.0, 2.0), Cue("Bo", "Time.")]
    >>> talk = transcript_of_cues(cues, Origin("a.vtt"), ReadOptions(trainee="Ada"), "a.vtt")
    >>> [(turn.speaker, turn.text, turn.ended_s) for turn in talk.turns]
    [('Ada', 'What hurts?', 2.0), ('Bo', 'Time.', None)]
    """
    drafts, declared, notes = _drafts(cues, origin)
    place = drafts[0].place or WHOLE_FILE
    roles = roles_of(declared, RoleRules.of(options), origin, place)
    turns = tuple(
        Turn(
            speaker=draft.speaker,
            role=roles[draft.speaker],
            text=" ".join(draft.texts),
            started_s=draft.started_s,
            ended_s=draft.ended_s,
        )
        for draft in drafts
    )
    return Transcript(
        id=default_id,
        participants=participants_of(turns),
        turns=turns,
        metadata=FrozenMap({**metadata, **notes}),
    )


def from_first(cues: Sequence[Cue]) -> tuple[list[Cue], dict[str, str]]:
    """Give cues with times counted from the first one; where they run backwards, without, and a note.

    >>> from_first([Cue("Ada", "Hi.", 60.0), Cue("Bo", "Hi.", 75.0)])[0][1].started_s
    15.0
    """
    times = [cue.started_s for cue in cues if cue.started_s is not None]
    if times != sorted(times):
        bare = [replace(cue, started_s=None) for cue in cues]
        return bare, {"times": "left out: they run backwards"}
    return [
        replace(cue, started_s=round(cue.started_s - times[0], 3))
        if cue.started_s is not None
        else cue
        for cue in cues
    ], {}


def _drafts(
    cues: Iterable[Cue], origin: Origin
) -> tuple[list[_Draft], dict[str, Role | None], dict[str, str]]:
    """Give turns, each speaker with the role that the file states, and what is to be noted."""
    drafts: list[_Draft] = []
    declared: dict[str, Role | None] = {}
    continued = empty = 0
    cues, unnamed = _with_unknown(list(cues))
    for cue in cues:
        text = clean_text(" ".join(cue.text.split()))
        if not text:
            empty += 1
            continue
        continued += not (cue.speaker or "").strip()
        name = _speaker(cue, drafts, origin)
        declared[name] = declared.get(name) or cue.role
        if drafts and drafts[-1].speaker == name:
            _go_on(drafts[-1], cue, text)
            continue
        if len(drafts) == MAX_TURNS:
            raise origin.error(
                cue.place or WHOLE_FILE,
                f"too many turns: at most {MAX_TURNS:,} in one talk",
                remedy="split the file",
            )
        drafts.append(_Draft(name, cue.started_s, cue.ended_s, cue.place, [text]))
    if not drafts:
        raise origin.error(WHOLE_FILE, "holds no words", remedy="leave it out, or export it again")
    counts = {
        "cues_continued": continued,
        "cues_empty": empty,
        "cues_of_unknown_speaker": unnamed,
    }
    return drafts, declared, {name: str(count) for name, count in counts.items() if count}


def _with_unknown(cues: list[Cue]) -> tuple[list[Cue], int]:
    """Give the few words before the first speaker to an unknown one, and count their cues."""
    said = [index for index, cue in enumerate(cues) if cue.text.strip()]
    named = [index for index in said if (cues[index].speaker or "").strip()]
    before = [index for index in said if not named or index < named[0]]
    if not 0 < len(before) <= min(MOST_UNKNOWN, len(named)):
        return cues, 0
    known = [replace(cues[index], speaker=UNKNOWN) for index in before]
    return known + cues[before[-1] + 1 :], len(known)


def _go_on(draft: _Draft, cue: Cue, text: str) -> None:
    draft.texts.append(text)
    if cue.ended_s is not None:
        draft.ended_s = max(draft.ended_s or 0.0, cue.ended_s)


def _speaker(cue: Cue, drafts: list[_Draft], origin: Origin) -> str:
    if cue.speaker is None or not cue.speaker.strip():
        if drafts:
            return drafts[-1].speaker
        raise origin.error(
            cue.place or WHOLE_FILE,
            "the first words have no speaker",
            remedy="export it with speakers (diarization), or write 'Name: ' before each turn",
        )
    name = composed(" ".join(cue.speaker.split()))
    if len(name) > MAX_ID_LENGTH:
        raise origin.error(
            cue.place or WHOLE_FILE,
            f"the speaker name '{visible(name, limit=40)}' has {len(name):,} characters",
            remedy=f"use at most {MAX_ID_LENGTH}",
        )
    refuse_steering(name, cue.place or WHOLE_FILE, origin)
    return name
