"""Read utterances that stand alone, each with the talk it belongs to, as ConvoKit writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rmcoach_llm.errors import InputError
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk

SHAPE = "convokit"
TALK_KEYS = ("conversation_id", "root")
SPEAKER_KEYS = ("speaker", "user")


def is_utterance(value: object) -> bool:
    """Say whether a value is one utterance of a talk, by ConvoKit."""
    keys = keys_of(value)
    return "text" in keys and bool(keys.intersection(TALK_KEYS) and keys.intersection(SPEAKER_KEYS))


@dataclass
class _Talk:
    """Hold what has been read of a talk; `fault` is the first problem of one of its lines."""

    cues: list[Cue] = field(default_factory=list)
    fault: InputError | None = None


@dataclass
class Utterances:
    """Gather utterances by talk, in the order of the file.

    >>> from rmcoach_llm.readers.files import Origin
    >>> heard = Utterances()
    >>> line = {"conversation_id": "c1", "speaker": "Ada", "text": "Hi", "timestamp": 5}
    >>> heard.add(Node(line, "$", Origin("a.jsonl", line=1)))
    >>> [(talk.id, talk.cues) for talk in heard.talks()]
    [('c1', [Cue(speaker='Ada', text='Hi', started_s=0.0, ended_s=None, place='line 1', role=None)])]
    """

    _talks: dict[str, _Talk] = field(default_factory=dict)

    def add(self, line: Node) -> None:
        """Take an utterance; a fault in it is kept for its talk. Raises InputError without an id."""
        whose = line.first(*TALK_KEYS)
        talk_id = whose.identity()
        if talk_id is None:
            raise whose.wrong("the id of a talk")
        talk = self._talks.setdefault(talk_id, _Talk())
        if talk.fault is None:
            try:
                talk.cues.append(_cue(line))
            except InputError as error:
                talk.fault = error

    def talks(self) -> Iterator[ServiceTalk | InputError]:
        """Give each talk, or what was wrong with a line of it."""
        for talk_id, talk in self._talks.items():
            yield talk.fault or ServiceTalk(_from_start(talk.cues), talk_id)


def _cue(line: Node) -> Cue:
    number = line.origin.line
    return Cue(
        line.first(*SPEAKER_KEYS).label(),
        line.at("text").text_or(""),
        line.at("timestamp").moment(),
        None,
        line.place if number is None else f"line {number}",
    )


def _from_start(cues: list[Cue]) -> list[Cue]:
    first = min((cue.started_s for cue in cues if cue.started_s is not None), default=0.0)
    return [
        cue if cue.started_s is None else replace(cue, started_s=round(cue.started_s - first, 3))
        for cue in cues
    ]
