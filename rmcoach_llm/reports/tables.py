"""Results as rows of a table: one row a transcript, the same columns for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rmcoach_llm.domain import Outcome, Rubric, Scorecard
from rmcoach_llm.reports.terminal import shown, unseen

Value = str | float | int | None

FORMULA_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""First characters that a spreadsheet takes for a formula, full-width forms included (OWASP, CSV injection)."""

HEAD = ("id", "file", "result", "status", "reason")
TAIL = ("flags", "evidence_rate", "model", "prompt_tokens", "completion_tokens", "cost_usd", "key")


@dataclass(frozen=True)
class Row:
    """Hold what is known of one line of the input; `problem` where it was left out.

    `result` is how it came about: scored, reused, repeated, not applicable, unscored, failed, left out.
    """

    file: str
    result: str
    id: str | None = None
    key: str | None = None
    outcome: Outcome | None = None
    card: Scorecard | None = None
    problem: str | None = None


def columns_of(rubrics: Sequence[Rubric]) -> tuple[str, ...]:
    """Give the columns for rubrics: a score, its interval and decision each, then its criteria.

    Scores run from 0 to 5; `_low` and `_high` bound the interval of repeated judgements.
    """
    scores: list[str] = []
    for rubric in rubrics:
        scores += [rubric.id, f"{rubric.id}_low", f"{rubric.id}_high", f"{rubric.id}_decision"]
        scores += [f"{rubric.id}/{criterion.id}" for criterion in rubric.criteria]
    return (*HEAD, *scores, *TAIL)


def values_of(row: Row, columns: Sequence[str]) -> tuple[Value, ...]:
    """Give a row's values by column, None where there is none; text is as it came, not yet safe."""
    held = {
        "id": row.id,
        "file": row.file,
        "result": row.result,
        "status": row.card.status if row.card else None,
        "reason": row.problem or (row.outcome.reason if row.outcome else None),
        "key": row.key,
        "cost_usd": row.outcome.cost if row.outcome else None,
    }
    if row.card is not None:
        held |= dict(_of_card(row.card))
    return tuple(held.get(column) for column in columns)


def _of_card(card: Scorecard) -> Iterator[tuple[str, Value]]:
    for name, rubric in card.rubrics.items():
        yield name, rubric.score
        if rubric.interval is not None:
            yield f"{name}_low", rubric.interval[0]
            yield f"{name}_high", rubric.interval[1]
        yield f"{name}_decision", rubric.decision
        for criterion, score in rubric.criteria.items():
            yield f"{name}/{criterion}", score.score
    usage = card.provenance.usage
    yield "flags", len(card.flags)
    yield "evidence_rate", card.evidence_rate
    yield "model", card.provenance.requested_model
    yield "prompt_tokens", usage.prompt_tokens
    yield "completion_tokens", usage.completion_tokens


def safe_cell(text: str) -> str:
    r"""Give text that no spreadsheet takes for a formula and in which nothing steers.

    Controls and invisible characters are shown escaped; before a sign that begins a formula, also
    after spaces, an apostrophe is put.

    >>> [safe_cell(text) for text in ("=1+1", " @SUM(A1)", "fine", "a\x1bb")]
    ["'=1+1", "' @SUM(A1)", 'fine', 'a\\x1bb']
    """
    for character in text:
        if character.isspace() or unseen(character):
            if character in "\t\r\n\0":
                return "'" + shown(text)
            continue
        wide = unicodedata.normalize("NFKC", character)
        return ("'" if FORMULA_SIGNS & {character, *wide} else "") + shown(text)
    return shown(text)


def markdown_cell(text: str) -> str:
    r"""Give text for a cell of a Markdown table: on one line, without markup or HTML.

    >>> print(markdown_cell("a|b <b> *c*"))
    a\|b \<b\> \*c\*
    """
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+-.!|~&" else c for c in shown(text))
