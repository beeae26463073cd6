"""Which model answers, where, and how long and how often to try; keys and addresses are checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator

from rmcoach_llm.domain import Record, is_control
from rmcoach_llm.errors import ConfigError

OPENAI_BASE_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"

KEY_REMEDY = "set OPENAI_API_KEY in the environment instead"

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
        raise ConfigError("base_url holds a user name or password", remedy=KEY_REMEDY)
    if parts.query or parts.fragment:
        raise ConfigError("base_url holds a query or fragment", remedy=remedy)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ConfigError("base_url is no http or https address", remedy=remedy)
    return address.rstrip("/")
