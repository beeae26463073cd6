"""Read what a program hands in as a transcript: records, chat messages, dicts, pairs, or text."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from rmcoach_llm.domain import Transcript, clean_text
from rmcoach_llm.errors import InputError, UsageError
from rmcoach_llm.readers.chat_messages import SPEAKING
from rmcoach_llm.readers.files import Origin, visible
from rmcoach_llm.readers.json_talks import transcript_of
from rmcoach_llm.readers.plain_values import kind_of_value, plain
from rmcoach_llm.readers.roles import RoleRules, same_name
from rmcoach_llm.readers.strict_json import EXPORT_AGAIN
from rmcoach_llm.readers.text import transcript_of_text

LABEL = "transcript"
UNNAMED = "unnamed"
FILES = (".txt", ".md", ".json", ".jsonl", ".vtt", ".srt", ".sbv")
CORRECT = "correct it before you hand it in"
ID_DIGITS = 16
ALLOWED = (
    "give a Transcript, a list of chat messages, a dict with 'turns' or 'messages', a list of "
    "(speaker, text) pairs, or text with 'Name: what was said' lines"
)


def as_transcript(
    given: object,
    *,
    trainee: str | None = None,
    id: str | None = None,  # noqa: A002 - the field's name
) -> Transcript:
    """Give the transcript that something holds; who is the trainee is never guessed.

    A Transcript is given back. Of chat messages (dicts or objects with `role` and `content`)
    `user` is the trainee and `assistant` the stakeholder; `trainee="assistant"` swaps them; all
    other roles are left out, and counted in the metadata. A dict has `turns` or `messages`, as
    the JSON files do. Turns and (speaker, text) pairs need `trainee`, the speaker who is scored,
    unless they say it: by a role, or by the name Trainee. So does text of `Name: what was said` lines.
    Without an `id` it is made of the talk's digest: the same talk gets the same one.

    Raises InputError with a `$` locator for what cannot be read, and UsageError for a `trainee`
    or `id` that is no text, or a `trainee` where a Transcript says otherwise.

    >>> talk = as_transcript([("Ada", "What hurts?"), ("Bo", "Time.")], trainee="Ada")
    >>> [(turn.speaker, turn.role) for turn in talk.turns]
    [('Ada', 'trainee'), ('Bo', 'stakeholder')]
    >>> as_transcript([{"role": "user", "content": "What hurts?"}]).turns[0].role
    'trainee'
    """
    for name, value in (("trainee", trainee), ("id", id)):
        if value is not None and not isinstance(value, str):
            raise UsageError(
                f"{name}= is {kind_of_value(value)}", remedy="give text, or leave it out"
            )
    origin = Origin(LABEL, trainee="trainee='{}'")
    made = _own(given, trainee) if isinstance(given, Transcript) else _read(given, trainee, origin)
    if id is None and made.id == UNNAMED:
        id = f"talk-{made.digest[:ID_DIGITS]}"  # noqa: A001 - as above
    return made if id is None else made.model_copy(update={"id": _checked_id(id, origin)})


def _own(given: Transcript, trainee: str | None) -> Transcript:
    scored = {same_name(person.name) for person in given.participants if person.role == "trainee"}
    if trainee is not None and same_name(trainee.strip()) not in scored:
        raise UsageError(
            f"the Transcript does not have '{visible(trainee, limit=60)}' as its trainee",
            remedy="leave trainee= out, or give the roles when you make the Transcript",
        )
    return given


def _read(given: object, trainee: str | None, origin: Origin) -> Transcript:
    try:
        if isinstance(given, str):
            return _of_text(given, trainee, origin)
        if isinstance(given, dict):
            return _of_dict(plain(given, origin), trainee, origin)
        if isinstance(given, (list, tuple)):
            return _of_list(plain(given, origin), trainee, origin)
    except InputError as error:
        raise _reworded(error, listed=not isinstance(given, dict)) from None
    if isinstance(given, PurePath):
        raise _a_file(str(given), origin)
    if isinstance(given, (bytes, bytearray)):
        raise origin.error("$", "found bytes", remedy="decode them to text first")
    raise origin.error("$", f"found {kind_of_value(given)}", remedy=ALLOWED)


def _of_text(text: str, trainee: str | None, origin: Origin) -> Transcript:
    if text.lstrip().startswith(("{", "[{", "[[")):
        raise origin.error("$", "found JSON as text", remedy="parse it first: json.loads(...)")
    if "\n" not in text.strip() and text.strip().endswith(FILES):
        raise _a_file(text.strip(), origin)
    return transcript_of_text(text, origin, trainee, UNNAMED)


def _a_file(name: str, origin: Origin) -> InputError:
    remedy = f"use read_transcripts('{visible(name, limit=60)}')"
    return origin.error("$", "found the name of a file", remedy=remedy)


def _of_dict(talk: dict[str, Any], trainee: str | None, origin: Origin) -> Transcript:
    if "turns" not in talk:
        if "messages" not in talk:
            raise origin.error("$", "has neither 'turns' nor 'messages'", remedy=ALLOWED)
        trainee = SPEAKING[0] if trainee is None else trainee
    return transcript_of(talk, origin, RoleRules(trainee), UNNAMED)


def _of_list(items: list[Any], trainee: str | None, origin: Origin) -> Transcript:
    first = items[0] if items else {"text": ""}
    if isinstance(first, list):
        rules = RoleRules(trainee)
        return transcript_of({"turns": _turns_of_pairs(items, origin)}, origin, rules, UNNAMED)
    if isinstance(first, dict) and "text" not in first and "role" in first:
        return _of_dict({"messages": items}, trainee, origin)
    if isinstance(first, dict) and first.keys() & {"text", "speaker"}:
        rules = RoleRules(trainee if items else None)
        return transcript_of({"turns": items}, origin, rules, UNNAMED)
    raise origin.error("$[0]", f"found {kind_of_value(first)}", remedy=ALLOWED)


def _turns_of_pairs(items: list[Any], origin: Origin) -> list[dict[str, Any]]:
    for index, item in enumerate(items):
        if not isinstance(item, list) or len(item) != 2:
            found = f"a list of {len(item)}" if isinstance(item, list) else kind_of_value(item)
            raise origin.error(f"$[{index}]", f"a (speaker, text) pair is wanted, found {found}")
        for side, value in enumerate(item):
            if not isinstance(value, str):
                found = f"text is wanted, found {kind_of_value(value)}"
                raise origin.error(f"$[{index}][{side}]", found)
    return [{"speaker": speaker, "text": text} for speaker, text in items]


def _checked_id(name: str, origin: Origin) -> str:
    try:
        return Transcript(id=name, turns=()).id
    except ValidationError:
        raise origin.error(
            "$.id",
            f"'{visible(clean_text(name), limit=60)}' cannot be an id",
            remedy="use 1 to 512 visible characters",
        ) from None


def _reworded(error: InputError, *, listed: bool) -> InputError:
    """Say what a reader says of a file so that it fits what a program hands in."""
    place = error.place
    if listed:
        place = re.sub(r"^\$\.(?:turns|messages)\[", "$[", place)
    remedy = error.remedy if error.remedy not in ("", EXPORT_AGAIN) else CORRECT
    return InputError(error.path, place, error.found, remedy=remedy)
