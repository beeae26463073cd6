"""What the traces of a practice session say to the trainee: figures said back wrongly, trust lost."""

from __future__ import annotations

from collections.abc import Iterator

from rmcoach_llm.disclosure import begin
from rmcoach_llm.domain import Act, Advice, Discovery, Move, Scenario, Stance, Transcript
from rmcoach_llm.evaluators.said import Place, Sentences
from rmcoach_llm.language.moves import is_check, question_type
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.language.patterns import MOVES
from rmcoach_llm.language.words import stems

MISPLAYED = "misplayed-playback"
"""Stands where a behaviour stands: what the listener of a session heard, and no rubric has."""

LISTENING = ("trust", "listening")
"""Words of the locks that a sign of listening opens; see `disclosure.why_locked`."""

LONGEST_TOLD = 200
"""Characters of the stakeholder's own words that are shown beside what was made of them."""

REBUFFS = {
    Act.PITCH: (
        "early-pitch",
        "You offered a solution before the need was known, and they drew back.",
        'Hold it back and ask on: "Before we talk about tools, what should be different then?"',
        Move.PITCH,
    ),
    Act.PRESSURE: (
        "pressed",
        "You pressed them, and they closed up.",
        "Say why you ask, and leave the choice to them.",
        Move.PRESSURE,
    ),
}
"""What the stakeholder draws back from: its name, what it was, what to do, the move that shows it."""

SAY_BACK = 'Give a figure back as they gave it, and let them mend it: "Did I get that right?"'


class Traces:
    """Read the traces of a session; of a transcript that is none, or is not believed, nothing.

    `rubric` is the one to which listening belongs: what is found here counts there. `played` is
    the scenario, for where the stakeholder stood at the start.
    """

    def __init__(
        self, transcript: Transcript, said: Sentences, rubric: str, played: Scenario | None
    ) -> None:
        self._transcript = transcript
        self._said = said
        self._rubric = rubric
        turns = transcript.turns
        self._answers = [
            (index, turn.trace)
            for index, turn in transcript.of_role("stakeholder")
            if index and turn.trace is not None and turns[index - 1].role == "trainee"
        ]
        self._before: dict[int, Stance] = {}
        stance = begin(played) if played is not None else None
        for index, trace in self._answers:
            if stance is not None:
                self._before[index] = stance
            stance = trace.stance

    def misplayed(self) -> Iterator[tuple[Advice, frozenset[Place]]]:
        """Yield advice on each fact that was said back wrongly, with the sentences that did it.

        The listener of the session heard it; the stakeholder's own words stand beside it, as they
        are out. All statements of the turn count as said back: none of them is praised.
        """
        for index, trace in self._answers:
            own, said = index - 1, self._said
            statements = [
                (number, said.text(own, part))
                for number, part in enumerate(said.of(own))
                if question_type(part.plain) is None or is_check(part.plain)
            ]
            if not trace.heard.misplayed or not statements:
                continue
            told = self._told_before(own)
            quote = _wrong_one([text for _, text in statements], told)
            told_at = {item.fact: item.turn + 1 for item in trace.stance.earned}
            answer = told_at.get(trace.heard.misplayed[0])
            advice = self._advice(own, quote, MISPLAYED, self._what(quote, answer, told), SAY_BACK)
            yield advice, frozenset((own, number) for number, _ in statements)

    def rebuffed(self) -> Iterator[Advice]:
        """Yield advice on each line that the stakeholder answered by drawing back."""
        for index, trace in self._answers:
            if trace.act in REBUFFS:
                name, what, instead, move = REBUFFS[trace.act]
                yield self._advice(index - 1, self._doing(index - 1, move), name, what, instead)

    def unheard(self, found: Discovery) -> Advice | None:
        """Give advice where things were held back from one who never said anything back."""
        said_back = any(trace.heard.played_back for _, trace in self._answers)
        locks = [why for why in found.held_back.values() if any(w in why for w in LISTENING)]
        if said_back or not locks:
            return None
        return Advice(
            rubric=self._rubric,
            behaviour="saying-back",
            what="Says back what was heard: they held things back from one who only asked.",
            instead="Say the last answer back in a sentence, with its figure, and ask whether it is"
            " right. Then ask on.",
            why="Hearing themselves, people add and trust; here it is what opens the deeper facts.",
        )

    def lost_trust(self) -> frozenset[int]:
        """Give the turns (from 0) of the trainee after which the stakeholder trusted them less."""
        return frozenset(
            index - 1
            for index, trace in self._answers
            if index in self._before and trace.stance.trust < self._before[index].trust
        )

    def cost(self, turn: int) -> str | None:
        """Say what a turn of the trainee cost with the stakeholder; None where nothing was lost."""
        after = next((trace.stance for index, trace in self._answers if index == turn + 1), None)
        before = self._before.get(turn + 1)
        if before is None or after is None:
            return None
        falls = {
            "trust": before.trust - after.trust,
            "patience": before.patience - after.patience,
        }
        lost = [f"{fall} of {name}" for name, fall in falls.items() if fall > 0]
        return f"With the stakeholder this turn cost {' and '.join(lost)}." if lost else None

    def _advice(self, turn: int, quote: str, name: str, what: str, instead: str) -> Advice:
        return Advice(
            rubric=self._rubric,
            behaviour=name,
            turn=turn,
            quote=quote,
            what=what,
            instead=instead,
            why=self.cost(turn),
        )

    def _told_before(self, end: int) -> str:
        told = (turn.text for i, turn in self._transcript.of_role("stakeholder") if i < end)
        return "\n".join(told)

    def _doing(self, turn: int, move: Move) -> str:
        """Give the sentence of a turn that makes a move, or the whole turn."""
        parts = (p for p in self._said.of(turn) if MOVES[move].search(p.plain))
        part = next(parts, None)
        return self._said.text(turn, part) if part else self._transcript.turns[turn].text

    def _what(self, quote: str, answer: int | None, told: str) -> str:
        right = self._right_one(quote, answer) if answer is not None else None
        strange = sorted(numbers(quote) - numbers(told))
        wrong = f"You said {' and '.join(strange)}" if strange else "You gave this back wrongly"
        if right is None:
            return f"{wrong}; they had said it otherwise."
        return f'{wrong}; at turn {answer} they had said: "{right}"'

    def _right_one(self, quote: str, answer: int) -> str | None:
        """Give the sentence of the stakeholder's answer that the quote is most about."""
        parts = [self._said.text(answer, part) for part in self._said.of(answer)]
        spoken, figure = set(stems(quote)), bool(numbers(quote))
        best = max(
            parts,
            key=lambda p: (figure and bool(numbers(p)), len(spoken & set(stems(p)))),
            default=None,
        )
        if best is None or len(best) <= LONGEST_TOLD:
            return best
        return best[:LONGEST_TOLD].rpartition(" ")[0] + " ..."


def _wrong_one(statements: list[str], told: str) -> str:
    """Choose the statement with a number that was never said, else the one most about the case."""
    known, words = numbers(told), set(stems(told))
    return max(statements, key=lambda s: (len(numbers(s) - known), len(words & set(stems(s)))))
