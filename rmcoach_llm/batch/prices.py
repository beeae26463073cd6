"""What the models asked cost: a table that comes with the package, and the user's own over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from rmcoach_llm.domain import FrozenMap, Price
from rmcoach_llm.errors import ConfigError
from rmcoach_llm.settings import checked_prices

_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|20\d{6})$")


class Prices:
    """Find the price of a model; what is not in the table is unknown, never guessed.

    A name with a date at its end (`-2026-01-31`, `-20260131`) has the price of the name without
    it, where it has none of its own. A price with a `host` holds at that endpoint alone.

    >>> prices = Prices({"m": Price(input=1, output=2)})
    >>> prices.of("m-2026-01-31", "localhost:1234").output, prices.of("m-mini", "localhost:1234")
    (2.0, None)
    """

    def __init__(self, *tables: Mapping[str, Price]) -> None:
        self._tables = tables

    def of(self, model: str, host: str) -> Price | None:
        """Give what `model` costs at `host`, None where that is not known.

        The tables are asked one after the other, so that the first one wins.
        """
        for table in self._tables:
            for name in (model, _DATED.sub("", model)):
                price = table.get(name)
                if price is not None and price.host in (None, host):
                    return price
        return None


def known_prices(settings: Mapping[str, Price], path: Path | None = None) -> Prices:
    """Give the prices of a run: of a file that the user names, then of the settings, then our own.

    Raises ConfigError where the file cannot be read.
    """
    own = (read_prices(path),) if path is not None else ()
    return Prices(*own, settings, built_in())


def built_in() -> FrozenMap[Price]:
    """Give the table that comes with the package; each price has its source and date."""
    text = files("rmcoach_llm.batch").joinpath("data/prices.toml").read_text(encoding="utf-8")
    return checked_prices(tomllib.loads(text)["prices"], "prices.toml")


def read_prices(path: Path) -> FrozenMap[Price]:
    """Read a TOML file with tables like `[prices."gpt-6-luna"]`; raises ConfigError."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}", remedy="check --prices"
        ) from None
    except ValueError:  # no UTF-8, or no TOML
        raise ConfigError(
            f"{path}: is not valid TOML", remedy='write [prices."MODEL"], then input = 1.0'
        ) from None
    unknown = sorted(set(values) - {"prices"})
    if unknown or "prices" not in values:
        found = f"found '{unknown[0]}'" if unknown else "holds no prices"
        raise ConfigError(f"{path}: {found}", remedy='write tables like [prices."MODEL"]')
    return checked_prices(values["prices"], str(path))
