"""Trainees of several kinds, as lines that a person would type, and a way to let them play."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import cycle, islice

from rmcoach_llm.disclosure import advance, begin
from rmcoach_llm.domain import Cue, Heard, Scenario, Stance, Transcript, Turn, clean_text
from rmcoach_llm.practice.listeners import hear
from rmcoach_llm.practice.trainees import TRAINEES
from rmcoach_llm.practice.voices import authored_line


@dataclass
class Played:
    """Hold a talk as it went: what was heard, the stances (the first before any line), the cues."""

    scenario: Scenario
    transcript: Transcript
    stances: list[Stance]
    heard: list[Heard] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)

    @property
    def last(self) -> Stance:
        """Give where the stakeholder stands now."""
        return self.stances[-1]

    @property
    def deep(self) -> list[str]:
        """Give the known facts that had to be earned."""
        return [f for f in self.last.known if self.scenario.fact(f).layer.deep]

    def tell(self) -> str:
        """Give the talk as text, for the message of a test that fails."""
        return "\n".join(f"{turn.role:12} {turn.text}" for turn in self.transcript.turns)


def opened(scenario: Scenario) -> Played:
    """Begin a talk with the opening line."""
    name = scenario.persona.name
    turns = [(name, "stakeholder", scenario.opening)]
    talk = Transcript.of("play", turns)  # type: ignore[arg-type]  # a tuple of literals
    return Played(scenario, talk, [begin(scenario)])


def play(scenario: Scenario, lines: Iterable[str]) -> Played:
    """Let lines be said one after the other until they or the talk are at the end."""
    played = opened(scenario)
    for line in lines:
        if played.last.ended:
            break
        add_turn(played, line)
    return played


def add_turn(played: Played, line: str) -> None:
    """Say one line and let the stakeholder answer with an authored one."""
    scenario = played.scenario
    talk = with_line(played.transcript, line, trainee=True, name="Trainee")
    heard = hear(scenario, talk, played.last)
    stance, cue = advance(scenario, played.last, heard, turn=len(talk.turns) - 1)
    answer = authored_line(scenario, talk, cue)
    name = scenario.persona.name
    played.transcript = with_line(talk, answer, trainee=False, name=name)
    played.stances.append(stance)
    played.heard.append(heard)
    played.cues.append(cue)


def with_line(talk: Transcript, text: str, *, trainee: bool, name: str) -> Transcript:
    """Add a line to a transcript without checks, as a conversation does."""
    turn = Turn(speaker=name, role="trainee" if trainee else "stakeholder", text=clean_text(text))
    return talk.model_copy(update={"turns": (*talk.turns, turn)})


def often(*lines: str, times: int = 24) -> list[str]:
    """Say lines over and over."""
    return list(islice(cycle(lines), times))


DISCOVERERS = {
    "finance-close-report": (
        "Thanks for making time. Could you describe what you would like to see on that dashboard?",
        "And how does a month-end close run with you today, from the first day to the last?",
        (
            "So if I understand you right, the close takes nine working days where the calendar says "
            "six, and since the two companies joined it has not been kept. Did I get that right?"
        ),
        (
            "You said that sorting out what does not match eats the time. What is it that does not "
            "match?"
        ),
        (
            "So around forty intercompany differences are open on day three. That must be a lot of "
            "phoning. What does that mean for your people?"
        ),
        (
            "Let me play that back: two of your controllers spend days three to seven phoning, "
            "seventy hours a month. Is that right?"
        ),
        "Who is waiting for the figures in the meantime?",
        (
            "So on day five the banks get the leverage ratio from an estimate, with the open "
            "differences guessed. Is that fair?"
        ),
        "What happens if such a guess turns out to be wrong?",
        (
            "That must have been unpleasant, with the limit so near. What matters most to you in all "
            "of this?"
        ),
        "What do you really need on day five?",
        "Why does nobody settle these differences before month-end?",
        "Who decides about something like this?",
        "How would you know in spring that it has worked?",
        "What limits do we have to respect, systems or budget?",
    ),
    "engineering-test-bench": (
        "Good morning. Before I say anything about it: what is it that fills the queue today?",
        "So of 610 runs about 250 had been run before, four in ten. Did I understand that right?",
        (
            "You said that finding the earlier results is only the first hurdle. Where do the results "
            "end up?"
        ),
        (
            "So they lie on a network drive, on the bench computers and in an old portal, and it "
            "takes half a day to find one. Is that correct?"
        ),
        "What has that meant for your releases, has one slipped because of it?",
        (
            "Nine weeks late, and a hospital group gone. That must have been painful. Why would "
            "nobody sign the old results?"
        ),
        (
            "So the T4 was nine weeks late because 64 tests were run again at the end. Do I have "
            "that right?"
        ),
        "What would you need to know to stand behind an old result?",
        "What happens when a requirement changes?",
        (
            "So no result says which revision of a requirement it was run against, and thirty of "
            "them change every month. Is that right?"
        ),
        "What happened with the last system that IT gave you?",
        "What may we not touch in the lab?",
        "Who decides about this?",
        "What would convince you and them?",
        "How would you measure success?",
    ),
    "hr-onboarding-app": (
        "Thank you, gladly. Tell me about the app, what do you have in mind?",
        "And how do you welcome new people today?",
        (
            "So they get a folder of 46 pages and two hours with you, and 30 of 40 folders lay there "
            "untouched. Did I get that right?"
        ),
        "How many of the new people stay?",
        (
            "128 of 412 gone within 90 days, that must hurt. You said it does not look the same "
            "everywhere, where is it different?"
        ),
        (
            "So Ostermoor and Kanalhof lose almost half of their people, the others 17 percent. Is "
            "that right?"
        ),
        "You phoned some of those who left. What did they tell you?",
        (
            "So 14 of the 20 said that nobody had time for them in the first week and they stood "
            "alone at the line. Do I understand that right?"
        ),
        "How does a normal shift run there, when somebody new joins?",
        "What would those newcomers really need in the first shifts?",
        "What does it cost you that so many leave?",
        "Who has to agree to a change like that?",
        "What would convince Katja Rehm?",
        "What would a good result look like in winter?",
        "Which rules of the works council do we have to respect?",
    ),
}
"""For each scenario a good trainee: open questions, playback, questions that build on answers."""

ASSENT = often("Okay.", "I see.", "Yes.", "Right.", "Interesting.")
STUFFED = often(
    "I understand, that makes sense, I hear you. I don't know, I can't promise anything. "
    "I will send you a summary by Friday. What do you really need?",
)
LISTENS_TO_NOTHING = {
    "assent": ASSENT,
    "stuffed with evidence": STUFFED,
    "insister on the decision": often("Who decides?"),
}
"""Trainees who earn nothing, beside those of the package."""


def spoken(scenario: Scenario, name: str, *, times: int = 24) -> list[str]:
    """Give the lines of a trainee of the package who says the same whatever is answered."""
    script = TRAINEES[name](scenario)
    silence = Turn(speaker="Nobody", role="stakeholder", text="")
    lines = [next(script).text]
    with contextlib.suppress(StopIteration):
        while len(lines) < times:
            lines.append(script.send(silence).text)
    return lines
