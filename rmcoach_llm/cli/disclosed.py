"""What a trainee is told before a talk: that the partner is no person, and what is sent where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rmcoach_llm import plugins

if TYPE_CHECKING:
    from rmcoach_llm.protocols import ChatModel
    from rmcoach_llm.settings import Settings


def disclosed(
    name: str, listener: str, voice: str, settings: Settings, model: ChatModel | None
) -> str:
    """Give the sentences on who hears and who speaks; `name` is the stakeholder's.

    `settings` say which model is chosen, also where it is asked nothing and `model` is None.
    """
    asked = f"{model.name} at {settings.model.host}" if model else ""
    if voice == "authored":
        return f"{_scripted(name)} {_heard(listener, asked, settings.model.model)}"
    if voice == "model":
        return (
            f"{name} is an AI: a language model ({asked}) writes the answers."
            " What you type is sent there."
        )
    (entry,) = plugins.entries("voices")[voice]
    return (
        f"{name} is no person but an automated partner: the voice '{voice}' of the"
        f" plugin {entry.package} writes the answers, and what you type is given to it."
        f"{_perhaps_sent(asked)}"
    )


def _scripted(name: str) -> str:
    return (
        f"Scripted practice: {name} is no person and no language model but an automated"
        " partner that speaks lines written by an author."
    )


def _heard(listener: str, asked: str, unasked: str | None) -> str:
    if listener == "model":
        return f"A language model ({asked}) listens: what you type is sent there."
    if listener != "local":
        return f"The listener '{listener}' of a plugin hears what you type.{_perhaps_sent(asked)}"
    if unasked is not None:
        return (
            f"Rules on the language score it at the end: {unasked} is asked"
            " nothing. `rmcoach score --session` lets it judge afterwards."
        )
    return "With a language model the answers become free; see README."


def _perhaps_sent(asked: str) -> str:
    return f" It may send it to a language model ({asked})." if asked else ""
