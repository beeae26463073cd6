"""How much processor time a judged transcript costs besides the client's.

    python -m benchmarks.judge_cpu [--runs N] [--json] [--profile]

A model that answers at once stands in for the client, and its time is left out; all else is as in use: screening,
measures, the request, the structured answer, grounding and arithmetic, for the three core rubrics
and a talk of 20 turns (goal: at most 3 ms). Each run judges another talk, so that no cache
helps; every second behaviour is credited with two quotes. `ms` is the median; `ms_least` and the
ratio are nearer the truth on a machine that does other things as well. `json_ratio` is the time as a
multiple of what it takes to parse the answer's JSON, and so depends less on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import statistics
import time
from collections.abc import Sequence

from rmcoach_llm.chat.scripted import ScriptedModel
from rmcoach_llm.chat.structured import StructuredChat
from rmcoach_llm.domain import ChatReply, ChatRequest, Role, Rubric, Transcript
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.library import Library
from rmcoach_llm.protocols import OnText
from rmcoach_llm.wiring import CORE_RUBRICS

TURNS = 20
WARM_UP = 5
TRAINEE = (
    "Before we talk about any tool, walk me through the last close, please: what took longest in",
    "You said that chasing takes four days. Is it the number of companies, or the cut-off, at",
    "What would you do on day three if you knew which accruals are missing, say for",
    "The downside is one more field to type for two companies. I would expect two hours in",
    "So next step, I talk to your two clerks on Thursday and send you a note by Friday about",
)
STAKEHOLDER = (
    "The two new companies send their accruals on day six, and we chase them for days, mostly",
    "They are booked by hand, and the cut-off is missed in every second month, last in",
    "I'm worried that my people have no time for a form in closing week, above all for",
)


def talk(number: int) -> Transcript:
    """Give a talk of 20 turns of 20 to 30 words; no two are the same."""
    rows: list[tuple[str, Role, str]] = []
    for turn in range(TURNS):
        mark = f"unit {number} of region {turn}?"
        if turn % 2 == 0:
            rows.append(("Alex", "trainee", f"{TRAINEE[turn // 2 % 5]} {mark}"))
        else:
            rows.append(("Dana", "stakeholder", f"{STAKEHOLDER[turn // 2 % 3]} {mark}"))
    return Transcript.of(f"t{number}", rows)


def answer(rubrics: Sequence[Rubric], transcript: Transcript) -> str:
    """Give a judge's answer: every second behaviour is seen, with two quotes."""
    lines = [
        (turn, text.text[:60].rpartition(" ")[0]) for turn, text in transcript.of_role("trainee")
    ]
    items = []
    for n, behaviour in enumerate(b for rubric in rubrics for b in rubric.behaviours):
        cited = [lines[n % len(lines)], lines[(n + 1) % len(lines)]] if n % 2 == 0 else []
        items.append(
            {
                "id": behaviour.id,
                "evidence": [{"turn": turn, "quote": quote} for turn, quote in cited],
                "verdict": "observed" if cited else "not_observed",
                "confidence": "high",
            }
        )
    return json.dumps({"behaviours": items})


class _Client(ScriptedModel):
    """Answer at once, and keep how much processor time that took."""

    spent = 0.0

    async def complete(self, request: ChatRequest, *, on_text: OnText | None = None) -> ChatReply:
        """Give the next line."""
        began = time.process_time()
        reply = await super().complete(request, on_text=on_text)
        self.spent += time.process_time() - began
        return reply


async def measured(runs: int) -> tuple[list[float], list[float]]:
    """Give the processor time in ms of each judged talk, and that of parsing each answer."""
    library = Library()
    rubrics = tuple(library.rubric(name) for name in CORE_RUBRICS)
    said = ""

    def answered(_: ChatRequest) -> str:
        return said

    client = _Client(answered)
    model = StructuredChat(client)
    judge = Judge(model, library.prompt("judge-transcript"), rubrics)
    took, parsing = [], []
    for number in range(-WARM_UP, runs):
        transcript = talk(number)
        said = answer(rubrics, transcript)
        client.spent = 0.0
        began = time.process_time()
        card = await judge.evaluate(transcript)
        middle = time.process_time()
        json.loads(said)
        if number >= 0:
            took.append((middle - began - client.spent) * 1000)
            parsing.append((time.process_time() - middle) * 1000)
        if card.status != "scored" or card.evidence_rate != 1.0:
            raise SystemExit(f"not judged as planned: {card.status}, {card.evidence_rate}")
    return took, parsing


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    options = parser.parse_args()
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(asyncio.run, measured(options.runs))
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
        return
    took, parsing = asyncio.run(measured(options.runs))
    result = {
        "ms": round(statistics.median(took), 3),
        "ms_least": round(min(took), 3),
        "ms_p90": round(statistics.quantiles(took, n=10)[-1], 3),
        "json_ratio": round(statistics.median(took) / statistics.median(parsing), 1),
        "runs": options.runs,
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:12} {value}")


if __name__ == "__main__":
    main()
