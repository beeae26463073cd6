"""The public fake behaves as a model does."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat_asking import question

from rmcoach_llm.chat import ScriptedModel
from rmcoach_llm.domain import clean_text
from rmcoach_llm.errors import BadReply, ServerFault, UsageError


@given(st.text().filter(str.strip))
def test_pieces_joined_are_the_text(text: str) -> None:
    """Whatever is said, the pieces joined are the whole."""
    pieces: list[str] = []

    async def show(piece: str) -> None:
        pieces.append(piece)

    model = ScriptedModel([text])
    reply = asyncio.run(model.complete(question(), on_text=show))
    assert reply.text == "".join(pieces) == clean_text(text)


def test_a_script_may_be_a_function_and_may_fail() -> None:
    """A function sees the request; an error in the script is raised; an empty line is no answer."""
    model = ScriptedModel(lambda request: request.messages[-1].content.upper())
    assert asyncio.run(model.complete(question("hi"))).text == "HI"
    model = ScriptedModel([ServerFault("down"), " "])
    for expected in (ServerFault, BadReply, UsageError):
        with pytest.raises(expected):
            asyncio.run(model.complete(question()))
    assert len(model.requests) == 3
    asyncio.run(model.close())
