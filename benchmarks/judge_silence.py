"""How often a judge that saw nothing is found out, and how near honest readers come to it.

    python -m benchmarks.judge_silence [--json]

Over the talks that careful readers judged (`judge_trials`), by sign: what the rules on language find
is held against what a reader saw, as if the second look confirmed all of it, which is the worst for
the honest. Then the same for a judge that sees nothing, where the second look confirms what that
reader saw. Nothing is fitted here; no model is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any

from benchmarks.judge_trials.kept import TALKS, Json, lines_of, readers
from rmcoach_llm.domain import Scorecard, Transcript
from rmcoach_llm.evaluators.language import LanguageEvaluator
from rmcoach_llm.evaluators.silence import LEAST, SILENT, disproved
from rmcoach_llm.library import Library
from rmcoach_llm.wiring import CORE_RUBRICS

RUBRICS = tuple(Library().rubric(name) for name in CORE_RUBRICS)
SIGNS = {b.id: b.sign for rubric in RUBRICS for b in rubric.behaviours}


def found_by_code(talk: Json) -> frozenset[str]:
    """Give the behaviours that the rules find in a talk."""
    turns = [(turn["speaker"], turn["role"], turn["text"]) for turn in talk["turns"]]
    card: Scorecard = asyncio.run(
        LanguageEvaluator(RUBRICS).evaluate(Transcript.of(talk["id"], turns))
    )
    scores = (score for rubric in card.rubrics.values() for score in rubric.criteria.values())
    return frozenset(f.behaviour for s in scores for f in s.findings if f.verdict == "observed")


def sides() -> Iterator[Json]:
    """Yield, of each reader, talk and sign, what code found and what of it the reader saw.

    A reader who judged a talk in two rounds counts once, as in the later one.
    """
    found = {talk["id"]: found_by_code(talk) for talk in lines_of(TALKS)}
    said = {
        (reader.name.split("-")[1], talk): verdicts
        for reader in readers()
        for talk, verdicts in reader.first.items()
    }
    for (reader, talk), verdicts in said.items():
        for sign in ("+", "-"):
            by_code = [n for n in found[talk] if SIGNS[n] == sign and n in verdicts]
            yield {
                "reader": reader,
                "talk": talk,
                "sign": sign,
                "seen by the reader": sum(
                    verdict == "observed" and SIGNS.get(name) == sign
                    for name, verdict in verdicts.items()
                ),
                "found": len(by_code),
                "both": sum(verdicts[name] == "observed" for name in by_code),
                "passed over": sum(verdicts[name] in SILENT for name in by_code),
            }


def figures() -> Json:
    """Give by sign how many honest readers, and how many judges that see nothing, are not believed."""
    told: dict[str, Any] = {}
    for sign in ("+", "-"):
        held = [side for side in sides() if side["sign"] == sign]
        enough = [side for side in held if side["passed over"] >= LEAST]
        much = [side for side in held if side["seen by the reader"] >= LEAST]
        told[sign] = {
            "judgements": len(held),
            "of what code found, seen by the reader": round(
                sum(s["both"] for s in held) / sum(s["found"] for s in held), 3
            ),
            "honest, not believed": sum(disproved(s["passed over"], s["both"]) for s in held),
            "most passed over by an honest one": max(
                (s["passed over"] / s["found"] for s in enough), default=None
            ),
            f"with {LEAST} or more to see": len(much),
            "of these, a silent one is found out": sum(disproved(s["both"], 0) for s in much),
            "talks where it is not": sorted(
                {s["talk"] for s in much if not disproved(s["both"], 0)}
            ),
        }
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    for mark, of_sign in (found := figures()).items():
        if not as_json:
            print(f"'{mark}'", *(f"  {name}: {value}" for name, value in of_sign.items()), sep="\n")
    if as_json:
        print(json.dumps(found))
