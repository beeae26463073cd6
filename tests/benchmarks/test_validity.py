"""The validity benchmark on tiny talks made up here."""

from __future__ import annotations

import json
import re
from itertools import islice as first

import pytest

from benchmarks import validity
from benchmarks.corpora import NoData, own_talks, persuader_sentences
from benchmarks.gold_scores import Scored, language_evaluator
from benchmarks.quality import quality_figures
from benchmarks.seen import SEEN, Row, length_judge
from benchmarks.validity import main


def talk(name, *turns, **labels):
    """Give a record of a data set: turns of (role, text, labels)."""
    made = [
        {"role": role, "speaker": role, "text": text, "turn": place, "labels": given}
        for place, (role, text, given) in enumerate(turns)
    ]
    return {"id": name, "turns": made, "labels": labels}


def therapy(name, quality, question="open"):
    """Give a talk like AnnoMI's."""
    labels = {"question": question, "reflection": "none"}
    said = {"question": "none", "reflection": "simple"}
    return talk(
        name,
        ("trainee", "What brings you in today, and what worries you?", labels),
        ("stakeholder", "I smoke a lot, and my kids worry about it every day.", {}),
        ("trainee", "So your kids worry about how much you smoke.", said),
        ("stakeholder", "Yes, they do, and so do I when I am honest about it.", {}),
        mi_quality=quality,
    )


@pytest.fixture
def data(tmp_path):
    """Give a folder with a tiny AnnoMI and a tiny PersuasionForGood."""

    def write(name, part, records):
        path = tmp_path / name / f"transcripts.{part}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")

    for part in ("dev", "heldout"):
        write("annomi", part, [therapy(f"t{k}", "high" if k % 2 else "low") for k in range(6)])
    act = {"act": "credibility-appeal", "act2": None}
    greeting = {"act": "greeting", "act2": None}
    said = talk(
        "p1",
        ("trainee", "Hello, how are you today?", greeting),
        ("trainee", "They are an international organization in 120 countries.", act),
        ("stakeholder", "What do they do?", {}),
    )
    write("persuasionforgood", "heldout", [said])
    return tmp_path


def printed(*arguments):
    """Run the benchmark and give its exit code and what it printed."""
    lines = []
    code = main([str(a) for a in arguments], lines.append)
    return code, "\n".join(lines)


def test_what_is_there_is_measured_and_what_is_not_is_named(data):
    """A set that is missing is said with its path, and the rest goes on."""
    code, text = printed("--data", data, "--part", "heldout")
    assert code == 0
    assert re.search(r"question none, open or closed, macro-F1 +\| annomi", text)
    assert (
        f"not measured: elicit-pref F1: no {data / 'casino' / 'transcripts.heldout.jsonl'}" in text
    )
    assert "What this does not show" in text


def test_nothing_to_measure_is_a_failure(tmp_path):
    """Without any data the exit code is 1 and each figure is named as not measured."""
    code, text = printed("--data", tmp_path, "--part", "heldout")
    assert code == 1
    assert all(f"not measured: {seen.what}" in text for seen in SEEN)


def test_heldout_figures_are_plain_and_dev_ones_of_fitted_classifiers_left_out(data):
    """A classifier is never shown by its figure on the talks that it was fitted on."""
    _, text = printed("--data", data, "--part", "heldout", "--json")
    plain = {line["what"]: line for line in json.loads(text)["figures"]}
    assert plain["credibility appeal F1"]["figure"]["figure"] == 1.0
    assert plain["credibility appeal F1"]["note"] == ""
    dev = data / "persuasionforgood" / "transcripts.dev.jsonl"
    dev.write_text(
        (dev.parent / "transcripts.heldout.jsonl").read_text(encoding="utf-8"), encoding="utf-8"
    )
    _, text = printed("--data", data, "--part", "dev", "--json")
    kept = {line["what"]: line for line in json.loads(text)["figures"]}
    stored = json.loads(validity.CROSS_VALIDATED.read_text(encoding="utf-8"))
    assert kept["credibility appeal F1"]["note"] == "cross-validated"
    assert kept["credibility appeal F1"]["figure"] == stored["credibility appeal F1"]


def test_a_broken_set_is_no_silence(data):
    """A file that is not JSON stops the run with an error, as a wrong figure would mislead."""
    (data / "annomi" / "transcripts.dev.jsonl").write_text("{not json\n", encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        printed("--data", data, "--part", "dev")


def test_quality_figures_name_how_many_talks_were_scored(data):
    """Counting turns comes first, then each rubric with its count and its paired difference."""
    scored = Scored(language_evaluator(["needs-discovery"]))
    with pytest.raises(NoData, match="trust, which was chosen beforehand"):
        list(quality_figures(data, "dev", scored))
    found = list(first(quality_figures(data, "dev", scored), 3))
    assert [name for name, *_ in found] == [
        "quality AUC of counting turns",
        "quality AUC of needs-discovery",
        "  needs-discovery less counting turns",
    ]
    assert found[1][-1] == "6 of 6 talks scored"


def test_a_rubric_that_scores_nothing_is_named(data):
    """A rubric that no rule covers is no missing line but a reason."""
    _, text = printed("--data", data, "--part", "dev")
    assert "quality AUC: of 6 talks none is scored by" in text or " trust " in text


def test_the_length_only_judge_knows_lengths_only():
    """Two texts of like length get the same label, whatever they say."""
    groups = {
        "a": [Row("yes", "", words) for words in (9, 10, 11)] + [Row("no", "", 1), Row("no", "", 2)]
    }
    judge = length_judge(groups)
    assert [judge(1), judge(10)] == ["no", "yes"]


def test_sentences_have_their_neighbours(data):
    """The sentence after is passed on, and what is before the first is empty."""
    first, second = persuader_sentences(data, "heldout")
    assert (first.before, first.after) == ("", second.text)
    assert (second.before, second.label) == (first.text, "credibility")


def test_own_talks_keep_the_turn_before_and_their_number(tmp_path):
    """A turn has the partner's last line, a blank line begins a new talk."""
    path = tmp_path / "talks.txt"
    path.write_text(
        "# note\n\nn: Hello.\nP: It hurts.\nr: It hurts you.\n\nn: Hi.\n", encoding="utf-8"
    )
    found = list(own_talks(path))
    assert [(e.label, e.last) for e in found] == [("no", ""), ("yes", "It hurts."), ("no", "")]
    assert [e.answer for e in found] == ["It hurts.", "", ""]
    assert found[0].group == found[1].group != found[2].group
