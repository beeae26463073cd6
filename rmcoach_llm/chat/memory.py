"""What was learned about endpoints, kept in a small file between runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from rmcoach_llm.errors import UsageError
from rmcoach_llm.whole_file import whole_file

log = logging.getLogger(__name__)


class Memory(Protocol):
    """Remember one word about one model at one endpoint."""

    def recall(self) -> str | None:
        """Give the word, None if there is none."""
        ...

    def keep(self, word: str) -> None:
        """Remember the word from now on."""
        ...


class Forgetful:
    """Remember for as long as the object lives."""

    def __init__(self) -> None:
        self._word: str | None = None

    def recall(self) -> str | None:
        """Give the word, None if there is none."""
        return self._word

    def keep(self, word: str) -> None:
        """Remember the word from now on."""
        self._word = word


class EndpointMemory:
    """Remember in a JSON file `{"<base_url> <model>": {"json": "<rung>"}}`.

    A file that cannot be read counts as empty, one that cannot be written is logged: what is
    forgotten is learned again.
    """

    def __init__(self, path: Path, base_url: str, model: str) -> None:
        self._path = path
        self._name = f"{base_url} {model}"

    def recall(self) -> str | None:
        """Give the word, None if there is none."""
        entry = self._all().get(self._name)
        word = entry.get("json") if isinstance(entry, Mapping) else None
        return word if isinstance(word, str) else None

    def keep(self, word: str) -> None:
        """Remember the word from now on: the file is replaced whole."""
        if word == self.recall():
            return
        text = json.dumps({**self._all(), self._name: {"json": word}}, indent=1, sort_keys=True)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self._path) as part:
                part.write_text(text, encoding="utf-8")
        except OSError as error:
            log.warning("%s: cannot be written: %s", self._path, error.strerror)
        except UsageError as error:
            log.warning("%s", error.message)

    def _all(self) -> dict[str, object]:
        try:
            value = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            log.warning("%s: cannot be read: starts anew", self._path)
            return {}
        return value if isinstance(value, dict) else {}
