"""Read a JSON list of who said what, under whatever keys: as the table that it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rmcoach_llm.domain import FrozenMap, Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.json_shapes import OWN_KEYS
from rmcoach_llm.readers.json_values import Node, first_of, speaker_name
from rmcoach_llm.readers.speakers import is_name
from rmcoach_llm.readers.table_columns import MEANINGS, WORDS, Row, plain_heading
from rmcoach_llm.readers.table_talks import talks_of_rows

NAME = "spoken-list"
HOLDERS = (
    *("transcript", "transcripts", "transcription", "utterances", "segments", "entries"),
    *("transcriptentries", "paragraphs", "sentences", "phrases", "monologues", "lines", "blocks"),
    *(
        "dialogue",
        "dialog",
        "conversation",
        "speech",
        "captions",
        "cues",
        "results",
        "result",
        "turns",
    ),
    *("transcriptobject", "transcriptblock", "interwoventranscript", "conversationtranscript"),
    *("speechsegments", "speakerblocks", "messages", "artifact", "call", "data", "items", "body"),
    *("response", "content"),
)
"""Keys under which such a list may stand, case and signs aside; the first found is taken."""
DEPTH = 3
"""So many keys are gone down at most."""

_TEXTS = frozenset(MEANINGS["text"]) - {WORDS}
_SPEAKERS = frozenset(MEANINGS["speaker"])
_ROLES = frozenset(MEANINGS["role"])
_SIDE_KEYS = (
    *("channelname", "participantpurpose", "participanttype", "speakertype", "sendertype"),
    *("source", "channel", "mediachannel", "type"),
)
_CHANNELS = ("channel", "mediachannel")
"""What says who speaks where nothing else does: only where it is a word for a side of a talk."""
_SIDES = frozenset(
    (
        *("agent", "customer", "client", "caller", "callee", "user", "assistant", "bot", "human"),
        *("ai", "rep", "representative", "advisor", "adviser", "seller", "buyer", "prospect"),
        *("interviewer", "interviewee", "candidate", "internal", "external", "microphone"),
        *("system", "host", "guest", "me", "them", "you", "inbound", "outbound", "speaker"),
    )
)
_NAMES = ("name", "displayname", "username", "label", "email", "id")
"""What names a speaker who is an object."""
_WORDS = ("text", "word", "punctuatedword", "value", "content")
_WORD_TIMES = {
    "start": ("start", "starttime", "datastart", "starttimestamp"),
    "end": ("end", "endtime", "dataend", "endtimestamp"),
}
_PEOPLE = frozenset(("speakers", "participants", "attendees", "users", "people", "members"))
_PERSON_IDS = ("id", "speakerid", "participantid", "userid")
_LOOSE = frozenset(("name", "content", "body", "line"))
"""Keys that are in many lists which are no talk: two of them alone make no piece of speech."""
_READ = frozenset(name for names in MEANINGS.values() for name in names) - {"id", WORDS}


def is_piece(value: Any) -> bool:
    """Say whether a value is a piece of speech: an object with who speaks, and a text or words.

    >>> is_piece({"speakerName": "Ada", "spokenText": "Hi"}), is_piece({"text": "Hi"})
    (True, False)
    """
    plain = _plain(value)
    text, speaker = _TEXTS & plain.keys(), (_SPEAKERS | _ROLES) & plain.keys()
    words = isinstance(plain.get(WORDS), (list, str))
    side = None if speaker else _side_key(plain)
    sure = words or side or (text | speaker) - _LOOSE
    return bool((text or words) and (speaker or side) and sure)


def piece_list(value: Any) -> tuple[list[Any], str] | None:
    """Give a list of pieces of speech and its locator, where a document is one or holds one.

    >>> piece_list({"data": {"transcript": [{"speaker": "Ada", "text": "Hi"}]}})[1]
    '$.data.transcript'
    """
    return _found(value, "$", DEPTH)


def talks_of_pieces(
    pieces: Iterable[Node],
    origin: Origin,
    options: ReadOptions,
    notes: Mapping[str, str] = FrozenMap(),
    people: Mapping[str, str] = FrozenMap(),
) -> Iterator[Transcript | InputError]:
    """Yield the talks of pieces by the rules of tables, a key being a heading; `people` name speakers.

    A speaker who is an object gives its name; a piece without a text gives its words. Raises
    InputError as `talks_of_rows` does, and for a piece that is no object.

    >>> line = Node({"who": {"name": "Ada"}, "say": 1, "speaker": "Ada", "text": "Hi"}, "$", Origin("a"))
    >>> [talk.turns[0].text for talk in talks_of_pieces([line], Origin("a"), ReadOptions(trainee="Ada"))]
    ['Hi']
    """
    read = [(piece.place, _cells(piece, people)) for piece in pieces]
    headings = list(dict.fromkeys(key for _, cells in read for key in cells))
    rows = [Row(origin.root, headings)]
    rows += [Row(place, [cells.get(key, "") for key in headings]) for place, cells in read]
    yield from talks_of_rows(rows, origin, options, even=False, notes={"shape": NAME, **notes})


def people_of(record: Any) -> dict[str, str]:
    """Give the names that a record lists beside its talk, by the name that an id has as a speaker.

    >>> people_of({"speakers": [{"id": 1, "name": "Ada"}], "transcript": []})
    {'Speaker 1': 'Ada'}
    """
    lists = (item for key, item in _plain(record).items() if key in _PEOPLE)
    people = [_plain(person) for listed in lists if isinstance(listed, list) for person in listed]
    found: dict[str, str] = {}
    for person in people:
        key = next((person[name] for name in _PERSON_IDS if name in person), None)
        name = person.get("name")
        if type(key) in (str, int) and isinstance(name, str) and name.strip():
            found.setdefault(speaker_name(str(key)), name.strip())
    return found


def _found(value: Any, place: str, depth: int) -> tuple[list[Any], str] | None:
    if isinstance(value, list):
        pieces = value if is_piece(first_of(value)) else _of_pairs(value)
        return (pieces, place) if pieces else None
    if not isinstance(value, dict) or not depth or _is_own(value):
        return None
    if depth == DEPTH and OWN_KEYS - {"turns"} & value.keys() and _is_chat(value):
        return None
    plain = {plain_heading(key): key for key in reversed(value)}
    for name in HOLDERS:
        if name in plain:
            found = _found(value[plain[name]], f"{place}.{plain[name]}", depth - 1)
            if found:
                return found
    return None


def _of_pairs(items: list[Any]) -> list[Any]:
    """Give pieces of speech where each item is a name and a text, and names come back; none otherwise.

    >>> _of_pairs([{"Ada": "Hi."}, {"Bo": "Hi."}, {"Ada": "So?"}])[1]
    {'speaker': 'Bo', 'text': 'Hi.'}
    """
    pairs: list[tuple[str, str]] = []
    for item in items:
        found = [*item.items()] if isinstance(item, dict) else [item]
        if len(found) != 1 or not isinstance(found[0], (list, tuple)) or len(found[0]) != 2:
            return []
        name, text = found[0]
        if not (isinstance(name, str) and isinstance(text, str) and is_name(name)):
            return []
        pairs.append((name, text))
    names = {name for name, _ in pairs}
    if len(names) == len(pairs) or _READ & {plain_heading(name) for name in names}:
        return []
    return [{"speaker": name, "text": text} for name, text in pairs]


def _is_own(value: dict[str, Any]) -> bool:
    """Say whether an object has turns as this program writes them; those of others have other keys or roles."""
    if "turns" not in value:
        return False
    first = first_of(value["turns"])
    if not isinstance(first, dict) or not is_piece(first):
        return True
    sides = _SIDES - {"system", "assistant", "user"}
    other = "speaker" not in first and plain_heading(str(first.get("role", ""))) in sides
    return "text" in first and not other


def _is_chat(value: dict[str, Any]) -> bool:
    """Say whether messages are those of a chat, which has a form of its own."""
    first = first_of(value.get("messages"))
    return not (isinstance(first, dict) and is_piece(first)) or bool(
        {"role", "value"} & first.keys()
    )


def _side_key(plain: Mapping[str, Any]) -> str | None:
    """Give the key whose value is a word for a side, such as `source: agent`, or a channel's number."""
    found = (key for key in _SIDE_KEYS if isinstance(plain.get(key), str))
    word = next((key for key in found if plain_heading(plain[key]) in _SIDES), None)
    return word or next((key for key in _CHANNELS if type(plain.get(key)) is int), None)


