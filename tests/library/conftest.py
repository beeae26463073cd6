"""What the tests of the library share."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.library_files import write_library


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """Give a folder with a small library of one file of each kind."""
    return write_library(tmp_path / "own")
