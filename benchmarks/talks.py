"""Measure how whole talks of a trainee are heard: questions, remarks, playbacks, and the rest.

Run `python -m benchmarks.talks first|second [--lines] [--json]` from the top of the project. The
lines are in `benchmarks/fresh_questions/talks`, a file a scenario, and are put to the scripted
stakeholder in their order. What stands before a line says what it is and which facts it is about:
`asks`, `hints` (a remark about something that may not be told yet), `back` (an answer said back in
own words), `push`, `chat`, `offer`, `bye`.

heard: as what it is. said anew: what is said back is told again in other words, neither confirmed
nor denied. asked back: one of the two offered is meant. not heard: the stakeholder says
that they do not follow, or lets it pass. beside: another fact is told or kept back. not out: what
is said back was not told before, and nobody has to hear it. Of all lines:
how often an answer is given that was given before, and how often what was meant was not earned yet.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.questions import EITHER, FRESH, lines_of, scenarios
from rmcoach_llm.disclosure import advance, begin
from rmcoach_llm.domain import Act, Cue, Heard, Scenario, Stance, Transcript
from rmcoach_llm.practice.listeners import hear
from rmcoach_llm.practice.voices import authored_line

TALKS = FRESH / "talks"
LONGEST = {"turns": 60, "patience": 20}
"""All lines are played: the talk ends neither by time nor by patience."""

FITS = {
    "push": frozenset({Act.PRESSURE, Act.PITCH, Act.RAISE_OBJECTION, Act.HOLD_OBJECTION}),
    "chat": frozenset({Act.GREET, Act.OFF_TOPIC, Act.THANKS, Act.HOLLOW}),
    "offer": frozenset({Act.COMMITMENT, Act.THANKS}),
    "bye": frozenset({Act.FAREWELL}),
}
"""What a stakeholder does about lines that are about no fact."""

OUTCOMES = ("heard", "said anew", "asked back", "not heard", "beside", "not out")

REPEATS = frozenset({Act.RETELL, Act.REPEAT})


class Spoken(NamedTuple):
    """Hold one line of a talk: what it is, the facts it is about, its words."""

    what: str
    facts: frozenset[str]
    text: str


class Played(NamedTuple):
    """Hold what became of a line: how it was heard, what was done, what was answered."""

    spoken: Spoken
    outcome: str
    act: Act
    answer: str


def main() -> None:
    """Print the figures, and the lines if asked for."""
    parser = argparse.ArgumentParser(description="measure how whole talks are heard")
    parser.add_argument("part", choices=("first", "second"))
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--lines", action="store_true", help="print what became of each line")
    options = parser.parse_args()
    played = {s.id: list(play(s, options.part)) for s in scenarios()}
    if options.lines:
        for name, items in played.items():
            for item in items:
                facts = EITHER.join(sorted(item.spoken.facts))
                print(
                    f"{name[:8]} {item.outcome:10} {item.act:10} {item.spoken.what} {facts}: {item.spoken.text} -> {item.answer}"
                )
    figures = summary([item for items in played.values() for item in items])
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for what, row in figures.items():
        print(f"{what:6}", "  ".join(f"{name} {count}" for name, count in row.items()))


def spoken_lines(scenario_id: str, part: str) -> Iterator[Spoken]:
    """Yield the lines of a part of a scenario's talk."""
    now = ""
    for line in lines_of(TALKS / f"{scenario_id}.txt"):
        if line.startswith("["):
            now = line.strip("[]")
        elif now == part:
            label, text = line.split(": ", 1)
            what, _, facts = label.partition(" ")
            yield Spoken(what, frozenset(facts.split(EITHER)) - {""}, text)


def play(scenario: Scenario, part: str) -> Iterator[Played]:
    """Put the lines of a part to the scripted stakeholder, one after the other."""
    scenario = scenario.model_copy(update=LONGEST)
    stance = begin(scenario)
    turns = [(scenario.persona.name, "stakeholder", scenario.opening)]
    for spoken in spoken_lines(scenario.id, part):
        turns.append(("Trainee", "trainee", spoken.text))
        talk = Transcript.of("measured", turns)
        heard = hear(scenario, talk, stance)
        before = stance
        stance, cue = advance(scenario, stance, heard, turn=len(turns) - 1)
        stance = stance.model_copy(update={"ended": None, "patience": LONGEST["patience"]})
        answer = authored_line(scenario, talk, cue)
        turns.append((scenario.persona.name, "stakeholder", answer))
        yield Played(spoken, outcome(spoken, before, heard, cue), cue.act, answer)


def outcome(spoken: Spoken, before: Stance, heard: Heard, cue: Cue) -> str:
    """Say how a line was heard; `before` is where the stakeholder stood before it."""
    asked = {match.fact for match in heard.asked[:1]}
    if cue.act is Act.TELL and cue.tell is not None:
        asked.add(cue.tell.id)
    if not spoken.facts:
        if cue.act in FITS[spoken.what]:
            return "heard"
        return "beside" if asked else "not heard"
    restated = {*heard.played_back, *([heard.follows] if heard.follows else [])}
    known = {fact for fact in spoken.facts if before.knows(fact)}
    if spoken.what == "back" and not known:
        return "not out"
    right = asked if spoken.what == "asks" or not known else asked | restated
    if cue.act is Act.PUZZLED and cue.tell is not None:
        return "said anew" if cue.tell.id in spoken.facts else "beside"
    if spoken.facts & right or (known and spoken.facts & restated):
        return "heard"
    if spoken.facts & set(heard.unsure_between):
        return "asked back"
    return "beside" if asked or heard.unsure_between else "not heard"


def summary(played: list[Played]) -> dict[str, dict[str, int]]:
    """Count the outcomes by what the lines are, and of all lines."""
    rows: dict[str, dict[str, int]] = {}
    for what in (*dict.fromkeys(item.spoken.what for item in played), "all"):
        these = [item for item in played if what in (item.spoken.what, "all")]
        counts = Counter(item.outcome for item in these)
        rows[what] = {
            "lines": len(these),
            **{name: counts[name] for name in OUTCOMES},
            "said again": sum(item.act in REPEATS for item in these),
            "not earned": sum(item.act is Act.GUARDED for item in these),
        }
    return rows


if __name__ == "__main__":
    main()
