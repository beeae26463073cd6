"""Measure how well questions are matched to facts, and how often idle ones are.

Run `python -m benchmarks.topics [--json] [--every N]` from the top of the project. For each
scenario that comes with the package:

- samples: each sample question (`asks_like`), or each Nth, is taken out and put to what is left;
- fresh: questions written from topic and statement alone; weights may be fitted on `dev`, never
  on `test`; `kept` was written by another hand, and nothing was fitted on it; `played` was asked
  by trainees in whole talks, and what was not understood was mended; `unmended` is by the same
  hand, and nothing was mended on it;
- off topic: lines about something else, of which none should be heard as asking for a fact.

top-1: the right fact ranks first. Right or asks: it is heard, or one of the two asked back about.
Mistaken: another fact is heard. Each line is heard alone, as by `rmcoach scenario hear`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterable, Iterator

from benchmarks.questions import EITHER, fresh_questions, left_out, off_topic, scenarios
from rmcoach_llm.disclosure import advance, begin
from rmcoach_llm.domain import Scenario, Transcript
from rmcoach_llm.language.moves import moves_of
from rmcoach_llm.language.topics import Topics, decide
from rmcoach_llm.practice.listeners import asking, hear
from rmcoach_llm.practice.voices import authored_line

PARTS = ("dev", "test", "kept", "played", "unmended")

Outcome = tuple[bool, bool, bool, bool]
"""Ranks first; heard or asked back about; another fact is heard; two are asked back about."""


def main() -> None:
    """Print the figures as a table, or as JSON."""
    parser = argparse.ArgumentParser(description="measure the topic match")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--every", type=int, default=1, help="only each Nth sample question")
    options = parser.parse_args()
    rows = figures(every=options.every)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        cells = "  ".join(f"{key} {_shown(value)}" for key, value in row.items())
        print(f"{name:44} {cells}")


def figures(*, every: int = 1) -> dict[str, dict[str, float]]:
    """Give all figures by name: shares from 0 to 1, counts, milliseconds."""
    found = scenarios()
    samples = {s.id: [_outcome(*item) for item in left_out(s, every)] for s in found}
    fresh = {part: {s.id: list(_fresh(s, part)) for s in found} for part in PARTS}
    rows = {f"samples: {name}": _summary(these) for name, these in samples.items()}
    rows["samples: all"] = _summary(o for these in samples.values() for o in these)
    for part, by_scenario in fresh.items():
        asked = {name: these for name, these in by_scenario.items() if these}
        rows |= {f"fresh {part}: {name}": _summary(these) for name, these in asked.items()}
        rows[f"fresh {part}: all"] = _summary(o for these in asked.values() for o in these)
    rows["off topic"] = _idle(found)
    rows["time in ms"] = _times(found)
    return rows


def _fresh(scenario: Scenario, part: str) -> Iterator[Outcome]:
    topics = Topics.of(scenario)
    for fact, question in fresh_questions(scenario.id, part):
        yield _outcome(topics, question, fact)


def _outcome(topics: Topics, question: str, fact: str) -> Outcome:
    text, found, _ = asking(question, moves_of(question))
    ranked = topics.rank(text)
    best, pair = decide(ranked) if found.asks else ((), ())
    heard = {item.fact for item in (*best, *pair)}
    wanted = set(fact.split(EITHER))
    right = bool(wanted & heard)
    return ranked[0].fact in wanted, right, bool(best) and not right, bool(pair)


def _summary(outcomes: Iterable[Outcome]) -> dict[str, float]:
    columns = list(zip(*outcomes, strict=True))
    names = ("top-1", "right or asks", "mistaken", "asks back")
    shares = {n: round(statistics.mean(c), 3) for n, c in zip(names, columns, strict=True)}
    return {"questions": len(columns[0]), **shares}


def _idle(found: Iterable[Scenario]) -> dict[str, float]:
    outcomes = [
        _outcome(topics, line, "") for topics in map(Topics.of, found) for line in off_topic()
    ]
    summary = _summary(outcomes)
    return {
        "lines": len(outcomes),
        "false match": summary["mistaken"],
        "asks back": summary["asks back"],
    }


def _times(found: Iterable[Scenario]) -> dict[str, float]:
    prepare, turns = [], []
    for scenario in found:
        started = time.perf_counter()
        Topics.of(scenario)
        prepare.append((time.perf_counter() - started) * 1_000)
        turns += _turn_times(scenario)
    return {
        "prepare a scenario, median": round(statistics.median(prepare), 1),
        "a scripted turn, median": round(statistics.median(turns), 2),
    }


def _turn_times(scenario: Scenario) -> Iterator[float]:
    stance = begin(scenario)
    for line in [fact.asks_like[0] for fact in scenario.facts]:
        talk = Transcript.of(
            "measured",
            [
                (scenario.persona.name, "stakeholder", scenario.opening),
                ("Trainee", "trainee", line),
            ],
        )
        started = time.perf_counter()
        _, cue = advance(scenario, stance, hear(scenario, talk, stance), turn=1)
        authored_line(scenario, talk, cue)
        yield (time.perf_counter() - started) * 1_000


def _shown(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
