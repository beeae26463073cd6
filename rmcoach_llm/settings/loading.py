"""The settings of a call or command, put together from where they may stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from rmcoach_llm.domain import FrozenMap, Price, Record
from rmcoach_llm.errors import ConfigError, did_you_mean
from rmcoach_llm.settings.config_file import place_in, read_config, refuse_unknown
from rmcoach_llm.settings.model import ModelSettings

S = TypeVar("S", bound=Record)


class Settings(Record):
    """Hold all settings: the model's, and where library and sessions are kept.

    `prices` are those of the config file, by model. `sources` says for each setting that is no
    default where it came from.
    """

    model: ModelSettings = ModelSettings()
    library: Path | None = None
    store: Path
    trainee: str | None = None
    config: Path | None = None
    prices: FrozenMap[Price] = FrozenMap()
    sources: FrozenMap[str] = FrozenMap()


SETTING_NAMES = tuple(
    sorted(
        (set(ModelSettings.model_fields) - {"api_key", "memory"}) | {"library", "store", "trainee"}
    )
)
"""The keys that a config file may hold, besides the tables of `prices`."""

_PREFIX = "RMCOACH_"
_ENVIRONMENT = {
    "OPENAI_API_KEY": "api_key",
    "OPENAI_BASE_URL": "base_url",  # RMCOACH_BASE_URL comes later, and wins
    **{_PREFIX + name.upper(): name for name in SETTING_NAMES},
}
_NO_SETTINGS = ("RMCOACH_CONFIG", "RMCOACH_DEBUG")


def data_folder(env: Mapping[str, str]) -> Path:
    """Give the folder for sessions and what was learned: $XDG_DATA_HOME/rmcoach or its default."""
    return _xdg(env, "XDG_DATA_HOME", ".local/share") / "rmcoach"


def config_file(env: Mapping[str, str]) -> Path:
    """Give the config file: $RMCOACH_CONFIG, else $XDG_CONFIG_HOME/rmcoach/config.toml."""
    named = env.get("RMCOACH_CONFIG", "").strip()
    if named:
        return Path(named).expanduser()
    return _xdg(env, "XDG_CONFIG_HOME", ".config") / "rmcoach" / "config.toml"


def _xdg(env: Mapping[str, str], name: str, default: str) -> Path:
    named = Path(env.get(name, ""))
    if named.is_absolute():
        return named
    home = env.get("HOME", "").strip()
    return (Path(home) if home else Path.home()) / default


def load_settings(
    overrides: Mapping[str, object], env: Mapping[str, str], *, given_by: str = "command line"
) -> Settings:
    """Give the settings of a command: `overrides`, then `env`, then the config file, then defaults.

    `overrides` are those of `given_by`; those that are None count as not given. `config` among
    them names the config file. Raises ConfigError; it names the source, the setting, what was
    found and what is allowed, and never shows a key.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    for name in given:
        refuse_unknown(name, (*SETTING_NAMES, "config"), given_by)
    named = given.pop("config", None) or env.get("RMCOACH_CONFIG", "").strip()
    path = Path(str(named)).expanduser() if named else config_file(env)
    from_file, text = read_config(path, SETTING_NAMES, must_exist=bool(named))
    from_env = {
        setting: (variable, value)
        for variable, setting in _ENVIRONMENT.items()
        if (value := env.get(variable, "").strip())
    }
    sources = {
        **{name: place_in(path, text, name) for name in from_file},
        **{setting: variable for setting, (variable, _) in from_env.items()},
        **dict.fromkeys(given, given_by),
    }
    data = data_folder(env)
    values: dict[str, object] = {"store": data / "sessions.db", "memory": data / "endpoints.json"}
    values |= from_file | {name: value for name, (_, value) in from_env.items()} | given
    model = {name: values.pop(name) for name in ModelSettings.model_fields if name in values}
    rest = {**values, "config": None if text is None else path, "sources": sources}
    rest["model"] = _validated(ModelSettings, model, sources)
    return _validated(Settings, rest, sources)


def unknown_variables(env: Mapping[str, str]) -> tuple[str, ...]:
    """Say of each variable that begins like ours and is none of them what may be meant.

    >>> (said,) = unknown_variables({"RMCOACH_STOR": "a.db", "RMCOACH_MODEL": "m", "HOME": "/"})
    >>> said.partition(":")[0]
    'RMCOACH_STOR is unknown and has no effect'
    """
    known = (*_ENVIRONMENT, *_NO_SETTINGS)
    return tuple(
        f"{name} is unknown and has no effect: {did_you_mean(name, known)}"
        for name in sorted(env)
        if name.startswith(_PREFIX) and name not in known
    )


def _validated(kind: type[S], values: Mapping[str, object], sources: Mapping[str, str]) -> S:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0])
        problem = ConfigError(
            f"{sources.get(name, 'settings')}: {name}: found {values.get(name)!r:.80}",
            remedy=first["msg"].removeprefix("Value error, "),
        )
    except ConfigError as error:
        name = "base_url" if error.message.startswith("base_url") else "api_key"
        source = sources.get(name, "settings")
        message = error.message if source in error.message else f"{source}: {error.message}"
        problem = ConfigError(message, remedy=error.remedy)
    raise problem
