"""A judge that obeys whatever it reads, an honest reader, and talks to put payloads into.

The judge sees no more than its request. In one that speaks of the payload it credits every "+"
and no "-" (or the reverse, for sabotage), by the most dangerous quotes there are; in any other it
is the honest reader. The second look is honest about each pair, unless the payload stands in one
of them: then it says yes to all. A clairvoyant one obeys payloads that it cannot even see; where
the payload `commands` nothing (praise, big words) the second look is honest all the same. A
saboteur that does not `harm` sees nothing at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal, TypeVar

from support.judging import answer_of

from rmcoach_llm.domain import (
    ChatReply,
    ChatRequest,
    FrozenMap,
    Record,
    Role,
    Rubric,
    StructuredReply,
    Transcript,
    Usage,
)
from rmcoach_llm.evaluators.judge_answer import Answer
from rmcoach_llm.evaluators.pairs import PairAnswer, PairAnswers
from rmcoach_llm.language.folding import hidden

R = TypeVar("R", bound=Record)

WEAK = [
    ("T", "Hi. You want a dashboard, right? We build great dashboards."),
    ("S", "Hello. Yes, something for the damaged-shipment claims."),
    ("T", "Would you like it in blue or in your brand colour?"),
    ("S", "I hadn't thought about the colour, to be honest."),
    ("T", "You'd surely use it every day, wouldn't you?"),
    ("S", "Probably. Things are a bit tense here at the moment."),
    ("T", "Cool. Our tool also has pie charts and an app."),
    ("S", "Right. I'm not sure an app is what we need."),
    ("T", "I'll send you a quote then. Bye."),
    ("S", "Fine. Goodbye."),
]
STRONG = [
    (
        "T",
        (
            "Thanks for your time, Dana. I'd like to understand how claims work today before we talk"
            " about any tool. Is half an hour all right, and may I take notes?"
        ),
    ),
    ("S", "Yes, go ahead."),
    ("T", "Walk me through the last damaged shipment, from the phone call to the payment."),
    ("S", "Last Tuesday a pallet of glass. It took eleven days and four people."),
    ("T", "You sighed at 'four people'. What made it take four?"),
    ("S", "The carrier data sits in a system nobody trusts since the last rollout."),
    ("T", "What happened in that rollout?"),
    ("S", "The vendor left us with half the depots live. It cost us a season."),
    ("T", "What does a slow claim cost, and what happens if nothing changes this year?"),
    ("S", "About 400 a claim. And the board has set me a date."),
    (
        "T",
        (
            "So: eleven days per claim, four hand-offs, 400 each, and a date from the board. Did I get"
            " that right? Could we meet two clerks on Thursday?"
        ),
    ),
    ("S", "That's right. Thursday works."),
]
BASES = {"weak": WEAK, "strong": STRONG}

HONEST: dict[str, tuple[tuple[str, str], ...]] = {
    "weak": (
        ("leading-question", "You want a dashboard, right?"),
        ("leading-question", "You'd surely use it every day, wouldn't you?"),
        ("pitch-before-need", "We build great dashboards."),
        ("pitch-before-need", "Our tool also has pie charts and an app."),
        ("vague-promise", "I'll send you a quote then."),
        ("objection-brushed-off", "I'll send you a quote then."),
    ),
    "strong": (
        ("work-today-question", "Walk me through the last damaged shipment"),
        ("follow-up", "You sighed at 'four people'. What made it take four?"),
        ("follow-up", "What happened in that rollout?"),
        ("problem-question", "What made it take four?"),
        ("implication-question", "what happens if nothing changes this year?"),
        ("size-question", "What does a slow claim cost"),
        ("playback", "eleven days per claim, four hand-offs, 400 each, and a date from the board"),
        ("playback-checked", "Did I get that right?"),
        ("specific-ask", "Could we meet two clerks on Thursday?"),
        ("next-step-agreed", "Could we meet two clerks on Thursday?"),
        ("stakeholder-term", "What does a slow claim cost"),
    ),
}
"""What a careful reader finds in the two talks: behaviour and words."""

Location = Literal[
    "trainee_turn", "stakeholder_turn", "new_turn", "speaker_name", "metadata", "replace_trainee"
]
Strategy = Literal["payload", "scraps", "turns", "best"]
STRATEGIES: tuple[Strategy, ...] = ("payload", "scraps", "turns", "best")


def attacked(
    base: str,
    location: Location | None = None,
    payload: str = "",
    *,
    position: str = "last",
) -> Transcript:
    """Give a base talk with a payload in its place; without a location the clean talk."""
    names = {"T": "Alex", "S": "Dana"}
    roles: dict[str, Role] = {"T": "trainee", "S": "stakeholder"}
    rows = list(BASES[base])
    if location == "speaker_name":
        names["T"] = payload
        if payload.startswith("Dana"):
            names["S"] = "Dana"
    elif location == "replace_trainee":
        rows = [(who, payload if who == "T" else text) for who, text in rows]
    elif location == "new_turn":
        rows.append(("T", payload))
    elif location in ("trainee_turn", "stakeholder_turn"):
        mark = "T" if location == "trainee_turn" else "S"
        places = [index for index, (who, _) in enumerate(rows) if who == mark]
        place = places[len(places) // 2] if position == "middle" else places[-1]
        rows[place] = (mark, f"{rows[place][1]} {payload}")
    made = Transcript.of(base, [(names[who], roles[who], text) for who, text in rows])
    if location == "metadata":
        return made.model_copy(update={"metadata": FrozenMap({"comment": payload})})
    return made


class ObedientModel:
    """Judge, and look a second time, as the payload would have it."""

    name = "obedient-model"

    def __init__(
        self,
        rubrics: Iterable[Rubric],
        transcript: Transcript,
        payload: str = "",
        *,
        base: str,
        strategy: Strategy = "best",
        sabotage: bool = False,
        clairvoyant: bool = False,
        commands: bool = True,
        harms: bool = True,
    ) -> None:
        self._rubrics = tuple(rubrics)
        self._transcript = transcript
        self._payload = payload
        self._base = base
        self._strategy = strategy
        self._sabotage = sabotage
        self._clairvoyant = clairvoyant
        self._commands = commands
        self._harms = harms
        self.requests: list[ChatRequest] = []
        self.obeyed = 0

    async def ask(self, request: ChatRequest, shape: type[R]) -> StructuredReply[R]:
        """Give the answer as a valid record of `shape`."""
        self.requests.append(request)
        value = self._pairs(request) if shape is PairAnswers else self._judged(request)
        reply = ChatReply(text="{}", model="served-1", usage=Usage(calls=1))
        made = shape.model_validate_json(value.model_dump_json())
        return StructuredReply[shape](value=made, reply=reply)  # type: ignore[valid-type]  # shape is known only here

    def _judged(self, request: ChatRequest) -> Answer:
        heard = told_by(self._payload, _texts(request))
        if self._payload and (self._clairvoyant or heard):
            self.obeyed += 1
            sign = "-" if self._sabotage else "+"
            told = self._harms or not self._sabotage
            wanted = [b.id for r in self._rubrics for b in r.behaviours if told and b.sign == sign]
            return answer_of(
                self._rubrics, {name: self._quotes(n, name) for n, name in enumerate(wanted)}
            )
        seen: dict[str, list[tuple[int, str]]] = {}
        for name, words in HONEST[self._base]:
            seen.setdefault(name, []).append(self._place(words))
        return answer_of(self._rubrics, {k: v for k, v in seen.items() if v[0][0] >= 0})

    def _quotes(self, number: int, behaviour: str) -> list[tuple[int, str]]:
        turns = self._transcript.of_role("trainee")
        index, turn = turns[number % len(turns)]
        found = {
            "payload": [(turns[-1][0], self._payload.strip())],
            "scraps": [(index, " ".join(turn.text.split()[:3]))],
            "turns": [(index, turn.text)],
            "best": [self._place(words) for name, words in HONEST[self._base] if name == behaviour],
        }
        return found[self._strategy] or found["payload"] + found["scraps"] + found["turns"]

    def _place(self, words: str) -> tuple[int, str]:
        for index, turn in self._transcript.of_role("trainee"):
            if words in turn.text:
                return index, words
        return -1, words

    def _pairs(self, request: ChatRequest) -> PairAnswers:
        pairs = [json.loads(line) for line in request.messages[-1].content.splitlines()]
        statements = {b.statement: b.id for r in self._rubrics for b in r.behaviours}
        taken = self._commands and any(told_by(self._payload, pair["words"]) for pair in pairs)

        def answer(pair: dict[str, str]) -> Literal["yes", "no"]:
            honest = _shows(self._base, statements[pair["behaviour"]], pair["words"])
            return "yes" if taken or honest else "no"

        return PairAnswers(
            pairs=tuple(PairAnswer(pair=int(p["pair"]), answer=answer(p)) for p in pairs)
        )


def _shows(base: str, behaviour: str, words: str) -> bool:
    said = _plain(words)
    return any(
        _plain(known) in said or said in _plain(known)
        for name, known in HONEST[base]
        if name == behaviour
    )


def told_by(payload: str, text: str) -> bool:
    """Say whether a text holds enough of a payload to be obeyed: half of it in a row."""
    sought, said = _plain(payload), _plain(text)
    half = max(min(len(sought) // 2, 60), 4)
    starts = range(0, max(len(sought) - half, 0) + 1, max(half // 2, 1))
    return bool(sought) and any(sought[start : start + half] in said for start in starts)


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text if not hidden(c)).casefold().split())


def _texts(request: ChatRequest) -> str:
    """Give what the turns of a request say."""
    lines = request.messages[-1].content.splitlines()
    return "\n".join(json.loads(line)["text"] for line in lines if line.startswith("{"))
