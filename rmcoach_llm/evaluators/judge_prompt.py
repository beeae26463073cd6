"""Write the judge's request: the static part first, the transcript last as JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rmcoach_llm.domain import ChatMessage, ChatRequest, Prompt, Transcript
from rmcoach_llm.evaluators.judge_answer import Answer, answer_shape
from rmcoach_llm.evaluators.judge_questions import Question, questions_text
from rmcoach_llm.language.numbered import transcript_lines

SEED = 7
REPEAT_TEMPERATURE = 0.7
"""At 0 a model mostly says the same again: repeats would show its habit, not its doubt."""

TOKENS_A_QUESTION = 200
"""About three times what a behaviour with two quotes takes."""

LEVELS = (
    'A line that begins with "levels" goes, after all behaviours, into'
    ' "levels":{"ID":{"evidence":[as above],"level":"1|2|3|4|5|no_opportunity",'
    '"confidence":"..."}}. Give the highest level that the quotes bear out; above 1 there must be'
    " one. A level not described lies between its neighbours.\n"
)
"""Stands in the prompt only where levels are asked for."""

LEAST_ANSWER_TOKENS = 1_000
MOST_ANSWER_TOKENS = 16_000
"""More than most endpoints write at a time."""


@dataclass(frozen=True)
class Sampling:
    """Say how a model is to draw its words; one run mostly says the same again."""

    temperature: float = 0.0
    seed: int = SEED

    @classmethod
    def of_run(cls, run: int) -> Sampling:
        """Give that of one of several runs of the same judge (from 0)."""
        return cls(REPEAT_TEMPERATURE, SEED + run)


@dataclass(frozen=True)
class Asking:
    """Hold one request but for the transcript: what it asks, and its static part."""

    questions: tuple[Question, ...]
    static: ChatMessage
    shape: type[Answer]
    """The shape of the answer; levels are in it only where they are asked for."""


def asking_of(prompt: Prompt, questions: Sequence[Question]) -> Asking:
    """Write the static part of a request: the same, byte for byte, for each transcript."""
    levels = LEVELS if any(question.levelled for question in questions) else ""
    text = prompt.render(levels=levels, rubrics=questions_text(questions))
    shape = answer_shape(
        [question.key for question in questions if not question.levelled],
        [question.key for question in questions if question.levelled],
    )
    return Asking(tuple(questions), ChatMessage(role="system", content=text), shape)


def judge_request(
    asking: Asking,
    transcript: Transcript,
    sampling: Sampling = Sampling(),
) -> ChatRequest:
    """Give the request for one transcript."""
    tokens = TOKENS_A_QUESTION * len(asking.questions)
    return ChatRequest(
        messages=(asking.static, ChatMessage(role="user", content=transcript_lines(transcript))),
        temperature=sampling.temperature,
        seed=sampling.seed,
        max_tokens=min(MOST_ANSWER_TOKENS, max(LEAST_ANSWER_TOKENS, tokens)),
    )
