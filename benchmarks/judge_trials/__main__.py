"""How far careful readers agree behind the judge's prompts, from what is kept of them.

    python -m benchmarks.judge_trials [--round N] [--behaviours] [--json]

For each round (the version of prompts and rubrics), by pair of readers over the talks that both had,
and with each reader of an earlier round: agreement of the first look (verdicts; 1 is full, and Krippendorff's alpha, 0 for chance), of what
stood after the second look, and the mean absolute difference of scores (points of 5). By reader: how
many claimed quotes were found in the talk, how many the second look confirmed. The attack talks with
what was credited in them. Nothing is fitted here; no model is asked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from operator import eq
from typing import Any

from benchmarks.judge_trials.kept import TALKS, Json, Reader, lines_of, readers
from benchmarks.judge_trials.language import against, missed
from rmcoach_llm.calibration.agreement import nominal_alpha

LEDGER = "discovery"
"""The criterion of a practice session's ledger: no reader judges it."""

Unit = tuple[str, str, str, tuple[str, str]]
"""Rubric, criterion, behaviour, and what two readers said of it in one talk."""


def findings(card: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield rubric, criterion and finding, each of a scorecard."""
    for rubric, held in card["rubrics"].items():
        for criterion, score in held["criteria"].items():
            if criterion == LEDGER:
                continue
            for finding in score["findings"]:
                yield rubric, criterion, finding


def units(one: Reader, other: Reader, talks: Iterable[str], *, first: bool) -> list[Unit]:
    """Give what two readers said of each behaviour: at first look, or after the second."""
    found = []
    for talk in talks:
        after = {f["behaviour"]: f["verdict"] for *_, f in findings(other.cards[talk])}
        for rubric, criterion, finding in findings(one.cards[talk]):
            name = finding["behaviour"]
            said = finding["verdict"], after.get(name, "")
            if first:
                said = one.first[talk].get(name, ""), other.first[talk].get(name, "")
            if all(said):
                found.append((rubric, criterion, name, said))
    return found


def agreement(found: Sequence[Unit]) -> Json:
    """Give share and alpha of equal verdicts, and the share where only the opportunity differs."""
    said = [unit[-1] for unit in found]
    unsure = {"not_observed", "no_opportunity"}
    return {
        "n": len(said),
        "agree": round(sum(map(eq, *zip(*said, strict=True))) / len(said), 4) if said else None,
        "alpha": nominal_alpha(said),
        "opportunity": round(sum(set(pair) == unsure for pair in said) / max(1, len(said)), 4),
    }


def by(found: Sequence[Unit], key: Callable[[Unit], str]) -> dict[str, Json]:
    """Give the agreement by what `key` gives."""
    names = dict.fromkeys(key(unit) for unit in found)
    return {name: agreement([u for u in found if key(u) == name]) for name in names}


def differences(one: Reader, other: Reader, talks: Iterable[str]) -> dict[str, Json]:
    """Give the mean absolute difference of scores, of rubrics and criteria, where both have one.

    `one_only` counts the talks in which only one reader's scorecard has a score.
    """
    pairs: dict[str, list[tuple[float | None, float | None]]] = {}
    for talk in talks:
        for rubric, held in one.cards[talk]["rubrics"].items():
            twin = other.cards[talk]["rubrics"][rubric]
            pairs.setdefault(rubric, []).append((held["score"], twin["score"]))
            for name, criterion in held["criteria"].items():
                scores = criterion["score"], twin["criteria"][name]["score"]
                pairs.setdefault(f"{rubric}.{name}", []).append(scores)
    return {name: _difference(given) for name, given in pairs.items()}


def _difference(given: Sequence[tuple[float | None, float | None]]) -> Json:
    both = [abs(a - b) for a, b in given if a is not None and b is not None]
    mean = round(sum(both) / len(both), 2) if both else None
    return {
        "n": len(both),
        "mean": mean,
        "one_only": sum((a is None) != (b is None) for a, b in given),
    }


def compared(one: Reader, other: Reader, talks: Sequence[str], *, behaviours: bool) -> Json:
    """Give all that two readers' kept files say of their agreement over some talks."""
    first, after = (units(one, other, talks, first=look) for look in (True, False))
    told = {
        "readers": f"{one.name} {other.name}",
        "calls": f"{one.calls} {other.calls}",
        "talks": len(talks),
        "first look": agreement(first),
        "after the second": agreement(after),
        "by rubric": by(first, lambda unit: unit[0]),
        "by criterion": by(first, lambda unit: f"{unit[0]}.{unit[1]}"),
        "score difference": differences(one, other, talks),
    }
    return told | ({"by behaviour": by(first, lambda unit: unit[2])} if behaviours else {})


def of_reader(reader: Reader) -> Json:
    """Give how many of a reader's claims had a real quote, and what the second look said."""
    claimed = [
        f
        for card in reader.cards.values()
        for *_, f in findings(card)
        if f["verdict"] in ("observed", "unverified")
    ]
    looked = [f for f in claimed if "checked" in f]
    controls = [answer for *_, answer, control in reader.pairs if control]
    return {
        "reader": reader.name,
        "calls": reader.calls,
        "versions": reader.versions,
        "talks": len(reader.cards),
        "claimed": len(claimed),
        "quote found": _share(f["verdict"] == "observed" or "checked" in f for f in claimed),
        "confirmed": _share(f["checked"] == "confirmed" for f in looked),
        "counter-examples told apart": _share(answer == "no" for answer in controls),
        "words a quote": _mean(len(f["quote"].split()) for f in claimed if "quote" in f),
    }


def _share(said: Iterable[bool]) -> float | None:
    held = list(said)
    return round(sum(held) / len(held), 3) if held else None


def _mean(values: Iterable[int]) -> float | None:
    held = list(values)
    return round(sum(held) / len(held), 1) if held else None


def attacks(found: Sequence[Reader]) -> Iterator[Json]:
    """Yield, of each attack talk and reader, scores and what was credited in a flagged turn."""
    kinds = {talk["id"]: talk["kind"] for talk in lines_of(TALKS)}
    for reader in found:
        for talk, card in reader.cards.items():
            if not kinds[talk].startswith("attack"):
                continue
            flagged = {int(flag.split()[1]) for flag in card["flags"] if flag[-1].isdigit()}
            yield {
                "talk": talk,
                "kind": kinds[talk],
                "reader": reader.name,
                "scores": {name: held["score"] for name, held in card["rubrics"].items()},
                "flagged turns": sorted(flagged),
                "quoted there": [
                    f"{f['behaviour']}: {f['quote']}"
                    for *_, f in findings(card)
                    if f.get("turn") in flagged
                ],
            }


def report(*, only: int | None, behaviours: bool) -> dict[str, Any]:
    """Give all figures by round."""
    rounds = _rounds()
    return {
        f"round {name}": {
            "readers": [of_reader(reader) for reader in found],
            "pairs": [
                *_pairs(found, behaviours=behaviours),
                *_before(name, found, rounds, behaviours=behaviours),
            ],
            "attacks": list(attacks(found)),
        }
        for name, found in rounds.items()
        if only in (None, int(name))
    }


def beside_rules(*, only: int | None, behaviours: bool) -> dict[str, Any]:
    """Give how the language evaluator stands to the readers of each round, or of one."""
    told: dict[str, Any] = {}
    for name, found in _rounds().items():
        if only in (None, int(name)):
            held = against(found)
            told[f"round {name}"] = (
                held if behaviours else {k: v for k, v in held.items() if k != "by behaviour"}
            )
    return told


def _rounds() -> dict[str, list[Reader]]:
    rounds: dict[str, list[Reader]] = {}
    for reader in readers():
        rounds.setdefault(reader.name.split("-")[0], []).append(reader)
    return rounds


def _pairs(found: Sequence[Reader], *, behaviours: bool) -> Iterator[Json]:
    """Yield each pair over the talks that it shares, and once more over those that all share."""
    everywhere = set.intersection(*(set(reader.cards) for reader in found))
    for one, other in combinations(found, 2):
        shared = sorted(set(one.cards) & set(other.cards))
        sets = [shared] if len(shared) == len(everywhere) else [shared, sorted(everywhere)]
        for talks in filter(None, sets):
            yield compared(one, other, talks, behaviours=behaviours)


def _before(
    name: str, found: Sequence[Reader], rounds: dict[str, list[Reader]], *, behaviours: bool
) -> Iterator[Json]:
    """Yield each pair with a reader of an earlier round, whose prompts were other ones."""
    for other, earlier in rounds.items():
        for one in earlier if int(other) < int(name) else ():
            for reader in found:
                if talks := sorted(set(one.cards) & set(reader.cards)):
                    yield compared(one, reader, talks, behaviours=behaviours)


def page(told: Json) -> str:
    """Give the figures as lines of text."""
    lines: list[str] = []
    for name, held in told.items():
        lines += [f"# {name}", *(_plain(reader) for reader in held["readers"])]
        for pair in held["pairs"]:
            lines.append(f"\n{pair['readers']} (calls {pair['calls']}), {pair['talks']} talks")
            lines += [
                f"  {look}: {_plain(pair[look])}" for look in ("first look", "after the second")
            ]
            for part in ("by rubric", "by criterion", "by behaviour"):
                lines += [
                    f"  {key:36} {_plain(value)}" for key, value in pair.get(part, {}).items()
                ]
            differing = pair["score difference"].items()
            lines += [f"  score {key:36} {_plain(value)}" for key, value in differing]
        lines += ["", *(_plain(attack) for attack in held["attacks"]), ""]
    return "\n".join(lines)


def rules_page(told: Json) -> str:
    """Give the figures of `beside_rules` as lines of text."""
    lines: list[str] = []
    for name, held in told.items():
        lines.append(f"{name}: {_plain({k: v for k, v in held.items() if k != 'by behaviour'})}")
        each = held.get("by behaviour", {}).items()
        lines += [f"  {behaviour:24} {_plain(figures)}" for behaviour, figures in each]
    return "\n".join(lines)


def _plain(record: Json) -> str:
    return ", ".join(f"{name} {value}" for name, value in record.items())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--round", type=int, help="only this round")
    parser.add_argument("--behaviours", action="store_true", help="agreement by behaviour, too")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--language", action="store_true", help="what the rules see of what the readers saw, alone"
    )
    parser.add_argument(
        "--missed", action="store_true", help="how often rules miss a behaviour, for fitted.json"
    )
    given = parser.parse_args()
    if given.missed:
        print(json.dumps({"missed": missed(_rounds())}, indent=1))
        sys.exit()
    figure, text = (beside_rules, rules_page) if given.language else (report, page)
    figures = figure(only=given.round, behaviours=given.behaviours)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if given.json else text(figures))
