"""Start the command line: as `rmcoach`, or as `python -m rmcoach_llm`."""

from __future__ import annotations

import gc
import sys

LOOKS_FOR_GARBAGE_AFTER = 10_000
"""New objects after which garbage is looked for; Python's own figure, 700, is for small programs."""


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 even while it is still being loaded."""
    # Modules stay: looking for garbage while they are loaded is a tenth of the start.
    gc.set_threshold(LOOKS_FOR_GARBAGE_AFTER, 20, 20)
    try:
        from rmcoach_llm.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
