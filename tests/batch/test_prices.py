"""Prices: what is known has a source, what is not is unknown, and the user's own figures win."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.records import prices

from rmcoach_llm.batch.prices import Prices, built_in, known_prices, read_prices
from rmcoach_llm.domain import Price, Usage
from rmcoach_llm.errors import ConfigError
from rmcoach_llm.settings import load_settings


def test_each_built_in_price_has_a_source_a_date_and_a_host() -> None:
    """Who doubts a figure finds where it stood and when; it holds at that provider alone."""
    for model, price in built_in().items():
        assert price.source is not None, model
        assert price.source.startswith("https://"), model
        assert datetime.date.fromisoformat(price.date or "") <= datetime.date(2026, 11, 26), model
        assert price.host, model
        assert price.output > price.input > (price.cached_input or 0), model


def test_a_dated_snapshot_has_the_price_of_its_model_and_nothing_else_is_guessed() -> None:
    """A date at the end falls back; another size, another host or another word does not."""
    known = known_prices({})
    found = known.of("gpt-5-mini-2025-08-07", "api.openai.com")
    assert found == known.of("gpt-5-mini", "api.openai.com")
    assert known.of("claude-haiku-4-5-20251001", "api.anthropic.com") is not None
    for model in ("gpt-5-mini-x", "gpt-5", "gpt-5-mini-2025", "openai/gpt-5-mini", "GPT-5-mini"):
        assert known.of(model, "api.openai.com") is None
    for host in ("localhost:11434", "127.0.0.1:8000", "gateway.example"):
        assert known.of("gpt-5-mini", host) is None


def test_the_users_file_wins_over_the_config_file_over_our_own(tmp_path: Path) -> None:
    """Who names a price means it, at any endpoint; a dated name is nearer than the model's."""
    path = tmp_path / "own.toml"
    path.write_text('[prices."gpt-5-mini"]\ninput = 0\noutput = 0\n')
    config = {"gpt-5-mini": Price(input=7, output=7), "other": Price(input=1, output=1)}
    known = known_prices(config, path)
    free = known.of("gpt-5-mini", "localhost:1")
    assert free is not None
    assert free.output == 0
    assert known.of("other", "x") == config["other"]
    assert known_prices(config).of("gpt-5-mini", "api.openai.com") == config["gpt-5-mini"]
    dated = Prices({"m": Price(input=1, output=1), "m-2026-01-01": Price(input=2, output=2)})
    assert dated.of("m-2026-01-01", "x") == Price(input=2, output=2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[prices", "is not valid TOML"),
        ("input = 1", "found 'input'"),
        ("", "holds no prices"),
        ("prices = 3", "prices is no table"),
        ('[prices."m"]\ninput = 1', "prices.'m'.output: field required"),
        ('[prices."m"]\ninput = -1\noutput = 1', "prices.'m'.input: found -1"),
        ('[prices."m"]\ninput = nan\noutput = 1', "prices.'m'.input: found nan"),
        ('[prices."m"]\ninput = "1$"\noutput = 1', "prices.'m'.input: found '1$'"),
        ('[prices."m"]\ninput = 1\noutput = 1\ncached = 1', "prices.'m'.cached: found 1"),
        ("[prices]\nm = 3", "prices.'m': found 3"),
    ],
)
def test_a_wrong_price_file_is_named_with_what_is_allowed(
    text: str, told: str, tmp_path: Path
) -> None:
    """Each fault names file, model, what was found and how to write it."""
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_prices(path)
    assert str(path) in raised.value.message
    assert told in raised.value.message
    assert '[prices."MODEL"]' in raised.value.remedy


def test_a_price_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is an error with a remedy, and bytes that are no text are one, too."""
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_prices(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        read_prices(tmp_path / "bytes.toml")


def test_prices_stand_in_the_config_file(tmp_path: Path) -> None:
    """A table of prices is read with the settings, and a wrong one is told with its line."""
    path = tmp_path / "config.toml"
    path.write_text('trainee = "Ada"\n\n[prices."my-model"]\ninput = 0.5\noutput = 1.5\n')
    settings = load_settings({"config": path}, {})
    assert settings.prices["my-model"].cost(Usage(calls=1, prompt_tokens=10**6)) == 0.5
    path.write_text('[prices."my-model"]\ninput = 0.5\n')
    with pytest.raises(ConfigError, match=r"config.toml: line 1: prices.'my-model'.output"):
        load_settings({"config": path}, {})


@given(prices(), st.integers(1, 10**6), st.integers(0, 10**5), st.integers(0, 10**6) | st.none())
def test_no_cost_is_above_the_most_or_below_the_least(
    price: Price, prompt: int, answer: int, cached: int | None
) -> None:
    """Whatever was cached, a call costs no more than is kept for it, and no less than the least."""
    usage = Usage(calls=1, prompt_tokens=prompt, completion_tokens=answer, cached_tokens=cached)
    cost = price.cost(usage)
    assert cost is not None
    assert cost <= price.most(prompt, answer) * (1 + 1e-12)
    assert cost >= price.least(prompt, answer) * (1 - 1e-12)


def test_tokens_that_are_not_known_have_no_cost() -> None:
    """An endpoint that counts nothing did not answer for nothing; no call costs nothing."""
    price = Price(input=1, output=1)
    assert price.cost(Usage(calls=1)) is None
    assert price.cost(Usage()) == 0
