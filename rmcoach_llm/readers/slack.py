"""Read messages that were exported from Slack: a talk is what people wrote in one channel."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rmcoach_llm.domain import FrozenMap
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.files import open_source, visible
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.service_talks import ServiceTalk
from rmcoach_llm.readers.strict_json import parse_json

USERS = "users.json"
SPOKEN = ("", "thread_broadcast", "me_message", "file_share")
"""Subtypes of messages that are words of a person; joins, topics and bots are none."""

_MARK = re.compile(r"<([^<>]*)>")


def is_slack(items: Any) -> bool:
    """Say whether a list is that of the messages of a channel."""
    first = first_of(items)
    return isinstance(first, dict) and "ts" in first and first.get("type") == "message"


def is_slack_table(items: Any) -> bool:
    """Say whether a list is a table of an export (users, channels), which holds no talk."""
    keys = keys_of(first_of(items))
    return {"id", "name"} <= keys and bool(keys & {"profile", "team_id", "members", "creator"})


def slack_talks(messages: Node, names: Mapping[str, str] = FrozenMap()) -> Iterator[ServiceTalk]:
    """Give the talk of a channel, replies in threads in the order of time; `names` by user id.

    Times are in seconds from the first message. What no person wrote is left out, and
    `messages_left_out` counts it by kind.
    """
    yield talk_of_messages(messages.objects(), names)


def talk_of_messages(messages: Iterable[Node], names: Mapping[str, str]) -> ServiceTalk:
    """Make the talk of messages, of one file or of all days of a channel."""
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    written = sorted(
        ((message.at("ts").seconds() or 0.0, message) for message in messages),
        key=lambda timed: timed[0],
    )
    kinds = [_kind(message) for _, message in written]
    start = next((at for (at, _), kind in zip(written, kinds, strict=True) if kind in SPOKEN), 0.0)
    for (sent, message), kind in zip(written, kinds, strict=True):
        if kind not in SPOKEN:
            left_out[visible(kind, limit=40)] += 1
            continue
        text = plain_text(message.at("text").text_or(""), names)
        cues.append(Cue(_author(message, names), text, round(sent - start, 3), None, message.place))
    count = ", ".join(f"{kind} {number}" for kind, number in sorted(left_out.items()))
    return ServiceTalk(cues, notes=FrozenMap({"messages_left_out": count} if count else {}))


def names_of_users(users: Node) -> dict[str, str]:
    """Give names by user id: the name shown, else the real one, else the short one."""
    names: dict[str, str] = {}
    for user in users.objects():
        label = user.at("id").identity()
        profile = user.at("profile")
        name = _shown_name(profile) if profile.given else ""
        name = name or user.at("real_name").text_or("") or user.at("name").text_or("")
        if label and name:
            names[label] = name
    return names


def users_beside(path: Path, options: ReadOptions) -> dict[str, str]:
    """Give the names that `users.json` of an unpacked export holds, of which `path` is a day."""
    table = path.parent.parent / USERS
    if not table.is_file():
        return {}
    label = f"{options.label or path.name} (its {USERS})"
    source = open_source(table, options.model_copy(update={"label": label}))
    return names_of_users(Node(parse_json(source.text(), source.origin), "$", source.origin))


def plain_text(text: str, names: Mapping[str, str]) -> str:
    """Give the words of a message: marks of mentions and links become what a reader sees.

    >>> plain_text("<@U1> see <https://a.example|this> &amp; <!here>", {"U1": "Ada"})
    '@Ada see this & @here'
    """
    return html.unescape(_MARK.sub(lambda mark: _shown(mark[1], names), text))


def _shown(mark: str, names: Mapping[str, str]) -> str:
    target, _, label = mark.partition("|")
    kind, rest = target[:1], target[1:]
    if kind == "@":
        return "@" + (names.get(rest) or label or rest)
    if kind == "#":
        return "#" + (label or rest)
    if kind == "!":
        return label or "@" + rest.split("^")[0]
    return label or target


def _kind(message: Node) -> str:
    """Say of what kind a message is: its subtype, or that a bot has written it."""
    subtype = message.at("subtype").text_or("")
    if subtype in SPOKEN and message.at("bot_id").given:
        return "bot_message"
    return subtype


def _author(message: Node, names: Mapping[str, str]) -> str | None:
    user = message.at("user")
    label = user.label()
    profile = message.at("user_profile")
    shown = names.get(label or "") or (_shown_name(profile) if profile.given else "")
    return shown or label or message.at("username").label()


def _shown_name(profile: Node) -> str:
    return (
        profile.at("display_name").text_or("").strip()
        or profile.at("real_name").text_or("").strip()
        or profile.at("name").text_or("").strip()
    )
