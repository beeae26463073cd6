"""A sample plugin: a reader for `.chatlog` files and a model that repeats the last line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm import ChatReply, ChatRequest, InputError, Transcript
from rmcoach_llm.protocols import OnText, ReadOptions


class ChatlogReader:
    """Read files with one `name | text` a line; the first name is the trainee's."""

    name = "chatlog"
    suffixes = (".chatlog",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Transcript | InputError]:
        """Yield the one transcript of the file."""
        label = options.label or path.name
        pairs = []
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            name, bar, text = (part.strip() for part in line.partition("|"))
            if line.strip() and not (name and bar):
                raise InputError(label, f"line {number}", "no 'name | text'", remedy="add the name")
            if name:
                pairs.append((name, text))
        trainee = options.trainee or (pairs[0][0] if pairs else "")
        turns = [(n, "trainee" if n == trainee else "stakeholder", text) for n, text in pairs]
        yield Transcript.of(label, turns)


class Parrot:
    """Answer with what was said last: a model for trying things out."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Repeat the last message."""
        text = request.messages[-1].content
        if on_text is not None:
            await on_text(text)
        return ChatReply(text=text, model=self.name)

    async def close(self) -> None:
        """Nothing is open."""


def create_parrot(settings: object) -> Parrot:
    """Make the model; `--model parrot:NAME` chooses it."""
    return Parrot(getattr(settings, "model", None) or "parrot")
