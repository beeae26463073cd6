"""What tests of evaluators share: the core rubrics, talks of three qualities, a model that judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from rmcoach_llm.domain import (
    ChatReply,
    ChatRequest,
    Prompt,
    Record,
    Role,
    Rubric,
    Scorecard,
    StructuredReply,
    Transcript,
    Usage,
)
from rmcoach_llm.errors import ModelError
from rmcoach_llm.evaluators.judge_answer import Answer, JudgedBehaviour, JudgedQuote
from rmcoach_llm.library.catalogue import Library

R = TypeVar("R", bound=Record)

CORE = ("persuasion", "credibility", "needs-discovery")

POOR = [
    ("T", "We can build you a live dashboard in two weeks, guaranteed, trust me."),
    ("S", "I'm not sure a dashboard is what we need. Our accruals are always late."),
    ("T", "Don't worry about that. You want a dashboard, right? Studies show everyone uses one."),
    ("S", "Perhaps. It would have to be right, though."),
    ("T", "Who uses it, how many people, and when do you need it? You have to decide today."),
    ("S", "I cannot decide that today."),
    ("T", "We'll get back to you soon. We need you on the new platform anyway."),
    ("S", "Fine."),
]
MIDDLING = [
    ("T", "Thanks for your time. How do you close the month today?"),
    ("S", "The two new companies send their accruals on day six, and then we chase them."),
    ("T", "Why do they send the accruals so late?"),
    ("S", "They book them by hand, and nobody checks the list before it goes out."),
    ("T", "Okay. We could build a form for the accruals. It would take about four weeks."),
    ("S", "I'm not sure that my people have time for a form in closing week."),
    ("T", "I see. Could we meet two of them on Thursday?"),
    ("S", "Thursday is fine."),
]
GOOD = [
    ("T", "Before we talk about any tool: walk me through the last month-end close, please."),
    ("S", "The two new companies send accruals on day six. Chasing them takes four days."),
    ("T", "What goes wrong with the accruals most often?"),
    ("S", "They are booked by hand, and the cut-off is missed in every second month."),
    ("T", "What happens further down when the cut-off is missed?"),
    ("S", "The board gets figures that I have to correct a week later. That hurts."),
    ("T", "What would you do with a live view that you cannot do today?"),
    ("S", "I would see on day three which accruals are missing. I don't need a screen for it."),
    ("T", "If you knew that on day three, what would that let your team do?"),
    ("S", "Close in five days instead of nine, and stop correcting board figures."),
    ("T", "What must not change, whatever we do?"),
    ("S", "The audit trail. And nothing new in December."),
    ("T", "Who besides you has to approve it, and how many people work with the list?"),
    ("S", "Our finance director approves. Six people work with it."),
    ("T", "How will you know in six months that it was worth it?"),
    ("S", "No corrected board figures for two closes in a row."),
    (
        "T",
        (
            "So chasing accruals takes four days, the cut-off slips, and the board sees wrong figures."
            " Did I get that right?"
        ),
    ),
    ("S", "Exactly."),
    (
        "T",
        (
            "You said that chasing takes four days. That is why I suggest a check of missing accruals"
            " on day three. According to your close log of September, 31 of 40 delays came from there."
            " The downside is that two companies would type one more field."
            " We could start with one company, or with both, which is fairer."
        ),
    ),
    ("S", "I'm worried that my people have no time for that in closing week."),
    (
        "T",
        (
            "You are worried about the time of your people in closing week. That is why we would start"
            " after the close. I would expect two to three hours, assuming the log is complete."
            " I don't know whether the old ledger can send it. I'll check that and tell you by Tuesday."
            " You could call Mr Petit, the pilot in Lyon runs it since May."
        ),
    ),
    ("S", "That sounds fair."),
    ("T", "What do you mean by a soft close? And could we meet two of your clerks on Thursday?"),
    ("S", "A close without inventory. Thursday works."),
    ("T", "So next step, I talk to the clerks on Thursday and send you a note by Friday."),
    ("S", "Good."),
]


def talk(rows: Iterable[tuple[str, str]], *, talk_id: str = "t") -> Transcript:
    """Build a transcript of Alex, the trainee (T), and Dana, the stakeholder (S)."""
    who: dict[str, tuple[str, Role]] = {"T": ("Alex", "trainee"), "S": ("Dana", "stakeholder")}
    return Transcript.of(talk_id, [(*who[mark], text) for mark, text in rows])


def core_rubrics(*names: str) -> tuple[Rubric, ...]:
    """Give the packaged core rubrics, or those named."""
    library = Library()
    return tuple(library.rubric(name) for name in names or CORE)


def judge_prompt() -> Prompt:
    """Give the packaged prompt of the judge."""
    return Library().prompt("judge-transcript")


def criterion_scores(card: Scorecard) -> dict[str, float | None]:
    """Give the score of each criterion as rubric.criterion."""
    return {
        f"{rubric_id}.{name}": criterion.score
        for rubric_id, rubric in card.rubrics.items()
        for name, criterion in rubric.criteria.items()
    }


class JudgingModel:
    """Answer a judge's request with what a function makes of it, or raise an error."""

    name = "judging-model"

    def __init__(self, answer: Callable[[ChatRequest], Answer | ModelError] | ModelError) -> None:
        self.requests: list[ChatRequest] = []
        self._answer = answer

    async def ask(self, request: ChatRequest, shape: type[R]) -> StructuredReply[R]:
        """Give the answer as a valid record of `shape`."""
        self.requests.append(request)
        answer = self._answer if isinstance(self._answer, ModelError) else self._answer(request)
        if isinstance(answer, ModelError):
            raise answer
        value = shape.model_validate_json(answer.model_dump_json())
        usage = Usage(calls=1, prompt_tokens=10, completion_tokens=5)
        reply = ChatReply(text="{}", model="served-1", usage=usage)
        return StructuredReply[shape](value=value, reply=reply)  # type: ignore[valid-type]  # shape is known only here


