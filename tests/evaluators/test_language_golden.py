"""What the language evaluator finds in gold talks: a change of speed may not change it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.golden import check_golden

from benchmarks.gold_scores import GOLD, language_evaluator, read, talk_of

GOLDEN = Path(__file__).parent / "golden"
TALKS = ("a-01", "a-18", "b-03", "b-15")


def test_the_findings_of_gold_talks():
    """Every observed behaviour with its places, and the measures, of four talks."""
    evaluator = language_evaluator()
    records = {record["id"]: record for record in read(GOLD / "transcripts.dev.jsonl")}
    rows = []
    for name in TALKS:
        card = asyncio.run(evaluator.evaluate(talk_of(records[name])))
        rows.append(f"# {name}: {dict(card.measures)}")
        found = {
            finding.behaviour: finding
            for rubric in card.rubrics.values()
            for criterion in rubric.criteria.values()
            for finding in criterion.findings
        }
        for behaviour, finding in sorted(found.items()):
            quotes = [(finding.turn, finding.quote), *((e.turn, e.quote) for e in finding.also)]
            shown = "; ".join(f"{turn}: {quote}" for turn, quote in quotes if quote)
            rows.append(f"{behaviour} {finding.verdict} {shown}".rstrip())
    check_golden(GOLDEN / "language-findings.txt", "\n".join(rows))


def test_a_long_talk_takes_time_in_line_with_its_length():
    """Ten times the turns take about ten times as long: nothing is searched in all turns before."""
    import time

    from benchmarks.language_speed import talks

    evaluator = language_evaluator()

    def spent(turns: int, again: int) -> float:
        began = time.process_time()
        asyncio.run(evaluator.evaluate(talks(turns, 1, again)[0]))
        return time.process_time() - began

    spent(100, 0)
    short, long = min(spent(100, n) for n in (1, 2, 3)), spent(1_000, 4)
    assert long < 40 * short
