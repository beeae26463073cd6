"""Read the exports of chats with an assistant, by ChatGPT and by Claude, as chat messages."""

from __future__ import annotations

from typing import Any

from rmcoach_llm.readers.chat_messages import SILENT
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.json_values import Node, keys_of

CHATGPT_WORDS = ("text", "multimodal_text")
"""Kinds of content that are words; code, results of tools and thoughts are none."""
UNSAID = SILENT[-1]
"""The role of messages that are part of an export, but were not said by either side."""
CLAUDE_SIDES = {"human": "user", "user": "user", "assistant": "assistant"}


def is_assistant_export(value: Any) -> bool:
    """Say whether a value is a conversation that ChatGPT or Claude exported.

    >>> is_assistant_export({"mapping": {}, "title": ""}), is_assistant_export({"chat_messages": []})
    (True, True)
    """
    keys = keys_of(value)
    return ("mapping" in keys and "title" in keys) or "chat_messages" in keys


def chat_of_export(value: Any, origin: Origin) -> dict[str, Any]:
    """Give a conversation as the chat that it is: `id`, `messages` with `role` and `content`.

    ChatGPT keeps a tree, as an answer may be written anew; the branch that ends in
    `current_node` is the talk. Raises InputError for a value of another kind, a branch without
    an end, and one that goes round.

    >>> told = {"uuid": "u1", "chat_messages": [{"sender": "human", "text": "Hi"}]}
    >>> chat_of_export(told, Origin("a.json"))
    {'id': 'u1', 'messages': [{'role': 'user', 'content': 'Hi'}]}
    """
    talk = Node(value, "$", origin)
    if "chat_messages" in keys_of(value):
        own_id, messages = talk.at("uuid"), _claude(talk)
    else:
        own_id, messages = talk.first("conversation_id", "id"), _chatgpt(talk)
    return {"id": own_id.identity(), "messages": messages}


def _claude(talk: Node) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for message in talk.at("chat_messages").objects():
        sender = message.at("sender").text_or("")
        content = message.at("content")
        parts = content.objects() if isinstance(content.value, list) else ()
        said = [part.at("text").text_or("") for part in parts if part.at("type").value == "text"]
        text = "\n".join(said) or message.at("text").text_or("")
        messages.append({"role": CLAUDE_SIDES.get(sender, UNSAID), "content": text or None})
    return messages


def _chatgpt(talk: Node) -> list[dict[str, Any]]:
    nodes = talk.at("mapping")
    messages: list[dict[str, Any]] = []
    seen: set[str] = set()
    step = _last(talk)
    while step is not None:
        if step in seen or step not in keys_of(nodes.value):
            found = "goes round" if step in seen else "names a message that is not there"
            raise nodes.origin.error(nodes.place, f"the branch that was shown {found}")
        seen.add(step)
        message = nodes.at(step, "message")
        if message.given:
            messages.append(_chatgpt_message(message))
        step = nodes.at(step, "parent").identity()
    return messages[::-1]


def _last(talk: Node) -> str | None:
    """Give the key of the last message that was shown: older exports do not say which it is."""
    told = talk.at("current_node").identity()
    if told is not None or not isinstance(talk.at("mapping").value, dict):
        return told
    ends = [
        key for key in _keys(talk.at("mapping")) if not talk.at("mapping", key, "children").value
    ]
    return ends[-1] if ends else None


def _keys(node: Node) -> list[str]:
    """Give the keys of an object in the order of the file; raises InputError where it is none."""
    if not isinstance(node.value, dict):
        raise node.wrong("an object")
    return list(node.value)


def _chatgpt_message(message: Node) -> dict[str, Any]:
    content = message.at("content")
    kind = content.at("content_type").text_or("")
    hidden = message.at("metadata").given and message.at(
        "metadata", "is_visually_hidden_from_conversation"
    )
    to_all = message.at("recipient").text_or("all") == "all"
    role = message.at("author", "role").text()
    if kind not in CHATGPT_WORDS or not to_all or (hidden and hidden.value is True):
        return {"role": role if role in SILENT else UNSAID, "content": None}
    parts = content.at("parts")
    texts = [_part(part) for part in parts.items()] if parts.given else []
    return {"role": role, "content": "\n".join(text for text in texts if text) or None}


def _part(part: Node) -> str:
    """Give the words of a part: a text, or what was said aloud; images and sounds have none."""
    if isinstance(part.value, dict):
        return part.at("text").text_or("")
    return part.text_or("")