def anchored_rubric(*, rubric_id: str = "clarity", criterion_id: str = "structure") -> Rubric:
    """Give a rubric of one criterion with levels and one with a behaviour."""
    behaviour = {
        "id": f"{rubric_id}-summary",
        "sign": "+",
        "statement": "Sums up the talk at its end.",
        "example": "So these are the three points.",
        "counter_example": "Bye.",
        "source": "own",
        "praise": "Both leave with the same picture.",
        "instead": "Sum up.",
    }
    return Rubric.model_validate(
        {
            "id": rubric_id,
            "version": "1",
            "title": "Clarity",
            "purpose": "Is the talk clear?",
            "criteria": [
                {
                    "id": criterion_id,
                    "title": "Structure",
                    "question": "How well is the talk led?",
                    "anchors": {1: "No order at all.", 3: "Some order.", 5: "A clear course."},
                },
                {
                    "id": f"{rubric_id}-end",
                    "title": "End",
                    "question": "Does it end well?",
                    "behaviours": [behaviour],
                },
            ],
        }
    )


def asked_in(request: ChatRequest) -> set[str]:
    """Give the ids that a judge's request asks about, as the judge reads them."""
    return {
        line.split(" ", 1)[1].partition(":")[0]
        for line in request.messages[0].content.splitlines()
        if line.startswith(("+ ", "- ", "levels "))
    }


def answer_to(request: ChatRequest, rubrics: Iterable[Rubric]) -> Answer:
    """Build an answer for the behaviours that a request asks about: none was observed."""
    asked = asked_in(request)
    full = answer_of(rubrics).behaviours
    return Answer(behaviours=tuple({b.id: b for b in full if b.id in asked}.values()))


def answer_of(
    rubrics: Iterable[Rubric], observed: dict[str, list[tuple[int, str]]] | None = None
) -> Answer:
    """Build an answer for all behaviours: those in `observed` with quotes, others not seen."""
    seen = observed or {}
    return Answer(
        behaviours=tuple(
            JudgedBehaviour(
                id=behaviour.id,
                evidence=tuple(JudgedQuote(turn=t, quote=q) for t, q in seen.get(behaviour.id, [])),
                verdict="observed" if behaviour.id in seen else "not_observed",
                confidence="high",
            )
            for rubric in rubrics
            for behaviour in rubric.behaviours
        )
    )
