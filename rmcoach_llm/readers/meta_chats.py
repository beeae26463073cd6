"""Read chats as Messenger and Instagram export them: `message_1.json`, the newest message first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rmcoach_llm.readers.chat_exports import talk_from_first
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.json_values import Node, first_of, keys_of
from rmcoach_llm.readers.roles import UNKNOWN
from rmcoach_llm.readers.service_talks import ServiceTalk

_SENDER = ("sender_name", "senderName")
_TEXT = ("content", "text")
_SENT = ("timestamp_ms", "timestamp")
_SPOKEN = ("Generic", "Share", "text")
"""Types of messages that may be words of a person; calls and changes of a group are none."""
_REACTION = re.compile(r"(?:Reacted \S{1,20} to your message|Liked a message)\s*")


def is_meta(value: Any) -> bool:
    """Say whether a value is a chat of Messenger or Instagram, from a plain or an encrypted chat."""
    first = keys_of(first_of(value.get("messages"))) if isinstance(value, dict) else frozenset()
    plain = {"sender_name", "timestamp_ms"} <= first
    return "role" not in first and (plain or {"senderName", "timestamp", "isUnsent"} <= first)


def meta_talks(document: Node) -> Iterator[ServiceTalk]:
    """Give the talk in the order of time; what has no words, and what the app wrote, is counted by kind."""
    cues: list[Cue] = []
    left_out: Counter[str] = Counter()
    for message in document.at("messages").objects():
        name = mended(message.first(*_SENDER).text_or(UNKNOWN))
        text = mended(message.first(*_TEXT).text_or(""))
        kind = _silent(message, name, text)
        if kind:
            left_out[kind] += 1
            continue
        sent = message.first(*_SENT).seconds(1000)
        cues.append(Cue(name, text, sent, place=message.place))
    times = [cue.started_s or 0.0 for cue in cues]
    if any(later < earlier for earlier, later in pairwise(times)):
        cues.reverse()
        cues.sort(key=lambda cue: cue.started_s or 0.0)
    own = document.first("thread_path", "threadName")
    own_id = Node(mended(own.text_or("")), own.place, own.origin).identity()
    yield talk_from_first(cues, own_id, left_out)


def mended(text: str) -> str:
    r"""Give the text that was meant, where each byte of its UTF-8 was written as a letter of its own.

    >>> mended("sch\u00c3\u00b6n"), mended("schön"), mended("naïve £5")
    ('schön', 'schön', 'naïve £5')
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _silent(message: Node, name: str, text: str) -> str:
    """Give why a message is no words of a person: an attachment, a reaction, a call, a notice; or ""."""
    if message.first("is_unsent", "isUnsent").value is True:
        return "unsent"
    kind = message.at("type").value
    if isinstance(kind, str) and kind not in _SPOKEN:
        return "notice"
    if not text.strip():
        return "attachment"
    # What the app says of a shared thing begins with the sender's name in any language.
    shared = message.at("share").given and text.startswith((name, "You sent "))
    return "attachment" if shared else ("reaction" if _REACTION.fullmatch(text) else "")
