"""Compare text with a kept file; UPDATE_GOLDEN=1 writes the file anew."""

from __future__ import annotations

import os
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Fail unless `text` is what the file at `path` holds.

    With UPDATE_GOLDEN=1 in the environment the file is written instead: read the change before
    you keep it. A file that is not there fails too, so that no test passes by itself.
    """
    wanted = text if text.endswith("\n") else text + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
        return
    assert path.exists(), f"{path.name} is not there: run once with UPDATE_GOLDEN=1"
    assert path.read_text(encoding="utf-8") == wanted, (
        f"{path.name} differs: if the change is meant, run with UPDATE_GOLDEN=1 and read the diff"
    )
