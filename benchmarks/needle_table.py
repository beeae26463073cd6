"""Write the table of needles: what a text must hold for each pattern to match.

    python -m benchmarks.needle_table

To be run after a pattern has changed. Without its row a pattern works all the same; its needles
are then found at the first use, which takes longer than a talk.
"""

from __future__ import annotations

import json

from rmcoach_llm.evaluators import language
from rmcoach_llm.language.injection import DEMANDS
from rmcoach_llm.language.needles import ways
from rmcoach_llm.language.pattern import TABLE, all_patterns, key_of

SEES = (language, DEMANDS)
"""With these every pattern is imported."""


def table() -> dict[str, list[list[list[str]]]]:
    """Give the needles by the key of their pattern."""
    sources = {pattern.pattern for pattern in (*all_patterns(), *DEMANDS.patterns)}
    return {
        key_of(source): [[sorted(each) for each in way] for way in ways(source)]
        for source in sources
    }


def main() -> None:
    """Write the file, one pattern a line."""
    rows = sorted(table().items())
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(found)}" for key, found in rows)
    TABLE.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
