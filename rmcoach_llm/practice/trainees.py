"""Scripted trainees of known skill, who can be set on any scenario.

A trainee is a generator: it says a line, is sent the stakeholder's answer, says the next. It knows
the scenario's public matter and the questions that the author foresaw; of an answer it sees the
trace, where a person would go by the words. The same talk comes out every time. The one trainee
who listens has a file of his own, `discoverer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count, cycle

from rmcoach_llm.domain import Layer, Scenario
from rmcoach_llm.language.words import words
from rmcoach_llm.practice import trainee_lines as lines
from rmcoach_llm.practice.discoverer import discoverer
from rmcoach_llm.practice.playing_back import taken_up
from rmcoach_llm.practice.trainee_script import (
    Line,
    Script,
    Trainee,
    bare_questions,
    facts_of,
    is_open,
    told,
)

FALLBACK_SOLUTION = "a new platform"
LAST_RESORT = "Is there anything about {topic}?"


def average(scenario: Scenario) -> Script:
    """Play one who asks fairly, once more where nothing came, and takes up the first answer only."""
    yield Line("Hello, nice to meet you.")
    reaction = ""
    known: set[str] = set()
    surface = facts_of(scenario, Layer.WANT) + facts_of(scenario, Layer.SYMPTOM)
    for number, fact in enumerate(surface):
        # Every third thing is asked as a closed question, as people do who think they know.
        closed = number % 3 == 2
        questions = [q for q in bare_questions(fact) if is_open(q) is not closed]
        for question in (questions or bare_questions(fact))[:2]:
            if fact.id in known:
                break
            answer = yield Line(f"{reaction} {question}".strip(), fact.id)
            reaction = ""
            if (new := told(answer)) is not None:
                reaction = "" if known else f"I see, {taken_up(answer.text)}."
                known.add(new)
    yield Line("What do you really need?", scenario.root_need.id)
    for line in lines.LAST_WORDS:
        yield Line(line)


def interrogator(scenario: Scenario) -> Script:
    """Play one who fires short closed questions at everything, and a "why?" now and then."""
    for number, fact in enumerate(scenario.facts):
        closed = [q for q in bare_questions(fact) if not is_open(q)]
        question = min(closed, key=lambda q: len(words(q)), default="")
        yield Line(question or LAST_RESORT.format(topic=fact.topic), fact.id)
        if number % 4 == 3:
            yield Line("Why?")
    for line in cycle(("Why?", "How much?", "Who?", "Since when?", "And?")):
        yield Line(line)


def pitcher(scenario: Scenario) -> Script:
    """Play one who sells, turn after turn."""
    solutions = cycle(_with_article(s) for s in scenario.solutions or (FALLBACK_SOLUTION,))
    for line, solution in zip(cycle(lines.PITCHES), solutions, strict=False):
        yield Line(line.format(solution=solution))


def flatterer(scenario: Scenario) -> Script:
    """Play one who praises, says "I understand", and asks for what lies deep."""
    deep = [fact for fact in scenario.facts if fact.layer.deep]
    for number, praise in zip(count(), cycle(lines.PRAISE), strict=False):
        fact = deep[number % len(deep)]
        questions = bare_questions(fact)
        question = questions[number // len(deep) % len(questions)]
        yield Line(f"{praise} {question}", fact.id)


def insister(scenario: Scenario) -> Script:
    """Play one who asks for the need and nothing else, again and again in other words."""
    need = scenario.root_need
    for question in cycle(["What do you really need?", *bare_questions(need)]):
        yield Line(question, need.id)


def jargon_speaker(scenario: Scenario) -> Script:
    """Play one who speaks IT to people who do not."""
    need = scenario.root_need
    questions = cycle(bare_questions(need))
    for form in cycle(lines.JARGON):
        asks = "{question}" in form
        text = form.format(question=next(questions)) if asks else form
        yield Line(text, need.id if asks else None)


def _says(spoken: Iterable[str]) -> Trainee:
    """Give the trainee who says the same lines whatever happens."""

    def says(scenario: Scenario) -> Script:
        del scenario
        for line in cycle(spoken):
            yield Line(line)

    return says


def _with_article(solution: str) -> str:
    """Put "a" before what is one of several: "a chatbot", but "machine learning"."""
    last = solution.rsplit(maxsplit=1)[-1].lower()
    bare = solution != solution.lower() or last.endswith(("ing", "ence", "tion", "s"))
    if bare or solution.startswith(("a ", "an ", "the ")):
        return solution
    return f"an {solution}" if solution[0] in "aeiou" else f"a {solution}"


TRAINEES: Mapping[str, Trainee] = {
    "discoverer": discoverer,
    "average": average,
    "interrogator": interrogator,
    "pitcher": pitcher,
    "flatterer": flatterer,
    "insister": insister,
    "jargon-speaker": jargon_speaker,
    "off-topic": _says(lines.SMALL_TALK),
    "hostile": _says(lines.HOSTILITY),
    "gibberish": _says(lines.NOISE),
    "attacker": _says(lines.ATTACKS),
}
"""All trainees by name, the most skilled first."""
