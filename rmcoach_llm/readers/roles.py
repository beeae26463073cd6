"""Say who is the trainee and who the stakeholder, by stated rules and never by a guess."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rmcoach_llm.domain import FrozenMap, Role
from rmcoach_llm.errors import InputError, UsageError, did_you_mean
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.files import WHOLE_FILE, Origin, visible

MOST_NAMES_SHOWN = 8
UNKNOWN = "Unknown Speaker"
"""Who spoke where a recogniser could not tell; Otter writes it so."""

_EMOJI_JOINER = re.compile(r"(?<=[^\w\s])\u200d(?=[^\w\s])")
"""A zero-width joiner between two signs: it makes one emoji of them, as in names of chats."""


@dataclass(frozen=True)
class RoleRules:
    """Hold what the caller says of roles: who is the trainee, and roles by name.

    A name may be a pattern: `IT *` with `*` and `?`, or `/^IT/`, a regular expression that is
    searched in the name. Case and Unicode composition never matter.
    """

    trainee: str | None = None
    mapping: Mapping[str, Role] = FrozenMap()

    @classmethod
    def of(cls, options: ReadOptions) -> RoleRules:
        """Give the rules that the options for reading hold."""
        return cls(options.trainee, options.roles)


def roles_of(
    declared: Mapping[str, Role | None], rules: RoleRules, origin: Origin, place: str
) -> dict[str, Role]:
    """Give each speaker a role; `declared` holds the role that the file states, if it does.

    The trainee is the speaker whom `rules.trainee` names; without it, the one whom
    `rules.mapping` gives that role, else the one whom the file calls trainee, by role or by the
    name Trainee (in any case, accents aside). A speaker called Stakeholder is the stakeholder. Of
    two speakers, the one beside the trainee is the stakeholder; all else are `other`. Among more
    than two, `Unknown Speaker` does not count. A single
    speaker who is not known as the trainee is `other`. Raises InputError where nobody is known
    as the trainee (at `place`), or where `rules.trainee` is no speaker; UsageError for a pattern
    that is none.

    >>> roles_of({"Trainee": None, "Dana": None}, RoleRules(), Origin("a.txt"), "line 1")
    {'Trainee': 'trainee', 'Dana': 'stakeholder'}
    >>> roles_of({"IT - Ada": None, "Dana": None}, RoleRules("IT*"), Origin("a.txt"), "line 1")
    {'IT - Ada': 'trainee', 'Dana': 'stakeholder'}
    """
    roles = _known(declared, rules, origin)
    unknown = [name for name, role in roles.items() if role is None]
    has_trainee = "trainee" in roles.values()
    if unknown and len(roles) > 1 and not has_trainee:
        raise origin.error(
            place,
            f"no role is known for the speakers {_listed(roles)}",
            remedy=f"say who is scored with {origin.trainee.format('NAME')}",
        )
    nameless = {name for name in unknown if same_name(name) == same_name(UNKNOWN)}
    counted = [name for name in roles if name not in nameless]
    pair = list(roles) if len(roles) == 2 else counted
    rest: Role = "stakeholder" if has_trainee and len(pair) == 2 else "other"
    return {name: role or (rest if name in pair else "other") for name, role in roles.items()}


def matcher_of(wanted: str) -> Callable[[str], bool]:
    """Give a test for names: equal to `wanted`, or matched by it where it is a pattern.

    Raises UsageError for a regular expression that is none.

    >>> [matcher_of(wanted)("Ada (IT)") for wanted in ("ada (it)", "*(IT)", "/^ada/", "Bo")]
    [True, True, True, False]
    """
    wanted = wanted.strip()
    if len(wanted) > 2 and wanted.startswith("/") and wanted.endswith("/"):
        try:
            pattern = re.compile(composed(wanted[1:-1]), re.IGNORECASE)
        except re.error as error:
            raise UsageError(
                f"'{visible(wanted, limit=60)}' is no regular expression: {error.msg}",
                remedy="correct it, or leave the slashes out to name a speaker",
            ) from None
        return lambda name: pattern.search(composed(name)) is not None
    plain = same_name(wanted)
    if "*" in plain or "?" in plain:
        glob = re.compile(fnmatch.translate(plain))
        return lambda name: same_name(name) == plain or glob.match(same_name(name)) is not None
    return lambda name: same_name(name) == plain


def composed(name: str) -> str:
    """Give a name in the one spelling that equal names share: Unicode NFC, emoji without joiners.

    >>> composed("e\u0301") == "\u00e9", composed("\U0001f469\u200d\U0001f4bb") == "\U0001f469\U0001f4bb"
    (True, True)
    """
    return _EMOJI_JOINER.sub("", unicodedata.normalize("NFC", name))


def same_name(name: str) -> str:
    """Give what two spellings of a name have in common: case and composition aside."""
    return composed(composed(name).casefold())


def _known(
    declared: Mapping[str, Role | None], rules: RoleRules, origin: Origin
) -> dict[str, Role | None]:
    mapped = [(matcher_of(name), role) for name, role in rules.mapping.items()]
    roles: dict[str, Role | None] = {}
    for name, stated in declared.items():
        told = next((role for matches, role in mapped if matches(name)), None)
        roles[name] = told or stated or _role_by_name(name)
    if rules.trainee is None:
        return roles
    wanted = matcher_of(rules.trainee)
    chosen = {name for name in roles if wanted(name)}
    if not chosen:
        raise _no_such_speaker(rules.trainee, roles, origin)
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
