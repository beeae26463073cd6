"""What a model costs: dollars for a million tokens, and for a call."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rmcoach_llm.domain.base import Name, Record
from rmcoach_llm.domain.scorecard import Usage

Dollars = Annotated[float, Field(ge=0, le=1_000_000)]
MILLION = 1_000_000


class Rates(Record):
    """Hold US dollars for a million tokens.

    `cached_input` is for the part of a prompt that the endpoint still had, `cache_write` for what it
    keeps; where they are None, such tokens count as `input`.
    """

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    cache_write: Dollars | None = None

    @property
    def dearest_input(self) -> float:
        """Give what a token of the prompt costs at most, for a million."""
        return max(self.input, self.cached_input or 0.0, self.cache_write or 0.0)

    @property
    def cheapest_input(self) -> float:
        """Give what a token of the prompt costs at least, for a million."""
        return self.input if self.cached_input is None else min(self.input, self.cached_input)


class LongRates(Rates):
    """Hold the rates of requests with more than `above` tokens in the prompt, the answer's too."""

    above: Annotated[int, Field(ge=1)]


class Price(Rates):
    """Hold what a model costs, with where that is written and the day on which it was.

    `host` is the only endpoint at which the price holds, None for any.
    """

    long: LongRates | None = None
    host: Name | None = None
    source: Name | None = None
    date: Name | None = None

    def rates(self, prompt_tokens: int) -> Rates:
        """Give the rates of a request with so many tokens in its prompt."""
        return self.long if self.long is not None and prompt_tokens > self.long.above else self

    def cost(self, usage: Usage) -> float | None:
        """Give the dollars that one call has cost, None where its tokens are not known.

        What was not cached counts as written to the cache, where that costs more: usage does not
        say which it was.

        >>> Price(input=2, output=8, cached_input=0.5).cost(
        ...     Usage(calls=1, prompt_tokens=1_000_000, completion_tokens=10_000, cached_tokens=600_000)
        ... )
        1.18
        """
        if not usage.calls:
            return 0.0
        if not usage.prompt_tokens:
            return None
        rates = self.rates(usage.prompt_tokens)
        cached = min(usage.cached_tokens or 0, usage.prompt_tokens)
        old = rates.input if rates.cached_input is None else rates.cached_input
        new = max(rates.input, rates.cache_write or 0.0)
        prompt = cached * old + (usage.prompt_tokens - cached) * new
        return (prompt + usage.completion_tokens * rates.output) / MILLION

    def most(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Give the dollars that a call of at most so many tokens cannot be above."""
        kinds = [self] if self.rates(prompt_tokens) is self else [self, self.rates(prompt_tokens)]
        return max(
            (prompt_tokens * rates.dearest_input + answer_tokens * rates.output) / MILLION
            for rates in kinds
        )

    def least(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Give the dollars that a call of so many tokens costs where all of its prompt was cached."""
        rates = self.rates(prompt_tokens)
        return (prompt_tokens * rates.cheapest_input + answer_tokens * rates.output) / MILLION
