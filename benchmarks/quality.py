"""How well rubric scores tell AnnoMI's good talks from its poor ones, beside counting turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import NoData, talk_quality
from benchmarks.figures import Interval, auc, bootstrap, difference
from benchmarks.gold_scores import Scored, language_evaluator, talk_of
from rmcoach_llm.domain import Transcript

CHOSEN = "trust"
"""The rubric for motivational interviewing (MITI), named before anything was measured."""

TARGET = 0.80
Figures = tuple[str, Interval, Interval | None, int, float | None, str]
Row = tuple[bool, float, float, float]
"""Whether the talk is good, its score, the trainee's words, the trainee's turns."""


def quality_figures(folder: Path, part: str, scored: Scored | None = None) -> Iterator[Figures]:
    """Yield, by rubric, the AUC of its scores and its difference to that of counting turns.

    A talk without a score is left out, and the count says so. Raises NoData, at the end, where a
    rubric scored none.
    """
    talks = [(talk, talk_of(talk)) for talk in talk_quality(folder, part)]
    if not talks:
        raise NoData(f"no talk with a quality label in {folder / 'annomi'}")
    scored = scored or Scored(language_evaluator())
    names = sorted({name for _, made in talks for name in scored.card(made).rubrics})
    counted = {talk["id"]: [_row(talk, made, 0.0)] for talk, made in talks}
    yield "quality AUC of counting turns", bootstrap(counted, _turns), None, len(talks), None, ""
    for name in sorted(names, key=lambda name: (name != CHOSEN, name)):
        groups = {
            talk["id"]: [_row(talk, made, score)]
            for talk, made in talks
            if (score := scored.score(made, name)) is not None
        }
        yield from _of_rubric(name, groups, len(talks))
    if CHOSEN not in names:
        raise NoData(f"rubric {CHOSEN}, which was chosen beforehand, is not in the library")
    silent = [name for name in names if all(scored.score(t, name) is None for _, t in talks)]
    if silent:
        raise NoData(f"of {len(talks)} talks none is scored by {', '.join(silent)}")


def _of_rubric(name: str, groups: Mapping[str, Sequence[Row]], every: int) -> Iterator[Figures]:
    chosen = name == CHOSEN
    note = f"{len(groups)} of {every} talks scored" + (", chosen beforehand" if chosen else "")
    if not groups:
        return
    target = TARGET if chosen else None
    words = bootstrap(groups, _words)
    yield f"quality AUC of {name}", bootstrap(groups, _score), words, len(groups), target, note
    gap = difference(groups, _score, _turns)
    yield f"  {name} less counting turns", gap, None, len(groups), None, "paired"


def _row(talk: Mapping[str, Any], made: Transcript, score: float) -> Row:
    own = made.of_role("trainee")
    words = sum(len(turn.text.split()) for _, turn in own)
    return talk["labels"]["mi_quality"] == "high", score, float(words), float(len(own))


def _score(rows: Sequence[Row]) -> float:
    return auc([(row[0], row[1]) for row in rows])


def _words(rows: Sequence[Row]) -> float:
    return auc([(row[0], row[2]) for row in rows])


def _turns(rows: Sequence[Row]) -> float:
    return auc([(row[0], row[3]) for row in rows])
