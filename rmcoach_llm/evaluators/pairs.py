"""What is asked at a second look: pairs of a behaviour and words, without the talk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from rmcoach_llm.domain import (
    Behaviour,
    ChatMessage,
    ChatRequest,
    Criterion,
    Finding,
    Prompt,
    Record,
    digest_of,
)
from rmcoach_llm.evaluators.judge_prompt import Sampling
from rmcoach_llm.language.numbered import visible

CONTROLS = 2
"""So many counter-examples stand among the pairs of a request."""

MAX_PAIRS = 40
MAX_CHARACTERS = 24_000
"""Quotes of one request, in characters; a longer one has a request of its own."""

MAX_ANSWER_TOKENS = 2_000
"""About three times what 42 pairs take."""

APART = " [...] "
"""Stands between words that were said in more than one place."""


class PairAnswer(Record):
    """Hold the answer to one pair, by its number."""

    pair: int
    answer: Literal["yes", "no"]


class PairAnswers(Record):
    """Hold the model's answer, one entry a pair."""

    pairs: tuple[PairAnswer, ...]


class Pair(NamedTuple):
    """Put a behaviour and words side by side; equal pairs are asked about once."""

    statement: str
    example: str
    counter_example: str
    quote: str

    @property
    def control(self) -> Pair:
        """Give the behaviour with its counter-example: the right answer is no."""
        return self._replace(quote=self.counter_example)


def pair_of(item: Behaviour | Criterion, finding: Finding, quote: str) -> Pair:
    """Give the pair of a quote and what it is to show; what shows nothing is left out of it.

    That is the behaviour; of a criterion with levels the level that was given, with the highest
    as the example and the lowest as the counter-example.
    """
    words = " ".join(visible(quote).split())
    if isinstance(item, Behaviour):
        return Pair(item.statement, item.example, item.counter_example, words)
    anchors: Mapping[str, str] = item.anchors or {}
    near = [text for level, text in anchors.items() if abs(int(level) - (finding.level or 1)) <= 1]
    described = anchors.get(str(finding.level)) or " to: ".join(near) or item.question
    return Pair(f"{item.title}: {described}", anchors["5"], anchors["1"], words)


def pairs_request(prompt: Prompt, pairs: Iterable[Pair]) -> ChatRequest:
    """Give the request about some pairs, one a line, numbered from 1."""
    lines = (
        json.dumps(
            {
                "pair": number,
                "behaviour": pair.statement,
                "example": pair.example,
                "counter_example": pair.counter_example,
                "words": pair.quote,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for number, pair in enumerate(pairs, start=1)
    )
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render()),
            ChatMessage(role="user", content="\n".join(lines)),
        ),
        temperature=Sampling().temperature,
        seed=Sampling().seed,
        max_tokens=MAX_ANSWER_TOKENS,
    )


def read_pairs(answers: PairAnswers, asked: Sequence[Pair]) -> dict[Pair, Literal["yes", "no"]]:
    """Give the answer to each pair; one that is left out, or given two answers, has none."""
    given: dict[int, set[Literal["yes", "no"]]] = {}
    for item in answers.pairs:
        given.setdefault(item.pair, set()).add(item.answer)
    return {
        pair: next(iter(given[number]))
        for number, pair in enumerate(asked, start=1)
        if len(given.get(number, ())) == 1
    }


def controls_of(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Give the counter-examples that are asked about as well: always the same for the same pairs.

    Words that a trainee has really said are none of them.
    """
    real = set(pairs)
    found = {pair.control for pair in real} - real
    return tuple(sorted(found, key=lambda pair: digest_of(list(pair)))[:CONTROLS])


def batches(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Yield the pairs in groups that one request can hold.

    >>> [len(part) for part in batches([Pair("a", "b", "c", str(n)) for n in range(50)])]
    [40, 10]
    """
    part: list[Pair] = []
    for pair in pairs:
        size = sum(len(one.quote) for one in part) + len(pair.quote)
        if part and (len(part) == MAX_PAIRS or size > MAX_CHARACTERS):
            yield tuple(part)
            part = []
        part.append(pair)
    if part:
        yield tuple(part)
