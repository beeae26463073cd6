from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.language.lines import ASIDE, LONGEST, read_line, read_sample


def test_terms_are_stems_pairs_and_short_question_words() -> None:
    """Who, when and where tell what is asked for."""
    found = read_sample("When is the budget signed?").terms
    assert list(found) == ["when", "budget", "sign", "budget sign"]


def test_what_stands_around_a_question_counts_less() -> None:
    """A greeting or what was just heard is not what is asked."""
    read = read_line("Good morning, nice office. Who signs the budget?")
    assert read.terms["budget"] == 1.0
    assert read.terms["offic"] == ASIDE
    assert read.layers == read_line("Who signs the budget?").layers


def test_a_question_of_few_words_leans_on_what_leads_up_to_it() -> None:
    """ "Why?" asks about the sentence before it."""
    read = read_line("The figures are late. Why is that?")
    assert read.terms["figur"] == 1.0


def test_a_check_asks_nothing_about_the_case() -> None:
    """ "Is that right?" asks about the playback."""
    assert read_line("Who signs? Did I get that right?") == read_line("Who signs?")


def test_a_line_without_a_question_counts_in_full() -> None:
    """Order and punctuation do not matter to a sample."""
    assert read_line("the budget") == read_sample("the budget")


def test_a_long_way_up_to_a_question_does_not_push_it_out() -> None:
    """What is asked is taken first."""
    read = read_line("We spoke about invoices. " * 200 + "Who signs the budget?")
    assert read.terms["budget"] == 1.0
    assert len(read.spoken) == LONGEST


def test_slips_of_typing_are_put_right() -> None:
    """By whoever knows the words of the scenario."""
    read = read_line("Who signs the bugdet?", lambda word: word.replace("bugdet", "budget"))
    assert read == read_line("Who signs the budget?")


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    """The weights are those of a question or of what stands around it, added up."""
    read = read_line(text)
    assert all(weight >= ASIDE - 1e-9 for weight in read.terms.values())
    assert read.content.keys() <= set(read.spoken)
