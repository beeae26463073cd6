"""The config file: what it may hold, and what is refused in it, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from rmcoach_llm.domain import FrozenMap, Price
from rmcoach_llm.errors import ConfigError, did_you_mean
from rmcoach_llm.settings.model import KEY_REMEDY

PRICES = "prices"

_KEY_NAMES = frozenset({"api_key", "apikey", "key", "token", "secret", "openai_api_key"})


def checked_prices(tables: object, place: str) -> FrozenMap[Price]:
    """Give prices by model from tables like `[prices."name"]`, read from a file.

    Raises ConfigError, which names `place`, the model, what was found and what is allowed.

    >>> checked_prices({"m": {"input": 0, "output": 0}}, "prices.toml")["m"].output
    0.0
    """
    form = 'write [prices."MODEL"] with input and output in dollars for a million tokens'
    if not isinstance(tables, Mapping):
        raise ConfigError(f"{place}: prices is no table", remedy=form)
    prices: dict[str, Price] = {}
    for model, table in tables.items():
        try:
            prices[model] = Price.model_validate(table)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, ("prices", repr(model), *first["loc"])))
            missing = first["type"] == "missing"
            found = "" if missing else f": found {first['input']!r:.80}"
            allowed = _lowered(first["msg"])
            problem = ConfigError(f"{place}: {where}{found}: {allowed}", remedy=form)
        else:
            continue
        raise problem
    return FrozenMap(prices)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def read_config(
    path: Path, allowed: tuple[str, ...], *, must_exist: bool
) -> tuple[dict[str, object], str | None]:
    """Give the settings that a config file holds, by name, and its text: None where it is not there.

    `allowed` are the names of settings. Raises ConfigError with the file and its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(
                f"{path}: no such config file", remedy="check RMCOACH_CONFIG"
            ) from None
        return {}, None
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise ConfigError(f"{path}: cannot be read: {cause}", remedy="check the file") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line \d+, column \d+|end of document", str(error))
        place = where.group() if where else "somewhere"
        raise ConfigError(
            f"{path}: {place}: is not valid TOML", remedy='write: model = "name"'
        ) from None
    _refuse_keys(path, text, values, allowed)
    if PRICES in values:
        values[PRICES] = checked_prices(values[PRICES], place_in(path, text, PRICES))
    for name in ("library", "store"):
        if isinstance(value := values.get(name), str):
            values[name] = path.parent / Path(value).expanduser()
    return values, text


def _refuse_keys(
    path: Path, text: str, values: Mapping[str, object], allowed: tuple[str, ...]
) -> None:
    """Refuse what is no setting, and what may be an API key."""
    for name, value in values.items():
        if name.lower() in _KEY_NAMES or str(value).startswith("sk-"):
            raise ConfigError(
                f"{place_in(path, text, name)}: an API key does not belong into a file",
                remedy=KEY_REMEDY,
            )
        if name != PRICES:
            refuse_unknown(name, (*allowed, PRICES), place_in(path, text, name))


def refuse_unknown(name: str, allowed: tuple[str, ...], source: str) -> None:
    """Raise ConfigError for a name that is no setting; it says which may be meant."""
    if name not in allowed:
        raise ConfigError(f"{source}: unknown setting '{name}'", remedy=did_you_mean(name, allowed))


def place_in(path: Path, text: str | None, name: str) -> str:
    """Give the place where a config file sets a name, for messages: file and line."""
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}[\"']?\s*[=\].]")
    for number, line in enumerate((text or "").splitlines(), start=1):
        if pattern.match(line):
            return f"{path}: line {number}"
    return str(path)
