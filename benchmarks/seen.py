"""What the language evaluator is asked to see in public talks, and the length-only judge beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpora import (
    Example,
    argument_pairs,
    like_length,
    negotiation_turns,
    persuader_sentences,
    therapist_turns,
)
from benchmarks.figures import Interval, bootstrap, f1, macro_f1, share
from rmcoach_llm.domain import Move
from rmcoach_llm.language.classifiers import (
    appeal_of,
    convincing,
    is_likely,
    is_reflection,
)
from rmcoach_llm.language.moves import moves_of

BUCKETS = 10
"""A length-only judge knows in which tenth of all lengths a text is."""

ASKS_NEED = "elicits-need"


class Row(NamedTuple):
    """Hold what people said of a text, what was found, and the text's length in words.

    Of a pair of texts, what was found is 1 (the better one), 0 or 0.5 (neither), and the length is
    the better one's less the other's.
    """

    gold: str
    found: str | float
    words: int


Groups = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Seen:
    """Say what is to be seen, where, how it is measured, and how well it should be seen."""

    what: str
    data: str
    target: float
    fitted: bool
    """Whether its classifier was fitted on the development part of this set."""
    read: Callable[[Path, str], Iterable[tuple[str, Row]]]
    figure: Callable[[Sequence[tuple[str, str | float]]], float]

    def rows(self, folder: Path, part: str) -> Groups:
        """Read the set and give its rows by transcript."""
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for group, row in self.read(folder, part):
            groups[group].append(row)
        return dict(groups)

    def interval(self, groups: Groups) -> Interval:
        """Give the figure with its interval."""
        found = {name: [(row.gold, row.found) for row in rows] for name, rows in groups.items()}
        return bootstrap(found, self.figure)

    def length_only(self, groups: Groups) -> Interval:
        """Give the figure of a judge that sees lengths only."""
        judge = _longer if self.figure is _share_right else length_judge(groups)
        found = {
            name: [(row.gold, judge(row.words)) for row in rows] for name, rows in groups.items()
        }
        return bootstrap(found, self.figure)


def length_judge(groups: Groups) -> Callable[[int], str]:
    """Give a judge that names the label which a tenth of all lengths has most above its share."""
    rows = [row for some in groups.values() for row in some]
    lengths = sorted(row.words for row in rows)
    edges = sorted({lengths[len(lengths) * step // BUCKETS] for step in range(1, BUCKETS)})

    def bucket(words: int) -> int:
        return sum(words >= edge for edge in edges)

    labels = Counter(row.gold for row in rows)
    held = Counter((bucket(row.words), row.gold) for row in rows)
    best = {
        place: max(sorted(labels), key=lambda label: held[place, label] / labels[label])
        for place in range(len(edges) + 1)
    }
    return lambda words: best[bucket(words)]


def question_kind(turn: str) -> str:
    """Give the kind of question of a turn: open where it holds an open one."""
    moves = moves_of(turn)
    if moves.did(Move.OPEN_QUESTION):
        return "open"
    return "closed" if moves.did(Move.CLOSED_QUESTION) else "none"


def _turns(folder: Path, part: str) -> Iterable[tuple[str, Row]]:
    return _rows(therapist_turns(folder, part, "question"), lambda e: question_kind(e.text))


def _reflections(folder: Path, part: str) -> Iterable[tuple[str, Row]]:
    for example in therapist_turns(folder, part, "reflection"):
        found = is_reflection(example.text, last=example.last, answer=example.answer)
        gold = "no" if example.label == "none" else "yes"
        yield example.group, Row(gold, "yes" if found else "no", len(example.text.split()))


def _needs(folder: Path, part: str) -> Iterable[tuple[str, Row]]:
    return _rows(
        negotiation_turns(folder, part),
        lambda e: "yes" if is_likely(ASKS_NEED, e.text, last=e.last) else "no",
    )


def _appeals(folder: Path, part: str) -> Iterable[tuple[str, Row]]:
    return _rows(
        persuader_sentences(folder, part),
        lambda e: str(appeal_of(e.text, last=e.last, before=e.before, after=e.after)),
    )


def _convincing(folder: Path, part: str) -> Iterable[tuple[str, Row]]:
    for pair in argument_pairs(folder, part):
        if like_length(pair):
            ahead = convincing(pair.better) - convincing(pair.worse)
            longer = len(pair.better.split()) - len(pair.worse.split())
            yield pair.group, Row("better", _wins(ahead), longer)


def _rows(examples: Iterable[Example], see: Callable[[Example], str]) -> Iterable[tuple[str, Row]]:
    for example in examples:
        yield example.group, Row(example.label, see(example), len(example.text.split()))


def _wins(ahead: float) -> float:
    return 0.5 if ahead == 0 else float(ahead > 0)


def _longer(words: int) -> float:
    return _wins(words)


def _f1_yes(rows: Sequence[tuple[str, str | float]]) -> float:
    return f1(rows, "yes")


def _f1_credibility(rows: Sequence[tuple[str, str | float]]) -> float:
    return f1(rows, "credibility")


def _share_right(rows: Sequence[tuple[str, str | float]]) -> float:
    return share([float(found) for _, found in rows])


SEEN = (
    Seen("question none, open or closed, macro-F1", "annomi", 0.75, False, _turns, macro_f1),
    Seen("reflection F1", "annomi", 0.65, False, _reflections, _f1_yes),
    Seen("elicit-pref F1", "casino", 0.70, True, _needs, _f1_yes),
    Seen("credibility appeal F1", "persuasionforgood", 0.72, True, _appeals, _f1_credibility),
    Seen("five-class appeals macro-F1", "persuasionforgood", 0.65, True, _appeals, macro_f1),
    Seen("length-matched convincingness", "ukpconvarg", 0.60, True, _convincing, _share_right),
)
