"""A model that judges by a fixed answer, and looks a second time as a function says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from rmcoach_llm.domain import ChatReply, Record, StructuredReply, Usage
from rmcoach_llm.evaluators.pairs import PairAnswer, PairAnswers

R = TypeVar("R", bound=Record)


class TwoMinded:
    """Judge by a fixed answer, and answer for each pair what a function says of its words."""

    name = "two-minded"

    def __init__(self, answer, says: Callable[[str], str] | Exception) -> None:
        self._answer = answer
        self._says = says
        self.asked: list[list[dict[str, str]]] = []

    async def ask(self, request, shape):
        """Give the answer as a valid record of `shape`."""
        value = self._answer
        if shape is PairAnswers:
            pairs = [json.loads(line) for line in request.messages[-1].content.splitlines()]
            self.asked.append(pairs)
            if isinstance(self._says, Exception):
                raise self._says
            told = [(pair["pair"], self._says(pair["words"])) for pair in pairs]
            value = PairAnswers(
                pairs=tuple(PairAnswer(pair=n, answer=a) for n, a in told if a in ("yes", "no"))
            )
        usage = Usage(calls=1, prompt_tokens=10, completion_tokens=5)
        reply = ChatReply(text="{}", model="served-1", usage=usage)
        made = shape.model_validate(value.model_dump())
        return StructuredReply[shape](value=made, reply=reply)
