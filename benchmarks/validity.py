"""How well the language evaluator sees what people saw in public talks, beside a length-only judge.

    python -m benchmarks.validity --data DIR --part dev|heldout [--json]

`DIR/<set>/transcripts.<part>.jsonl` holds the sets (docs/validity.md). A set that is not there is
named, and the rest goes on; with nothing measured it ends with 1. Intervals are percentile
bootstraps over transcripts (over debates for UKPConvArg1). Where a classifier was fitted on a
development part, `dev` shows what `benchmarks.train_classifiers` found on talks left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import NoData
from benchmarks.figures import Interval
from benchmarks.quality import CHOSEN, quality_figures
from benchmarks.seen import SEEN, Seen

CROSS_VALIDATED = Path(__file__).parent / "cross_validation.json"
GOLD = Path(__file__).parent / "gold"

NOT_SHOWN = """\
What this does not show:
- that the scores agree with an expert's judgement of a relationship manager's talk: none of these
  sets holds such talks, and the quality label of AnnoMI says how a video presents itself, not a
  rating; its poor talks are few and shorter, and some are twins of good ones.
- that a talk with a higher score goes better: donations and points are not used as truth.
- anything in another language, or of talks written down without punctuation.
- how well playback, pressure, jargon and other behaviours without a public label are seen: for
  these see the in-domain gold talks, which this project wrote itself.
- how far people agree: where two annotators differ, no figure here can reach 1.
A length-only judge is fitted to the very talks it is measured on, which flatters it."""


@dataclass(frozen=True)
class Line:
    """Hold a line of the table; `note` says what the figure is where it is no plain one."""

    what: str
    data: str
    figure: Interval
    length_only: Interval | None
    n: int
    groups: int
    target: float | None = None
    note: str = ""


def measured(folder: Path, part: str, missing: list[str]) -> Iterator[Line]:
    """Yield the lines that can be measured; what cannot goes to `missing`, with the reason."""
    kept = json.loads(CROSS_VALIDATED.read_text(encoding="utf-8"))
    for seen in SEEN:
        try:
            yield _line(seen, folder, part, kept)
        except NoData as absent:
            missing.append(f"{seen.what}: {absent}")
    try:
        for what, figure, length_only, n, target, note in quality_figures(folder, part):
            yield Line(what, "annomi", figure, length_only, n, n, target, note)
    except NoData as absent:
        missing.append(f"quality AUC: {absent}")


def _line(seen: Seen, folder: Path, part: str, kept: dict[str, dict[str, float]]) -> Line:
    """Measure a line; of a fitted classifier on its own talks the kept figure stands instead."""
    groups = seen.rows(folder, part)
    n = sum(map(len, groups.values()))
    length_only = seen.length_only(groups)
    if part == "dev" and seen.fitted:
        figure, note = Interval(**kept[seen.what]), "cross-validated"
    else:
        figure, note = seen.interval(groups), ""
    return Line(seen.what, seen.data, figure, length_only, n, len(groups), seen.target, note)


def gold(folder: Path, part: str) -> list[dict[str, Any]]:
    """Give the figures on the in-domain gold talks, from DIR/gold or those in the repository."""
    from benchmarks.gold_scores import Scored, language_evaluator, rows

    for place in (folder / "gold", GOLD):
        if (place / f"transcripts.{part}.jsonl").is_file():
            return rows(place, part, Scored(language_evaluator()))
    raise NoData(f"no {folder / 'gold' / f'transcripts.{part}.jsonl'}")


def table(lines: Sequence[Line]) -> str:
    """Give the lines as a table in Markdown."""
    rows = [("figure", "set", "value", "95 %", "length only", "n", "groups", "target", "")]
    rows += [
        (
            line.what,
            line.data,
            f"{line.figure.figure:.3f}",
            f"{line.figure.low:.2f} to {line.figure.high:.2f}",
            f"{line.length_only.figure:.3f}" if line.length_only else "",
            str(line.n),
            str(line.groups),
            f"{line.target:.2f}" if line.target else "",
            line.note,
        )
        for line in lines
    ]
    return _markdown(rows)


def gold_table(rows: Sequence[dict[str, Any]]) -> str:
    """Give the gold figures as a table in Markdown."""
    columns = list(rows[0])
    return _markdown([tuple(columns), *(tuple(_cell(row.get(c)) for c in columns) for row in rows)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def main(arguments: Sequence[str] | None = None, out: Callable[[str], object] = print) -> int:
    """Measure and print; give 1 where nothing could be measured."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--part", choices=("dev", "heldout"), default="dev")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args(arguments)
    missing: list[str] = []
    lines = list(measured(given.data, given.part, missing))
    planted: list[dict[str, Any]] = []
    try:
        planted = gold(given.data, given.part)
    except NoData as absent:
        missing.append(f"in-domain gold talks: {absent}")
    if given.json:
        out(json.dumps(_record(given.part, lines, planted, missing), indent=1))
    else:
        _page(given.part, lines, planted, missing, out)
    return 0 if lines or planted else 1


def _record(
    part: str, lines: Sequence[Line], planted: list[dict[str, Any]], missing: list[str]
) -> dict[str, Any]:
    figures = [
        {
            **asdict(line),
            "figure": line.figure._asdict(),
            "length_only": line.length_only._asdict() if line.length_only else None,
        }
        for line in lines
    ]
    return {
        "part": part,
        "figures": figures,
        "gold": planted,
        "not_measured": missing,
        "chosen_rubric": CHOSEN,
        "not_shown": NOT_SHOWN,
    }


def _page(
    part: str,
    lines: Sequence[Line],
    planted: list[dict[str, Any]],
    missing: list[str],
    out: Callable[[str], object],
) -> None:
    out(f"part: {part}\n")
    if lines:
        out(table(lines))
    if planted:
        out(f"\nin-domain gold talks\n\n{gold_table(planted)}")
    for absent in missing:
        out(f"\nnot measured: {absent}")
    out(f"\n{NOT_SHOWN}")


if __name__ == "__main__":
    sys.exit(main())
