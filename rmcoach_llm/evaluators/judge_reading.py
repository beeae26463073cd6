"""Read a judge's answer: what of it stands as a finding, and why something has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rmcoach_llm.domain import (
    Behaviour,
    Finding,
    Flag,
    Rubric,
    Transcript,
    clean_text,
)
from rmcoach_llm.evaluators.assembly import Judged
from rmcoach_llm.evaluators.grounding import Cited, Claim, Grounds, ground
from rmcoach_llm.evaluators.judge_answer import (
    Answer,
    JudgedBehaviour,
    JudgedLevel,
    Judgement,
    Spoilt,
)
from rmcoach_llm.evaluators.judge_questions import Question
from rmcoach_llm.evaluators.screening import Screening

CONFIDENCE = {"high": 0.9, "medium": 0.6, "low": 0.3}
LOWEST = 1
"""The level that needs no quote: nothing better was seen."""

MOST_FLAGS = 10
"""Of one kind: a broken answer may hold thousands of unknown ids."""

ALWAYS_CALLED_FOR = "judged 'no opportunity', but the rubric has it called for in each talk"

Entry = JudgedBehaviour | JudgedLevel


@dataclass(frozen=True)
class Read:
    """Hold what one answer gave: findings by key, for the other keys why there is none."""

    findings: Mapping[str, Finding]
    why: Mapping[str, str]
    flags: tuple[Flag, ...] = ()


def read_answer(
    answer: Answer, questions: Sequence[Question], transcript: Transcript, screening: Screening
) -> Read:
    """Ground each claim of an answer.

    An id that was not asked for is ignored and flagged. What is judged twice with different
    verdicts is flagged and has no finding; neither has what is left out or cannot be read. So
    its criterion is unscored.
    """
    entries = _by_key(answer)
    grounds = Grounds(transcript, screening)
    findings: dict[str, Finding] = {}
    why: dict[str, str] = {}
    flags: list[Flag] = []
    for question in questions:
        found = entries.get((question.key, question.levelled), ())
        given = [entry for entry in found if not isinstance(entry, Spoilt)]
        verdicts = {_verdict(entry) for entry in given} if len(given) > 1 else ()
        if len(verdicts) > 1:
            why[question.key] = f"it was judged {' and '.join(sorted(verdicts))}"
            detail = f"'{question.key}' was judged twice, with different verdicts"
            flags.append(Flag(kind="contradictory-judgement", detail=detail))
        elif given:
            findings[question.key] = _finding(question, given, grounds)
        elif found and isinstance(found[0], Spoilt):
            allowed = "a level from 1 to 5" if question.levelled else "a verdict"
            why[question.key] = f"the judge gave {found[0].found}, which is not {allowed}"
    asked = {(question.key, question.levelled) for question in questions}
    unknown = _unknown(key for key, levelled in entries if (key, levelled) not in asked)
    return Read(findings, why, (*flags[:MOST_FLAGS], *unknown))


def judged_of(
    rubrics: Iterable[Rubric], questions: Iterable[Question], read: Sequence[Read]
) -> Judged:
    """Give what all answers add up to: one finding serves all rubrics that ask the same."""
    findings: dict[str, dict[str, Finding]] = {rubric.id: {} for rubric in rubrics}
    why: dict[str, dict[str, str]] = {name: {} for name in findings}
    found = {key: finding for part in read for key, finding in part.findings.items()}
    reasons = {key: reason for part in read for key, reason in part.why.items()}
    for question in questions:
        for rubric in question.serves:
            if question.key in found:
                findings[rubric][question.item.id] = found[question.key]
            elif question.key in reasons:
                why[rubric][question.item.id] = reasons[question.key]
    flags = dict.fromkeys(flag for part in read for flag in part.flags)
    return Judged(findings, tuple(flags), why=why)


def _by_key(answer: Answer) -> dict[tuple[str, bool], list[Judgement]]:
    """Give the entries by id, those with levels apart."""
    found: dict[tuple[str, bool], list[Judgement]] = {}
    for levelled, entries in ((False, answer.behaviours), (True, answer.given_levels)):
        for entry in entries:
            found.setdefault((entry.id, levelled), []).append(entry)
    return found


def _verdict(entry: Entry) -> str:
    return entry.level if isinstance(entry, JudgedLevel) else entry.verdict


def _unknown(keys: Iterable[str]) -> Iterator[Flag]:
    """Flag what was not asked for, by id where there is one."""
    for key in list(dict.fromkeys(keys))[:MOST_FLAGS]:
        if key:
            detail = f"the judge gave '{clean_text(key[:80])}', which was not asked for here"
            yield Flag(kind="unknown-behaviour", detail=detail)
        else:
            yield Flag(kind="unreadable-judgement", detail="the judge gave an entry without an id")


def _finding(question: Question, given: Sequence[Entry], grounds: Grounds) -> Finding:
    """Ground what the entries, which agree, say: all their quotes, the least confidence.

    "No opportunity" is not observed where the rubric names no occasion to be missing.
    """
    first, *others = given
    item = question.item
    verdict = first.verdict if isinstance(first, JudgedBehaviour) else _shown_by(first)
    cited = tuple([Cited(q.turn, q.quote) for entry in given for q in entry.evidence])
    sure = CONFIDENCE[first.confidence] if first.confidence else None
    for other in others:
        if other.confidence:
            sure = min(sure or 1.0, CONFIDENCE[other.confidence])
    claim = Claim(item.id, verdict, cited, sure)
    found = ground(claim, grounds, item if isinstance(item, Behaviour) else None)
    if found.verdict == "no_opportunity" and question.always_called_for:
        found = found.model_copy(update={"verdict": "not_observed", "note": ALWAYS_CALLED_FOR})
    if isinstance(first, JudgedBehaviour) or first.level == "no_opportunity":
        return found
    level = int(first.level)
    if level == LOWEST and found.verdict == "unverified":
        found = found.model_copy(update={"verdict": "not_observed"})
    return found.model_copy(update={"level": level})


def _shown_by(entry: JudgedLevel) -> Literal["observed", "no_opportunity"]:
    return "no_opportunity" if entry.level == "no_opportunity" else "observed"
