"""What the tests of the readers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.reading import Outcome, read_file


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Outcome]:
    """Write content into a file of the given name and read it."""

    def write_and_read(name: str, content: str | bytes, **options: str | None) -> Outcome:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, **options)

    return write_and_read
