"""The small classifiers: their data files, what they say, and that they are quick and safe."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.language.classifiers import (
    DATA,
    NAMES,
    Appeal,
    Block,
    Classifier,
    appeal_of,
    classifier,
    convincing,
    is_likely,
    probability,
    reflects,
)
from rmcoach_llm.language.features import GRAMS, answered, marks, style, tokens

ANY = st.text(max_size=300)
SAID = "The figures are late every month, and my team gets the blame for it."


@pytest.mark.parametrize(
    "turn",
    [
        "So your team is blamed for figures that come in late.",
        "Okay. So it is your people who get the blame.",
        "It sounds like you're tired of being blamed.",
    ],
)
def test_what_says_back_is_likelier_a_reflection_than_what_does_not(turn):
    """A playback of the answer is told from a pitch, a question, advice and a nod."""
    others = [
        "We have a tool for that.",
        "How late are they?",
        "You should hire someone.",
        "Mm-hmm.",
    ]
    assert all(reflects(turn, last=SAID) > reflects(other, last=SAID) for other in others)


def test_a_turn_reflects_as_its_most_likely_sentence_does():
    """A nod before and a question behind do not hide a reflection."""
    alone = reflects("So your team gets the blame.", last=SAID)
    assert reflects("Hm. So your team gets the blame. Since when?", last=SAID) >= alone


def test_an_answer_tells_who_was_understood():
    """A turn that the partner confirms is likelier a reflection than one that they only accept."""
    turn = "So your team gets the blame."
    confirmed = reflects(
        turn, last=SAID, answer="Exactly, every single month, and nobody says sorry."
    )
    assert confirmed > reflects(turn, last=SAID, answer="Okay.")


def test_an_empty_turn_reflects_nothing():
    """Of nothing said the likelihood is 0."""
    assert reflects("  ", last=SAID) == 0.0


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Which of these do you need most?", True),
        ("What do you prefer, food or water?", True),
        ("Is there anything you need more than the others?", True),
        ("I need three packages of water.", False),
        ("That is a fair deal.", False),
    ],
)
def test_a_question_for_needs_is_told_from_a_claim_of_needs(text, asks):
    """Only what asks for the other's needs counts, not what says one's own."""
    assert is_likely("elicits-need", text) is asks


@pytest.mark.parametrize(
    ("text", "appeal"),
    [
        ("It is an international organization that works in 120 countries.", Appeal.CREDIBILITY),
        ("I donate to them every year myself.", Appeal.PERSONAL),
        ("Hello, how are you today?", Appeal.NONE),
    ],
)
def test_clear_appeals_are_named(text, appeal):
    """A sentence that is typical of its class is put into it."""
    assert appeal_of(text) is appeal


def test_style_is_compared_whatever_the_length():
    """Twice the same text is as convincing as once, but for its few counts of the whole."""
    once = "The tests show that it works, because the figures are checked twice. "
    assert convincing(once * 4) == pytest.approx(convincing(once * 2), abs=0.35)


@given(ANY, ANY)
@settings(deadline=None)
def test_any_text_gives_a_likelihood(text, last):
    """Whatever is said, a likelihood is between 0 and 1, a score is finite and an appeal one of five."""
    assert 0 <= probability("reflection", text, last=last) <= 1
    assert 0 <= reflects(text, last=last) <= 1
    assert math.isfinite(convincing(text))
    assert appeal_of(text, last=last) in Appeal


@given(ANY, ANY)
@settings(deadline=None)
def test_every_mark_is_a_share(text, last):
    """Marks are between 0 and 1, so that no weight can run away with a text."""
    assert all(0 <= value <= 1 for value in marks(text, last).values())


def test_a_very_long_text_is_read_in_part():
    """A text of a megabyte costs no more than its first words."""
    assert len(tokens("word " * 200_000)) == 400
    assert reflects("word " * 2_000) == reflects("word " * 20_000)


@pytest.mark.parametrize("name", NAMES)
def test_a_data_file_fits_the_features(name):
    """A file names only marks and blocks that exist, and has a weight a label for each n-gram."""
    made = classifier(name)
    known = {"sentence": 0.0, **marks(""), **answered(""), **style("")}
    assert set(made.marks) <= set(known)
    assert set(made.blocks) <= set(GRAMS)
    assert len(made.bias) == len(made.labels)
    assert all(len(block.columns) == len(made.labels) + 1 for block in made.blocks.values())
    assert all(square > 0 for block in made.blocks.values() for square in block.columns[0])


def test_data_files_hold_no_more_than_pairs_of_words():
    """No sentence of a data set can be read out of a file: its longest n-gram is a pair."""
    for name in NAMES:
        for block in classifier(name).blocks.values():
            assert all(len(gram.split(" ")) <= 2 for gram in block.places)


def test_data_files_are_small():
    """All weights together take less than 600 kB."""
    assert sum((DATA / f"{name}.json").stat().st_size for name in NAMES) < 600_000


def test_nothing_is_needed_but_the_package():
    """The classifiers run without numpy, scipy and scikit-learn."""
    code = (
        "import sys; from rmcoach_llm.language.classifiers import reflects; reflects('So it hurts.');"
        "assert not {'numpy', 'scipy', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_arithmetic_is_that_of_unit_vectors():
    """A block weighs scale x rarity x weight over the length of the text's rarities."""
    block = Block(0.5, {"a": 0, "b": 1}, [[900, 1_600], [3 * 100, 4 * 200]])
    assert block.weigh(frozenset({"a", "b", "unknown"})) == pytest.approx(
        [0.5 * (3 * 1 + 4 * 2) / 5]
    )
    assert block.weigh(frozenset({"unknown"})) == ()


def test_a_file_whose_columns_do_not_fit_is_refused():
    """A data file that was cut is an error at load, not a wrong score."""
    data = json.loads((DATA / "elicits-need.json").read_text(encoding="utf-8"))
    data["blocks"]["words"]["weights"][1].pop()
    with pytest.raises(ValueError, match="one weight for each"):
        Classifier.read(data)
