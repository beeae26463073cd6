"""The helper for kept files: it fails when it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.golden import check_golden


def test_a_kept_file_must_be_there_and_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or different file fails; it is written only when that is asked for."""
    monkeypatch.delenv("UPDATE_GOLDEN", raising=False)
    path = tmp_path / "new" / "page.txt"
    with pytest.raises(AssertionError, match="is not there"):
        check_golden(path, "text")
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    check_golden(path, "text")
    monkeypatch.delenv("UPDATE_GOLDEN")
    check_golden(path, "text")
    check_golden(path, "text\n")
    with pytest.raises(AssertionError, match="differs"):
        check_golden(path, "other")
