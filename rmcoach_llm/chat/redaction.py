"""Hide the API key in what an endpoint sends: some echo the request that they got."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pydantic import SecretStr

MASK = "***"
SHORTEST = 7
"""Shorter keys, such as `ollama` or `EMPTY`, are no secret, and hiding them would tear words."""


class Redactor:
    """Hide the key in text that comes in pieces, wherever it is cut.

    What may be the beginning of the key is held back until the next piece tells: at most one
    character less than the key. The pieces given, and the `rest`, joined are the redacted text.

    >>> redactor = Redactor(SecretStr("sk-12345"))
    >>> [redactor.feed(piece) for piece in ("Use sk-1", "2345, a", "sk me")], redactor.rest()
    (['Use ', '***, a', 'sk me'], '')
    """

    def __init__(self, key: SecretStr | None) -> None:
        self._key = key if key is not None and len(key) >= SHORTEST else None
        self._held = ""

    def feed(self, piece: str) -> str:
        """Give the text that is safe to show by now."""
        if self._key is None:
            return piece
        key = self._key.get_secret_value()
        text = (self._held + piece).replace(key, MASK)
        first = max(0, len(text) - len(key) + 1)
        cut = next((i for i in range(first, len(text)) if key.startswith(text[i:])), len(text))
        self._held = text[cut:]
        return text[:cut]

    def rest(self) -> str:
        """Give what was held back: as it is where it is short, masked where it gives much away."""
        held, self._held = self._held, ""
        return held if len(held) < SHORTEST else MASK


def redacted(text: str, key: SecretStr | None) -> str:
    """Give a whole text with the key in it hidden.

    >>> redacted("Bearer sk-12345!", SecretStr("sk-12345"))
    'Bearer ***!'
    """
    redactor = Redactor(key)
    return redactor.feed(text) + redactor.rest()


@dataclass(frozen=True)
class _HideKey(logging.Filter):
    """Hide the key in log records; equal for equal keys, so that a logger takes it once."""

    key: SecretStr

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage(), self.key), ()
        return True


def hide_in_logs(key: SecretStr, *loggers: str) -> None:
    """Hide the key in what these loggers write: a server's reason phrase and headers may hold it."""
    for name in loggers:
        logging.getLogger(name).addFilter(_HideKey(key))
