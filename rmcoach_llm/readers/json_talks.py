"""Turn a JSON value into a transcript: the project's own form, a plain one, or chat messages."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError

from rmcoach_llm.domain import Role, Transcript, clean_text
from rmcoach_llm.errors import InputError, did_you_mean
from rmcoach_llm.readers.chat_messages import MESSAGES, SHAREGPT, turns_of_messages
from rmcoach_llm.readers.files import MAX_TURNS, Origin, visible
from rmcoach_llm.readers.roles import RoleRules, composed, roles_of
from rmcoach_llm.readers.strict_json import EXPORT_AGAIN, kind_of, step

Json = dict[str, Any]

ROLES: tuple[Role, ...] = get_args(Role)
FORMAT = 1
VERSION_KEYS = ("format", "schema")
CHAT_KEYS = ("messages", "conversations")
TALK_KEYS = frozenset(
    {"id", "participants", "turns", "scenario", "brief", "metadata", *VERSION_KEYS}
)
OPTIONAL_TURN_KEYS = frozenset({"started_s", "ended_s", "trace"})
TURN_KEYS = OPTIONAL_TURN_KEYS | {"speaker", "role", "text"}
PERSON_KEYS = frozenset({"name", "role"})


def transcript_of(value: object, origin: Origin, rules: RoleRules, default_id: str) -> Transcript:
    """Give the transcript that a JSON object holds; raises InputError with a `$` locator.

    Keys that are not known never act; metadata `ignored_keys` lists them.
    """
    talk = _object(value, "$", origin)
    check_version(talk, origin)
    metadata: dict[str, str] = {}
    key = None if "turns" in talk else next((key for key in CHAT_KEYS if key in talk), None)
    if key is not None:
        turns, metadata = _chat(talk[key], key, rules.trainee, origin)
        talk = {name: part for name, part in talk.items() if name != key} | {"turns": turns}
        rules = RoleRules()  # the turns say it now
    ignored: set[str] = set()
    people = _people(talk.get("participants"), origin, ignored)
    turns = _turns(talk, origin, ignored)
    _name_speakers(turns, people)
    roles = roles_of(_declared(people, turns, origin), rules, origin, "$.turns[0].role")
    for turn in turns:
        turn["role"] = roles[turn["speaker"]]
    ignored |= {visible(key, limit=40) for key in talk.keys() - TALK_KEYS}
    metadata |= {"ignored_keys": visible(", ".join(sorted(ignored)), limit=500)} if ignored else {}
    own: Json = {
        "id": default_id if talk.get("id") is None else talk["id"],
        "participants": [{"name": name, "role": role} for name, role in roles.items()],
        "turns": turns,
        "scenario": talk.get("scenario"),
        "brief": talk.get("brief"),
        "metadata": _metadata(talk.get("metadata"), origin) | metadata,
    }
    try:
        return Transcript.model_validate(own)
    except ValidationError as error:
        raise _first_problem(error, origin) from None


def _chat(
    messages: object, key: str, trainee: str | None, origin: Origin
) -> tuple[list[Json], dict[str, str]]:
    first = messages[0] if isinstance(messages, list) and messages else None
    form = SHAREGPT if isinstance(first, dict) and SHAREGPT.role in first else MESSAGES
    place = f"$.{key}"
    turns, dropped = turns_of_messages(messages, trainee, origin, place=place, form=form)
    return turns, {"shape": form.name} | ({"dropped_messages": dropped} if dropped else {})


def check_version(talk: Json, origin: Origin) -> None:
    """Refuse a talk of a newer form, or of a version that is none; raises InputError."""
    for key in VERSION_KEYS:
        version = talk.get(key, FORMAT)
        if version == FORMAT and type(version) is int:
            continue
        if type(version) is int and version > FORMAT:
            raise origin.error(
                f"$.{key}",
                f"{key} {visible(str(version), limit=20)} is newer than the one read here, {FORMAT}",
                remedy="update the program",
            )
        raise origin.error(
            f"$.{key}", f"this {key} is not known", remedy=f"write {FORMAT}, or leave it out"
        )


def _object(value: object, place: str, origin: Origin) -> Json:
    if not isinstance(value, dict):
        raise origin.error(place, f"an object is wanted, found {kind_of(value)}")
    return value


def _list(value: object, place: str, origin: Origin) -> list[Any]:
    if not isinstance(value, list):
        raise origin.error(place, f"a list is wanted, found {kind_of(value)}")
    return value


def _people(value: object, origin: Origin, ignored: set[str]) -> dict[str, Role | None]:
    people: dict[str, Role | None] = {}
    for index, item in enumerate([] if value is None else _list(value, "$.participants", origin)):
        place = f"$.participants[{index}]"
        person = _object(item, place, origin)
        ignored |= {f"participants.{visible(key, limit=40)}" for key in person.keys() - PERSON_KEYS}
        name = _text(person, "name", place, origin)
        if name in people:
            raise origin.error(f"{place}.name", "duplicate: this name stands there twice")
        people[name] = _role(person, place, origin)
    return people


def _turns(talk: Json, origin: Origin, ignored: set[str]) -> list[Json]:
    if "turns" not in talk:
        raise origin.error(
            "$", "has no 'turns'", remedy='write {"turns": [{"speaker": ..., "text": ...}]}'
        )
    items = _list(talk["turns"], "$.turns", origin)
    if len(items) > MAX_TURNS:
        raise origin.error(
            f"$.turns[{MAX_TURNS}]",
            f"too many turns: at most {MAX_TURNS:,} in one talk",
            remedy="split the talk",
        )
    return [
        _plain_turn(item) or _turn(item, f"$.turns[{index}]", origin, ignored)
        for index, item in enumerate(items)
    ]


def _plain_turn(value: Any) -> Json | None:
    """Give a turn in which nothing is to be corrected or refused, as nearly all are, or None."""
    if type(value) is not dict or not value.keys() <= TURN_KEYS:
        return None
    text, speaker, role = value.get("text"), value.get("speaker"), value.get("role")
    named = type(speaker) is str or (speaker is None and role is not None)
    if type(text) is not str or not named or (role is None and "role" in value):
        return None
    if role is not None and (type(role) is not str or role not in ROLES):
        return None
    turn = value.copy()
    turn["role"], turn["text"] = role, clean_text(text)
    if speaker is None:
        turn["speaker"] = str(role).capitalize()
    return turn


def _turn(value: object, place: str, origin: Origin, ignored: set[str]) -> Json:
    turn = _object(value, place, origin)
    ignored |= {f"turns.{visible(key, limit=40)}" for key in turn.keys() - TURN_KEYS}
    role = _role(turn, place, origin)
    if turn.get("speaker") is None and role is None:
        raise origin.error(
            f"{place}.role",
            "neither 'role' nor 'speaker' says who speaks",
            remedy=f"add a role: {', '.join(ROLES)}",
        )
    speaker = (
        str(role).capitalize()
        if turn.get("speaker") is None
        else _text(turn, "speaker", place, origin)
    )
    kept: Json = {key: turn[key] for key in OPTIONAL_TURN_KEYS & turn.keys()}
    text = clean_text(_text(turn, "text", place, origin))
    return {"speaker": speaker, "role": role, "text": text, **kept}


def _text(holder: Json, key: str, place: str, origin: Origin) -> str:
    value = holder.get(key)
    if not isinstance(value, str):
        found = kind_of(value) if key in holder else "nothing"
        raise origin.error(f"{place}.{key}", f"text is wanted, found {found}")
    return value


def _role(holder: Json, place: str, origin: Origin) -> Role | None:
    if "role" not in holder:
        return None
    found = holder["role"]
    for role in ROLES:
        if found == role:
            return role
    raise origin.error(
        f"{place}.role",
        f"the role '{visible(found, limit=40)}' is not known"
        if isinstance(found, str)
        else f"a role is wanted, found {kind_of(found)}",
        remedy=did_you_mean(found if isinstance(found, str) else "", ROLES),
    )


def _name_speakers(turns: list[Json], people: dict[str, Role | None]) -> None:
    """Give equal names one spelling; names that the participants list spells stay as they are."""
    spelled = {composed(name): name for name in people}
    names = {name: name for name in people}
    for turn in turns:
        name = turn["speaker"]
        if name not in names:
            plain = composed(name)
            names[name] = spelled.get(plain, plain)
        turn["speaker"] = names[name]


def _declared(
    people: dict[str, Role | None], turns: list[Json], origin: Origin
) -> dict[str, Role | None]:
    declared = dict(people)
    for index, turn in enumerate(turns):
        name, role = turn["speaker"], turn["role"]
        before = declared.setdefault(name, role)
        if role is not None and before not in (None, role):
            raise origin.error(
                f"$.turns[{index}].role",
                f"'{visible(name, limit=60)}' is {role} here and {before} elsewhere",
                remedy="give each speaker one role",
            )
        declared[name] = before or role
    return declared


def _metadata(value: object, origin: Origin) -> Json:
    given = {} if value is None else _object(value, "$.metadata", origin)
    return {
        clean_text(key): clean_text(text) if isinstance(text, str) else text
        for key, text in given.items()
    }


def _first_problem(error: ValidationError, origin: Origin) -> InputError:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else step(part) for part in problem["loc"])
    found = problem["msg"].removeprefix("Value error, ")
    remedy = "use 1 to 512 visible characters" if problem["loc"] == ("id",) else EXPORT_AGAIN
    return origin.error(f"${place}", found, remedy=remedy)
