"""The trained model of behaviours: what it may take in, and how well it does on lines left out."""

import json
import math
import random
import string
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.language import behaviours
from rmcoach_llm.language.behaviours import (
    DATA,
    grams,
    likelihoods,
    likelihoods_of_two,
    model,
)
from rmcoach_llm.language.features import tokens
from rmcoach_llm.language.sentence_marks import signs
from rmcoach_llm.library import Library

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LARGEST = 1_100_000


def test_the_data_file_is_small_and_names_behaviours_of_the_rubrics() -> None:
    """Every label of the model is a behaviour of a packaged rubric, and the file stays small."""
    library = Library()
    known = {b.id for name in library.ids("rubric") for b in library.rubric(name).behaviours}
    assert set(model().labels) <= known
    assert len(model().labels) > 100
    assert DATA.stat().st_size < LARGEST


def test_the_same_sentence_gets_the_same_likelihoods() -> None:
    """Nothing is drawn by chance, and what was asked before changes nothing."""
    asked = ("How do you know that it is the carriers?", "It is the carriers.")
    first = dict(likelihoods(*asked))
    likelihoods.cache_clear()
    behaviours._added.cache_clear()
    likelihoods("Something else first.", "And what is that?")
    assert likelihoods(*asked) == first


@pytest.mark.parametrize(
    ("said", "last", "shows"),
    [
        ("How many of them come back each month?", "Invoices come back.", "size-question"),
        ("I'll send you the list by Friday.", "When do I get it?", "commitment-dated"),
        ("I don't know that yet.", "Does it run on our phones?", "limit-admitted"),
        ("Is there a log that shows it?", "It's the carriers.", "evidence-asked"),
    ],
)
def test_plain_cases_are_seen(said: str, last: str, shows: str) -> None:
    """A sentence that plainly shows a behaviour is likely to, and small talk is not."""
    assert likelihoods(said, last)[shows] > 0.5
    assert likelihoods("Nice weather today.", last).get(shows, 0.0) < 0.5


def test_two_sentences_count_together() -> None:
    """A limit in one sentence and what follows from it in the next are seen as one."""
    seen = likelihoods_of_two("I don't know that.", "I'll ask Ana and tell you by Friday.")
    assert seen["limit-followed-up"] > 0.5


@settings(max_examples=60, deadline=None)
@given(said=st.text(max_size=300), last=st.text(max_size=100))
def test_any_text_gives_likelihoods(said: str, last: str) -> None:
    """Whatever stands in a turn, each likelihood is between 0 and 1."""
    assert all(0 < value <= 1 for value in likelihoods(said, last).values())


def test_a_long_sentence_costs_no_more_than_its_length() -> None:
    """Of a text ten times as long as what is looked at, most is left alone."""
    draw = random.Random(3)
    words = ["".join(draw.choices(string.ascii_lowercase, k=5)) for _ in range(20_000)]

    def cost(count: int) -> float:
        text = " ".join(words[:count])
        start = time.process_time()
        likelihoods(text, "")
        return time.process_time() - start

    likelihoods("Load it first.", "")
    assert cost(20_000) < 30 * cost(1_000) + 0.05


def test_lines_left_out_are_told() -> None:
    """On lines of an author who was not fitted the mean F1 reaches its floor, and no label is missing."""
    found = json.loads((BENCHMARKS / "behaviours.json").read_text(encoding="utf-8"))
    assert set(found) == set(model().labels)
    assert sum(row["f1"] for row in found.values()) / len(found) >= 0.4


GRAMS = sorted(model().written)


@settings(max_examples=60, deadline=None)
@given(
    known=st.lists(st.sampled_from(GRAMS), max_size=30),
    said=st.text(max_size=40),
    last=st.sampled_from(["", "We lost 9 days?", "It takes nine days and it hurts."]),
    some=st.sets(st.sampled_from(model().labels), min_size=1),
)
def test_what_is_added_up_at_once_is_what_each_label_adds_up_to(known, said, last, some):
    """The likelihoods are those of the file's weights, summed one label and one n-gram after another."""
    text = f"{' '.join(known)} {said}"
    data = json.loads(DATA.read_text(encoding="utf-8"))
    rows = dict(zip(data["grams"].split("\n"), data["rows"].split("\n"), strict=True))
    found = [list(map(int, rows[g].split())) for g in grams(tokens(text)) if g in rows]
    length = math.sqrt(sum((rarity / 10) ** 2 for rarity, *_ in found))
    marked = {
        name: (value, list(map(int, data["marks"][name].split())))
        for name, value in signs(tokens(text), tokens(last)).items()
    }
    expected = {}
    for label in some:
        place = data["labels"].index(label)
        odds = data["bias"][place]
        for value, row in marked.values():
            odds += value * dict(zip(row[::2], row[1::2], strict=True)).get(place, 0) / 100
        for _, *row in found:
            weight = dict(zip(row[::2], row[1::2], strict=True)).get(place, 0)
            odds += data["scale"] / length * weight / behaviours.UNIT
        expected[label] = 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))
    got = likelihoods(text, last, frozenset(some))
    for label, value in expected.items():
        assert got.get(label, value) == pytest.approx(value)
        assert (label in got) == (value > behaviours.LEAST_SHOWN) or value == pytest.approx(0.3)
