"""Read transcripts from JSON and JSON Lines files, in whatever known form their values have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from rmcoach_llm.domain import Transcript
from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.assistant_exports import chat_of_export, is_assistant_export
from rmcoach_llm.readers.chat_messages import is_chat_message
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, decoded_line, open_source
from rmcoach_llm.readers.json_shapes import KNOWN, OWN_KEYS, Shape, shape_of
from rmcoach_llm.readers.json_talks import check_version, transcript_of
from rmcoach_llm.readers.json_values import Node, first_of
from rmcoach_llm.readers.line_files import open_lines
from rmcoach_llm.readers.roles import RoleRules, composed
from rmcoach_llm.readers.service_talks import transcript_of_talk
from rmcoach_llm.readers.slack import is_slack, is_slack_table, slack_talks, users_beside
from rmcoach_llm.readers.spoken_lists import is_piece, people_of, piece_list, talks_of_pieces
from rmcoach_llm.readers.strict_json import EXPORT_AGAIN, kind_of, parse_json
from rmcoach_llm.readers.talks_within import (
    is_whole_talk,
    record_id,
    talk_list,
    talks_in_text,
    wrapped_talk,
)
from rmcoach_llm.readers.utterance_lines import SHAPE as UTTERANCES
from rmcoach_llm.readers.utterance_lines import Utterances, is_utterance

Read = Iterator[Transcript | InputError]


class JsonReader:
    """Read one transcript, or a list of them, from a JSON document."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)

    def read(self, path: Path, options: ReadOptions) -> Read:
        """Yield each transcript; in a list, an InputError takes the place of a bad one.

        Raises InputError where the document as a whole cannot be read.
        """
        source = open_source(path, options)
        value = parse_json(source.text(), source.origin)
        records = _Records(source.origin, options, RoleRules.of(options))
        shape = shape_of(value)
        if shape is not None and is_slack(value):
            names = users_beside(path, options)
            shape = replace(shape, talks=partial(slack_talks, names=names))
        if shape is not None:
            yield from records.of_shape(shape, value, source.origin, 1)
        elif is_utterance(first_of(value)):
            yield from records.of_utterances(Node(value, "$", source.origin).items())
        elif pieces := piece_list(value):
            yield from records.of_pieces(*pieces, value, source.origin, 1)
        elif isinstance(value, list):
            yield from _listed(value, records)
        else:
            yield from records.of_any(value, source.origin, 1)


class JsonLinesReader:
    """Read one transcript from each line; blank lines are left out.

    Lines that are utterances of talks (ConvoKit), or pieces of speech, are gathered, and their talks
    come at the end.
    """

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson")

    def read(self, path: Path, options: ReadOptions) -> Read:
        """Yield a transcript or an InputError for each line, as the file is read."""
        file, lines = open_lines(path, options)
        records = _Records(file, options, RoleRules.of(options))
        utterances, unreadable = Utterances(), 0
        pieces: list[Node] = []
        filled = ((number, line) for number, line in lines if line.strip())
        for ordinal, (number, line) in enumerate(filled, 1):
            _refuse_document(ordinal, number, line, file)
            try:
                origin = Origin(file.label, line=number)
                value = _value_of(line, origin, number)
                if is_utterance(value):
                    utterances.add(Node(value, "$", origin))
                elif is_piece(value):
                    pieces.append(Node(value, f"line {number}", file))
                else:
                    yield from records.of_any(value, origin, ordinal)
            except InputError as error:
                unreadable += 1
                yield error
        notes = {"lines_unreadable": str(unreadable)} if unreadable else {}
        yield from records.gathered(utterances, notes)
        if pieces:
            talks = talks_of_pieces(pieces, file, options, notes)
            yield from records.named(talks, file, 1)


