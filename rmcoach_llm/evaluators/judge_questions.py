"""What a judge is asked: each behaviour once, each criterion with levels, in one request or more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from rmcoach_llm.domain import Behaviour, Criterion, Rubric
from rmcoach_llm.protocols import Calls


@dataclass(frozen=True)
class Question:
    """Hold one thing to judge; `key` is the judge's name for it.

    `item` is a behaviour, or a criterion with levels. It stands first in `criterion` of `rubric`;
    the finding serves all rubrics whose ids are in `serves`.
    """

    key: str
    item: Behaviour | Criterion
    rubric: Rubric
    criterion: Criterion
    serves: tuple[str, ...]

    @cached_property
    def levelled(self) -> bool:
        """Say whether a level is asked for, and no verdict."""
        return isinstance(self.item, Criterion)

    @cached_property
    def always_called_for(self) -> bool:
        """Say whether the rubric names no occasion that may be missing: each talk calls for it."""
        return isinstance(self.item, Behaviour) and self.item.occasion is None

    @property
    def text(self) -> str:
        """Give it as the judge reads it.

        >>> kept = Criterion(id="c", title="C", question="q?", anchors={"1": "No.", "5": "Yes."})
        >>> rubric = Rubric(id="r", version="1", title="R", purpose="p", criteria=(kept,))
        >>> questions_of([rubric])[0].text
        'levels c: 1: No. 5: Yes.'
        """
        if isinstance(self.item, Behaviour):
            called_for = f" [if {self.item.occasion}]" if self.item.occasion else ""
            return f"{self.item.sign} {self.key}: {self.item.statement}{called_for}"
        described = sorted((self.item.anchors or {}).items())
        return f"levels {self.key}: " + " ".join(f"{level}: {text}" for level, text in described)


def questions_of(rubrics: Sequence[Rubric]) -> tuple[Question, ...]:
    """Give what the rubrics ask, each once, in their order; those with levels last.

    Behaviours of the same id, sign, statement and occasion are one, wherever they stand, and so are
    criteria of the same id, question and levels. Where only the id is the same, the key of each
    is `rubric.id`.
    """
    places: dict[tuple[object, ...], list[tuple[Rubric, Criterion, Behaviour | Criterion]]] = {}
    for rubric, criterion, item in _items(rubrics):
        places.setdefault(_content(item), []).append((rubric, criterion, item))
    names = [content[:2] for content in places]
    asked = []
    for content, found in places.items():
        rubric, criterion, item = found[0]
        clash = names.count(content[:2]) > 1
        key = f"{rubric.id}.{item.id}" if clash else item.id
        serves = tuple(place[0].id for place in found)
        asked.append(Question(key, item, rubric, criterion, serves))
    return tuple(sorted(asked, key=lambda question: question.levelled))


def requests_of(questions: Sequence[Question], calls: Calls) -> tuple[tuple[Question, ...], ...]:
    """Cut the questions into requests: all in one, one a rubric, or one a criterion.

    What several rubrics share is asked with the first of them.
    """
    if calls == "one":
        return (tuple(questions),) if questions else ()

    def place(question: Question) -> tuple[str, ...]:
        ids = (question.rubric.id, question.criterion.id)
        return ids if calls == "criterion" else ids[:1]

    order = {name: n for n, name in enumerate(dict.fromkeys(place(q) for q in questions))}
    ranked = sorted(questions, key=lambda question: order[place(question)])
    return tuple(tuple(group) for _, group in groupby(ranked, key=place))


def questions_text(questions: Iterable[Question]) -> str:
    """Give the questions as the judge reads them, under their rubrics and criteria."""
    parts: list[str] = []
    for rubric, of_rubric in groupby(questions, key=lambda q: (q.rubric.title, q.levelled)):
        parts.append(f"## {rubric[0]}")
        for heading, of_criterion in groupby(of_rubric, key=_heading):
            parts.append(f"# {heading}")
            parts.extend(asked.text for asked in of_criterion)
    return "\n".join(parts)


def _heading(question: Question) -> str:
    """Give what stands over a criterion's lines: behaviours speak for themselves, levels do not."""
    return question.criterion.question if question.levelled else question.criterion.title


def _items(rubrics: Sequence[Rubric]) -> Iterator[tuple[Rubric, Criterion, Behaviour | Criterion]]:
    for rubric in rubrics:
        for criterion in rubric.criteria:
            if criterion.anchors is not None:
                yield rubric, criterion, criterion
            for behaviour in criterion.behaviours:
                yield rubric, criterion, behaviour


def _content(item: Behaviour | Criterion) -> tuple[object, ...]:
    """Give what makes two items the same: kind and id, then sign and words."""
    if isinstance(item, Behaviour):
        return ("behaviour", item.id, item.sign, item.statement, item.occasion)
    return ("criterion", item.id, item.question, item.anchors)
