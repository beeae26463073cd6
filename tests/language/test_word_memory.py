"""Numbers of words are remembered, whatever comes in between, and never too many of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.language import word_memory
from rmcoach_llm.language.word_memory import WordMemory

MOST = 4


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abcdef", min_size=1, max_size=4), max_size=60))
def test_each_word_has_its_number_and_few_are_kept(said):
    """A word has the number that is found for it, and no more than twice the most are held."""
    before, word_memory.MOST_WORDS = word_memory.MOST_WORDS, MOST
    try:
        memory = WordMemory(hash, longest=3)
        for word in said:
            assert memory[word] == hash(word)
            assert len(memory) <= MOST
            assert len(memory._older) <= MOST
        assert all(len(word) <= 3 for word in memory)
    finally:
        word_memory.MOST_WORDS = before


def test_a_word_that_is_said_all_the_time_is_looked_at_once(monkeypatch):
    """New words push out only those that have not come again."""
    monkeypatch.setattr(word_memory, "MOST_WORDS", MOST)
    looked: list[str] = []

    def number(word: str) -> int:
        looked.append(word)
        return len(looked)

    memory = WordMemory(number, longest=10)
    for turn in range(20):
        assert memory["often"] == 1
        assert memory[f"new{turn}"] > 1
    assert looked.count("often") == 1
    assert memory["new0"] == len(looked)
    assert looked.count("new0") == 2


def test_equal_numbers_are_held_once() -> None:
    """Thousands of words have few numbers between them, and those are large."""
    memory = WordMemory(lambda word: 1 << 4_000 + len(word), longest=9)
    for word in ("days", "week", "month", "years"):
        memory[word]
    assert memory["days"] is memory["week"]
    assert memory["month"] is memory["years"]
    assert memory["days"] != memory["month"]