@dataclass
class _Records:
    """Make transcripts of the records of one file, whose ids must all differ."""

    file: Origin
    options: ReadOptions
    rules: RoleRules
    places: dict[str, str] = field(default_factory=dict)

    def of_any(self, value: object, origin: Origin, ordinal: int) -> Read:
        """Give the transcripts of a record (counted from 1), whatever its form."""
        shape = shape_of(value)
        if shape is not None:
            yield from self.of_shape(shape, value, origin, ordinal)
        elif is_assistant_export(value):
            yield self.own(chat_of_export(value, origin), origin, ordinal)
        elif pieces := piece_list(value):
            yield from self.of_pieces(*pieces, value, origin, ordinal)
        elif listed := talk_list(value):
            yield from self.of_list(*listed, origin)
        elif wrapped := wrapped_talk(value):
            inner, place = wrapped
            within = replace(origin, root=origin.root + place[1:])
            yield from self.of_any(inner, within, ordinal)
        elif is_whole_talk(value):
            talks = talks_in_text(Node(value, "$", origin), self.options)
            yield from self.named(talks, origin, ordinal)
        else:
            yield self.own(value, origin, ordinal)

    def of_list(self, items: list[object], place: str, origin: Origin) -> Read:
        """Give the transcripts of a list of talks within a record; a bad one is an error in its place."""
        for index, item in enumerate(items):
            within = replace(origin, root=f"{origin.root}{place[1:]}[{index}]")
            try:
                yield from self.of_any(item, within, index + 1)
            except InputError as error:
                yield error

    def own(self, value: object, origin: Origin, ordinal: int) -> Transcript:
        """Give the transcript of a record in the project's own form; raises InputError."""
        if isinstance(value, dict) and not value.keys() & OWN_KEYS:
            check_version(value, origin)
            if {"rubrics", "provenance"} <= value.keys():
                raise origin.error(
                    "$", "is a scorecard, no transcript", remedy="leave results out of the input"
                )
            raise origin.error(
                "$",
                "has no 'turns', and no other known form",
                remedy='write {"turns": [{"speaker": ..., "text": ...}]}, or the list alone, '
                "or export it from one of: " + ", ".join(KNOWN),
            )
        own_id = isinstance(value, dict) and value.get("id") is not None
        made = transcript_of(value, origin, self.rules, "" if own_id else self._name(ordinal))
        return self._only(made, origin, "$.id")

    def of_shape(self, shape: Shape, value: object, origin: Origin, ordinal: int) -> Read:
        """Give the transcripts of a record in the form of a service."""
        number = 0
        for number, talk in enumerate(shape.talks(Node(value, "$", origin)), 1):
            try:
                made = transcript_of_talk(
                    talk, shape.name, origin, self.options, self._name(ordinal, number)
                )
                yield self._only(made, origin, "$", number)
            except InputError as error:
                yield error
        if not number:
            raise origin.error("$", f"holds no talk ({shape.title})", remedy="leave it out")

    def of_pieces(
        self, pieces: list[object], place: str, record: object, origin: Origin, ordinal: int
    ) -> Read:
        """Give the talks of a record's list of pieces of speech, which may be chat messages."""
        own_id = record_id(record, origin)
        if is_chat_message(first_of(pieces)):
            yield self.own({"id": own_id, "messages": pieces}, origin, ordinal)
        else:
            nodes = list(Node(pieces, place, origin).items())
            talks = talks_of_pieces(nodes, origin, self.options, people=people_of(record))
            yield from self.named(talks, origin, ordinal, own_id)

    def named(self, talks: Read, origin: Origin, ordinal: int, own_id: str | None = None) -> Read:
        """Give talks; the one without an id of its own has that of its record."""
        for number, talk in enumerate(talks, 1):
            if isinstance(talk, InputError):
                yield talk
                continue
            named = talk.id != origin.identity()
            own = {} if named else {"id": own_id or self._name(ordinal, number)}
            yield self._only(talk.model_copy(update=own), origin, "$", number)

    def of_utterances(self, items: Iterator[Node]) -> Read:
        """Give the transcripts of a list of utterances."""
        utterances = Utterances()
        for item in items:
            if not is_utterance(item.value):
                raise item.wrong("an utterance with a speaker, a text and a conversation_id")
            utterances.add(item)
        yield from self.gathered(utterances, {})

    def gathered(self, utterances: Utterances, notes: Mapping[str, str]) -> Read:
        """Give the transcripts of the talks that utterances make up; `notes` hold for each."""
        for talk in utterances.talks():
            if isinstance(talk, InputError):
                yield talk
                continue
            try:
                noted = replace(talk, notes=notes)
                made = transcript_of_talk(noted, UTTERANCES, self.file, self.options, "")
                yield self._only(made, self.file, WHOLE_FILE)
            except InputError as error:
                yield error

    def _name(self, ordinal: int, number: int = 1) -> str:
        """Name a record that has no id: by the file, its place in it, and the talk within."""
        within = f".{number}" if number > 1 else ""
        return self.file.identity() + (f"#{ordinal}{within}" if within or ordinal > 1 else "")

    def _only(self, made: Transcript, origin: Origin, place: str, number: int = 1) -> Transcript:
        here = origin.root if origin.line is None else f"line {origin.line}"
        here += f" (talk {number})" if number > 1 else ""
        first = self.places.setdefault(composed(made.id), here)
        if first != here:
            raise origin.error(
                place,
                f"duplicate id, already used in {first}",
                remedy="give each transcript an id of its own",
            )
        return made


def _listed(items: list[object], records: _Records) -> Read:
    if is_slack_table(items):
        raise records.file.error(
            "$",
            "is a table of a Slack export, which holds no talk",
            remedy="leave it out, or give the ZIP archive of the export",
        )
    if not any(isinstance(item, dict) for item in items):
        found = f"a list with {kind_of(items[0])}" if items else "an empty list"
        raise records.file.error("$", f"a list of transcripts is wanted, found {found}")
    yield from records.of_list(items, "$", records.file)


def _refuse_document(ordinal: int, number: int, line: bytes, file: Origin) -> None:
    if ordinal == 1 and line.strip() in (b"{", b"["):
        raise file.error(
            f"line {number}",
            "not JSON on a line of its own: a document over several lines",
            remedy="name the file .json",
        )


def _value_of(line: bytes, origin: Origin, number: int) -> object:
    text = decoded_line(line, number, Origin(origin.label))
    if text.startswith("\ufeff"):
        raise origin.error("", "begins with a byte order mark (BOM)", remedy=EXPORT_AGAIN)
    return parse_json(text, origin)
