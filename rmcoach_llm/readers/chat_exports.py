"""Read chats of people as programs export them: Discord (DiscordChatExporter) and Telegram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rmcoach_llm.domain import FrozenMap
from rmcoach_llm.readers.cues import Cue, from_first
from rmcoach_llm.readers.files import visible
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.roles import UNKNOWN
from rmcoach_llm.readers.service_talks import ServiceTalk
from rmcoach_llm.readers.times import moment_of

DISCORD_SPOKEN = ("Default", "Reply")
"""Types of Discord's messages that are words of a person; joins, pins and calls are none."""
TELEGRAM_SPOKEN = "message"


def is_discord(value: Any) -> bool:
    """Say whether a value is a channel that DiscordChatExporter wrote."""
    return {"channel", "messages"} <= keys_of(value) and bool(
        keys_of(value) & {"guild", "exportedAt"}
    )


def discord_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of a channel; what bots and Discord wrote is left out and counted by kind."""
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    for message in document.at("messages").objects():
        kind = message.at("type").text_or("Default")
        author = message.at("author")
        if author.at("isBot").value is True or kind not in DISCORD_SPOKEN:
            left_out["bot" if author.at("isBot").value is True else visible(kind, limit=40)] += 1
            continue
        name = author.first("nickname", "name").label()
        text = message.at("content").text_or("")
        cues.append(Cue(name, text, sent_at(message.at("timestamp")), place=message.place))
    yield talk_from_first(cues, document.at("channel", "id").identity(), left_out)


def is_telegram(value: Any) -> bool:
    """Say whether a value is a chat that Telegram exported, or the list of all of them."""
    keys = keys_of(value)
    first = keys_of(first_of(value["messages"])) if "messages" in keys else frozenset()
    return ({"id", "type", "date"} <= first and "role" not in first) or _all_chats(value)


def telegram_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk of each chat; notices of Telegram's own are left out and counted."""
    chats = document.at("chats", "list").objects() if _all_chats(document.value) else [document]
    for chat in chats:
        cues: list[Cue] = []
        left_out: Counter[str] = Counter()
        for message in chat.at("messages").objects():
            kind = message.at("type").text_or("")
            if kind != TELEGRAM_SPOKEN:
                left_out[visible(kind, limit=40)] += 1
                continue
            sent = sent_at(message.first("date_unixtime", "date"))
            name = message.first("from", "from_id").label() or UNKNOWN
            cues.append(Cue(name, _telegram_text(message.at("text")), sent, place=message.place))
        yield talk_from_first(cues, chat.at("id").identity(), left_out)


def _all_chats(value: Any) -> bool:
    chats = value.get("chats") if isinstance(value, dict) else None
    return "messages" in keys_of(first_of(chats.get("list"))) if isinstance(chats, dict) else False


def _telegram_text(text: Node) -> str:
    """Give the words of a message, which are a text, or texts and parts with a text each."""
    if not isinstance(text.value, list):
        return text.text_or("")
    parts = (part if isinstance(part.value, str) else part.at("text") for part in text.items())
    return "".join(part.text_or("") for part in parts)


def sent_at(time: Node) -> float | None:
    """Give when a message was sent, in seconds since 1970: a number, or a date in ISO 8601."""
    value = time.value
    if not time.given or isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    moment = moment_of(str(value))
    return moment.seconds if moment and moment.since_1970 else None


def talk_from_first(cues: list[Cue], own_id: str | None, left_out: Counter[str]) -> ServiceTalk:
    """Give a talk with times from the first message, and a note of what was left out, by kind."""
    from_start, notes = from_first(cues)
    count = ", ".join(f"{kind} {number}" for kind, number in sorted(left_out.items()))
    notes |= {"messages_left_out": count} if count else {}
    return ServiceTalk(from_start, own_id, FrozenMap(notes))
