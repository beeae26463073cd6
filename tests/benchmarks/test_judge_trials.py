"""What is kept of the judge's trials bears out its figures."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from benchmarks.judge_trials.__main__ import findings, report
from benchmarks.judge_trials.kept import HERE, STATIC, TALKS, lines_of, readers
from benchmarks.judge_trials.language import CORE, against, missed
from rmcoach_llm.evaluators.rules_learned import table
from rmcoach_llm.library import Library

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:tmp|home|work|root|opt)/")


def test_each_kept_quote_stands_in_the_talk():
    """A verified quote of a scorecard is found in the trainee's turn that it cites."""
    talks = {talk["id"]: talk["turns"] for talk in lines_of(TALKS)}
    quoted = 0
    for reader in readers():
        for talk, card in reader.cards.items():
            for *_, finding in findings(card):
                if "quote" in finding:
                    turn = talks[talk][finding["turn"]]
                    assert turn["role"] == "trainee"
                    assert finding["quote"] in turn["text"]
                    quoted += 1
    assert quoted > 400


def test_each_talk_was_asked_about_with_a_kept_static_part():
    """Requests, scorecards and static parts belong together; no talk is without an answer."""
    static = {line["id"] for line in lines_of(STATIC)}
    for folder in {path.parent for path in HERE.glob("*/cards.jsonl")}:
        asked = lines_of(folder / "requests.jsonl")
        assert {exchange["static"] for exchange in asked} <= static
        judged = {exchange["talk"] for exchange in asked if exchange["look"] == "first"}
        assert judged == {card["talk"] for card in lines_of(folder / "cards.jsonl")}


def test_the_figures_of_the_page_are_those_of_the_kept_files():
    """Agreement and shares that the page tells of round 1 follow from what is kept."""
    told = report(only=1, behaviours=False)["round 1"]
    page = (HERE / "README.md").read_text(encoding="utf-8")
    for reader in told["readers"]:
        row = f"| {reader['reader'][-1]} | {reader['claimed']} | 100 % | {reader['confirmed']:.1%}"
        assert reader["quote found"] == 1.0
        assert row.replace("%", " %").replace("100  %", "100 %") in page
    for look in ("first look", "after the second"):
        shares = [f"{pair[look]['agree'] * 100:.1f} %" for pair in told["pairs"]]
        assert f"| {look}: same verdict | {' | '.join(shares)} |" in page


def test_a_later_round_is_held_against_the_earlier_ones():
    """What the page tells of round 3 against the readers of round 2 follows from what is kept."""
    told = report(only=3, behaviours=False)["round 3"]
    page = (HERE / "README.md").read_text(encoding="utf-8")
    pairs = {pair["readers"]: pair for pair in told["pairs"]}
    said = [pairs[f"2-{letter} 3-f"]["first look"] for letter in "de"]
    shares = [f"{look['agree'] * 100:.1f} %" for look in said]
    assert f"| same verdict | {' | '.join(shares)} |" in page
    alphas = [f"{look['alpha']:.2f}".lstrip("0") for look in said]
    assert f"| alpha | {' | '.join(alphas)} |" in page
    (reader,) = told["readers"]
    assert reader["quote found"] == 1.0
    assert f"Of {reader['claimed']} behaviours claimed" in page
    assert f"confirmed {reader['confirmed'] * 100:.1f} %" in page


def test_lines_of_the_coach_are_kept_with_what_was_asked():
    """Each item that a coach was asked for has its line, and the prompt is among the static parts."""
    rounds = {"3-f": 15, "4-f": 12}
    for name, lines in rounds.items():
        asked = [e for e in lines_of(HERE / name / "requests.jsonl") if e["look"] == "coach"]
        items = [[item["id"] for item in exchange["items"]] for exchange in asked]
        given = [[line["id"] for line in e["answer"]["lines"]] for e in asked]
        assert items == given
        assert sum(map(len, given)) == lines


def test_no_machine_path_is_kept():
    """What is kept names no folder of the machine on which it was made."""
    for path in Path(HERE).rglob("*"):
        if path.suffix in (".md", ".jsonl", ".py"):
            assert not MACHINE_PATH.search(path.read_text(encoding="utf-8")), path.name


def test_the_figures_of_round_5_are_those_of_the_kept_files():
    """Agreement on the twelve fresh talks, and shares of both readers, follow from what is kept."""
    told = report(only=5, behaviours=False)["round 5"]
    page = (HERE / "README.md").read_text(encoding="utf-8")
    (pair,) = told["pairs"]
    looks = [pair[look] for look in ("first look", "after the second")]
    assert pair["talks"] == 12
    assert f"g, h: 12 talks, {looks[0]['n']} behaviours" in page
    same, alphas = (
        " | ".join(f"{look['agree'] * 100:.1f} %" for look in looks),
        " | ".join(f"{look['alpha']:.2f}".lstrip("0") for look in looks),
    )
    assert f"| same verdict | {same} |\n| alpha | {alphas} |" in page
    for reader in told["readers"]:
        assert reader["quote found"] == reader["counter-examples told apart"] == 1.0
        shares = f"100 % | {reader['confirmed'] * 100:.1f} % | {reader['words a quote']}"
        assert f"| {reader['reader'][-1]} | {reader['claimed']} | {shares} |" in page


def test_the_rules_are_held_against_what_most_readers_saw():
    """Where readers are even a behaviour is left out; a credit of both counts, seen or not."""
    held = readers()
    (one,) = [reader for reader in held if reader.name == "5-g"]
    mild = replace(one, cards={"t20": one.cards["t20"]})
    alone = against([mild])
    seen = sum(f["verdict"] == "observed" for *_, f in findings(one.cards["t20"]))
    assert alone["talks"] == 1
    assert alone["both"] + alone["readers_alone"] == seen
    blind = json.loads(json.dumps(mild.cards["t20"]).replace('"observed"', '"not_observed"'))
    even = against([mild, replace(one, cards={"t20": blind})])
    assert even["both"] == even["readers_alone"] == 0
    assert even["rules_alone"] == alone["rules_alone"]


def test_what_rules_miss_is_a_share_of_the_talks_in_which_they_see_nothing():
    """Each share lies within 0 and 1, is of a "+" behaviour, and the packaged table has the same names."""
    rounds = {n: [r for r in readers() if r.name.startswith(f"{n}-")] for n in ("1", "5")}
    found = missed(rounds)
    library = Library()
    helps = {b.id for name in CORE for b in library.rubric(name).behaviours if b.sign == "+"}
    assert found
    assert set(found) <= set(table()["missed"]) <= helps
    assert all(0 <= share <= 1 for share in (*found.values(), *table()["missed"].values()))
    assert missed({}) == {}
