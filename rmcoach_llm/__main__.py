"""Start the command line: as `rmcoach`, or as `python -m rmcoach_llm`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it with 130 even while it is still being loaded."""
    try:
        from rmcoach_llm.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
