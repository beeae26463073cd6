"""Measure how well questions are matched to facts, and how often idle ones are.

Run `python -m benchmarks.topics [--json]` from the top of the project. Each sample question
(`asks_like`) is taken out of its scenario in turn and put to what is left: top-1 is how often the
right fact ranks first, right or asks how often it is heard or among the two asked back about.
`fresh` are questions written without a look at the cues; `off topic` should match nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from rmcoach_llm.disclosure import advance, begin
from rmcoach_llm.domain import Earned, Fact, Scenario, Stance, Transcript
from rmcoach_llm.language.moves import moves_of
from rmcoach_llm.language.topics import ASKED, CLOSE, Topics
from rmcoach_llm.library import Library
from rmcoach_llm.practice.listeners import hear
from rmcoach_llm.practice.voices import authored_line

HERE = Path(__file__).parent
SCENARIOS = ("engineering-test-bench", "finance-close-report", "hr-onboarding-app")


def main() -> None:
    """Print the figures as a table, or as JSON."""
    parser = argparse.ArgumentParser(description="measure the topic match")
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    rows = figures()
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        cells = "  ".join(f"{key} {_shown(value)}" for key, value in row.items())
        print(f"{name:32} {cells}")


def figures() -> dict[str, dict[str, float]]:
    """Give all figures by name: shares from 0 to 1, counts, milliseconds."""
    scenarios = [Library().scenario(name) for name in SCENARIOS]
    rows = {s.id: _summary(list(_left_out(s))) for s in scenarios}
    rows["all three"] = _summary([r for s in scenarios for r in _left_out(s)])
    for scenario in scenarios:
        fresh = list(_fresh(scenario))
        if fresh:
            rows[f"fresh: {scenario.id}"] = _summary(fresh) | _understood(scenario)
    idle = lines_of(HERE / "off_topic.txt")
    rows["off topic"] = {
        "lines": len(idle) * len(scenarios),
        "matched": sum(_matches(Topics.of(s), line) for s in scenarios for line in idle),
        "heard as a topic": sum(_heard(s, line) for s in scenarios for line in idle),
    }
    rows["a scripted turn"] = {"median ms": statistics.median(_turn_times(scenarios))}
    return rows


def lines_of(path: Path) -> list[str]:
    """Give the lines of a text file, comments and blank ones left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def fresh_questions(scenario_id: str) -> list[tuple[str, str]]:
    """Give (fact id, question) pairs written without a look at the cues of a scenario."""
    text = (HERE / "fresh_questions.txt").read_text(encoding="utf-8")
    pairs: list[tuple[str, str]] = []
    scenario = ""
    for line in text.splitlines():
        scenario = line.removeprefix("# scenario: ") if line.startswith("# scenario") else scenario
        if scenario == scenario_id and ": " in line and not line.startswith("#"):
            fact, question = line.split(": ", 1)
            pairs.append((fact, question))
    return pairs


def _left_out(scenario: Scenario) -> Iterator[tuple[bool, bool, bool]]:
    for fact in scenario.facts:
        for question in fact.asks_like:
            facts = [_without(other, question) for other in scenario.facts]
            yield _outcome(Topics(facts), question, fact.id)


def _without(fact: Fact, question: str) -> Fact:
    kept = tuple(other for other in fact.asks_like if other != question)
    return fact.model_copy(update={"asks_like": kept})


def _fresh(scenario: Scenario) -> Iterator[tuple[bool, bool, bool]]:
    topics = Topics.of(scenario)
    for fact_id, question in fresh_questions(scenario.id):
        yield _outcome(topics, question, fact_id)


def _outcome(topics: Topics, question: str, fact_id: str) -> tuple[bool, bool, bool]:
    """Say whether a question is ranked right, heard or asked back rightly, taken for another."""
    ranked = topics.rank(question, kinds=moves_of(question).kinds)
    right = ranked[0].fact == fact_id
    heard = [r.fact for r in ranked[:2] if r.score >= max(ASKED, ranked[0].score - CLOSE)]
    return right, fact_id in heard, bool(heard) and fact_id not in heard


def _summary(outcomes: list[tuple[bool, bool, bool]]) -> dict[str, float]:
    count = len(outcomes)
    tops, heard, wrong = (sum(column) for column in zip(*outcomes, strict=True))
    return {
        "questions": count,
        "top-1": round(tops / count, 3),
        "right or asks": round(heard / count, 3),
        "taken for another": round(wrong / count, 3),
    }


def _matches(topics: Topics, line: str) -> bool:
    return topics.rank(line, kinds=moves_of(line).kinds)[0].score >= ASKED


def _understood(scenario: Scenario) -> dict[str, float]:
    """Give how often the listener takes or asks back a fresh question rightly, or takes it wrongly.

    The facts that come before it are known.
    """
    right, wrong, questions = 0, 0, fresh_questions(scenario.id)
    for fact_id, question in questions:
        before = scenario.fact(fact_id).unlock.after
        earned = tuple(Earned(fact=known, turn=1, how="earned") for known in before)
        stance = begin(scenario).model_copy(update={"earned": earned})
        heard = hear(scenario, _talk(scenario, question), stance)
        taken = [match.fact for match in heard.asked[:1]]
        right += fact_id in (*taken, *heard.unsure_between)
        wrong += bool(taken) and taken[0] != fact_id
    count = len(questions)
    return {
        "understood or asked back": round(right / count, 3),
        "mistaken": round(wrong / count, 3),
    }


def _talk(scenario: Scenario, line: str) -> Transcript:
    return Transcript.of(
        "measured",
        [
            (scenario.persona.name, "stakeholder", scenario.opening),
            ("Trainee", "trainee", line),
        ],
    )


def _heard(scenario: Scenario, line: str) -> bool:
    heard = hear(scenario, _talk(scenario, line), begin(scenario))
    return bool(heard.asked or heard.unsure_between)


def _turn_times(scenarios: list[Scenario]) -> Iterator[float]:
    for scenario in scenarios:
        stance: Stance = begin(scenario)
        for line in [question for fact in scenario.facts for question in fact.asks_like]:
            talk = _talk(scenario, line)
            started = time.perf_counter()
            _, cue = advance(scenario, stance, hear(scenario, talk, stance), turn=1)
            authored_line(scenario, talk, cue)
            yield (time.perf_counter() - started) * 1_000


def _shown(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
