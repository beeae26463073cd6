"""Write the table of needles: the alternatives of each pattern, and what a text must hold for them.

    python -m benchmarks.needle_table

To be run after a pattern has changed. Without its row a pattern works all the same; its needles
are then found at the first use, which takes longer than a talk.
"""

from __future__ import annotations

import json

from rmcoach_llm.evaluators import language
from rmcoach_llm.language.alternatives import alternatives
from rmcoach_llm.language.injection import DEMANDS
from rmcoach_llm.language.needle_rows import TABLE, key_of, whole, written
from rmcoach_llm.language.needles import ways
from rmcoach_llm.language.pattern import all_patterns

SEES = (language, DEMANDS)
"""With these every pattern is imported."""


def table() -> dict[str, dict[str, str]]:
    """Give alternatives, each with its needles, by the key of their pattern."""
    parts = {pattern.pattern: whole(pattern.pattern) for pattern in DEMANDS.patterns}
    parts |= {pattern.pattern: alternatives(pattern.pattern) for pattern in all_patterns()}
    return {
        key_of(source): {each: written(ways(each)) for each in own} for source, own in parts.items()
    }


def main() -> None:
    """Write the file, one pattern a line."""
    rows = sorted(table().items())
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(found)}" for key, found in rows)
    TABLE.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
