"""The guide for authors says what the code does and what the example holds."""

from __future__ import annotations

import re
from pathlib import Path

from support.authoring import EXAMPLE

from rmcoach_llm.disclosure import PATIENCE, TRUST

GUIDE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_the_points_of_trust_are_those_of_the_rules() -> None:
    """The table of the guide gives the figures of the rules, in their order."""
    text = GUIDE.read_text(encoding="utf-8")
    rows = [int(points) for points in re.findall(r"^\|[^|]+\| ([+-]\d) \|$", text, re.MULTILINE)]
    assert rows == list(TRUST.values())
    assert PATIENCE["pressure"] == -2
    assert {points for name, points in PATIENCE.items() if name != "pressure"} == {-1}


def test_what_the_guide_shows_stands_in_the_example() -> None:
    """Each excerpt of the guide is a part of the finished file."""
    blocks = re.findall(r"^```text\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    excerpts = [block for block in blocks if block.startswith("  ")]
    assert len(excerpts) == 3
    for excerpt in excerpts:
        assert excerpt in EXAMPLE.read_text(encoding="utf-8")
