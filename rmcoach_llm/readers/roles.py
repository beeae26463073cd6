"""Say who is the trainee and who the stakeholder, by stated rules and never by a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from rmcoach_llm.domain import Role
from rmcoach_llm.errors import InputError, did_you_mean
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, visible

MOST_NAMES_SHOWN = 8


def roles_of(
    declared: Mapping[str, Role | None], trainee: str | None, origin: Origin, place: str
) -> dict[str, Role]:
    """Give each speaker a role; `declared` holds the role that the file states, if it does.

    The trainee is the speaker called `trainee`; without that name, the one whom the file calls
    trainee, by role or by the name Trainee (in any case, accents aside). A speaker called
    Stakeholder is the stakeholder. Of two speakers, the one beside the trainee is the
    stakeholder; all else are `other`. A single speaker who is not known as the trainee is
    `other`. Raises InputError where nobody is known as the trainee (at `place`), or where
    `trainee` is no speaker.

    >>> roles_of({"Trainee": None, "Dana": None}, None, Origin("a.txt"), "line 1")
    {'Trainee': 'trainee', 'Dana': 'stakeholder'}
    """
    roles = _known(declared, trainee, origin)
    unknown = [name for name, role in roles.items() if role is None]
    has_trainee = "trainee" in roles.values()
    if unknown and len(roles) > 1 and not has_trainee:
        raise origin.error(
            place,
            f"no role is known for the speakers {_listed(roles)}",
            remedy=f"say who is scored with {origin.trainee.format('NAME')}",
        )
    rest: Role = "stakeholder" if has_trainee and len(roles) == 2 else "other"
    return {name: role or rest for name, role in roles.items()}


def composed(name: str) -> str:
    """Give a name in the one spelling that equal names share (Unicode NFC).

    >>> composed("e\u0301") == "\u00e9"
    True
    """
    return unicodedata.normalize("NFC", name)


def same_name(name: str) -> str:
    """Give what two spellings of a name have in common: case and composition aside."""
    return composed(composed(name).casefold())


def _known(
    declared: Mapping[str, Role | None], trainee: str | None, origin: Origin
) -> dict[str, Role | None]:
    roles = {name: role or _role_by_name(name) for name, role in declared.items()}
    if trainee is None:
        return roles
    wanted = same_name(trainee.strip())
    chosen = {name for name in roles if same_name(name) == wanted}
    if not chosen:
        raise _no_such_speaker(trainee, roles, origin)
    others = {name: None if role == "trainee" else role for name, role in roles.items()}
    return {name: "trainee" if name in chosen else others[name] for name in roles}


def _role_by_name(name: str) -> Role | None:
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", name).casefold()
        if not unicodedata.combining(char)
    )
    if plain == "trainee":
        return "trainee"
    return "stakeholder" if plain == "stakeholder" else None


def _no_such_speaker(trainee: str, names: Iterable[str], origin: Origin) -> InputError:
    shown = [visible(name, limit=60) for name in names]
    return origin.error(
        WHOLE_FILE,
        f"no speaker is called '{visible(trainee, limit=60)}' (speakers: {_listed(shown)})",
        remedy=did_you_mean(trainee, shown[:MOST_NAMES_SHOWN]),
    )


def _listed(names: Iterable[str]) -> str:
    shown = [visible(name, limit=60) for name in names]
    more = len(shown) - MOST_NAMES_SHOWN
    return ", ".join(shown[:MOST_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
