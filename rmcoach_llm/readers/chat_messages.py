"""Read chat messages (`role` and `content`, as chat models take them) as turns."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rmcoach_llm.domain import Role
from rmcoach_llm.readers.files import Origin, visible
from rmcoach_llm.readers.strict_json import kind_of

SPEAKING = ("user", "assistant")
SILENT = ("system", "developer", "tool", "function")


def turns_of_messages(
    messages: object, trainee: str | None, origin: Origin
) -> tuple[list[dict[str, Any]], str]:
    """Give a turn for each thing said, and a count of the messages that were left out.

    Instructions and tool results are never turns; neither is a message without words. The
    speakers are named by what they are: one called 'assistant' would look like a forged name.
    Raises InputError unless `trainee` says which side is scored: `user` or `assistant`.

    >>> turns_of_messages([{"role": "user", "content": "Hi"}], "user", Origin("a.json"))
    ([{'speaker': 'Trainee', 'role': 'trainee', 'text': 'Hi'}], '')
    """
    scored = "" if trainee is None else trainee.strip().casefold()
    if scored not in SPEAKING:
        raise origin.error(
            "$.messages",
            "chat messages do not say which role is the trainee",
            remedy="give " + " or ".join(origin.trainee.format(side) for side in SPEAKING),
        )
    if not isinstance(messages, list):
        raise origin.error("$.messages", f"a list is wanted, found {kind_of(messages)}")
    turns: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    for index, message in enumerate(messages):
        role, text = _message(message, f"$.messages[{index}]", origin)
        if role in SPEAKING and text is not None:
            side: Role = "trainee" if role == scored else "stakeholder"
            turns.append({"speaker": side.capitalize(), "role": side, "text": text})
        else:
            dropped[role] += 1
    return turns, ", ".join(f"{role} {count}" for role, count in sorted(dropped.items()))


def _message(message: object, place: str, origin: Origin) -> tuple[str, str | None]:
    if not isinstance(message, dict):
        raise origin.error(place, f"an object is wanted, found {kind_of(message)}")
    role = message.get("role")
    if role not in SPEAKING + SILENT:
        found = f"'{visible(role, limit=40)}'" if isinstance(role, str) else kind_of(role)
        raise origin.error(
            f"{place}.role",
            f"the role {found} is not known in chat messages",
            remedy=f"use one of: {', '.join(SPEAKING + SILENT)}",
        )
    if role in SILENT:
        return role, None
    return role, _content(message.get("content"), f"{place}.content", origin)


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
