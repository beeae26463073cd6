"""A store in a folder of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rmcoach_llm.stores.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give an empty store; it is closed after the test."""
    made = SqliteStore(tmp_path / "home" / "sessions.db")
    yield made
    made.close()
