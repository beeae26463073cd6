"""What a user may set: command line before environment before config file before defaults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator

from rmcoach_llm.domain import FrozenMap, Price, Record, is_control
from rmcoach_llm.errors import ConfigError, did_you_mean

OPENAI_BASE_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"

_KEY_NAMES = frozenset({"api_key", "apikey", "key", "token", "secret", "openai_api_key"})
_KEY_REMEDY = "set OPENAI_API_KEY in the environment instead"

S = TypeVar("S", bound=Record)

Seconds = Annotated[float, Field(gt=0, le=86_400)]


class ModelSettings(Record):
    """Say which model answers, where, and how long and how often to try.

    `deadline_s` bounds a call with its retries, two thirds of it the first try of an answer that
    comes whole; `connect_s` a connection, `first_token_s` and `idle_s` a stream before its first
    and between two words. `outage_s` is how long a call outlasts an endpoint that fails or is
    down (0: says so at once). `attempts` counts the first one. `context_tokens` is the model's
    window where it is known. `memory` is the file that keeps what was learned about endpoints.

    Raises ConfigError for a key or an address that cannot be used; it never shows the key.

    >>> ModelSettings(model="m", api_key=SecretStr("sk-1\\n")).api_key
    SecretStr('**********')
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    base_url: str = OPENAI_BASE_URL
    api_key: SecretStr | None = None
    deadline_s: Seconds = 180
    connect_s: Seconds = 2.5
    first_token_s: Seconds = 60
    idle_s: Seconds = 30
    outage_s: Annotated[float, Field(ge=0, le=86_400)] = 0
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    context_tokens: Annotated[int, Field(ge=1)] | None = None
    max_reply_chars: Annotated[int, Field(ge=1, le=10_000_000)] = 60_000
    max_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 8
    strict_model: bool = False
    memory: Path | None = None

    @field_validator("api_key", mode="before")
    @classmethod
    def _usable_key(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        return checked_key(text) if isinstance(text, str) else text

    @field_validator("base_url", mode="after")
    @classmethod
    def _usable_address(cls, value: str) -> str:
        return checked_base_url(value)

    @field_validator("model", mode="after")
    @classmethod
    def _visible_name(cls, value: str | None) -> str | None:
        if value is not None and (any(map(is_control, value)) or value != value.strip()):
            raise ValueError("must be a name without control characters or outer spaces")
        return value

    @property
    def host(self) -> str:
        """Give host and port as a person would name them."""
        return urlsplit(self.base_url).netloc

    def key_to_send(self) -> str:
        """Give the key, or a placeholder for servers that need none.

        Raises ConfigError where OpenAI itself is asked without a key.
        """
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        if urlsplit(self.base_url).hostname == OPENAI_HOST:
            raise ConfigError(
                f"no API key for {OPENAI_HOST}",
                remedy="set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own",
            )
        return "no-key-needed"


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

PRICES = "prices"


def checked_key(text: str) -> SecretStr | None:
    """Give the key without white space around it, None for an empty one.

    Raises ConfigError, which never shows the key, where it cannot stand in an HTTP header.

    >>> checked_key("  ") is None
    True
    """
    key = text.strip()
    if not key:
        return None
    for place, character in enumerate(key, start=1):
        if not "!" <= character <= "~":
            kind = "a line break" if character in "\r\n" else "a character"
            raise ConfigError(
                f"OPENAI_API_KEY holds {kind} that no key can hold, at place {place} of {len(key)}",
                remedy="copy the key again; it is plain ASCII without spaces",
            )
    return SecretStr(key)


def checked_base_url(text: str) -> str:
    """Give the address of an OpenAI-compatible endpoint without a trailing slash.

    Raises ConfigError for anything but http(s)://host[:port][/path].

    >>> checked_base_url("http://localhost:11434/v1/")
    'http://localhost:11434/v1'
    """
    remedy = "write it like http://localhost:11434/v1"
    address = text.strip()
    if any(is_control(c) or c.isspace() or not c.isascii() for c in address):
        raise ConfigError(
            "base_url holds a space or a character that no address holds", remedy=remedy
        )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ConfigError("base_url is no valid address", remedy=remedy) from None
    if "@" in parts.netloc:
        raise ConfigError("base_url holds a user name or password", remedy=_KEY_REMEDY)
    if parts.query or parts.fragment:
        raise ConfigError("base_url holds a query or fragment", remedy=remedy)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ConfigError("base_url is no http or https address", remedy=remedy)
    return address.rstrip("/")


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


def load_settings(overrides: Mapping[str, object], env: Mapping[str, str]) -> Settings:
    """Give the settings of a command: `overrides`, then `env`, then the config file, then defaults.

    `overrides` are the command line's; those that are None count as not given. `config` among
    them names the config file. Raises ConfigError; it names the source, the setting, what was
    found and what is allowed, and never shows a key.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    for name in given:
        _refuse_unknown(name, (*SETTING_NAMES, "config"), "command line")
    named = given.pop("config", None) or env.get("RMCOACH_CONFIG", "").strip()
    path = Path(str(named)).expanduser() if named else config_file(env)
    from_file, text = _read_config(path, must_exist=bool(named))
    from_env = {
        setting: (variable, value)
        for variable, setting in _ENVIRONMENT.items()
        if (value := env.get(variable, "").strip())
    }
    sources = {
        **{name: _place(path, text, name) for name in from_file},
        **{setting: variable for setting, (variable, _) in from_env.items()},
        **dict.fromkeys(given, "command line"),
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


def _refuse_unknown(name: str, allowed: tuple[str, ...], source: str) -> None:
    if name not in allowed:
        raise ConfigError(f"{source}: unknown setting '{name}'", remedy=did_you_mean(name, allowed))


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


def _read_config(path: Path, *, must_exist: bool) -> tuple[dict[str, object], str | None]:
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
    _refuse_keys(path, text, values)
    if PRICES in values:
        values[PRICES] = checked_prices(values[PRICES], _place(path, text, PRICES))
    for name in ("library", "store"):
        if isinstance(value := values.get(name), str):
            values[name] = path.parent / Path(value).expanduser()
    return values, text


def _refuse_keys(path: Path, text: str, values: Mapping[str, object]) -> None:
    """Refuse what is no setting, and what may be an API key."""
    for name, value in values.items():
        if name.lower() in _KEY_NAMES or str(value).startswith("sk-"):
            raise ConfigError(
                f"{_place(path, text, name)}: an API key does not belong into a file",
                remedy=_KEY_REMEDY,
            )
        if name != PRICES:
            _refuse_unknown(name, (*SETTING_NAMES, PRICES), _place(path, text, name))


def _place(path: Path, text: str | None, name: str) -> str:
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}[\"']?\s*[=\].]")
    for number, line in enumerate((text or "").splitlines(), start=1):
        if pattern.match(line):
            return f"{path}: line {number}"
    return str(path)
