"""Words of a trade: terms of the stakeholder's work, and of IT that nobody explained."""

import pytest

from rmcoach_llm.domain import Transcript
from rmcoach_llm.evaluators.rules_person import jargon
from rmcoach_llm.evaluators.rules_senses import function_term
from rmcoach_llm.evaluators.screening import screen
from rmcoach_llm.evaluators.talk import Talk, read_talk


def _talk(*rows: tuple[str, str]) -> Talk:
    transcript = Transcript.of("t", [("Bo", "stakeholder", "Hello.")])
    turns = [t for a, b in rows for t in (("Bo", "stakeholder", a), ("Al", "trainee", b))]
    return read_talk(Transcript.of("t", turns), screen(transcript))


def test_three_terms_of_the_function_are_seen() -> None:
    """Terms that the stakeholder had not used show that the trainee knows the work."""
    found = function_term(
        _talk(("We close late.", "Is the cut-off for accruals in the general ledger the same?"))
    )
    assert isinstance(found, list)
    assert "cut-off for accruals" in found[0].quote


@pytest.mark.parametrize(
    ("last", "text"),
    [
        ("We close late.", "Is the cut-off for accruals the same in all companies?"),
        ("The cut-off for accruals differs.", "Is the cut-off for accruals the same for all?"),
    ],
)
def test_two_terms_or_their_own_terms_are_none(last: str, text: str) -> None:
    """Two terms may be chance, and what the stakeholder had named is only taken up."""
    assert function_term(_talk((last, text))) == "not_observed"


def test_a_long_talk_wants_more_terms() -> None:
    """Three terms in forty sentences are fewer than one in a dozen."""
    said = (
        "Is the cut-off for accruals in the general ledger the same?" + " That is fine by me." * 40
    )
    assert function_term(_talk(("We close late.", said))) == "not_observed"


def test_terms_of_it_in_one_sentence_are_jargon() -> None:
    """Two that the stakeholder had not used are too many; their own are none."""
    said = "We put a replica behind a gateway."
    assert isinstance(jargon(_talk(("It is slow.", said))), list)
    assert jargon(_talk(("Our replica and our gateway are slow.", said))) == "not_observed"
    assert jargon(_talk(("It is slow.", "We make a copy of it each night."))) == "not_observed"


def test_abbreviations_of_it_are_jargon() -> None:
    """Two that no office knows are too many in a sentence; those of the stakeholder are none."""
    said = "The ACK of the HIS comes late."
    assert isinstance(jargon(_talk(("It is slow.", said))), list)
    assert jargon(_talk(("The ACK and the HIS are slow.", said))) == "not_observed"
    assert jargon(_talk(("It is slow.", "The CFO wants a PDF of it."))) == "not_observed"


def test_an_abbreviation_that_is_not_followed_is_jargon() -> None:
    """One is enough where the stakeholder says that they do not follow."""
    lost = (("It is slow.", "The ACK comes late."), ("You lost me.", "Sorry."))
    assert isinstance(jargon(_talk(*lost)), list)
    assert jargon(_talk(("It is slow.", "The ACK comes late."), ("I see.", "Good."))) == (
        "not_observed"
    )