def _plain(value: Any) -> dict[str, Any]:
    return (
        {plain_heading(key): item for key, item in value.items()} if isinstance(value, dict) else {}
    )


def _cells(piece: Node, people: Mapping[str, str]) -> dict[str, str]:
    """Give the cells of a piece by key; those that mean nothing in a table are left out."""
    if not isinstance(piece.value, dict):
        raise piece.wrong("an object")
    cells = {
        key: cell
        for key, value in piece.value.items()
        if plain_heading(key) in _READ and (cell := _cell(value, plain_heading(key))) is not None
    }
    plain = _plain(piece.value)
    side = None if (_SPEAKERS | _ROLES) & plain.keys() else _side_key(plain)
    cells |= {"speaker": speaker_name(str(plain[side]))} if side else {}
    words = plain.get(WORDS)
    if words and not _TEXTS & {plain_heading(key) for key in cells}:
        cells |= _of_words(words) if isinstance(words, list) else {"text": str(words)}
    speakers = (key for key in cells if plain_heading(key) in _SPEAKERS)
    return cells | {key: people.get(cells[key], cells[key]) for key in speakers}


def _cell(value: Any, meaning: str) -> str | None:
    """Give what a value would be in a cell of a table; None for what no cell holds."""
    if isinstance(value, dict):
        plain = _plain(value)
        if meaning in _SPEAKERS:
            return next(
                (cell for name in _NAMES if (cell := _cell(plain.get(name), meaning))), None
            )
        return _cell(plain.get("relative"), meaning)
    if isinstance(value, str):
        return speaker_name(value) if meaning in _SPEAKERS else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if meaning in _SPEAKERS:
        return speaker_name(str(value))
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _of_words(words: list[Any]) -> dict[str, str]:
    """Give the text of words, and when the first began and the last ended."""
    plain = [_plain(word) for word in words]
    texts = [str(next((word[name] for name in _WORDS if name in word), "")) for word in plain]
    spaced = any(text[:1].isspace() or text[-1:].isspace() for text in texts)
    cells = {"text": ("" if spaced else " ").join(texts)}
    for meaning, at in (("start", 0), ("end", -1)):
        times = plain[at] if plain else {}
        names = (name for name in _WORD_TIMES[meaning] if name in times)
        found = next((cell for name in names if (cell := _cell(times[name], meaning))), None)
        if found:
            cells[meaning] = found
    return cells
