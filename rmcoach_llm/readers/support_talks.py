"""Read talks of support desks: conversations of Intercom, tickets and chats of Zendesk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rmcoach_llm.readers.chat_exports import sent_at, talk_from_first
from rmcoach_llm.readers.cue_text import decoded
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.roles import UNKNOWN
from rmcoach_llm.readers.service_talks import ServiceTalk

_PARTS = "conversation_parts"
_LINE_END = re.compile(r"<(?:br\s{0,3}/?|/p|/div|/li|/h[1-6])\s{0,3}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")


def is_intercom(value: Any) -> bool:
    """Say whether a value is a conversation of Intercom, with its parts."""
    return _PARTS in keys_of(value) and bool(
        keys_of(value) & {"source", "conversation_message", "contacts", "teammates"}
    )


def intercom_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk: the first message and the comments; notes and what bots wrote are counted."""
    parts = document.at(_PARTS)
    listed = parts if isinstance(parts.value, list) else parts.at(_PARTS)
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    opening = document.first("source", "conversation_message")
    first = [opening] if isinstance(opening.value, dict) else []
    for part in [*first, *listed.each()]:
        author = part.at("author")
        who = author.at("type").text_or("")
        kind = part.at("part_type").text_or("comment")
        text = plain_text(part.at("body").text_or(""))
        if who == "bot" or kind != "comment" or not text:
            left_out["bot" if who == "bot" else kind] += 1
            continue
        name = author.first("name", "author_name").label()
        name = name or f"{who.capitalize()} {author.at('id').label() or ''}".strip() or UNKNOWN
        sent = (document if part is opening else part).at("created_at")
        cues.append(Cue(name, text, sent_at(sent), place=part.place))
    yield talk_from_first(cues, document.at("id").identity(), left_out)


def is_zendesk(value: Any) -> bool:
    """Say whether a value holds the comments of a ticket of Zendesk, or the history of a chat."""
    if not isinstance(value, dict):
        return False
    comment, entry = keys_of(first_of(value.get("comments"))), first_of(value.get("history"))
    ticket = "author_id" in comment and bool(comment & {"body", "plain_body"})
    return ticket or {"type", "timestamp"} <= keys_of(entry)


def zendesk_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk; comments that are not public, and joins and the like of a chat, are counted."""
    if document.at("comments").given:
        yield _ticket(document)
        return
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    for entry in document.at("history").objects():
        said = entry.at("msg").text_or("")
        if not said.strip():
            left_out[entry.at("type").text_or("entry").removeprefix("chat.")] += 1
            continue
        name = entry.first("name", "nick").label() or UNKNOWN
        cues.append(Cue(name, said, sent_at(entry.at("timestamp")), place=entry.place))
    yield talk_from_first(cues, document.at("id").identity(), left_out)


def _ticket(document: Node) -> ServiceTalk:
    names = {
        str(user.at("id").value): user.at("name").label() for user in document.at("users").each()
    }
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    for comment in document.at("comments").objects():
        if comment.at("public").value is False:
            left_out["note"] += 1
            continue
        author = comment.at("author_id")
        name = author.label() or UNKNOWN
        name = names.get(str(author.value)) or name
        text = comment.first("plain_body", "body").text_or("")
        cues.append(Cue(name, text, sent_at(comment.at("created_at")), place=comment.place))
    return talk_from_first(cues, document.first("ticket_id", "id").identity(), left_out)


def plain_text(body: str) -> str:
    """Give the words of a body in HTML, a paragraph or a break being a line; entities are decoded once.

    >>> plain_text("<p>Hi <b>Ada</b> &amp; Bo,</p><p>1 &lt; 2</p>")
    'Hi Ada & Bo,\\n1 < 2'
    """
    return decoded(_TAG.sub("", _LINE_END.sub("\n", body))).strip()
