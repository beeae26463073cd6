"""Read chat messages (`role` and `content`, or ShareGPT's `from` and `value`) as turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rmcoach_llm.domain import FrozenMap, Role
from rmcoach_llm.readers.files import Origin, visible
from rmcoach_llm.readers.strict_json import kind_of

SPEAKING = ("user", "assistant")
SILENT = ("system", "developer", "tool", "function")

SIDES = {"user": "user", "human": "user", "assistant": "assistant", "gpt": "assistant"}
"""What the two sides are called by those who say which of them is the trainee."""


@dataclass(frozen=True)
class ChatForm:
    """Hold how messages are written: their keys, and what each role says or is silent about."""

    name: str
    role: str
    text: str
    speaking: Mapping[str, str]
    silent: tuple[str, ...]


MESSAGES = ChatForm(
    "chat-messages", "role", "content", FrozenMap({side: side for side in SPEAKING}), SILENT
)
SHAREGPT = ChatForm(
    "sharegpt",
    "from",
    "value",
    FrozenMap(SIDES | {"chatgpt": "assistant", "bard": "assistant", "bing": "assistant"}),
    (*SILENT, "function_call", "function_response", "observation", "tool_call", "tool_response"),
)


def turns_of_messages(
    messages: object,
    trainee: str | None,
    origin: Origin,
    *,
    place: str = "$.messages",
    form: ChatForm = MESSAGES,
) -> tuple[list[dict[str, Any]], str]:
    """Give a turn for each thing said, and a count of the messages that were left out.

    Instructions and tool results are never turns; neither is a message without words. The
    speakers are named by what they are: one called 'assistant' would look like a forged name.
    Raises InputError unless `trainee` says which side is scored: `user` or `assistant` (`human`
    and `gpt` are understood, too).

    >>> turns_of_messages([{"role": "user", "content": "Hi"}], "user", Origin("a.json"))
    ([{'speaker': 'Trainee', 'role': 'trainee', 'text': 'Hi'}], '')
    """
    scored = SIDES.get("" if trainee is None else trainee.strip().casefold())
    if scored is None:
        raise origin.error(
            place,
            "chat messages do not say which role is the trainee",
            remedy="give " + " or ".join(origin.trainee.format(side) for side in SPEAKING),
        )
    if not isinstance(messages, list):
        raise origin.error(place, f"a list is wanted, found {kind_of(messages)}")
    turns: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    for index, message in enumerate(messages):
        role, text = _message(message, f"{place}[{index}]", origin, form)
        if role in form.speaking and text is not None:
            side: Role = "trainee" if form.speaking[role] == scored else "stakeholder"
            turns.append({"speaker": side.capitalize(), "role": side, "text": text})
        else:
            dropped[role] += 1
    return turns, ", ".join(f"{role} {count}" for role, count in sorted(dropped.items()))


def is_chat_message(value: object) -> bool:
    """Say whether a value is one chat message: with `content` and a role of the chat, no speaker.

    >>> is_chat_message({"role": "user", "content": "Hi"}), is_chat_message({"role": "Buyer", "text": ""})
    (True, False)
    """
    return (
        isinstance(value, dict)
        and {MESSAGES.role, MESSAGES.text} <= value.keys()
        and value[MESSAGES.role] in (*SPEAKING, *SILENT)
    )


def _message(message: object, place: str, origin: Origin, form: ChatForm) -> tuple[str, str | None]:
    if not isinstance(message, dict):
        raise origin.error(place, f"an object is wanted, found {kind_of(message)}")
    role = message.get(form.role)
    known = (*form.speaking, *form.silent)
    if role not in known:
        found = f"'{visible(role, limit=40)}'" if isinstance(role, str) else kind_of(role)
        raise origin.error(
            f"{place}.{form.role}",
            f"the role {found} is not known in chat messages",
            remedy=f"use one of: {', '.join(known)}",
        )
    if role in form.silent:
        return role, None
    return role, _content(message.get(form.text), f"{place}.{form.text}", origin)


def _content(content: object, place: str, origin: Origin) -> str | None:
    if content is None or isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise origin.error(place, f"text is wanted, found {kind_of(content)}")
    texts: list[str] = []
    for index, part in enumerate(content):
        text = part.get("text") if isinstance(part, dict) else None
        if not isinstance(text, str):
            raise origin.error(
                f"{place}[{index}]", "a part with 'text' is wanted: only words count"
            )
        texts.append(text)
    return "\n".join(texts)
